//! Answers that are more than one plain value: "the kitchen and the bedroom",
//! "both", "five minutes, no, ten", and a number where a length of time was
//! asked for.

use super::amount::{unit_of, whole_seconds};
use super::answers::{chosen, said_of};
use super::fragment::{holding, of_choice};
use super::{Awaits, Decision, Dialogue, MAX_CHOICES, Pending, ask, which_of};
use crate::grammar::{canonical, normalize};
use crate::intent::account::Sentence;
use crate::intent::freetext::behind_corrections;
use crate::intent::phrase::is_link;
use crate::intent::values;
use crate::language::{Phrase, plain_words, spoken};
use crate::model::{SlotKind, SlotSpec};
use crate::turn::{Intent, Slot, SlotValue, When};
use jiff::Span;

/// More values than this nobody means by "all of them".
const MOST: usize = 8;

/// In what a bare number is counted that answers "for how long?", in seconds.
const MINUTE_S: u32 = 60;

impl Dialogue<'_> {
    /// An answer that is a part of a value, or that corrects another slot.
    pub(super) fn nearly(
        &self,
        pending: &Pending,
        at: usize,
        name: &str,
        heard: &str,
    ) -> Option<Decision> {
        let mut orders = pending.orders.clone();
        let intent = &mut orders[at].intent;
        let slot = self.spec(intent)?.slot(name)?;
        let said = said_of(heard);
        let halves = holding(slot, &said);
        match halves.as_slice() {
            [] => *intent = self.corrects(intent, heard)?,
            [only] => intent.slots.push(of_choice(slot, only)),
            several if several.len() <= MAX_CHOICES => {
                let order = orders.remove(at);
                let choices = several.iter().map(|choice| {
                    let mut intent = order.intent.clone();
                    let value = of_choice(slot, choice);
                    let label = value.spoken.clone();
                    intent.slots.push(value);
                    (label, intent)
                });
                let choices: Vec<(String, Intent)> = choices.collect();
                return Some(ask(which_of(&choices), orders, Awaits::Choice(choices)));
            }
            _ => return None,
        }
        Some(self.settle(orders))
    }

    /// The values that an answer gives to a slot, where it is no plain value.
    pub(super) fn fillings(&self, intent: &Intent, name: &str, heard: &str) -> Vec<Slot> {
        let Some(slot) = self.spec(intent).and_then(|spec| spec.slot(name)) else {
            return Vec::new();
        };
        let read = |text: &str| (self.read)(&intent.name, name, text);
        match &slot.kind {
            SlotKind::Text => Vec::new(),
            SlotKind::Values(_) => several(slot, heard, &read),
            SlotKind::Duration => self.length(slot, heard, &read).into_iter().collect(),
            SlotKind::Time if let Some(time) = self.time_after(intent, slot, heard) => vec![time],
            _ => behind_corrections(heard)
                .into_iter()
                .find_map(read)
                .into_iter()
                .collect(),
        }
    }

    /// The time of today that is said by how long it is until then: "in twenty minutes".
    fn time_after(&self, intent: &Intent, slot: &SlotSpec, heard: &str) -> Option<Slot> {
        let sentence = Sentence::read(heard, spoken(), self.now);
        let [timing] = sentence.timings.as_slice() else {
            return None;
        };
        let Ok(When::After { seconds }) = timing.when else {
            return None;
        };
        let dated = intent.slots.iter();
        let dated = dated.filter(|slot| matches!(slot.value, SlotValue::Date { .. }));
        let whole = timing.from == 0 && timing.to == sentence.words.len();
        if !whole || dated.count() > 0 || seconds < MINUTE_S {
            return None;
        }
        let due = self.now.checked_add(Span::new().seconds(seconds)).ok()?;
        let due = if due.second() > 0 {
            due.checked_add(Span::new().minutes(1)).ok()?
        } else {
            due
        };
        if due.date() != self.now.date() {
            return None;
        }
        let clock = format!("{:02}:{:02}", due.hour(), due.minute());
        let reading = values::read_text(&slot.kind, &clock, self.now).ok()?;
        let value = match reading.value {
            SlotValue::Time { .. } => SlotValue::Time {
                hour: u8::try_from(due.hour()).ok()?,
                minute: u8::try_from(due.minute()).ok()?,
                open: false,
            },
            other => other,
        };
        Some(Slot {
            name: slot.name.clone(),
            value,
            spoken: reading.spoken,
        })
    }

    /// A length of time: the last one that was said, and a number in the unit of
    /// the one before it, else in minutes.
    fn length(
        &self,
        slot: &SlotSpec,
        heard: &str,
        read: &dyn Fn(&str) -> Option<Slot>,
    ) -> Option<Slot> {
        let last = behind_corrections(heard).into_iter().next();
        if let Some(value) = last.and_then(read) {
            return Some(value);
        }
        let number = SlotKind::Number {
            min: None,
            max: None,
            unit: None,
        };
        let number = values::read_text(&number, last.unwrap_or(heard), self.now).ok()?;
        let SlotValue::Number(count) = number.value else {
            return None;
        };
        let before = last.and_then(|last| read(&heard[..heard.len() - last.len()]));
        let unit = match before.map(|slot| slot.value) {
            Some(SlotValue::Duration(seconds)) => unit_of(seconds),
            _ => MINUTE_S,
        };
        let seconds = whole_seconds(count * f64::from(unit))?;
        Some(Slot {
            name: slot.name.clone(),
            value: SlotValue::Duration(seconds),
            spoken: values::say_duration(seconds),
        })
    }
}

