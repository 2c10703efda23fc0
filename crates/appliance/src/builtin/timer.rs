//! Sets, asks after, changes and ends what rings later.

use jiff::civil::{Date, Time};

use super::{said, unable};
use crate::timers::{Changed, Keeper};
use mynah_actions::{Done, Undone, Which};
use mynah_core::model::Deed;
use mynah_core::timers::{
    Book, Days, Entry, Kind, Moment, alarm_when, choice, length, listed, name, turned, until,
};
use mynah_core::turn::{Intent, Slot, SlotValue};

/// What "snooze" means when nobody says how long: five minutes.
const SNOOZE_MS: u64 = 5 * 60_000;

/// The slot that says which entry was chosen, by its number.
const CHOSEN: &str = "chosen";

/// What a person cannot know otherwise.
const NOT_KEPT: &str = "But I cannot write it down, so a power cut would lose it.";
const TOO_MANY: &str = "There are too many already.";
const NO_CLOCK: &str = "I do not know the time yet, because my clock is not set.";

/// Choices in one question.
const MAX_CHOICES: usize = 4;

/// Carries one out. The result's `say` is the whole answer.
pub(super) fn carry_out(keeper: &Keeper, deed: Deed, intent: &Intent) -> Result<Done, Undone> {
    match deed {
        Deed::TimerSet => timer_set(keeper, intent),
        Deed::TimerQuery => query(keeper, Kind::Timer, intent),
        Deed::TimerControl => control(keeper, intent),
        Deed::TimerExtend => extend(keeper, intent),
        Deed::RingStop => Ok(ring_stop(keeper)),
        Deed::RingSnooze => ring_snooze(keeper, intent),
        Deed::AlarmSet => alarm_set(keeper, intent),
        Deed::AlarmQuery => query(keeper, Kind::Alarm, intent),
        Deed::AlarmCancel => cancel(keeper, Kind::Alarm, intent),
        Deed::ReminderSet => reminder_set(keeper, intent),
        Deed::ReminderQuery => query(keeper, Kind::Reminder, intent),
        Deed::ReminderCancel => cancel(keeper, Kind::Reminder, intent),
        _ => Err(unable("I do not know how to do that.")),
    }
}

/// Asks which, when a deed is for one and several fit.
pub(super) fn which(keeper: &Keeper, deed: Deed, intent: &Intent) -> Option<Which> {
    let kind = match deed {
        Deed::TimerControl | Deed::TimerExtend => Kind::Timer,
        Deed::AlarmCancel => Kind::Alarm,
        Deed::ReminderCancel => Kind::Reminder,
        _ => return None,
    };
    keeper.look(|book, now| {
        let fitting = fitting(book, kind, intent, now);
        if fitting.len() < 2 || wants_all(intent) {
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
        let question = format!("Which one: {}?", labels.join(", or "));
        let all = choose("all".into(), "all of them");
        let choices = choices.into_iter().chain([all]).collect();
        Some(Which { question, choices })
    })
}

/// The entries of a kind that the slots fit. Of several, what rings comes
/// before what does not.
fn fitting<'b>(book: &'b Book, kind: Kind, intent: &Intent, now: &Moment) -> Vec<&'b Entry> {
    let of_kind = || book.entries().iter().filter(|entry| entry.kind == kind);
    if let Some(chosen) = text(intent, CHOSEN).filter(|chosen| *chosen != "all") {
        return of_kind()
            .filter(|entry| entry.id.to_string() == chosen)
            .collect();
    }
    if let Some(said) = text(intent, "name").or_else(|| text(intent, "text")) {
        return book.named(kind, said, now);
    }
    let at = |entry: &&Entry| {
        let due = entry.due(now);
        time(intent).is_none_or(|time| due.time() == time)
            && date(intent).is_none_or(|date| due.date() == date)
    };
    let all: Vec<&Entry> = of_kind().filter(at).collect();
    let rings = |entry: &&&Entry| book.ringing().contains(*entry);
    let ringing: Vec<&Entry> = all.iter().filter(rings).copied().collect();
    if ringing.is_empty() || wants_all(intent) {
        all
    } else {
        ringing
    }
}

