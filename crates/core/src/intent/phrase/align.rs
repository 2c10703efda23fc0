//! The cheapest ways to lay a sentence along the phrases.
//!
//! Forward over (word, state) for the least costs, then backward from the
//! ends, cheapest first, for the readings: the forward costs tell exactly
//! what is still to pay, so no way is followed that does not end well.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::chart::{Chart, follow};
use super::filled::{Alignment, Filling};
use super::heard::{JOINED, WordCosts};
use super::net::{Net, Step, WordId};
use super::words::{self, NEVER};

/// One word of a free text. It is paid so that any other explanation is
/// preferred, and given back when confidence is reckoned.
pub(super) const TEXT_WORD: u16 = 2;
/// One word of a value that the slot's list does not have. Dearer than a word
/// of the list that was heard nearly right, and given back as that of a text.
pub(super) const OPEN_WORD: u16 = 8;
/// Words of such a value.
pub(super) const OPEN_WORDS: usize = 2;
/// A slot that was not said, and for which Mynah can ask.
pub(super) const MISSING_SLOT: u16 = 30;
/// Nothing dearer than this is ever understood.
pub(super) const MAX_COST: u16 = 150;
/// A bound on the work of one sentence.
const MAX_STEPS: usize = 6_000;

/// Whether something holds of a slot, by the indices of intent and slot.
pub(super) type OfSlot<'a> = &'a dyn Fn(u32, u32) -> bool;

/// Forward costs and what they were reckoned from.
pub(super) struct Lattice<'a> {
    net: &'a Net,
    heard: &'a WordCosts<'a>,
    chart: &'a Chart,
    /// Whether a slot of an intent may be left out.
    may_miss: &'a dyn Fn(u32, u32) -> bool,
    /// Whether a slot of an intent takes words that its list does not have.
    open: &'a dyn Fn(u32, u32) -> bool,
    /// Least cost of each (word, state).
    costs: Vec<u16>,
    /// Words that were two of a phrase: word, from, to.
    splits: Vec<(usize, u32, u32)>,
}

#[derive(Clone, Copy)]
enum Event {
    Start,
    Pass,
    /// A content word that nothing explains.
    Unexplained,
    Word(WordId),
    Span {
        lexicon: u32,
        index: usize,
        slot: u32,
    },
    Text {
        from: usize,
        to: usize,
        slot: u32,
        open: bool,
    },
    Missing {
        slot: u32,
    },
}

struct Node {
    at: usize,
    state: u32,
    paid: u16,
    after: usize,
    event: Event,
}

impl<'a> Lattice<'a> {
    /// Reckons the costs of laying the sentence along all phrases.
    pub(super) fn new(
        net: &'a Net,
        heard: &'a WordCosts<'a>,
        chart: &'a Chart,
        (may_miss, open): (OfSlot<'a>, OfSlot<'a>),
    ) -> Self {
        let states = net.outer.arcs.len();
        let costs = vec![NEVER; (heard.len() + 1) * states.max(1)];
        let mut lattice = Self {
            net,
            heard,
            chart,
            may_miss,
            open,
            costs,
            splits: Vec::new(),
        };
        if states > 0 {
            lattice.costs[0] = 0;
            for at in 0..=heard.len() {
                for &state in &net.outer.order {
                    lattice.relax(at, state);
                }
            }
        }
        lattice
    }

    fn place(&self, at: usize, state: u32) -> usize {
        at * self.net.outer.arcs.len() + state as usize
    }

    fn cost(&self, at: usize, state: u32) -> u16 {
        self.costs[self.place(at, state)]
    }

    fn lower(&mut self, at: usize, state: u32, cost: u16) {
        let place = self.place(at, state);
        if cost <= MAX_COST {
            self.costs[place] = self.costs[place].min(cost);
        }
    }

