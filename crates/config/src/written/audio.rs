//! `[audio]` as written.

use std::path::PathBuf;

use serde::Deserialize;

use super::Action;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audio {
    pub input: String,
    pub output: String,
    pub chimes: bool,
    pub sounds: Option<PathBuf>,
    pub chime_volume: Option<u32>,
    pub duck: Option<Action>,
    pub unduck: Option<Action>,
}

impl Default for Audio {
    fn default() -> Self {
        Self {
            input: "default".into(),
            output: "default".into(),
            chimes: true,
            sounds: None,
            chime_volume: None,
            duck: None,
            unduck: None,
        }
    }
}
