//! The owner's TOML file: as written, then checked into the model of the core.

#![forbid(unsafe_code)]

mod actions;
mod ambiguity;
mod builtin;
mod check;
mod choices;
mod files;
mod follow_up;
mod intents;
mod llm;
mod names;
mod outside;
mod place;
mod replies;
mod slots;
mod source;
mod trials;
mod written;

use serde::Serialize;

pub use check::{parse, parse_with};
pub use files::files_named;
pub use names::Names;
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
