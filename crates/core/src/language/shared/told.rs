//! What the box tells of timers, alarms, reminders and commands for later, apart
//! from the words.

use jiff::ToSpan as _;

use crate::language::{DayTime, Due, MAX_TOLD, Noun, Standing, Told};

/// How a day lies to the one on which it is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::language) enum Away {
    /// The same day.
    Today,
    /// The next, or the one before.
    OneDay,
    /// Less than a week away.
    InWeek,
    /// Further.
    Far,
}

/// A day ahead.
pub(in crate::language) fn ahead(DayTime { at, today }: &DayTime) -> Away {
    match (at.date() - *today).get_days() {
        0 => Away::Today,
        1 => Away::OneDay,
        2..=6 => Away::InWeek,
        _ => Away::Far,
    }
}

/// A day that is over.
pub(in crate::language) fn behind(DayTime { at, today }: &DayTime) -> Away {
    match at.date() {
        date if date == *today => Away::Today,
        date if date.checked_add(1.day()).is_ok_and(|next| next == *today) => Away::OneDay,
        date if date.checked_add(7.days()).is_ok_and(|week| *today < week) => Away::InWeek,
        _ => Away::Far,
    }
}

/// "a, b and c"; of many only the first, with `more` for the count of the others.
pub(in crate::language) fn listed(
    items: &[String],
    and: &str,
    more: impl FnOnce(usize) -> String,
) -> String {
    let shown = &items[..items.len().min(MAX_TOLD)];
    match (shown, items.len() - shown.len()) {
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        ([head @ .., last], 0) => format!("{} {and} {last}", head.join(", ")),
        (all, rest) => format!("{} {and} {}", all.join(", "), more(rest)),
    }
}

/// What is told when all entries of a kind are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::language) enum All {
    /// Commands, one or more.
    Commands,
    /// One alarm with its time: as when it was set.
    OneAlarm(Due),
    /// One timer: as when it is asked for.
    OneTimer,
    /// One of another kind.
    One,
    /// So many.
    Many(usize),
}

/// How all entries of a kind are told.
pub(in crate::language) fn all(kind: Noun, entries: &[Told<'_>]) -> All {
    match (kind, entries) {
        (Noun::Command, _) => All::Commands,
        (Noun::Alarm, [one]) => match one.standing {
            Standing::Set(at) => All::OneAlarm(at),
            _ => All::One,
        },
        (Noun::Timer, [_]) => All::OneTimer,
        (_, [_]) => All::One,
        (_, many) => All::Many(many.len()),
    }
}
