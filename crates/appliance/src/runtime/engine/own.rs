//! The engine's part in what is built in: what answers a ring, which of
//! several timers is meant, and what was said a moment ago.

use jiff::civil::DateTime;

use super::{Engine, Timed, Understood, timed};
use crate::runtime::again::Again;
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::{Decision, Pending, is_cancel};
use mynah_core::model::{ActionSpec, Deed, IntentSpec};
use mynah_core::turn::{Intent, Transcript, Understanding};

/// With one of these begins what somebody wants to know.
const QUESTION_WORDS: [&str; 8] = [
    "what", "why", "how", "who", "where", "when", "which", "whether",
];

impl Engine {
    /// Finds out whether something said without a wake word answers what
    /// rings. Everything else is left alone.
    pub fn understand_ringing(&mut self, transcript: &Transcript) -> Timed<Understood> {
        timed(|| {
            let now = self.now();
            let phrases = &mut self.parts.phrases;
            let mut understanding = phrases.parse(transcript, now).unwrap_or_default();
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
