//! From the settings' phrases to the two-level automaton.

use crate::model::{Settings, SlotKind, SlotSpec};
use crate::phrase::Phrase;

use super::{Automaton, Grammar, Label, Lexicon, LexiconId, StateId, canonical, lexicon};

/// Parts in any order need a state for each subset of them, so more than this
/// many are taken in groups of this size, the groups in their order.
const MAX_ANY_ORDER: usize = 6;

impl Grammar {
    /// Compiles the phrases of all intents. Slots of equal kind share one
    /// lexicon.
    #[must_use]
    pub fn compile(settings: &Settings) -> Self {
        let intents = settings.intents.iter();
        Self::of(intents.map(|intent| (&intent.phrases[..], &intent.slots[..])))
    }

    /// Compiles groups of phrases, each with the slots that they mention. The
    /// number of a group stands at its final states, as that of an intent does.
    #[must_use]
    pub fn of<'a>(groups: impl IntoIterator<Item = (&'a [Phrase], &'a [SlotSpec])>) -> Self {
        let mut grammar = Self::default();
        grammar.outer.add_state();
        let mut kinds = Vec::new();
        for (index, (phrases, slots)) in groups.into_iter().enumerate() {
            let end = grammar.outer.add_state();
            grammar.outer.states[end as usize].done = Some(number(index));
            let slots = grammar.slot_labels(slots, number(index), &mut kinds);
            for phrase in phrases {
                let mut build = Build {
                    words: &mut grammar.outer,
                    slots: &|name| {
                        slots
                            .iter()
                            .find(|(slot, _)| *slot == name)
                            .map(|(_, label)| label.clone())
                    },
                };
                build.phrase(phrase, 0, Some(end));
            }
        }
        grammar
    }

    fn slot_labels<'a>(
        &mut self,
        slots: &'a [SlotSpec],
        index: u32,
        kinds: &mut Vec<SlotKind>,
    ) -> Vec<(&'a str, Label)> {
        let slots = slots.iter().enumerate().map(|(slot, spec)| {
            let known = kinds.iter().position(|kind| same_sound(kind, &spec.kind));
            let lexicon = known.unwrap_or_else(|| {
                kinds.push(spec.kind.clone());
                self.lexicons.push(lexicon::of_kind(&spec.kind));
                kinds.len() - 1
            });
            let label = Label::Slot {
                lexicon: number(lexicon),
                intent: index,
                slot: number(slot),
            };
            (spec.name.as_str(), label)
        });
        slots.collect()
    }

    /// The lexicon of a slot, if any phrase of its intent mentions it.
    #[must_use]
    pub fn lexicon_of(&self, intent: u32, slot: u32) -> Option<LexiconId> {
        self.outer
            .states
            .iter()
            .flat_map(|state| &state.arcs)
            .find_map(|arc| match arc.label {
                Label::Slot {
                    lexicon,
                    intent: i,
                    slot: s,
                } if (i, s) == (intent, slot) => Some(lexicon),
                _ => None,
            })
    }
}

impl Lexicon {
    /// The lexicon of one phrase tree without slots; complete as choice 0.
    pub(super) fn of_phrase(phrase: &Phrase) -> Self {
        let mut words = Automaton::default();
        words.add_state();
        let end = words.add_state();
        words.states[end as usize].done = Some(0);
        Build {
            words: &mut words,
            slots: &|_| None,
        }
        .phrase(phrase, 0, Some(end));
        Self {
            words,
            ..Self::default()
        }
    }
}

/// Whether two slots share a lexicon. A number's range does not change its
/// words: what is out of range should be heard as such, and refused.
fn same_sound(a: &SlotKind, b: &SlotKind) -> bool {
    match (a, b) {
        (SlotKind::Number { unit: a, .. }, SlotKind::Number { unit: b, .. }) => a == b,
        _ => a == b,
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 of anything")
}

struct Build<'a> {
    words: &'a mut Automaton,
    /// The label of a slot by its name.
    slots: &'a dyn Fn(&str) -> Option<Label>,
}

