//! The grammar of the intents as a token constraint: which tokens may come next if
//! the text is to be a sentence of the grammar.
//!
//! The word automaton is expanded to letters once. A decoding holds a set of states
//! of it, and the vocabulary's prefix tree gives every token whose letters lead on
//! from them. Polite words before and after a command are allowed here, because
//! phrases do not contain them.

use std::collections::HashMap;
use std::rc::Rc;

use super::decode::{Constraint, Token};
use super::vocabulary::Vocabulary;
use mynah_core::grammar::{Automaton, Grammar, Label, State, StateId};
use mynah_core::language::spoken;

/// Limit of cached results; the cache is cleared beyond it.
const MEMORY: usize = 2_000;

type NodeId = u32;

/// The automaton of letters. Shared by all utterances.
#[derive(Debug)]
pub(super) struct Spelling {
    nodes: Vec<Node>,
    start: NodeId,
}

#[derive(Debug, Default)]
struct Node {
    letters: Vec<(u8, NodeId)>,
    /// Nodes reached without a letter.
    empty: Vec<NodeId>,
    /// Calls of a lexicon: its first node, and the node to return to.
    calls: Vec<(NodeId, NodeId)>,
    /// Any letter leads back to this node.
    any: bool,
    /// A value of a lexicon, or the whole text, may end here.
    done: bool,
}

/// A state: a node, and where to return from the lexicon that it is in.
type DecodePosition = (NodeId, Option<NodeId>);

impl Spelling {
    /// Expands `grammar` to letters.
    #[must_use]
    pub(super) fn new(grammar: &Grammar) -> Self {
        let mut spelling = Self {
            nodes: Vec::new(),
            start: 0,
        };
        let lexicons: Vec<NodeId> = grammar
            .lexicons
            .iter()
            .map(|lexicon| {
                if lexicon.free {
                    spelling.any_words()
                } else {
                    spelling.automaton(&lexicon.words, &[]).0
                }
            })
            .collect();
        let (command, ends) = spelling.automaton(&grammar.outer, &lexicons);
        let before = spelling.add();
        let after = spelling.add();
        spelling.node(before).empty.push(command);
        for end in ends {
            spelling.node(end).done = false;
            spelling.node(end).empty.push(after);
        }
        let joints = grammar.joints.iter().map(|joint| command + joint);
        for hub in joints.chain([before, after]) {
            spelling.politeness(hub);
        }
        spelling.node(after).done = true;
        spelling.start = before;
        spelling
    }

