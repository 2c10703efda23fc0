//! The moment at which an action is given up: the outside world keeps no
//! audio clock, so this one asks the machine's.

use std::time::{Duration, Instant};

/// A moment in the near future.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// `ms` milliseconds from now.
    pub(super) fn after_ms(ms: u32) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "brokers and programs answer in the machine's time"
        )]
        Self(Instant::now() + Duration::from_millis(ms.into()))
    }

    /// What is left until then; zero afterwards.
    pub(super) fn left(self) -> Duration {
        #[expect(
            clippy::disallowed_methods,
            reason = "brokers and programs answer in the machine's time"
        )]
        self.0.saturating_duration_since(Instant::now())
    }

    /// Waits for `pause`, but not beyond the moment.
    pub(super) fn wait(self, pause: Duration) {
        #[expect(
            clippy::disallowed_methods,
            reason = "the worker waits for a server, and nothing waits for the worker"
        )]
        std::thread::sleep(pause.min(self.left()));
    }
}
