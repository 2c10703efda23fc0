//! real time, for deadlines and for what is measured.

use std::time::{Duration, Instant};

/// Started when made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "a device is measured, and its answers have deadlines in real time"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Whole milliseconds since.
    pub(crate) fn ms(self) -> u32 {
        millis(self.elapsed())
    }

    /// Milliseconds until `limit_ms` after the start; 0 when it is over.
    pub(crate) fn left_ms(self, limit_ms: u32) -> u32 {
        limit_ms.saturating_sub(self.ms())
    }
}

/// Whole milliseconds.
pub(crate) fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
