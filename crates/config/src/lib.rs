//! The owner's TOML file: as written, then checked into the model of the core.

#![forbid(unsafe_code)]

mod actions;
mod ambiguity;
mod audio;
mod builtin;
mod check;
mod choices;
mod dialogues;
mod files;
mod follow_up;
pub mod house;
mod intents;
mod llm;
mod names;
mod outside;
mod panel;
mod place;
mod replies;
mod safety;
mod serve;
mod shape;
mod show;
mod slots;
mod source;
mod speech;
mod texts;
mod trials;
mod written;

pub use check::{parse, parse_followed, parse_with};
pub use files::files_named;
pub use names::Names;
pub use source::{ConfigError, EXAMPLE, Source, discover, is_the_system_s, load, place};
pub use texts::beside;

pub use mynah_core::model::Problem;

#[cfg(test)]
mod tests;
