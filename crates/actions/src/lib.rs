//! Carries an intent out and says what came of it.
//!
//! What a person said reaches the world only through [`fill::Values`], which escapes
//! each slot for the place it lands in: it can neither end an argument, open
//! a topic level, leave a URL segment nor close a JSON string.

#![forbid(unsafe_code)]

mod command;
mod dbus;
mod deadline;
mod fill;
mod home_assistant;
mod http;
pub mod mqtt;
mod refused;
pub mod registry;
mod sequence;
pub mod tell;
#[cfg(test)]
mod tests;
mod tls;

use fill::Values;
use serde_json::json;

use mynah_core::model::{ActionSpec, IntentSpec, Secrets, Settings};
use mynah_core::reply::DRY_RUN;
use mynah_core::reply::one_line;
use mynah_core::turn::{Intent, Outcome};

use mqtt::Broker;

/// Carries out the actions of the owner's file. One implementation acts on
/// the world, another only says what it would do.
pub trait Actor: Send {
    /// Carries out `spec` for `intent`. Never fails: what went wrong is in
    /// the outcome.
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome;

    /// What must be asked first, because more than one thing may be meant: a
    /// question, and for each answer what to call it and the intent it makes.
    fn which(&self, _spec: &ActionSpec, _intent: &Intent) -> Option<ActionQuestion> {
        None
    }

    /// The intent with what only the action can tell, where that is another: an
    /// alarm is moved within its own half of the day.
    fn settled(&self, _spec: &ActionSpec, _intent: &Intent) -> Option<Intent> {
        None
    }

    /// Keeps `intent` until its `when`; `says` is how a person says it. The
    /// outcome's `result.say` is the answer.
    fn schedule(&mut self, _intent: &Intent, _says: &str) -> Outcome {
        outcome(SCHEDULE, Err(ActionError::new("nothing is kept here")))
    }
}

/// The kind of the outcome of keeping something for later.
pub const SCHEDULE: &str = "schedule";

/// A question between things that only the action knows of.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionQuestion {
    /// What is asked.
    pub question: String,
    /// What each answer is called, and the intent that it makes.
    pub choices: Vec<(String, Intent)>,
}

/// Acts for real. Each action ends within its own timeout.
pub struct World {
    intents: Vec<IntentSpec>,
    secrets: Secrets,
    home_assistant: Option<home_assistant::HomeAssistantClient>,
    broker: Option<Broker>,
    web: http::Web,
}

impl World {
    /// Begins to connect to the broker, if there is one, and waits for nothing.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let mqtt = settings.mqtt.clone().filter(|_| publishes(settings));
        Self {
            intents: settings.intents.clone(),
            secrets: settings.secrets.clone(),
            home_assistant: settings
                .home_assistant
                .clone()
                .map(home_assistant::HomeAssistantClient::new),
            broker: mqtt.map(|mqtt| Broker::connect(mqtt, None)),
            web: http::Web::new(),
        }
    }

    fn perform(&self, spec: &ActionSpec, values: Values<'_>) -> Result<ActionOutput, ActionError> {
        match spec {
            ActionSpec::Command(spec) => command::run(spec, values),
            ActionSpec::Http(spec) => self
                .web
                .send(&http::Plan::new(spec, values)?, spec.timeout_ms),
            ActionSpec::Mqtt(spec) => {
                let message = mqtt::Message::new(spec, values)?;
                let broker = self
                    .broker
                    .as_ref()
                    .ok_or_else(|| ActionError::new("no broker: add `[mqtt]` with its `host`"))?;
                message.send(broker, spec.timeout_ms)
            }
            ActionSpec::HomeAssistant(spec) => {
                let call = home_assistant::Call::new(spec, values)?;
                let house = self.home_assistant.as_ref().ok_or_else(|| {
                    ActionError::new("no Home Assistant: add `[home_assistant]` with its `url`")
                })?;
                call.make(&self.web, house, spec.timeout_ms)
            }
            ActionSpec::Dbus(spec) => dbus::Call::new(spec, values)?.make(spec.timeout_ms),
            ActionSpec::Sequence(steps) => {
                sequence::run(steps, &|action| self.perform(action, values))
            }
            ActionSpec::Otherwise { action, instead } => {
                let tried = self.perform(action, values);
                sequence::otherwise(tried, || Some(self.perform(instead.as_deref()?, values)))
            }
            ActionSpec::Builtin(_) | ActionSpec::Answer(_) => Err(ActionError::new(NOT_BUILT_IN)),
            ActionSpec::Say => Ok(ActionOutput::said()),
        }
    }
}

/// Whether any action needs the broker.
fn publishes(settings: &Settings) -> bool {
    let publishes = |action: &ActionSpec| matches!(action, ActionSpec::Mqtt(_));
    settings
        .intents
        .iter()
        .flat_map(|intent| intent.action.iter().chain(&intent.undo))
        .chain(
            settings
                .audio
                .duck
                .iter()
                .flat_map(|duck| [&duck.soften, &duck.restore]),
        )
        .any(|action| action.any(&publishes))
}

