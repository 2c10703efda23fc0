//! What is known of natural language: word tables, and the readers and
//! speakers of numbers, durations, clock times, dates and repetitions.
//!
//! A value is defined once, as a [`form::Form`]: the words that it may be said
//! in, and what they mean. The grammar's automaton and the reader both come
//! from that definition. This module depends on no other.

pub mod en;
pub mod form;
mod moment;

pub use moment::{ClockTime, Half, DayPart, Settled, same_clock_time, settle};

/// Some days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// Monday to Sunday.
    pub const DAILY: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// One day; 0 is Monday.
    #[must_use]
    pub const fn one(day: usize) -> Self {
        Self(1 << (day % 7))
    }

    /// From one day to another, both included, over the end of the week if
    /// need be.
    #[must_use]
    pub fn range(from: usize, to: usize) -> Self {
        let count = (to + 7 - from) % 7;
        (0..=count)
            .map(|ahead| Self::one(from + ahead))
            .fold(Self::default(), Self::with)
    }

    /// The days of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a day is one of them; 0 is Monday.
    #[must_use]
    pub const fn has(self, day: usize) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// The days, Monday (0) first.
    pub fn days(self) -> impl Iterator<Item = usize> {
        (0..7).filter(move |day| self.has(*day))
    }
}

/// What repeats, as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// On these days of every week.
    Days(WeekdaySet),
    /// A repetition that is no set of weekdays: every other day, every two
    /// hours, the first of every month.
    Unsupported,
}
