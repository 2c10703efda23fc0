//! English.

pub mod clock;
pub mod date;
pub mod duration;
pub mod figures;
mod meaning;
pub mod number;
pub mod numerals;
mod objections;
mod phrases;
pub mod recurrence;
mod remarks;
mod sentences;
mod short;
pub mod sounds;
pub mod speak;
mod timers;
mod units;
pub mod verbalise;

use super::{
    AnswerWords, ControlWords, CourtesyWords, Language, MeaningWords, Objection, Phrase,
    PhraseWords, Remark, Sentences,
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

    fn remark(&self, remark: &Remark<'_>) -> String {
        remarks::say(remark)
    }

    fn phrase(&self, phrase: &Phrase<'_>) -> String {
        timers::phrase(phrase)
    }
}
