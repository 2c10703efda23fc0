//! Rows of the table of sentences that are shorter than a command: answers of
//! several values, numbers without their unit, and other times.

use super::super::filling::sounds_like_one;
use super::super::leaning;
use super::super::when::{slot, times};
use super::{Row, RowSentences, any_of, one_of_them, said};
use crate::language::spoken;
use crate::model::{SlotKind, SlotSpec};
use crate::phrase::Phrase;

/// The time of a command, as a correction gives it.
pub(super) fn other_times() -> [RowSentences; 4] {
    let (phrases, slots) = times();
    let bare = ["duration", "time", "date"].map(|name| Phrase::Slot(name.into()));
    let bare = Phrase::sequence(vec![leaning::placing(), Phrase::choice(bare.into())]);
    [
        RowSentences::new(Row::Correction, phrases).with(&slots),
        RowSentences::new(Row::Correction, vec![bare]).with(&slots),
        number(Row::Correction),
        minutes_of_an_hour(),
    ]
}

/// "Half past", of an hour that was said before.
pub(super) fn minutes_of_an_hour() -> RowSentences {
    let table = spoken().fragments();
    let minutes = Phrase::choice(vec![
        Phrase::Slot("number".into()),
        any_of(table.parts_of_hour),
    ]);
    let phrase = Phrase::sequence(vec![minutes, any_of(table.before_hour)]);
    let numbers = number(Row::Correction);
    RowSentences {
        phrases: vec![phrase],
        ..numbers
    }
}

/// Answers of more than one value, and a number where a length of time is meant.
pub(super) fn more_values(slot: &SlotSpec) -> Vec<RowSentences> {
    let value = || Phrase::sequence(vec![leaning::placing(), Phrase::Slot(slot.name.clone())]);
    let own = std::slice::from_ref(slot);
    match &slot.kind {
        SlotKind::Values(choices) => {
            let names: Vec<&String> = choices.iter().flat_map(|choice| &choice.say).collect();
            let two = vec![value(), any_of(spoken().phrases().links), value()];
            let two = RowSentences::new(Row::Value, vec![Phrase::sequence(two)]);
            vec![two.with(own), all_of_them(Row::Value, &names)]
        }
        SlotKind::Duration => vec![number(Row::Value)],
        _ => Vec::new(),
    }
}

/// "Both", "all of them", but for words that sound like one of the names.
pub(super) fn all_of_them(row: Row, names: &[&String]) -> RowSentences {
    let answers = spoken().answers();
    let mut texts = [answers.both, answers.all].concat();
    texts.retain(|text| !sounds_like_one(text, names.iter().copied()));
    one_of_them(row, said(&texts))
}

/// A number without a unit.
pub(super) fn number(row: Row) -> RowSentences {
    let kind = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    RowSentences::new(row, vec![Phrase::Slot("number".into())]).with(&[slot("number", kind)])
}
