//! Moves alarms to another time, and leaves one occurrence of them out.

use super::halves::settled;
use super::targets::{about, fitting};
use super::{answered, date, targets, text, time, unable};
use crate::timers::Keeper;
use mynah_actions::{ActionError, ActionOutput};
use mynah_core::language::{Missing, Refusal, TimerRemark};
use mynah_core::model::BuiltinAction;
use mynah_core::timers::{Kind, alarm_due, due_at, item};
use mynah_core::turn::Intent;

/// "Move the alarm to eight": the day stays, unless one is said.
pub(super) fn move_to(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let now = keeper.now();
    if !now.is_set() {
        return Err(unable(Refusal::ClockNotSet));
    }
    let intent = &settled(keeper, BuiltinAction::AlarmMove, intent);
    let to = time(intent, "time").ok_or_else(|| unable(Refusal::NotHeard(Missing::NewTime)))?;
    let found = targets(
        keeper,
        Kind::Alarm,
        &about(BuiltinAction::AlarmMove, intent),
    )?;
    let [alarm] = found.as_slice() else {
        return Err(unable(Refusal::OneAlarmOnly));
    };
    let moved = keeper.change(|book, now| {
        let moved = book.move_to(alarm.id, (to, date(intent, "date")), now);
        book.entry(alarm.id).filter(|_| moved).cloned()
    });
    match moved.value {
        Some(alarm) => Ok(answered(
            TimerRemark::AlarmMoved(alarm_due(&alarm, &now)).said(),
        )),
        None => Err(unable(Refusal::TimeOver)),
    }
}

/// "Skip tomorrow's alarm": one that comes again is left out once, another is
/// cancelled.
pub(super) fn skip(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let all = targets(keeper, Kind::Alarm, intent)?;
    let next = text(intent, "which") == Some("next");
    let found = if next {
        let soonest = keeper.look(|book, now| {
            let fitting = fitting(book, Kind::Alarm, intent, now);
            let soonest = fitting.into_iter().min_by_key(|alarm| alarm.left_ms(now));
            soonest.cloned()
        });
        soonest.into_iter().collect()
    } else {
        all
    };
    let now = keeper.now();
    let day = date(intent, "date");
    if found
        .iter()
        .any(|alarm| day.is_some_and(|day| alarm.due(&now).date() < day))
    {
        return Err(unable(Refusal::OnlyNextRing));
    }
    let skipped = keeper.change(|book, now| {
        let mut told = Vec::new();
        for alarm in &found {
            if alarm.repeats() {
                book.skip(alarm.id, now);
                if let Some(alarm) = book.entry(alarm.id) {
                    let next = due_at(alarm, now);
                    told.push(TimerRemark::RingsNext(item(alarm), next).said());
                }
            } else {
                book.cancel(alarm.id);
                told.push(TimerRemark::Cancelled(item(alarm)).said());
            }
        }
        told
    });
    Ok(answered(skipped.value.join(" ")))
}
