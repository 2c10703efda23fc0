//! Events of the sound cards: lost, found, late.

use serde::Serialize;

use crate::language::spoken;

/// The direction of sound, seen from the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// A microphone.
    Input,
    /// A loudspeaker.
    Output,
}

/// An event of a sound card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNews {
    /// Microphone or loudspeaker.
    pub direction: Direction,
    /// Its name in the configuration.
    pub device: String,
    /// The change.
    pub what: DeviceChange,
}

/// The kinds of events of a sound card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceChange {
    /// It is gone, or missing at the start; the reason is for people. Opening is
    /// retried until it succeeds.
    Lost(String),
    /// It works again.
    Found,
    /// Opening is no longer retried: too many threads hang in the system's sound
    /// library. Only a restart of the process helps.
    Stuck,
    /// Samples were lost because they were not read in time; the time of the next
    /// frame includes them.
    Overrun {
        /// Their number, at 16 kHz.
        samples: u64,
    },
    /// The card had underruns or overruns: sound is missing.
    Late {
        /// Their number.
        times: u64,
    },
    /// A microphone delivers samples, and all of them have been exactly zero for a
    /// minute: it is switched off, muted or broken.
    Zeros,
    /// After that, sound comes again.
    Sounds,
}

impl DeviceNews {
    /// The announcement for people in the room, if there is one.
    #[must_use]
    pub fn sentence(&self) -> Option<&'static str> {
        let sentences = spoken().sentences();
        match (self.direction, &self.what) {
            (Direction::Input, DeviceChange::Lost(_)) => Some(sentences.microphone_lost),
            (Direction::Input, DeviceChange::Found) => Some(sentences.microphone_found),
            (Direction::Output, DeviceChange::Found) => Some(sentences.loudspeaker_found),
            (Direction::Input, DeviceChange::Stuck) => Some(sentences.microphone_stuck),
            // Without a loudspeaker nothing can be said.
            (Direction::Output, DeviceChange::Lost(_) | DeviceChange::Stuck)
            // Whoever has switched it off knows it.
            | (
                _,
                DeviceChange::Overrun { .. }
                | DeviceChange::Late { .. }
                | DeviceChange::Zeros
                | DeviceChange::Sounds,
            ) => None,
        }
    }
}
