//! Sounds that are at hand before they are needed.

use std::collections::HashMap;

use mynah_core::conversation::Chime;
use mynah_core::turn::Failure;

/// A sound ready to be played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clip {
    /// Mono, -1..1.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate: u32,
}

/// Sounds that must not wait for the worker.
#[derive(Clone, Debug, Default)]
pub struct Clips {
    /// Sounds between words; one that is missing is not played.
    pub chimes: HashMap<Chime, Clip>,
    /// How loud they are but for a ring, in percent; `None`: as the voice.
    pub chime_volume: Option<u8>,
    /// Apologies, spoken beforehand; one that is missing is a job for the
    /// worker.
    pub apologies: HashMap<Failure, Clip>,
}
