//! Readers and speakers of values, scanning of written text, and what the box
//! tells of entries: one function each, over the tables that a language gives.

pub(super) mod clock;
pub(super) mod date;
pub(super) mod duration;
pub(super) mod number;
pub(super) mod numerals;
pub(super) mod recurrence;
pub(super) mod scan;
pub(super) mod speak;
pub(super) mod told;

use super::form::{Form, said};

/// One of these texts or nothing; with no texts: nothing.
fn maybe_said(texts: &[&'static str]) -> Form<()> {
    said(texts).or_not()
}
