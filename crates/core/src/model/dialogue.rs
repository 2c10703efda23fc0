//! Written conversations that test the file: what is said, how time passes, and
//! the answers that are expected.

use jiff::civil::{Date, Time};

/// One `[[dialogue]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct DialogueSpec {
    /// For reports.
    pub name: Option<String>,
    /// The day on which it begins; `None`: today.
    pub date: Option<Date>,
    /// The time at which it begins.
    pub time: Time,
    /// In order; not empty.
    pub turns: Vec<DialogueTurn>,
    /// Line in the file, from 1.
    pub line: usize,
}

/// One turn of a dialogue, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DialogueTurn {
    /// What happens.
    pub input: TurnInput,
    /// The intents of which it must give one; `none` where nothing may be done, `asks`
    /// where a question must come, `undo` where the last command must be taken back.
    /// Empty: any.
    pub intents: Vec<String>,
    /// The slots that an intent of the file must have, as JSON: exactly these.
    pub slots: serde_json::Map<String, serde_json::Value>,
    /// When it must be done, as JSON; `None` for at once.
    pub when: Option<serde_json::Value>,
    /// One of these must be said, an empty one for silence; none: anything may be.
    pub replies: Vec<String>,
    /// All that must be set afterwards, in any order; `None`: not checked.
    pub timers: Option<Vec<SetFor>>,
    /// Line in the file, from 1.
    pub line: usize,
}

/// What happens in a turn of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnInput {
    /// Somebody says this.
    Say(String),
    /// So many seconds pass.
    Wait(u32),
}

/// When something that is set will ring or be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetFor {
    /// In so many seconds.
    After(u32),
    /// When the clock on the wall shows this.
    At(Time),
}
