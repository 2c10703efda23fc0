//! Numbers as people say them: whole ones, decimals, fractions, dozens, and
//! shares of a range that is counted in percent.

use super::numerals::{ORDINALS, SMALL, TENS};
use crate::language::Amount;
use crate::language::form::{Form, one_of, said, table};

/// Denominators that are written and said as fractions: thirds to sixteenths.
pub(super) const DENOMINATORS: [u8; 12] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16];

/// Denominators without a word of their own, as rulers have them.
const FINE: [(&str, u32); 2] = [("thirty two", 32), ("sixty four", 64)];

fn small(from: usize, to: usize) -> Form<u32> {
    table(
        (0_u32..)
            .zip(SMALL)
            .skip(from)
            .take(to - from)
            .map(|(n, name)| (name, n)),
    )
}

fn tens() -> Form<u32> {
    table((2_u32..).zip(TENS).map(|(n, name)| (name, 10 * n)))
}

/// `one` to `nine`.
pub(super) fn units() -> Form<u32> {
    small(1, 10)
}

/// `zero` to `nine`, and "oh".
pub(super) fn digit() -> Form<u32> {
    one_of(vec![small(0, 10), table([("oh", 0)])])
}

/// `one` to `ninety nine`.
pub(super) fn below_hundred() -> Form<u32> {
    let with_tens = tens().then(units().maybe());
    one_of(vec![
        small(1, 20),
        with_tens.map(|(tens, units)| tens + units.unwrap_or(0)),
    ])
}

/// `one` to `fifty nine`.
pub(super) fn below_sixty() -> Form<u32> {
    let tens = table((2_u32..).zip(TENS).take(4).map(|(n, name)| (name, 10 * n)));
    one_of(vec![
        small(1, 20),
        tens.then(units().maybe())
            .map(|(tens, units)| tens + units.unwrap_or(0)),
    ])
}

fn and() -> Form<()> {
    said(&["and"]).or_not()
}

/// Up to 999, and with `teens` also "fifteen hundred".
fn below_thousand(teens: bool) -> Form<u32> {
    let mut hundreds = vec![
        units().before(said(&["hundred"])),
        table([("a hundred", 1), ("hundred", 1)]),
    ];
    if teens {
        hundreds.push(small(11, 20).before(said(&["hundred"])));
    }
    let rest = and().and(below_hundred()).maybe();
    one_of(vec![
        below_hundred(),
        one_of(hundreds)
            .then(rest)
            .map(|(hundreds, rest)| 100 * hundreds + rest.unwrap_or(0)),
    ])
}

/// Up to 999,999.
pub(super) fn below_million() -> Form<u32> {
    let thousands = one_of(vec![
        below_thousand(false).before(said(&["thousand"])),
        table([("a thousand", 1), ("thousand", 1)]),
    ]);
    let rest = and().and(below_thousand(false)).maybe();
    one_of(vec![
        below_thousand(true),
        thousands
            .then(rest)
            .map(|(thousands, rest)| 1_000 * thousands + rest.unwrap_or(0)),
    ])
}

/// Whole numbers from 1 to 999,999,999.
fn whole() -> Form<u32> {
    let millions = one_of(vec![
        below_thousand(false).before(said(&["million"])),
        table([("a million", 1), ("million", 1)]),
    ]);
    let rest = and().and(below_million()).maybe();
    one_of(vec![
        below_million(),
        millions
            .then(rest)
            .map(|(millions, rest)| 1_000_000 * millions + rest.unwrap_or(0)),
    ])
}

/// "point two five", to three places.
pub(super) fn decimals() -> Form<f64> {
    let more = digit().then(digit().maybe()).maybe();
    let digits = said(&["point"]).and(digit().then(more));
    digits.map(|(first, more)| {
        let mut text = format!("0.{first}");
        if let Some((second, third)) = more {
            text.push_str(&second.to_string());
            text.extend(third.map(|third| third.to_string()));
        }
        text.parse().unwrap_or(0.0)
    })
}

/// "half", "a quarter", "three eighths", "two thirds".
pub(super) fn fraction() -> Form<f64> {
    let names = |count: usize, many: bool| {
        let fits = DENOMINATORS
            .into_iter()
            .filter(move |n| usize::from(*n) > count);
        table(fits.map(move |n| {
            let name = ORDINALS[usize::from(n) - 1];
            let name = if many {
                format!("{name}s")
            } else {
                name.into()
            };
            (name, f64::from(n))
        }))
    };
    let several = small(2, 16).then(names(2, true));
    let fine = table(FINE);
    one_of(vec![
        table([
            ("half", 0.5),
            ("a half", 0.5),
            ("one half", 0.5),
            ("quarter", 0.25),
            ("a quarter", 0.25),
            ("one quarter", 0.25),
            ("three quarters", 0.75),
            ("three quarter", 0.75),
        ]),
        said(&["one"]).and(names(1, false)).map(|below| 1.0 / below),
        several.map(|(above, below)| f64::from(above) / below),
        below_hundred()
            .before(said(&["slash"]))
            .then(fine)
            .map(|(above, below)| f64::from(above) / f64::from(below)),
    ])
}

