//! The times by which a command may be put off, as phrases.

use super::expected::any_of;
use crate::grammar::phrase_of;
use crate::language::spoken;
use crate::model::{SlotKind, SlotSpec};
use crate::phrase::Phrase;

/// Times of a command, and the slots that they mention.
pub(super) fn times() -> (Vec<Phrase>, [SlotSpec; 3]) {
    let table = spoken().meaning();
    let slot_of = |name: &str| Phrase::Slot(name.into());
    let (duration, time, date) = (
        || slot_of("duration"),
        || slot_of("time"),
        || slot_of("date"),
    );
    let part = phrase_of(spoken().part_of_day().words());
    let day = || Phrase::choice(vec![date(), part.clone()]);
    let at = || any_of(table.at);
    let clock = |at: Phrase, between: Phrase| {
        Phrase::choice(vec![
            Phrase::sequence(vec![at, time(), Phrase::optional(day())]),
            Phrase::sequence(vec![day(), between, time()]),
        ])
    };
    let phrases = vec![
        Phrase::sequence(vec![any_of(table.delay_before), duration()]),
        Phrase::sequence(vec![duration(), any_of(table.delay_after)]),
        Phrase::sequence(vec![any_of(table.span_before), duration()]),
        Phrase::sequence(vec![
            any_of(table.until),
            clock(Phrase::optional(at()), Phrase::optional(at())),
        ]),
        clock(at(), at()),
    ];
    let slots = [
        slot("duration", SlotKind::Duration),
        slot("time", SlotKind::Time),
        slot("date", SlotKind::Date),
    ];
    (phrases, slots)
}

pub(super) fn slot(name: &str, kind: SlotKind) -> SlotSpec {
    SlotSpec {
        name: name.into(),
        kind,
        optional: false,
        open: false,
        default: None,
        ask: None,
        relative: false,
    }
}
