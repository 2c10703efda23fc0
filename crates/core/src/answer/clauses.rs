//! Cuts an answer that grows piece by piece into clauses, each of which can be said
//! before the next one is there.

use super::document::ends_sentence;

/// Letters and digits that the first clause has at least where a comma ends it, and
/// every later one.
const FIRST: usize = 8;
const LATER: usize = 30;

/// The text of an answer that is not handed over yet.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    rest: String,
    /// Clauses were handed over already.
    begun: bool,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// With its punctuation.
    pub text: String,
    /// A sentence ends with it.
    pub ends: bool,
}

impl Clauses {
    /// Adds a piece, and gives the clauses that are whole now: what follows them has
    /// begun.
    pub fn push(&mut self, piece: &str) -> Vec<Clause> {
        self.rest.push_str(piece);
        let mut whole = Vec::new();
        while let Some(clause) = self.next() {
            whole.push(clause);
        }
        whole
    }

    /// What is left, at the end of the answer.
    pub fn end(&mut self) -> Option<Clause> {
        let text = std::mem::take(&mut self.rest).trim().to_owned();
        let says = text.chars().any(char::is_alphanumeric);
        says.then_some(Clause { text, ends: true })
    }

    fn next(&mut self) -> Option<Clause> {
        let start = self.rest.len() - self.rest.trim_start().len();
        let enough = if self.begun { LATER } else { FIRST };
        let text = &self.rest[start..];
        let blanks = text.char_indices().filter(|(_, c)| c.is_whitespace());
        for (at, _) in blanks {
            let (before, after) = (&text[..at], text[at..].trim_start());
            if after.is_empty() {
                return None;
            }
            let letters = before.chars().filter(|c| c.is_alphanumeric()).count();
            let comma = before.ends_with([',', ';', ':']) && enough <= letters;
            let ends = ends_sentence(before, after);
            if ends || comma {
                let clause = Clause {
                    text: before.to_owned(),
                    ends,
                };
                self.rest = after.to_owned();
                self.begun = true;
                return Some(clause);
            }
        }
        None
    }
}
