//! Rewrites what is written for the eye as it is said: times, dates, amounts,
//! signs, abbreviations. Every number becomes words by [`super::speak`] and [`super::figures`].
//!
//! A line is cut at blanks into tokens; at each token the rules are asked in
//! turn, and the first that fits says how many tokens it takes and what is said
//! for them. What no rule knows is said as it stands, without its signs.

mod abbreviation;
mod calendar;
mod clock;
mod figures;
mod quantity;
mod roman;
mod token;

use jiff::tz::TimeZone;

use token::Token;

/// Whose a full stop behind some tokens is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The sentence's.
    Sentence,
    /// An abbreviation's; it ends the sentence too where a capital follows.
    Shortening,
    /// An abbreviation's that names often follow; only a capital that begins
    /// no name ends the sentence.
    Name,
    /// An abbreviation's that something always follows: "Dr."
    Title,
}

/// What is said for some tokens.
struct Said {
    text: String,
    /// How many tokens it takes.
    tokens: usize,
    stop: Stop,
}

impl Said {
    fn new(text: impl Into<String>, tokens: usize) -> Self {
        Self {
            text: text.into(),
            tokens,
            stop: Stop::Sentence,
        }
    }
}

/// A rule: what is said for the tokens from an index on, if it knows them.
type Rule = fn(&SpokenLine<'_>, usize) -> Option<Said>;

/// In the order in which they are asked.
const RULES: [Rule; 12] = [
    calendar::timestamp,
    clock::time,
    calendar::date,
    calendar::range,
    quantity::price,
    quantity::measure,
    roman::numeral,
    figures::year,
    figures::ratio,
    figures::code,
    figures::number,
    abbreviation::expand,
];

/// A line of text and where it is said.
struct SpokenLine<'t> {
    tokens: Vec<Token<'t>>,
    zone: &'t TimeZone,
}

impl<'t> SpokenLine<'t> {
    /// What is between the punctuation of a token; empty beyond the ends.
    fn core(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| token.core)
    }

    /// Whether nothing stands between a token and the next.
    fn joined(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.after.is_empty())
            && self
                .tokens
                .get(at + 1)
                .is_some_and(|token| token.before.is_empty())
    }

    /// The token before, in lower case; empty where a sentence or a bracket
    /// begins.
    fn before(&self, at: usize) -> String {
        let Some(before) = at.checked_sub(1).filter(|before| self.joined(*before)) else {
            return String::new();
        };
        self.core(before).to_lowercase()
    }

    /// The token behind, empty where a clause ends.
    fn behind(&self, at: usize) -> &'t str {
        if self.joined(at) {
            self.core(at + 1)
        } else {
            ""
        }
    }

    /// Whether a sentence ends behind a token that ends with a full stop.
    fn ends_sentence(&self, at: usize, stop: Stop) -> bool {
        let Some(next) = self.tokens.get(at + 1) else {
            return true;
        };
        let capital = next.core.starts_with(char::is_uppercase);
        match stop {
            Stop::Sentence => true,
            Stop::Shortening => capital && !calendar::is_name(next.core),
            Stop::Name => capital && abbreviation::is_function_word(next.core),
            Stop::Title => false,
        }
    }
}

/// The text as it is said, times with a zone as `zone` counts them. Lines stay
/// lines.
#[must_use]
pub(super) fn spoken(text: &str, zone: &TimeZone) -> String {
    let lines: Vec<String> = text.lines().map(|text| line(text, zone)).collect();
    lines.join("\n")
}

fn line(text: &str, zone: &TimeZone) -> String {
    let text = token::prepared(text);
    let line = SpokenLine {
        tokens: token::tokens(&text),
        zone,
    };
    let mut words: Vec<String> = Vec::new();
    let mut at = 0;
    while at < line.tokens.len() {
        let said = RULES.iter().find_map(|rule| rule(&line, at));
        let said = said.unwrap_or_else(|| Said::new(letters(line.core(at)), 1));
        let last = at + said.tokens.max(1) - 1;
        let before = line.tokens[at].before;
        let mut after = line.tokens.get(last).map_or("", |token| token.after);
        if !line.ends_sentence(last, said.stop) {
            after = after.strip_prefix('.').unwrap_or(after);
        }
        push(&mut words, &format!("{before}{}{after}", said.text));
        at = last + 1;
    }
    words.join(" ")
}

/// Adds a word; punctuation that stands alone goes to the word before.
fn push(words: &mut Vec<String>, word: &str) {
    let word = word.trim();
    if matches!(word, "," | "." | ";" | ":" | "!" | "?") {
        if let Some(last) = words.last_mut()
            && !last.ends_with([',', '.', ';', ':', '!', '?'])
        {
            last.push_str(word);
        }
    } else if !word.is_empty() {
        words.push(word.to_owned());
    }
}

/// Words as they are; signs that nobody says become blanks.
fn letters(core: &str) -> String {
    match core {
        "&" => return "and".into(),
        "+" => return "plus".into(),
        "=" => return "equals".into(),
        "@" => return "at".into(),
        "→" | "->" | "=>" => return "to".into(),
        "-" => return ",".into(),
        _ => {}
    }
    let core = core.replace('&', " and ").replace('%', " percent ");
    let said: String = core
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => c,
            '.' | ',' | '!' | '?' | ';' | ':' | '\'' | '-' => c,
            _ => ' ',
        })
        .collect();
    let said: Vec<String> = said.split_whitespace().map(figures::embedded).collect();
    said.join(" ")
}

#[cfg(test)]
mod tests;
