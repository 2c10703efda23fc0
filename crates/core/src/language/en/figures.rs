//! Speakers of what is written in figures and is no slot's value: digit strings,
//! fractions, years, decades. With [`super::speak`] the one set of speakers.

use super::numerals::NUMERALS;
use super::speak;

/// Counts from here on are said digit by digit: nobody follows their names.
const LONGEST: u64 = 1_000_000_000_000;

/// A count: 405 is "four hundred and five".
#[must_use]
pub(super) fn count(n: u64) -> String {
    match i64::try_from(n) {
        Ok(n) if n.unsigned_abs() < LONGEST => speak::whole(n),
        _ => NUMERALS.digits(&n.to_string()),
    }
}

/// Digits before and after a decimal point, zeros at the end included: "3" and
/// "50" is "three point five zero".
#[must_use]
pub(super) fn written(whole: &str, fraction: &str) -> String {
    let head = whole.parse().map_or_else(|_| NUMERALS.digits(whole), count);
    if fraction.is_empty() {
        head
    } else {
        format!("{head} point {}", NUMERALS.digits(fraction))
    }
}

/// A part of a whole: 3 of 4 is "three quarters", 1 of 2 "one half".
#[must_use]
pub(super) fn fraction(parts: u64, of: u64) -> String {
    let (one, many) = match of {
        2 => ("half".to_owned(), "halves".to_owned()),
        4 => ("quarter".to_owned(), "quarters".to_owned()),
        _ => (speak::ordinal(of), format!("{}s", speak::ordinal(of))),
    };
    let name = if parts == 1 { one } else { many };
    format!("{} {name}", count(parts))
}

/// A year of the calendar: 1908 is "nineteen oh eight", 2005 "two thousand and
/// five".
#[must_use]
pub(super) fn year(n: u64) -> String {
    let (century, rest) = (n / 100, n % 100);
    match (century, rest) {
        (..=10 | 20, 0..10) | (..=10 | 100.., _) => count(n),
        (_, 0) => format!("{} hundred", count(century)),
        (_, 1..10) => format!("{} oh {}", count(century), count(rest)),
        _ => format!("{} {}", count(century), count(rest)),
    }
}

/// Ten or a hundred years: 1960 is "nineteen sixties", 1900 "nineteen
/// hundreds".
#[must_use]
pub(super) fn decade(n: u64) -> String {
    let said = match n {
        ..100 => count(n),
        _ => year(n),
    };
    match said.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{said}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, decade, year};

    #[test]
    fn years_are_said_by_hundreds() {
        for (n, said) in [
            (800, "eight hundred"),
            (1066, "one thousand and sixty six"),
            (1500, "fifteen hundred"),
            (1832, "eighteen thirty two"),
            (1908, "nineteen oh eight"),
            (2000, "two thousand"),
            (2005, "two thousand and five"),
            (2026, "twenty twenty six"),
        ] {
            assert_eq!(year(n), said);
        }
        for (n, said) in [
            (1960, "nineteen sixties"),
            (1900, "nineteen hundreds"),
            (2010, "twenty tens"),
            (80, "eighties"),
        ] {
            assert_eq!(decade(n), said);
        }
        assert_eq!(count(105), "one hundred and five");
        assert!(count(u64::MAX).starts_with("one eight four"));
    }
}
