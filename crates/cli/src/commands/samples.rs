//! Sentences that an intent's phrases stand for, as examples of them.

use mynah_core::language::spoken;
use mynah_core::model::{IntentSpec, SlotKind, SlotSpec};
use mynah_core::phrase::{Phrase, Token, variants};

/// Sentences of one phrase from which they are taken.
const OF_A_PHRASE: usize = 200;

/// At most `most` sentences from all over some phrases of an intent, with a
/// value in each slot.
pub(super) fn samples(spec: &IntentSpec, phrases: &[Phrase], most: usize) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    let all: Vec<Vec<Token<'_>>> = phrases
        .iter()
        .flat_map(|phrase| variants(phrase, OF_A_PHRASE).sentences)
        .collect();
    let step = all.len().div_ceil(most.max(1)).max(1);
    for (index, sentence) in all.into_iter().step_by(step).enumerate() {
        let words: Vec<String> = sentence
            .into_iter()
            .map(|token| match token {
                Token::Word(word) => word.to_owned(),
                Token::Slot(name) => spec
                    .slot(name)
                    .map_or_else(String::new, |slot| example(slot, index)),
            })
            .collect();
        let sample = words.join(" ");
        if !samples.contains(&sample) {
            samples.push(sample);
        }
    }
    samples
}

fn example(slot: &SlotSpec, index: usize) -> String {
    let samples = &spoken().prompt().samples;
    match &slot.kind {
        SlotKind::Values(choices) => {
            let choice = choices.get(index % choices.len().max(1));
            choice.map_or_else(String::new, |choice| choice.say[0].clone())
        }
        SlotKind::Number { min, max, unit } => {
            let number = max.or(*min).unwrap_or(20.0);
            let unit = unit.as_deref().unwrap_or_default();
            format!("{number} {unit}").trim_end().to_owned()
        }
        SlotKind::Duration => samples.duration.into(),
        SlotKind::Time => samples.time.into(),
        SlotKind::Date => samples.date.into(),
        SlotKind::Text => samples.text.into(),
    }
}
