//! From words to intents: phrases first, then the language model.

pub mod account;
pub mod freetext;
pub mod guided;
pub mod phrase;
pub mod schema;
pub mod timer_names;
pub mod values;

use thiserror::Error;

use crate::turn::{Completion, Slot, Transcript, Understanding};

/// Why a parser could not say whether it understood.
#[derive(Debug, Error)]
pub enum IntentError {
    /// The language model's process failed; phrases still work.
    #[error("the language model failed: {0}")]
    Llm(String),
    /// No back end of the language model can answer, and nobody was told yet.
    #[error("the language model is away; only phrases are understood")]
    Away,
}

/// Finds what a transcript asks for. `intents` empty in the answer means
/// "nothing that I know": an answer like any other.
pub trait IntentParser: Send {
    /// Understands one transcript. `now` is the wall clock of the moment, which
    /// words like "tomorrow" need.
    ///
    /// # Errors
    /// When a helper (the language model) fails.
    fn parse(
        &mut self,
        transcript: &Transcript,
        now: jiff::civil::DateTime,
    ) -> Result<Understanding, IntentError>;

    /// Whether what was said so far is a command that has ended. A parser that
    /// cannot tell says so.
    fn completion(&self, _transcript: &Transcript, _now: jiff::civil::DateTime) -> Completion {
        Completion::MayContinue
    }

    /// The text in other words of the same meaning, of which one may lean on a phrase.
    fn in_other_words(&self, _text: &str, _now: jiff::civil::DateTime) -> Vec<String> {
        Vec::new()
    }

    /// Reads the value of one slot in a text that answers the question for
    /// it. A parser that cannot do that reads nothing.
    fn read_answer(
        &self,
        _intent: &str,
        _slot: &str,
        _text: &str,
        _now: jiff::civil::DateTime,
    ) -> Option<Slot> {
        None
    }
}

/// How near in meaning a text comes to each intent.
pub trait Likeness: Send {
    /// The cosine of the text and the nearest sentence of each intent, -1..1,
    /// in the order of the intents. `None`: not known yet, or not at all.
    fn to_intents(&mut self, text: &str) -> Option<Vec<f32>>;
}
