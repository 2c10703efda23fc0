//! Whole numbers in canonical words, for normalising what was written in digits.

/// Numbers from here on are said digit by digit.
const LONGEST: u64 = 1_000_000_000;

/// How a language counts.
#[derive(Debug)]
pub(in crate::language) struct Numerals {
    /// The names of the digits.
    pub digits: &'static [&'static str],
    /// A number below a thousand.
    pub below_thousand: fn(u64) -> String,
    /// So many thousands, one or more.
    pub thousands: fn(u64) -> String,
    /// So many millions, one or more.
    pub millions: fn(u64) -> String,
    /// The ordinal of one word.
    pub ordinal: fn(&str) -> String,
}

impl Numerals {
    /// A whole number in canonical words; a very long one digit by digit.
    #[must_use]
    pub(in crate::language) fn cardinal(&self, n: u64) -> String {
        if n >= LONGEST {
            return self.digits(&n.to_string());
        }
        let mut words = Vec::new();
        for (count, say) in [
            (n / 1_000_000, self.millions),
            (n / 1_000 % 1_000, self.thousands),
            (n % 1_000, self.below_thousand),
        ] {
            if count > 0 {
                words.push(say(count));
            }
        }
        if words.is_empty() {
            (self.below_thousand)(0)
        } else {
            words.join(" ")
        }
    }

    /// Each digit by its name; anything else in `text` is left out.
    #[must_use]
    pub(in crate::language) fn digits(&self, text: &str) -> String {
        let digits = text.chars().filter_map(|c| c.to_digit(10));
        let names: Vec<&str> = digits.map(|d| self.digits[d as usize]).collect();
        names.join(" ")
    }

    /// Digits as a whole number; leading zeros and very long ones digit by digit.
    #[must_use]
    pub(in crate::language) fn whole(&self, digits: &str) -> String {
        match digits.parse() {
            Ok(n) if !digits.starts_with('0') || digits == "0" => self.cardinal(n),
            _ => self.digits(digits),
        }
    }

    /// The place of something in a row.
    #[must_use]
    pub(in crate::language) fn ordinal(&self, n: u64) -> String {
        self.ordinal_of(&self.cardinal(n))
    }

    /// The same of a number in words.
    #[must_use]
    pub(in crate::language) fn ordinal_of(&self, words: &str) -> String {
        match words.rsplit_once(' ') {
            Some((head, last)) => format!("{head} {}", (self.ordinal)(last)),
            None => (self.ordinal)(words),
        }
    }
}