    fn relax(&mut self, at: usize, state: u32) {
        let cost = self.cost(at, state);
        if cost == NEVER {
            return;
        }
        let (heard, chart, net) = (self.heard, self.chart, self.net);
        let more = at < heard.len();
        if more {
            for &(count, skip) in &heard.skips[at] {
                self.lower(at + count, state, cost + skip);
            }
        }
        for &(step, to) in &net.outer.arcs[state as usize] {
            match step {
                Step::Empty => self.lower(at, to, cost),
                Step::Word(word) => {
                    self.lower(at, to, cost.saturating_add(self.missing(word)));
                    if more {
                        self.take_word(at, state, to, word, cost);
                    }
                }
                Step::Slot {
                    lexicon,
                    intent,
                    slot,
                } => {
                    if (self.may_miss)(intent, slot) {
                        self.lower(at, to, cost + MISSING_SLOT);
                    }
                    if net.lexicons[lexicon as usize].free {
                        for end in at + 1..=heard.len() {
                            self.lower(end, to, cost.saturating_add(text_cost(at, end)));
                        }
                    }
                    if (self.open)(intent, slot) {
                        for end in at + 1..=heard.len().min(at + OPEN_WORDS) {
                            if let Some(open) = self.open_cost(at, end) {
                                self.lower(end, to, cost.saturating_add(open));
                            }
                        }
                    }
                    for span in chart.from(lexicon, at) {
                        self.lower(span.to, to, cost + span.cost);
                    }
                }
            }
        }
    }

    /// The cost of words as a value that the list does not have; `None` where
    /// they could be no name.
    fn open_cost(&self, from: usize, to: usize) -> Option<u16> {
        let names = (from..to).all(|at| self.heard.may_name(at));
        names.then(|| OPEN_WORD * u16::try_from(to - from).unwrap_or(1))
    }

    fn missing(&self, word: WordId) -> u16 {
        words::missing(&self.net.vocabulary[word as usize].text)
    }

    fn take_word(&mut self, at: usize, state: u32, to: u32, word: WordId, cost: u16) {
        let heard = self.heard;
        let match_cost = heard.one[at][word as usize];
        self.lower(at + 1, to, cost.saturating_add(match_cost));
        for &(count, joined) in &heard.joined[at] {
            if joined == word {
                self.lower(at + count, to, cost + JOINED);
            }
        }
        for &(first, second) in &heard.split[at] {
            if first == word {
                for end in follow(&self.net.outer, to, second) {
                    self.splits.push((at, state, end));
                    self.lower(at + 1, end, cost + JOINED);
                }
            }
        }
    }

    /// Hands the readings to `accept`, cheapest first, until they cost more
    /// than `limit(cost of the first accepted)`.
    pub(super) fn readings(
        &self,
        limit: impl Fn(u16) -> u16,
        mut accept: impl FnMut(Alignment) -> bool,
    ) {
        let mut nodes = Vec::new();
        let mut open = BinaryHeap::new();
        for (state, done) in (0_u32..).zip(&self.net.outer.done) {
            let cost = self.cost(self.heard.len(), state);
            if done.is_some() && cost != NEVER {
                nodes.push(Node {
                    at: self.heard.len(),
                    state,
                    paid: 0,
                    after: usize::MAX,
                    event: Event::Start,
                });
                open.push(Reverse((cost, nodes.len() - 1)));
            }
        }
        let mut highest = MAX_COST;
        for _ in 0..MAX_STEPS {
            let Some(Reverse((total, index))) = open.pop() else {
                return;
            };
            if total > highest {
                return;
            }
            if nodes[index].at == 0 && nodes[index].state == 0 {
                if accept(self.alignment(&nodes, index, total)) {
                    highest = highest.min(limit(total));
                }
                continue;
            }
            self.back(index, &mut nodes, &mut open);
        }
    }

