//! Scanning of written text, from which the canonical words of a language come.

use crate::language::letters::{is_combining, plain};
use crate::language::{Word, is_sign};

/// Signs that are said, in canonical words.
#[derive(Debug)]
pub(in crate::language) struct Signs {
    /// Signs with the words for them.
    pub said: &'static [(char, &'static str)],
    /// Of a degree sign.
    pub degrees: &'static str,
    /// The letters of scales behind a degree sign, in lower case.
    pub scales: &'static [(char, &'static str)],
    /// Before a number.
    pub minus: &'static str,
    /// Stands between thousands in figures.
    pub group: char,
}

/// A place in a text, and the words before it.
#[derive(Debug)]
pub(in crate::language) struct Scanner {
    signs: &'static Signs,
    chars: Vec<(usize, char)>,
    len: usize,
    /// The place, as a number of characters.
    pub at: usize,
    /// The words before it.
    pub words: Vec<Word>,
}

impl Scanner {
    pub(in crate::language) fn new(text: &str, signs: &'static Signs) -> Self {
        Self {
            signs,
            chars: text.char_indices().map(|(at, c)| (at, plain(c))).collect(),
            len: text.len(),
            at: 0,
            words: Vec::new(),
        }
    }

    pub(in crate::language) fn is_at_end(&self) -> bool {
        self.chars.len() <= self.at
    }

    /// A character behind the place; a blank behind the end.
    pub(in crate::language) fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).map_or(' ', |&(_, c)| c)
    }

    /// The characters from the place on.
    pub(in crate::language) fn rest(&self) -> impl Iterator<Item = char> {
        self.chars.iter().skip(self.at).map(|&(_, c)| c)
    }

    /// The character before one; a blank at the beginning.
    pub(in crate::language) fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or(' ', |before| self.chars[before].1)
    }

    fn byte(&self, index: usize) -> usize {
        self.chars.get(index).map_or(self.len, |&(byte, _)| byte)
    }

    /// Adds the words of `said` for the token that began at `from`.
    pub(in crate::language) fn push(&mut self, said: &str, from: usize) {
        let (start, end) = (self.byte(from), self.byte(self.at));
        let words = said.split(' ').filter(|word| !word.is_empty());
        self.words.extend(words.map(|word| Word {
            text: word.to_owned(),
            start,
            end,
            pause: false,
        }));
    }

    /// Passes over one character that is no letter and no digit, and adds the words
    /// for it.
    pub(in crate::language) fn symbol(&mut self) {
        let from = self.at;
        let c = self.peek(0);
        let starts = self.before(from).is_whitespace();
        self.at += 1;
        let next = self.peek(0);
        if let Some((_, said)) = self.signs.said.iter().find(|(sign, _)| *sign == c) {
            self.push(said, from);
            return;
        }
        match c {
            '°' => self.degrees(from),
            '-' | '−' | '–' | '—'
                if starts
                    && (next.is_ascii_digit() || next == '.' && self.peek(1).is_ascii_digit()) =>
            {
                self.push(self.signs.minus, from);
            }
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
            _ => {}
        }
    }

    fn degrees(&mut self, from: usize) {
        let letter = self.peek(0).to_ascii_lowercase();
        let mut scales = self.signs.scales.iter();
        let scale = scales.find(|(known, _)| *known == letter);
        let said = match scale {
            Some((_, scale)) if !self.peek(1).is_alphanumeric() => {
                self.at += 1;
                format!("{} {scale}", self.signs.degrees)
            }
            _ => self.signs.degrees.to_owned(),
        };
        self.push(&said, from);
    }

    /// Passes over digits, with marks between thousands.
    pub(in crate::language) fn take_digits(&mut self) -> String {
        let mut digits = String::new();
        while self.peek(0).is_ascii_digit() {
            digits.push(self.peek(0));
            self.at += 1;
            let group = (1..=3).all(|n| self.peek(n).is_ascii_digit());
            if self.peek(0) == self.signs.group && group && !self.peek(4).is_ascii_digit() {
                self.at += 1;
            }
        }
        digits
    }

    /// The characters from the place on that are digits or one of `marks`.
    pub(in crate::language) fn figures(&self, marks: &[char]) -> String {
        let figures = self.rest();
        figures
            .take_while(|c| c.is_ascii_digit() || marks.contains(c))
            .collect()
    }

    /// Passes over a word, giving its letters, the signs over them and apostrophes
    /// inside of it to `letter`, until that is false.
    pub(in crate::language) fn take_word(
        &mut self,
        mut letter: impl FnMut(&mut Self, char) -> bool,
    ) {
        loop {
            let c = self.peek(0);
            let apostrophe = matches!(c, '\'' | '’' | 'ʼ') && self.peek(1).is_alphabetic();
            let over = is_combining(c) && !is_sign(c);
            let given = if apostrophe { '\'' } else { c };
            if !(c.is_alphabetic() || apostrophe || over) || !letter(self, given) {
                return;
            }
            self.at += 1;
        }
    }
}

/// Whether figures are a number: digits, with a mark between groups of thousands
/// and another before decimals.
pub(in crate::language) fn is_readable(figures: &str, group: char, point: char) -> bool {
    let (whole, decimals) = figures.split_once(point).unwrap_or((figures, "0"));
    let mut groups = whole.split(group);
    let first = groups.next().unwrap_or_default();
    let grouped = groups.clone().next().is_some();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(first)
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && digits(group))
        && digits(decimals)
}
