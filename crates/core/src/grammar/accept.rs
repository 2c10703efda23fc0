//! Whether a sentence is in a grammar, and by which of its groups: for people
//! who ask, and for tests of what the recogniser can write down.

use std::collections::HashSet;

use super::{Grammar, Label, LexiconId, StateId, canonical};
use crate::language::spoken;

/// A state of the outer automaton, or one of a lexicon that was called and
/// returns to it.
type Place = (StateId, Option<(LexiconId, StateId)>);

/// The state of a lexicon of any words once there has been one.
const SOME_WORD: StateId = 1;

impl Grammar {
    /// The numbers of the groups that have `text` as a phrase. Words of
    /// courtesy may stand around it.
    #[must_use]
    pub fn groups_of(&self, text: &str) -> Vec<u32> {
        let words = canonical(text);
        let mut at = vec![HashSet::new(); words.len() + 1];
        at[0] = self.close(HashSet::from([(0, None)]));
        for (index, word) in words.iter().enumerate() {
            let places = std::mem::take(&mut at[index]);
            for &place in &places {
                if self.is_joint(place) {
                    for count in courtesies(&words[index..]) {
                        at[index + count].insert(place);
                    }
                }
                at[index + 1].extend(self.step(place, word));
            }
            for next in &mut at[index + 1..] {
                *next = self.close(std::mem::take(next));
            }
        }
        let last = at.last().into_iter().flatten();
        let done = last.filter(|(_, inner)| inner.is_none());
        let mut groups: Vec<u32> = done.filter_map(|(state, _)| self.done(*state)).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    fn done(&self, state: StateId) -> Option<u32> {
        self.outer.states[state as usize].done
    }

    fn is_joint(&self, (state, inner): Place) -> bool {
        inner.is_none()
            && (state == 0 || self.done(state).is_some() || self.joints.contains(&state))
    }

    fn step(&self, (state, inner): Place, word: &str) -> Vec<Place> {
        let Some((lexicon, at)) = inner else {
            let arcs = self.outer.states[state as usize].arcs.iter();
            let arcs = arcs.filter(|arc| is_word(&arc.label, word));
            return arcs.map(|arc| (arc.to, None)).collect();
        };
        let called = &self.lexicons[lexicon as usize];
        if called.free {
            return vec![(state, Some((lexicon, SOME_WORD)))];
        }
        let arcs = called.words.states[at as usize].arcs.iter();
        let arcs = arcs.filter(|arc| is_word(&arc.label, word));
        arcs.map(|arc| (state, Some((lexicon, arc.to)))).collect()
    }

    /// The places that are reached from `places` without a word, and these.
    fn close(&self, places: HashSet<Place>) -> HashSet<Place> {
        let mut open: Vec<Place> = places.iter().copied().collect();
        let mut closed = places;
        while let Some((state, inner)) = open.pop() {
            let next: Vec<Place> = match inner {
                None => {
                    let arcs = self.outer.states[state as usize].arcs.iter();
                    arcs.filter_map(|arc| match arc.label {
                        Label::Empty => Some((arc.to, None)),
                        Label::Slot { lexicon, .. } => Some((arc.to, Some((lexicon, 0)))),
                        Label::Word(_) => None,
                    })
                    .collect()
                }
                Some((lexicon, at)) => {
                    let called = &self.lexicons[lexicon as usize];
                    if called.free {
                        let returns = (at == SOME_WORD).then_some((state, None));
                        returns.into_iter().collect()
                    } else {
                        let inside = &called.words.states[at as usize];
                        let arcs = inside.arcs.iter();
                        let empty = arcs.filter(|arc| arc.label == Label::Empty);
                        let empty = empty.map(|arc| (state, Some((lexicon, arc.to))));
                        let returns = inside.done.map(|_| (state, None));
                        empty.chain(returns).collect()
                    }
                }
            };
            open.extend(next.into_iter().filter(|place| closed.insert(*place)));
        }
        closed
    }
}

fn is_word(label: &Label, word: &str) -> bool {
    matches!(label, Label::Word(known) if **known == *word)
}

/// How many words each run of courtesy has that `words` begin with.
fn courtesies(words: &[String]) -> impl Iterator<Item = usize> {
    let runs = spoken().courtesy().around.iter();
    runs.filter_map(|run| {
        let count = run.split(' ').count();
        let said = words.get(..count)?;
        said.iter()
            .map(String::as_str)
            .eq(run.split(' '))
            .then_some(count)
    })
}
