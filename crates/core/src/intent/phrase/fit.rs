//! How well a reading fits, whether two mean the same, and what is known of the parts of
//! a sentence.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::align::{MISSING_SLOT, OPEN_WORD, TEXT_WORD};
use super::filled::{Alignment, Filling};
use super::heard::WordCosts;
use super::{COST_PER_WORD, Parsed, words};
use crate::grammar::Word;
use crate::model::{Settings, SlotKind};
use crate::turn::{Intent, Slot};

/// What parts of a sentence mean, each found out once.
#[derive(Default)]
pub(super) struct Known {
    pub(super) one: HashMap<String, Option<Parsed>>,
    pub(super) reworded: HashMap<String, Option<Parsed>>,
    pub(super) pairs: HashMap<String, Vec<(usize, usize)>>,
}

/// Words as what is known of them is kept by: with their places in the text, which a
/// free text is cut from.
pub(super) fn key(words: &[Word]) -> String {
    let mut key = String::new();
    for word in words {
        let pause = if word.pause { ',' } else { ' ' };
        let _ = write!(key, "{}{}{pause}", word.text, word.start);
    }
    key
}

/// The cost of a reading without free texts and missing slots, and how sure it is.
pub(super) fn fit(reading: &Alignment) -> (u16, f32) {
    let free = TEXT_WORD * reading.text_words + OPEN_WORD * reading.open_words;
    let filled = reading.slots.iter();
    let missing = filled.filter(|(_, filling)| matches!(filling, Filling::Missing));
    let missing = u16::try_from(missing.count()).unwrap_or(u16::MAX);
    let penalty = reading
        .cost
        .saturating_sub(free.saturating_add(MISSING_SLOT.saturating_mul(missing)));
    let explained = f32::from(reading.explained + 1);
    let confidence = 1.0 - f32::from(penalty) / (COST_PER_WORD * explained);
    (penalty, confidence)
}

/// Whether two readings mean different things. Where a free text begins and
/// ends is no difference.
pub(super) fn differ(a: &Intent, b: &Intent, settings: &Settings) -> bool {
    let spec = settings.intent(&a.name);
    let counts = |slot: &&Slot| {
        let kind = spec
            .and_then(|spec| spec.slot(&slot.name))
            .map(|slot| &slot.kind);
        kind != Some(&SlotKind::Text)
    };
    a.name != b.name
        || !a
            .slots
            .iter()
            .filter(counts)
            .eq(b.slots.iter().filter(counts))
}

/// What passing over the words from `from` to `to` costs.
pub(super) fn skip_cost(heard: &WordCosts, from: usize, to: usize) -> u16 {
    let mut costs = vec![words::NEVER; to + 1];
    costs[from] = 0;
    for at in from..to {
        for &(count, skip) in &heard.skips[at] {
            if at + count <= to {
                costs[at + count] = costs[at + count].min(costs[at].saturating_add(skip));
            }
        }
    }
    costs[to]
}
