//! An action as written.

use std::path::PathBuf;

use serde::Deserialize;

use super::Ordered;

/// As with a slot, which keys go together is checked later.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Action {
    pub r#type: String,
    pub r#do: Option<String>,
    pub run: Option<Vec<String>>,
    pub user: Option<String>,
    pub method: Option<String>,
    pub url: Option<String>,
    pub headers: Option<Ordered<String>>,
    pub body: Option<String>,
    pub expect: Option<Expect>,
    pub token_file: Option<PathBuf>,
    pub ca_file: Option<PathBuf>,
    pub retries: Option<u32>,
    pub topic: Option<String>,
    pub payload: Option<String>,
    pub retain: Option<bool>,
    pub qos: Option<i64>,
    pub answer_topic: Option<String>,
    pub service: Option<String>,
    pub entity: Option<String>,
    pub data: Option<toml::Table>,
    pub response: Option<bool>,
    pub bus: Option<String>,
    pub path: Option<String>,
    pub interface: Option<String>,
    pub signature: Option<String>,
    pub args: Option<Vec<toml::Value>>,
    pub from: Option<PathBuf>,
    pub steps: Option<Vec<Action>>,
    pub undo: Option<Box<Action>>,
    pub on_failure: Option<OnFailure>,
    pub timeout_s: Option<f64>,
}

/// A status or several.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a status such as 200, or a list of them"
)]
pub(crate) enum Expect {
    One(u16),
    Several(Vec<u16>),
}

impl Action {
    /// The keys that are written, but `type`, and the types each belongs to.
    pub(crate) fn keys(&self) -> Vec<(&'static str, &'static [&'static str])> {
        const ACTS: &[&str] = &["command", "http", "mqtt", "home_assistant", "dbus"];
        const FAILS: &[&str] = &[
            "command",
            "http",
            "mqtt",
            "home_assistant",
            "dbus",
            "sequence",
        ];
        let keys: [(_, _, &[&str]); 30] = [
            ("run", self.run.is_some(), &["command"]),
            ("user", self.user.is_some(), &["command"]),
            ("do", self.r#do.is_some(), &["builtin"]),
            ("method", self.method.is_some(), &["http", "dbus"]),
            ("url", self.url.is_some(), &["http"]),
            ("headers", self.headers.is_some(), &["http"]),
            ("body", self.body.is_some(), &["http"]),
            ("expect", self.expect.is_some(), &["http"]),
            ("token_file", self.token_file.is_some(), &["http"]),
            ("ca_file", self.ca_file.is_some(), &["http"]),
            ("retries", self.retries.is_some(), &["http"]),
            ("topic", self.topic.is_some(), &["mqtt"]),
            ("payload", self.payload.is_some(), &["mqtt"]),
            ("retain", self.retain.is_some(), &["mqtt"]),
            ("qos", self.qos.is_some(), &["mqtt"]),
            ("answer_topic", self.answer_topic.is_some(), &["mqtt"]),
            (
                "service",
                self.service.is_some(),
                &["home_assistant", "dbus"],
            ),
            ("entity", self.entity.is_some(), &["home_assistant"]),
            ("data", self.data.is_some(), &["home_assistant"]),
            ("response", self.response.is_some(), &["home_assistant"]),
            ("bus", self.bus.is_some(), &["dbus"]),
            ("path", self.path.is_some(), &["dbus"]),
            ("interface", self.interface.is_some(), &["dbus"]),
            ("signature", self.signature.is_some(), &["dbus"]),
            ("args", self.args.is_some(), &["dbus"]),
            ("from", self.from.is_some(), &["answer"]),
            ("steps", self.steps.is_some(), &["sequence"]),
            ("undo", self.undo.is_some(), ACTS),
            ("on_failure", self.on_failure.is_some(), FAILS),
            ("timeout_s", self.timeout_s.is_some(), ACTS),
        ];
        keys.into_iter()
            .filter(|(_, written, _)| *written)
            .map(|(key, _, types)| (key, types))
            .collect()
    }
}

/// What comes after a failed action: a word, or another action.
#[derive(Debug)]
pub(crate) enum OnFailure {
    Word(String),
    Instead(Box<Action>),
}
