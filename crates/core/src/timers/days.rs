//! The days of the week on which an alarm comes again.

use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

use crate::language::WeekdaySet;

const NAMES: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const ALL: u8 = 0b111_1111;
const WORKING: u8 = 0b001_1111;
const WEEKEND: u8 = 0b110_0000;

/// Some days of the week; none of them means "once".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days(u8);

impl Days {
    /// The days of a name: `daily`, `weekdays`, `weekends`, or of one day.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let day = |known: &&str| known.eq_ignore_ascii_case(name);
        match name {
            "daily" => Some(Self(ALL)),
            "weekdays" => Some(Self(WORKING)),
            "weekends" => Some(Self(WEEKEND)),
            _ => NAMES.iter().position(day).map(|at| Self(1 << at)),
        }
    }

    /// These days and others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether it comes only once.
    #[must_use]
    pub const fn is_once(self) -> bool {
        self.0 == 0
    }

    /// Whether a day is one of them.
    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }

    /// The same days, as the language module has them; none for "once".
    #[must_use]
    pub fn weekdays(self) -> WeekdaySet {
        let days = (0..NAMES.len()).filter(|at| self.0 & (1 << at) != 0);
        days.map(WeekdaySet::one)
            .fold(WeekdaySet::default(), WeekdaySet::with)
    }
}
