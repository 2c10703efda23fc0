//! Reads what is only a part of a command: "the bedroom light" out of "turn on
//! the bedroom light", "turn it off" with a word for the lamp, "the lamp"
//! where there are two. Exact, unlike the phrase matcher: such words lean on
//! what was said before, and nothing else in them would show a mistake.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::civil::{DateTime, Time};

use super::amount::{unit_of, whole_seconds};
use super::leaning::{is_placed, stood_for};
use super::moved::{times_near, with_hour};
use crate::grammar::canonical;
use crate::intent::phrase::may_name;
use crate::intent::values;
use crate::language::spoken;
use crate::model::{IntentSpec, Settings, SlotChoice, SlotKind, SlotSpec};
use crate::phrase::{Token, variants};
use crate::turn::{Intent, Slot, SlotValue};

/// Sentences of one phrase that are looked at. Beyond it a fragment is not
/// understood, and has to be said as a whole.
const MAX_SENTENCES: usize = 500;
/// Words of one value.
const MAX_VALUE: usize = 8;
/// Words of a name that no list has.
const MAX_NAME: usize = 2;

/// Canonical words without articles.
pub(super) fn words(text: &str) -> Vec<String> {
    let articles = spoken().fragments().articles;
    let words = canonical(text).into_iter();
    words
        .filter(|word| !articles.contains(&word.as_str()))
        .collect()
}

/// A place in a sentence of a phrase.
#[derive(Clone)]
pub(super) enum Part<'a> {
    Word(String),
    Slot(&'a SlotSpec),
}

/// Values by the slot and the words from where to where.
type Values = HashMap<(*const SlotSpec, usize, usize), Option<Slot>>;

/// Reads fragments of the file's phrases.
pub(super) struct Fragments<'a> {
    settings: &'a Settings,
    now: DateTime,
    said: &'a [String],
    /// What times of day are read from: the next one is meant.
    times_from: DateTime,
    /// The time whose place another one takes.
    time_before: Option<Time>,
    /// Read so far.
    read: RefCell<Values>,
}

/// Told the values of one way to read all the words.
type Found<'f> = &'f mut dyn FnMut(&[Slot]);

impl<'a> Fragments<'a> {
    pub(super) fn new(settings: &'a Settings, now: DateTime, said: &'a [String]) -> Self {
        Self {
            settings,
            now,
            said,
            times_from: now,
            time_before: None,
            read: RefCell::default(),
        }
    }

    /// The same, where times of day take the place of that of `before`: "no, at
    /// seven" after half past six in the morning is in the morning too.
    pub(super) fn in_place_of(mut self, before: &Intent) -> Self {
        let time = before.slots.iter().find_map(|slot| match slot.value {
            SlotValue::Time { hour, minute, .. } => {
                Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
            }
            _ => None,
        });
        if let Some(time) = time {
            self.times_from = times_near(time, self.now);
            self.time_before = Some(time);
        }
        self
    }

    /// The words are a number without a unit, and `before` has a length of
    /// time: that many of the unit in which it was said.
    pub(super) fn instead_of(&self, before: &Intent) -> Vec<Intent> {
        let Some(spec) = self.settings.intent(&before.name) else {
            return Vec::new();
        };
        let number = SlotKind::Number {
            min: None,
            max: None,
            unit: None,
        };
        let said: Vec<&str> = self.said.iter().map(String::as_str).collect();
        let Ok(reading) = values::read(&number, &said, self.now) else {
            return Vec::new();
        };
        let SlotValue::Number(number) = reading.value else {
            return Vec::new();
        };
        let of = |slot: &SlotSpec| {
            let SlotValue::Duration(old) = before.slot(&slot.name)?.value else {
                return None;
            };
            let seconds = whole_seconds(number * f64::from(unit_of(old)))?;
            Some(Slot {
                name: slot.name.clone(),
                value: SlotValue::Duration(seconds),
                spoken: values::say_duration(seconds),
            })
        };
        let value = spec.slots.iter().find_map(of);
        value
            .map(|slot| with(spec, before, &[slot]))
            .into_iter()
            .collect()
    }

    /// The words are a part of a sentence of `before`'s intent, with a value
    /// in it: that intent, with the values that were said.
    pub(super) fn continues(&self, before: &Intent) -> Vec<Intent> {
        let mut found = Vec::new();
        let Some(spec) = self.settings.intent(&before.name) else {
            return found;
        };
        for sentence in sentences(spec, &|_| true) {
            for from in 0..sentence.len() {
                self.matches(&sentence[from..], 0, false, &mut Vec::new(), &mut |slots| {
                    if !slots.is_empty() {
                        add(&mut found, with(spec, before, slots));
                    }
                });
            }
        }
        found
    }

