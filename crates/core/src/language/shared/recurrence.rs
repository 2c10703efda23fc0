//! Repetitions: on which days of the week, or that it is none of that kind.

use super::clock::ClockWords;
use super::date::DateWords;
use super::maybe_said;
use super::number::NumberWords;
use crate::language::form::{Form, one_of, said, table};
use crate::language::{Recurrence, WeekdaySet};

/// How repetitions are put together, in canonical form.
#[derive(Debug)]
pub(in crate::language) struct RecurrenceWords {
    /// The numbers.
    pub numbers: &'static NumberWords,
    /// Days and months.
    pub dates: &'static DateWords,
    /// Parts of the day.
    pub clock: &'static ClockWords,
    /// May stand before any of them: "always".
    pub always: &'static [&'static str],
    /// Repetitions of whole days, said at once.
    pub named: &'static [(&'static str, WeekdaySet)],
    /// Before a part of the day: "every" (morning).
    pub each: &'static [&'static str],
    /// Before days: "on every".
    pub every_day: &'static [&'static str],
    /// May join days.
    pub and: &'static [&'static str],
    /// Parts of the day that may follow such days.
    pub parts_behind: &'static [&'static str],
    /// May stand before days in the plural: "on" (Mondays).
    pub on: &'static [&'static str],
    /// The plural of a day's name.
    pub plural: fn(&str) -> String,
    /// May stand before a range of days: "from".
    pub from: &'static [&'static str],
    /// Stand inside of it: "to".
    pub to: &'static [&'static str],
    /// What cannot be had: other periods than a week, and parts of it.
    pub unsupported: Unsupported,
}

/// Words of repetitions that are none of days of the week.
#[derive(Debug)]
pub(in crate::language) struct Unsupported {
    /// Periods, in singular and plural.
    pub periods: &'static [&'static str],
    /// Ordinals: "second", "other", "last".
    pub ordinals: fn() -> Form<()>,
    /// Stand before a period: "every".
    pub every: &'static [&'static str],
    /// The same before a count of periods.
    pub every_counted: &'static [&'static str],
    /// What comes back, besides months by their names: "month".
    pub wholes: &'static [&'static str],
    /// Stand between a day and the whole that it is of: "of the".
    pub of: &'static [&'static str],
    /// The same without a day's own "every" before it: "of every".
    pub of_every: &'static [&'static str],
    /// May stand before an ordinal: "on the".
    pub on_the: &'static [&'static str],
    /// Behind `every`: "few days".
    pub spans: &'static [&'static str],
    /// Whole runs: "hourly".
    pub sayings: &'static [&'static str],
    /// Behind a count: "times a day".
    pub times: &'static [&'static str],
}

impl RecurrenceWords {
    /// A repetition.
    #[must_use]
    pub(in crate::language) fn recurrence(&self) -> Form<Recurrence> {
        let days = self.days().map(Recurrence::Days);
        one_of(vec![
            days,
            self.unsupported().map(|()| Recurrence::Unsupported),
        ])
    }

    /// The days of every week.
    fn days(&self) -> Form<WeekdaySet> {
        let always = || maybe_said(self.always);
        let parts = table(
            self.clock
                .bare
                .iter()
                .map(|(part, _)| (*part, WeekdaySet::DAILY)),
        );
        one_of(vec![
            always().and(table(self.named.iter().copied())),
            said(self.each).and(parts),
            always()
                .and(said(self.every_day))
                .and(self.listed(self.dates.weekday()))
                .before(maybe_said(self.parts_behind)),
            always()
                .and(maybe_said(self.on))
                .and(self.listed(self.plural())),
            self.range(),
        ])
    }

    fn plural(&self) -> Form<usize> {
        let names = (0..).zip(self.dates.weekdays);
        table(names.map(|(day, name)| ((self.plural)(name), day)))
    }

    /// One to five days, with "and" or nothing between them.
    fn listed(&self, day: Form<usize>) -> Form<WeekdaySet> {
        let day = day.map(WeekdaySet::one);
        let more = maybe_said(self.and).and(day.clone()).maybe();
        let list = day
            .then(more.clone())
            .then(more.clone())
            .then(more.clone())
            .then(more);
        list.map(|((((first, second), third), fourth), fifth)| {
            [second, third, fourth, fifth]
                .into_iter()
                .flatten()
                .fold(first, WeekdaySet::with)
        })
    }

    /// "Monday to Friday", "from Mondays through Fridays".
    fn range(&self) -> Form<WeekdaySet> {
        let day = || one_of(vec![self.dates.weekday(), self.plural()]);
        maybe_said(self.from)
            .and(day())
            .before(said(self.to))
            .then(day())
            .map(|(from, to)| WeekdaySet::range(from, to))
    }

    fn unsupported(&self) -> Form<()> {
        let words = &self.unsupported;
        let period = || said(words.periods);
        let day = || one_of(vec![self.dates.weekday(), self.plural()]).map(|_| ());
        let whole = || {
            let months = table(self.dates.months.iter().map(|name| (*name, ())));
            one_of(vec![said(words.wholes), months])
        };
        let every = || said(words.every);
        let count = || self.numbers.below_hundred().map(|_| ());
        one_of(vec![
            every()
                .and((words.ordinals)())
                .before(one_of(vec![period(), day()]))
                .before(said(words.of).and(whole()).or_not()),
            said(words.every_counted).and(count()).before(period()),
            every().before(said(words.spans)),
            said(words.sayings),
            maybe_said(words.on_the)
                .and((words.ordinals)())
                .before(one_of(vec![period(), day()]).or_not())
                .before(said(words.of_every).and(whole())),
            count().before(said(words.times)),
        ])
    }
}
