//! `[serve]` as written, and what an intent shows on a screen.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Serve {
    pub wyoming: Option<String>,
    pub web: Option<String>,
    pub allow: Vec<String>,
    pub token_file: Option<PathBuf>,
    pub https: bool,
    pub origins: Vec<String>,
    pub handle: String,
    pub discover: Option<bool>,
    pub history: bool,
    pub screen_off_s: Option<u32>,
    pub style: Option<PathBuf>,
}

/// `show` of an intent.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Show {
    pub text: Option<String>,
    pub list: Vec<String>,
    pub qr: Option<String>,
    pub image: Option<PathBuf>,
    pub alt: Option<String>,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            wyoming: None,
            web: None,
            allow: Vec::new(),
            token_file: None,
            https: false,
            origins: Vec::new(),
            handle: "act".into(),
            discover: None,
            history: false,
            screen_off_s: None,
            style: None,
        }
    }
}