fn wants_all(intent: &Intent) -> bool {
    intent.slot("which").is_some() || text(intent, CHOSEN) == Some("all")
}

fn timer_set(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    let ms = duration_ms(intent).ok_or_else(|| unable("I did not hear for how long."))?;
    let label = text(intent, "name").unwrap_or_default();
    let set = keeper.change(|book, now| {
        let id = book.set_after(Kind::Timer, label, ms, now)?;
        book.entry(id).cloned()
    });
    kept(set, |entry| {
        let name = if label.is_empty() {
            "timer".into()
        } else {
            name(entry)
        };
        format!("Your {name} is set for {}.", length(ms))
    })
}

fn alarm_set(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    set_for(keeper, intent, Kind::Alarm, "", |entry, now| {
        format!("Your alarm is set {}.", alarm_when(entry, now))
    })
}

fn reminder_set(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    let label = text(intent, "text").ok_or_else(|| unable("I did not hear of what."))?;
    set_for(keeper, intent, Kind::Reminder, label, |entry, now| {
        format!(
            "I will remind you {}: {}.",
            alarm_when(entry, now),
            turned(label)
        )
    })
}

/// Sets something after a while, or by the clock on the wall.
fn set_for(
    keeper: &Keeper,
    intent: &Intent,
    kind: Kind,
    label: &str,
    sentence: impl Fn(&Entry, &Moment) -> String,
) -> Result<Done, Undone> {
    let now = keeper.now();
    let at = time(intent);
    let days = text(intent, "days")
        .and_then(Days::named)
        .unwrap_or_default();
    let after = duration_ms(intent);
    if after.is_none() && !now.is_set() {
        return Err(unable(NO_CLOCK));
    }
    let set = keeper.change(|book, now| {
        let id = match (after, at) {
            (Some(ms), _) => book.set_after(kind, label, ms, now),
            (None, Some(time)) => book.set_at(kind, label, (time, date(intent), days), now),
            (None, None) => None,
        };
        book.entry(id?).cloned()
    });
    match (&set.value, after, at) {
        (None, None, None) => Err(unable("I did not hear for when.")),
        (None, None, Some(time))
            if date(intent).is_some_and(|day| day.to_datetime(time) <= now.local) =>
        {
            Err(unable("That time is over already."))
        }
        _ => kept(set, |entry| sentence(entry, &now)),
    }
}

fn kept(set: Changed<Option<Entry>>, sentence: impl Fn(&Entry) -> String) -> Result<Done, Undone> {
    let Some(entry) = set.value else {
        return Err(unable(TOO_MANY));
    };
    Ok(said(if set.kept {
        sentence(&entry)
    } else {
        format!("{} {NOT_KEPT}", sentence(&entry))
    }))
}

