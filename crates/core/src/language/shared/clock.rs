//! Parts of the day, and what readers of times share.

use crate::language::form::{Form, one_of, said, table};
use crate::language::{ClockTime, DayPart, Half};

/// Noon, in minutes.
pub(in crate::language) const HALF_DAY: i32 = 12 * 60;

/// Parts of the day, in canonical form.
#[derive(Debug)]
pub(in crate::language) struct ClockWords {
    /// Parts of some day, which may stand before or after a time.
    pub parts: &'static [(&'static str, DayPart)],
    /// Parts of this very day.
    pub now: &'static [(&'static str, DayPart)],
    /// Parts of the day that say no time without one beside them.
    pub beside_time: &'static [(&'static str, DayPart)],
    /// Parts of the day behind a day: (tomorrow) "morning".
    pub bare: &'static [(&'static str, DayPart)],
    /// Parts of the day that say no time even beside one, with the days from today.
    pub alone: &'static [(&'static str, (DayPart, Option<i8>))],
    /// Days before a part, with their distance from today: "tomorrow".
    pub days: &'static [(&'static str, i8)],
    /// Before a part of many days: "every".
    pub each: &'static [&'static str],
    /// A time of day, with what is said of its half.
    pub time: fn() -> Form<ClockTime>,
}

impl ClockWords {
    /// "in the morning", "tonight", "at night".
    #[must_use]
    pub(in crate::language) fn part_of_day(&self) -> Form<DayPart> {
        let tables = [self.parts, self.now, self.beside_time];
        one_of(tables.map(|rows| table(rows.iter().copied())).into())
    }

    /// "in the morning", "tonight", "tomorrow evening", "later today".
    #[must_use]
    pub(in crate::language) fn part_of_some_day(&self) -> Form<(DayPart, Option<i8>)> {
        let any = || table(self.parts.iter().copied());
        let behind = one_of(vec![table(self.bare.iter().copied()), any()]);
        let later = table(self.days.iter().copied()).then(behind);
        one_of(vec![
            any().map(|part| (part, None)),
            table(self.now.iter().copied()).map(|part| (part, Some(0))),
            later.map(|(days, part)| (part, Some(days))),
            table(self.alone.iter().copied()),
        ])
    }

    /// "every morning".
    #[must_use]
    pub(in crate::language) fn recurring_part_of_day(&self) -> Form<DayPart> {
        said(self.each).and(table(self.bare.iter().copied()))
    }
}

/// A time of so many minutes.
pub(in crate::language) fn dial(minutes: i32, half: Half) -> ClockTime {
    ClockTime {
        minutes: u16::try_from(minutes).unwrap_or(0),
        half,
    }
}

/// A time of the twenty-four hour clock, which what is said beside it must not
/// contradict.
pub(in crate::language) fn of_24(minutes: i32, half: Option<Half>) -> Option<ClockTime> {
    let late = HALF_DAY <= minutes;
    let fits = match half {
        None | Some(Half::Part(DayPart::Night)) => true,
        Some(Half::Am | Half::Part(DayPart::Morning)) => !late,
        Some(_) => late,
    };
    fits.then(|| dial(minutes, Half::Fixed))
}

pub(in crate::language) fn int(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(0)
}