impl Actor for World {
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome {
        let mut values = values(&self.intents, intent);
        values.secrets = Some(&self.secrets);
        let outcome = outcome(kind(spec), self.perform(spec, values));
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
        let plan = plan(spec, values(&self.intents, intent));
        outcome(
            kind(spec),
            plan.map(|plan| ActionOutput {
                detail: format!("{DRY_RUN}{plan}"),
                result: json!({}),
            }),
        )
    }
}

/// What an action would do for an intent, in one line; `None` where it cannot be
/// told. Secrets are masked.
#[must_use]
pub fn planned(spec: &ActionSpec, intents: &[IntentSpec], intent: &Intent) -> Option<String> {
    plan(spec, values(intents, intent)).ok()
}

/// The one place that an action sets, whatever it sets there: a topic, an address,
/// an entity. `None` where the action does not show it.
#[must_use]
pub fn target(spec: &ActionSpec, intents: &[IntentSpec], intent: &Intent) -> Option<String> {
    let values = values(intents, intent);
    match spec {
        ActionSpec::Mqtt(spec) => Some(values.topic(&spec.topic)),
        ActionSpec::Http(spec) => Some(values.url(&spec.url)),
        ActionSpec::HomeAssistant(spec) => values.entity(spec.entity.as_ref()?),
        ActionSpec::Otherwise { action, .. } => target(action, intents, intent),
        ActionSpec::Command(_)
        | ActionSpec::Dbus(_)
        | ActionSpec::Sequence(_)
        | ActionSpec::Answer(_)
        | ActionSpec::Builtin(_)
        | ActionSpec::Say => None,
    }
}

/// What an action would do.
fn plan(spec: &ActionSpec, values: Values<'_>) -> Result<String, ActionError> {
    Ok(match spec {
        ActionSpec::Command(spec) => command::shown(&command::arguments(&spec.run, values)?),
        ActionSpec::Http(spec) => http::Plan::new(spec, values)?.shown(),
        ActionSpec::Mqtt(spec) => mqtt::Message::new(spec, values)?.shown(),
        ActionSpec::HomeAssistant(spec) => home_assistant::Call::new(spec, values)?.shown(),
        ActionSpec::Dbus(spec) => dbus::Call::new(spec, values)?.shown(),
        ActionSpec::Sequence(steps) => {
            let plans: Result<Vec<_>, _> = steps
                .iter()
                .map(|step| plan(&step.action, values))
                .collect();
            plans?.join("; then ")
        }
        ActionSpec::Otherwise { action, .. } => plan(action, values)?,
        ActionSpec::Builtin(_) => return Err(ActionError::new(NOT_BUILT_IN)),
        ActionSpec::Answer(spec) => format!("answer from `{}`", spec.from.display()),
        ActionSpec::Say => "say the reply".into(),
    })
}

fn values<'a>(intents: &'a [IntentSpec], intent: &'a Intent) -> Values<'a> {
    let spec = intents.iter().find(|spec| spec.name == intent.name);
    Values {
        intent,
        spec,
        secrets: None,
    }
}

/// Whoever stands in front of [`World`] carries these out.
const NOT_BUILT_IN: &str = "nothing is built in here";

/// An action that worked.
#[derive(Debug)]
pub struct ActionOutput {
    /// What was done, for the log.
    pub detail: String,
    /// What a reply may take from it: `{result...}`.
    pub result: serde_json::Value,
}

impl ActionOutput {
    fn said() -> Self {
        Self {
            detail: "say the reply".into(),
            result: json!({}),
        }
    }
}

/// An action that did not.
#[derive(Debug)]
pub struct ActionError {
    /// Why not, for the log.
    pub detail: String,
    /// What a reply may take from it: `{result...}`.
    pub result: serde_json::Value,
}

impl ActionError {
    fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            result: json!({}),
        }
    }
}

/// What came of an action of that kind.
#[must_use]
pub fn outcome(kind: &'static str, done: Result<ActionOutput, ActionError>) -> Outcome {
    let (ok, detail, result) = match done {
        Ok(ActionOutput { detail, result }) => (true, detail, result),
        Err(ActionError { detail, result }) => (false, detail, result),
    };
    Outcome {
        kind,
        ok,
        detail: one_line(&detail, DETAIL_CHARS),
        result,
        show: None,
        answer: None,
    }
}

/// A detail is a line of a log; more of a failing program's words than this
/// helps nobody.
const DETAIL_CHARS: usize = 300;

const fn kind(spec: &ActionSpec) -> &'static str {
    match spec {
        ActionSpec::Command(_) => "command",
        ActionSpec::Http(_) => "http",
        ActionSpec::Mqtt(_) => "mqtt",
        ActionSpec::HomeAssistant(_) => "home_assistant",
        ActionSpec::Dbus(_) => "dbus",
        ActionSpec::Sequence(_) => "sequence",
        ActionSpec::Otherwise { action, .. } => kind(action),
        ActionSpec::Answer(_) => "answer",
        ActionSpec::Builtin(_) => "builtin",
        ActionSpec::Say => "say",
    }
}