/// Several values of a list, each plainly said, or all of them.
fn several(slot: &SlotSpec, heard: &str, read: &dyn Fn(&str) -> Option<Slot>) -> Vec<Slot> {
    let SlotKind::Values(choices) = &slot.kind else {
        return Vec::new();
    };
    if let Some(last) = behind_corrections(heard).into_iter().next() {
        return read(last).into_iter().collect();
    }
    let names = choices.iter().flat_map(|choice| &choice.say);
    if means_all(heard, choices.len()) && !sounds_like_one(heard, names) {
        return choices
            .iter()
            .map(|choice| of_choice(slot, choice))
            .collect();
    }
    if leaves_out(heard) {
        return Vec::new();
    }
    let values: Option<Vec<Slot>> = parts(heard).into_iter().map(read).collect();
    let values = values.filter(|values| (2..=MOST).contains(&values.len()));
    let mut distinct: Vec<Slot> = Vec::new();
    for value in values.unwrap_or_default() {
        if distinct.iter().all(|other| other.value != value.value) {
            distinct.push(value);
        }
    }
    distinct
}

/// The intents of the choices that an answer wants; none where it names something
/// else too. Several only where they differ in what is named: of two readings of
/// a number, one is meant.
pub(super) fn picked(heard: &str, choices: &[(String, Intent)]) -> Vec<Intent> {
    let labels = || choices.iter().map(|(label, _)| label);
    let linked = labels().any(|label| canonical(label).iter().any(|word| is_link(word)));
    let parts = if linked { vec![heard] } else { parts(heard) };
    if leaves_out(heard) {
        return Vec::new();
    }
    // A choice of its own may stand for all the others.
    let whole = labels().position(|label| *label == Phrase::AllOfThem.said());
    let count = choices.len() - usize::from(whole.is_some());
    let things = labels().filter(|label| **label != Phrase::AllOfThem.said());
    let all = means_all(heard, count) && !sounds_like_one(heard, things);
    let one = chosen(heard, labels()).filter(|at| all || Some(*at) != whole);
    let mut places: Vec<usize> = if all {
        whole.map_or_else(|| (0..count).collect(), |whole| vec![whole])
    } else if 1 < parts.len() {
        let named = parts
            .iter()
            .map(|part| chosen(part, labels()).filter(|at| Some(*at) != whole));
        named.collect::<Option<_>>().unwrap_or_default()
    } else {
        one.into_iter().collect()
    };
    places.sort_unstable();
    places.dedup();
    let picked = places.iter().map(|at| choices[*at].1.clone());
    let picked: Vec<Intent> = picked.collect();
    let amounts = |intent: &Intent| -> Vec<SlotValue> {
        let values = intent.slots.iter().map(|slot| slot.value.clone());
        let is_amount =
            |value: &SlotValue| matches!(value, SlotValue::Number(_) | SlotValue::Change(_));
        values.filter(is_amount).collect()
    };
    let alike =
        |intent: &Intent| intent.name == picked[0].name && amounts(intent) == amounts(&picked[0]);
    if picked.iter().all(alike) {
        picked
    } else {
        Vec::new()
    }
}

/// Whether an answer takes something out: of "all but the first" nobody may do the
/// first.
fn leaves_out(heard: &str) -> bool {
    let words = canonical(heard);
    let excepting = spoken().answers().excepting;
    words.iter().any(|word| excepting.contains(&word.as_str()))
}

/// Whether an answer wants all of so many things, and says no more.
fn means_all(heard: &str, count: usize) -> bool {
    let answers = spoken().answers();
    let mut said = plain_words(heard);
    said.retain(|word| !answers.around_cancel.contains(&word.as_str()) && word != answers.definite);
    let said = said.join(" ");
    match count {
        2 => [answers.both, answers.all]
            .concat()
            .contains(&said.as_str()),
        _ => count <= MOST && answers.all.contains(&said.as_str()),
    }
}

/// Whether the word for all, or both, of an answer is at most one sound from one of
/// the names: "all" may have been "hall".
pub(super) fn sounds_like_one<'a>(
    heard: &str,
    mut names: impl Iterator<Item = &'a String>,
) -> bool {
    let answers = spoken().answers();
    let sound = |word: &String| spoken().sound(word);
    let mut heard = plain_words(heard);
    heard.retain(|word| {
        !answers.around_cancel.contains(&word.as_str()) && *word != answers.definite
    });
    // "Hall of them" is no answer.
    if heard.len() > 1 {
        return false;
    }
    heard.retain(|word| {
        [answers.both, answers.all]
            .concat()
            .contains(&word.as_str())
    });
    let heard: Vec<String> = heard.iter().map(sound).collect();
    names.any(|name| {
        let name = canonical(name);
        let mut names = name.iter().map(sound);
        names.any(|name| {
            let near = |heard: &String| strsim::levenshtein(heard, &name) <= 1;
            heard.iter().any(near)
        })
    })
}

/// The parts of an enumeration: between "and", and between commas.
fn parts(text: &str) -> Vec<&str> {
    let words = normalize(text);
    let mut parts = Vec::new();
    let mut from = None;
    for (at, word) in words.iter().enumerate() {
        if is_link(&word.text) {
            from = None;
            continue;
        }
        let start = *from.get_or_insert(word.start);
        let ends = word.pause || words.get(at + 1).is_none_or(|next| is_link(&next.text));
        if ends {
            parts.push(&text[start..word.end]);
            from = None;
        }
    }
    parts
}
