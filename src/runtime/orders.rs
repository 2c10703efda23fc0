//! What the box is told from outside, by hands and not by voice: to be deaf
//! for a while, to be softer, to say something.

use std::collections::VecDeque;

use crate::audio::AudioFrame;
use crate::turn::TurnId;

/// Sentences that may wait until the box is free.
const SAYINGS: usize = 8;

/// A sentence that may be said at once; more would be a reading.
pub const SAYING_CHARS: usize = 500;

/// In the place of a turn where something is said that nobody asked for.
pub const SAYING: TurnId = TurnId(u32::MAX);

/// One order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Say this as soon as nobody speaks with the box.
    Say(String),
    /// Hear nothing, or hear again.
    Mute(bool),
    /// How loud everything is played, 0..=100.
    Volume(u8),
}

/// What the orders so far amount to.
#[derive(Debug)]
pub(super) struct Orders {
    muted: bool,
    /// Of full loudness.
    factor: f32,
    sayings: VecDeque<String>,
    /// Whether no turn is under way.
    pub idle: bool,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            muted: false,
            factor: 1.0,
            sayings: VecDeque::new(),
            idle: true,
        }
    }
}

impl Orders {
    pub(super) fn take(&mut self, order: Order) {
        match order {
            Order::Mute(muted) => self.muted = muted,
            // Ears hear ratios: equal steps of the square sound nearly equal.
            Order::Volume(percent) => self.factor = (f32::from(percent.min(100)) / 100.0).powi(2),
            Order::Say(text) if self.sayings.len() < SAYINGS => self.sayings.push_back(text),
            Order::Say(_) => tracing::warn!("too much to say at once: a sentence was dropped"),
        }
    }

    /// The frame as it may be heard.
    pub(super) fn heard(&self, frame: &AudioFrame) -> AudioFrame {
        let mut frame = frame.clone();
        if self.muted {
            frame.samples.fill(0.0);
        }
        frame
    }

    /// The sound as loud as it shall be.
    pub(super) fn loud(&self, samples: &[f32]) -> Vec<f32> {
        samples.iter().map(|sample| sample * self.factor).collect()
    }

    /// What is to be said, once nothing is under way.
    pub(super) fn saying(&mut self) -> Option<String> {
        if self.idle {
            self.sayings.pop_front()
        } else {
            None
        }
    }
}
