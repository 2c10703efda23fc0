//! Commands that change a value by an amount: "dim the hall by ten percent".

use jiff::civil::DateTime;

use super::PhraseParser;
use crate::intent::account::{Change, Sentence};
use crate::intent::guided::changed;
use crate::language::{Objection, spoken};
use crate::turn::{Intent, Route, SlotValue, Understanding};

impl PhraseParser {
    /// Understands one text.
    #[must_use]
    pub fn understand(&self, text: &str, now: DateTime) -> Understanding {
        if !self.takes_amounts() {
            return self.explained(text, now, false);
        }
        let sentence = Sentence::read(text, spoken(), now);
        match sentence.change(spoken()) {
            Some(change) => self.by_amount(text, &sentence, &change, now),
            None => self.explained(text, now, false),
        }
    }

    fn takes_amounts(&self) -> bool {
        let mut slots = self.settings.intents.iter().flat_map(|spec| &spec.slots);
        slots.any(|slot| slot.relative)
    }

    /// The command of a text with an amount of change: by a phrase that has
    /// the amount, or by one that sets the value.
    fn by_amount(
        &self,
        text: &str,
        sentence: &Sentence,
        change: &Change,
        now: DateTime,
    ) -> Understanding {
        let own = self.explained(text, now, true);
        if !own.intents.is_empty() {
            return self.with_amounts(own, change);
        }
        let set = [
            sentence.with_value_set(text, change, spoken()),
            sentence.with_value_last(text, change, spoken()),
        ];
        for text in set {
            let found = self.explained(&text, now, true);
            if found
                .intents
                .iter()
                .any(|intent| self.amount(intent).is_some())
            {
                return self.with_amounts(found, change);
            }
        }
        own
    }

    /// The index of the slot of an intent that holds an amount of change.
    fn amount(&self, intent: &Intent) -> Option<usize> {
        let spec = self.settings.intent(&intent.name)?;
        intent.slots.iter().position(|slot| {
            let relative = spec.slot(&slot.name).is_some_and(|spec| spec.relative);
            relative && matches!(slot.value, SlotValue::Number(_))
        })
    }

    /// The commands with their numbers as amounts, or an objection where the
    /// words do not tell the direction.
    fn with_amounts(&self, mut found: Understanding, change: &Change) -> Understanding {
        for intent in found.intents.iter_mut().chain(&mut found.rivals) {
            let Some(at) = self.amount(intent) else {
                continue;
            };
            let by = change
                .sign
                .and_then(|sign| changed(&intent.slots[at], sign));
            let Some(by) = by else {
                return Understanding {
                    objection: Some(spoken().objection(&Objection::Change)),
                    route: Route::Phrase,
                    ..Understanding::default()
                };
            };
            intent.slots[at] = by;
        }
        found
    }
}
