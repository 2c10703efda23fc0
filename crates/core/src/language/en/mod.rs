//! English.

pub mod clock;
pub mod date;
pub mod duration;
pub mod figures;
mod meaning;
pub mod number;
pub mod numerals;
mod objections;
mod order;
mod phrases;
pub mod recurrence;
mod sentences;
mod short;
pub mod sounds;
pub mod speak;
mod units;
pub mod verbalise;

use super::{
    AnswerWords, ControlWords, CourtesyWords, Language, MeaningWords, Objection, OrderWords,
    PhraseWords, Sentences,
};

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

    fn phrases(&self) -> &'static PhraseWords {
        &phrases::PHRASES
    }

    fn order(&self) -> &'static OrderWords {
        &order::ORDER
    }

    fn answers(&self) -> &'static AnswerWords {
        &short::ANSWERS
    }

    fn control(&self) -> &'static ControlWords {
        &short::CONTROL
    }

    fn courtesy(&self) -> &'static CourtesyWords {
        &short::COURTESY
    }

    fn sentences(&self) -> &'static Sentences {
        &sentences::SENTENCES
    }
}
