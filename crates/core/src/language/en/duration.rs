//! Stretches of time as people say them, in seconds.
//!
//! "One thirty" and "1:30" are none: they may be ninety seconds, an hour and a
//! half, or a time of day. "A second" is none either: before "timer" it counts
//! timers.

use super::number::{
    and_fraction, below_hundred, below_million, below_sixty, decimals, fraction, mixed,
};
use crate::language::form::{Form, one_of, said, table};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
const WEEK: f64 = 604_800.0;

const UNITS: [(&str, &str, f64); 5] = [
    ("second", "seconds", 1.0),
    ("minute", "minutes", MINUTE),
    ("hour", "hours", HOUR),
    ("day", "days", DAY),
    ("week", "weeks", WEEK),
];

/// A unit in either number; "m" is what recognisers write for minutes.
fn unit() -> Form<f64> {
    let one = UNITS.map(|(one, _, seconds)| (one, seconds));
    let many = UNITS.map(|(_, many, seconds)| (many, seconds));
    table(one.into_iter().chain(many).chain([("m", MINUTE)]))
}

/// A unit that may follow "a" and "an".
fn single_unit(seconds_too: bool) -> Form<f64> {
    let one = UNITS.map(|(one, _, seconds)| (one, seconds));
    table(one.into_iter().skip(usize::from(!seconds_too)))
}

/// "twenty minutes", "an hour and a half": the seconds, and those of the unit,
/// from which the next part follows.
fn first_part() -> Form<(f64, f64)> {
    let couple = table([("a couple", 2.0), ("a couple of", 2.0), ("couple of", 2.0)]);
    let count = one_of(vec![
        mixed(below_million()),
        decimals(),
        table([("zero", 0.0)])
            .then(decimals())
            .map(|(_, more)| more),
        couple,
    ]);
    let one = table([("a", 1.0), ("an", 1.0), ("another", 1.0)]);
    let more = and_fraction().maybe();
    one_of(vec![count.then(unit()), one.then(single_unit(false))])
        .then(more)
        .map(|((count, unit), more)| ((count + more.unwrap_or(0.0)) * unit, unit))
}

/// A part behind the first, which is a plain count.
fn next_part() -> Form<Tail> {
    let count = below_hundred().map(f64::from).then(unit());
    let one = table([("a", 1.0), ("an", 1.0)]).then(single_unit(true));
    one_of(vec![count, one]).map(|(count, unit)| Tail::Part(count * unit, unit))
}

/// "half an hour", "three quarters of an hour".
fn share() -> Form<u32> {
    fraction()
        .before(said(&["of a", "of an", "a", "an", "of the"]).or_not())
        .then(single_unit(true))
        .keep(|(share, unit)| whole_seconds(share * unit))
}

/// What follows without its unit, which is then the one below: "one hour
/// twenty", "two minutes and thirty", "1h05".
fn remainder() -> Form<Tail> {
    let zero = said(&["oh", "zero"]).or_not();
    zero.and(below_sixty())
        .map(|count| Tail::Below(f64::from(count)))
}

/// A duration in whole seconds, from one on.
#[must_use]
pub(super) fn duration() -> Form<u32> {
    let and = || said(&["and"]).or_not();
    let last = || and().and(one_of(vec![next_part(), remainder()]));
    // Days, hours, minutes, seconds.
    let third = last().map(|tail| vec![tail]).maybe();
    let second = push(and().and(next_part()).then(third));
    let second = one_of(vec![second, last().map(|tail| vec![tail])]).maybe();
    let first = push(and().and(next_part()).then(second));
    let tails = one_of(vec![first, last().map(|tail| vec![tail])]).maybe();
    let parts = first_part().then(tails);
    one_of(vec![
        parts.keep(|(first, tails)| whole_seconds(sum(first, &tails.unwrap_or_default())?)),
        share(),
    ])
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
