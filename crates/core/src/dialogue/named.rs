//! Parts of answers and of what leans on the command before that stand for a name: "the
//! bedroom one", "the back one as well", and an answer that also says when.

use super::fragment::{holding, of_choice};
use super::{Decision, Dialogue, Pending, PendingIntent};
use crate::grammar::normalize;
use crate::intent::account::{Sentence, may_be_scheduled};
use crate::language::spoken;
use crate::model::{IntentSpec, SlotKind};
use crate::turn::Intent;

impl Dialogue<'_> {
    /// An answer that names its value by "the bedroom one", or says when as well: "the
    /// hall in ten minutes".
    pub(super) fn named_or_timed(
        &self,
        pending: &Pending,
        at: usize,
        name: &str,
        heard: &str,
    ) -> Option<Decision> {
        let intent = &pending.orders[at].intent;
        let listed = self.spec(intent)?.slot(name)?;
        if !matches!(listed.kind, SlotKind::Values(_)) {
            return None;
        }
        if let Some(rest) = without_one(heard) {
            return self
                .filled(pending, at, name, rest)
                .map(|orders| self.settle(orders))
                .or_else(|| self.nearly(pending, at, name, rest));
        }
        let sentence = Sentence::read(heard, spoken(), self.now);
        let (rest, when) = sentence.without_timing(heard)?;
        let waits = |intent: &Intent| {
            let spec = self.spec(intent);
            intent.when.is_none() && spec.is_some_and(may_be_scheduled)
        };
        if !pending.orders.iter().all(|order| waits(&order.intent)) || pending.orders.len() > 1 {
            return None;
        }
        let rest = without_one(&rest).map_or(rest.clone(), str::to_owned);
        let mut orders = self.filled(pending, at, name, &rest)?;
        for order in &mut orders {
            order.intent.when = Some(when);
        }
        Some(self.settle(orders))
    }

    /// The orders with the values of an answer to the question for a slot.
    fn filled(
        &self,
        pending: &Pending,
        at: usize,
        name: &str,
        answer: &str,
    ) -> Option<Vec<PendingIntent>> {
        let mut orders = pending.orders.clone();
        let intent = orders[at].intent.clone();
        let one = (self.read)(&intent.name, name, answer);
        let values = match one {
            Some(value) => vec![value],
            None => self.fillings(&intent, name, answer),
        };
        if values.is_empty() {
            return None;
        }
        let order = orders.remove(at);
        orders.extend(values.into_iter().map(|slot| order.with(slot)));
        Some(orders)
    }

    /// The same command for another thing of which a part of the name is said: "the
    /// back one", after "lock the front door".
    pub(super) fn other_one(&self, before: &Intent, inner: &[String]) -> Vec<Intent> {
        let one = spoken().meaning().one;
        let said = match inner {
            [rest @ .., last] if *last == one && !rest.is_empty() => rest,
            _ => return Vec::new(),
        };
        let Some(spec) = self.spec(before) else {
            return Vec::new();
        };
        let mut found = self.fragments(said).continues(before);
        if found.is_empty() {
            found = other_part(spec, before, said);
        }
        found.retain(|intent| intent != before);
        found
    }
}

/// The intent with the only other value of a list whose name has these words.
fn other_part(spec: &IntentSpec, before: &Intent, said: &[String]) -> Vec<Intent> {
    let mut found = Vec::new();
    for (at, slot) in before.slots.iter().enumerate() {
        let Some(slot) = spec.slot(&slot.name) else {
            continue;
        };
        if let [only] = holding(slot, said).as_slice() {
            let mut other = before.clone();
            other.slots[at] = of_choice(slot, only);
            found.push(other);
        }
    }
    found
}

/// The answer without the word that stands for the noun: "the bedroom" of "the bedroom
/// one". Not of a number: "twenty one".
fn without_one(answer: &str) -> Option<&str> {
    let words = normalize(answer);
    let one = spoken().meaning().one;
    let [rest @ .., before, last] = words.as_slice() else {
        return None;
    };
    let names = last.text == one && !spoken().is_numeral(&before.text);
    let bare = rest.is_empty()
        && spoken()
            .fragments()
            .articles
            .contains(&before.text.as_str());
    (names && !bare).then(|| answer[..before.end].trim())
}
