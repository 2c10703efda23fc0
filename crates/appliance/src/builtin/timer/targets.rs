//! Which timers, alarms, reminders and scheduled commands the words of a
//! command are about.

use jiff::civil::{Date, DateTime, Time};

use super::{date, duration_ms, text, time};
use crate::timers::Keeper;
use mynah_actions::ActionQuestion;
use mynah_core::language::{Phrase, Question, Refusal};
use mynah_core::model::BuiltinAction;
use mynah_core::timers::{Book, Entry, Kind, Moment, choice, length};
use mynah_core::turn::{Intent, Slot, SlotValue};

/// The slot that says which entry was chosen, by its number.
const CHOSEN: &str = "chosen";

/// Choices in one question.
const MAX_CHOICES: usize = 4;

/// The values of `which` in the built-in intents that are places: "the second
/// timer", in the order in which they were set.
const PLACES: [&str; 4] = ["first", "second", "third", "fourth"];

/// The kind of the entries that a deed is for one of.
pub(super) const fn kind(deed: BuiltinAction) -> Option<Kind> {
    match deed {
        BuiltinAction::TimerControl | BuiltinAction::TimerExtend | BuiltinAction::RingSnooze => {
            Some(Kind::Timer)
        }
        BuiltinAction::AlarmCancel | BuiltinAction::AlarmMove | BuiltinAction::AlarmSkip => {
            Some(Kind::Alarm)
        }
        BuiltinAction::ReminderCancel => Some(Kind::Reminder),
        BuiltinAction::ScheduleCancel => Some(Kind::Command),
        _ => None,
    }
}

/// Asks which, when a deed is for one and several fit.
pub(in crate::builtin) fn which(
    keeper: &Keeper,
    deed: BuiltinAction,
    intent: &Intent,
) -> Option<ActionQuestion> {
    let kind = kind(deed)?;
    let about = about(deed, intent);
    keeper.look(|book, now| {
        // What rings is snoozed, all of it.
        if deed == BuiltinAction::RingSnooze && !book.ringing().is_empty() {
            return None;
        }
        let fitting = fitting(book, kind, &about, now);
        let both = text(intent, "which") == Some("all_two") && 2 < fitting.len();
        let next = text(intent, "which") == Some("next");
        if fitting.len() < 2 || next || wants_all(intent) && !both {
            return None;
        }
        let choose = |value: String, spoken: &str| {
            let mut chosen = intent.clone();
            chosen.slots.push(Slot {
                name: CHOSEN.into(),
                value: SlotValue::Text(value),
                spoken: spoken.into(),
            });
            (spoken.to_owned(), chosen)
        };
        let choices: Vec<(String, Intent)> = fitting
            .iter()
            .take(MAX_CHOICES)
            .map(|entry| choose(entry.id.to_string(), &choice(entry, &fitting, now)))
            .collect();
        let labels: Vec<&str> = choices.iter().map(|(label, _)| label.as_str()).collect();
        let question = Question::WhichOne(&labels).said();
        // One time cannot be that of several alarms.
        let several = deed != BuiltinAction::AlarmMove;
        let all = several.then(|| choose("all".into(), &Phrase::AllOfThem.said()));
        let choices = choices.into_iter().chain(all).collect();
        Some(ActionQuestion { question, choices })
    })
}

/// The same command with the slots that say which entry is meant: where an
/// alarm is moved, its time and day say where to.
pub(super) fn about(deed: BuiltinAction, intent: &Intent) -> Intent {
    let mut about = intent.clone();
    if deed == BuiltinAction::AlarmMove {
        let moves = |slot: &Slot| ["time", "date"].contains(&slot.name.as_str());
        about.slots.retain(|slot| !moves(slot));
    }
    about
}

