//! `[[test]]` and `[[dialogue]]` as written.

use serde::{Deserialize, Serialize};

use super::{FollowUp, Ordered, Texts};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Test {
    pub say: String,
    pub intent: String,
    #[serde(default)]
    pub slots: Ordered<toml::Value>,
    pub when: Option<TestWhen>,
}

/// When a tested command is to be done; the fields of `When` in JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestWhen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u32>,
}

/// `[dialogue]`, or all `[[dialogue]]`s.
#[derive(Debug, Default)]
pub(crate) struct Dialogues {
    pub list: Vec<Dialogue>,
    /// Whether there are several, for the keys of their problems.
    pub array: bool,
}

/// Settings, a conversation to be tested, or both.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Dialogue {
    pub follow_up: Option<FollowUp>,
    pub name: Option<String>,
    pub at: Option<String>,
    pub turns: Vec<Turn>,
}

/// One turn of a conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    pub say: Option<String>,
    pub wait: Option<String>,
    pub intent: Option<Texts>,
    #[serde(default)]
    pub slots: Ordered<toml::Value>,
    pub when: Option<TestWhen>,
    pub reply: Option<Texts>,
    pub timers: Option<Vec<String>>,
}
