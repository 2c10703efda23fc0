//! From the settings' phrases to the two-level automaton.

use crate::language::speak;
use crate::model::{Settings, SlotKind, SlotSpec};
use crate::phrase::Phrase;

use super::{Automaton, Grammar, Label, Lexicon, LexiconId, StateId, canonical, lexicon};

/// Parts in any order need a state for each subset of them, so more than this
/// many are taken in groups of this size, the groups in their order.
const MAX_ANY_ORDER: usize = 6;

/// Phrases that are compiled alike.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The phrases.
    pub phrases: &'a [Phrase],
    /// The slots that they mention.
    pub slots: &'a [SlotSpec],
    /// Stands before each of them.
    pub lead: Option<&'a Phrase>,
    /// Stands behind each of them.
    pub trail: Option<&'a Phrase>,
    /// A run of words with a slot in it stands for its phrase.
    pub parts: bool,
    /// The frame may stand before or behind them.
    pub framed: bool,
}

impl<'a> Group<'a> {
    /// Whole phrases, with nothing around them.
    #[must_use]
    pub const fn of(phrases: &'a [Phrase], slots: &'a [SlotSpec]) -> Self {
        Self {
            phrases,
            slots,
            lead: None,
            trail: None,
            parts: false,
            framed: false,
        }
    }
}

impl Grammar {
    /// Compiles the phrases of all intents. Slots of equal kind share one
    /// lexicon.
    #[must_use]
    pub fn compile(settings: &Settings) -> Self {
        let _speaking = speak(settings.device.language);
        let intents = settings.intents.iter();
        Self::of(
            intents.map(|intent| Group::of(&intent.phrases, &intent.slots)),
            None,
        )
    }

    /// Compiles groups of phrases. The number of a group stands at its final
    /// states, as that of an intent does. A phrase of `frame` may stand before
    /// or behind each framed one; it counts as one more group.
    #[must_use]
    pub fn of<'a>(groups: impl IntoIterator<Item = Group<'a>>, frame: Option<Group<'a>>) -> Self {
        let mut grammar = Self::default();
        let start = grammar.outer.add_state();
        let joints = frame.map(|_| (grammar.outer.add_state(), grammar.outer.add_state()));
        let mut kinds = Vec::new();
        let mut count = 0;
        for group in groups {
            let end = grammar.end(count);
            let from = match joints {
                Some((inside, behind)) if group.framed => {
                    grammar.outer.add_arc(end, Label::Empty, behind);
                    inside
                }
                _ => start,
            };
            grammar.add(&group, number(count), (from, end), &mut kinds);
            count += 1;
        }
        if let (Some(frame), Some((inside, behind))) = (frame, joints) {
            grammar.outer.add_arc(start, Label::Empty, inside);
            let end = grammar.end(count);
            grammar.add(&frame, number(count), (start, inside), &mut kinds);
            grammar.add(&frame, number(count), (behind, end), &mut kinds);
            grammar.joints = vec![inside, behind];
        }
        grammar
    }

    fn end(&mut self, group: usize) -> StateId {
        let end = self.outer.add_state();
        self.outer.states[end as usize].done = Some(number(group));
        end
    }

    fn add(
        &mut self,
        group: &Group<'_>,
        index: u32,
        (from, to): (StateId, StateId),
        kinds: &mut Vec<SlotKind>,
    ) {
        let slots = self.slot_labels(group.slots, index, kinds);
        let label = |name: &str| {
            let mut slots = slots.iter();
            let (_, label) = slots.find(|(slot, _)| *slot == name)?;
            Some(label.clone())
        };
        let mut build = Build {
            words: &mut self.outer,
            slots: &label,
        };
        let from = match group.lead {
            Some(lead) => build.phrase(lead, from, None),
            None => from,
        };
        let to = match group.trail {
            Some(trail) => {
                let before = build.words.add_state();
                build.phrase(trail, before, Some(to));
                before
            }
            None => to,
        };
        if group.parts {
            build.parts(group.phrases, from, to);
        } else {
            for phrase in group.phrases {
                build.phrase(phrase, from, Some(to));
            }
        }
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

    /// Adds every run of words of the phrases that has a slot in it: a copy of
    /// the automaton for words before the first slot, and one from there on.
    fn parts(&mut self, phrases: &[Phrase], from: StateId, to: StateId) {
        let mut whole = Automaton::default();
        let start = whole.add_state();
        let end = whole.add_state();
        let mut build = Build {
            words: &mut whole,
            slots: self.slots,
        };
        for phrase in phrases {
            build.phrase(phrase, start, Some(end));
        }
        let whole = whole.reduced();
        let mut copy = || -> Vec<StateId> {
            let states = whole.states.iter();
            states.map(|_| self.words.add_state()).collect()
        };
        let (before, behind) = (copy(), copy());
        for ((state, &before_slot), &behind_slot) in whole.states.iter().zip(&before).zip(&behind) {
            self.words.add_arc(from, Label::Empty, before_slot);
            self.words.add_arc(behind_slot, Label::Empty, to);
            for arc in &state.arcs {
                let next = behind[arc.to as usize];
                let first = match arc.label {
                    Label::Slot { .. } => next,
                    _ => before[arc.to as usize],
                };
                self.words.add_arc(before_slot, arc.label.clone(), first);
                self.words.add_arc(behind_slot, arc.label.clone(), next);
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
mod tests;
