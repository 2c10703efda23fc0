//! What is said after an action: templates, wordings with expressions, and the
//! sentences that can be spoken beforehand.

mod foresee;
mod line;
#[expect(clippy::module_inception, reason = "the sentence itself")]
mod reply;
pub mod template;
pub mod wording;

/// What the detail of an action begins with that was only tried.
pub const DRY_RUN: &str = "dry run: ";

pub use foresee::foreseen_sentences;
pub use line::one_line;
pub use reply::{Moment, fixed_sentences, render_reply, render_show};