    /// The words are a whole sentence but for a pronoun, which stands for
    /// something that `before` named: "turn it off".
    pub(super) fn refers(&self, before: &Intent) -> Vec<Intent> {
        let mut found = Vec::new();
        let table = spoken().fragments();
        let is_pronoun =
            |word: &&String| table.pronouns.contains(&word.as_str()) || *word == table.there;
        let Some(pronoun) = self.said.iter().find(is_pronoun) else {
            return found;
        };
        let Some(old) = self.settings.intent(&before.name) else {
            return found;
        };
        let known: Vec<_> = sentences(old, &|_| true);
        for spec in &self.settings.intents {
            let same = spec.name == before.name;
            for sentence in self.sentences(spec) {
                for (from, to) in runs(sentence.len()).filter(|(from, _)| 0 < *from) {
                    let named = &sentence[from..to];
                    if is_placed(named) != (pronoun == table.there) {
                        continue;
                    }
                    let Some(kept) = stood_for(named, before, (old, &known), same) else {
                        continue;
                    };
                    let anew = [
                        &sentence[..from],
                        &[Part::Word(pronoun.clone())],
                        &sentence[to..],
                    ]
                    .concat();
                    self.matches(&anew, 0, true, &mut Vec::new(), &mut |slots| {
                        let slots: Vec<Slot> = kept.iter().chain(slots).cloned().collect();
                        let nothing = Intent::new(&spec.name);
                        let base = if same { before } else { &nothing };
                        let intent = with(spec, base, &slots);
                        if is_complete(spec, &intent) {
                            add(&mut found, intent);
                        }
                    });
                }
            }
        }
        found
    }

    /// The words are a whole sentence but for one value, of which they are a
    /// part: for each such value what would be meant.
    pub(super) fn halves(&self) -> Vec<Intent> {
        let mut found = Vec::new();
        for spec in &self.settings.intents {
            for slot in &spec.slots {
                for (from, to) in runs(self.said.len()) {
                    let choices = holding(slot, &self.said[from..to]);
                    if !choices.is_empty() {
                        self.half(spec, slot, (from, to), &choices, &mut found);
                    }
                }
            }
        }
        found
    }

    fn half(
        &self,
        spec: &IntentSpec,
        slot: &SlotSpec,
        (from, to): (usize, usize),
        choices: &[&SlotChoice],
        found: &mut Vec<Intent>,
    ) {
        let run: Vec<Part<'_>> = self.said[from..to]
            .iter()
            .cloned()
            .map(Part::Word)
            .collect();
        let nothing = Intent::new(&spec.name);
        for sentence in self.sentences(spec) {
            let is_it = |part: &Part<'_>| matches!(part, Part::Slot(s) if s.name == slot.name);
            let Some(at) = sentence.iter().position(is_it) else {
                continue;
            };
            let around = [&sentence[..at], &run, &sentence[at + 1..]].concat();
            self.matches(&around, 0, true, &mut Vec::new(), &mut |slots| {
                for choice in choices {
                    let mut slots = slots.to_vec();
                    slots.push(of_choice(slot, choice));
                    add(found, with(spec, &nothing, &slots));
                }
            });
        }
    }

