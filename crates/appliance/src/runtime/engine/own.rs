//! The engine's part in what is built in: what answers a ring, which of
//! several timers is meant, and what was said a moment ago.

use jiff::civil::{Date, DateTime};

use super::{InSession, Timed, Understood, timed};
use crate::runtime::repeat::Again;
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::{Decision, Pending, is_cancel};
use mynah_core::grammar::canonical;
use mynah_core::intent::values::{TimeUse, settle_times, wakes};
use mynah_core::language::{Question, Remark, spoken};
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec};
use mynah_core::turn::{Failure, Intent, SlotValue, Transcript, Understanding};

impl InSession<'_> {
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
            let answers = |intent: &Intent| deed(intent).is_some_and(BuiltinAction::answers_a_ring);
            if understanding.intents.is_empty() && is_cancel(&transcript.text) {
                let stop = |spec: &&IntentSpec| {
                    spec.action == Some(ActionSpec::Builtin(BuiltinAction::RingStop))
                };
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
            let actor = self.session.actor(self.parts.actor.as_ref());
            let which = actor.which(self.action(intent)?, intent)?;
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

    /// The decision with what only the actions can tell: of an alarm that is
    /// there the half of the day.
    pub(super) fn settled(&self, decision: Decision) -> Decision {
        let Decision::Act(intents) = decision else {
            return decision;
        };
        let actor = self.session.actor(self.parts.actor.as_ref());
        let settled = |intent: Intent| {
            let spec = self.action(&intent);
            let settled = spec.and_then(|spec| actor.settled(spec, &intent));
            settled.unwrap_or(intent)
        };
        Decision::Act(intents.into_iter().map(settled).collect())
    }

    /// What the time of an intent is for, in a command of these words.
    fn time_use(&self, intent: &Intent, words: &[&str]) -> TimeUse {
        match self.action(intent) {
            Some(ActionSpec::Builtin(deed)) if deed.names_entries() => TimeUse::Names,
            Some(ActionSpec::Builtin(BuiltinAction::AlarmSet)) if wakes(words) => TimeUse::Wakes,
            _ => TimeUse::Sets,
        }
    }

    /// "Remind me why we moved here" asks for an answer, not for a reminder, and
    /// "remind me at five" does not say of what.
    pub(super) fn is_question_not_reminder(&self, intent: &Intent) -> bool {
        let Some(text) = intent.slot("text") else {
            return false;
        };
        let words = canonical(&text.spoken);
        let function = spoken().meaning().function;
        let question = spoken().meaning().question;
        let asks = words
            .first()
            .is_some_and(|first| question.contains(&first.as_str()));
        let is_empty = words.iter().all(|word| function.contains(&word.as_str()));
        (asks || is_empty)
            && self.action(intent) == Some(&ActionSpec::Builtin(BuiltinAction::ReminderSet))
    }

    /// Settles which half of the day is meant where a time stands beside a day
    /// or a repetition. Readings that then mean the same moment are one. What
    /// may be either is left open until it is decided ([`Self::half_of_day`]).
    pub(super) fn settle_halves(
        &self,
        understanding: &mut Understanding,
        transcript: &Transcript,
        now: DateTime,
    ) {
        let words = canonical(&transcript.text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let readings = understanding.intents.iter_mut();
        for intent in readings.chain(&mut understanding.rivals) {
            let mut settled = intent.clone();
            match settle_times(&mut settled, &words, self.time_use(intent, &words), now) {
                Ok(None) => *intent = settled,
                Ok(Some(_)) => {}
                Err(_) => {
                    *understanding = Understanding::default();
                    return;
                }
            }
        }
        if let [first] = understanding.intents.as_mut_slice() {
            let same = |rival: &Intent| is_same_today(first, rival, now.date());
            let (same, rivals) = std::mem::take(&mut understanding.rivals)
                .into_iter()
                .partition(same);
            understanding.rivals = rivals;
            let same: Vec<Intent> = same;
            // The one that names the day says more.
            let fuller = same.into_iter().max_by_key(|intent| intent.slots.len());
            if let Some(fuller) = fuller.filter(|fuller| first.slots.len() < fuller.slots.len()) {
                *first = fuller;
            }
        }
    }

    /// Asks before or after noon, where a time may be either.
    pub(super) fn half_of_day(&self, decision: Decision) -> (Decision, Option<Vec<Intent>>) {
        let Decision::Act(mut intents) = decision else {
            return (decision, None);
        };
        let words = canonical(&self.session.heard);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let now = self.now();
        for at in 0..intents.len() {
            if !intents[at].slots.iter().any(|slot| is_open(&slot.value)) {
                continue;
            }
            let mut first = intents[at].clone();
            let used = self.time_use(&first, &words);
            match settle_times(&mut first, &words, used, now) {
                Ok(None) => intents[at] = first,
                Ok(Some(second)) => {
                    let meant = intents.clone();
                    intents.remove(at);
                    let label = |intent: &Intent| {
                        let time = intent.slots.iter().find(|slot| is_time(&slot.value));
                        time.map(|slot| slot.spoken.clone()).unwrap_or_default()
                    };
                    let (before, after) = (label(&first), label(&second));
                    let question = Question::Meant(&[&before, &after]).said();
                    let choices = vec![(before, first), (after, second)];
                    let pending = Pending::which(question, choices, intents);
                    return (Decision::Ask(pending), Some(meant));
                }
                Err(_) => return (Decision::Refuse(Failure::NotUnderstood), None),
            }
        }
        (Decision::Act(intents), None)
    }

    pub(super) fn again(&self, again: Again) -> Understood {
        let text = match again {
            Again::Said if self.session.said.is_empty() => Remark::NothingSaid.said(),
            Again::Said => self.session.said.clone(),
            Again::Heard if self.session.heard.is_empty() => Remark::NothingHeard.said(),
            Again::Heard => Remark::Heard(&self.session.heard).said(),
        };
        Understood {
            understanding: Understanding::default(),
            verdict: Verdict::Answer(text),
        }
    }
}

const fn is_time(value: &SlotValue) -> bool {
    matches!(value, SlotValue::Time { .. })
}

const fn is_open(value: &SlotValue) -> bool {
    matches!(value, SlotValue::Time { open: true, .. })
}

/// Whether two readings differ at most in that one of them names this day:
/// "at ten tonight" may be a time, or a day and a time.
fn is_same_today(a: &Intent, b: &Intent, today: Date) -> bool {
    let is_today = |value: &SlotValue| {
        matches!(*value, SlotValue::Date { year, month, day }
            if year == today.year()
                && month == today.month().unsigned_abs()
                && day == today.day().unsigned_abs())
    };
    let rest = |intent: &Intent| {
        let slots = intent.slots.iter().filter(|slot| !is_today(&slot.value));
        slots
            .map(|slot| (slot.name.clone(), slot.value.to_string()))
            .collect::<Vec<_>>()
    };
    a.name == b.name && rest(a) == rest(b)
}
