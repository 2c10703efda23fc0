//! Canonical words of English: the one spelling in which the owner's phrases,
//! the values of slots and transcripts meet.

mod written;

use super::numerals::{self, NUMERALS};
use super::spelling;
use crate::language::Word;
use crate::language::letters::vulgar_fraction;
use crate::language::shared::scan::{Scanner, Signs};
use written::{clock, currency, fold_letter, fraction, is_readable, stretch};

static SIGNS: Signs = Signs {
    said: &[
        ('%', "percent"),
        ('&', "and"),
        ('+', "plus"),
        ('@', "at"),
        ('℃', "degrees celsius"),
        ('℉', "degrees fahrenheit"),
    ],
    degrees: "degrees",
    scales: &[('c', "celsius"), ('f', "fahrenheit")],
    minus: "minus",
    group: ',',
};

/// The canonical words of `text`, in order, with their places in it.
///
/// Lower case; accents folded; hyphens split; contractions opened; digits,
/// clock times, ordinals, percentages and the like spelled out; British
/// spellings folded into American ones.
pub(super) fn normalize(text: &str) -> Vec<Word> {
    let mut reader = Reader {
        scan: Scanner::new(text, &SIGNS),
        after_number: false,
    };
    while !reader.scan.is_at_end() {
        reader.token();
    }
    spelling::join_pairs(&mut reader.scan.words);
    reader.scan.words
}

struct Reader {
    scan: Scanner,
    /// The token just before was a number and nothing stood between.
    after_number: bool,
}

impl Reader {
    fn token(&mut self) {
        let from = self.scan.at;
        let c = self.scan.peek(0);
        let after_number = std::mem::take(&mut self.after_number);
        if c.is_ascii_digit() {
            self.number(after_number);
        } else if c.is_alphabetic() {
            self.word(after_number);
        } else if let Some((above, below)) = vulgar_fraction(c) {
            self.scan.at += 1;
            self.fraction(above, below, after_number, from);
            self.after_number = true;
        } else if c == '.' && self.begins_number(from) {
            self.scan.at += 1;
            let decimals = self.scan.take_digits();
            self.scan
                .push(&format!("point {}", NUMERALS.digits(&decimals)), from);
            self.after_number = true;
        } else if let Some(currency) = currency(c)
            && self.scan.peek(1).is_ascii_digit()
        {
            self.scan.at += 1;
            self.number(false);
            self.scan.push(currency, from);
        } else {
            self.symbol(c, after_number);
        }
    }

    fn symbol(&mut self, c: char, after_number: bool) {
        let starts = self.scan.before(self.scan.at).is_whitespace();
        let next = self.scan.peek(1);
        match c {
            // As in 1-1/2.
            '-' if next.is_ascii_digit() && !starts => {
                self.scan.at += 1;
                self.after_number = after_number;
            }
            '\'' | '’' if next == 's' && !self.scan.peek(2).is_alphanumeric() => {
                self.scan.at += 2;
            }
            // A space between number and unit is no obstacle.
            ' ' => {
                self.scan.at += 1;
                self.after_number = after_number;
            }
            _ => self.scan.symbol(),
        }
    }

    /// Whether a point stands before the digits of a number: ".5".
    fn begins_number(&self, from: usize) -> bool {
        let before = self.scan.before(from);
        self.scan.peek(1).is_ascii_digit() && !before.is_alphanumeric() && before != '.'
    }

    fn number(&mut self, after_number: bool) {
        let from = self.scan.at;
        if let Some(figures) = self.unreadable() {
            self.scan.at += figures.chars().count();
            self.scan.push(&figures, from);
            return;
        }
        let digits = self.scan.take_digits();
        let (mark, next) = (self.scan.peek(0), self.scan.peek(1));
        if mark == ':'
            && digits.len() <= 2
            && next.is_ascii_digit()
            && self.scan.peek(2).is_ascii_digit()
        {
            self.scan.at += 1;
            let minutes = self.scan.take_digits();
            let said = self.seconds().map_or_else(
                || clock(&digits, &minutes),
                |seconds| stretch(&digits, &minutes, &seconds),
            );
            self.scan.push(&said, from);
        } else if mark == '.' && next.is_ascii_digit() {
            self.scan.at += 1;
            let decimals = self.scan.take_digits();
            let said = if decimals.len() == 2 && self.half_of_day_follows() {
                clock(&digits, &decimals)
            } else {
                format!(
                    "{} point {}",
                    NUMERALS.whole(&digits),
                    NUMERALS.digits(&decimals)
                )
            };
            self.scan.push(&said, from);
        } else if mark == '/' && next.is_ascii_digit() {
            self.slashed(&digits, after_number, from);
        } else {
            self.whole_number(&digits, from);
        }
        self.after_number = true;
    }

    /// Figures that are no number, time or stretch of time, such as `25:61`,
    /// `20,5` and `1.2.3`: no piece of them is one either.
    fn unreadable(&self) -> Option<String> {
        let figures = self.scan.figures(&['.', ',', ':']);
        let figures = figures.trim_end_matches(['.', ',', ':']);
        (!is_readable(figures)).then(|| figures.to_owned())
    }