impl Build<'_> {
    /// Adds `phrase` from a state on, to the given state or to a new one;
    /// gives the state where it ends.
    fn phrase(&mut self, phrase: &Phrase, from: StateId, to: Option<StateId>) -> StateId {
        match phrase {
            Phrase::Word(word) => self.labels(word_labels(word), from, to),
            Phrase::Slot(name) => self.labels((self.slots)(name).into_iter().collect(), from, to),
            Phrase::Sequence(parts) => self.sequence(parts, from, to),
            Phrase::Choice(parts) => {
                let to = to.unwrap_or_else(|| self.words.add_state());
                for part in parts {
                    self.phrase(part, from, Some(to));
                }
                to
            }
            Phrase::Optional(part) => {
                let to = to.unwrap_or_else(|| self.words.add_state());
                self.words.add_arc(from, Label::Empty, to);
                self.phrase(part, from, Some(to))
            }
            Phrase::AnyOrder(parts) => {
                let mut groups = parts.chunks(MAX_ANY_ORDER).peekable();
                let mut at = from;
                while let Some(group) = groups.next() {
                    let last = groups.peek().is_none();
                    at = self.any_order(group, at, to.filter(|_| last));
                }
                at
            }
        }
    }

    fn labels(&mut self, labels: Vec<Label>, from: StateId, to: Option<StateId>) -> StateId {
        let mut at = from;
        let count = labels.len();
        for (index, label) in labels.into_iter().enumerate() {
            let last = index + 1 == count;
            let next = to
                .filter(|_| last)
                .unwrap_or_else(|| self.words.add_state());
            self.words.add_arc(at, label, next);
            at = next;
        }
        match to {
            Some(to) if count == 0 => {
                self.words.add_arc(at, Label::Empty, to);
                to
            }
            _ => at,
        }
    }

    /// Neighbouring words are read together: `8 oz` is one quantity.
    fn sequence(&mut self, parts: &[Phrase], from: StateId, to: Option<StateId>) -> StateId {
        let mut at = from;
        let mut rest = parts;
        while let Some(first) = rest.first() {
            let run = rest
                .iter()
                .take_while(|part| matches!(part, Phrase::Word(_)))
                .count();
            let taken = run.max(1);
            let to = to.filter(|_| taken == rest.len());
            at = if run > 1 {
                let words: Vec<&str> = rest[..run]
                    .iter()
                    .filter_map(|part| match part {
                        Phrase::Word(word) => Some(word.as_str()),
                        _ => None,
                    })
                    .collect();
                self.labels(word_labels(&words.join(" ")), at, to)
            } else {
                self.phrase(first, at, to)
            };
            rest = &rest[taken..];
        }
        if parts.is_empty() {
            return self.labels(Vec::new(), from, to);
        }
        at
    }

    /// One state for each subset of the parts that have been said.
    fn any_order(&mut self, parts: &[Phrase], from: StateId, to: Option<StateId>) -> StateId {
        let all = (1_usize << parts.len()) - 1;
        let mut said: Vec<StateId> = vec![from];
        for subset in 1..=all {
            let state = to.filter(|_| subset == all);
            said.push(state.unwrap_or_else(|| self.words.add_state()));
        }
        for subset in 0..all {
            for (index, part) in parts.iter().enumerate() {
                let with = subset | (1 << index);
                if with != subset {
                    self.phrase(part, said[subset], Some(said[with]));
                }
            }
        }
        said[all]
    }
}

fn word_labels(text: &str) -> Vec<Label> {
    canonical(text)
        .into_iter()
        .map(|word| Label::Word(word.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Phrase {
        Phrase::Word(text.to_owned())
    }

    /// All that the automaton accepts, in alphabetical order.
    fn language(words: &Automaton) -> Vec<String> {
        let mut all = Vec::new();
        let mut open = vec![(0, String::new())];
        while let Some((state, said)) = open.pop() {
            let state = &words.states[state as usize];
            if state.done.is_some() {
                all.push(said.trim().to_owned());
            }
            for arc in &state.arcs {
                let mut said = said.clone();
                if let Label::Word(word) = &arc.label {
                    said.push_str(word);
                    said.push(' ');
                }
                open.push((arc.to, said));
            }
        }
        all.sort();
        all.dedup();
        all
    }

    #[test]
    fn the_phrase_language_is_compiled() {
        let phrase = Phrase::Sequence(vec![
            Phrase::Choice(vec![word("turn"), word("Switch")]),
            Phrase::Optional(Box::new(word("the"))),
            word("8"),
            word("oz"),
            word(","),
        ]);
        assert_eq!(
            language(&Lexicon::of_phrase(&phrase).words),
            [
                "switch eight ounce",
                "switch the eight ounce",
                "turn eight ounce",
                "turn the eight ounce"
            ]
        );
    }

    #[test]
    fn parts_come_in_any_order_and_may_be_optional() {
        let phrase = Phrase::AnyOrder(vec![
            word("a"),
            Phrase::Optional(Box::new(word("b"))),
            word("c"),
        ]);
        assert_eq!(
            language(&Lexicon::of_phrase(&phrase).words),
            [
                "a b c", "a c", "a c b", "b a c", "b c a", "c a", "c a b", "c b a"
            ]
        );
    }

    #[test]
    fn many_parts_in_any_order_stay_small() {
        let parts = (0..30).map(|n| word(&i32::to_string(&n))).collect();
        let lexicon = Lexicon::of_phrase(&Phrase::AnyOrder(parts));
        assert!(
            lexicon.words.states.len() < 5_000,
            "{}",
            lexicon.words.states.len()
        );
    }
}
