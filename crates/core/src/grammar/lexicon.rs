//! What each kind of slot may sound like. What is not enumerated comes from
//! the language's forms, by which `intent::values` reads as well.

use crate::language::form::Words;
use crate::language::spoken;
use crate::model::{SlotChoice, SlotKind};
use crate::phrase::Phrase;

use super::{Automaton, Label, Lexicon, canonical};

/// The lexicon of one kind of slot.
pub(super) fn of_kind(kind: &SlotKind) -> Lexicon {
    match kind {
        SlotKind::Values(choices) => of_choices(choices),
        SlotKind::Number { unit, .. } => {
            let unit = unit.as_ref().map(|unit| canonical(unit).join(" "));
            of_words(spoken().number(unit.as_deref()).words())
        }
        SlotKind::Duration => of_words(spoken().duration().words()),
        SlotKind::Time => of_words(spoken().time().words()),
        SlotKind::Date => of_words(spoken().day().words()),
        SlotKind::Text => Lexicon {
            free: true,
            ..Lexicon::default()
        },
    }
}

fn of_words(words: &Words) -> Lexicon {
    Lexicon {
        counts: true,
        ..Lexicon::of_phrase(&phrase_of(words))
    }
}

/// The phrase that says what a form does.
pub(crate) fn phrase_of(words: &Words) -> Phrase {
    let all = |parts: &[Words]| parts.iter().map(phrase_of).collect();
    match words {
        Words::Said(text) => Phrase::Sequence(
            text.split_whitespace()
                .map(|word| Phrase::Word(word.to_owned()))
                .collect(),
        ),
        Words::Sequence(parts) => Phrase::Sequence(all(parts)),
        Words::Choice(parts) => Phrase::Choice(all(parts)),
        Words::Optional(part) => Phrase::Optional(Box::new(phrase_of(part))),
    }
}

/// A tree of the choices' words. Two choices that sound alike end in two
/// states, so that neither hides the other.
fn of_choices(choices: &[SlotChoice]) -> Lexicon {
    let mut words = Automaton::default();
    words.add_state();
    for (index, choice) in choices.iter().enumerate() {
        let done = u32::try_from(index).ok();
        for say in &choice.say {
            let form = canonical(say);
            let Some((last, head)) = form.split_last() else {
                continue;
            };
            let mut at = 0;
            for word in head {
                let known = words.states[at as usize]
                    .arcs
                    .iter()
                    .find(|arc| is_word(&arc.label, word));
                let known = known.map(|arc| arc.to);
                at = known.unwrap_or_else(|| add_word(&mut words, at, word));
            }
            let free = words.states[at as usize].arcs.iter().find(|arc| {
                let taken = words.states[arc.to as usize].done;
                is_word(&arc.label, last) && (taken.is_none() || taken == done)
            });
            let free = free.map(|arc| arc.to);
            let end = free.unwrap_or_else(|| add_word(&mut words, at, last));
            words.states[end as usize].done = done;
        }
    }
    let written = choices.iter().flat_map(|choice| choice.say.iter().cloned());
    Lexicon {
        words,
        written: written.collect(),
        ..Lexicon::default()
    }
}

fn is_word(label: &Label, word: &str) -> bool {
    matches!(label, Label::Word(known) if **known == *word)
}

fn add_word(words: &mut Automaton, from: u32, word: &str) -> u32 {
    let to = words.add_state();
    words.add_arc(from, Label::Word(word.into()), to);
    to
}
