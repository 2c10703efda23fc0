//! Stretches of time as people say them, in seconds.

use super::maybe_said;
use super::number::NumberWords;
use crate::language::form::{Form, one_of, table};

pub(in crate::language) const MINUTE: f64 = 60.0;
pub(in crate::language) const HOUR: f64 = 3_600.0;
pub(in crate::language) const DAY: f64 = 86_400.0;
pub(in crate::language) const WEEK: f64 = 604_800.0;

/// How lengths of time are put together, in canonical form.
#[derive(Debug)]
pub(in crate::language) struct DurationWords {
    /// The numbers.
    pub numbers: &'static NumberWords,
    /// Units in singular and plural, with their seconds.
    pub units: &'static [(&'static str, f64)],
    /// Those that may follow "a", with their seconds.
    pub single: &'static [(&'static str, f64)],
    /// Those that count nothing behind "a" at the beginning: "a second" counts
    /// timers.
    pub ambiguous: &'static [&'static str],
    /// One at the beginning, besides that of any unit: "another".
    pub ones: &'static [&'static str],
    /// Counts with a name of their own: "a couple of".
    pub counts: &'static [(&'static str, f64)],
    /// Parts behind the first unit: (an hour) "and a half".
    pub behind_unit: Option<fn() -> Form<f64>>,
    /// Parts of a unit that stand behind a larger one: (two hours and) "a quarter of
    /// an" (hour).
    pub parts: Option<fn() -> Form<f64>>,
    /// May join two parts.
    pub and: &'static [&'static str],
    /// May stand before the minutes behind hours: "one hour oh five".
    pub zeros: &'static [&'static str],
    /// Parts of a unit alone.
    pub share: fn() -> Form<f64>,
    /// May stand between such a part and its unit: "of an".
    pub share_of: &'static [&'static str],
}

impl DurationWords {
    /// A length of time in whole seconds, from one on.
    #[must_use]
    pub(in crate::language) fn duration(&self) -> Form<u32> {
        let and = || maybe_said(self.and);
        let last = || and().and(one_of(vec![self.next_part(), self.remainder()]));
        // Days, hours, minutes, seconds.
        let third = last().map(|tail| vec![tail]).maybe();
        let second = push(and().and(self.next_part()).then(third));
        let second = one_of(vec![second, last().map(|tail| vec![tail])]).maybe();
        let first = push(and().and(self.next_part()).then(second));
        let tails = one_of(vec![first, last().map(|tail| vec![tail])]).maybe();
        let parts = self.first_part().then(tails);
        one_of(vec![
            parts.keep(|(first, tails)| whole_seconds(sum(first, &tails.unwrap_or_default())?)),
            self.share(),
        ])
    }

    fn unit(&self) -> Form<f64> {
        table(self.units.iter().copied())
    }

    fn single_unit(&self) -> Form<f64> {
        table(self.single.iter().copied())
    }

    /// "twenty minutes", "an hour and a half": the seconds, and those of the unit,
    /// from which the next part follows.
    fn first_part(&self) -> Form<(f64, f64)> {
        let numbers = self.numbers;
        let count = one_of(vec![
            numbers.mixed(numbers.below_million()),
            numbers.decimals(),
            numbers.zero_point(false),
            table(self.counts.iter().copied()),
        ]);
        let ones = numbers.ones.iter().chain(self.ones);
        let one = table(ones.map(|name| (*name, 1.0)));
        let clear = self.single.iter().copied();
        let clear = clear.filter(|(name, _)| !self.ambiguous.contains(name));
        let whole = one_of(vec![count.then(self.unit()), one.then(table(clear))]);
        let Some(behind) = self.behind_unit else {
            return whole.map(|(count, unit)| (count * unit, unit));
        };
        whole
            .then(behind().maybe())
            .map(|((count, unit), more)| ((count + more.unwrap_or(0.0)) * unit, unit))
    }

    /// A part behind the first.
    fn next_part(&self) -> Form<Tail> {
        let count = self.numbers.below_hundred().map(f64::from);
        let whole = one_of(vec![
            count.then(self.unit()),
            self.numbers.one(1.0).then(self.single_unit()),
        ]);
        let whole = whole.map(|(count, unit)| Tail::Part(count * unit, unit));
        let Some(parts) = self.parts else {
            return whole;
        };
        // A part of an hour is less than one, and so may stand behind hours.
        let part = parts()
            .then(self.single_unit())
            .map(|(share, unit)| Tail::Part(share * unit, 0.9 * unit));
        one_of(vec![whole, part])
    }

    /// "half an hour", "three quarters of an hour".
    fn share(&self) -> Form<u32> {
        (self.share)()
            .before(maybe_said(self.share_of))
            .then(self.single_unit())
            .keep(|(share, unit)| whole_seconds(share * unit))
    }

    /// What follows without its unit, which is then the one below: "one hour
    /// twenty", "two minutes and thirty", "1h05".
    fn remainder(&self) -> Form<Tail> {
        maybe_said(self.zeros)
            .and(self.numbers.below_sixty())
            .map(|count| Tail::Below(f64::from(count)))
    }
}

fn push(form: Form<(Tail, Option<Vec<Tail>>)>) -> Form<Vec<Tail>> {
    form.map(|(first, rest)| {
        let mut tails = vec![first];
        tails.extend(rest.into_iter().flatten());
        tails
    })
}

#[derive(Clone, Copy)]
enum Tail {
    /// Seconds, and those of the unit.
    Part(f64, f64),
    /// A count of the unit below the last.
    Below(f64),
}

/// Each part must be of a smaller unit than the one before.
fn sum((mut total, mut unit): (f64, f64), tails: &[Tail]) -> Option<f64> {
    for tail in tails {
        let (seconds, next) = match *tail {
            Tail::Part(seconds, unit) => (seconds, unit),
            Tail::Below(count) if is(unit, HOUR) => (count * MINUTE, MINUTE),
            Tail::Below(count) if is(unit, MINUTE) => (count, 1.0),
            Tail::Below(_) => return None,
        };
        if unit <= next {
            return None;
        }
        total += seconds;
        unit = next;
    }
    Some(total)
}

fn is(unit: f64, other: f64) -> bool {
    (unit - other).abs() < 0.5
}

fn whole_seconds(total: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "guarded: positive and inside u32"
    )]
    (total > 0.0 && total < f64::from(u32::MAX)).then(|| total.round().max(1.0) as u32)
}
