//! What each type of action is made of, as checked. Strings are templates
//! unless said otherwise: `{slot}` stands for a value.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::ActionSpec;
use crate::answer::Document;

/// Answers a question from a text of the owner's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnswerSpec {
    /// The text's file, as it is written: beside the configuration, unless it says where.
    pub from: PathBuf,
    /// The text; empty until its file was read.
    pub text: Document,
    /// How long the language model may take to the first clause, `llm.timeout_ms`.
    pub timeout_ms: u32,
}

/// Runs a program, without a shell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommandSpec {
    /// The argument vector.
    pub run: Vec<String>,
    /// Whom the program runs as; `None` is `nobody` where Mynah is root, else
    /// Mynah's own user.
    pub user: Option<String>,
    /// Killed after this long.
    pub timeout_ms: u32,
}

/// Makes a web request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HttpSpec {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
    /// The address; slots are percent-encoded.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// The body; in JSON bodies slots are JSON-escaped.
    pub body: Option<String>,
    /// The statuses that mean success; empty: 200 to 299.
    pub expect: Vec<u16>,
    /// File that holds a token for `Authorization: Bearer`.
    pub token_file: Option<PathBuf>,
    /// Certificates (PEM) to be trusted instead of the public authorities.
    pub ca_file: Option<PathBuf>,
    /// Attempts after the first, where another one cannot do harm.
    pub retries: u32,
    /// Given up after this long, all attempts together.
    pub timeout_ms: u32,
}

/// Publishes a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MqttSpec {
    /// The topic; slots lose `/`, `+` and `#`.
    pub topic: String,
    /// The message.
    pub payload: String,
    /// Kept by the broker.
    pub retain: bool,
    /// 0, 1 or 2.
    pub qos: u8,
    /// Where an answer is waited for, as [`MqttSpec::topic`].
    pub answer_topic: Option<String>,
    /// Given up after this long, the answer included.
    pub timeout_ms: u32,
}

/// Calls a service of Home Assistant, or reads a state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HomeAssistantSpec {
    /// Such as `light.turn_{state}`; `None` reads the state of the entity.
    pub service: Option<String>,
    /// Such as `light.{room}`; slots become small letters, digits and `_`.
    pub entity: Option<String>,
    /// More of the call's data: JSON in which texts are templates.
    pub data: serde_json::Map<String, serde_json::Value>,
    /// Whether the service gives an answer of its own.
    pub response: bool,
    /// Given up after this long.
    pub timeout_ms: u32,
}

/// Calls a method on D-Bus.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DbusSpec {
    /// Which bus.
    pub bus: Bus,
    /// Whose method: `org.mpris.MediaPlayer2.{player}`; slots lose what no name
    /// may have.
    pub service: String,
    /// The object, no template.
    pub path: String,
    /// The interface, no template.
    pub interface: String,
    /// The method, no template.
    pub method: String,
    /// What goes in, each with the letter of its D-Bus type.
    pub args: Vec<(char, String)>,
    /// Given up after this long.
    pub timeout_ms: u32,
}

/// A message bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Bus {
    /// The machine's: systemd, Bluetooth, network.
    #[default]
    System,
    /// The user's: media players.
    Session,
    /// Another one's address: `unix:path=...`.
    Address(String),
}

/// One step of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What is done.
    pub action: ActionSpec,
    /// What takes it back when a later step fails.
    pub undo: Option<ActionSpec>,
}

impl ActionSpec {
    /// The longest that the action may take, in milliseconds.
    #[must_use]
    pub fn longest_ms(&self) -> u64 {
        match self {
            Self::Command(CommandSpec { timeout_ms, .. })
            | Self::Answer(AnswerSpec { timeout_ms, .. })
            | Self::Http(HttpSpec { timeout_ms, .. })
            | Self::Mqtt(MqttSpec { timeout_ms, .. })
            | Self::HomeAssistant(HomeAssistantSpec { timeout_ms, .. })
            | Self::Dbus(DbusSpec { timeout_ms, .. }) => (*timeout_ms).into(),
            Self::Sequence(steps) => steps
                .iter()
                .flat_map(|step| [Some(&step.action), step.undo.as_ref()])
                .flatten()
                .map(Self::longest_ms)
                .sum(),
            Self::Otherwise { action, instead } => {
                action.longest_ms() + instead.as_ref().map_or(0, |instead| instead.longest_ms())
            }
            Self::Builtin(_) | Self::Say => 0,
        }
    }

    /// Whether it changes nothing out there, so that there is nothing to take
    /// back.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        match self {
            Self::Http(HttpSpec { method, .. }) => method == "GET",
            Self::HomeAssistant(HomeAssistantSpec { service, .. }) => service.is_none(),
            Self::Sequence(steps) => steps.iter().all(|step| step.action.only_asks()),
            Self::Otherwise { action, instead } => {
                action.only_asks() && instead.as_ref().is_none_or(|instead| instead.only_asks())
            }
            Self::Builtin(deed) => deed.only_asks(),
            Self::Answer(_) | Self::Say => true,
            Self::Command(_) | Self::Mqtt(_) | Self::Dbus(_) => false,
        }
    }

    /// Whether this, or a part of it, satisfies `wanted`.
    pub fn any(&self, wanted: &dyn Fn(&Self) -> bool) -> bool {
        wanted(self)
            || match self {
                Self::Sequence(steps) => steps.iter().any(|step| {
                    step.action.any(wanted) || step.undo.as_ref().is_some_and(|u| u.any(wanted))
                }),
                Self::Otherwise { action, instead } => {
                    action.any(wanted) || instead.as_ref().is_some_and(|i| i.any(wanted))
                }
                _ => false,
            }
    }
}

/// `[events]`: where turns are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// On the broker of `[mqtt]`, under its `topic`.
    pub mqtt: bool,
    /// Posted there as JSON; no template.
    pub url: Option<String>,
    /// File that holds a token for `Authorization: Bearer`.
    pub token_file: Option<PathBuf>,
    /// A program that gets the JSON on its standard input.
    pub command: Vec<String>,
    /// Whether what was said, and the answer, are told too.
    pub transcript: bool,
    /// Whether Home Assistant is told about the box, and may command it; its
    /// prefix for such topics.
    pub discovery: Option<String>,
}

/// `[home_assistant]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeAssistant {
    /// Such as `http://homeassistant.local:8123`, without a slash at its end.
    pub url: String,
    /// File that holds a long-lived access token.
    pub token_file: PathBuf,
    /// Certificates (PEM) to be trusted instead of the public authorities.
    pub ca_file: Option<PathBuf>,
    /// Its areas, floors and entities are lists, and kept current.
    pub follow: bool,
    /// Which of its entities count.
    pub names: EntityFilter,
}

/// Which entities of Home Assistant count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntityFilter {
    /// Those that its own assistant may use.
    #[default]
    Exposed,
    /// All that are not hidden there.
    All,
}

/// `[secrets]`: names, and the files that hold them.
pub type Secrets = BTreeMap<String, PathBuf>;
