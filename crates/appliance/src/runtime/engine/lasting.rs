//! The engine's part in commands that meet earlier ones for the same thing: a
//! later command ends what was to be taken back after a while, and what a
//! correction does anyway is not done twice.

use std::sync::Arc;

use super::InSession;
use super::later::Done;
use mynah_actions::{SCHEDULE, planned, target};
use mynah_core::language::{TimerRemark, spoken};
use mynah_core::model::{ActionSpec, IntentSpec};
use mynah_core::timers::{Entry, command_due};
use mynah_core::turn::{Intent, Outcome, Slot, When};

impl InSession<'_> {
    /// Cancels what would take back an earlier command for the thing that
    /// `intent` was just carried out for. `None` where nothing would.
    pub(super) fn let_last(&self, intent: &Intent) -> Option<Done> {
        let for_a_while = match intent.when {
            _ if intent.undone().is_some() => return None,
            None => false,
            Some(When::For { .. }) => true,
            Some(_) => return None,
        };
        let keeper = Arc::clone(self.keeper());
        let pending: Vec<Entry> = keeper.look(|book, _| {
            let same = |entry: &&Entry| {
                let undone = entry.command.as_ref().and_then(Intent::undone);
                undone.is_some_and(|undone| self.is_same_thing(intent, &undone))
            };
            book.entries().iter().filter(same).cloned().collect()
        });
        if pending.is_empty() {
            return None;
        }
        let changed = keeper.change(|book, _| {
            for entry in &pending {
                book.cancel(entry.id);
            }
        });
        let surprises = |entry: &&Entry| {
            let undone = entry.command.as_ref().and_then(Intent::undone);
            undone.is_none_or(|undone| self.plan_of_undoing(&undone) != self.plan(intent))
        };
        // What is set for another while is said with its new time.
        let now = keeper.now();
        let told = pending.iter().find(surprises).filter(|_| !for_a_while);
        let said = told.map(|entry| TimerRemark::WillNotTakeBack(command_due(entry, &now)).said());
        let mut said = said.unwrap_or_default();
        if !changed.kept {
            said = format!("{said} {}", TimerRemark::NotKept.said());
        }
        let outcome = Outcome {
            kind: SCHEDULE,
            ok: true,
            detail: said.clone(),
            result: serde_json::json!({"say": said, "change": keeper.last_change()}),
            show: None,
            answer: None,
        };
        Some((vec![outcome], said))
    }

    /// Whether what takes an intent back would do what one of the others does
    /// anyway: "sorry, on" after "off". Steps up and down add up.
    pub(super) fn is_done_anyway(&self, undo: &Intent, others: &[Intent]) -> bool {
        let Some(undone) = undo.undone().filter(|_| undo.change().is_none()) else {
            return false;
        };
        let table = spoken().meaning();
        let is_step = |slot: &Slot| {
            let mut words = slot.spoken.split(' ');
            words.any(|word| table.upward.contains(&word) || table.downward.contains(&word))
        };
        let plan = self.plan_of_undoing(&undone);
        let mut at_once = others.iter().filter(|other| {
            matches!(other.when, None | Some(When::For { .. })) && other.undone().is_none()
        });
        plan.is_some()
            && !undone.slots.iter().any(is_step)
            && at_once.any(|other| self.plan(other) == plan)
    }

    fn plan(&self, intent: &Intent) -> Option<String> {
        let action = self.spec(intent)?.action.as_ref()?;
        planned(action, &self.parts.settings.intents, intent)
    }

    fn plan_of_undoing(&self, undone: &Intent) -> Option<String> {
        let inverse = self.spec(undone)?.inverse()?;
        planned(&inverse, &self.parts.settings.intents, undone)
    }

    /// Whether an intent concerns what the inverse of `undone` would set: their
    /// actions have one place in common, or it does what that intent or its
    /// inverse does.
    fn is_same_thing(&self, intent: &Intent, undone: &Intent) -> bool {
        let intents = &self.parts.settings.intents;
        let place = |action: Option<&ActionSpec>, of: &Intent| target(action?, intents, of);
        let own = self.spec(intent).and_then(|spec| spec.action.as_ref());
        let inverse = self.spec(undone).and_then(IntentSpec::inverse);
        let places = (place(own, intent), place(inverse.as_ref(), undone));
        if let (Some(place), Some(other)) = places {
            return place == other;
        }
        let plan = self.plan(intent);
        let plans = [self.plan(undone), self.plan_of_undoing(undone)];
        plan.is_some() && plans.contains(&plan)
    }
}
