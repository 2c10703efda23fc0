//! The box as somebody at a screen sees and operates it. One implementation is
//! the appliance, another a script for tests.

use mynah_core::model::Problem;
use mynah_core::timers::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::assistant::Unavailable;

/// A timer, an alarm, a reminder or a command for later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Timer {
    /// Its number, for cancelling it.
    pub id: u64,
    /// `timer`, `alarm`, `reminder` or `command`.
    pub kind: Kind,
    /// One line for people: name, or what it will do.
    pub text: String,
    /// Seconds from now.
    pub left_s: u64,
}

/// The state of the box, but for the conversation, which the events tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct State {
    /// Whether there are a microphone and a loudspeaker at all.
    pub microphone: bool,
    /// Whether it is to hear nothing.
    pub muted: bool,
    /// How easily the wake words fire: `low`, `normal` or `high`; nothing where they
    /// differ.
    pub sensitivity: Option<&'static str>,
    /// 0 to 100.
    pub volume: u8,
    /// Soonest first.
    pub timers: Vec<Timer>,
    /// Back end and name of the language model, if it is there.
    pub llm: Option<String>,
    /// Of the processor, in degrees Celsius, where it is known.
    pub temperature_c: Option<f32>,
    /// Resident memory of the program in bytes, where it is known.
    pub memory_bytes: Option<u64>,
}

/// A picture that an intent shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type, such as `image/png`.
    pub kind: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// An intent to be added, as `mynah new intent` takes it. Empty texts are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewIntent {
    /// Its name.
    pub name: String,
    /// For people and for the language model.
    pub description: String,
    /// Phrases.
    pub phrases: Vec<String>,
    /// Slots, as `NAME=VALUES`.
    pub slots: Vec<String>,
    /// The action in short, such as `mqtt TOPIC PAYLOAD`.
    pub action: String,
    /// The reply.
    pub reply: String,
    /// The question before the action.
    pub confirm: String,
    /// Sentences that must be understood as it.
    pub tests: Vec<String>,
}

/// What the box is told by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleOrder {
    /// Listen, as after a wake word.
    Listen,
    /// Stop speaking, ringing or listening.
    Stop,
    /// Hear nothing, or hear again.
    Mute(bool),
    /// How loud, 0 to 100.
    Volume(u8),
    /// Say this as soon as nobody speaks with the box.
    Say(String),
}

/// Why a configuration was not taken; the old one stays.
#[derive(Debug, Error)]
pub enum NotTaken {
    /// It is wrong.
    #[error("the configuration has {} problems", .0.len())]
    Wrong(Vec<Problem>),
    /// Another change is under way, and nothing was changed by this one.
    #[error("another change of the configuration is under way; hint: try again in a moment")]
    Busy,
    /// It is right, and cannot count at this moment.
    #[error("{why}; hint: {hint}")]
    NotNow {
        /// The reason.
        why: String,
        /// The remedy.
        hint: &'static str,
    },
    /// It was refused for another reason, and nothing was changed.
    #[error("{why}; hint: {hint}")]
    Refused {
        /// The reason.
        why: String,
        /// The remedy.
        hint: &'static str,
    },
    /// It cannot be written, or the box has none to be changed.
    #[error("{why}; hint: {hint}")]
    Unwritable {
        /// The reason.
        why: String,
        /// The remedy.
        hint: &'static str,
    },
}

/// The box.
pub trait Console: Send + Sync {
    /// The state now. Waits for nothing.
    fn state(&self) -> State;

    /// Names of this machine in the network, such as `kitchen` and
    /// `kitchen.local`: a request by another name is refused.
    fn names(&self) -> Vec<String>;

    /// Sentences that somebody at the screen may try.
    fn suggestions(&self) -> Vec<String>;

    /// The picture of the intent of this name, if it has one that can be read.
    fn picture(&self, intent: &str) -> Option<Picture>;

    /// The owner's style sheet for `/kiosk`.
    fn style(&self) -> Option<String>;

    /// Hands an order to the box without waiting for what comes of it.
    ///
    /// # Errors
    /// When it cannot be taken now.
    fn order(&self, order: ConsoleOrder) -> Result<(), Unavailable>;

    /// Cancels what has this number; false where nothing has.
    ///
    /// # Errors
    /// When it could not be recorded.
    fn cancel(&self, id: u64) -> Result<bool, Unavailable>;

    /// The text of the configuration.
    ///
    /// # Errors
    /// When it cannot be read.
    fn config(&self) -> Result<String, Unavailable>;

    /// What a sentence is understood as, and what each word is used for: a line of
    /// `mynah ask --explain --json`. Nothing is carried out.
    ///
    /// # Errors
    /// When there is no answer.
    fn explain(&self, text: &str) -> Result<Value, Unavailable>;

    /// Runs the tests of the configuration: `{"passed", "of", "tests"}`, each as a line
    /// of `mynah test --json`.
    ///
    /// # Errors
    /// When one has no answer.
    fn test(&self) -> Result<Value, Unavailable>;

    /// The lines of `mynah doctor --json` as a list. Takes seconds.
    ///
    /// # Errors
    /// When it cannot be run.
    fn doctor(&self) -> Result<Value, Unavailable>;

    /// Adds an intent to the configuration and lets it count. Gives the keys that
    /// count after a restart.
    ///
    /// # Errors
    /// When it is wrong; nothing was changed then.
    fn add_intent(&self, intent: &NewIntent) -> Result<Vec<&'static str>, NotTaken>;

    /// Changes how easily the wake words fire: `low`, `normal` or `high`.
    ///
    /// # Errors
    /// As [`Console::replace_config`].
    fn set_sensitivity(&self, name: &str) -> Result<Vec<&'static str>, NotTaken>;

    /// A backup of everything that is the owner's, as a zip file, secrets included.
    ///
    /// # Errors
    /// When something cannot be read.
    fn backup(&self) -> Result<Vec<u8>, NotTaken>;

    /// Restores a backup, all of it or nothing, and lets its configuration count.
    ///
    /// # Errors
    /// When it is none, or cannot be put in place.
    fn restore(&self, zip: &[u8]) -> Result<Vec<&'static str>, NotTaken>;

    /// Checks a configuration, writes it in the place of the present one, and lets it
    /// count from the next turn on. Gives the keys that count after a restart.
    ///
    /// # Errors
    /// When it is wrong or cannot be written: the old one stays then. When it was
    /// written and cannot count now.
    fn replace_config(&self, text: &str) -> Result<Vec<&'static str>, NotTaken>;
}
