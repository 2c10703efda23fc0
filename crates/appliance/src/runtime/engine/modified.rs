//! Commands that phrases explain once a modifier is taken out of the words: a
//! time at which they are to be done, an amount by which something changes, a remark.

use jiff::civil::DateTime;
use mynah_core::dialogue::beside;
use mynah_core::intent::account::{Sentence, may_be_scheduled};
use mynah_core::intent::guided::changed;
use mynah_core::language::{Objection, spoken};
use mynah_core::turn::{Intent, Route, SlotValue, Transcript, Understanding};

use super::InSession;

impl InSession<'_> {
    /// A command that a phrase, or what was done before, explains once the
    /// words that say when are taken out.
    pub(super) fn at_another_time(
        &mut self,
        transcript: &Transcript,
        sentence: &Sentence,
        now: DateTime,
    ) -> Option<Understanding> {
        let (text, when) = sentence.without_timing(&transcript.text)?;
        let at_once = Transcript {
            text,
            alternatives: Vec::new(),
            ..transcript.clone()
        };
        let parsed = self.parts.phrases.parse(&at_once, now).ok()?;
        let mut understanding = if parsed.intents.is_empty() {
            self.recalled(&at_once, now, true)?
        } else {
            parsed
        };
        // "On now and off at eleven": the first at once, the time is the second's.
        let at_once = match understanding.intents.len() {
            1 => 0,
            _ if !sentence.says_at_once(spoken()) => 0,
            2 if sentence.begins_at_once(spoken()) => 1,
            _ => return None,
        };
        let scheduled = understanding.intents[at_once..].iter().all(|intent| {
            let spec = self.parts.settings.intent(&intent.name);
            spec.is_some_and(may_be_scheduled)
        });
        // Of several commands it is not known which of them the time is for,
        // unless they are one verb with several objects.
        let timing = sentence.timings.first()?;
        let outside = timing.from == 0 || timing.to == sentence.words.len();
        let together = outside && are_one_deed(&understanding.intents);
        if !scheduled || understanding.intents.len() > 1 && at_once == 0 && !together {
            return None;
        }
        let timed = understanding.intents.iter_mut().skip(at_once);
        for intent in timed.chain(&mut understanding.rivals) {
            intent.when = Some(when);
        }
        Some(understanding)
    }

    /// A command that a phrase explains once the amount of a change stands as a
    /// value to set: carried out where the slot says that it may be changed.
    pub(super) fn by_an_amount(
        &mut self,
        transcript: &Transcript,
        sentence: &Sentence,
        now: DateTime,
    ) -> Option<Understanding> {
        let change = sentence.change(spoken())?;
        let set = Transcript {
            text: sentence.with_value_set(&transcript.text, &change, spoken()),
            alternatives: Vec::new(),
            ..transcript.clone()
        };
        let mut found = self.parts.phrases.parse(&set, now).ok()?;
        let [intent] = found.intents.as_mut_slice() else {
            return None;
        };
        let spec = self.parts.settings.intent(&intent.name)?;
        let mut slots = intent.slots.iter_mut();
        let slot = slots.find(|slot| matches!(slot.value, SlotValue::Number(_)))?;
        let relative = spec.slot(&slot.name).is_some_and(|slot| slot.relative);
        let changed = change.sign.and_then(|sign| changed(slot, sign));
        match changed {
            Some(changed) if relative => *slot = changed,
            _ => {
                return Some(Understanding {
                    objection: Some(spoken().objection(&Objection::Change)),
                    route: Route::Phrase,
                    ..Understanding::default()
                });
            }
        }
        Some(found)
    }

    /// A command that stands beside a reason or a remark: "it's stuffy put the fan on".
    pub(super) fn beside_a_remark(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
    ) -> Option<Understanding> {
        let orders = beside::orders(&transcript.text, &self.parts.settings, now);
        let mut read = Vec::new();
        for beside in orders {
            let order = Transcript {
                text: beside.order.clone(),
                alternatives: Vec::new(),
                ..transcript.clone()
            };
            let alone = self.parts.phrases.parse(&order, now).ok()?;
            if !alone.intents.is_empty() {
                read.push((beside, alone));
                continue;
            }
            let sentence = Sentence::read(&order.text, spoken(), now);
            if let Some(timed) = self.at_another_time(&order, &sentence, now) {
                read.push((beside, timed));
            }
        }
        beside::settle(&self.parts.settings, read)
    }
}

/// Whether intents are one deed with several objects: they differ in the values of one
/// slot alone.
fn are_one_deed(intents: &[Intent]) -> bool {
    let Some((first, rest)) = intents.split_first() else {
        return false;
    };
    let differing = |other: &Intent| -> Option<Vec<String>> {
        let same = other.name == first.name && other.slots.len() == first.slots.len();
        let slots = first
            .slots
            .iter()
            .filter(|slot| other.slot(&slot.name) != Some(slot));
        same.then(|| slots.map(|slot| slot.name.clone()).collect())
    };
    let mut differing = rest.iter().map(differing);
    let Some(Some(slots)) = differing.next() else {
        return rest.is_empty();
    };
    slots.len() == 1 && differing.all(|other| other.as_ref() == Some(&slots))
}
