//! How long the mind waits for people and machines.

use super::Patience;

/// Which wake words are looked at again before they wake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondLook {
    /// None: those that are not sure are none.
    Never,
    /// Those that are not sure.
    Doubtful,
    /// While nobody is spoken with, all.
    Always,
}

/// How long the mind waits for whom, in milliseconds of stream time, and whom
/// it believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a person with a command.
    pub command: Patience,
    /// For a person with an answer.
    pub answer: Patience,
    /// For a person beside something that rings, between two rings.
    pub ring: Patience,
    /// For a person with more to say; how long for the first word is said
    /// with each reply.
    pub follow_up: Patience,
    /// For the recogniser.
    pub transcribe_ms: u64,
    /// For the parsers.
    pub understand_ms: u64,
    /// For the actions of one command.
    pub act_ms: u64,
    /// For the voice to begin, and to go on.
    pub speak_ms: u64,
    /// Which wake words are looked at again.
    pub second_look: SecondLook,
}
