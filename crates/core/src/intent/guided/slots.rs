//! The slots of the intent that the model named, filled from the words.

use std::ops::Range;

use jiff::civil::DateTime;

use super::fill::{self, HeardValue};
use super::llm_session::LlmSession;
use super::{Said, hints, prompt};
use crate::intent::account::Sentence;
use crate::intent::values;
use crate::language::{Objection, spoken};
use crate::llm::LlmError;
use crate::model::{IntentSpec, SlotKind, SlotSpec};
use crate::turn::{Slot, SlotValue};

/// The slots of an intent, filled as far as the words and the model allow.
#[derive(Default)]
pub(super) struct Filled {
    pub(super) slots: Vec<Slot>,
    /// Slot names and the words for them.
    pub(super) heard: Vec<(String, String)>,
    /// Which words they used.
    pub(super) used: Vec<Range<usize>>,
    /// Where the words of each slot stand.
    ranges: Vec<(String, Range<usize>)>,
    /// What was said for a slot and cannot be its value.
    pub(super) objection: Option<Objection>,
    /// One was not said but hinted at.
    pub(super) inferred: bool,
    /// None is missing that must be there.
    pub(super) whole: bool,
}

/// `None`: a slot is missing that the intent cannot do without, and nobody may
/// ask for it.
pub(super) fn fill_slots(
    llm: &mut LlmSession<'_>,
    intent: &IntentSpec,
    said: &Said,
    now: DateTime,
) -> Result<Option<Filled>, LlmError> {
    let words = &said.words;
    let mut filled = Filled {
        whole: true,
        ..Filled::default()
    };
    for spec in &intent.slots {
        let value = match heard_for(spec, said, now) {
            fill::Said::One(heard) => Some(heard),
            fill::Said::Several(all) => filled.settle(llm, intent, spec, &all, &said.sentence)?,
            fill::Said::OutOfRange => {
                filled.objection = Some(out_of_range(spec));
                None
            }
            fill::Said::Implied(all) => {
                let hinted = hints::hinted(&all, &said.request);
                filled.inferred |= hinted.is_some();
                hinted
            }
            fill::Said::Free => quote(llm, spec, words, now)?,
            fill::Said::Nothing => None,
        };
        match value {
            Some(HeardValue { reading, words, at }) => {
                let slot = fill::slot(spec, &reading);
                let change = said.sentence.change(spoken());
                let change = change.filter(|change| spec.relative && change.amount == at.start);
                filled.ranges.push((spec.name.clone(), at.clone()));
                let changed = change.and_then(|change| changed(&slot, change.sign?));
                filled.used.push(match (change, &changed) {
                    (Some(change), Some(_)) => change.from..change.to,
                    _ => at,
                });
                filled.slots.push(changed.unwrap_or(slot));
                filled.heard.push((spec.name.clone(), words));
            }
            None if filled.objection.is_some() => {}
            // A value that was neither said nor hinted at is asked for.
            None if fill::may_be_missing(spec) || fill::may_be_implied(spec) => {
                filled.whole &= spec.optional || spec.default.is_some();
            }
            None => return Ok(None),
        }
    }
    filled.give_up_texts(intent);
    let missing = intent.slots.iter().any(|spec| {
        spec.kind == SlotKind::Text
            && !fill::may_be_missing(spec)
            && !filled.slots.iter().any(|slot| slot.name == spec.name)
    });
    Ok((!missing).then_some(filled))
}

/// A slot whose number is an amount of change.
#[must_use]
pub fn changed(slot: &Slot, sign: f64) -> Option<Slot> {
    let SlotValue::Number(amount) = slot.value else {
        return None;
    };
    Some(Slot {
        value: SlotValue::Change(sign * amount.abs()),
        ..slot.clone()
    })
}

