//! Sets, asks after, changes and ends what rings later.

mod alarm;
mod halves;
mod targets;

use jiff::civil::{Date, Time};

use super::{answered, not_done, said, unable};
use crate::timers::{Changed, Keeper};
pub(super) use halves::settled;
use mynah_actions::{ActionError, ActionOutput};
use mynah_core::language::{Missing, Refusal, Remark, TimerRemark};
use mynah_core::model::BuiltinAction;
use mynah_core::timers::{
    Book, Days, Entry, Kind, Moment, alarm_due, item, left, length, order, told,
};
use mynah_core::turn::{Intent, SlotValue};
pub(super) use targets::which;
use targets::{fitting, sought};

/// What "snooze" means when nobody says how long: five minutes.
const SNOOZE_MS: u64 = 5 * 60_000;

/// Carries one out. The result's `say` is the whole answer.
pub(super) fn carry_out(
    keeper: &Keeper,
    deed: BuiltinAction,
    intent: &Intent,
) -> Result<ActionOutput, ActionError> {
    match deed {
        BuiltinAction::TimerSet => timer_set(keeper, intent),
        BuiltinAction::TimerQuery => query(keeper, Kind::Timer, intent),
        BuiltinAction::TimerControl => control(keeper, intent),
        BuiltinAction::TimerExtend => extend(keeper, intent),
        BuiltinAction::RingStop => Ok(ring_stop(keeper)),
        BuiltinAction::RingSnooze => ring_snooze(keeper, intent),
        BuiltinAction::AlarmSet => alarm_set(keeper, intent),
        BuiltinAction::AlarmQuery => query(keeper, Kind::Alarm, intent),
        BuiltinAction::AlarmCancel => cancel(keeper, Kind::Alarm, intent),
        BuiltinAction::AlarmMove => alarm::move_to(keeper, intent),
        BuiltinAction::AlarmSkip => alarm::skip(keeper, intent),
        BuiltinAction::ReminderSet => reminder_set(keeper, intent),
        BuiltinAction::ReminderQuery => query(keeper, Kind::Reminder, intent),
        BuiltinAction::ReminderCancel => cancel(keeper, Kind::Reminder, intent),
        BuiltinAction::ScheduleQuery => query(keeper, Kind::Command, intent),
        BuiltinAction::ScheduleCancel => cancel(keeper, Kind::Command, intent),
        _ => Err(unable(Refusal::UnknownDeed)),
    }
}

fn timer_set(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let ms = duration_ms(intent, "duration");
    let ms = ms.ok_or_else(|| unable(Refusal::NotHeard(Missing::Length)))?;
    let label = text(intent, "name").unwrap_or_default();
    let set = keeper.change(|book, now| {
        let id = book.set_after(Kind::Timer, label, ms, now)?;
        book.entry(id).cloned()
    });
    kept(set, |entry| {
        let remark = TimerRemark::TimerSet {
            name: &entry.label,
            seconds: length(ms),
        };
        remark.said()
    })
}

fn alarm_set(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    set_for(keeper, intent, Kind::Alarm, "")
}

fn reminder_set(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let label = text(intent, "text").ok_or_else(|| unable(Refusal::NotHeard(Missing::Text)))?;
    set_for(keeper, intent, Kind::Reminder, label)
}

/// Sets an alarm or a reminder after a while, or by the clock on the wall. What
/// is set for that time already is not set twice.
fn set_for(
    keeper: &Keeper,
    intent: &Intent,
    kind: Kind,
    label: &str,
) -> Result<ActionOutput, ActionError> {
    let now = keeper.now();
    let at = time(intent, "time");
    let date = date(intent, "date");
    let days = days(intent);
    let after = duration_ms(intent, "duration");
    if after.is_none() && !now.is_set() {
        return Err(unable(Refusal::ClockNotSet));
    }
    let sentence = |entry: &Entry| {
        let due = alarm_due(entry, &now);
        let remark = match kind {
            Kind::Reminder => TimerRemark::ReminderSet { of: label, due },
            _ => TimerRemark::AlarmSet(due),
        };
        remark.said()
    };
    let set = keeper.change(|book, now| {
        let id = match (after, at) {
            (Some(ms), _) => book.set_after(kind, label, ms, now),
            (None, Some(time)) => book.set_at(kind, label, (time, date, days), now),
            (None, None) => None,
        }?;
        let entry = book.entry(id).cloned()?;
        let twin = book.entries().iter().find(|other| other.is_twin(&entry));
        let twin = twin.cloned();
        if twin.is_some() {
            book.cancel(id);
        }
        Some((entry, twin))
    });
    match (&set.value, after, at) {
        (Some((_, Some(twin))), _, _) => {
            let set = sentence(twin);
            let already = TimerRemark::SetAlready.said();
            Ok(answered(format!("{set} {already}")))
        }
        (None, None, None) => Err(unable(Refusal::NotHeard(Missing::When))),
        (None, None, Some(time)) if date.is_some_and(|day| day.to_datetime(time) <= now.local) => {
            Err(unable(Refusal::TimeOver))
        }
        _ => {
            let set = Changed {
                value: set.value.map(|(entry, _)| entry),
                kept: set.kept,
            };
            kept(set, sentence)
        }
    }
}

