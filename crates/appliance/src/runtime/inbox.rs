//! The messages of the event loop.

use super::orders::RemoteOrder;
use super::worker::Answer;
use mynah_audio::Captured;
use mynah_core::conversation::Limits;
use mynah_core::turn::{Due, Ring};

/// What the loop is told.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every message is a frame; a box would allocate for each"
)]
pub enum Inbox {
    /// The microphone.
    Captured(Captured),
    /// The worker.
    Worker(Answer),
    /// The bell: what is to ring now, and what is to be carried out.
    Bell(Option<Ring>, Vec<Due>),
    /// Somebody commands the box by hand.
    Order(RemoteOrder),
    /// The time limits of a new configuration.
    Limits(Limits),
    /// Somebody wants the appliance to end.
    Stop,
}
