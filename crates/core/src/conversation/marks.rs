//! The smaller values of events and commands: chimes, and detections under verification.

/// A wake word detection that is being verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CandidateId(pub u32);

/// The chimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Chime {
    /// The appliance listens.
    Listening,
    /// The end of the command was found.
    Heard,
    /// Understanding takes longer than usual.
    Moment,
    /// A timer, alarm or reminder is due.
    Ring,
}
