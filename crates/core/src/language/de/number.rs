//! Numbers as people say them: whole ones, decimals, fractions, and shares of a
//! range that is counted in percent.

use super::numerals;
use crate::language::Amount;
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::number::{NumberWords, Scale};

/// One before a noun, in each gender and case.
pub(super) const ONE: [&str; 6] = ["ein", "eine", "einen", "einer", "einem", "eines"];

pub(super) static NUMBERS: NumberWords = NumberWords {
    small: names,
    zero: "null",
    zero_digits: &[],
    and: &["und"],
    hundreds: || one_of(vec![names(2, 10), table([("ein", 1)])]),
    teens: || names(11, 20),
    scales: [
        Scale {
            counted: &["hundert"],
            alone: &["hundert"],
        },
        Scale {
            counted: &["tausend"],
            alone: &["ein tausend", "tausend"],
        },
        Scale {
            counted: &["millionen"],
            alone: &["eine million"],
        },
    ],
    point: "komma",
    fraction,
    fraction_behind: || said(&["und"]).or_not().and(fraction()),
    named: &[
        ("anderthalb", 1.5),
        ("ein einhalb", 1.5),
        ("eine einhalb", 1.5),
        ("ein dutzend", 12.0),
        ("dutzend", 12.0),
        ("ein halbe dutzend", 6.0),
    ],
    minus: &["minus"],
    ones: &ONE,
    ones_of_percent: &ONE,
    part_of: &[],
    part_of_unit: || {
        let half = table([("halbe", 0.5), ("halb", 0.5)]);
        said(&ONE).or_not().and(half)
    },
    percent: "prozent",
    shares: &[
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
    ],
    measured: &[
        "helligkeit",
        "lautstärke",
        "leistung",
        "kraft",
        "geschwindigkeit",
    ],
    unit_names,
};

fn names(from: u32, to: u32) -> Form<u32> {
    table((from..to).map(|n| (numerals::below_hundred(n.into()), n)))
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

/// A unit's words: as it is written, and its other number.
fn unit_names(unit: &str) -> Vec<String> {
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
