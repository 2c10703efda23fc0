//! `[[button]]` and `[light]` as written.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Button {
    pub on: String,
    pub r#do: Option<String>,
    pub say: Option<String>,
    pub device: Option<String>,
    pub active: Option<String>,
    #[serde(default)]
    pub switch: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Light {
    pub led: Option<String>,
    pub apa102: Option<PathBuf>,
    pub ws2812: Option<PathBuf>,
    pub count: Option<u32>,
    pub brightness: Option<u32>,
}
