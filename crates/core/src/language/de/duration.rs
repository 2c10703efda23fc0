//! Stretches of time as people say them, in seconds.

use super::number::{
    ONE, below_hundred, below_million, below_sixty, decimals, fraction, mixed, one_and_half,
};
use crate::language::form::{Form, one_of, said, table};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
const WEEK: f64 = 604_800.0;

const UNITS: [(&[&str], f64); 5] = [
    (&["sekunde", "sekunden"], 1.0),
    (&["minute", "minuten"], MINUTE),
    (&["stunde", "stunden"], HOUR),
    (&["tag", "tage", "tagen", "tages"], DAY),
    (&["woche", "wochen"], WEEK),
];

fn unit() -> Form<f64> {
    let names = UNITS
        .iter()
        .flat_map(|(names, seconds)| names.iter().map(|name| (*name, *seconds)));
    table(names)
}

fn one() -> Form<f64> {
    table(ONE.map(|name| (name, 1.0)))
}

/// "zwanzig Minuten", "eine Stunde", "anderthalb Stunden": the seconds, and those
/// of the unit, from which the next part follows.
fn first_part() -> Form<(f64, f64)> {
    let count = one_of(vec![
        one_and_half(),
        mixed(below_million()),
        table([("null", 0.0)])
            .then(decimals())
            .map(|(_, more)| more),
        one(),
        said(&["noch"]).and(one()),
        table([("weitere", 1.0)]),
    ]);
    count.then(unit()).map(|(count, unit)| (count * unit, unit))
}

/// A part behind the first, which is a plain count.
fn next_part() -> Form<Tail> {
    let count = one_of(vec![below_hundred().map(f64::from), one()]).then(unit());
    let share = one_of(vec![said(&ONE).or_not().and(table([
        ("halbe", 0.5),
        ("viertel", 0.25),
        ("dreiviertel", 0.75),
    ]))])
    .then(unit());
    one_of(vec![
        count.map(|(count, unit)| Tail::Part(count * unit, unit)),
        share.map(|(share, unit)| Tail::Part(share * unit, 0.9 * unit)),
    ])
}

/// "eine halbe Stunde", "eine Viertelstunde", "drei Viertel einer Stunde".
fn share() -> Form<u32> {
    let part = one_of(vec![
        said(&ONE).or_not().and(table([
            ("halbe", 0.5),
            ("viertel", 0.25),
            ("dreiviertel", 0.75),
        ])),
        fraction(),
    ]);
    part.before(said(&["einer", "eines", "der"]).or_not())
        .then(unit())
        .keep(|(share, unit)| whole_seconds(share * unit))
}

/// What follows without its unit, which is then the one below: "eine Stunde
/// zwanzig", "zwei Minuten dreißig".
fn remainder() -> Form<Tail> {
    below_sixty().map(|count| Tail::Below(f64::from(count)))
}

/// A duration in whole seconds, from one on.
#[must_use]
pub(super) fn duration() -> Form<u32> {
    let and = || said(&["und"]).or_not();
    let last = || and().and(one_of(vec![next_part(), remainder()]));
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
