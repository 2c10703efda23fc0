//! What Mynah understands and decides, in the order in which a turn passes it.
//!
//! A [`percept`] of each [`frame`] of sound moves the [`conversation`], which
//! cuts an utterance. Its transcript is understood by [`intent`] (whose words
//! come from [`grammar`], and in doubt from a language model, [`llm`]), weighed
//! by [`dialogue`] and answered by [`reply`], or from a text of the owner's by
//! [`answer`]. [`model`] is what the owner's file means, [`phrase`] the language of
//! its phrases, [`timers`] the book of what is to ring later, [`turn`] the values
//! that travel between them.
//!
//! Nothing here reads a file, asks a clock, starts a thread or runs a model.

#![forbid(unsafe_code)]

pub mod answer;
pub mod conversation;
pub mod dialogue;
pub mod frame;
pub mod grammar;
pub mod intent;
pub mod language;
pub mod llm;
pub mod model;
pub mod news;
pub mod percept;
pub mod phrase;
pub mod reply;
pub mod suggest;
pub mod timers;
pub mod turn;
