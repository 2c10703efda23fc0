//! Timers, alarms, reminders and commands for later, as others see them on a
//! broker.

use jiff::Timestamp;
use mynah_core::timers::{Entry, Kind, Moment, State, name};
use serde_json::{Value, json};

use crate::timers::Keeper;

/// `next`: when the next one rings, in UTC, `null` where none does; `entries`: all,
/// in the order in which they are due. A paused one has no time.
pub(super) fn shown(keeper: &Keeper) -> Value {
    keeper.look(|book, now| {
        let mut entries: Vec<&Entry> = book.entries().iter().collect();
        entries.sort_by_key(|entry| entry.left_ms(now));
        let rings = |entry: &&&Entry| entry.kind != Kind::Command;
        let next = entries
            .iter()
            .filter(rings)
            .find_map(|entry| due(entry, now));
        let rows = entries.iter().map(|entry| {
            json!({"id": entry.id, "kind": entry.kind, "text": name(entry),
                   "at": due(entry, now), "state": state(entry)})
        });
        let rows: Vec<Value> = rows.collect();
        json!({"next": next, "count": rows.len(), "entries": rows})
    })
}

/// When it is due, to the second, so that it is the same whenever it is asked for.
fn due(entry: &Entry, now: &Moment) -> Option<String> {
    if entry.state != State::Waiting || !now.is_set() {
        return None;
    }
    let left = i64::try_from(entry.left_ms(now)).ok()?;
    let due = now.wall_ms.checked_add(left)?;
    let second = (due + 500).div_euclid(1_000);
    Timestamp::from_second(second)
        .ok()
        .map(|due| due.to_string())
}

const fn state(entry: &Entry) -> &'static str {
    match entry.state {
        State::Waiting => "waiting",
        State::Paused => "paused",
        State::Ringing { .. } => "ringing",
        State::Missed { .. } => "missed",
    }
}
