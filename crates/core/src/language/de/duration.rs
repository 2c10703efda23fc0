//! Stretches of time as people say them.

use super::number::{NUMBERS, ONE, fraction};
use crate::language::form::{Form, one_of, said, table};
use crate::language::shared::duration::{DAY, DurationWords, HOUR, MINUTE, WEEK};

const UNITS: &[(&str, f64)] = &[
    ("sekunde", 1.0),
    ("sekunden", 1.0),
    ("minute", MINUTE),
    ("minuten", MINUTE),
    ("stunde", HOUR),
    ("stunden", HOUR),
    ("tag", DAY),
    ("tage", DAY),
    ("tagen", DAY),
    ("tages", DAY),
    ("woche", WEEK),
    ("wochen", WEEK),
];

pub(super) static DURATIONS: DurationWords = DurationWords {
    numbers: &NUMBERS,
    units: UNITS,
    single: UNITS,
    ambiguous: &[],
    ones: &[
        "noch ein",
        "noch eine",
        "noch einen",
        "noch einer",
        "noch einem",
        "noch eines",
        "weitere",
    ],
    counts: &[
        ("anderthalb", 1.5),
        ("ein einhalb", 1.5),
        ("eine einhalb", 1.5),
    ],
    behind_unit: None,
    parts: Some(parts),
    and: &["und"],
    zeros: &[],
    share: || one_of(vec![parts(), fraction()]),
    share_of: &["einer", "eines", "der"],
};

/// "eine halbe" (Stunde), "eine Viertel" (stunde).
fn parts() -> Form<f64> {
    let parts = table([("halbe", 0.5), ("viertel", 0.25), ("dreiviertel", 0.75)]);
    said(&ONE).or_not().and(parts)
}
