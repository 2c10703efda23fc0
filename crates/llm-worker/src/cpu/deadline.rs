//! The time limit of one answer.

use std::time::Duration;

use crate::backend::BackendError;
use crate::clock::Stopwatch;

/// When to give up.
pub(super) struct Deadline {
    start: Stopwatch,
    limit: Duration,
}

impl Deadline {
    pub(super) fn new(limit_ms: u32) -> Self {
        Self {
            start: Stopwatch::start(),
            limit: Duration::from_millis(limit_ms.into()),
        }
    }

    /// Milliseconds since the start.
    pub(super) fn ms(&self) -> u32 {
        self.start.ms()
    }

    /// # Errors
    /// When the limit has passed.
    pub(super) fn check(&self) -> Result<(), BackendError> {
        if self.start.elapsed() >= self.limit {
            return Err(BackendError::too_slow(self.limit.as_millis()));
        }
        Ok(())
    }
}
