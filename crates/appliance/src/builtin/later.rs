//! Keeps commands for later: what is to be carried out at a time, or taken
//! back after a while. The engine carries it out when it is due.

use jiff::civil::{Date, Time};

use super::timer::noted;
use super::unable;
use crate::timers::Keeper;
use mynah_actions::{ActionError, ActionOutput};
use mynah_core::language::{Missing, Refusal, TimerRemark};
use mynah_core::timers::{Days, Kind, command_due, order};
use mynah_core::turn::{Intent, When};

/// Schedules `intent` by its `when`; `says` is how a person says it. The
/// result's `say` is the answer.
pub(super) fn schedule(
    keeper: &Keeper,
    intent: &Intent,
    says: &str,
) -> Result<ActionOutput, ActionError> {
    let now = keeper.now();
    let at = match intent.when {
        Some(When::At { time, date }) => Some((time, date)),
        Some(When::After { .. } | When::For { .. }) => None,
        None => return Err(unable(Refusal::NotHeard(Missing::When))),
    };
    if at.is_some() && !now.is_set() {
        return Err(unable(Refusal::ClockNotSet));
    }
    let is_over = |(time, date): (Time, Option<Date>)| {
        date.is_some_and(|date| date.to_datetime(time) <= now.local)
    };
    if at.is_some_and(is_over) {
        return Err(unable(Refusal::TimeOver));
    }
    let kept = keeper.change(|book, now| {
        let id = match intent.when {
            Some(When::At { time, date }) => {
                book.set_at(Kind::Command, says, (time, date, Days::default()), now)
            }
            Some(When::After { seconds } | When::For { seconds }) => {
                book.set_after(Kind::Command, says, u64::from(seconds) * 1_000, now)
            }
            None => None,
        }?;
        book.carry(id, intent.clone(), says);
        book.entry(id).cloned()
    });
    let Some(entry) = kept.value else {
        return Err(unable(Refusal::TooMany));
    };
    let due = command_due(&entry, &now);
    let remark = match intent.undone() {
        Some(_) => TimerRemark::WillTakeBack(due),
        None => TimerRemark::Will(order(&entry, Some(due))),
    };
    Ok(noted(remark.said(), kept.kept))
}
