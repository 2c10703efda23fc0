//! Which intents a text has most in common with, for whoever needs a second
//! opinion where no phrase fits.

use std::collections::{HashMap, HashSet};

use crate::grammar::Word;

use super::heard::Rows;
use super::net::{Net, Step, WordId};
use super::words::{self, NEVER};

/// A word of a slot's value says less of the intent than one of its phrases.
const VALUE_WEIGHT: f32 = 0.6;
/// Costs from here on count as no likeness.
const UNLIKE: f32 = 40.0;

/// The words of each intent, with their weights.
#[derive(Debug)]
pub struct Index {
    intents: Vec<HashMap<WordId, f32>>,
    /// Rarity of each word among the intents.
    rarity: Vec<f32>,
}

impl Index {
    /// Collects the words of `count` intents.
    pub fn new(net: &Net, count: usize) -> Self {
        let mut intents = vec![HashMap::new(); count];
        for (state, done) in (0_u32..).zip(&net.outer.done) {
            if let Some(words) = done.and_then(|intent| intents.get_mut(intent as usize)) {
                collect(net, state, words);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of intents are small")]
        let rarity = (0..net.vocabulary.len())
            .map(|id| {
                let id = WordId::try_from(id).unwrap_or(0);
                let having = intents
                    .iter()
                    .filter(|words| words.contains_key(&id))
                    .count();
                (1.0 + count as f32 / having.max(1) as f32).ln()
            })
            .collect();
        Self { intents, rarity }
    }

    /// The `n` nearest intents, with scores in 0..=1.
    pub fn nearest(&self, net: &Net, heard: &[Word], n: usize) -> Vec<(usize, f32)> {
        let mut rows = Rows::default();
        let content: Vec<&str> = heard
            .iter()
            .map(|word| word.text.as_str())
            .filter(|word| !words::is_small(word))
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "counts of intents are small")]
        let unknown = (1.0 + self.intents.len() as f32).ln();
        let mut scores = vec![0.0_f32; self.intents.len()];
        let mut whole = 0.0;
        for word in content {
            let row = rows.row(word, net);
            whole += net.id(word).map_or(unknown, |id| self.rarity[id as usize]);
            for (score, intent) in scores.iter_mut().zip(&self.intents) {
                let likeness = intent.iter().map(|(&id, weight)| match row[id as usize] {
                    NEVER => 0.0,
                    cost => {
                        weight
                            * self.rarity[id as usize]
                            * (1.0 - f32::from(cost) / UNLIKE).max(0.0)
                    }
                });
                *score += likeness.fold(0.0, f32::max);
            }
        }
        let mut ranked: Vec<(usize, f32)> = scores
            .into_iter()
            .map(|score| (score / whole.max(f32::MIN_POSITIVE)).min(1.0))
            .enumerate()
            .collect();
        ranked.retain(|(_, score)| *score > 0.0);
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.truncate(n);
        ranked
    }
}

fn collect(net: &Net, end: u32, found: &mut HashMap<WordId, f32>) {
    let (mut open, mut seen) = (vec![end], HashSet::from([end]));
    while let Some(state) = open.pop() {
        for &(step, from) in &net.outer.back[state as usize] {
            match step {
                Step::Empty => {}
                Step::Word(word) => {
                    if !words::is_small(&net.vocabulary[word as usize].text) {
                        found.insert(word, 1.0);
                    }
                }
                Step::Slot { lexicon, .. } => {
                    let arcs = net.lexicons[lexicon as usize].graph.arcs.iter().flatten();
                    for (step, _) in arcs {
                        if let Step::Word(word) = step {
                            found.entry(*word).or_insert(VALUE_WEIGHT);
                        }
                    }
                }
            }
            if seen.insert(from) {
                open.push(from);
            }
        }
    }
}

/// The lexicon of a slot, if a phrase of its intent mentions it.
pub fn lexicon_of(net: &Net, intent: u32, slot: u32) -> Option<u32> {
    net.outer
        .arcs
        .iter()
        .flatten()
        .find_map(|&(step, _)| match step {
            Step::Slot {
                lexicon,
                intent: i,
                slot: s,
            } if (i, s) == (intent, slot) => Some(lexicon),
            _ => None,
        })
}
