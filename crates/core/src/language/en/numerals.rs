//! Numbers as the words that people say, for normalising what was written in
//! digits and for speaking values: 105 is `one hundred five`, 23rd `twenty third`.

use crate::language::shared::numerals::Numerals;

/// `zero` to `nineteen`, each at its own index.
pub(super) const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// `twenty` to `ninety`: index 0 is twenty.
pub(super) const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// `first` to `nineteenth`: index 0 is first.
pub(super) const ORDINALS: [&str; 19] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
];

pub(super) static NUMERALS: Numerals = Numerals {
    digits: &SMALL,
    below_thousand,
    thousands: |count| format!("{} thousand", below_thousand(count)),
    millions: |count| format!("{} million", below_thousand(count)),
    ordinal: ordinal_word,
};

/// The ordinal of one word: `two` is `second`.
fn ordinal_word(cardinal: &str) -> String {
    match SMALL.iter().position(|small| *small == cardinal) {
        Some(place @ 1..) => ORDINALS[place - 1].to_owned(),
        _ => match cardinal.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{cardinal}th"),
        },
    }
}

/// Whether a word ends a whole number.
#[must_use]
pub(super) fn is_cardinal(word: &str) -> bool {
    SMALL.contains(&word)
        || TENS.contains(&word)
        || matches!(word, "hundred" | "thousand" | "million" | "billion")
}

/// Whether a word is a numeral, an ordinal one, or part of a number; so are
/// figures that read as no number.
#[must_use]
pub(super) fn is_numeral(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    is_cardinal(word)
        || word.starts_with(|first: char| first.is_ascii_digit())
        || ORDINALS.contains(&word)
        || ORDINALS[2..].contains(&singular)
        || word.ends_with("ieth")
        || matches!(
            word,
            "oh" | "half" | "quarter" | "quarters" | "dozen" | "point" | "slash"
        )
}

fn below_thousand(n: u64) -> String {
    let (hundreds, rest) = (n / 100, n % 100);
    let mut words = Vec::new();
    if hundreds > 0 {
        words.extend([small(hundreds), "hundred"]);
    }
    if rest >= 20 {
        words.push(TENS[usize::try_from(rest / 10 - 2).unwrap_or(0)]);
        if rest % 10 > 0 {
            words.push(small(rest % 10));
        }
    } else if rest > 0 || n == 0 {
        words.push(small(rest));
    }
    words.join(" ")
}

fn small(n: u64) -> &'static str {
    SMALL[usize::try_from(n).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (n, said) in [
            (0, "zero"),
            (20, "twenty"),
            (105, "one hundred five"),
            (2_027, "two thousand twenty seven"),
            (1_000_000, "one million"),
            (
                999_999,
                "nine hundred ninety nine thousand nine hundred ninety nine",
            ),
        ] {
            assert_eq!(NUMERALS.cardinal(n), said);
        }
        for (n, said) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (23, "twenty third"),
            (100, "one hundredth"),
        ] {
            assert_eq!(NUMERALS.ordinal(n), said);
        }
    }
}