    fn node(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    fn add(&mut self) -> NodeId {
        self.nodes.push(Node::default());
        NodeId::try_from(self.nodes.len() - 1).expect("a grammar of fewer than 2^32 letters")
    }

    /// Adds a loop of polite words at a node.
    fn politeness(&mut self, hub: NodeId) {
        for phrase in spoken().courtesy().around {
            self.word(hub, phrase, hub);
        }
    }

    fn any_words(&mut self) -> NodeId {
        let start = self.add();
        let words = self.add();
        self.node(start).letters.push((b' ', words));
        self.node(words).any = true;
        self.node(words).done = true;
        start
    }

    /// Gives the node of the automaton's start, behind which those of its other states
    /// follow in their order, and its final nodes.
    fn automaton(&mut self, automaton: &Automaton, lexicons: &[NodeId]) -> (NodeId, Vec<NodeId>) {
        if automaton.states.is_empty() {
            return (self.add(), Vec::new());
        }
        let places: Vec<NodeId> = automaton.states.iter().map(|_| self.add()).collect();
        let mut ends = Vec::new();
        let numerals = Numerals::new();
        for (state, &from) in automaton.states.iter().zip(&places) {
            for (digits, to) in numerals.from(automaton, state) {
                self.word(from, &digits, places[to as usize]);
            }
            if state.done.is_some() {
                self.node(from).done = true;
                ends.push(from);
            }
            for arc in &state.arcs {
                let to = places[arc.to as usize];
                match &arc.label {
                    Label::Empty => self.node(from).empty.push(to),
                    Label::Word(word) => self.word(from, word, to),
                    Label::Slot { lexicon, .. } => {
                        let start = lexicons[*lexicon as usize];
                        self.node(from).calls.push((start, to));
                    }
                }
            }
        }
        (places[0], ends)
    }

    /// Adds ` word` and its contracted form from one node to another, sharing existing
    /// prefixes.
    fn word(&mut self, from: NodeId, word: &str, to: NodeId) {
        let spelled = format!(" {word}");
        self.spell(from, spelled.as_bytes(), to);
        let fused = spoken().courtesy().fused;
        if let Some((_, fused)) = fused.iter().find(|(long, _)| *long == word) {
            self.spell(from, fused.as_bytes(), to);
        }
    }

    fn spell(&mut self, from: NodeId, letters: &[u8], to: NodeId) {
        let mut at = from;
        for &letter in letters {
            let known = self.node(at).letters.iter().find(|l| l.0 == letter);
            at = if let Some(&(_, next)) = known {
                next
            } else {
                let next = self.add();
                self.node(at).letters.push((letter, next));
                next
            };
        }
        self.node(at).empty.push(to);
    }

    /// The closure of `places` under steps without a letter.
    fn close(&self, mut places: Vec<DecodePosition>) -> Vec<DecodePosition> {
        let mut i = 0;
        while i < places.len() {
            let (id, back) = places[i];
            let node = &self.nodes[id as usize];
            let mut reach = |place: DecodePosition| {
                if !places.contains(&place) {
                    places.push(place);
                }
            };
            for &next in &node.empty {
                reach((next, back));
            }
            for &(lexicon, to) in &node.calls {
                reach((lexicon, Some(to)));
            }
            if let (true, Some(to)) = (node.done, back) {
                reach((to, None));
            }
            i += 1;
        }
        places.sort_unstable();
        places
    }

    fn step(&self, places: &[DecodePosition], letter: u8) -> Option<Vec<DecodePosition>> {
        let mut next = Vec::new();
        for &(id, back) in places {
            let node = &self.nodes[id as usize];
            if node.any {
                next.push((id, back));
            }
            for &(l, to) in &node.letters {
                if l == letter && !next.contains(&(to, back)) {
                    next.push((to, back));
                }
            }
        }
        (!next.is_empty()).then(|| self.close(next))
    }

    /// Whether one of the states is between words.
    fn between_words(&self, places: &[DecodePosition]) -> bool {
        places.iter().any(|&(id, _)| {
            let node = &self.nodes[id as usize];
            node.any || node.done || node.letters.iter().any(|l| l.0 == b' ')
        })
    }

    fn may_end(&self, places: &[DecodePosition]) -> bool {
        places
            .iter()
            .any(|&(id, back)| back.is_none() && self.nodes[id as usize].done)
    }
}

/// Numbers in digits, as Whisper often writes them.
struct Numerals(HashMap<String, String>);

impl Numerals {
    /// Larger numbers are accepted in words only.
    const MOST: u64 = 199;

    fn new() -> Self {
        Self(
            (0..=Self::MOST)
                .map(|n| (spoken().cardinal(n), n.to_string()))
                .collect(),
        )
    }

    /// The numbers in words that begin at `state`, in digits, each with the state after
    /// it.
    fn from(&self, automaton: &Automaton, state: &State) -> Vec<(String, StateId)> {
        let mut found = Vec::new();
        let mut ways: Vec<(String, &State)> = vec![(String::new(), state)];
        while let Some((said, state)) = ways.pop() {
            for arc in &state.arcs {
                let Label::Word(word) = &arc.label else {
                    continue;
                };
                let longer = if said.is_empty() {
                    word.to_string()
                } else {
                    format!("{said} {word}")
                };
                if let Some(digits) = self.0.get(&longer) {
                    found.push((digits.clone(), arc.to));
                    ways.push((longer, &automaton.states[arc.to as usize]));
                }
            }
        }
        found
    }
}

/// The state of a text in the grammars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Position {
    /// By grammar.
    places: Vec<Vec<DecodePosition>>,
    /// After punctuation: a new word or the end must follow.
    sealed: bool,
}

