//! English.

pub mod clock;
pub mod date;
pub mod duration;
pub mod number;
pub mod numerals;
pub mod recurrence;
pub mod speak;
