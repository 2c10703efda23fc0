//! The file as written: its shape, and no more. What is allowed inside the
//! shape is the business of the checks.

mod action;
mod audio;
mod panel;
mod serve;
mod shapes;
mod trial;

use std::path::PathBuf;

use serde::Deserialize;

pub(crate) use action::{Action, Expect, OnFailure};
pub(crate) use audio::{Audio, Channels};
pub(crate) use panel::{Button, Light};
pub(crate) use serve::{Serve, Show};
pub(crate) use trial::{Dialogue, Dialogues, Test, Turn};

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct File {
    pub device: Device,
    pub audio: Audio,
    pub wake: Wake,
    pub stt: Stt,
    pub llm: Llm,
    pub voice: Voice,
    pub mqtt: Option<Mqtt>,
    pub home_assistant: Option<HomeAssistant>,
    pub events: Option<Events>,
    pub serve: Serve,
    pub button: Vec<Button>,
    pub light: Option<Light>,
    pub secrets: Ordered<PathBuf>,
    pub lists: Ordered<Vec<Choice>>,
    pub rules: Ordered<String>,
    pub dialogue: Dialogues,
    pub builtin: Builtin,
    pub intent: Vec<Intent>,
    pub test: Vec<Test>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Device {
    pub name: String,
    pub language: String,
    pub area: Option<String>,
}

impl Default for Device {
    fn default() -> Self {
        Self {
            name: "Mynah".into(),
            language: "en".into(),
            area: None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Wake {
    pub words: Vec<WakeWord>,
    pub sensitivity: String,
    pub refractory_ms: u32,
    pub verify: String,
}

impl Default for Wake {
    fn default() -> Self {
        Self {
            words: vec![WakeWord {
                name: "hey_jarvis".into(),
                sensitivity: None,
            }],
            sensitivity: "normal".into(),
            refractory_ms: 2000,
            verify: "doubtful".into(),
        }
    }
}

/// `"hey_jarvis"` or `{ name = "hey_jarvis", sensitivity = "low" }`.
#[derive(Debug)]
pub(crate) struct WakeWord {
    pub name: String,
    pub sensitivity: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Stt {
    pub model: String,
    pub second: String,
    pub threads: u32,
    pub endpoint_ms: u32,
    pub endpoint_complete_ms: u32,
    pub endpoint_open_ms: u32,
    pub max_s: u32,
}

impl Default for Stt {
    fn default() -> Self {
        Self {
            model: "whisper-tiny.en".into(),
            second: "whisper-base".into(),
            threads: stt_threads(),
            endpoint_ms: 600,
            endpoint_complete_ms: 250,
            endpoint_open_ms: 1500,
            max_s: 15,
        }
    }
}

/// One for each core, three at most: measured on two idle cores, two threads
/// take 0.54 of the time of one, and a Pi's fourth core is for the sound.
fn stt_threads() -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u32::try_from(cores.min(3)).unwrap_or(1)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Llm {
    pub backend: String,
    pub model: String,
    pub hef: Option<PathBuf>,
    pub url: Option<String>,
    pub api: Option<String>,
    pub threads: Option<u32>,
    pub timeout_ms: u32,
}

impl Default for Llm {
    fn default() -> Self {
        Self {
            backend: "auto".into(),
            model: "qwen2.5-coder-1.5b".into(),
            hef: None,
            url: None,
            api: None,
            threads: None,
            timeout_ms: 8000,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Voice {
    pub model: String,
    pub speed: f32,
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            model: "en_US-joe-medium".into(),
            speed: 1.0,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mqtt {
    pub host: String,
    pub port: Option<u16>,
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    pub tls: bool,
    pub ca_file: Option<PathBuf>,
    pub topic: Option<String>,
}

impl Default for Mqtt {
    fn default() -> Self {
        Self {
            host: "localhost".into(),
            port: None,
            user: None,
            password_file: None,
            tls: false,
            ca_file: None,
            topic: None,
        }
    }
}

/// Whether the ear opens again, or for how many seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "expected true, false, or a number of seconds")]
pub(crate) enum FollowUp {
    Switch(bool),
    Seconds(f64),
}

/// What is built in and switched on; `all` is for what is not named.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Builtin {
    pub all: bool,
    pub timers: Option<bool>,
    pub alarms: Option<bool>,
    pub reminders: Option<bool>,
    pub schedule: Option<bool>,
    pub clock: Option<bool>,
    pub volume: Option<bool>,
    pub help: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HomeAssistant {
    pub url: String,
    pub token_file: PathBuf,
    pub ca_file: Option<PathBuf>,
    #[serde(default)]
    pub follow: bool,
    pub names: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Events {
    pub mqtt: bool,
    pub url: Option<String>,
    pub token_file: Option<PathBuf>,
    pub command: Vec<String>,
    pub transcript: bool,
    pub discovery: bool,
    pub discovery_prefix: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Intent {
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub phrases: Vec<String>,
    #[serde(default)]
    pub slots: Ordered<Slot>,
    #[serde(default)]
    pub confirm: Option<String>,
    #[serde(default)]
    pub action: Option<Action>,
    #[serde(default)]
    pub undo: Option<Action>,
    #[serde(default)]
    pub reply: Option<Reply>,
    #[serde(default)]
    pub follow_up: Option<FollowUp>,
    pub show: Option<Show>,
    #[serde(default)]
    pub suggest: Vec<String>,
    #[serde(default)]
    pub llm: Option<bool>,
    #[serde(default)]
    pub later: Option<bool>,
}

/// Which keys go together is checked later, so that the error can point at
/// the one key that does not belong.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Slot {
    pub list: Option<String>,
    pub values: Option<Vec<Choice>>,
    pub r#type: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub unit: Option<String>,
    pub optional: bool,
    pub open: bool,
    pub default: Option<Scalar>,
    pub ask: Option<String>,
    pub relative: bool,
}

/// A value of a list: plain text, or a table with more about it.
#[derive(Debug)]
pub(crate) enum Choice {
    Plain(String),
    Full {
        value: String,
        say: Option<Vec<String>>,
        fields: Vec<(String, String)>,
    },
}

/// A text or a number, as text.
#[derive(Debug)]
pub(crate) struct Scalar(pub String);

/// A text, several texts, or `{ ok, fail }`.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// Whether it is written as a table, for the keys of its problems.
    pub table: bool,
    pub ok: Option<Texts>,
    pub fail: Option<Texts>,
    pub pick: Option<String>,
}

/// A text or several.
#[derive(Debug)]
pub(crate) struct Texts {
    /// Whether it is written as an array, for the keys of its problems.
    pub array: bool,
    pub texts: Vec<String>,
}

/// A table whose order matters.
#[derive(Debug)]
pub(crate) struct Ordered<T>(pub Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}