/// The entries of a kind that the slots fit. Of several, what rings comes
/// before what does not.
pub(super) fn fitting<'b>(
    book: &'b Book,
    kind: Kind,
    intent: &Intent,
    now: &Moment,
) -> Vec<&'b Entry> {
    let of_kind = || book.entries().iter().filter(|entry| entry.kind == kind);
    if let Some(chosen) = text(intent, CHOSEN).filter(|chosen| *chosen != "all") {
        return of_kind()
            .filter(|entry| entry.id.to_string() == chosen)
            .collect();
    }
    if let Some(said) = text(intent, "name").or_else(|| text(intent, "text")) {
        return book.named(kind, said, now);
    }
    if let Some(ms) = length_of(kind, intent) {
        return of_kind()
            .filter(|entry| entry.total_ms() == Some(ms))
            .collect();
    }
    let all: Vec<&Entry> = if kind == Kind::Timer {
        of_kind().collect()
    } else {
        at_time(&of_kind().collect::<Vec<_>>(), intent, now)
    };
    if let Some(place) = place(intent, all.len()) {
        return all.get(place).copied().into_iter().collect();
    }
    let rings = |entry: &&&Entry| book.ringing().contains(*entry);
    let ringing: Vec<&Entry> = all.iter().filter(rings).copied().collect();
    if ringing.is_empty() || wants_all(intent) {
        all
    } else {
        ringing
    }
}

/// The length by which a timer is spoken of: "the ten minute timer".
fn length_of(kind: Kind, intent: &Intent) -> Option<u64> {
    if kind != Kind::Timer {
        return None;
    }
    // Of "add five minutes to the ten minute timer", the second.
    let changes = intent.slot("change").is_some() || intent.slot("minutes").is_some();
    let by_deed = || duration_ms(intent, "duration").filter(|_| intent.slot("deed").is_some());
    duration_ms(intent, "timer_duration").or_else(|| by_deed().filter(|_| !changes))
}

/// Those at the time and on the day that were said, in both halves of the day
/// where neither was said.
fn at_time<'b>(all: &[&'b Entry], intent: &Intent, now: &Moment) -> Vec<&'b Entry> {
    let time = time(intent, "old_time").or_else(|| time(intent, "time"));
    let date = date(intent, "old_date").or_else(|| date(intent, "date"));
    let fits = |shift: i64| -> Vec<&'b Entry> {
        let at = |entry: &&&Entry| {
            let due = entry.due(now);
            time.is_none_or(|time| same_time(due, time, shift))
                && date.is_none_or(|date| comes_on(entry, due, date))
        };
        all.iter().filter(at).copied().collect()
    };
    let mut found = fits(0);
    if half_is_open(intent) {
        found.extend(fits(12));
        found.sort_by_key(|entry| entry.id);
        found.dedup_by_key(|entry| entry.id);
    }
    found
}

/// Whether nothing said which half of the day is meant.
fn half_is_open(intent: &Intent) -> bool {
    let mut slots = intent.slots.iter();
    slots.any(|slot| matches!(slot.value, SlotValue::Time { open: true, .. }))
}

fn same_time(due: DateTime, time: Time, shift_hours: i64) -> bool {
    let shifted = time.wrapping_add(jiff::SignedDuration::from_hours(shift_hours));
    due.time() == shifted
}

/// Whether an entry is due on a day, if not before on another.
fn comes_on(entry: &Entry, due: DateTime, date: Date) -> bool {
    due.date() == date || due.date() < date && entry.repeats_on(date.weekday())
}

/// The place among those that fit.
fn place(intent: &Intent, count: usize) -> Option<usize> {
    match text(intent, "which")? {
        "last" => count.checked_sub(1),
        said => PLACES.iter().position(|place| *place == said),
    }
}

pub(super) fn wants_all(intent: &Intent) -> bool {
    let which = text(intent, "which");
    which.is_some_and(|which| which.starts_with("all")) || text(intent, CHOSEN) == Some("all")
}

/// That there is no such thing as was looked for.
pub(super) fn sought(kind: Kind, intent: &Intent) -> Refusal<'_> {
    let noun = kind.noun();
    if let Some(said) = text(intent, "name") {
        return Refusal::NoneNamed(noun, said);
    }
    if let Some(ms) = length_of(kind, intent) {
        return Refusal::NoneOfLength(noun, length(ms));
    }
    if let Some(time) = time(intent, "old_time").or_else(|| time(intent, "time")) {
        return Refusal::NoneAtTime(noun, time, half_is_open(intent));
    }
    let said = text(intent, "which");
    let place = (1..).zip(PLACES).find(|(_, place)| said == Some(*place));
    place.map_or(Refusal::NoSuch(noun), |(place, _)| {
        Refusal::NoneAtPlace(noun, place)
    })
}
