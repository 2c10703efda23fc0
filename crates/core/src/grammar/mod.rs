//! The intents' phrases as one word automaton, shared by the phrase matcher
//! and by the recogniser's token constraint.
//!
//! It has two levels, so that a list of 500 names is held once however many
//! phrases mention it: the *outer* automaton holds the phrases, and an arc
//! [`Label::Slot`] there calls one of the *lexicons*, which hold what a slot
//! may sound like. Lexicons do not nest.
//!
//! All words are in canonical form ([`normalize`]): lower case, numbers
//! spelled out, contractions opened.

mod accept;
mod compile;
mod lexicon;
mod reduce;

pub use compile::Group;
pub(crate) use lexicon::phrase_of;

pub use crate::language::{Word, canonical, normalize};

/// Index into [`Automaton::states`].
pub type StateId = u32;

/// Index into [`Grammar::lexicons`].
pub type LexiconId = u32;

/// Everything that can be said.
#[derive(Clone, Debug, Default)]
pub struct Grammar {
    /// The phrases of all intents. State 0 is the start.
    pub outer: Automaton,
    /// What slots may sound like. In each, state 0 is the start.
    pub lexicons: Vec<Lexicon>,
    /// States of `outer` between a command and its frame, where words of
    /// courtesy may be said as well as before and behind the whole.
    pub joints: Vec<StateId>,
    /// Sentences that the recogniser's prompt holds besides the values of lists.
    pub hints: Vec<String>,
}

/// What one kind of slot may sound like.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// The words. A state is final where [`State::done`] says so.
    pub words: Automaton,
    /// Any words at all: `words` is empty and a run of one or more words fits.
    pub free: bool,
    /// Its articles count ("a minute" is one), so none may be thought of
    /// before a word.
    pub counts: bool,
    /// The values of a list as the file writes them; empty for other kinds.
    pub written: Vec<String>,
}

/// A word automaton without loops.
#[derive(Clone, Debug, Default)]
pub struct Automaton {
    /// State 0 is the start.
    pub states: Vec<State>,
}

/// A place in a phrase.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Ways on.
    pub arcs: Vec<Arc>,
    /// What is complete here: in the outer automaton the index of the intent,
    /// in an enumerated lexicon the index of the choice, else 0.
    pub done: Option<u32>,
}

/// A way on.
#[derive(Clone, Debug)]
pub struct Arc {
    /// What must be said to take it.
    pub label: Label,
    /// Where it leads.
    pub to: StateId,
}

/// What must be said to take an arc.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// Nothing.
    Empty,
    /// This word, in canonical form.
    Word(Box<str>),
    /// A value of this lexicon, for the slot of that index in the intent
    /// that the phrase belongs to.
    Slot {
        /// What it may sound like.
        lexicon: LexiconId,
        /// Index of the intent in the settings.
        intent: u32,
        /// Index of the slot in the intent.
        slot: u32,
    },
}

impl Automaton {
    fn add_state(&mut self) -> StateId {
        self.states.push(State::default());
        StateId::try_from(self.states.len() - 1).expect("fewer than 2^32 states")
    }

    fn add_arc(&mut self, from: StateId, label: Label, to: StateId) {
        self.states[from as usize].arcs.push(Arc { label, to });
    }
}
