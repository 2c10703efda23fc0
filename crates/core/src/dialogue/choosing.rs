//! Words by which an answer chooses: parts of names, and places in what was
//! offered.

use super::expected::{any_of, said};
use super::{Awaits, Pending};
use crate::grammar::canonical;
use crate::language::spoken;
use crate::model::{SlotChoice, SlotKind, SlotSpec};
use crate::phrase::Phrase;
use crate::turn::Intent;

impl Pending {
    /// Whether `holds` is true of every intent that an answer may lead to.
    #[must_use]
    pub fn all(&self, holds: &dyn Fn(&Intent) -> bool) -> bool {
        let choices = match &self.awaits {
            Awaits::Choice(choices) => choices.as_slice(),
            _ => &[],
        };
        let orders = self.orders.iter().map(|order| &order.intent);
        orders
            .chain(choices.iter().map(|(_, intent)| intent))
            .all(holds)
    }
}

/// Runs of words at the beginning or the end of the values of a list.
pub(super) fn parts_of_names(slot: &SlotSpec) -> Vec<Phrase> {
    let SlotKind::Values(choices) = &slot.kind else {
        return Vec::new();
    };
    let forms = |choice: &SlotChoice| -> Vec<Vec<String>> {
        choice.say.iter().map(|say| canonical(say)).collect()
    };
    let names: Vec<Vec<String>> = choices.iter().flat_map(forms).collect();
    let mut parts = Vec::new();
    for name in &names {
        for length in 1..name.len() {
            parts.push(name[..length].join(" "));
            parts.push(name[name.len() - length..].join(" "));
        }
    }
    distinct(parts)
}

/// Runs of words of the labels.
pub(super) fn runs_of(labels: &[Vec<String>]) -> Vec<Phrase> {
    let mut runs = Vec::new();
    for label in labels {
        for from in 0..label.len() {
            runs.extend((from + 1..=label.len()).map(|to| label[from..to].join(" ")));
        }
    }
    distinct(runs)
}

fn distinct(mut texts: Vec<String>) -> Vec<Phrase> {
    texts.sort();
    texts.dedup();
    texts.iter().map(|text| Phrase::of_words(text)).collect()
}

/// "The second one", "number two".
pub(super) fn places(count: usize) -> Vec<Phrase> {
    let answers = spoken().answers();
    let named = answers.places.iter().take(count).copied();
    let named: Vec<&str> = named.chain([answers.last]).flatten().copied().collect();
    let numbers: Vec<&str> = answers.numbers.iter().take(count).copied().collect();
    let number = Phrase::sequence(vec![
        Phrase::optional(any_of(answers.before_number)),
        any_of(&numbers),
    ]);
    said(&named).into_iter().chain([number]).collect()
}
