//! The file as checked: what the rest of the house may rely on. Nothing here
//! can be wrong any more, so nothing here returns an error.

use std::path::PathBuf;

use super::Problem;
pub use super::deeds::{
    AnswerSpec, Bus, CommandSpec, DbusSpec, EntityFilter, Events, HomeAssistant, HomeAssistantSpec,
    HttpSpec, MqttSpec, Secrets, Step,
};
use super::dialogue::DialogueSpec;
use super::intents::{ActionSpec, IntentSpec, TestSpec};
use super::panel::{ButtonSpec, LightSpec};
use super::serve::Serve;
use crate::language::Tongue;

/// Everything that the owner's file decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// `[device]`
    pub device: Device,
    /// `[audio]`
    pub audio: Audio,
    /// `[wake]`
    pub wake: Wake,
    /// `[stt]`
    pub stt: Stt,
    /// `[llm]`
    pub llm: Llm,
    /// `[voice]`
    pub voice: Voice,
    /// `[mqtt]`, the broker of all `mqtt` actions.
    pub mqtt: Option<Mqtt>,
    /// `[home_assistant]`, the house of all `home_assistant` actions.
    pub home_assistant: Option<HomeAssistant>,
    /// `[events]`
    pub events: Option<Events>,
    /// `[serve]`
    pub serve: Serve,
    /// `[[button]]`, in the file's order.
    pub buttons: Vec<ButtonSpec>,
    /// `[light]`
    pub light: Option<LightSpec>,
    /// `[secrets]`
    pub secrets: Secrets,
    /// `[[intent]]`, in the file's order.
    pub intents: Vec<IntentSpec>,
    /// `[[test]]`, in the file's order.
    pub tests: Vec<TestSpec>,
    /// `[[dialogue]]`, in the file's order.
    pub dialogues: Vec<DialogueSpec>,
    /// What is allowed, and hardly meant as it is written, in the file's order.
    pub warnings: Vec<Problem>,
}

impl Settings {
    /// The intent of that name.
    #[must_use]
    pub fn intent(&self, name: &str) -> Option<&IntentSpec> {
        self.intents.iter().find(|spec| spec.name == name)
    }
}

/// `[device]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What the box is called.
    pub name: String,
    /// The language of everything that is said and heard.
    pub language: Tongue,
    /// The room that it stands in, as Home Assistant calls its areas.
    pub area: Option<String>,
}

/// `[audio]`
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// A name of `mynah devices`, or `default`.
    pub input: String,
    /// A name of `mynah devices`, or `default`.
    pub output: String,
    /// Which of the microphone's channels are heard.
    pub channel: Channel,
    /// A sound at wake and at the end of listening.
    pub chimes: bool,
    /// A folder whose `listening.wav`, `heard.wav`, `moment.wav` and `ring.wav` take
    /// the place of the chimes.
    pub sounds: Option<PathBuf>,
    /// How loud the chimes are, in percent; `None`: as the voice.
    pub chime_volume: Option<u8>,
    /// What makes other players softer while somebody speaks with the box.
    pub duck: Option<Duck>,
}

/// Channels of a microphone, from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Channel {
    /// Their mean.
    #[default]
    All,
    /// The mean of these; at least one.
    These(Vec<u8>),
    /// The loudest at the time.
    Loudest,
}

/// A pair of actions around a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Duck {
    /// Makes the others softer: when the box is spoken to, or rings.
    pub soften: ActionSpec,
    /// Makes them as loud as they were: afterwards, and at every start.
    pub restore: ActionSpec,
}

/// `[wake]`
#[derive(Clone, Debug, PartialEq)]
pub struct Wake {
    /// The words that wake, each with its sensitivity.
    pub words: Vec<WakeWord>,
    /// After a detection the same word is deaf for this long.
    pub refractory_ms: u32,
    /// When Whisper looks at a wake word again.
    pub verify: Verify,
}

/// When a wake word needs a second look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Never: the models' own cut-offs decide alone.
    Never,
    /// When a word comes near its cut-off without reaching it.
    #[default]
    Doubtful,
    /// Also above the cut-off: fewer false alarms, and a later chime.
    Always,
}

/// One entry of `wake.words`.
#[derive(Clone, Debug, PartialEq)]
pub struct WakeWord {
    /// The model's name in the manifest, such as `hey_jarvis`.
    pub name: String,
    /// How easily it fires.
    pub sensitivity: Sensitivity,
}

/// How easily a wake word fires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sensitivity {
    /// Fewer false alarms.
    Low,
    /// The default.
    #[default]
    Normal,
    /// Fewer misses.
    High,
}

/// `[stt]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stt {
    /// The model's name in the manifest, such as `whisper-tiny.en`.
    pub model: String,
    /// The model that listens again where the first is in doubt.
    pub second: Option<String>,
    /// Threads of the recogniser; one for each core, three at most, unless
    /// the file says otherwise.
    pub threads: u32,
    /// Silence that ends a command.
    pub endpoint_ms: u32,
    /// The same where no phrase continues what was said; no longer than
    /// `endpoint_ms`.
    pub endpoint_complete_ms: u32,
    /// The same where every phrase continues what was said; no shorter than
    /// `endpoint_ms`.
    pub endpoint_open_ms: u32,
    /// The longest command.
    pub max_s: u32,
}

/// `[llm]`
#[derive(Clone, Debug, PartialEq)]
pub struct Llm {
    /// Where the language model runs.
    pub backend: LlmBackend,
    /// The model's name: in the manifest, or on the server.
    pub model: String,
    /// The model's file for the HAT; `None`: the one that lies in the store.
    pub hef: Option<PathBuf>,
    /// Address of the server; `Some` when `backend` is `http`.
    pub url: Option<String>,
    /// Whose interface the server has; `None`: found out.
    pub api: Option<LlmApi>,
    /// The most threads of the CPU back end; `None`: one fewer than there are
    /// cores.
    pub threads: Option<u32>,
    /// The longest that a person is kept waiting for it.
    pub timeout_ms: u32,
}

/// Where the language model runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LlmBackend {
    /// The HAT when there is one, else the CPU.
    #[default]
    Auto,
    /// The HAT or nothing.
    Hailo,
    /// llama.cpp.
    Cpu,
    /// A server.
    Http,
    /// Phrases only.
    None,
}

/// Whose interface a language model's server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LlmApi {
    /// `hailo-ollama`
    HailoOllama,
    /// `ollama`
    Ollama,
    /// `llama-server`
    LlamaServer,
}

impl LlmApi {
    /// As in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HailoOllama => "hailo-ollama",
            Self::Ollama => "ollama",
            Self::LlamaServer => "llama-server",
        }
    }
}

/// `[voice]`
#[derive(Clone, Debug, PartialEq)]
pub struct Voice {
    /// The voice's name in the manifest, such as `en_US-joe-medium`.
    pub model: String,
    /// 1 is the voice's own pace, 2 twice as fast.
    pub speed: f32,
}

/// `[mqtt]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mqtt {
    /// Host name or address.
    pub host: String,
    /// 1883 by default.
    pub port: u16,
    /// User name, if the broker wants one.
    pub user: Option<String>,
    /// File that holds the password.
    pub password_file: Option<PathBuf>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Certificates (PEM) to be trusted instead of the public authorities.
    pub ca_file: Option<PathBuf>,
    /// What the topics of the box itself begin with: `mynah/kitchen`.
    pub topic: String,
}
