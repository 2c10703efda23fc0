//! Numbers as the words that people say, for normalising what was written in
//! digits and for speaking values.

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

/// A whole number below a thousand million in canonical words, without "and":
/// 105 is `one hundred five`. Larger ones are said digit by digit.
#[must_use]
pub(super) fn cardinal(n: u64) -> String {
    if n >= 1_000_000_000 {
        return digits(&n.to_string());
    }
    let mut words = Vec::new();
    for (unit, name) in [(1_000_000, "million"), (1_000, "thousand")] {
        let count = n / unit % 1_000;
        if count > 0 {
            below_thousand(count, &mut words);
            words.push(name);
        }
    }
    if !n.is_multiple_of(1_000) || n == 0 {
        below_thousand(n % 1_000, &mut words);
    }
    words.join(" ")
}

/// Each digit by its name; anything else in `text` is left out.
#[must_use]
pub(super) fn digits(text: &str) -> String {
    let names: Vec<&str> = text
        .chars()
        .filter_map(|c| c.to_digit(10))
        .map(|d| SMALL[d as usize])
        .collect();
    names.join(" ")
}

/// The place of something in a row: 23 is `twenty third`.
#[must_use]
pub(super) fn ordinal(n: u64) -> String {
    let words = cardinal(n);
    let (head, last) = match words.rsplit_once(' ') {
        Some((head, last)) => (Some(head), last),
        None => (None, words.as_str()),
    };
    let last = ordinal_word(last);
    match head {
        Some(head) => format!("{head} {last}"),
        None => last,
    }
}

/// The ordinal of one word: `two` is `second`.
#[must_use]
pub(super) fn ordinal_word(cardinal: &str) -> String {
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

fn below_thousand(n: u64, words: &mut Vec<&'static str>) {
    let (hundreds, rest) = (n / 100, n % 100);
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
            assert_eq!(cardinal(n), said);
        }
        for (n, said) in [
            (1, "first"),
            (12, "twelfth"),
            (20, "twentieth"),
            (23, "twenty third"),
            (100, "one hundredth"),
        ] {
            assert_eq!(ordinal(n), said);
        }
    }
}
