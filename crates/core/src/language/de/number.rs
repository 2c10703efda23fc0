//! Numbers as people say them: whole ones, decimals, fractions, and shares of a
//! range that is counted in percent.

use super::numerals::{self, SMALL};
use crate::language::Amount;
use crate::language::form::{Form, one_of, said, table};

fn names(from: u32, to: u32) -> Form<u32> {
    table((from..to).map(|n| (numerals::below_hundred(n.into()), n)))
}

/// `eins` to `neun`.
pub(super) fn units() -> Form<u32> {
    names(1, 10)
}

/// `null` to `neun`.
pub(super) fn digit() -> Form<u32> {
    names(0, 10)
}

/// `eins` to `neunundneunzig`.
pub(super) fn below_hundred() -> Form<u32> {
    names(1, 100)
}

/// `eins` to `neunundfünfzig`.
pub(super) fn below_sixty() -> Form<u32> {
    names(1, 60)
}

/// One before a noun, in each gender and case.
pub(super) const ONE: [&str; 6] = ["ein", "eine", "einen", "einer", "einem", "eines"];

/// One before a noun.
pub(super) fn one() -> Form<u32> {
    table(ONE.map(|name| (name, 1)))
}

fn and() -> Form<()> {
    said(&["und"]).or_not()
}

/// Up to 999, and with `teens` also "neunzehn hundert".
fn below_thousand(teens: bool) -> Form<u32> {
    let stems = table([("ein", 1)]);
    let mut hundreds = vec![
        one_of(vec![names(2, 10), stems]).before(said(&["hundert"])),
        table([("hundert", 1)]),
    ];
    if teens {
        hundreds.push(names(11, 20).before(said(&["hundert"])));
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
        below_thousand(false).before(said(&["tausend"])),
        table([("ein tausend", 1), ("tausend", 1)]),
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
        below_thousand(false).before(said(&["millionen"])),
        table([("eine million", 1)]),
    ]);
    let rest = and().and(below_million()).maybe();
    one_of(vec![
        below_million(),
        millions
            .then(rest)
            .map(|(millions, rest)| 1_000_000 * millions + rest.unwrap_or(0)),
    ])
}

/// "komma zwei fünf", to three places.
pub(super) fn decimals() -> Form<f64> {
    let more = digit().then(digit().maybe()).maybe();
    let digits = said(&["komma"]).and(digit().then(more));
    digits.map(|(first, more)| {
        let mut text = format!("0.{first}");
        if let Some((second, third)) = more {
            text.push_str(&second.to_string());
            text.extend(third.map(|third| third.to_string()));
        }
        text.parse().unwrap_or(0.0)
    })
}

/// Parts of one: "drittel" to "zwölftel", without halves and quarters.
const PARTS: [(&str, u32); 9] = [
    ("drittel", 3),
    ("fünftel", 5),
    ("sechstel", 6),
    ("siebtel", 7),
    ("achtel", 8),
    ("neuntel", 9),
    ("zehntel", 10),
    ("zwölftel", 12),
    ("sechzehntel", 16),
];

/// "einhalb", "ein viertel", "dreiviertel", "zwei drittel".
pub(super) fn fraction() -> Form<f64> {
    let parts = || table(PARTS);
    let single = said(&ONE)
        .or_not()
        .and(parts())
        .map(|below| 1.0 / f64::from(below));
    let several = names(2, 16)
        .then(parts())
        .keep(|(above, below)| (above < below).then(|| f64::from(above) / f64::from(below)));
    one_of(vec![
        table([
            ("einhalb", 0.5),
            ("halb", 0.5),
            ("viertel", 0.25),
            ("ein viertel", 0.25),
            ("dreiviertel", 0.75),
        ]),
        single,
        several,
    ])
}

/// A count with what may follow it: "zwei", "zwei einhalb", "zwei komma fünf".
pub(super) fn mixed(count: Form<u32>) -> Form<f64> {
    let half = and().and(fraction());
    let more = one_of(vec![decimals(), half]).maybe();
    count
        .then(more)
        .map(|(whole, more)| f64::from(whole) + more.unwrap_or(0.0))
}

