//! `[[test]]` as written.

use serde::{Deserialize, Serialize};

use super::Ordered;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub say: String,
    pub intent: String,
    #[serde(default)]
    pub slots: Ordered<toml::Value>,
    pub when: Option<TestWhen>,
}

/// When a tested command is to be done; the fields of `When` in JSON.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TestWhen {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_s: Option<u32>,
}