/// What the words say about a slot. Of a report and a request behind it only
/// the request tells what is to be done; the thing may be in either.
fn heard_for(spec: &SlotSpec, said: &Said, now: DateTime) -> fill::Said {
    if spec.relative && said.sentence.change(spoken()).is_some() {
        let amount = SlotSpec {
            kind: values::amount_of(&spec.kind),
            ..spec.clone()
        };
        return fill::said(&amount, &said.words, now);
    }
    if said.request_at > 0 && fill::may_be_implied(spec) {
        match fill::said(spec, &said.request, now) {
            fill::Said::One(mut heard) => {
                heard.at = heard.at.start + said.request_at..heard.at.end + said.request_at;
                fill::Said::One(heard)
            }
            other => other,
        }
    } else {
        fill::said(spec, &said.words, now)
    }
}

fn out_of_range(spec: &SlotSpec) -> Objection {
    match &spec.kind {
        SlotKind::Number { min, max, unit } => Objection::OutOfRange {
            min: *min,
            max: *max,
            unit: unit.clone(),
        },
        SlotKind::Date | SlotKind::Time => Objection::NoSuchMoment,
        _ => Objection::Times,
    }
}

impl Filled {
    /// Takes back each free text that has words of another slot's value: "call
    /// mum at nine" is not the text where nine is the time.
    fn give_up_texts(&mut self, intent: &IntentSpec) {
        let is_text = |name: &str| {
            intent
                .slot(name)
                .is_some_and(|spec| spec.kind == SlotKind::Text)
        };
        let ranges: Vec<(String, Range<usize>)> = self.ranges.clone();
        for (name, at) in ranges.iter().filter(|(name, _)| is_text(name)) {
            let overlaps = |other: &Range<usize>| other.start < at.end && at.start < other.end;
            let taken = ranges
                .iter()
                .any(|(other, range)| other != name && overlaps(range));
            if taken {
                self.slots.retain(|slot| slot.name != *name);
                self.heard.retain(|(slot, _)| slot != name);
                self.whole = false;
            }
        }
    }

    /// One of several values that were said for a slot: the last, where it
    /// corrects the others; the model's choice, where another slot of the
    /// intent takes the rest. Else nobody chooses: it is asked for, or refused.
    fn settle(
        &mut self,
        llm: &mut LlmSession<'_>,
        intent: &IntentSpec,
        spec: &SlotSpec,
        all: &[HeardValue],
        sentence: &Sentence,
    ) -> Result<Option<HeardValue>, LlmError> {
        let alike = intent.slots.iter().filter(|slot| slot.kind == spec.kind);
        if alike.count() > 1 {
            return one_of(llm, spec, all);
        }
        if let [.., before, last] = all
            && sentence.corrects(before.at.end, last.at.start, spoken())
        {
            self.used.push(all[0].at.start..last.at.end);
            return Ok(Some(last.clone()));
        }
        let said = all.iter().map(|heard| heard.words.clone()).collect();
        if fill::may_be_missing(spec) && spec.ask.is_some() {
            self.used.extend(all.iter().map(|heard| heard.at.clone()));
        } else {
            self.objection = Some(Objection::Values(said));
        }
        Ok(None)
    }
}

fn one_of(
    llm: &mut LlmSession<'_>,
    spec: &SlotSpec,
    all: &[HeardValue],
) -> Result<Option<HeardValue>, LlmError> {
    let words: Vec<String> = all.iter().map(|heard| heard.words.clone()).collect();
    let (question, opener) = prompt::which(&spec.name, &words);
    let answer = llm.choose(&question, &opener, &words)?;
    Ok(answer.and_then(|answer| all.iter().find(|heard| heard.words == answer).cloned()))
}

fn quote(
    llm: &mut LlmSession<'_>,
    spec: &SlotSpec,
    words: &[String],
    now: DateTime,
) -> Result<Option<HeardValue>, LlmError> {
    let (question, opener) = prompt::which(&spec.name, &[]);
    let text = llm.say(&question, &opener)?;
    let text = text.trim().trim_matches(['"', '.', '\'']);
    // All of the words are the command, not what it is about.
    let place = fill::place(text, words);
    if place.is_empty() || place.len() == words.len() {
        return Ok(None);
    }
    let reading = values::read_text(&spec.kind, text, now).ok();
    Ok(reading.map(|reading| HeardValue {
        reading,
        words: text.to_owned(),
        at: place,
    }))
}
