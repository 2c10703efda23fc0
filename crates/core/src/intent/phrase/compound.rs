//! Compound words of a value and a word of the phrases: "Küchenlicht" is "Küche
//! Licht", as languages that write such words together form them.

use crate::grammar::Word;
use crate::language::spoken;

use super::net::Net;
use super::{Parsed, Task};

impl Task<'_> {
    /// The commands of a text, with its compounds apart if it has any.
    pub(super) fn with_compounds(&mut self, words: &[Word]) -> Vec<Parsed> {
        let net = &self.parser.net;
        let Some(apart) = apart(words, net) else {
            return self.understand(words);
        };
        self.words = apart.len();
        let parsed = self.understand(&apart);
        if !parsed.is_empty() || self.objection.is_some() {
            return parsed;
        }
        let Some(placed) = placed(words, net) else {
            return parsed;
        };
        self.words = placed.len();
        self.understand(&placed)
    }
}

/// The words with their compounds apart; `None` where there are none. A word that
/// the grammar has stays whole.
fn apart(words: &[Word], net: &Net) -> Option<Vec<Word>> {
    rewritten(words, net, |value, thing| vec![value, thing])
}

/// The same with the value behind, as a place: "Licht in Küche".
fn placed(words: &[Word], net: &Net) -> Option<Vec<Word>> {
    let inside = spoken().order().inside.to_owned();
    rewritten(words, net, |value, thing| {
        vec![thing, inside.clone(), value]
    })
}

fn rewritten(
    words: &[Word],
    net: &Net,
    order: impl Fn(String, String) -> Vec<String>,
) -> Option<Vec<Word>> {
    let mut found = false;
    let mut said = Vec::with_capacity(words.len() + 2);
    for word in words {
        let Some((value, thing)) = parts(&word.text, net) else {
            said.push(word.clone());
            continue;
        };
        found = true;
        said.extend(order(value, thing).into_iter().map(|text| Word {
            text,
            pause: false,
            ..word.clone()
        }));
        if let Some(last) = said.last_mut() {
            last.pause = word.pause;
        }
    }
    found.then_some(said)
}

/// A word as a value of the grammar and another word of it.
fn parts(word: &str, net: &Net) -> Option<(String, String)> {
    if net.id(word).is_some() {
        return None;
    }
    let mut pairs = spoken().compounds(word).into_iter();
    pairs.find(|(value, thing)| {
        let value = net.id(value);
        value.is_some_and(|id| net.vocabulary[id as usize].in_value) && net.id(thing).is_some()
    })
}
