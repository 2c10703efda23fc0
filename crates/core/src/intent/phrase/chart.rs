//! Where in a sentence a slot's value may stand: the lexicons are matched
//! once for all phrases that mention them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use jiff::civil::DateTime;

use super::heard::{JOINED, WordCosts};
use super::net::{Graph, LexiconGraph, Net, Step, WordId};
use super::words::{self, NEVER};
use crate::intent::values;
use crate::model::SlotKind;

/// A value worse than this is not that value.
const MAX_COST: u16 = 30;
/// Saying it again, better.
const CORRECTED: u16 = 3;

/// A value in the sentence.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// First word.
    pub from: usize,
    /// Past the last word.
    pub to: usize,
    /// What the lexicon says is complete.
    pub done: u32,
    /// How badly it fits.
    pub cost: u16,
    /// The lexicon's own words.
    pub words: Vec<WordId>,
}

/// All values in a sentence.
#[derive(Debug)]
pub(super) struct Chart {
    spans: Vec<Vec<Span>>,
    /// For each lexicon and first word, indices of spans.
    from: Vec<Vec<Vec<usize>>>,
    /// For each lexicon and end, indices of spans.
    to: Vec<Vec<Vec<usize>>>,
}

impl Chart {
    /// Finds the values of all lexicons.
    pub(super) fn new(heard: &WordCosts, net: &Net) -> Self {
        let mut chart = Self {
            spans: Vec::new(),
            from: Vec::new(),
            to: Vec::new(),
        };
        for lexicon in &net.lexicons {
            let mut spans = Vec::new();
            if !lexicon.free {
                for from in (0..heard.len()).filter(|&from| heard.may_begin(from, &lexicon.first)) {
                    search(heard, lexicon, net, from, &mut spans);
                }
                correct(heard, lexicon.counts, &mut spans);
            }
            let mut starts = vec![Vec::new(); heard.len() + 1];
            let mut ends = vec![Vec::new(); heard.len() + 1];
            for (index, span) in spans.iter().enumerate() {
                starts[span.from].push(index);
                ends[span.to].push(index);
            }
            chart.spans.push(spans);
            chart.from.push(starts);
            chart.to.push(ends);
        }
        chart
    }

    /// One value.
    pub(super) fn span(&self, lexicon: u32, index: usize) -> &Span {
        &self.spans[lexicon as usize][index]
    }

    /// Values that begin at a word.
    pub(super) fn from(&self, lexicon: u32, at: usize) -> impl Iterator<Item = &Span> {
        let spans = &self.spans[lexicon as usize];
        self.from[lexicon as usize][at]
            .iter()
            .map(|&index| &spans[index])
    }

    /// Values that end before a word, with their index.
    pub(super) fn to(&self, lexicon: u32, at: usize) -> impl Iterator<Item = (usize, &Span)> {
        let spans = &self.spans[lexicon as usize];
        self.to[lexicon as usize][at]
            .iter()
            .map(|&index| (index, &spans[index]))
    }
}

struct Node {
    state: u32,
    at: usize,
    before: usize,
    /// The one or two words that led here.
    took: [Option<WordId>; 2],
}

/// Cheapest ways through one lexicon from one word on.
fn search(
    heard: &WordCosts,
    lexicon: &LexiconGraph,
    net: &Net,
    from: usize,
    spans: &mut Vec<Span>,
) {
    let graph = &lexicon.graph;
    let mut nodes = vec![Node {
        state: 0,
        at: from,
        before: usize::MAX,
        took: [None; 2],
    }];
    let mut open = BinaryHeap::from([Reverse((0_u16, 0_usize))]);
    let mut seen = HashSet::new();
    while let Some(Reverse((cost, index))) = open.pop() {
        let (state, at) = (nodes[index].state, nodes[index].at);
        if !seen.insert((state, at)) {
            continue;
        }
        if let Some(done) = graph.done[state as usize]
            && at > from
            && ends_with_word(&nodes, index)
        {
            spans.push(Span {
                from,
                to: at,
                done,
                cost,
                words: path(&nodes, index),
            });
        }
        let mut add = |state: u32, at: usize, more: u16, took: [Option<WordId>; 2]| {
            let cost = cost.saturating_add(more);
            if cost <= MAX_COST {
                nodes.push(Node {
                    state,
                    at,
                    before: index,
                    took,
                });
                open.push(Reverse((cost, nodes.len() - 1)));
            }
        };
        // Hesitations inside a value, and articles where they say nothing: "42
        // minutes, that 2" is no length of time.
        let most = if lexicon.counts {
            words::POLITE
        } else {
            words::ARTICLE
        };
        if at > from && at < heard.len() {
            for &(count, skip) in &heard.skips[at] {
                if skip <= most {
                    add(state, at + count, skip, [None; 2]);
                }
            }
        }
        for &(step, to) in &graph.arcs[state as usize] {
            match step {
                Step::Word(word) => {
                    if at < heard.len() {
                        let cost = heard.one[at][word as usize];
                        if cost != NEVER {
                            add(to, at + 1, cost, [Some(word), None]);
                        }
                        for &(count, joined) in &heard.joined[at] {
                            if joined == word {
                                add(to, at + count, JOINED, [Some(word), None]);
                            }
                        }
                        for &(first, second) in &heard.split[at] {
                            if first == word {
                                for next in follow(graph, to, second) {
                                    add(next, at + 1, JOINED, [Some(first), Some(second)]);
                                }
                            }
                        }
                    }
                    let article = !lexicon.counts
                        && words::is_plain_article(&net.vocabulary[word as usize].text);
                    if article && state == 0 && graph.done[to as usize].is_none() {
                        add(to, at, words::ARTICLE, [Some(word), None]);
                    }
                }
                Step::Empty => add(to, at, 0, [None; 2]),
                Step::Slot { .. } => {}
            }
        }
    }
}

