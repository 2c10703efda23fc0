//! How single tokens are written: digits, fractions, letters.

use unicode_normalization::char::decompose_canonical;

use crate::language::en::number::DENOMINATORS;
use crate::language::en::numerals::{NUMERALS, ORDINALS};
use crate::language::letters::is_combining;
use crate::language::shared::scan;

/// Whether digits with points, colons and commas between them are a number, its
/// thousands apart or not, a time of the clock, or a stretch of time.
pub(super) fn is_readable(figures: &str) -> bool {
    let parts: Vec<&str> = figures.split(':').collect();
    let below = |part: &str, most: u32| part.parse().is_ok_and(|count: u32| count < most);
    let sixtieths = |part: &&str| part.len() == 2 && below(part, 60);
    match parts.as_slice() {
        [number] => scan::is_readable(number, ',', '.'),
        [hours, minutes] => hours.len() <= 2 && below(hours, 24) && sixtieths(minutes),
        [hours, minutes, seconds] => {
            hours.bytes().all(|b| b.is_ascii_digit()) && sixtieths(minutes) && sixtieths(seconds)
        }
        _ => false,
    }
}

/// `7:30` is `seven thirty`, `7:05` `seven oh five`, `7:00` `seven oclock`,
/// `07:30` `zero seven thirty`.
pub(super) fn clock(hour: &str, minute: &str) -> String {
    let said = match minute {
        "00" => "oclock".to_owned(),
        _ if minute.len() == 2 && minute.starts_with('0') => {
            format!("oh {}", NUMERALS.whole(&minute[1..]))
        }
        _ => NUMERALS.whole(minute),
    };
    match hour {
        "00" => format!("zero {said}"),
        _ => format!("{} {said}", NUMERALS.whole(hour)),
    }
}

/// `1:05:30` is `one hours five minutes thirty seconds`, without what is zero.
pub(super) fn stretch(hours: &str, minutes: &str, seconds: &str) -> String {
    let parts = [(hours, "hours"), (minutes, "minutes"), (seconds, "seconds")];
    let said = parts.into_iter().filter_map(|(digits, unit)| {
        let count: u64 = digits.parse().ok().filter(|count| *count != 0)?;
        Some(format!("{} {unit}", NUMERALS.cardinal(count)))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        "zero seconds".to_owned()
    } else {
        said.join(" ")
    }
}

/// A part of one in words: 3 and 8 are `three eighths`. `None` for what has
/// no such words, and for one and more.
pub(super) fn fraction(above: u8, below: u8) -> Option<String> {
    if above == 0 || below <= above {
        return None;
    }
    let name = match (above, below) {
        (1, 2) => return Some("half".to_owned()),
        (1, 4) => return Some("a quarter".to_owned()),
        (3, 4) => return Some("three quarters".to_owned()),
        _ if DENOMINATORS.contains(&below) => ORDINALS[usize::from(below) - 1],
        _ => return None,
    };
    let plural = if above == 1 { "" } else { "s" };
    Some(format!(
        "{} {name}{plural}",
        NUMERALS.cardinal(above.into())
    ))
}

pub(super) fn currency(c: char) -> Option<&'static str> {
    match c {
        '$' => Some("dollars"),
        '£' => Some("pounds"),
        '€' => Some("euros"),
        _ => None,
    }
}

/// Adds `c` in lower case and, if it is Latin, without its accent.
pub(super) fn fold_letter(c: char, word: &mut String) {
    for c in c.to_lowercase() {
        match c {
            // These have no decomposition in Unicode.
            'đ' | 'ð' => word.push('d'),
            'ı' => word.push('i'),
            'ł' => word.push('l'),
            'ø' => word.push('o'),
            'ß' => word.push_str("ss"),
            'æ' => word.push_str("ae"),
            'œ' => word.push_str("oe"),
            'þ' => word.push_str("th"),
            _ if is_combining(c) => {}
            _ => {
                let mut base = None;
                decompose_canonical(c, |part| base = base.or(Some(part)));
                word.push(base.filter(char::is_ascii_alphabetic).unwrap_or(c));
            }
        }
    }
}
