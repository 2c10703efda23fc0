//! English.

mod meaning;
mod objections;

use super::{Language, MeaningWords, Objection};

/// English, as spoken to a voice assistant.
#[derive(Clone, Copy, Debug)]
pub struct English;

impl Language for English {
    fn meaning(&self) -> &'static MeaningWords {
        &meaning::WORDS
    }

    fn objection(&self, objection: &Objection) -> String {
        objections::say(objection)
    }
}
