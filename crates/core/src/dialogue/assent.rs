//! A yes with more behind it: a time at which it is to be done, what stands
//! against it, or another command.

use super::answers::{Answer, classify};
use super::{Awaits, Decision, Dialogue, Pending, PendingIntent};
use crate::grammar::normalize;
use crate::intent::account::{Kind, Sentence, may_be_scheduled};
use crate::intent::phrase::is_link;
use crate::language::{Objection, spoken};
use crate::turn::{Understanding, When};

impl Dialogue<'_> {
    /// Weighs a yes with more behind it. `None` where the answer is none.
    pub(super) fn assented(
        &self,
        pending: &Pending,
        heard: &str,
        understanding: &Understanding,
    ) -> Option<Decision> {
        if !matches!(pending.awaits, Awaits::Confirmation(_) | Awaits::Doubt) {
            return None;
        }
        let sentence = Sentence::read(heard, spoken(), self.now);
        if let Some((rest, when)) = sentence.without_timing(heard)
            && is_yes(&rest, pending)
        {
            return Some(self.at(pending, when));
        }
        if let Some(objection) = against(&sentence, heard, pending) {
            return Some(Decision::Object(spoken().objection(&objection)));
        }
        if !says_more(heard, pending) || understanding.intents.is_empty() {
            return None;
        }
        if !understanding.rivals.is_empty() || understanding.doubt.is_some() {
            // Both are wanted, and the second is not clear: nothing is dropped.
            return (!pending.again).then(|| {
                Decision::Ask(Pending {
                    again: true,
                    ..pending.clone()
                })
            });
        }
        let mut orders = pending.confirmed();
        let known = |order: &PendingIntent| order.intent.clone();
        let known: Vec<_> = orders.iter().map(known).collect();
        let more = understanding.intents.iter();
        let more = more.filter(|intent| !known.contains(intent));
        orders.extend(more.cloned().map(PendingIntent::new));
        Some(self.settle(orders))
    }

    /// The orders of a question, at a time that came with the yes.
    fn at(&self, pending: &Pending, when: When) -> Decision {
        let mut orders = pending.confirmed();
        let can_wait = orders.iter().all(|order| {
            let spec = self.spec(&order.intent);
            order.intent.when.is_none() && spec.is_some_and(may_be_scheduled)
        });
        match orders.as_mut_slice() {
            [only] if can_wait => {
                only.intent.when = Some(when);
                self.settle(orders)
            }
            _ => Decision::Object(spoken().objection(&Objection::NotLater)),
        }
    }
}

impl Pending {
    /// The orders, with the one that was asked about confirmed.
    fn confirmed(&self) -> Vec<PendingIntent> {
        let mut orders = self.orders.clone();
        if let Awaits::Confirmation(order) = self.awaits {
            orders[order].confirmed = true;
        }
        orders
    }
}

/// Whether words are a plain yes, apart from links and the like at their end.
fn is_yes(text: &str, pending: &Pending) -> bool {
    let words = normalize(text);
    let contrasts = spoken().phrases().contrasts;
    let joins = |word: &str| is_link(word) || contrasts.contains(&word);
    let last = words.iter().rposition(|word| !joins(&word.text));
    let first = words.iter().position(|word| !joins(&word.text));
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    let plain = &text[words[first].start..words[last].end];
    classify(plain, &pending.question) == Answer::Yes
}

/// What stands against a command behind a yes to it: "yes, if it rains", "yes, at
/// eight or at nine".
fn against(sentence: &Sentence, heard: &str, pending: &Pending) -> Option<Objection> {
    let marks = sentence.marks.iter().filter_map(|mark| match &mark.kind {
        Kind::Objection(objection) => Some((mark.from, objection.clone())),
        _ => None,
    });
    let timings = sentence.timings.iter().map(|timing| {
        let objection = timing.when.clone().err();
        (timing.from, objection.unwrap_or(Objection::Times))
    });
    let (from, objection) = marks.chain(timings).min_by_key(|(from, _)| *from)?;
    let before = heard.get(..sentence.words[from].start)?;
    is_yes(before, pending).then_some(objection)
}

/// Whether a yes is followed by a link and more words.
fn says_more(heard: &str, pending: &Pending) -> bool {
    let words = normalize(heard);
    let mut links = (1..words.len()).filter(|at| is_link(&words[*at].text));
    links.any(|at| is_yes(&heard[..words[at].start], pending))
}