/// One or more grammars as a constraint on tokens: a text is in one of them.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    spellings: Vec<&'a Spelling>,
    vocabulary: &'a Vocabulary,
    known: HashMap<Position, Rc<[Token]>>,
}

impl<'a> Walk<'a> {
    /// The constraint of these grammars for this vocabulary.
    #[must_use]
    pub(super) fn new(spellings: Vec<&'a Spelling>, vocabulary: &'a Vocabulary) -> Self {
        Self {
            spellings,
            vocabulary,
            known: HashMap::new(),
        }
    }

    /// Whether the whole text is in the grammar.
    pub(super) fn allows(&mut self, tokens: &[Token]) -> bool {
        let mut place = self.start();
        for &token in tokens {
            if !self.allowed(&place).0.contains(&token) {
                return false;
            }
            place = self.after(&place, token);
        }
        self.allowed(&place).1
    }

    fn step(&self, places: &[Vec<DecodePosition>], letter: u8) -> Option<Vec<Vec<DecodePosition>>> {
        let spellings = self.spellings.iter().zip(places);
        let next = spellings.map(|(spelling, places)| spelling.step(places, letter));
        let next: Vec<Vec<DecodePosition>> = next.map(Option::unwrap_or_default).collect();
        next.iter().any(|places| !places.is_empty()).then_some(next)
    }

    fn any(
        &self,
        places: &[Vec<DecodePosition>],
        is: fn(&Spelling, &[DecodePosition]) -> bool,
    ) -> bool {
        let mut spellings = self.spellings.iter().zip(places);
        spellings.any(|(spelling, places)| is(spelling, places))
    }

    fn find(&self, position: &Position) -> Rc<[Token]> {
        let mut found = Vec::new();
        let sealed = position.sealed;
        // With the flag set, only a space may follow.
        let start = (position.places.clone(), sealed);
        let mut step = |state: &(Vec<Vec<DecodePosition>>, bool), letter: u8| {
            if state.1 && letter != b' ' {
                return None;
            }
            Some((self.step(&state.0, letter)?, false))
        };
        self.vocabulary.collect(&start, &mut step, &mut found);
        if !sealed && self.any(&position.places, Spelling::between_words) {
            found.extend_from_slice(self.vocabulary.marks());
        }
        found.into()
    }
}

impl Constraint for Walk<'_> {
    type DecodePosition = Position;

    fn start(&self) -> Position {
        Position {
            places: self
                .spellings
                .iter()
                .map(|spelling| spelling.close(vec![(spelling.start, None)]))
                .collect(),
            // The first token begins a word.
            sealed: true,
        }
    }

    fn allowed(&mut self, place: &Position) -> (Rc<[Token]>, bool) {
        let may_end = self.any(&place.places, Spelling::may_end);
        if let Some(known) = self.known.get(place) {
            return (Rc::clone(known), may_end);
        }
        let found = self.find(place);
        if MEMORY <= self.known.len() {
            self.known.clear();
        }
        self.known.insert(place.clone(), Rc::clone(&found));
        (found, may_end)
    }

    fn after(&self, place: &Position, token: Token) -> Position {
        let letters = self.vocabulary.letters(token);
        let mut places = place.places.clone();
        for &letter in letters {
            let next = self.step(&places, letter);
            places = next.unwrap_or_else(|| vec![Vec::new(); self.spellings.len()]);
        }
        Position {
            places,
            sealed: letters.is_empty(),
        }
    }

    fn letters(&self, token: Token) -> &[u8] {
        self.vocabulary.letters(token)
    }
}
