//! Sentences that correct themselves: "kitchen light on, no, the bedroom light", "don't
//! turn off the hall light turn off the office light".

use jiff::civil::DateTime;

use super::chart;
use super::heard::WordCosts;
use super::several::{LONGEST_VALUE, differ_in_one, is_number};
use super::words;
use super::{Parsed, Task};
use crate::grammar::Word;
use crate::language::spoken;
use crate::turn::Intent;

/// Longer commands are not taken apart for what a correction replaces in them.
const MOST_REPLACED: usize = 9;

impl Task<'_> {
    /// "turn on the kitchen light, no, the bedroom light": what follows the
    /// correction continues the beginning of what went before.
    pub(super) fn corrected(&mut self, words: &[Word], texts: &[&str]) -> Option<Parsed> {
        let parser = self.parser;
        let heard = WordCosts::new(words, &parser.net, &mut self.rows, &parser.names);
        let (end, start) = last_correction(&heard, texts, self.now)?;
        let (left, right) = (&words[..end], &words[start..]);
        // "don't, I mean, turn on the light" may mean either.
        if texts[..end].iter().any(|word| words::is_negation(word)) {
            return None;
        }
        if let Some(anew) = self.sure(right) {
            return Some(anew);
        }
        match self.one(left) {
            Some(before) => self
                .continued(left, right, &before.intent)
                .or_else(|| self.replaced(left, right, &before.intent)),
            None => self.unit_behind(left, right),
        }
    }

    /// "a timer for ten, no, twenty minutes": the corrected number has its unit
    /// only behind the correction. What `left` ends with is a bare number, and
    /// `right` continues what stands before it.
    fn unit_behind(&mut self, left: &[Word], right: &[Word]) -> Option<Parsed> {
        let number = number_before(left, self.now)?;
        let sentence = [&left[..number], right].concat();
        self.sure(&sentence)
    }

    /// The one reading of `left` with `right` in the place of some of its words:
    /// "kitchen light on, no, the bedroom light".
    fn replaced(&mut self, left: &[Word], right: &[Word], before: &Intent) -> Option<Parsed> {
        if MOST_REPLACED < left.len() {
            return None;
        }
        let mut found: Option<Parsed> = None;
        for from in 0..left.len() {
            for to in from + 1..=left.len() {
                let sentence = [&left[..from], right, &left[to..]].concat();
                let Some(parsed) = self.sure(&sentence) else {
                    continue;
                };
                if !differ_in_one(&parsed.intent, before) {
                    continue;
                }
                match &found {
                    Some(found) if found.intent != parsed.intent => return None,
                    _ => found = Some(parsed),
                }
            }
        }
        found
    }

    /// "don't turn off the hall light turn off the office light": of two whole commands
    /// that differ in one value, and that nothing joins, the one that is not denied.
    pub(super) fn not_the_other(&mut self, words: &[Word], texts: &[&str]) -> Option<Parsed> {
        let table = spoken().requests();
        let denied = |run: &str| {
            let count = run.split(' ').count();
            let said = texts.get(..count)?.iter().copied();
            run.split(' ').eq(said).then_some(count)
        };
        let from = table
            .before_denied
            .iter()
            .filter_map(|run| denied(run))
            .max()?;
        for at in from + 2..words.len() {
            let joins = table.weak_links.contains(&texts[at - 1]);
            if joins || !table.verbs.contains(&texts[at]) {
                continue;
            }
            let (Some(wanted), Some(denied)) =
                (self.sure(&words[at..]), self.sure(&words[from..at]))
            else {
                continue;
            };
            if differ_in_one(&wanted.intent, &denied.intent) {
                return Some(wanted);
            }
        }
        None
    }
}

/// The last correction of a sentence: the end of what went before and the first
/// word behind it. A "no" between two numbers can only correct.
fn last_correction(heard: &WordCosts, texts: &[&str], now: DateTime) -> Option<(usize, usize)> {
    let counts = |at: usize| {
        let no = texts.get(at).is_some_and(|word| words::is_no(word));
        let behind = || longest_number(heard.words, at + 1, now).is_some();
        let both = no && number_before(&heard.words[..at], now).is_some() && behind();
        both.then_some(at + 1)
    };
    let after = |at: usize| chart::after_correction(heard, texts, at).or_else(|| counts(at));
    let found = |at: usize| Some((at, after(at)?));
    let (_, start) = (1..texts.len()).rev().find_map(found)?;
    // "sorry, I mean" is one correction, not the second half of one.
    (1..texts.len())
        .filter_map(found)
        .find(|&(_, begin)| begin == start)
}

/// The first word of the number that words end with, fillers behind it left out.
fn number_before(words: &[Word], now: DateTime) -> Option<usize> {
    let fills = |word: &&Word| words::extra(&word.text) <= words::FILLER;
    let end = words.len()
        - words
            .iter()
            .rev()
            .take_while(|word| fills(word) && !is_number(&[word.text.as_str()], now))
            .count();
    (end.saturating_sub(LONGEST_VALUE)..end).find(|&from| {
        let texts: Vec<&str> = words[from..end]
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        is_number(&texts, now)
    })
}

/// The end of the longest number that begins at a word.
fn longest_number(words: &[Word], from: usize, now: DateTime) -> Option<usize> {
    let last = words.len().min(from + LONGEST_VALUE);
    (from + 1..=last).rev().find(|&to| {
        let texts: Vec<&str> = words[from..to]
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        is_number(&texts, now)
    })
}