    fn back(
        &self,
        index: usize,
        nodes: &mut Vec<Node>,
        open: &mut BinaryHeap<Reverse<(u16, usize)>>,
    ) {
        let Node {
            at, state, paid, ..
        } = nodes[index];
        let mut add = |from: usize, state: u32, cost: u16, event: Event| {
            let before = self.cost(from, state);
            let paid = paid.saturating_add(cost);
            let total = paid.saturating_add(before);
            if total <= MAX_COST {
                nodes.push(Node {
                    at: from,
                    state,
                    paid,
                    after: index,
                    event,
                });
                open.push(Reverse((total, nodes.len() - 1)));
            }
        };
        for from in 0..at {
            for &(count, skip) in &self.heard.skips[from] {
                if from + count == at {
                    let event = if words::CONTENT <= skip {
                        Event::Unexplained
                    } else {
                        Event::Pass
                    };
                    add(from, state, skip, event);
                }
            }
        }
        for &(split_at, from, to) in &self.splits {
            if split_at + 1 == at && to == state {
                // The word stands for two; the first of the phrase counts.
                add(split_at, from, JOINED, Event::Pass);
            }
        }
        for &(step, from) in &self.net.outer.back[state as usize] {
            match step {
                Step::Empty => add(at, from, 0, Event::Pass),
                Step::Word(word) => {
                    add(at, from, self.missing(word), Event::Pass);
                    if at > 0 {
                        add(
                            at - 1,
                            from,
                            self.heard.one[at - 1][word as usize],
                            Event::Word(word),
                        );
                    }
                    for start in at.saturating_sub(3)..at {
                        if self.heard.joined[start].contains(&(at - start, word)) {
                            add(start, from, JOINED, Event::Word(word));
                        }
                    }
                }
                Step::Slot {
                    lexicon,
                    intent,
                    slot,
                } => self.back_over_slot((at, from), (lexicon, intent, slot), &mut add),
            }
        }
    }

    /// The steps back over a slot that ends at a word, to the state before it.
    fn back_over_slot(
        &self,
        (at, from): (usize, u32),
        (lexicon, intent, slot): (u32, u32, u32),
        add: &mut impl FnMut(usize, u32, u16, Event),
    ) {
        if (self.may_miss)(intent, slot) {
            add(at, from, MISSING_SLOT, Event::Missing { slot });
        }
        if self.net.lexicons[lexicon as usize].free {
            for start in 0..at {
                let event = Event::Text {
                    from: start,
                    to: at,
                    slot,
                    open: false,
                };
                add(start, from, text_cost(start, at), event);
            }
        }
        if (self.open)(intent, slot) {
            for start in at.saturating_sub(OPEN_WORDS)..at {
                if let Some(cost) = self.open_cost(start, at) {
                    let event = Event::Text {
                        from: start,
                        to: at,
                        slot,
                        open: true,
                    };
                    add(start, from, cost, event);
                }
            }
        }
        for (index, span) in self.chart.to(lexicon, at) {
            let event = Event::Span {
                lexicon,
                index,
                slot,
            };
            add(span.from, from, span.cost, event);
        }
    }

    fn alignment(&self, nodes: &[Node], index: usize, cost: u16) -> Alignment {
        let mut reading = Alignment {
            intent: 0,
            slots: Vec::new(),
            cost,
            explained: 0,
            text_words: 0,
            open_words: 0,
            qualified: false,
        };
        let mut at = index;
        let mut unexplained = false;
        loop {
            let node = &nodes[at];
            let is_value = matches!(node.event, Event::Span { .. } | Event::Text { .. });
            reading.qualified |= unexplained && is_value;
            match node.event {
                Event::Pass | Event::Missing { .. } => {}
                _ => unexplained = matches!(node.event, Event::Unexplained),
            }
            match node.event {
                Event::Start => {
                    reading.intent = self.net.outer.done[node.state as usize].unwrap_or(0);
                    return reading;
                }
                Event::Pass | Event::Unexplained => {}
                Event::Word(word) => {
                    reading.explained +=
                        u16::from(!words::is_small(&self.net.vocabulary[word as usize].text));
                }
                Event::Span {
                    lexicon,
                    index,
                    slot,
                } => {
                    let span = self.chart.span(lexicon, index);
                    reading.explained += u16::try_from(span.words.len()).unwrap_or(0);
                    let filling = Filling::Value {
                        done: span.done,
                        words: span.words.clone(),
                    };
                    reading.slots.push((slot, filling));
                }
                Event::Text {
                    from,
                    to,
                    slot,
                    open,
                } => {
                    let words = u16::try_from(to - from).unwrap_or(u16::MAX);
                    reading.explained += 1;
                    if open {
                        reading.open_words += words;
                    } else {
                        reading.text_words += words;
                    }
                    reading.slots.push((slot, Filling::Text(from, to)));
                }
                Event::Missing { slot } => reading.slots.push((slot, Filling::Missing)),
            }
            at = node.after;
        }
    }
}

fn text_cost(from: usize, to: usize) -> u16 {
    u16::try_from(to - from).map_or(NEVER, |count| count.saturating_mul(TEXT_WORD))
}
