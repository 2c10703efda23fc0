//! Carries an intent out and says what came of it.
//!
//! What a person said reaches the world only through [`fill::Values`], which escapes
//! each slot for the place it lands in: it can neither end an argument, open
//! a topic level, leave a URL segment nor close a JSON string.

mod builtin;
mod command;
mod deadline;
mod fill;
mod http;
mod mqtt;
mod reply;
#[cfg(test)]
mod tests;
mod timer;

use fill::Values;
use serde_json::json;

use crate::config::{ActionSpec, IntentSpec, Settings};
use crate::turn::{Intent, Outcome};

pub use builtin::Builtins;
use mqtt::Broker;
pub use reply::{fixed_sentences, render_reply};

/// Carries out the actions of the owner's file. One implementation acts on
/// the world, another only says what it would do.
pub trait Actor: Send {
    /// Carries out `spec` for `intent`. Never fails: what went wrong is in
    /// the outcome.
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome;

    /// What must be asked first, because more than one thing may be meant: a
    /// question, and for each answer what to call it and the intent it makes.
    fn which(&self, _spec: &ActionSpec, _intent: &Intent) -> Option<Which> {
        None
    }
}

/// A question between things that only the action knows of.
#[derive(Clone, Debug, PartialEq)]
pub struct Which {
    /// What is asked.
    pub question: String,
    /// What each answer is called, and the intent that it makes.
    pub choices: Vec<(String, Intent)>,
}

/// Acts for real. Each action ends within its own timeout.
pub struct World {
    intents: Vec<IntentSpec>,
    broker: Option<Broker>,
    web: http::Web,
}

impl World {
    /// Begins to connect to the broker, if there is one, and waits for nothing.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            intents: settings.intents.clone(),
            broker: settings.mqtt.clone().map(Broker::connect),
            web: http::Web::new(),
        }
    }
}

impl Actor for World {
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome {
        let values = values(&self.intents, intent);
        let done = match spec {
            ActionSpec::Command { run, timeout_ms } => command::run(run, *timeout_ms, values),
            ActionSpec::Http { timeout_ms, .. } => {
                http::Plan::new(spec, values).and_then(|plan| self.web.send(&plan, *timeout_ms))
            }
            ActionSpec::Mqtt { timeout_ms, .. } => {
                mqtt::Message::new(spec, values).and_then(|message| match &self.broker {
                    Some(broker) => broker.publish(&message, *timeout_ms),
                    None => Err(Undone::new("no broker: add `[mqtt]` with its `host`")),
                })
            }
            ActionSpec::Builtin(_) => Err(Undone::new(NOT_BUILT_IN)),
            ActionSpec::Say => Ok(Done::said()),
        };
        let outcome = outcome(kind(spec), done);
        tracing::info!(
            intent = intent.name,
            kind = outcome.kind,
            ok = outcome.ok,
            "{}",
            outcome.detail
        );
        outcome
    }
}

/// Acts on nothing, and says what it would do.
#[derive(Clone, Debug)]
pub struct DryRun {
    intents: Vec<IntentSpec>,
}

impl DryRun {
    /// For the intents of this file.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self {
            intents: settings.intents.clone(),
        }
    }
}

impl Actor for DryRun {
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome {
        let values = values(&self.intents, intent);
        let plan = match spec {
            ActionSpec::Command { run, .. } => Ok(command::shown(&command::arguments(run, values))),
            ActionSpec::Http { .. } => http::Plan::new(spec, values).map(|plan| plan.shown()),
            ActionSpec::Mqtt { .. } => mqtt::Message::new(spec, values).map(|m| m.shown()),
            ActionSpec::Builtin(_) => Err(Undone::new(NOT_BUILT_IN)),
            ActionSpec::Say => Ok("say the reply".into()),
        };
        outcome(
            kind(spec),
            plan.map(|plan| Done {
                detail: format!("dry run: {plan}"),
                result: json!({}),
            }),
        )
    }
}

fn values<'a>(intents: &'a [IntentSpec], intent: &'a Intent) -> Values<'a> {
    let spec = intents.iter().find(|spec| spec.name == intent.name);
    Values { intent, spec }
}

/// [`Builtins`] carry these out.
const NOT_BUILT_IN: &str = "nothing is built in here";

/// An action that worked.
#[derive(Debug)]
struct Done {
    detail: String,
    result: serde_json::Value,
}

impl Done {
    fn said() -> Self {
        Self {
            detail: "say the reply".into(),
            result: json!({}),
        }
    }
}

/// An action that did not.
#[derive(Debug)]
struct Undone {
    detail: String,
    result: serde_json::Value,
}

impl Undone {
    fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            result: json!({}),
        }
    }
}

fn outcome(kind: &'static str, done: Result<Done, Undone>) -> Outcome {
    let (ok, detail, result) = match done {
        Ok(Done { detail, result }) => (true, detail, result),
        Err(Undone { detail, result }) => (false, detail, result),
    };
    Outcome {
        kind,
        ok,
        detail: fill::one_line(&detail, DETAIL_CHARS),
        result,
    }
}

/// A detail is a line of a log; more of a failing program's words than this
/// helps nobody.
const DETAIL_CHARS: usize = 300;

const fn kind(spec: &ActionSpec) -> &'static str {
    match spec {
        ActionSpec::Command { .. } => "command",
        ActionSpec::Http { .. } => "http",
        ActionSpec::Mqtt { .. } => "mqtt",
        ActionSpec::Builtin(_) => "builtin",
        ActionSpec::Say => "say",
    }
}
