//! Why an order that no phrase explains cannot be carried out, where its words
//! tell: a condition, an exception, a place that the file does not know.

use jiff::civil::DateTime;

use super::form::{self, Form};
use super::{fill, prompt};
use crate::grammar;
use crate::intent::account::{Account, Balance, Sentence};
use crate::language::{Objection, spoken};
use crate::model::{IntentSpec, Settings, SlotKind};

/// What stands against an order, in words to be spoken. `None` for what is no
/// order, or shares no word with what the file can do.
#[must_use]
pub fn reason(text: &str, settings: &Settings, now: DateTime) -> Option<String> {
    let sentence = Sentence::read(text, spoken(), now);
    let own: Vec<String> = settings
        .intents
        .iter()
        .flat_map(prompt::own_words)
        .collect();
    if form::form(&sentence, &own) != Form::Order {
        return None;
    }
    let words = sentence.texts();
    let about = |intent: &&IntentSpec| fill::common(intent, &words) > 0;
    let intents = settings.intents.iter().filter(about);
    // An intent that has a use for the words has no objection to them.
    let mut reasons = Vec::new();
    for intent in intents {
        reasons.push(balance(intent, &sentence, &words).objection?);
    }
    let named = |reason: &&Objection| {
        matches!(
            reason,
            Objection::Condition
                | Objection::Exception
                | Objection::Recurrence
                | Objection::Unknown(_)
                | Objection::VagueTime
                | Objection::LooseTime
        )
    };
    let reason = reasons.first().filter(named)?;
    Some(spoken().objection(reason))
}

fn balance(intent: &IntentSpec, sentence: &Sentence, words: &[String]) -> Balance {
    let mut account = Account::open(sentence, spoken());
    let mut names = false;
    for slot in &intent.slots {
        match &slot.kind {
            SlotKind::Values(choices) => {
                account.use_forms(choices.iter().flat_map(|choice| &choice.say));
                names |= !fill::may_be_inferred(choices);
            }
            // Free text may be anything.
            SlotKind::Text => account.use_range(0, words.len()),
            _ => {}
        }
    }
    let mut own = prompt::own_words(intent);
    own.extend(grammar::canonical(&intent.description));
    account.balance(intent, &own, names)
}