/// Whether the way to a node ends with a word of the value, not with one that
/// was passed over.
fn ends_with_word(nodes: &[Node], index: usize) -> bool {
    let node = &nodes[index];
    node.took[0].is_some()
        || nodes
            .get(node.before)
            .is_some_and(|before| before.at == node.at && ends_with_word(nodes, node.before))
}

/// Where `word` leads from a state, through empty arcs too.
pub(super) fn follow(graph: &Graph, state: u32, word: WordId) -> Vec<u32> {
    let mut found = Vec::new();
    let mut open = vec![state];
    while let Some(state) = open.pop() {
        for &(step, to) in &graph.arcs[state as usize] {
            match step {
                Step::Empty => open.push(to),
                Step::Word(w) if w == word => found.push(to),
                _ => {}
            }
        }
    }
    found
}

fn path(nodes: &[Node], index: usize) -> Vec<WordId> {
    let mut words = Vec::new();
    let mut at = index;
    while let Some(node) = nodes.get(at) {
        words.extend(node.took.iter().rev().flatten());
        at = node.before;
    }
    words.reverse();
    words
}

/// "kitchen, no, the bedroom" is the bedroom. Between two values that count
/// (`counts`) a "no" can only correct: "at five no at six".
fn correct(heard: &WordCosts, counts: bool, spans: &mut Vec<Span>) {
    let texts: Vec<&str> = heard.words.iter().map(|word| word.text.as_str()).collect();
    let mut corrected = Vec::new();
    for wrong in spans.iter() {
        let plain = |at: usize| {
            let no = counts && texts.get(at).is_some_and(|word| words::is_no(word));
            no.then_some(at + 1)
        };
        let begin = after_correction(heard, &texts, wrong.to).or_else(|| plain(wrong.to));
        let Some(begin) = begin else {
            continue;
        };
        let begins = [
            begin,
            begin
                + usize::from(
                    texts
                        .get(begin)
                        .is_some_and(|w| words::extra(w) <= words::PREPOSITION),
                ),
        ];
        let whole = |span: &&Span| !is_cut(&texts, span);
        let behind = spans.iter().filter(|span| begins.contains(&span.from));
        for right in behind.filter(whole) {
            let cost = wrong.cost.max(right.cost) + CORRECTED;
            corrected.push(Span {
                from: wrong.from,
                cost,
                ..right.clone()
            });
        }
    }
    spans.extend(corrected);
}

/// Whether a value is a piece of a longer number or length of time that begins where it
/// does: "twenty" of "twenty five minutes".
fn is_cut(texts: &[&str], span: &Span) -> bool {
    let number = SlotKind::Number {
        min: None,
        max: None,
        unit: None,
    };
    let longer = |kind: &SlotKind| {
        let read = values::longest(kind, &texts[span.from..], DateTime::ZERO);
        read.is_ok_and(|(_, count)| span.to < span.from + count)
    };
    longer(&number) || longer(&SlotKind::Duration)
}

/// The word after the correction that begins at `at`, if one does.
pub(super) fn after_correction(heard: &WordCosts, texts: &[&str], at: usize) -> Option<usize> {
    let rest = texts.get(at..)?;
    let count = words::correction(rest);
    if count > 0 {
        return Some(at + count);
    }
    // A bare "no" also negates what follows ("milk no sugar"): it corrects
    // only when a pause or an article sets it apart.
    let article = rest.get(1).is_some_and(|word| words::sets_apart(word));
    (rest.len() > 1 && words::is_no(rest[0]) && (heard.words[at].pause || article))
        .then_some(at + 1)
}
