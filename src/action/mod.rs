//! Carries an intent out and says what came of it.

use crate::config::ActionSpec;
use crate::turn::{Intent, Outcome};

/// Carries out the actions of the owner's file. One implementation acts on
/// the world, another only says what it would do.
pub trait Actor: Send {
    /// Carries out `spec` for `intent`. Never fails: what went wrong is in
    /// the outcome.
    fn act(&mut self, spec: &ActionSpec, intent: &Intent) -> Outcome;
}