    /// The seconds of `1:05:00`, behind its minutes.
    fn seconds(&mut self) -> Option<String> {
        let two = self.scan.peek(0) == ':' && (1..=2).all(|n| self.scan.peek(n).is_ascii_digit());
        if !two || self.scan.peek(3).is_ascii_digit() {
            return None;
        }
        self.scan.at += 1;
        Some(self.scan.take_digits())
    }

    /// A fraction, or a date in figures.
    fn slashed(&mut self, first: &str, after_number: bool, from: usize) {
        let mut parts = vec![first.to_owned()];
        while self.scan.peek(0) == '/' && self.scan.peek(1).is_ascii_digit() {
            self.scan.at += 1;
            parts.push(self.scan.take_digits());
        }
        if let [above, below] = parts.as_slice()
            && let (Ok(above), Ok(below)) = (above.parse(), below.parse())
            && fraction(above, below).is_some()
        {
            self.fraction(above, below, after_number, from);
        } else {
            let parts: Vec<String> = parts.iter().map(|part| NUMERALS.whole(part)).collect();
            self.scan.push(&parts.join(" slash "), from);
        }
    }

    /// A fraction as it is said: behind a number with "and".
    fn fraction(&mut self, above: u8, below: u8, after_number: bool, from: usize) {
        let Some(said) = fraction(above, below) else {
            return;
        };
        let last = self.scan.words.last().map_or("", |word| word.text.as_str());
        let joined = last == "and";
        let after_number = after_number && numerals::is_cardinal(last);
        let said = match said.as_str() {
            "half" if after_number || joined => "a half".to_owned(),
            _ => said,
        };
        if after_number {
            self.scan.push(&format!("and {said}"), from);
        } else {
            self.scan.push(&said, from);
        }
    }

    fn whole_number(&mut self, digits: &str, from: usize) {
        let suffix: String = (0..3)
            .map(|n| self.scan.peek(n).to_ascii_lowercase())
            .collect();
        let ends = |length: usize| {
            !suffix
                .chars()
                .nth(length)
                .is_some_and(char::is_alphanumeric)
        };
        if ends(2)
            && ["st", "nd", "rd", "th"]
                .iter()
                .any(|ending| suffix.starts_with(ending))
        {
            self.scan.at += 2;
            self.scan
                .push(&NUMERALS.ordinal(digits.parse().unwrap_or(0)), from);
        } else if ends(1) && suffix.starts_with('s') && self.is_decade(digits) {
            // The 80s, the 1990s.
            self.scan.at += 1;
            let said = NUMERALS.whole(digits);
            let said = said
                .strip_suffix('y')
                .map_or_else(|| format!("{said}s"), |stem| format!("{stem}ies"));
            self.scan.push(&said, from);
        } else {
            self.scan.push(&NUMERALS.whole(digits), from);
        }
    }

    /// Whether digits before an "s" are years, not seconds: "the 80s" is, "for
    /// 90s" and "a 90s timer" are not.
    fn is_decade(&self, digits: &str) -> bool {
        const BEFORE_SECONDS: [&str; 6] = ["for", "in", "after", "by", "every", "of"];
        const TIMERS: [&str; 3] = ["timer", "alarm", "countdown"];
        let last = self.scan.words.last().map(|word| word.text.as_str());
        let next: String = self.scan.rest().skip(1).collect();
        let next = next.split_whitespace().next().unwrap_or_default();
        let alone = last.is_none() && next.is_empty();
        digits.ends_with('0')
            && (digits.len() == 4
                || digits.len() == 2
                    && !alone
                    && last.is_none_or(|last| !BEFORE_SECONDS.contains(&last))
                    && !TIMERS.contains(&next.to_lowercase().as_str()))
    }

    fn half_of_day_follows(&self) -> bool {
        let space = usize::from(self.scan.peek(0) == ' ');
        matches!(self.scan.peek(space).to_ascii_lowercase(), 'a' | 'p')
            && matches!(
                (
                    self.scan.peek(space + 1).to_ascii_lowercase(),
                    self.scan.peek(space + 2).to_ascii_lowercase()
                ),
                ('m', _) | ('.', 'm')
            )
    }

    fn word(&mut self, after_number: bool) {
        let from = self.scan.at;
        let mut word = String::new();
        if self.initials(&mut word) {
            self.scan
                .push(spelling::fold(&word, after_number).as_ref(), from);
            return;
        }
        self.scan.take_word(|_, c| {
            fold_letter(c, &mut word);
            true
        });
        self.scan
            .push(spelling::fold(&word, after_number).as_ref(), from);
    }

    /// `a.m.`, `T.V.`: single letters with dots between are one word.
    fn initials(&mut self, word: &mut String) -> bool {
        let letter = |n: usize| self.scan.peek(n).is_alphabetic();
        if !(letter(0) && self.scan.peek(1) == '.' && letter(2) && !letter(3)) {
            return false;
        }
        while self.scan.peek(0).is_alphabetic() && !self.scan.peek(1).is_alphabetic() {
            fold_letter(self.scan.peek(0), word);
            self.scan.at += 1;
            if self.scan.peek(0) != '.' {
                break;
            }
            self.scan.at += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests;
