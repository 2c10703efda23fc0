//! What Mynah will say some day, as far as the owner's file tells already: so
//! much can be spoken beforehand, and kept on disk without telling anything
//! about who spoke.

use crate::model::{IntentSpec, Settings, SlotKind};
use crate::reply::template::{Piece, pieces, render_spoken};
use crate::reply::wording;

use super::line::one_line;
use super::reply::{REPLY_CHARS, fixed_sentences};

/// Sentences of one wording. One with more values is spoken when it is needed.
const OF_ONE: usize = 24;

/// Sentences in all: some six minutes of speech, 16 MB on disk.
const IN_ALL: usize = 240;

/// The fixed sentences, and the replies and questions whose slots have few
/// values, each once; the fixed ones first.
#[must_use]
pub fn foreseen_sentences(settings: &Settings) -> Vec<String> {
    let mut sentences = fixed_sentences(settings);
    for spec in &settings.intents {
        let asked = spec.slots.iter().filter_map(|slot| slot.ask.as_ref());
        let wordings = spec.reply.ok.iter().chain(&spec.confirm).chain(asked);
        for wording in wordings.filter(|text| !wording::has_expressions(text)) {
            sentences.extend(worded(wording, spec).unwrap_or_default());
        }
    }
    let mut known = std::collections::HashSet::new();
    sentences.retain(|sentence| known.insert(sentence.clone()));
    sentences.truncate(IN_ALL);
    sentences
}

/// All sentences of one wording; `None` when they cannot be foreseen or are
/// too many.
fn worded(wording: &str, spec: &IntentSpec) -> Option<Vec<String>> {
    let mut names: Vec<&str> = pieces(wording)
        .iter()
        .filter_map(|piece| match piece {
            Piece::Name(name, ..) => Some(*name),
            Piece::Text(_) => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut filled: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for name in names {
        let SlotKind::Values(choices) = &spec.slot(name)?.kind else {
            return None;
        };
        let said = choices.iter().filter_map(|choice| choice.say.first());
        filled = said
            .flat_map(|said| {
                filled.iter().map(move |values| {
                    let mut values = values.clone();
                    values.push((name, said.as_str()));
                    values
                })
            })
            .collect();
        if OF_ONE < filled.len() {
            return None;
        }
    }
    let sentence = |values: &Vec<(&str, &str)>| {
        let value = |name: &str| {
            let found = values.iter().find(|(slot, _)| *slot == name);
            found.map(|(_, said)| (*said).to_owned())
        };
        one_line(&render_spoken(wording, &value), REPLY_CHARS)
    };
    Some(filled.iter().map(sentence).collect())
}