/// "and a half", "and three eighths".
pub(super) fn and_fraction() -> Form<f64> {
    said(&["and"]).and(fraction())
}

/// A count with what may follow it: "two", "two and a half", "two point five".
pub(super) fn mixed(count: Form<u32>) -> Form<f64> {
    let more = one_of(vec![decimals(), and_fraction()]).maybe();
    count
        .then(more)
        .map(|(whole, more)| f64::from(whole) + more.unwrap_or(0.0))
}

fn plain() -> Form<f64> {
    let zero = table([("zero", 0.0)]).then(decimals().maybe());
    let magnitude = one_of(vec![
        mixed(whole()),
        zero.map(|(zero, more)| zero + more.unwrap_or(0.0)),
        decimals(),
        table([
            ("a dozen", 12.0),
            ("half a dozen", 6.0),
            ("a couple", 2.0),
            ("a couple of", 2.0),
            ("couple of", 2.0),
        ]),
    ]);
    signed(magnitude)
}

fn signed(magnitude: Form<f64>) -> Form<f64> {
    let sign = said(&["minus", "negative"]).maybe();
    sign.then(magnitude)
        .map(|(sign, number)| if sign.is_some() { -number } else { number })
}

/// A part of a range that is counted in percent, in percent.
fn share() -> Form<Amount> {
    one_of(vec![
        fraction().map(|part| Amount::Number((100.0 * part).round())),
        table([
            ("a third", Amount::Number(33.0)),
            ("halfway", Amount::Number(50.0)),
            ("half way", Amount::Number(50.0)),
            ("full", Amount::Most),
            ("max", Amount::Most),
            ("the max", Amount::Most),
            ("maximum", Amount::Most),
            ("the maximum", Amount::Most),
            ("all the way", Amount::Most),
            ("all the way up", Amount::Most),
            ("min", Amount::Least),
            ("the min", Amount::Least),
            ("minimum", Amount::Least),
            ("the minimum", Amount::Least),
            ("all the way down", Amount::Least),
        ]),
    ])
}

/// What is measured in percent, said behind the value: "half brightness".
const MEASURED: [&str; 5] = ["brightness", "volume", "power", "strength", "speed"];

/// A unit's words, in singular and plural.
#[must_use]
pub(super) fn unit_names(unit: &str) -> Vec<String> {
    let hisses = |stem: &str| {
        ["s", "x", "z", "ch", "sh"]
            .iter()
            .any(|end| stem.ends_with(end))
    };
    let singular = match unit {
        "feet" => "foot",
        _ => match unit.strip_suffix("es").filter(|stem| hisses(stem)) {
            Some(stem) => stem,
            None => unit.strip_suffix('s').unwrap_or(unit),
        },
    };
    let plural = match singular {
        "foot" => "feet".to_owned(),
        _ if hisses(singular) => format!("{singular}es"),
        _ => format!("{singular}s"),
    };
    let mut names = vec![unit.to_owned(), singular.to_owned(), plural];
    names.sort();
    names.dedup();
    names
}

/// A number of `unit`, whose canonical words may follow it. In percent, "half"
/// is 50 and "full" the most there is; elsewhere "half" is 0.5.
#[must_use]
pub(super) fn number(unit: Option<&str>) -> Form<Amount> {
    let Some(unit) = unit else {
        let part_of = said(&["of a", "of an", "a", "an"]).or_not();
        return one_of(vec![plain(), signed(fraction().before(part_of))]).map(Amount::Number);
    };
    let names = unit_names(unit);
    let unit_said = || table(names.iter().map(|name| (name.clone(), ())));
    let part_of = fraction().before(said(&["of a", "of an", "a", "an"]).and(unit_said()));
    let mut ways = vec![plain().before(unit_said().or_not()), signed(part_of)];
    let percent = unit == "percent";
    if !percent {
        ways.push(table([("a", 1.0), ("an", 1.0)]).before(unit_said()));
        ways.push(signed(fraction().before(unit_said().or_not())));
    }
    let amount = one_of(ways).map(Amount::Number);
    if percent {
        one_of(vec![amount, share()]).before(said(&MEASURED).or_not())
    } else {
        amount
    }
}
