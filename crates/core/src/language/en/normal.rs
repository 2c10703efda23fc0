//! Canonical words of English: the one spelling in which the owner's phrases,
//! the values of slots and transcripts meet.

mod written;

use super::{numerals, spelling};
use crate::language::letters::{is_combining, plain, vulgar_fraction};
use crate::language::{Word, is_sign};
use written::{clock, currency, fold_letter, fraction, is_readable, stretch, whole};

/// The canonical words of `text`, in order, with their places in it.
///
/// Lower case; accents folded; hyphens split; contractions opened; digits,
/// clock times, ordinals, percentages and the like spelled out; British
/// spellings folded into American ones.
pub(super) fn normalize(text: &str) -> Vec<Word> {
    let mut reader = Reader {
        chars: text.char_indices().map(|(at, c)| (at, plain(c))).collect(),
        len: text.len(),
        at: 0,
        words: Vec::new(),
        after_number: false,
    };
    while reader.at < reader.chars.len() {
        reader.token();
    }
    spelling::join_pairs(&mut reader.words);
    reader.words
}

struct Reader {
    chars: Vec<(usize, char)>,
    len: usize,
    at: usize,
    words: Vec<Word>,
    /// The token just before was a number and nothing stood between.
    after_number: bool,
}

impl Reader {
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).map_or(' ', |&(_, c)| c)
    }

    fn byte(&self, index: usize) -> usize {
        self.chars.get(index).map_or(self.len, |&(byte, _)| byte)
    }

    /// Adds the words of `said` for the token that began at `from`.
    fn push(&mut self, said: &str, from: usize) {
        let (start, end) = (self.byte(from), self.byte(self.at));
        self.words.extend(
            said.split(' ')
                .filter(|word| !word.is_empty())
                .map(|word| Word {
                    text: word.to_owned(),
                    start,
                    end,
                    pause: false,
                }),
        );
    }

    fn token(&mut self) {
        let from = self.at;
        let c = self.peek(0);
        let after_number = std::mem::take(&mut self.after_number);
        if c.is_ascii_digit() {
            self.number(after_number);
        } else if c.is_alphabetic() {
            self.word(after_number);
        } else if let Some((above, below)) = vulgar_fraction(c) {
            self.at += 1;
            self.fraction(above, below, after_number, from);
            self.after_number = true;
        } else if c == '.' && self.begins_number(from) {
            self.at += 1;
            let decimals = self.take_digits();
            self.push(&format!("point {}", numerals::digits(&decimals)), from);
            self.after_number = true;
        } else if let Some(currency) = currency(c)
            && self.peek(1).is_ascii_digit()
        {
            self.at += 1;
            self.number(false);
            self.push(currency, from);
        } else {
            self.symbol(c, after_number);
        }
    }

    fn symbol(&mut self, c: char, after_number: bool) {
        let from = self.at;
        let starts = from == 0 || self.chars[from - 1].1.is_whitespace();
        self.at += 1;
        let next = self.peek(0);
        match c {
            '%' => self.push("percent", from),
            '&' => self.push("and", from),
            '+' => self.push("plus", from),
            '@' => self.push("at", from),
            '°' => {
                let scale = match next.to_ascii_lowercase() {
                    'c' => " celsius",
                    'f' => " fahrenheit",
                    _ => "",
                };
                if !scale.is_empty() && !self.peek(1).is_alphanumeric() {
                    self.at += 1;
                    self.push(&format!("degrees{scale}"), from);
                } else {
                    self.push("degrees", from);
                }
            }
            '℃' => self.push("degrees celsius", from),
            '℉' => self.push("degrees fahrenheit", from),
            '-' | '−' | '–' | '—'
                if starts
                    && (next.is_ascii_digit() || next == '.' && self.peek(1).is_ascii_digit()) =>
            {
                self.push("minus", from);
            }
            // As in 1-1/2.
            '-' if next.is_ascii_digit() => self.after_number = after_number,
            '\'' | '’' if next == 's' && !self.peek(1).is_alphanumeric() => self.at += 1,
            ',' | ';' | '.' | '!' | '?' | ':' | '-' | '–' | '—' | '…'
                if !next.is_alphanumeric() =>
            {
                if let Some(last) = self.words.last_mut() {
                    last.pause = true;
                }
            }
            // No digit of a script that is known, or a sign: a word that nothing
            // explains.
            _ if c.is_numeric() || is_sign(c) => self.push(&c.to_string(), from),
            // A space between number and unit is no obstacle.
            ' ' => self.after_number = after_number,
            _ => {}
        }
    }

    fn take_digits(&mut self) -> String {
        let mut digits = String::new();
        while self.peek(0).is_ascii_digit() {
            digits.push(self.peek(0));
            self.at += 1;
            // A comma between thousands, as in 1,000.
            let group = (1..=3).all(|n| self.peek(n).is_ascii_digit());
            if self.peek(0) == ',' && group && !self.peek(4).is_ascii_digit() {
                self.at += 1;
            }
        }
        digits
    }

    /// Whether a point stands before the digits of a number: ".5".
    fn begins_number(&self, from: usize) -> bool {
        let before = from
            .checked_sub(1)
            .map_or(' ', |before| self.chars[before].1);
        self.peek(1).is_ascii_digit() && !before.is_alphanumeric() && before != '.'
    }

    fn number(&mut self, after_number: bool) {
        let from = self.at;
        if let Some(figures) = self.unreadable() {
            self.at += figures.chars().count();
            self.push(&figures, from);
            return;
        }
        let digits = self.take_digits();
        let (mark, next) = (self.peek(0), self.peek(1));
        if mark == ':'
            && digits.len() <= 2
            && next.is_ascii_digit()
            && self.peek(2).is_ascii_digit()
        {
            self.at += 1;
            let minutes = self.take_digits();
            let said = self.seconds().map_or_else(
                || clock(&digits, &minutes),
                |seconds| stretch(&digits, &minutes, &seconds),
            );
            self.push(&said, from);
        } else if mark == '.' && next.is_ascii_digit() {
            self.at += 1;
            let decimals = self.take_digits();
            let said = if decimals.len() == 2 && self.half_of_day_follows() {
                clock(&digits, &decimals)
            } else {
                format!("{} point {}", whole(&digits), numerals::digits(&decimals))
            };
            self.push(&said, from);
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
        let figures: String = (0..)
            .map(|n| self.peek(n))
            .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':'))
            .collect();
        let figures = figures.trim_end_matches(['.', ',', ':']);
        (!is_readable(figures)).then(|| figures.to_owned())
    }

    /// The seconds of `1:05:00`, behind its minutes.
    fn seconds(&mut self) -> Option<String> {
        let two = self.peek(0) == ':' && (1..=2).all(|n| self.peek(n).is_ascii_digit());
        if !two || self.peek(3).is_ascii_digit() {
            return None;
        }
        self.at += 1;
        Some(self.take_digits())
    }

    /// A fraction, or a date in figures.
    fn slashed(&mut self, first: &str, after_number: bool, from: usize) {
        let mut parts = vec![first.to_owned()];
        while self.peek(0) == '/' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            parts.push(self.take_digits());
        }
        if let [above, below] = parts.as_slice()
            && let (Ok(above), Ok(below)) = (above.parse(), below.parse())
            && fraction(above, below).is_some()
        {
            self.fraction(above, below, after_number, from);
        } else {
            let parts: Vec<String> = parts.iter().map(|part| whole(part)).collect();
            self.push(&parts.join(" slash "), from);
        }
    }

    /// A fraction as it is said: behind a number with "and".
    fn fraction(&mut self, above: u8, below: u8, after_number: bool, from: usize) {
        let Some(said) = fraction(above, below) else {
            return;
        };
        let last = self.words.last().map_or("", |word| word.text.as_str());
        let joined = last == "and";
        let after_number = after_number && numerals::is_cardinal(last);
        let said = match said.as_str() {
            "half" if after_number || joined => "a half".to_owned(),
            _ => said,
        };
        if after_number {
            self.push(&format!("and {said}"), from);
        } else {
            self.push(&said, from);
        }
    }

    fn whole_number(&mut self, digits: &str, from: usize) {
        let suffix: String = (0..3).map(|n| self.peek(n).to_ascii_lowercase()).collect();
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
            self.at += 2;
            self.push(&numerals::ordinal(digits.parse().unwrap_or(0)), from);
        } else if ends(1) && suffix.starts_with('s') && self.is_decade(digits) {
            // The 80s, the 1990s.
            self.at += 1;
            let said = whole(digits);
            let said = said
                .strip_suffix('y')
                .map_or_else(|| format!("{said}s"), |stem| format!("{stem}ies"));
            self.push(&said, from);
        } else {
            self.push(&whole(digits), from);
        }
    }

    /// Whether digits before an "s" are years, not seconds: "the 80s" is, "for
    /// 90s" and "a 90s timer" are not.
    fn is_decade(&self, digits: &str) -> bool {
        const BEFORE_SECONDS: [&str; 6] = ["for", "in", "after", "by", "every", "of"];
        const TIMERS: [&str; 3] = ["timer", "alarm", "countdown"];
        let last = self.words.last().map(|word| word.text.as_str());
        let next: String = (1..)
            .map_while(|n| self.chars.get(self.at + n))
            .map(|&(_, c)| c)
            .collect();
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
        let space = usize::from(self.peek(0) == ' ');
        matches!(self.peek(space).to_ascii_lowercase(), 'a' | 'p')
            && matches!(
                (
                    self.peek(space + 1).to_ascii_lowercase(),
                    self.peek(space + 2).to_ascii_lowercase()
                ),
                ('m', _) | ('.', 'm')
            )
    }

    fn word(&mut self, after_number: bool) {
        let from = self.at;
        let mut word = String::new();
        if self.initials(&mut word) {
            self.push(spelling::fold(&word, after_number).as_ref(), from);
            return;
        }
        loop {
            let c = self.peek(0);
            if c.is_alphabetic() {
                fold_letter(c, &mut word);
            } else if matches!(c, '\'' | '’' | 'ʼ') && self.peek(1).is_alphabetic() {
                word.push('\'');
            } else if !is_combining(c) || is_sign(c) {
                break;
            }
            self.at += 1;
        }
        self.push(spelling::fold(&word, after_number).as_ref(), from);
    }

    /// `a.m.`, `T.V.`: single letters with dots between are one word.
    fn initials(&mut self, word: &mut String) -> bool {
        let letter = |n: usize| self.peek(n).is_alphabetic();
        if !(letter(0) && self.peek(1) == '.' && letter(2) && !letter(3)) {
            return false;
        }
        while self.peek(0).is_alphabetic() && !self.peek(1).is_alphabetic() {
            fold_letter(self.peek(0), word);
            self.at += 1;
            if self.peek(0) != '.' {
                break;
            }
            self.at += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests;
