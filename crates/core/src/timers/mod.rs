//! Timers, alarms and reminders: the pure half. Entries, what becomes of them
//! as time goes on, and how they are spoken of.

mod book;
mod days;
mod entry;
mod moment;
mod wording;

pub use book::{Book, MAX_ENTRIES, jumped, watched_ms};
pub use days::Days;
pub use entry::{Entry, Kind, State, When};
pub use moment::{Anchor, Moment};
pub use wording::{
    alarm_when, choice, clock as say_clock, length, listed, name, ring, turned, until,
};
