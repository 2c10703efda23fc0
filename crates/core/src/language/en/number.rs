//! Numbers as people say them: whole ones, decimals, fractions, dozens, and
//! shares of a range that is counted in percent.

use super::numerals::{ORDINALS, SMALL, TENS};
use crate::language::Amount;
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::number::{NumberWords, Scale};

/// Denominators that are written and said as fractions: thirds to sixteenths.
pub(super) const DENOMINATORS: [u8; 12] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16];

/// Denominators without a word of their own, as rulers have them.
const FINE: [(&str, u32); 2] = [("thirty two", 32), ("sixty four", 64)];

pub(super) static NUMBERS: NumberWords = NumberWords {
    small: below,
    zero: "zero",
    zero_digits: &["oh"],
    and: &["and"],
    hundreds: || small(1, 10),
    teens: || small(11, 20),
    scales: [
        Scale {
            counted: &["hundred"],
            alone: &["a hundred", "hundred"],
        },
        Scale {
            counted: &["thousand"],
            alone: &["a thousand", "thousand"],
        },
        Scale {
            counted: &["million"],
            alone: &["a million", "million"],
        },
    ],
    point: "point",
    fraction,
    fraction_behind: and_fraction,
    named: &[
        ("a dozen", 12.0),
        ("half a dozen", 6.0),
        ("a couple", 2.0),
        ("a couple of", 2.0),
        ("couple of", 2.0),
    ],
    minus: &["minus", "negative"],
    ones: &["a", "an"],
    ones_of_percent: &[],
    part_of: &["of a", "of an", "a", "an"],
    part_of_unit: || fraction().before(said(&["of a", "of an", "a", "an"])),
    percent: "percent",
    shares: &[
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
    ],
    measured: &["brightness", "volume", "power", "strength", "speed"],
    unit_names,
};

fn small(from: usize, to: usize) -> Form<u32> {
    table(
        (0_u32..)
            .zip(SMALL)
            .skip(from)
            .take(to - from)
            .map(|(n, name)| (name, n)),
    )
}

/// Tens and units are words apart: "twenty" is followed by up to "nine".
fn below(from: u32, to: u32) -> Form<u32> {
    let first = usize::try_from(from).unwrap_or(0);
    let last = usize::try_from(to.min(20)).unwrap_or(0);
    let below_twenty = small(first, last);
    if to <= 20 {
        return below_twenty;
    }
    let tens = (2..to / 10).zip(TENS).map(|(n, name)| (name, 10 * n));
    let with_tens = table(tens).then(small(1, 10).maybe());
    one_of(vec![
        below_twenty,
        with_tens.map(|(tens, units)| tens + units.unwrap_or(0)),
    ])
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
        below(1, 100)
            .before(said(&["slash"]))
            .then(fine)
            .map(|(above, below)| f64::from(above) / f64::from(below)),
    ])
}

/// "and a half", "and three eighths".
pub(super) fn and_fraction() -> Form<f64> {
    said(&["and"]).and(fraction())
}

/// A unit's words, in singular and plural.
fn unit_names(unit: &str) -> Vec<String> {
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
