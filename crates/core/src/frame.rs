//! Frames: 32 ms of 16 kHz mono sound, timed by counting samples. The microphone
//! is the clock.

use serde::Serialize;

/// The sample rate of all sound inside Mynah, in hertz.
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples in a frame: 32 ms, the block that Silero VAD expects.
pub const FRAME_SAMPLES: usize = 512;

/// A point in the stream, in samples since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SampleTime(pub u64);

impl SampleTime {
    /// The time `ms` milliseconds later.
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self(self.0 + ms * SAMPLE_RATE as u64 / 1000)
    }

    /// The time `ms` milliseconds earlier, or the stream's beginning.
    #[must_use]
    pub const fn minus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_sub(ms * SAMPLE_RATE as u64 / 1000))
    }

    /// Milliseconds from `earlier` to here; 0 when it is not earlier.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) * 1000 / SAMPLE_RATE as u64
    }

    /// Seconds since the stream began.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for 17,000 years of sound"
    )]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / f64::from(SAMPLE_RATE)
    }
}

/// One frame of sound.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioFrame {
    /// Time of the first sample.
    pub start: SampleTime,
    /// 16 kHz mono samples in -1..1.
    pub samples: [f32; FRAME_SAMPLES],
}

impl AudioFrame {
    /// Time just after the last sample.
    #[must_use]
    pub const fn end(&self) -> SampleTime {
        SampleTime(self.start.0 + FRAME_SAMPLES as u64)
    }
}
