//! What a back end tells the parent while it works, and hears from it: that
//! another step is done, and that the answer is not wanted any more.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mynah_llm_link::wire::{ErrorClass, Reply, WorkerReport};

use crate::backend::BackendError;
use crate::generate::Growing;

/// The parent needs no more signs of life than this.
const EVERY: Duration = Duration::from_millis(250);

/// Requests that the parent has told this process to stop: those with a
/// smaller id than this.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancelled(Arc<AtomicU64>);

impl Cancelled {
    /// Requests with a smaller id than `id` are not wanted any more.
    pub(crate) fn before(&self, id: u64) {
        self.0.fetch_max(id, Ordering::Relaxed);
    }

    /// Whether that request is not wanted any more.
    pub(crate) fn has(&self, id: u64) -> bool {
        id < self.0.load(Ordering::Relaxed)
    }
}

/// One request under way.
#[derive(Debug)]
pub(crate) struct Watch {
    id: u64,
    cancelled: Cancelled,
    tokens: u32,
    told: Instant,
}

impl Watch {
    /// A request that begins now.
    pub(crate) fn new(id: u64, cancelled: Cancelled) -> Self {
        Self {
            id,
            cancelled,
            tokens: 0,
            told: now(),
        }
    }

    /// Whether the parent still wants the answer.
    ///
    /// # Errors
    /// [`ErrorClass::Timeout`] when it does not.
    pub(crate) fn wanted(&self) -> Result<(), BackendError> {
        if self.cancelled.has(self.id) {
            return Err(stopped());
        }
        Ok(())
    }

    /// To be called after every step, a block of the prompt or a token: tells
    /// the parent, now and then.
    ///
    /// # Errors
    /// [`ErrorClass::Timeout`] when the parent does not want the answer any
    /// more.
    pub(crate) fn step(&mut self, tokens: usize) -> Result<(), BackendError> {
        self.wanted()?;
        self.tokens = self
            .tokens
            .saturating_add(u32::try_from(tokens).unwrap_or(u32::MAX));
        let now = now();
        if now - self.told < EVERY {
            return Ok(());
        }
        self.told = now;
        self.tell(WorkerReport::Progress {
            tokens: self.tokens,
        })
    }

    /// Hands over what is new of an answer that is wanted piece by piece.
    ///
    /// # Errors
    /// When the parent does not read.
    pub(crate) fn said(&mut self, growing: &mut Growing<'_>) -> Result<(), BackendError> {
        let Some(text) = growing.fresh() else {
            return Ok(());
        };
        self.told = now();
        self.tell(WorkerReport::Piece { text })
    }

    fn tell(&self, result: WorkerReport) -> Result<(), BackendError> {
        let reply = Reply {
            id: self.id,
            result,
        };
        let failed = |error: &dyn std::fmt::Display| {
            BackendError::new(
                ErrorClass::Other,
                format!("the parent does not read: {error}"),
            )
        };
        let mut line = serde_json::to_string(&reply).map_err(|error| failed(&error))?;
        line.push('\n');
        let mut out = io::stdout().lock();
        out.write_all(line.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| failed(&error))
    }
}

/// What a request is answered with that was told to stop.
pub(crate) fn stopped() -> BackendError {
    BackendError::new(ErrorClass::Timeout, "stopped before it was answered")
}

#[expect(
    clippy::disallowed_methods,
    reason = "signs of life are for a parent that measures real time"
)]
fn now() -> Instant {
    Instant::now()
}