fn kept(
    set: Changed<Option<Entry>>,
    sentence: impl Fn(&Entry) -> String,
) -> Result<ActionOutput, ActionError> {
    let Some(entry) = set.value else {
        return Err(unable(Refusal::TooMany));
    };
    Ok(noted(sentence(&entry), set.kept))
}

/// Done, and whether a power cut would lose it, which a person cannot know
/// otherwise.
pub(super) fn noted(sentence: String, kept: bool) -> ActionOutput {
    answered(if kept {
        sentence
    } else {
        format!("{sentence} {}", TimerRemark::NotKept.said())
    })
}

fn query(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let noun = kind.noun();
    known(keeper)?;
    keeper.look(|book, now| {
        let mut entries: Vec<&Entry> = fitting(book, kind, intent, now);
        if intent.slots.is_empty() {
            let all = book.entries().iter();
            entries = all.filter(|entry| entry.kind == kind).collect();
        }
        entries.sort_by_key(|entry| entry.left_ms(now));
        let day = date(intent, "date").and_then(|_| intent.slot("date"));
        let remark = match (entries.as_slice(), kind, day) {
            ([], Kind::Command, _) => TimerRemark::NothingScheduled,
            ([], _, _) if intent.slots.is_empty() => TimerRemark::NoneSet(noun),
            ([], Kind::Alarm | Kind::Reminder, Some(day)) => TimerRemark::NoneOn(noun, &day.spoken),
            ([], _, _) => return Err(unable(sought(kind, intent))),
            (some, _, _) => {
                let told = some.iter().map(|entry| told(entry, now));
                TimerRemark::AllSet(noun, told.collect())
            }
        };
        Ok(answered(remark.said()))
    })
}

/// Whether it is known what is set: that there is nothing is said of no book
/// that cannot be read.
fn known(keeper: &Keeper) -> Result<(), ActionError> {
    match keeper.trouble() {
        None => Ok(()),
        Some(_) => Err(unable(Refusal::NotesUnreadable)),
    }
}

/// Those that the slots fit, or why there are none.
fn targets(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<Vec<Entry>, ActionError> {
    let found: Vec<Entry> = keeper.look(|book, now| {
        let fitting = fitting(book, kind, intent, now);
        fitting.into_iter().cloned().collect()
    });
    if found.is_empty() {
        known(keeper)?;
        return Err(match kind {
            Kind::Command => not_done(TimerRemark::NothingScheduled.said()),
            _ => unable(sought(kind, intent)),
        });
    }
    Ok(found)
}

fn cancel(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let targets = targets(keeper, kind, intent)?;
    let ended = keeper.change(|book, now| {
        for entry in &targets {
            // A repeating alarm that rings is stopped, and comes again.
            if book.ringing().contains(&entry) && entry.repeats() {
                book.done(&[entry.id], now);
            } else {
                book.cancel(entry.id);
            }
        }
    });
    let remark = match targets.as_slice() {
        [one] if kind == Kind::Command => TimerRemark::WillNot(order(one, None)),
        [one] => TimerRemark::Cancelled(item(one)),
        many => TimerRemark::CancelledMany(kind.noun(), many.len()),
    };
    Ok(noted(remark.said(), ended.kept))
}

fn control(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    type Change = fn(&mut Book, u64, &Moment) -> bool;
    let (change, cannot): (Change, Refusal<'_>) = match text(intent, "deed") {
        Some("pause") => (Book::pause, Refusal::NotRunning),
        Some("resume") => (Book::resume, Refusal::NotPaused),
        Some("restart") => (Book::restart, Refusal::NotRestarted),
        _ => return cancel(keeper, Kind::Timer, intent),
    };
    let targets = targets(keeper, Kind::Timer, intent)?;
    let changed = keeper.change(|book, now| {
        let mut changed = Vec::new();
        for entry in &targets {
            if change(book, entry.id, now) {
                changed.extend(book.entry(entry.id).cloned());
            }
        }
        (changed, now.clone())
    });
    let (changed, now) = changed.value;
    if changed.is_empty() {
        return Err(unable(cannot));
    }
    let told = changed.iter().map(|entry| told(entry, &now));
    Ok(answered(TimerRemark::Now(told.collect()).said()))
}

/// How a timer's time is changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// This much more, or less.
    Difference(i64),
    /// To this much.
    Total(u64),
}

