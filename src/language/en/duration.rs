//! Stretches of time as people say them, in seconds.
//!
//! "One thirty" and "1:30" are none: they may be ninety seconds, an hour and a
//! half, or a time of day. "A second" is none either: before "timer" it counts
//! timers.

use super::number::{and_fraction, below_hundred, below_million, decimals, fraction, mixed};
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

/// "twenty minutes", "half an hour", "an hour and a half": the seconds, and
/// those of the unit, from which the next part follows.
fn part(first: bool) -> Form<(f64, f64)> {
    let couple = table([("a couple", 2.0), ("a couple of", 2.0)]);
    let count = one_of(vec![
        mixed(below_million()),
        decimals(),
        table([("zero", 0.0)]).then(decimals()).map(|(_, more)| more),
        couple,
    ]);
    let counted = count.then(unit());
    let one = table([("a", 1.0), ("an", 1.0), ("another", 1.0)]).then(single_unit(!first));
    let share = fraction()
        .before(said(&["of a", "of an", "a", "an", "of the"]).or_not())
        .then(single_unit(true));
    let more = and_fraction().maybe();
    let whole = one_of(vec![counted, one])
        .then(more)
        .map(|((count, unit), more)| (count + more.unwrap_or(0.0), unit));
    one_of(vec![whole, share]).map(|(count, unit)| (count * unit, unit))
}

/// What follows without its unit, which is then the one below: "one hour
/// twenty", "two minutes and thirty", "1h05".
fn remainder() -> Form<f64> {
    let zero = said(&["oh", "zero"]).or_not();
    zero.and(below_hundred())
        .keep(|count| (count < 60).then(|| f64::from(count)))
}

/// A duration in whole seconds, from one on.
#[must_use]
pub fn duration() -> Form<u32> {
    let and = || said(&["and"]).or_not();
    let tail = |further: Form<(f64, f64)>| {
        one_of(vec![
            and().and(further).map(Tail::Part),
            and().and(remainder()).map(Tail::Below),
        ])
    };
    let second = part(false).then(and().and(part(false)).maybe());
    let last = part(false).then(tail(part(false)).maybe());
    let rest = one_of(vec![
        and().and(second.clone()).map(|(part, more)| (Tail::Part(part), more.map(Tail::Part))),
        and().and(last).map(|(part, more)| (Tail::Part(part), more)),
        and().and(remainder()).map(|count| (Tail::Below(count), None)),
    ]);
    let parts = part(true).then(rest.maybe());
    parts.keep(|(first, rest)| {
        let (second, third) = rest.unzip();
        let tails = [second, third.flatten()];
        whole_seconds(sum(first, tails.into_iter().flatten())?)
    })
}

#[derive(Clone, Copy)]
enum Tail {
    /// Seconds, and those of the unit.
    Part((f64, f64)),
    /// A count of the unit below the last.
    Below(f64),
}

/// Each part must be of a smaller unit than the one before.
fn sum(first: (f64, f64), tails: impl Iterator<Item = Tail>) -> Option<f64> {
    let (mut total, mut unit) = first;
    for tail in tails {
        let (seconds, next) = match tail {
            Tail::Part(part) => part,
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
