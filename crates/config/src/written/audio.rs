//! `[audio]` as written.

use std::path::PathBuf;

use serde::Deserialize;

use super::Action;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audio {
    pub input: String,
    pub output: String,
    pub channel: Option<Channels>,
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
            channel: None,
            chimes: true,
            sounds: None,
            chime_volume: None,
            duck: None,
            unduck: None,
        }
    }
}

/// A number, a name, or several numbers.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a channel: a number from 0, \"left\", \"right\", \"loudest\", or a list of numbers"
)]
pub(crate) enum Channels {
    Number(i64),
    Name(String),
    List(Vec<i64>),
}
