//! German.

mod agreement;
mod asking;
mod clock;
mod compound;
mod contraries;
mod date;
mod duration;
mod fragment;
mod meaning;
mod moods;
mod normal;
mod number;
mod numerals;
mod objections;
mod order;
mod phonetic;
mod phrases;
mod prompt;
mod recurrence;
mod remarks;
mod requests;
mod sentences;
mod short;
mod speak;
mod timers;
mod verbalise;
mod verbs;

use super::{Language, language};

/// German, as spoken to a voice assistant that is addressed with "du".
pub(super) static GERMAN: Language = language! {
    worst_heard: phonetic::worst_heard,
    rules: &phrases::RULES,
    infinitive: verbs::infinitive,
    nouns_have_capitals: true,
    compounds: compound::compounds,
    agreed: agreement::agreed,
};
