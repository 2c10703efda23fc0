//! Finds sentences that two intents claim.

use std::collections::HashMap;

use super::builtin;
use super::check::Checker;
use mynah_core::language;
use mynah_core::model::{IntentSpec, SlotKind};
use mynah_core::phrase::{Token, variants};

/// Sentences of one phrase that are compared. Beyond it a clash goes unseen
/// here, and the box asks which was meant.
const MAX_SENTENCES: usize = 2_000;

/// Reports phrases of different intents that have a sentence in common. All
/// phrases of the file must be there, in their places. The first `own` intents
/// are the file's, the rest are built in.
pub(crate) fn check(checker: &mut Checker<'_>, intents: &[IntentSpec], own: usize) {
    // Each sentence with the intent and phrase that had it first.
    let mut owners: HashMap<String, (usize, usize)> = HashMap::new();
    // The same by what they are heard as at worst.
    let mut heard: HashMap<String, (usize, String)> = HashMap::new();
    let mut near: Vec<(usize, usize)> = Vec::new();
    // Slots that take the same words, by number: their words are long.
    let mut kinds: HashMap<String, usize> = HashMap::new();
    for (which, intent) in intents.iter().enumerate() {
        let slots: HashMap<&str, usize> = intent
            .slots
            .iter()
            .map(|slot| {
                let next = kinds.len();
                let number = *kinds.entry(kind(&slot.kind)).or_insert(next);
                (slot.name.as_str(), number)
            })
            .collect();
        for (index, phrase) in intent.phrases.iter().enumerate() {
            let mut clash = None;
            for sentence in variants(phrase, MAX_SENTENCES).sentences {
                let (sounds, shown) = sound(&sentence, &slots);
                let (first, other) = heard
                    .entry(language::spoken().worst_heard(&sounds))
                    .or_insert_with(|| (which, sounds.clone()));
                let pair = (*first, which);
                if *first != which && *other != sounds && which < own && !near.contains(&pair) {
                    near.push(pair);
                    let key = format!("intent[{which}].phrases[{index}]");
                    hardly_told_apart(checker, &key, other, &sounds, &intents[*first].name);
                }
                let owner = *owners.entry(sounds).or_insert((which, index));
                if owner.0 != which && clash.is_none() {
                    clash = Some((owner, shown));
                }
            }
            let Some(((other, phrase), sentence)) = clash else {
                continue;
            };
            if own <= which {
                let switch = builtin::switch_of(&intent.name);
                let switch = switch.map_or_else(String::new, |key| format!(" (`{key} = false`)"));
                checker.report(
                    &format!("intent[{other}].phrases[{phrase}]"),
                    format!(
                        "`{sentence}` is also a phrase of the built-in `{}`",
                        intent.name
                    ),
                    format!(
                        "take it out, switch the other off under [builtin]{switch}, or give your \
                         intent its name"
                    ),
                );
                continue;
            }
            let line = checker.line(&format!("intent[{other}].phrases[{phrase}]"));
            checker.report(
                &format!("intent[{which}].phrases[{index}]"),
                format!(
                    "`{sentence}` is also a phrase of the intent `{}`, in line {line}",
                    intents[other].name
                ),
                "no one could know which is meant: take it out of one of them",
            );
        }
    }
}

/// Warns of two sentences that differ by a sound that is easily lost.
fn hardly_told_apart(
    checker: &mut Checker<'_>,
    key: &str,
    other: &str,
    sounds: &str,
    intent: &str,
) {
    let pairs = other.split(' ').zip(sounds.split(' '));
    let Some((one, two)) = pairs.into_iter().find(|(one, two)| one != two) else {
        return;
    };
    checker.warn(
        key,
        format!("`{two}` and `{one}`, of the intent `{intent}`, differ by one sound"),
        "a microphone may take one for the other: let one of the two be said in other words",
    );
}

/// A sentence by what it sounds like, and as it is written.
fn sound(sentence: &[Token<'_>], slots: &HashMap<&str, usize>) -> (String, String) {
    let (mut sounds, mut shown) = (Vec::new(), Vec::new());
    for token in sentence {
        match token {
            Token::Word(word) => {
                sounds.push(word.to_lowercase());
                shown.push((*word).to_owned());
            }
            Token::Slot(name) => {
                sounds.push(format!(
                    "{{{}}}",
                    slots.get(name).copied().unwrap_or_default()
                ));
                shown.push(format!("{{{name}}}"));
            }
        }
    }
    (sounds.join(" "), shown.join(" "))
}

/// The same for slots that take the same words.
fn kind(kind: &SlotKind) -> String {
    match kind {
        SlotKind::Values(choices) => {
            let mut says: Vec<String> = choices
                .iter()
                .flat_map(|choice| choice.say.iter().map(|say| say.to_lowercase()))
                .collect();
            says.sort();
            format!("{{{}}}", says.join("|"))
        }
        SlotKind::Number { .. } => "{number}".into(),
        SlotKind::Duration => "{duration}".into(),
        SlotKind::Time => "{time}".into(),
        SlotKind::Date => "{date}".into(),
        SlotKind::Text => "{text}".into(),
    }
}
