//! A reading of the words along the phrases, and the values of its slots.

use std::ops::Range;

use jiff::civil::DateTime;

use super::PhraseParser;
use super::net::WordId;
use crate::grammar::Word;
use crate::intent::values::{self, Reading, Unreadable};
use crate::language::spoken;
use crate::model::SlotKind;
use crate::turn::{Slot, SlotValue};

/// What fills a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filling {
    /// A value of the lexicon.
    Value {
        /// What is complete there.
        done: u32,
        /// The lexicon's own words.
        words: Vec<WordId>,
    },
    /// These words of the sentence, as they stand.
    Text(usize, usize),
    /// Nothing: Mynah can ask, or has a default.
    Missing,
}

/// One way to read a sentence.
#[derive(Clone, Debug)]
pub(super) struct Alignment {
    /// Index of the intent.
    pub intent: u32,
    /// Slots by index, in the order said.
    pub slots: Vec<(u32, Filling)>,
    /// What it cost.
    pub cost: u16,
    /// Words of phrases and values that were heard, articles and the like
    /// apart; a free text counts as one.
    pub explained: u16,
    /// Words of free texts.
    pub text_words: u16,
    /// Words of values that their lists do not have.
    pub open_words: u16,
    /// Whether a content word that nothing explains stands right before a value,
    /// so that it may tell which value is meant: "a large diced mocha".
    pub qualified: bool,
}

impl PhraseParser {
    /// The value of a slot of this kind; `None` where it was not said.
    pub(super) fn fill(
        &self,
        kind: &SlotKind,
        filling: &Filling,
        words: &[Word],
        text: &str,
        now: DateTime,
    ) -> Result<Option<Reading>, Unreadable> {
        Ok(Some(match (filling, kind) {
            (Filling::Missing, _) => return Ok(None),
            (&Filling::Text(from, to), SlotKind::Values(_)) => {
                let name: Vec<&str> = words[from..to].iter().map(|w| w.text.as_str()).collect();
                let name = name.join(" ");
                Reading {
                    value: SlotValue::Text(name.clone()),
                    spoken: name,
                }
            }
            (&Filling::Text(from, to), _) => {
                let to = without_redundant(words, from, to);
                let said = with_brackets(text, words[from].start..words[to - 1].end);
                Reading {
                    value: SlotValue::Text(said.to_owned()),
                    spoken: said.to_owned(),
                }
            }
            (Filling::Value { done, .. }, SlotKind::Values(choices)) => {
                values::of_choice(choices.get(*done as usize).ok_or(Unreadable::NotAValue)?)
            }
            (Filling::Value { words, .. }, kind) => {
                let said: Vec<&str> = words
                    .iter()
                    .map(|&id| self.net.vocabulary[id as usize].text.as_str())
                    .collect();
                values::read(kind, &said, now)?
            }
        }))
    }
}

/// A value as the slot of that name.
pub(super) fn named(name: &str, reading: Reading) -> Slot {
    Slot {
        name: name.to_owned(),
        value: reading.value,
        spoken: reading.spoken,
    }
}

/// The end of a free text without a word that belongs to what follows: of "put
/// eggs back on the list" the text is "eggs".
fn without_redundant(words: &[Word], from: usize, to: usize) -> usize {
    let (Some(last), Some(next)) = (words.get(to - 1), words.get(to)) else {
        return to;
    };
    let pair = format!("{} {}", last.text, next.text);
    let mut pairs = spoken().order().redundant.iter();
    let redundant = pairs.any(|(said, one)| *said == pair && *one == next.text);
    if redundant && from + 1 < to {
        to - 1
    } else {
        to
    }
}

/// A part of a text with the brackets that belong to it: one that is opened
/// within is closed behind, and the other way round.
fn with_brackets(text: &str, Range { mut start, mut end }: Range<usize>) -> &str {
    const PAIRS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('{', '}'), ('“', '”')];
    for (open, close) in PAIRS {
        let said = text.get(start..end).unwrap_or_default();
        let (opened, closed) = (said.matches(open).count(), said.matches(close).count());
        if closed < opened && text.get(end..).is_some_and(|rest| rest.starts_with(close)) {
            end += close.len_utf8();
        }
        if opened < closed
            && text
                .get(..start)
                .is_some_and(|before| before.ends_with(open))
        {
            start -= open.len_utf8();
        }
    }
    text.get(start..end).unwrap_or_default()
}
