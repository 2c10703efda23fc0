//! The engine's part in timers: what was said of them, in the form that the
//! deeds know.

use super::InSession;
use mynah_core::dialogue::{unit_of, whole_seconds};
use mynah_core::grammar::canonical;
use mynah_core::intent::values::say_duration;
use mynah_core::language::{Phrase, spoken};
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec};
use mynah_core::turn::{Intent, Slot, SlotValue, Understanding};

impl InSession<'_> {
    /// Brings what was said of timers into the form that the deeds know: "five
    /// more minutes" is a length of time, "a second timer" is another one and
    /// not one of a second, and two timers are two commands.
    pub(super) fn settle_timers(&self, understanding: &mut Understanding, heard: &str) {
        let timers = |intent: &Intent| match self.action(intent) {
            Some(ActionSpec::Builtin(deed)) => matches!(
                deed,
                BuiltinAction::TimerSet
                    | BuiltinAction::TimerQuery
                    | BuiltinAction::TimerControl
                    | BuiltinAction::TimerExtend
                    | BuiltinAction::RingSnooze
            ),
            _ => false,
        };
        if names_second(heard) {
            let Understanding {
                intents, rivals, ..
            } = understanding;
            let wrong = |intent: &Intent| timers(intent) && lasts_a_second(intent);
            rivals.retain(|intent| !wrong(intent));
            if let [first] = intents.as_mut_slice()
                && wrong(first)
                && !rivals.is_empty()
            {
                *first = rivals.remove(0);
            }
        }
        let mut settled = Vec::new();
        for mut intent in std::mem::take(&mut understanding.intents) {
            if timers(&intent) {
                in_seconds(&mut intent);
                settled.extend(self.two_timers(intent));
            } else {
                settled.push(intent);
            }
        }
        understanding.intents = settled;
    }

    /// "Every Monday and Wednesday" is one alarm or reminder on several days.
    pub(super) fn join_days(&self, understanding: &mut Understanding) {
        let repeats = |intent: &Intent| {
            let deed = self.action(intent);
            deed == Some(&ActionSpec::Builtin(BuiltinAction::AlarmSet))
                || deed == Some(&ActionSpec::Builtin(BuiltinAction::ReminderSet))
        };
        let mut joined: Vec<Intent> = Vec::new();
        for intent in std::mem::take(&mut understanding.intents) {
            match joined.last_mut() {
                Some(last) if repeats(&intent) && differ_in_days(last, &intent) => {
                    add_days(last, &intent);
                }
                _ => joined.push(intent),
            }
        }
        understanding.intents = joined;
    }

    /// The two commands that "two timers, one for five and one for ten minutes" and
    /// "two timers for five minutes" are; any other intent as it is.
    fn two_timers(&self, intent: Intent) -> Vec<Intent> {
        let length = |name: &str, unit_of: &str| -> Option<Slot> {
            let slot = intent.slot(name)?;
            let value = match (&slot.value, intent.slot(unit_of)) {
                (SlotValue::Number(number), Some(unit)) => in_unit_of(*number, unit)?,
                (SlotValue::Duration(seconds), _) => *seconds,
                _ => return None,
            };
            Some(duration(value))
        };
        let first = length("duration", "").or_else(|| length("count", "second"));
        let second = length("second", "").or_else(|| length("number", "duration"));
        let sets_two = |spec: &IntentSpec| spec.slot("second").is_some();
        let both = self.spec(&intent).is_some_and(sets_two) && intent.slots.len() == 1;
        let second = second.or_else(|| first.clone().filter(|_| both));
        let mut specs = self.parts.settings.intents.iter();
        let one = specs.find(|spec| {
            spec.action == Some(ActionSpec::Builtin(BuiltinAction::TimerSet))
                && spec.slot("second").is_none()
        });
        match (first, second, one) {
            (Some(first), Some(second), Some(one)) => [first, second]
                .map(|slot| Intent {
                    slots: vec![slot],
                    ..Intent::new(&one.name)
                })
                .into(),
            _ => vec![intent],
        }
    }
}

/// Whether "second" stands before "timer" as a place: "the second timer", and
/// not "a one second timer".
fn names_second(heard: &str) -> bool {
    let words = canonical(heard);
    let (ordinal, counted, unit) = spoken().control().ordinal_unit;
    let place = |run: &[String]| match run {
        [before, word, after] => {
            word == ordinal && counted.contains(&after.as_str()) && before != unit
        }
        _ => false,
    };
    words.windows(3).any(place)
}

/// The slot with the days on which something comes again.
const DAYS: &str = "days";

fn differ_in_days(a: &Intent, b: &Intent) -> bool {
    let mut others = a.slots.iter().filter(|slot| slot.name != DAYS);
    a.name == b.name
        && a.slots.len() == b.slots.len()
        && a.slot(DAYS).is_some()
        && b.slot(DAYS).is_some()
        && others.all(|slot| b.slot(&slot.name) == Some(slot))
}

/// Gives an intent the days of another one too.
fn add_days(intent: &mut Intent, more: &Intent) {
    let names = |value: &SlotValue| match value {
        SlotValue::Text(name) => vec![name.clone()],
        SlotValue::List(names) => names.clone(),
        _ => Vec::new(),
    };
    let slot = intent.slots.iter_mut().find(|slot| slot.name == DAYS);
    if let (Some(slot), Some(other)) = (slot, more.slot(DAYS)) {
        let days = [names(&slot.value), names(&other.value)].concat();
        slot.spoken = Phrase::List(&[slot.spoken.clone(), other.spoken.clone()]).said();
        slot.value = SlotValue::List(days);
    }
}

fn lasts_a_second(intent: &Intent) -> bool {
    let slots = ["duration", "timer_duration"];
    let mut values = slots.iter().filter_map(|name| intent.slot(name));
    values.any(|slot| slot.value == SlotValue::Duration(1))
}

/// "Five more minutes", which has a number before its unit, as a length of
/// time.
fn in_seconds(intent: &mut Intent) {
    for slot in &mut intent.slots {
        if let ("minutes", SlotValue::Number(minutes)) = (slot.name.as_str(), &slot.value)
            && let Some(seconds) = whole_seconds(minutes * 60.0)
        {
            *slot = duration(seconds);
        }
    }
}

/// A number in the unit in which a length of time was said.
fn in_unit_of(number: f64, length: &Slot) -> Option<u32> {
    let SlotValue::Duration(seconds) = length.value else {
        return None;
    };
    whole_seconds(number * f64::from(unit_of(seconds)))
}

fn duration(seconds: u32) -> Slot {
    Slot {
        name: "duration".into(),
        value: SlotValue::Duration(seconds),
        spoken: say_duration(seconds),
    }
}
