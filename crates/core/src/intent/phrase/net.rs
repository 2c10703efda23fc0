//! The grammar as the aligner walks it: words as numbers, arcs both ways,
//! states in an order in which all arcs lead forward.

use std::collections::HashMap;

use crate::grammar::{Automaton, Grammar, Label};

use super::sound::Sound;
use super::words;

/// Index into [`Net::vocabulary`].
pub(super) type WordId = u32;

/// The grammar, ready to walk.
#[derive(Debug)]
pub(super) struct Net {
    /// All words of phrases and values.
    pub vocabulary: Vec<Sound>,
    ids: HashMap<String, WordId>,
    /// The phrases.
    pub outer: Graph,
    /// The slots' words.
    pub lexicons: Vec<LexiconGraph>,
}

/// One lexicon.
#[derive(Debug)]
pub(super) struct LexiconGraph {
    /// Its words.
    pub graph: Graph,
    /// The words that may come first, or second behind an article.
    pub first: Vec<WordId>,
    /// Any words will do.
    pub free: bool,
    /// An article before it is a part of the value.
    pub counts: bool,
}

/// An automaton without loops.
#[derive(Debug)]
pub(super) struct Graph {
    /// Ways on from each state.
    pub arcs: Vec<Vec<(Step, u32)>>,
    /// Ways back from each state.
    pub back: Vec<Vec<(Step, u32)>>,
    /// What is complete at each state.
    pub done: Vec<Option<u32>>,
    /// All states; every arc leads to a later one.
    pub order: Vec<u32>,
}

/// What an arc asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Nothing.
    Empty,
    /// This word.
    Word(WordId),
    /// A value of this lexicon for this slot.
    Slot {
        /// Index of the lexicon.
        lexicon: u32,
        /// Index of the intent.
        intent: u32,
        /// Index of the slot in the intent.
        slot: u32,
    },
}

impl Net {
    /// Makes `grammar` walkable.
    pub(super) fn new(grammar: &Grammar) -> Self {
        let mut net = Self {
            vocabulary: Vec::new(),
            ids: HashMap::new(),
            outer: Graph {
                arcs: Vec::new(),
                back: Vec::new(),
                done: Vec::new(),
                order: Vec::new(),
            },
            lexicons: Vec::new(),
        };
        for lexicon in &grammar.lexicons {
            let graph = net.graph(&lexicon.words, true);
            let first = net.first(&graph);
            net.lexicons.push(LexiconGraph {
                graph,
                first,
                free: lexicon.free,
                counts: lexicon.counts,
            });
        }
        net.outer = net.graph(&grammar.outer, false);
        net
    }

    /// The number of a word, if the grammar has it.
    pub(super) fn id(&self, word: &str) -> Option<WordId> {
        self.ids.get(word).copied()
    }

    fn first(&self, graph: &Graph) -> Vec<WordId> {
        let mut found = Vec::new();
        let mut open = if graph.arcs.is_empty() {
            Vec::new()
        } else {
            vec![(0, false)]
        };
        while let Some((state, behind_article)) = open.pop() {
            for &(step, to) in &graph.arcs[state as usize] {
                match step {
                    Step::Word(word) => {
                        found.push(word);
                        let article =
                            words::extra(&self.vocabulary[word as usize].text) == words::ARTICLE;
                        if article && !behind_article {
                            open.push((to, true));
                        }
                    }
                    _ => open.push((to, behind_article)),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn intern(&mut self, word: &str, in_value: bool) -> WordId {
        if let Some(&id) = self.ids.get(word) {
            return id;
        }
        let id = WordId::try_from(self.vocabulary.len()).expect("fewer than 2^32 words");
        self.vocabulary.push(Sound::new(word, in_value));
        self.ids.insert(word.to_owned(), id);
        id
    }

    fn graph(&mut self, words: &Automaton, in_value: bool) -> Graph {
        let count = words.states.len();
        let mut graph = Graph {
            arcs: vec![Vec::new(); count],
            back: vec![Vec::new(); count],
            done: words.states.iter().map(|state| state.done).collect(),
            order: Vec::new(),
        };
        for (from, state) in (0_u32..).zip(&words.states) {
            for arc in &state.arcs {
                let step = match &arc.label {
                    Label::Empty => Step::Empty,
                    Label::Word(word) => Step::Word(self.intern(word, in_value)),
                    &Label::Slot {
                        lexicon,
                        intent,
                        slot,
                    } => Step::Slot {
                        lexicon,
                        intent,
                        slot,
                    },
                };
                graph.arcs[from as usize].push((step, arc.to));
                graph.back[arc.to as usize].push((step, from));
            }
        }
        graph.order = order(&graph);
        graph
    }
}

/// States in an order in which all arcs lead forward.
fn order(graph: &Graph) -> Vec<u32> {
    let mut waiting: Vec<usize> = graph.back.iter().map(Vec::len).collect();
    let mut open: Vec<u32> = (0_u32..)
        .zip(&waiting)
        .filter(|(_, n)| **n == 0)
        .map(|(q, _)| q)
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(state) = open.pop() {
        order.push(state);
        for &(_, to) in &graph.arcs[state as usize] {
            waiting[to as usize] -= 1;
            if waiting[to as usize] == 0 {
                open.push(to);
            }
        }
    }
    order
}

/// The lexicon of a slot, if a phrase of its intent mentions it.
pub(super) fn lexicon_of(net: &Net, intent: u32, slot: u32) -> Option<u32> {
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
