//! A place in a slot's words, for the readers of values.

use crate::grammar;

/// The words that are still to be read.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a [&'a str],
}

impl<'a> Cursor<'a> {
    pub fn new(words: &'a [&'a str]) -> Self {
        Self { rest: words }
    }

    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<&'a str> {
        self.rest.first().copied()
    }

    pub fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    /// Passes over `phrase` (words separated by spaces) if it comes next.
    pub fn eat(&mut self, phrase: &str) -> bool {
        let mut ahead = *self;
        for word in phrase.split(' ') {
            if ahead.next() != Some(word) {
                return false;
            }
        }
        *self = ahead;
        true
    }

    /// Passes over the first of `phrases` that comes next.
    pub fn eat_any(&mut self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.eat(phrase))
    }

    /// The place in `names` of the next word, which is passed over.
    pub fn place_in(&mut self, names: &[&str]) -> Option<usize> {
        let word = self.peek()?;
        let place = names.iter().position(|name| *name == word)?;
        self.next();
        Some(place)
    }

    /// Reads ahead and stays here if `read` finds nothing.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = read(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    /// Passes over the words of a number's unit, singular or plural.
    pub fn unit(&mut self, unit: Option<&str>) {
        let Some(unit) = unit else { return };
        let unit = grammar::canonical(unit).join(" ");
        let singular = unit.strip_suffix('s').unwrap_or(&unit);
        self.eat_any(&[&unit, &format!("{singular}s"), singular]);
    }
}
