//! Time limits for people and for the stages.

use super::{Mind, Patience};

/// Which wake word detections are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondLook {
    /// None: detections below the cut-off are rejected.
    Never,
    /// Those below the cut-off.
    Doubtful,
    /// All, while no turn is under way; otherwise as `Doubtful`.
    Always,
}

/// Time limits in milliseconds of stream time, and which wake words are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a person with a command.
    pub command: Patience,
    /// For a person with an answer.
    pub answer: Patience,
    /// For an answer to a ring, between two rings.
    pub ring: Patience,
    /// For a follow-up; its `start_ms` comes with each reply.
    pub follow_up: Patience,
    /// For the recogniser.
    pub transcribe_ms: u64,
    /// For the parsers.
    pub understand_ms: u64,
    /// For the actions of one command.
    pub act_ms: u64,
    /// For the voice to begin, and to go on.
    pub speak_ms: u64,
    /// Which wake word detections are verified.
    pub second_look: SecondLook,
}

impl Mind {
    /// Replaces the time limits; a stage that has begun keeps its deadline.
    pub const fn limit(&mut self, limits: Limits) {
        self.limits = limits;
    }
}