fn query(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<Done, Undone> {
    let noun = kind.noun();
    keeper.look(|book, now| {
        let entries = match text(intent, "name") {
            Some(said) => book.named(kind, said, now),
            None => book
                .entries()
                .iter()
                .filter(|entry| entry.kind == kind)
                .collect(),
        };
        let mut entries = entries;
        entries.sort_by_key(|entry| entry.left_ms(now));
        let told: Vec<String> = entries.iter().map(|entry| until(entry, now)).collect();
        let sentence = match (told.as_slice(), kind, text(intent, "name")) {
            ([], _, Some(said)) => return Err(unable(format!("There is no {said} {noun}."))),
            ([], _, None) => format!("There are no {noun}s."),
            ([one], Kind::Alarm, _) if !one.starts_with("the ") => {
                format!("Your alarm is set {}.", one.trim_start_matches("one "))
            }
            ([one], Kind::Timer, _) => capital(&format!("{one}.")),
            ([one], _, _) => format!("There is one {noun}: {one}."),
            (many, _, _) => format!("There are {} {noun}s: {}.", many.len(), listed(many)),
        };
        Ok(said(sentence))
    })
}

/// Those that the slots fit, or why there are none.
fn targets(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<Vec<Entry>, Undone> {
    let found: Vec<Entry> = keeper.look(|book, now| {
        let fitting = fitting(book, kind, intent, now);
        fitting.into_iter().cloned().collect()
    });
    if found.is_empty() {
        let noun = kind.noun();
        let said = text(intent, "name").map(|said| format!("{said} "));
        return Err(unable(format!(
            "There is no {}{noun}.",
            said.unwrap_or_default()
        )));
    }
    Ok(found)
}

fn cancel(keeper: &Keeper, kind: Kind, intent: &Intent) -> Result<Done, Undone> {
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
    let sentence = match targets.as_slice() {
        [one] => format!("Your {} is cancelled.", name(one)),
        many => format!("{} {}s are cancelled.", many.len(), kind.noun()),
    };
    Ok(said(if ended.kept {
        sentence
    } else {
        format!("{sentence} {NOT_KEPT}")
    }))
}

fn control(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    let pause = match text(intent, "deed") {
        Some("pause") => true,
        Some("resume") => false,
        _ => return cancel(keeper, Kind::Timer, intent),
    };
    let targets = targets(keeper, Kind::Timer, intent)?;
    let changed = keeper.change(|book, now| {
        let mut changed = Vec::new();
        for entry in &targets {
            let done = if pause {
                book.pause(entry.id, now)
            } else {
                book.resume(entry.id, now)
            };
            if done {
                changed.extend(book.entry(entry.id).map(|entry| until(entry, now)));
            }
        }
        changed
    });
    match (changed.value.as_slice(), pause) {
        ([], true) => Err(unable("It is not running.")),
        ([], false) => Err(unable("It is not paused.")),
        (told, _) => Ok(said(capital(&format!("{}.", listed(told))))),
    }
}

fn extend(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    let ms = duration_ms(intent).ok_or_else(|| unable("I did not hear by how much."))?;
    let by = i64::try_from(ms).unwrap_or(i64::MAX);
    let by = if text(intent, "change") == Some("take") {
        -by
    } else {
        by
    };
    let targets = targets(keeper, Kind::Timer, intent)?;
    let changed = keeper.change(|book, now| {
        let mut changed = Vec::new();
        for entry in &targets {
            if book.extend(entry.id, by, now) {
                let now_left = book.entry(entry.id).map(|entry| entry.left_ms(now));
                changed.push(format!("{} left", length(now_left.unwrap_or(0))));
            }
        }
        changed
    });
    match changed.value.as_slice() {
        [] => Err(unable("There is not that much time left.")),
        told => Ok(said(format!("Okay, {}.", listed(told)))),
    }
}

/// Nothing more is said: it is quiet, and that is what was wanted.
fn ring_stop(keeper: &Keeper) -> Done {
    let ids: Vec<u64> = keeper.look(|book, _| book.ringing().iter().map(|e| e.id).collect());
    if !ids.is_empty() {
        keeper.heard(&ids);
    }
    said("Okay.")
}

fn ring_snooze(keeper: &Keeper, intent: &Intent) -> Result<Done, Undone> {
    let minutes = match intent.slot("minutes").map(|slot| &slot.value) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to some days"
        )]
        Some(SlotValue::Number(minutes)) => Some(minutes.clamp(1.0, 10_000.0) as u64),
        _ => None,
    };
    let ms = duration_ms(intent).or(minutes.map(|minutes| minutes * 60_000));
    let ms = ms.unwrap_or(SNOOZE_MS);
    let rang = keeper.change(|book, now| book.snooze(ms, now));
    if rang.value.is_empty() {
        return Err(unable("Nothing is ringing."));
    }
    Ok(said(format!("Again in {}.", length(ms))))
}

fn text<'i>(intent: &'i Intent, slot: &str) -> Option<&'i str> {
    match &intent.slot(slot)?.value {
        SlotValue::Text(text) => Some(text),
        _ => None,
    }
}

fn duration_ms(intent: &Intent) -> Option<u64> {
    match intent.slot("duration")?.value {
        SlotValue::Duration(seconds) => Some(u64::from(seconds) * 1_000),
        _ => None,
    }
}

fn time(intent: &Intent) -> Option<Time> {
    match intent.slot("time")?.value {
        SlotValue::Time { hour, minute } => {
            Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
        }
        _ => None,
    }
}

fn date(intent: &Intent) -> Option<Date> {
    match intent.slot("date")?.value {
        SlotValue::Date { year, month, day } => {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        }
        _ => None,
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
