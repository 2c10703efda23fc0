//! Timers, alarms and reminders: the pure half. Entries, what becomes of them
//! as time goes on, and how they are spoken of.

mod book;
mod days;
mod entry;
mod moment;
mod trace;
mod trust;
mod wording;

pub use book::{Book, MAX_ENTRIES, jumped, watched_ms};
pub use days::Days;
pub use entry::{Entry, Kind, State, When};
pub use moment::{Anchor, Moment, UNKNOWN_BOOT};
pub use trace::{TakenBack, Trace};
pub use trust::{Evidence, Seen};
pub use wording::{
    alarm_due, choice, command_due, due_at, item, left, length, name, order, ring, seconds, status,
    taken_back, told, until,
};
