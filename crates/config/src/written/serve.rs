//! `[serve]` as written.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Serve {
    pub wyoming: Option<String>,
    pub web: Option<String>,
    pub allow: Vec<String>,
    pub token_file: Option<PathBuf>,
    pub handle: String,
    pub discover: Option<bool>,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            wyoming: None,
            web: None,
            allow: Vec::new(),
            token_file: None,
            handle: "act".into(),
            discover: None,
        }
    }
}
