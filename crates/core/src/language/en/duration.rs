//! Stretches of time as people say them.
//!
//! "One thirty" and "1:30" are none: they may be ninety seconds, an hour and a
//! half, or a time of day. "A second" is none either: before "timer" it counts
//! timers.

use super::number::{NUMBERS, and_fraction, fraction};
use crate::language::shared::duration::{DAY, DurationWords, HOUR, MINUTE, WEEK};

/// "m" is what recognisers write for minutes.
pub(super) static DURATIONS: DurationWords = DurationWords {
    numbers: &NUMBERS,
    units: &[
        ("second", 1.0),
        ("minute", MINUTE),
        ("hour", HOUR),
        ("day", DAY),
        ("week", WEEK),
        ("seconds", 1.0),
        ("minutes", MINUTE),
        ("hours", HOUR),
        ("days", DAY),
        ("weeks", WEEK),
        ("m", MINUTE),
    ],
    single: &[
        ("second", 1.0),
        ("minute", MINUTE),
        ("hour", HOUR),
        ("day", DAY),
        ("week", WEEK),
    ],
    ambiguous: &["second"],
    ones: &["another"],
    counts: &[("a couple", 2.0), ("a couple of", 2.0), ("couple of", 2.0)],
    behind_unit: Some(and_fraction),
    parts: None,
    and: &["and"],
    zeros: &["oh", "zero"],
    share: fraction,
    share_of: &["of a", "of an", "a", "an", "of the"],
};
