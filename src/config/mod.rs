//! The owner's file: as written, then as checked. Knows no other room.

pub mod phrase;
mod settings;

use serde::Serialize;

pub use settings::{
    ActionSpec, Audio, Device, IntentSpec, Llm, LlmBackend, Mqtt, ReplySpec, Sensitivity, Settings,
    SlotChoice, SlotKind, SlotSpec, Stt, TestSpec, Voice, Wake, WakeWord,
};

/// One thing that is wrong in the file: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// From 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// Dotted path, such as `intent[2].slots.room.list`.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}
