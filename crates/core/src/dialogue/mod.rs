//! Weighs an understanding: act, ask, or refuse. Pure.
//!
//! Nothing is guessed: a missing slot is asked for, readings that fit equally well
//! are put to the person, and a confirmation waits for a plain yes. An answer that
//! is none is asked for once more; then the command is dropped.

mod amount;
mod answers;
mod assent;
pub mod beside;
mod choosing;
mod confirm;
mod expected;
mod filling;
mod fragment;
mod leaning;
mod memory;
mod moved;
mod named;
mod recall;
mod when;

use jiff::civil::DateTime;

use crate::intent::values;
use crate::language::{Phrase, Question};
use crate::model::{IntentSpec, Settings, SlotKind, SlotSpec};
use crate::reply::template::render_spoken;
use crate::turn::{Failure, Intent, Slot, Understanding};
pub use amount::{unit_of, whole_seconds};
pub use answers::is_cancel;
use answers::{Answer, classify};
pub use expected::{Expected, Row};
use filling::picked;
pub use fragment::is_complete;
pub use memory::{CompletedIntent, Memory, Undo};
pub use moved::moved;
pub use recall::{Recalled, cancels_last, corrects_only, drops_last, thanks, wants_undo};

/// How many readings a question can name before nobody remembers the first.
const MAX_CHOICES: usize = 3;

/// Reads the value of a slot, by the names of intent and slot, in the text that
/// answers the question for it: "the kitchen", "twenty", "half past six".
pub type ReadSlot<'a> = &'a dyn Fn(&str, &str, &str) -> Option<Slot>;

/// What is to be done about a transcript.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Carry these out, in this order.
    Act(Vec<Intent>),
    /// Ask this, and weigh the answer with [`Dialogue::answer`].
    Ask(Pending),
    /// Say why what was understood is not done.
    Object(String),
    /// Apologise.
    Refuse(Failure),
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The question, as it is spoken.
    pub question: String,
    orders: Vec<PendingIntent>,
    awaits: Awaits,
    /// Whether it has been asked before.
    again: bool,
}

impl Pending {
    /// A choice between intents, each with what it is called; `rest` is carried
    /// out afterwards whichever it is.
    #[must_use]
    pub fn which(question: String, choices: Vec<(String, Intent)>, rest: Vec<Intent>) -> Self {
        Self {
            question,
            orders: rest.into_iter().map(PendingIntent::new).collect(),
            awaits: Awaits::Choice(choices),
            again: false,
        }
    }

    /// The answers to it; `None` where any words may be one.
    #[must_use]
    pub fn answers(&self, settings: &Settings) -> Option<Expected> {
        Expected::answers(settings, self)
    }

    /// What is already known to be wanted. Between readings nothing is.
    #[must_use]
    pub fn intents(&self) -> Vec<Intent> {
        let orders = self.orders.iter();
        orders.map(|order| order.intent.clone()).collect()
    }
}

/// An intent on its way to being carried out.
#[derive(Clone, Debug, PartialEq)]
struct PendingIntent {
    intent: Intent,
    confirmed: bool,
}

/// What a question is about; the index is that of the order.
#[derive(Clone, Debug, PartialEq)]
enum Awaits {
    Slot(usize, String),
    Confirmation(usize),
    Choice(Vec<(String, Intent)>),
    /// Whether all this is meant at all.
    Doubt,
}

/// The rules of a conversation about the owner's intents.
#[derive(Clone, Copy)]
pub struct Dialogue<'a> {
    /// What can be asked for.
    pub settings: &'a Settings,
    /// How an answer is read.
    pub read: ReadSlot<'a>,
    /// The wall clock, which a default like "07:30" is read by.
    pub now: DateTime,
}

