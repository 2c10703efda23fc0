//! The engine's part in what is done later: whether a command may be given a
//! time, keeping it, carrying it out when it is due, and taking a change to
//! the book back.

use std::sync::Arc;

use super::{Acted, InSession, Timed, timed};
use crate::timers::Keeper;
use mynah_core::dialogue::{CompletedIntent, Decision};
use mynah_core::intent::guided::meaning;
use mynah_core::intent::schema::validate;
use mynah_core::language::Refusal;
use mynah_core::model::{ActionSpec, BuiltinAction, IntentSpec};
use mynah_core::timers::State;
use mynah_core::timers::taken_back;
use mynah_core::turn::{Intent, Outcome, SlotValue, Understanding, When};

/// A year: nothing is kept longer.
const MOST_S: u32 = 366 * 86_400;

/// What one intent came to: outcomes, and what is said of them.
pub(super) type Done = (Vec<Outcome>, String);

impl InSession<'_> {
    pub(super) fn spec(&self, intent: &Intent) -> Option<&IntentSpec> {
        let undone = intent.undone();
        let name = &undone.as_ref().unwrap_or(intent).name;
        self.parts.settings.intent(name)
    }

    /// An intent as a person says it: "turn off the kitchen light".
    fn meaning(&self, intent: &Intent) -> String {
        let undone = intent.undone();
        let of = undone.as_ref().unwrap_or(intent);
        self.spec(of)
            .map_or_else(|| of.name.replace('_', " "), |spec| meaning(spec, of))
    }

    /// Objects to a time that one of the intents cannot be given. Then none of
    /// them is done.
    pub(super) fn object_to_time(&self, understanding: &mut Understanding) {
        let mut intents = understanding.intents.iter();
        if let Some(why) = intents.find_map(|intent| self.objection(intent)) {
            understanding.intents.clear();
            understanding.rivals.clear();
            understanding.objection = Some(why);
        }
    }

    /// The decision, or why one of its intents cannot be carried out at the time that
    /// an answer gave to it.
    pub(super) fn unless_objected(&self, decision: Decision) -> Decision {
        match &decision {
            Decision::Act(intents) => {
                let why = intents.iter().find_map(|intent| self.objection(intent));
                why.map_or(decision, Decision::Object)
            }
            _ => decision,
        }
    }

    /// Why an intent cannot be carried out at its time; `None` where it can.
    fn objection(&self, intent: &Intent) -> Option<String> {
        let when = intent.when?;
        let spec = self.spec(intent)?;
        let deed = self.meaning(intent);
        if !spec.later {
            return Some(match when {
                When::For { .. } => Refusal::OnlyForGood(&deed).said(),
                _ => Refusal::OnlyAtOnce(&deed).said(),
            });
        }
        let now = self.keeper().now();
        match when {
            When::For { .. } if spec.inverse().is_none() => {
                Some(Refusal::NotTakenBack(&deed).said())
            }
            When::After { seconds } | When::For { seconds } if MOST_S < seconds => {
                Some(Refusal::TooFar.said())
            }
            When::At { .. } if !now.is_set() => Some(Refusal::ClockNotSet.said()),
            When::At {
                time,
                date: Some(date),
            } if date.to_datetime(time) <= now.local => Some(Refusal::TimeOver.said()),
            _ => None,
        }
    }

    /// Objects to alarms and reminders for a day that has been, of which neither
    /// half is to be asked for.
    pub(super) fn object_to_past(&self, understanding: &mut Understanding) {
        if understanding.intents.iter().any(|it| self.is_over(it)) {
            understanding.intents.clear();
            understanding.rivals.clear();
            understanding.objection = Some(Refusal::TimeOver.said());
        }
    }

    /// Whether an alarm or a reminder is to be set for a day that has been.
    fn is_over(&self, intent: &Intent) -> bool {
        let sets = matches!(
            self.action(intent),
            Some(ActionSpec::Builtin(
                BuiltinAction::AlarmSet | BuiltinAction::ReminderSet
            ))
        );
        let today = self.keeper().now().local.date();
        sets && intent.slots.iter().any(|slot| match slot.value {
            SlotValue::Date { year, month, day } => {
                let today = (today.year(), today.month(), today.day());
                (
                    year,
                    i8::try_from(month).unwrap_or(1),
                    i8::try_from(day).unwrap_or(1),
                ) < today
            }
            _ => false,
        })
    }

    /// Keeps an intent until its time.
    pub(super) fn schedule(&mut self, intent: &Intent) -> Done {
        let says = self.meaning(intent);
        let actor = self.session.actor_mut(self.parts.actor.as_mut());
        let outcome = actor.schedule(intent, &says);
        let said = said_of(&outcome);
        (vec![outcome], said)
    }

    /// Keeps what takes an intent back, after it was carried out for a while.
    pub(super) fn take_back_after(&mut self, seconds: u32, intent: &Intent) -> Done {
        self.schedule(&Intent {
            when: Some(When::After { seconds }),
            ..intent.undoing()
        })
    }

    /// Takes back what a deed changed in the book.
    pub(super) fn take_back(&self, change: u64) -> Done {
        let keeper = self.keeper();
        let taken = keeper.take_back(change).map(|taken| taken.value);
        let ok = taken.as_ref().is_some_and(|taken| !taken.is_empty());
        let gone = taken
            .as_ref()
            .is_some_and(|taken| !taken.removed.is_empty());
        let said = match taken {
            Some(taken) if ok => taken_back(&taken, &keeper.now()),
            _ => Refusal::Over.said(),
        };
        let outcome = Outcome {
            kind: "builtin",
            ok,
            detail: said.clone(),
            result: serde_json::json!({"say": said, "gone": gone}),
            show: None,
            answer: None,
        };
        (vec![outcome], said)
    }

    /// Carries out a command that is due, if nobody has cancelled it or carried
    /// it out meanwhile: then there are no outcomes. What is said is a failure,
    /// or the answer of an intent that only answers.
    pub fn act_due(&mut self, id: u64) -> Timed<Acted> {
        timed(|| {
            let keeper = Arc::clone(self.keeper());
            let begun = keeper.look(|book, _| {
                let entry = book.entry(id)?;
                let begun = matches!(entry.state, State::Ringing { .. });
                let command = entry.command.clone().filter(|_| begun)?;
                Some((command, entry.outdated))
            });
            let Some((intent, outdated)) = begun else {
                return Acted::default();
            };
            let _over = Over {
                keeper: &keeper,
                id,
            };
            let acted = (!outdated).then(|| self.act_later(&intent)).flatten();
            let Some((outcomes, said)) = acted else {
                let deed = keeper.look(|book, _| book.entry(id).map(|e| e.label.clone()));
                return gone(&intent, &deed.unwrap_or_default());
            };
            let ok = outcomes.iter().all(|outcome| outcome.ok);
            let asks = self.action(&intent).is_none_or(ActionSpec::only_asks);
            let answers = asks && intent.undone().is_none();
            // What was taken back in time is no command to be taken back.
            if intent.undone().is_none() {
                let deed = CompletedIntent {
                    intent,
                    ok,
                    changes: Vec::new(),
                };
                let now = keeper.now().mono_ms;
                self.session.memory.note(now, &[deed], &self.parts.settings);
            }
            let reply = if ok && !answers { String::new() } else { said };
            if !reply.is_empty() {
                self.session.said.clone_from(&reply);
            }
            Acted {
                outcomes,
                reply,
                follow_up_ms: 0,
            }
        })
    }

    /// `None` when the file has changed meanwhile, and does not know it so any
    /// more.
    fn act_later(&mut self, intent: &Intent) -> Option<Done> {
        let named = intent.undone().unwrap_or_else(|| intent.clone());
        let spec = self.spec(&named)?;
        if let Err(why) = validate(&named, spec) {
            tracing::warn!(intent = named.name, "a scheduled command: {why}");
            return None;
        }
        self.act_on(intent)
    }
}

/// Takes an entry out of the book, also when carrying it out panicked.
struct Over<'a> {
    keeper: &'a Keeper,
    id: u64,
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.keeper.heard(&[self.id]);
    }
}

/// The answer to a scheduled command that the file does not know any more.
fn gone(intent: &Intent, deed: &str) -> Acted {
    let reply = Refusal::Forgotten(deed).said();
    tracing::warn!(intent = intent.name, "no such intent in the settings");
    Acted {
        outcomes: vec![Outcome {
            kind: "schedule",
            ok: false,
            detail: reply.clone(),
            result: serde_json::Value::Null,
            show: None,
            answer: None,
        }],
        reply,
        follow_up_ms: 0,
    }
}

/// The sentence that an outcome brings along.
fn said_of(outcome: &Outcome) -> String {
    let said = outcome.result["say"].as_str();
    said.unwrap_or(&outcome.detail).to_owned()
}
