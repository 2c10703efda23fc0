//! Values in words, as replies say them.

use jiff::civil::{Date, Time};

use super::date::DateWords;
use crate::language::{Day, DayPart, Value, WeekdaySet, WhichDay};

/// How a language says values.
#[derive(Debug)]
pub(in crate::language) struct SpeakWords {
    /// The names of days and months.
    pub dates: &'static DateWords,
    /// Whether those are written with a capital.
    pub capitals: bool,
    /// A whole number.
    pub whole: fn(i64) -> String,
    /// The place of something in a row.
    pub ordinal: fn(u64) -> String,
    /// Before a number.
    pub minus: &'static str,
    /// Before decimals in figures.
    pub point: char,
    /// Days, hours, minutes and seconds in a length of time.
    pub units: [SaidUnit; 4],
    /// A length of time of no seconds.
    pub no_time: &'static str,
    /// A time of day; the half of the day is said where it may have been guessed.
    pub time: fn(Time) -> String,
    /// A day of the calendar without its year.
    pub date: fn(Date) -> String,
    /// A year behind it.
    pub year: fn(i16) -> String,
    /// Yesterday, today, tomorrow.
    pub near: [&'static str; 3],
    /// Days that come again, by sets that have a name.
    pub sets: &'static [(WeekdaySet, &'static str)],
    /// Before others: "every".
    pub every: &'static str,
    /// Between the last two of many things.
    pub and: &'static str,
    /// How a day is called back that was said as "tomorrow", from its words.
    pub named_day: fn(&[&str], Option<DayPart>) -> String,
    /// A day with its part.
    pub part_of: fn(&str, DayPart) -> String,
}

/// One of a unit of time ("one day"), and the name of many ("days").
type SaidUnit = (&'static str, &'static str);

/// Seconds of a day, an hour, a minute and a second.
const UNITS: [u64; 4] = [86_400, 3_600, 60, 1];

impl SpeakWords {
    /// A number in words, or in figures where words would be long.
    #[must_use]
    pub(in crate::language) fn number(&self, number: f64) -> String {
        let magnitude = number.abs();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "guarded: whole and below a million"
        )]
        if magnitude.fract() == 0.0 && magnitude < 1e6 {
            return (self.whole)(number as i64);
        }
        let figures = magnitude.to_string().replace('.', &self.point.to_string());
        if number < 0.0 {
            format!("{} {figures}", self.minus)
        } else {
            figures
        }
    }

    /// A stretch of time: "one hour, two minutes and five seconds".
    #[must_use]
    pub(in crate::language) fn duration(&self, seconds: u64) -> String {
        self.duration_in(seconds, &self.units)
    }

    /// The same with the names of units in another case.
    pub(in crate::language) fn duration_in(&self, seconds: u64, units: &[SaidUnit; 4]) -> String {
        let mut rest = seconds;
        let mut parts = Vec::new();
        for (unit, (one, many)) in UNITS.into_iter().zip(units) {
            let count = rest / unit;
            rest %= unit;
            match i64::try_from(count).unwrap_or(i64::MAX) {
                0 => {}
                1 => parts.push((*one).to_owned()),
                count => parts.push(format!("{} {}", (self.whole)(count), many)),
            }
        }
        if parts.is_empty() {
            self.no_time.to_owned()
        } else {
            self.listing(&parts, None)
        }
    }

    /// A day of the calendar, with its year where it is not the next such day from
    /// `today` on.
    #[must_use]
    pub(in crate::language) fn date(&self, date: Date, today: Option<Date>) -> String {
        self.with_year((self.date)(date), date, today)
    }

    /// Adds the year to what is said of a day, where it is needed.
    pub(in crate::language) fn with_year(
        &self,
        said: String,
        date: Date,
        today: Option<Date>,
    ) -> String {
        let next = |today: Date| {
            let years = today.year()..=date.year();
            let mut later = years.filter_map(|year| Date::new(year, date.month(), date.day()).ok());
            later.find(|later| today <= *later) == Some(date)
        };
        if today.is_none_or(next) {
            said
        } else {
            format!("{said} {}", (self.year)(date.year()))
        }
    }

    /// A day as it is called from `today`: "tomorrow", "Friday", or its date.
    #[must_use]
    pub(in crate::language) fn day(&self, day: Date, today: Option<Date>) -> String {
        let away = today
            .and_then(|today| today.until(day).ok())
            .map(|span| span.get_days());
        let [yesterday, now, tomorrow] = self.near;
        match away {
            Some(-1) => yesterday.into(),
            Some(0) => now.into(),
            Some(1) => tomorrow.into(),
            Some(2..=6) => self.weekday(day),
            _ => self.date(day, today),
        }
    }

    /// The day of the week: "Friday".
    #[must_use]
    pub(in crate::language) fn weekday(&self, date: Date) -> String {
        let place = date.weekday().to_monday_zero_offset();
        self.weekday_name(usize::from(place.unsigned_abs()))
    }

    pub(in crate::language) fn weekday_name(&self, day: usize) -> String {
        self.named(self.dates.weekdays[day % 7])
    }

    /// The name of a date's month.
    pub(in crate::language) fn month(&self, date: Date) -> String {
        self.named(self.dates.months[usize::from(date.month().unsigned_abs()) - 1])
    }

    fn named(&self, name: &str) -> String {
        if self.capitals {
            capital(name)
        } else {
            name.to_owned()
        }
    }

    /// Days that come again every week: "every day", "on weekdays", "every Monday
    /// and Thursday"; nothing for none.
    #[must_use]
    pub(in crate::language) fn days(&self, days: WeekdaySet) -> String {
        if let Some((_, said)) = self.sets.iter().find(|(set, _)| *set == days) {
            return (*said).to_owned();
        }
        let names: Vec<String> = days.days().map(|day| self.weekday_name(day)).collect();
        if names.is_empty() {
            String::new()
        } else {
            format!("{} {}", self.every, self.listing(&names, None))
        }
    }

    /// How a day is called back: as it was said where that is short.
    pub(in crate::language) fn said_day(
        &self,
        day: Day,
        part: Option<DayPart>,
        words: &[&str],
        date: Date,
        today: Date,
    ) -> String {
        let named = match day {
            Day::In { named: true, .. } => return (self.named_day)(words, part),
            Day::Weekday(_, WhichDay::Coming | WhichDay::This) => self.weekday(date),
            _ => self.date(date, Some(today)),
        };
        match part {
            Some(part) => (self.part_of)(&named, part),
            None => named,
        }
    }

    /// A value in words.
    pub(in crate::language) fn value(&self, value: Value) -> String {
        match value {
            Value::Number(value) => self.number(value),
            Value::Whole(value) => (self.whole)(value),
            Value::Ordinal(place) => (self.ordinal)(place),
            Value::Duration(seconds) => self.duration(seconds),
            Value::Time(value) => (self.time)(value),
            Value::Day { day, today } => self.day(day, today),
            Value::Date { day, today } => self.date(day, today),
            Value::Weekday(day) => self.weekday(day),
            Value::Days(value) => self.days(value),
        }
    }

    /// "a, b and c", with another word than "and" where one is given.
    pub(in crate::language) fn listing(&self, items: &[String], word: Option<&str>) -> String {
        match items.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => {
                format!("{} {} {last}", rest.join(", "), word.unwrap_or(self.and))
            }
        }
    }
}

/// With its first letter large.
#[must_use]
pub(in crate::language) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
