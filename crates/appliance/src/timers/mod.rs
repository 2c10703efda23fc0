//! Timers, alarms, reminders and scheduled commands: what is to ring or to be
//! carried out, when, and what is due now.
//!
//! The book ([`mynah_core::timers`]) is pure: entries, and what becomes of them as time goes on.
//! The [`keeper`] holds it, keeps it on disk through [`store`], and asks a
//! [`clock`]. Nothing rings before the store says that it has begun to ring,
//! so that a power cut at any instant loses nothing and rings nothing twice:
//! what was ringing when the power went is told once afterwards. In the same
//! way a command is begun in the store before it is carried out, and never
//! begun twice.

mod clock;
mod form;
mod former;
mod keeper;
mod mute;
mod portable;
mod rows;
mod store;
#[cfg(test)]
mod tests;
mod watch;

pub use clock::{Clock, ScriptClock, StreamClock, SystemClock};
pub use keeper::{Changed, Keeper};
pub use mynah_system::state::{appliance_state_dir, state_dir};
pub use portable::{Import, Portable};
pub use store::{Health, StoreError, is_begun};
pub use watch::is_doubtful;
