//! The engine's part in what is built in: what answers a ring, which of
//! several timers is meant, and what was said a moment ago.

use jiff::civil::DateTime;

use super::{Engine, Timed, Understood, timed};
use crate::config::{ActionSpec, Deed, IntentSpec};
use crate::conversation::Verdict;
use crate::dialogue::{Decision, Pending, is_cancel};
use crate::grammar::canonical;
use crate::intent::values::say_duration;
use crate::runtime::again::Again;
use crate::turn::{Intent, Slot, SlotValue, Transcript, Understanding};

/// With one of these begins what somebody wants to know.
const QUESTION_WORDS: [&str; 8] = [
    "what", "why", "how", "who", "where", "when", "which", "whether",
];

/// Whether "second" stands before "timer" as a place: "the second timer", and
/// not "a one second timer".
fn names_second(heard: &str) -> bool {
    let words = canonical(heard);
    let place = |run: &[String]| match run {
        [before, second, timer] => {
            second == "second" && timer.starts_with("timer") && before != "one"
        }
        _ => false,
    };
    words.windows(3).any(place)
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
    let unit = length.spoken.split(' ').next_back()?.trim_end_matches('s');
    let seconds = match unit {
        "second" => 1.0,
        "minute" => 60.0,
        "hour" => 3_600.0,
        _ => return None,
    };
    whole_seconds(number * seconds)
}

fn whole_seconds(seconds: f64) -> Option<u32> {
    let fits = (1.0..=f64::from(u32::MAX)).contains(&seconds);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be within a u32"
    )]
    fits.then_some(seconds.round() as u32)
}

fn duration(seconds: u32) -> Slot {
    Slot {
        name: "duration".into(),
        value: SlotValue::Duration(seconds),
        spoken: say_duration(seconds),
    }
}

impl Engine {
    /// Finds out whether something said without a wake word answers what
    /// rings. Everything else is left alone.
    pub fn understand_ringing(&mut self, transcript: &Transcript) -> Timed<Understood> {
        timed(|| {
            let now = self.now();
            let phrases = &mut self.parts.phrases;
            let mut understanding = phrases.parse(transcript, now).unwrap_or_default();
            self.settle_timers(&mut understanding, &transcript.text);
            let deed = |intent: &Intent| match self.action(intent) {
                Some(ActionSpec::Builtin(deed)) => Some(*deed),
                _ => None,
            };
            let answers = |intent: &Intent| deed(intent).is_some_and(Deed::answers_a_ring);
            if understanding.intents.is_empty() && is_cancel(&transcript.text) {
                let stop =
                    |spec: &&IntentSpec| spec.action == Some(ActionSpec::Builtin(Deed::RingStop));
                let stop = self.parts.settings.intents.iter().find(stop);
                understanding
                    .intents
                    .extend(stop.map(|spec| Intent::new(&spec.name)));
            }
            let heeded = !understanding.intents.is_empty()
                && understanding.rivals.is_empty()
                && understanding.intents.iter().all(answers);
            let verdict = if heeded {
                Verdict::Act(understanding.intents.clone())
            } else {
                understanding = Understanding::default();
                Verdict::Ignore
            };
            Understood {
                understanding,
                verdict,
            }
        })
    }

    /// Between things that only the action knows of, the person chooses. Then
    /// also what is meant so far.
    pub(super) fn which(&self, decision: Decision) -> (Decision, Option<Vec<Intent>>) {
        let Decision::Act(intents) = decision else {
            return (decision, None);
        };
        let asked = intents.iter().enumerate().find_map(|(at, intent)| {
            let which = self.parts.actor.which(self.action(intent)?, intent)?;
            Some((at, which))
        });
        let Some((at, which)) = asked else {
            return (Decision::Act(intents), None);
        };
        let mut rest = intents.clone();
        rest.remove(at);
        let pending = Pending::which(which.question, which.choices, rest);
        (Decision::Ask(pending), Some(intents))
    }

    /// "Remind me why we moved here" asks for an answer, not for a reminder.
    pub(super) fn is_no_deed(&self, intent: &Intent) -> bool {
        let text = intent.slot("text").map(|slot| slot.spoken.to_lowercase());
        let first = text
            .as_deref()
            .and_then(|text| text.split_whitespace().next());
        let asks = first.is_some_and(|first| QUESTION_WORDS.contains(&first));
        asks && self.action(intent) == Some(&ActionSpec::Builtin(Deed::ReminderSet))
    }

    /// "Wake me at half past six tomorrow" means the first half past six of
    /// that day, whatever time it is today.
    pub(super) fn morning(
        &mut self,
        understanding: &mut Understanding,
        transcript: &Transcript,
        now: DateTime,
    ) {
        let [intent] = understanding.intents.as_mut_slice() else {
            return;
        };
        let mut intents = self.parts.settings.intents.iter();
        let alarm = Some(ActionSpec::Builtin(Deed::AlarmSet));
        let is_alarm = intents.any(|spec| spec.name == intent.name && spec.action == alarm);
        let date = intent.slot("date").map(|slot| slot.value.to_string());
        let day: Option<jiff::civil::Date> = date.and_then(|date| date.parse().ok());
        let Some(day) = day.filter(|day| is_alarm && now.date() < *day) else {
            return;
        };
        let anew = self.parts.phrases.parse(transcript, day.at(0, 0, 0, 0));
        let time = anew
            .ok()
            .and_then(|anew| anew.intents.first()?.slot("time").cloned());
        let said = intent.slots.iter_mut().find(|slot| slot.name == "time");
        if let (Some(said), Some(time)) = (said, time) {
            *said = time;
        }
    }

    /// Brings what was said of timers into the form that the deeds know: "five
    /// more minutes" is a length of time, "a second timer" is another one and
    /// not one of a second, and two timers are two commands.
    pub(super) fn settle_timers(&self, understanding: &mut Understanding, heard: &str) {
        let timers = |intent: &Intent| match self.action(intent) {
            Some(ActionSpec::Builtin(deed)) => matches!(
                deed,
                Deed::TimerSet
                    | Deed::TimerQuery
                    | Deed::TimerControl
                    | Deed::TimerExtend
                    | Deed::RingSnooze
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

    /// The two commands that "two timers, one for five and one for ten minutes"
    /// is; any other intent as it is.
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
        let mut specs = self.parts.settings.intents.iter();
        let one = specs.find(|spec| {
            spec.action == Some(ActionSpec::Builtin(Deed::TimerSet))
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

    pub(super) fn again(&self, again: Again) -> Understood {
        let text = match again {
            Again::Said if self.said.is_empty() => "I have not said anything yet.".into(),
            Again::Said => self.said.clone(),
            Again::Heard if self.heard.is_empty() => "I have not heard anything yet.".into(),
            Again::Heard => format!("I heard: {}", self.heard),
        };
        Understood {
            understanding: Understanding::default(),
            verdict: Verdict::Answer(text),
        }
    }
}
