//! The account of a sentence for people: which words carry meaning, and what
//! became of each.

use serde_json::{Value, json};

use super::{Kind, Sentence, run_at};
use crate::grammar;
use crate::model::{IntentSpec, Settings, SlotKind};
use crate::turn::Intent;

/// One constituent of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its words.
    pub words: String,
    /// What it is: `time`, `number`, `place` and so on.
    pub kind: &'static str,
    /// What uses it: a slot's name, `when`, or `phrase` for the intent's own
    /// words. `None`: it is left over.
    pub used: Option<String>,
}

impl Entry {
    /// As a field of `mynah ask --explain --json`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"words": self.words, "kind": self.kind, "used": self.used})
    }
}

/// The entries of a sentence in its order, for what it was taken to mean.
#[must_use]
pub fn entries(sentence: &Sentence, settings: &Settings, intents: &[Intent]) -> Vec<Entry> {
    let mut ranges: Vec<(usize, usize, &'static str)> = sentence
        .timings
        .iter()
        .map(|timing| (timing.from, timing.to, "time"))
        .collect();
    ranges.extend(
        sentence
            .marks
            .iter()
            .map(|mark| (mark.from, mark.to, name(&mark.kind))),
    );
    ranges.extend(values(sentence, settings));
    ranges.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
    ranges.dedup_by(|later, first| later.0 < first.1);
    ranges
        .into_iter()
        .map(|(from, to, kind)| {
            let words = sentence.texts()[from..to].join(" ");
            let used = used_by(&words, kind, settings, intents);
            Entry { words, kind, used }
        })
        .collect()
}

/// The values of the file's lists that are named.
fn values(sentence: &Sentence, settings: &Settings) -> Vec<(usize, usize, &'static str)> {
    let texts = sentence.texts();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let slots = settings.intents.iter().flat_map(|intent| &intent.slots);
    let mut found = Vec::new();
    for slot in slots {
        let SlotKind::Values(choices) = &slot.kind else {
            continue;
        };
        for form in choices.iter().flat_map(|choice| &choice.say) {
            let form = grammar::canonical(form).join(" ");
            for at in 0..texts.len() {
                let len = run_at(&texts, at, &[form.as_str()]);
                if len > 0 {
                    found.push((at, at + len, "value"));
                }
            }
        }
    }
    found
}

fn used_by(words: &str, kind: &str, settings: &Settings, intents: &[Intent]) -> Option<String> {
    for intent in intents {
        for slot in &intent.slots {
            if says(&slot.spoken, words) || says(&slot.value.to_string().replace('_', " "), words) {
                return Some(slot.name.clone());
            }
        }
    }
    if kind == "time" && intents.iter().any(|intent| intent.when.is_some()) {
        return Some("when".into());
    }
    let of = |intent: &Intent| -> Option<&IntentSpec> { settings.intent(&intent.name) };
    let own = intents.iter().filter_map(of).any(|spec| {
        let own = super::own_words(spec);
        words
            .split(' ')
            .all(|word| own.iter().any(|own| own == word))
    });
    own.then(|| "phrase".into())
}

/// Whether a slot's spoken form says these words, or they name its value.
fn says(spoken: &str, words: &str) -> bool {
    let spoken = grammar::canonical(spoken);
    let words: Vec<&str> = words.split(' ').collect();
    !spoken.is_empty()
        && (spoken
            .windows(words.len().max(1))
            .any(|window| window == words)
            || words.windows(spoken.len()).any(|window| window == spoken))
}

fn name(kind: &Kind) -> &'static str {
    use crate::language::Objection;
    match kind {
        Kind::Number => "number",
        Kind::Duration => "duration",
        Kind::Quantity => "quantity",
        Kind::Thing => "thing",
        Kind::Objection(objection) => match objection {
            Objection::Unknown(_) => "place",
            Objection::Exception => "exception",
            Objection::Condition => "condition",
            Objection::Change => "change",
            Objection::Recurrence => "recurrence",
            Objection::VagueTime
            | Objection::LooseTime
            | Objection::NotLater
            | Objection::NoSuchMoment
            | Objection::Times => "vague time",
            Objection::OutOfRange { .. } | Objection::Values(_) | Objection::Words(_) => "words",
        },
    }
}
