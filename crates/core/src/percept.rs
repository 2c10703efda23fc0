//! What was heard in one frame of sound.

use crate::frame::SampleTime;

/// What the ear made of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Percept {
    /// Time just after the frame.
    pub end: SampleTime,
    /// A wake word that was completed in this frame, or may have been a moment
    /// before.
    pub woke: Option<Wake>,
    /// Probability that somebody speaks, 0..1; 0 where nobody needs to know
    /// ([`Hearing::attend`]).
    pub speech: f32,
    /// Root mean square of the frame, in decibels below full scale (0 is full).
    pub level_db: f32,
}

/// A wake word that was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Wake {
    /// Its name in the configuration.
    pub word: String,
    /// The model's averaged probability, 0..1.
    pub score: f32,
    /// Whether that is enough; if not, somebody should look again.
    pub sure: bool,
}
