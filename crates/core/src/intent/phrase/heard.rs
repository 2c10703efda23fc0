//! One sentence against the vocabulary: what each word may stand for, and
//! what passing over it costs.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::DateTime;

use crate::grammar::Word;
use crate::intent::values;
use crate::language::spoken;
use crate::model::SlotKind;

use super::net::{Net, WordId};
use super::sound::{self, Sound};
use super::words::{self, NEVER};

/// Two words heard where the grammar has one, or the other way round.
pub(super) const JOINED: u16 = 3;
/// Up to so many words are taken as one.
const MAX_JOINED: usize = 3;

/// What each word of a text may stand for; shared by all its sentences.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: HashMap<String, Rc<[u16]>>,
}

/// One sentence: what each of its words may stand for, and at what cost.
#[derive(Debug)]
pub(super) struct WordCosts<'a> {
    /// Its words.
    pub words: &'a [Word],
    /// For each word, the cost of taking it for each word of the vocabulary.
    pub one: Vec<Rc<[u16]>>,
    /// For each word: this many words are that word of the vocabulary.
    pub joined: Vec<Vec<(usize, WordId)>>,
    /// For each word: it is these two words of the vocabulary.
    pub split: Vec<Vec<(WordId, WordId)>>,
    /// For each word: runs that may be passed over, with their cost.
    pub skips: Vec<Vec<(usize, u16)>>,
}

impl Rows {
    /// What `word` may stand for.
    pub(super) fn row(&mut self, word: &str, net: &Net) -> Rc<[u16]> {
        if let Some(row) = self.rows.get(word) {
            return Rc::clone(row);
        }
        let known = net.id(word).is_some();
        let heard = Sound::new(word, false);
        let costs = net
            .vocabulary
            .iter()
            .map(|meant| sound::cost(&heard, meant, known).unwrap_or(NEVER));
        let row: Rc<[u16]> = costs.collect();
        self.rows.insert(word.to_owned(), Rc::clone(&row));
        row
    }
}

impl<'a> WordCosts<'a> {
    /// Compares `words` with the vocabulary. `names` are what the device is
    /// called: they may be passed over at the beginning.
    pub(super) fn new(words: &'a [Word], net: &Net, rows: &mut Rows, names: &[String]) -> Self {
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        Self {
            words,
            one: texts.iter().map(|word| rows.row(word, net)).collect(),
            joined: (0..texts.len())
                .map(|at| joined(&texts[at..], net))
                .collect(),
            split: texts.iter().map(|word| split(word, net)).collect(),
            skips: skips(&texts, net, names),
        }
    }

    /// Whether the word at `at` may stand for one of `first`, alone or not.
    pub(super) fn may_begin(&self, at: usize, first: &[WordId]) -> bool {
        !self.joined[at].is_empty()
            || !self.split[at].is_empty()
            || first
                .iter()
                .any(|&word| self.one[at][word as usize] != NEVER)
    }

    /// Whether the word at `at` may be a name that no list has.
    pub(super) fn may_name(&self, at: usize) -> bool {
        words::may_name(&self.words[at].text)
    }

    /// Whether each word may stand for one of the vocabulary, alone or not, or be
    /// passed over for `most` at the most.
    pub(super) fn is_explicable(&self, most: u16) -> bool {
        let mut covered = 0;
        (0..self.len()).all(|at| {
            let skips = self.skips[at].iter().filter(|(_, skip)| *skip <= most);
            let joined = self.joined[at].iter().map(|(count, _)| *count);
            let longest = skips.map(|(count, _)| *count).chain(joined).max();
            covered = covered.max(at + longest.unwrap_or(0));
            at < covered
                || !self.split[at].is_empty()
                || self.one[at].iter().any(|cost| *cost != NEVER)
        })
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

fn joined(texts: &[&str], net: &Net) -> Vec<(usize, WordId)> {
    (2..=MAX_JOINED.min(texts.len()))
        .filter(|&count| !texts[..count].iter().any(|word| words::is_numeral(word)))
        .filter_map(|count| Some((count, net.id(&texts[..count].concat())?)))
        .collect()
}

fn split(word: &str, net: &Net) -> Vec<(WordId, WordId)> {
    let places = word.char_indices().map(|(at, _)| at).filter(|at| *at > 0);
    places
        .filter_map(|at| Some((net.id(&word[..at])?, net.id(&word[at..])?)))
        .filter(|&(a, b)| {
            let numeral = |id: WordId| words::is_numeral(&net.vocabulary[id as usize].text);
            !numeral(a) && !numeral(b)
        })
        .collect()
}

fn skips(texts: &[&str], net: &Net, names: &[String]) -> Vec<Vec<(usize, u16)>> {
    // Words before which nothing but wrappers was said.
    let mut leading = vec![false; texts.len() + 1];
    leading[0] = true;
    (0..texts.len())
        .map(|at| {
            let mut skips = runs(&texts[at..], leading[at]);
            let word = texts[at];
            let is_name = names.iter().any(|name| name == word) || words::is_name(word);
            let cost = match () {
                () if leading[at] && (is_name || words::is_leading(word)) => words::POLITE,
                () if is_name && at + 1 == texts.len() => words::POLITE,
                () if is_joint_of_values(texts, at) => words::NEVER,
                () => alone(word, texts[..at].last().copied(), net),
            };
            if cost != NEVER {
                skips.push((1, cost));
            }
            for &(count, cost) in &skips {
                leading[at + count] |= leading[at] && cost <= words::FILLER;
            }
            skips
        })
        .collect()
}

/// Whether a small word has a meaning of its own by the values beside it: in "5 to
/// 7 minutes", and in "a timer in ten minutes".
fn is_joint_of_values(texts: &[&str], at: usize) -> bool {
    let (word, behind) = (texts[at], &texts[at + 1..]);
    let before = at.checked_sub(1).map(|at| texts[at]);
    let between = before.is_some_and(words::is_numeral)
        && behind.first().is_some_and(|next| words::is_numeral(next))
        && words::extra(word) == words::PREPOSITION;
    let delays = spoken().meaning().delay_before.contains(&word);
    between || delays && values::longest(&SlotKind::Duration, behind, DateTime::ZERO).is_ok()
}

/// What it costs that one word is not explained. A word that some slot has
/// among its values means something, so it cannot be passed over.
fn alone(word: &str, before: Option<&str>, net: &Net) -> u16 {
    let cost = words::extra(word);
    let value = net
        .id(word)
        .is_some_and(|id| net.vocabulary[id as usize].in_value);
    if cost == words::ARTICLE && value && !words::is_plain_article(word) {
        // "some milk" is another value than "milk".
        return 2 * words::PREPOSITION;
    }
    if cost < words::CONTENT {
        return cost;
    }
    let another_command = before.is_some_and(words::ends_a_command);
    if value || another_command {
        NEVER
    } else {
        cost
    }
}

fn runs(texts: &[&str], leading: bool) -> Vec<(usize, u16)> {
    words::wrapping(leading)
        .filter_map(|(phrase, cost)| {
            let count = phrase.split(' ').count();
            let fits = count <= texts.len() && phrase.split(' ').eq(texts[..count].iter().copied());
            fits.then_some((count, cost))
        })
        .collect()
}
