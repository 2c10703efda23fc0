//! How long the stages of a turn take.

use std::time::Instant;

/// A stage's result and the milliseconds it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed<T> {
    /// What came of it.
    pub value: T,
    /// How long it took.
    pub ms: u32,
}

/// Runs one stage and measures it.
pub fn timed<T>(stage: impl FnOnce() -> T) -> Timed<T> {
    let began = now();
    let value = stage();
    Timed {
        value,
        ms: ms_since(began),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time that a stage takes is measured, nothing is decided by it"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}

pub(super) fn ms_since(began: Instant) -> u32 {
    u32::try_from(now().duration_since(began).as_millis()).unwrap_or(u32::MAX)
}