/// "anderthalb", "ein einhalb".
pub(super) fn one_and_half() -> Form<f64> {
    table([
        ("anderthalb", 1.5),
        ("ein einhalb", 1.5),
        ("eine einhalb", 1.5),
    ])
}

fn plain() -> Form<f64> {
    let zero = table([("null", 0.0)]).then(decimals().maybe());
    let magnitude = one_of(vec![
        one_and_half(),
        mixed(whole()),
        zero.map(|(zero, more)| zero + more.unwrap_or(0.0)),
        table([
            ("ein dutzend", 12.0),
            ("dutzend", 12.0),
            ("ein halbe dutzend", 6.0),
        ]),
    ]);
    signed(magnitude)
}

fn signed(magnitude: Form<f64>) -> Form<f64> {
    let sign = said(&["minus"]).maybe();
    sign.then(magnitude)
        .map(|(sign, number)| if sign.is_some() { -number } else { number })
}

/// A part of a range that is counted in percent, in percent.
fn share() -> Form<Amount> {
    one_of(vec![
        fraction().map(|part| Amount::Number((100.0 * part).round())),
        table([
            ("hälfte", Amount::Number(50.0)),
            ("die hälfte", Amount::Number(50.0)),
            ("halbe", Amount::Number(50.0)),
            ("voll", Amount::Most),
            ("volle", Amount::Most),
            ("maximum", Amount::Most),
            ("das maximum", Amount::Most),
            ("maximal", Amount::Most),
            ("maximale", Amount::Most),
            ("ganz hoch", Amount::Most),
            ("ganz hell", Amount::Most),
            ("minimum", Amount::Least),
            ("das minimum", Amount::Least),
            ("minimal", Amount::Least),
            ("minimale", Amount::Least),
        ]),
    ])
}

/// What is measured in percent, said behind the value: "halbe Helligkeit".
const MEASURED: [&str; 5] = [
    "helligkeit",
    "lautstärke",
    "leistung",
    "kraft",
    "geschwindigkeit",
];

/// A unit's words: as it is written, and its other number.
#[must_use]
pub(super) fn unit_names(unit: &str) -> Vec<String> {
    let mut names = vec![unit.to_owned()];
    match unit {
        "grad" => names.push("grad celsius".into()),
        "grad celsius" => names.push("grad".into()),
        _ => {
            let stem = unit.strip_suffix('n').unwrap_or(unit);
            // "Minute", "Minuten"; "Tasse", "Tassen".
            if stem.ends_with('e') {
                names.extend([stem.to_owned(), format!("{stem}n")]);
            } else {
                // "Tag", "Tage", "Tagen".
                let stem = unit.strip_suffix("en").unwrap_or(unit);
                names.extend([format!("{stem}e"), format!("{stem}en"), format!("{stem}s")]);
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// A number of `unit`, whose canonical words may follow it. In percent, "halb"
/// is 50 and "voll" the most there is; elsewhere "halb" is 0.5.
#[must_use]
pub(super) fn number(unit: Option<&str>) -> Form<Amount> {
    let Some(unit) = unit else {
        return one_of(vec![plain(), signed(fraction())]).map(Amount::Number);
    };
    let names = unit_names(unit);
    let unit_said = || table(names.iter().map(|name| (name.clone(), ())));
    let one = || one().map(f64::from).before(unit_said());
    let half = said(&ONE)
        .or_not()
        .and(said(&["halbe", "halb"]))
        .before(unit_said());
    let mut ways = vec![plain().before(unit_said().or_not()), signed(one())];
    let percent = unit == "prozent";
    if !percent {
        ways.push(half.map(|()| 0.5));
        ways.push(signed(fraction().before(unit_said().or_not())));
    }
    let amount = one_of(ways).map(Amount::Number);
    if percent {
        one_of(vec![amount, share()]).before(said(&MEASURED).or_not())
    } else {
        amount
    }
}

/// Whether a word is the name of a digit.
pub(super) fn is_digit(word: &str) -> bool {
    SMALL[..10].contains(&word)
}
