//! The messages of the event loop.

use std::sync::Arc;

use super::orders::RemoteOrder;
use super::worker::Answer;
use mynah_audio::Captured;
use mynah_core::conversation::Limits;
use mynah_core::model::Wake;
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
    /// A new configuration: its time limits, and how easily the wake words fire.
    Configured(Limits, Arc<Wake>),
    /// Somebody wants the appliance to end.
    Stop,
}