    /// The sentences of an intent that may begin as what was said.
    fn sentences<'s>(&self, spec: &'s IntentSpec) -> Vec<Vec<Part<'s>>> {
        sentences(spec, &|first| {
            self.said.first().is_some_and(|said| said == first)
        })
    }

    /// The value of `slot` that the words from `from` to `to` are.
    pub(super) fn value(&self, slot: &SlotSpec, from: usize, to: usize) -> Option<Slot> {
        if slot.kind == SlotKind::Text {
            return None;
        }
        let key = (std::ptr::from_ref(slot), from, to);
        if let Some(read) = self.read.borrow().get(&key) {
            return read.clone();
        }
        let said: Vec<&str> = self.said[from..to].iter().map(String::as_str).collect();
        let now = match slot.kind {
            SlotKind::Time => self.times_from,
            _ => self.now,
        };
        let reading = values::read(&slot.kind, &said, now).ok();
        let reading = reading.or_else(|| self.name(slot, &said, to));
        let reading = reading.or_else(|| {
            let before = self.time_before.filter(|_| slot.kind == SlotKind::Time)?;
            let said = with_hour(&self.said[from..to], before)?;
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            values::read(&slot.kind, &said, now).ok()
        });
        let read = reading.map(|reading| Slot {
            name: slot.name.clone(),
            value: reading.value,
            spoken: reading.spoken,
        });
        self.read.borrow_mut().insert(key, read.clone());
        read
    }

    /// Words that no list has, as a name. Something must follow, as in "the glue
    /// timer": otherwise any words would do.
    fn name(&self, slot: &SlotSpec, said: &[&str], to: usize) -> Option<values::Reading> {
        let is_value = |word: &&str| {
            let slots = self.settings.intents.iter().flat_map(|spec| &spec.slots);
            let lists = slots
                .filter(|other| !other.open)
                .filter_map(|slot| match &slot.kind {
                    SlotKind::Values(choices) => Some(choices),
                    _ => None,
                });
            let mut says = lists.flatten().flat_map(|choice| &choice.say);
            says.any(|say| say == word)
        };
        let names = slot.open
            && !said.iter().any(is_value)
            && said.len() <= MAX_NAME
            && to < self.said.len()
            && said.iter().all(|word| may_name(word));
        names.then(|| values::Reading {
            value: SlotValue::Text(said.join(" ")),
            spoken: said.join(" "),
        })
    }

    /// Lays the words from `at` on along the parts, all of them where `whole`.
    fn matches(
        &self,
        parts: &[Part<'_>],
        at: usize,
        whole: bool,
        slots: &mut Vec<Slot>,
        found: Found<'_>,
    ) {
        if at == self.said.len() {
            if !whole || parts.is_empty() {
                found(slots);
            }
            return;
        }
        match parts.split_first() {
            Some((Part::Word(word), rest)) if self.said[at] == *word => {
                self.matches(rest, at + 1, whole, slots, found);
            }
            None | Some((Part::Word(_), _)) => {}
            Some((Part::Slot(slot), rest)) => {
                for to in at + 1..=self.said.len().min(at + MAX_VALUE) {
                    if let Some(value) = self.value(slot, at, to) {
                        slots.push(value);
                        self.matches(rest, to, whole, slots, found);
                        slots.pop();
                    }
                }
            }
        }
    }
}

/// The values of a slot that have these words at their beginning or end, and
/// more than these.
pub(super) fn holding<'a>(slot: &'a SlotSpec, said: &[String]) -> Vec<&'a SlotChoice> {
    let SlotKind::Values(choices) = &slot.kind else {
        return Vec::new();
    };
    let holds = |say: &String| {
        let say = words(say);
        said.len() < say.len() && (say.starts_with(said) || say.ends_with(said))
    };
    let all = choices.iter();
    let found: Vec<&SlotChoice> = all.filter(|choice| choice.say.iter().any(holds)).collect();
    if said.is_empty() { Vec::new() } else { found }
}

pub(super) fn of_choice(slot: &SlotSpec, choice: &SlotChoice) -> Slot {
    let reading = values::of_choice(choice);
    Slot {
        name: slot.name.clone(),
        value: reading.value,
        spoken: reading.spoken,
    }
}

/// The sentences of an intent's phrases, without articles; of those that begin
/// with a word, the ones whose word is `wanted`.
fn sentences<'s>(spec: &'s IntentSpec, wanted: &dyn Fn(&str) -> bool) -> Vec<Vec<Part<'s>>> {
    let mut all = Vec::new();
    for phrase in &spec.phrases {
        'sentence: for sentence in variants(phrase, MAX_SENTENCES).sentences {
            let mut parts = Vec::new();
            for token in sentence {
                match token {
                    Token::Word(word) => parts.extend(words(word).into_iter().map(Part::Word)),
                    Token::Slot(name) => parts.extend(spec.slot(name).map(Part::Slot)),
                }
                if let Some(Part::Word(first)) = parts.first()
                    && !wanted(first)
                {
                    continue 'sentence;
                }
            }
            all.push(parts);
        }
    }
    all
}

/// From where to where words may stand together.
pub(super) fn runs(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..length).flat_map(move |from| (from + 1..=length).map(move |to| (from, to)))
}

/// An intent with these values in the place of its own.
fn with(spec: &IntentSpec, base: &Intent, slots: &[Slot]) -> Intent {
    let mut intent = base.clone();
    for slot in slots {
        match intent.slots.iter_mut().find(|old| old.name == slot.name) {
            Some(old) => *old = slot.clone(),
            None => intent.slots.push(slot.clone()),
        }
    }
    let place = |name: &str| spec.slots.iter().position(|slot| slot.name == name);
    intent.slots.sort_by_key(|slot| place(&slot.name));
    intent
}

/// Whether nothing would have to be asked for.
#[must_use]
pub fn is_complete(spec: &IntentSpec, intent: &Intent) -> bool {
    let mut slots = spec.slots.iter();
    slots.all(|slot| slot.optional || slot.default.is_some() || intent.slot(&slot.name).is_some())
}

fn add(found: &mut Vec<Intent>, intent: Intent) {
    if !found.contains(&intent) {
        found.push(intent);
    }
}