impl Dialogue<'_> {
    /// Weighs a command.
    #[must_use]
    pub fn decide(&self, heard: &str, understanding: &Understanding) -> Decision {
        match understanding.intents.split_first() {
            None if let Some(why) = &understanding.objection => Decision::Object(why.clone()),
            None if is_cancel(heard) => Decision::Refuse(Failure::Cancelled),
            None => Decision::Refuse(Failure::NotUnderstood),
            Some((first, rest)) if !understanding.rivals.is_empty() => {
                self.which(first, &understanding.rivals, rest)
            }
            Some(_) => {
                let orders = understanding
                    .intents
                    .iter()
                    .cloned()
                    .map(PendingIntent::new);
                let orders: Vec<PendingIntent> = orders.collect();
                match &understanding.doubt {
                    Some(question) => ask(question.clone(), orders, Awaits::Doubt),
                    None => self.settle(orders),
                }
            }
        }
    }

    /// Weighs the answer to a question. `understanding` is what the phrases
    /// make of it: a whole new command takes the place of the old one.
    #[must_use]
    pub fn answer(
        &self,
        mut pending: Pending,
        heard: &str,
        understanding: &Understanding,
    ) -> Decision {
        let answer = classify(heard, &pending.question);
        let mut orders = pending.orders.clone();
        match &pending.awaits {
            // Free words may be any words, so only a whole "never mind" ends it.
            Awaits::Slot(order, name) if !is_cancel(heard) => {
                let intent = &orders[*order].intent.name;
                if let Some(slot) = (self.read)(intent, name, heard) {
                    orders[*order].intent.slots.push(slot);
                    return self.settle(orders);
                }
                let values = self.fillings(&orders[*order].intent, name, heard);
                if !values.is_empty() {
                    let order = orders.remove(*order);
                    orders.extend(values.into_iter().map(|slot| order.with(slot)));
                    return self.settle(orders);
                }
                if let Some(decision) = self.nearly(&pending, *order, name, heard) {
                    return decision;
                }
                if let Some(decision) = self.named_or_timed(&pending, *order, name, heard) {
                    return decision;
                }
                if answer == Answer::No {
                    return self.dropped(&orders);
                }
            }
            Awaits::Confirmation(order) if answer == Answer::Yes => {
                orders[*order].confirmed = true;
                return self.settle(orders);
            }
            // What was wrong stays as it is; what is right is done.
            Awaits::Confirmation(order)
                if answer == Answer::No
                    && 1 < orders.len()
                    && orders[*order].intent.undone().is_some()
                    && !is_cancel(heard) =>
            {
                orders.remove(*order);
                return self.settle(orders);
            }
            Awaits::Confirmation(order) if !is_cancel(heard) => {
                if let Some(intent) = self.corrects(&orders[*order].intent, heard) {
                    orders[*order] = PendingIntent::new(intent);
                    return self.settle(orders);
                }
            }
            Awaits::Doubt if answer == Answer::Yes => return self.settle(orders),
            // "Did you mean the reading light?" - "The night light."
            Awaits::Doubt if orders.len() == 1 && !is_cancel(heard) => {
                if let Some(intent) = self.corrects(&orders[0].intent, heard) {
                    return self.settle(vec![PendingIntent::new(intent)]);
                }
            }
            Awaits::Choice(choices) if answer != Answer::No => {
                let picked = picked(heard, choices);
                if !picked.is_empty() {
                    orders.splice(0..0, picked.into_iter().map(PendingIntent::new));
                    return self.settle(orders);
                }
            }
            _ => {}
        }
        if let Some(decision) = self.assented(&pending, heard, understanding) {
            return decision;
        }
        if !understanding.intents.is_empty() {
            return self.decide(heard, understanding);
        }
        if pending.again || answer == Answer::No || is_cancel(heard) {
            return self.dropped(&orders);
        }
        pending.again = true;
        Decision::Ask(pending)
    }

    fn spec(&self, intent: &Intent) -> Option<&IntentSpec> {
        self.settings.intent(&intent.name)
    }

    /// Fills what has a default, asks for what is missing, then for what must
    /// be confirmed, and acts when there is nothing more to ask.
    fn settle(&self, mut orders: Vec<PendingIntent>) -> Decision {
        for (index, order) in orders.iter_mut().enumerate() {
            if order.intent.undone().is_some() {
                continue;
            }
            let Some(spec) = self.spec(&order.intent) else {
                tracing::warn!(intent = order.intent.name, "no such intent in the settings");
                return Decision::Refuse(Failure::NotUnderstood);
            };
            if let Some(missing) = complete(spec, &mut order.intent, self.now) {
                let question = missing.ask.as_ref().map_or_else(
                    || Question::Value(&missing.name.replace('_', " ")).said(),
                    |ask| spoken(spec, &order.intent, ask),
                );
                let awaits = Awaits::Slot(index, missing.name.clone());
                return ask(question, orders, awaits);
            }
        }
        let mut unconfirmed = orders.iter().enumerate();
        let unconfirmed = unconfirmed.find_map(|(index, order)| {
            let question = self.confirmation(order, &orders)?;
            Some((index, question))
        });
        if let Some((index, question)) = unconfirmed {
            return ask(question, orders, Awaits::Confirmation(index));
        }
        // What was wrong is taken back before what is right is done.
        orders.sort_by_key(|order| order.intent.undone().is_none());
        Decision::Act(orders.into_iter().map(|order| order.intent).collect())
    }

    /// Puts readings that fit equally well to the person; `rest` is carried
    /// out afterwards whichever it is.
    fn which(&self, first: &Intent, rivals: &[Intent], rest: &[Intent]) -> Decision {
        let readings: Vec<&Intent> = std::iter::once(first)
            .chain(rivals)
            .take(MAX_CHOICES)
            .collect();
        let same_intent = readings.iter().all(|reading| reading.name == first.name);
        let choices: Vec<(String, Intent)> = readings
            .iter()
            .map(|reading| {
                let label = if same_intent {
                    differences(reading, &readings)
                } else {
                    self.label(reading)
                };
                (label, (*reading).clone())
            })
            .collect();
        let orders = rest.iter().cloned().map(PendingIntent::new).collect();
        ask(which_of(&choices), orders, Awaits::Choice(choices))
    }

    /// What an intent is called when it is put beside another.
    fn label(&self, intent: &Intent) -> String {
        let description = self
            .spec(intent)
            .map_or("", |spec| spec.description.trim_end_matches('.'));
        let mut chars = description.chars();
        let mut label: String = match chars.next() {
            Some(first) => first.to_lowercase().chain(chars).collect(),
            None => intent.name.replace('_', " "),
        };
        let values: Vec<&str> = intent
            .slots
            .iter()
            .map(|slot| slot.spoken.as_str())
            .collect();
        if !values.is_empty() {
            label = format!("{label}, {}", values.join(" "));
        }
        label
    }
}

