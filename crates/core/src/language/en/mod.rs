//! English.

mod asking;
mod clock;
mod contraries;
mod date;
mod duration;
mod figures;
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
mod sounds;
mod speak;
mod spelling;
mod timers;
mod units;
mod verbalise;

use super::{Language, language};

/// English, as spoken to a voice assistant.
pub(super) static ENGLISH: Language = language! {
    worst_heard: sounds::worst_heard,
    rules: &[],
    infinitive: |_| None,
    nouns_have_capitals: false,
    compounds: |_| Vec::new(),
    agreed: str::to_owned,
};
