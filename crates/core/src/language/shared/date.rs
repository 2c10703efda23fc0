//! Days as people say and write them.

use super::clock::ClockWords;
use super::maybe_said;
use super::number::NumberWords;
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Day, DayPart, WhichDay};

/// How days are put together, in canonical form.
#[derive(Debug)]
pub(in crate::language) struct DateWords {
    /// The numbers.
    pub numbers: &'static NumberWords,
    /// Parts of the day.
    pub clock: &'static ClockWords,
    /// Monday first.
    pub weekdays: [&'static str; 7],
    /// January first.
    pub months: [&'static str; 12],
    /// Days by their distance from today.
    pub near: &'static [(&'static str, i32)],
    /// Other days by their distance: "in three weeks".
    pub far: fn() -> Form<i32>,
    /// Units of `far` with their days.
    pub units: &'static [(&'static str, i32)],
    /// One before such a unit.
    pub ones: &'static [&'static str],
    /// Feasts that are on the same day every year: month and day.
    pub feasts: &'static [(&'static str, (i8, i8))],
    /// May stand before those: "at".
    pub at_feast: &'static [&'static str],
    /// May stand before a day: "on".
    pub on: &'static [&'static str],
    /// Before the name of a day: "next" (Friday).
    pub which: &'static [(&'static str, WhichDay)],
    /// Before it, in place of `on`: "a week on" (Friday).
    pub which_before: &'static [(&'static str, WhichDay)],
    /// Behind it: (Friday) "week".
    pub which_behind: &'static [(&'static str, WhichDay)],
    /// Weekends, which begin on a Saturday.
    pub weekends: &'static [(&'static str, WhichDay)],
    /// Day and month: "the third of May".
    pub day_and_month: fn() -> Form<(i8, i8)>,
    /// Stands before a day of some month: "the" (third).
    pub the: &'static [&'static str],
    /// Its ordinals.
    pub ordinal_day: fn() -> Form<i8>,
    /// Years.
    pub year: fn() -> Form<i16>,
    /// Dates in figures.
    pub in_figures: fn() -> Form<Day>,
    /// Parts of the day behind a day, besides the bare ones.
    pub parts_behind: &'static [(&'static str, DayPart)],
}

impl DateWords {
    /// Whether a word is a day of the week, or many of them: "on Sundays" is not
    /// said of one Sunday.
    #[must_use]
    pub(in crate::language) fn is_weekday(&self, word: &str) -> bool {
        let singular = word.strip_suffix('s').unwrap_or(word);
        self.weekdays.contains(&word) || self.weekdays.contains(&singular)
    }

    pub(in crate::language) fn weekday(&self) -> Form<usize> {
        table(self.weekdays.into_iter().zip(0..))
    }

    pub(in crate::language) fn month(&self) -> Form<i8> {
        table(self.months.into_iter().zip(1..))
    }

    fn on(&self) -> Form<()> {
        maybe_said(self.on)
    }

    /// "three weeks": the count, and the days of the unit.
    pub(in crate::language) fn count(&self) -> Form<(i32, i32)> {
        let one = table(self.ones.iter().map(|name| (*name, 1)));
        one_of(vec![self.numbers.below_hundred(), one])
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX))
            .then(table(self.units.iter().copied()))
    }

    fn of_week(&self) -> Form<Day> {
        let which = table(self.which.iter().copied()).maybe();
        let before = table(self.which_before.iter().copied());
        let behind = table(self.which_behind.iter().copied());
        let weekend = table(self.weekends.iter().copied());
        one_of(vec![
            self.on()
                .and(which)
                .then(self.weekday())
                .map(|(which, day)| Day::Weekday(day, which.unwrap_or(WhichDay::Coming))),
            before
                .then(self.weekday())
                .map(|(which, day)| Day::Weekday(day, which)),
            self.on()
                .and(self.weekday())
                .then(behind)
                .map(|(day, which)| Day::Weekday(day, which)),
            weekend.map(|which| Day::Weekday(5, which)),
        ])
    }

    fn of_calendar(&self) -> Form<Day> {
        let year = || (self.year)().maybe();
        let weekday = || self.on().and(self.weekday().maybe());
        let written = weekday().then((self.day_and_month)().then(year()));
        let feast = maybe_said(self.at_feast)
            .and(table(self.feasts.iter().copied()))
            .then(year());
        let of_month = weekday().then(said(self.the).and((self.ordinal_day)()));
        one_of(vec![
            written.map(|(weekday, ((day, month), year))| Day::Calendar {
                weekday,
                day,
                month: Some(month),
                year,
            }),
            feast.map(|((month, day), year)| calendar(day, month, year)),
            of_month.map(|(weekday, day)| Day::Calendar {
                weekday,
                day,
                month: None,
                year: None,
            }),
            self.on().and((self.in_figures)()),
        ])
    }

    /// A day, and the part of it if one was said: "tomorrow morning".
    #[must_use]
    pub(in crate::language) fn day(&self) -> Form<(Day, Option<DayPart>)> {
        let today = table(self.clock.now.iter().copied()).map(|part| {
            let today = Day::In {
                days: 0,
                named: true,
            };
            (today, Some(part))
        });
        let near = table(self.near.iter().copied()).map(|days| Day::In {
            days,
            named: days.abs() <= 2,
        });
        let far = (self.far)().map(|days| Day::In { days, named: false });
        let bare = self.clock.bare.iter().copied();
        let part = table(bare.chain(self.parts_behind.iter().copied()));
        let days = one_of(vec![near, far, self.of_week(), self.of_calendar()]);
        one_of(vec![today, days.then(part.maybe())])
    }
}

/// A date without the day of the week.
pub(in crate::language) const fn calendar(day: i8, month: i8, year: Option<i16>) -> Day {
    Day::Calendar {
        weekday: None,
        day,
        month: Some(month),
        year,
    }
}

/// A number that is a day, a month, or none.
pub(in crate::language) fn int(n: u32) -> i8 {
    i8::try_from(n).unwrap_or(i8::MAX)
}
