//! Values as they are read and said: amounts, days of the calendar, and what
//! the speakers of a language are given.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time};

use super::{WeekdaySet, spoken};

/// An amount as it was said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// So much.
    Number(f64),
    /// The largest that there is.
    Most,
    /// The smallest that there is.
    Least,
}

/// A value to be put into words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number, in digits where words would be long.
    Number(f64),
    /// A whole number in words.
    Whole(i64),
    /// The place of something in a row, counted from 1.
    Ordinal(u64),
    /// A stretch of time in seconds.
    Duration(u64),
    /// A time of day.
    Time(Time),
    /// A day of the calendar, as it is called from `today`: a near one by its
    /// name, and its year where it is not the next such day.
    Day {
        /// Which.
        day: Date,
        /// The day on which it is spoken of.
        today: Option<Date>,
    },
    /// The same by its date, however near it is.
    Date {
        /// Which.
        day: Date,
        /// The day on which it is spoken of.
        today: Option<Date>,
    },
    /// The day of the week of a date.
    Weekday(Date),
    /// Days that come again every week; nothing for none.
    Days(WeekdaySet),
}

impl Value {
    /// The words, in the language that is spoken with the box.
    #[must_use]
    pub fn said(self) -> String {
        spoken().say(self)
    }
}

/// Which of the days of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhichDay {
    /// The coming one; never today.
    Coming,
    /// As [`WhichDay::Coming`], or today.
    This,
    /// That of the week that begins next Monday.
    Next,
    /// A week after the coming one.
    WeekAfter,
}

/// A day as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// So many days from today.
    In {
        /// Days.
        days: i32,
        /// Whether it is said as "tomorrow" rather than by its date.
        named: bool,
    },
    /// A day of the week (0 is Monday).
    Weekday(usize, WhichDay),
    /// A day of the calendar; the next such where month or year is left out.
    Calendar {
        /// A day of the week (0 is Monday) that was said with it.
        weekday: Option<usize>,
        /// 1..=31
        day: i8,
        /// 1..=12
        month: Option<i8>,
        /// Gregorian.
        year: Option<i16>,
    },
}

impl Day {
    /// The day of the calendar that is meant. `None` for one that does not
    /// exist, or that is no such day of the week.
    #[must_use]
    pub fn on(self, today: Date) -> Option<Date> {
        match self {
            Self::In { days, .. } => today.checked_add(i64::from(days).days()).ok(),
            Self::Weekday(day, which) => weekday(day, which, today),
            Self::Calendar {
                weekday,
                day,
                month,
                year,
            } => {
                let date = match (month, year) {
                    (Some(month), Some(year)) => Date::new(year, month, day).ok(),
                    (Some(month), None) => next_year(day, month, today),
                    (None, _) => next_month(day, today),
                }?;
                let named = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
                weekday.is_none_or(|said| said == named).then_some(date)
            }
        }
    }
}

fn weekday(day: usize, which: WhichDay, today: Date) -> Option<Date> {
    let place = i64::try_from(day).ok()?;
    let now = i64::from(today.weekday().to_monday_zero_offset());
    let ahead = (place - now).rem_euclid(7);
    let coming = if ahead == 0 { 7 } else { ahead };
    let days = match which {
        WhichDay::Coming => coming,
        WhichDay::This => ahead,
        WhichDay::Next => 7 - now + place,
        WhichDay::WeekAfter => coming + 7,
    };
    today.checked_add(days.days()).ok()
}

/// The next one; 29 February may be up to eight years away.
fn next_year(day: i8, month: i8, today: Date) -> Option<Date> {
    let years = today.year()..=today.year() + 8;
    years
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| today <= *date)
}

fn next_month(day: i8, today: Date) -> Option<Date> {
    let first = today.first_of_month();
    (0..=2_i64)
        .filter_map(|ahead| first.checked_add(ahead.months()).ok())
        .filter_map(|month| Date::new(month.year(), month.month(), day).ok())
        .find(|date| today <= *date)
}
