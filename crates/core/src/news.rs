//! What becomes of the sound cards: lost, found again, too slow.

use serde::Serialize;

/// Which way sound goes, seen from the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// A microphone.
    Input,
    /// A loudspeaker.
    Output,
}

/// Something that happened to a sound card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceNews {
    /// Which of the two.
    pub direction: Direction,
    /// Its name in the configuration.
    pub device: String,
    /// What happened.
    pub what: DeviceChange,
}

/// What can happen to a sound card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceChange {
    /// It is gone, or was not there at the start, and why, for people. It is
    /// looked for until it is found.
    Lost(String),
    /// It works again.
    Found,
    /// It is not looked for any more: too many threads hang in the system's
    /// sound library. Only a new process can find it.
    Stuck,
    /// So many samples (at 16 kHz) came in faster than they were fetched; the
    /// next frame's time counts them.
    Overrun {
        /// How many.
        samples: u64,
    },
    /// The card itself was served too late, so many times: sound is missing
    /// from what it took in or gave out.
    Late {
        /// How often.
        times: u64,
    },
}

impl DeviceNews {
    /// What a person in the room should be told of it, if anything.
    #[must_use]
    pub const fn sentence(&self) -> Option<&'static str> {
        match (self.direction, &self.what) {
            (Direction::Input, DeviceChange::Lost(_)) => {
                Some("I cannot hear anything. My microphone is gone.")
            }
            (Direction::Input, DeviceChange::Found) => Some("I can hear again."),
            (Direction::Output, DeviceChange::Found) => Some("My loudspeaker is back."),
            (Direction::Input, DeviceChange::Stuck) => {
                Some("I cannot find my microphone any more. Please restart me.")
            }
            // Without a loudspeaker nothing can be said.
            (Direction::Output, DeviceChange::Lost(_) | DeviceChange::Stuck)
            | (_, DeviceChange::Overrun { .. } | DeviceChange::Late { .. }) => None,
        }
    }
}