fn extend(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let ms = duration_ms(intent, "duration")
        .ok_or_else(|| unable(Refusal::NotHeard(Missing::Change)))?;
    let by = i64::try_from(ms).unwrap_or(i64::MAX);
    let by = match text(intent, "change") {
        Some("take") => By::Difference(-by),
        Some("set") => By::Total(ms),
        _ => By::Difference(by),
    };
    change_time(keeper, intent, by)
}

fn change_time(keeper: &Keeper, intent: &Intent, by: By) -> Result<ActionOutput, ActionError> {
    let targets = targets(keeper, Kind::Timer, intent)?;
    let changed = keeper.change(|book, now| {
        let mut changed = Vec::new();
        for entry in &targets {
            let done = match by {
                By::Difference(by) => book.extend(entry.id, by, now),
                By::Total(ms) => book.set_left(entry.id, ms, now),
            };
            changed.extend(book.entry(entry.id).filter(|_| done).cloned());
        }
        (changed, now.clone())
    });
    let (changed, now) = changed.value;
    if changed.is_empty() {
        return Err(unable(Refusal::NotThatMuchLeft));
    }
    let changed = changed.iter();
    let remark = match by {
        By::Difference(_) => TimerRemark::LeftNow(changed.map(|entry| left(entry, &now)).collect()),
        By::Total(_) => TimerRemark::ChangedTo(changed.map(|entry| told(entry, &now)).collect()),
    };
    Ok(answered(remark.said()))
}

/// Nothing more is said: it is quiet, and that is what was wanted.
fn ring_stop(keeper: &Keeper) -> ActionOutput {
    let ids: Vec<u64> = keeper.look(|book, _| book.ringing().iter().map(|e| e.id).collect());
    if ids.is_empty() {
        return answered(Refusal::NothingRings.said());
    }
    keeper.heard(&ids);
    said(&Remark::Okay)
}

/// "Five more minutes": for what rings; where nothing does, for the timer that
/// runs.
fn ring_snooze(keeper: &Keeper, intent: &Intent) -> Result<ActionOutput, ActionError> {
    let said_ms = duration_ms(intent, "duration");
    let (rings, timers) = keeper.look(|book, _| {
        let mut entries = book.entries().iter();
        let timers = entries.any(|entry| entry.kind == Kind::Timer);
        (!book.ringing().is_empty(), timers)
    });
    match said_ms {
        Some(ms) if !rings && timers => {
            let by = By::Difference(i64::try_from(ms).unwrap_or(i64::MAX));
            change_time(keeper, intent, by)
        }
        _ if !rings => Err(unable(Refusal::NothingRings)),
        _ => {
            let ms = said_ms.unwrap_or(SNOOZE_MS);
            keeper.change(|book, now| book.snooze(ms, now));
            Ok(answered(TimerRemark::Snoozed(length(ms)).said()))
        }
    }
}

fn text<'i>(intent: &'i Intent, slot: &str) -> Option<&'i str> {
    match &intent.slot(slot)?.value {
        SlotValue::Text(text) => Some(text),
        _ => None,
    }
}

fn duration_ms(intent: &Intent, slot: &str) -> Option<u64> {
    match intent.slot(slot)?.value {
        SlotValue::Duration(seconds) => Some(u64::from(seconds) * 1_000),
        _ => None,
    }
}

fn time(intent: &Intent, slot: &str) -> Option<Time> {
    match intent.slot(slot)?.value {
        SlotValue::Time { hour, minute, .. } => {
            Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
        }
        _ => None,
    }
}

pub(super) fn date(intent: &Intent, slot: &str) -> Option<Date> {
    match intent.slot(slot)?.value {
        SlotValue::Date { year, month, day } => {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        }
        _ => None,
    }
}

/// The days on which something comes again; none of them is "once".
fn days(intent: &Intent) -> Days {
    let of = |day: &str| Days::named(day).unwrap_or_default();
    match intent.slot("days").map(|slot| &slot.value) {
        Some(SlotValue::Text(name)) => of(name),
        Some(SlotValue::List(names)) => names
            .iter()
            .fold(Days::default(), |days, name| days.and(of(name))),
        _ => Days::default(),
    }
}
