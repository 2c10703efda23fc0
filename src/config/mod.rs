//! The owner's file: as written, then as checked. Knows no other room.

mod accept;
mod actions;
mod ambiguity;
mod builtin;
mod check;
mod choices;
mod deeds;
mod files;
mod follow_up;
mod intents;
mod llm;
mod names;
mod outside;
pub mod phrase;
mod place;
mod read;
mod replies;
mod settings;
mod shape;
mod slots;
mod source;
pub mod suggest;
pub mod template;
mod trials;
pub mod wording;
mod written;

use serde::Serialize;

pub use accept::Refusal;
pub use builtin::Deed;
pub use check::{parse, parse_with};
pub use files::files_named;
pub use names::Names;
pub use read::small_text;
pub use settings::{
    ActionSpec, Audio, Bus, CommandSpec, DbusSpec, Device, Duck, Events, HomeAssistant,
    HomeAssistantSpec, HttpSpec, IntentSpec, Llm, LlmApi, LlmBackend, Mqtt, MqttSpec, ReplySpec,
    Secrets, Sensitivity, Settings, SlotChoice, SlotKind, SlotSpec, Step, Stt, TestSpec, Verify,
    Voice, Wake, WakeWord,
};
pub use source::{ConfigError, EXAMPLE, Source, discover, is_the_system_s, load, place};

/// One thing that is wrong in the file: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// From 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// Dotted path, such as `intent[2].slots.room.list`; indices from 0.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

#[cfg(test)]
mod tests;
