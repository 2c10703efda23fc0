//! The box as somebody at a screen sees and operates it. One implementation is
//! the appliance, another a script for tests.

use mynah_core::model::Problem;
use mynah_core::timers::Kind;
use serde::Serialize;
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
    /// Whether it hears nothing.
    pub muted: bool,
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

/// What the box is told by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
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
    /// It is right, and cannot count at this moment.
    #[error("{why}; hint: {hint}")]
    NotNow {
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

    /// Hands an order to the box without waiting for what comes of it.
    ///
    /// # Errors
    /// When it cannot be taken now.
    fn order(&self, order: Order) -> Result<(), Unavailable>;

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

    /// Checks a configuration, writes it in the place of the present one, and lets it
    /// count from the next turn on. Gives the keys that count after a restart.
    ///
    /// # Errors
    /// When it is wrong or cannot be written: the old one stays then. When it was
    /// written and cannot count now.
    fn replace_config(&self, text: &str) -> Result<Vec<&'static str>, NotTaken>;
}