impl PendingIntent {
    /// The same with one value more.
    fn with(&self, slot: Slot) -> Self {
        let mut order = self.clone();
        order.intent.slots.push(slot);
        order
    }

    const fn new(intent: Intent) -> Self {
        Self {
            intent,
            confirmed: false,
        }
    }
}

fn which_of(choices: &[(String, Intent)]) -> String {
    let labels: Vec<&str> = choices.iter().map(|(label, _)| label.as_str()).collect();
    Question::Meant(&labels).said()
}

const fn ask(question: String, orders: Vec<PendingIntent>, awaits: Awaits) -> Decision {
    Decision::Ask(Pending {
        question,
        orders,
        awaits,
        again: false,
    })
}

/// Gives slots their defaults and the file's order. Says which required slot
/// is still missing.
fn complete<'s>(spec: &'s IntentSpec, intent: &mut Intent, now: DateTime) -> Option<&'s SlotSpec> {
    let mut missing = None;
    for slot in &spec.slots {
        if intent.slot(&slot.name).is_some() {
            continue;
        }
        match &slot.default {
            Some(default) => intent.slots.extend(default_slot(slot, default, now)),
            None if slot.optional => {}
            None => missing = missing.or(Some(slot)),
        }
    }
    let place = |name: &str| spec.slots.iter().position(|slot| slot.name == name);
    intent.slots.sort_by_key(|slot| place(&slot.name));
    missing
}

/// A default as it stands in the file: canonical, durations in seconds.
fn default_slot(spec: &SlotSpec, default: &str, now: DateTime) -> Option<Slot> {
    let choice = match &spec.kind {
        SlotKind::Values(choices) => choices.iter().find(|choice| choice.value == default),
        _ => None,
    };
    let seconds = match &spec.kind {
        SlotKind::Duration => default.parse().ok(),
        _ => None,
    };
    let reading = match (choice, seconds) {
        (Some(choice), _) => Ok(values::of_choice(choice)),
        (None, Some(seconds)) => Ok(values::of_duration(seconds)),
        (None, None) => values::read_text(&spec.kind, default, now),
    };
    if let Err(error) = &reading {
        tracing::warn!(
            slot = spec.name,
            default,
            "cannot read the default: {error}"
        );
    }
    let values::Reading { value, spoken } = reading.ok()?;
    Some(Slot {
        name: spec.name.clone(),
        value,
        spoken,
    })
}

/// A sentence of the file with slots as people say them.
fn spoken(spec: &IntentSpec, intent: &Intent, template: &str) -> String {
    render_spoken(template, &|path| match path.split_once('.') {
        None => intent.slot(path).map(|slot| slot.spoken.clone()),
        Some((name, field)) => {
            let value = intent.slot(name)?.value.to_string();
            let SlotKind::Values(choices) = &spec.slot(name)?.kind else {
                return None;
            };
            let choice = choices.iter().find(|choice| choice.value == value)?;
            choice.fields.get(field).cloned()
        }
    })
}

/// The slots in which a reading differs from the others.
fn differences(reading: &Intent, readings: &[&Intent]) -> String {
    let said = |intent: &Intent, name: &str| intent.slot(name).map(|slot| slot.value.clone());
    let values: Vec<&str> = reading
        .slots
        .iter()
        .filter(|slot| {
            let value = Some(&slot.value);
            readings
                .iter()
                .any(|other| said(other, &slot.name).as_ref() != value)
        })
        .map(|slot| slot.spoken.as_str())
        .collect();
    if values.is_empty() {
        Phrase::Without.said()
    } else {
        values.join(" ")
    }
}
