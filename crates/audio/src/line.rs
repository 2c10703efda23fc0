//! Shared by both directions of a sound card: opening a stream, and what its error
//! callback reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use cpal::{BufferSize, ErrorKind, StreamConfig, SupportedBufferSize, SupportedStreamConfig};
use tracing::warn;

/// Period of the card's buffer, which has two of them. A sound server's default is
/// 11 ms, which underruns whenever the machine is busy.
const PERIOD_MS: u32 = 25;

/// A stream that reports only errors for so long is dead: after its server was
/// killed every call fails, some hundred thousand times a second. After an underrun
/// it recovers within a hundredth of a second.
const DEAD_MS: u64 = 500;

/// Pause between two polls of a failing stream.
const TROUBLE_NAP: Duration = Duration::from_millis(5);

/// What the error callback of a stream reports. It only sets flags.
#[derive(Clone)]
pub(super) struct Marks {
    failure: SyncSender<cpal::Error>,
    late: Arc<AtomicU64>,
    /// When the stream was opened, and how many milliseconds later its current
    /// failure began; 0 while there is none.
    began: Instant,
    troubled: Arc<AtomicU64>,
    denied: Arc<AtomicBool>,
}

/// The reader's end of [`Marks`].
pub(super) struct Health {
    failures: Receiver<cpal::Error>,
    late: Arc<AtomicU64>,
    denied: Arc<AtomicBool>,
}

pub(super) fn health() -> (Marks, Health) {
    // The first failure ends the stream; later ones add nothing.
    let (failure, failures) = sync_channel(1);
    let late = Arc::new(AtomicU64::new(0));
    let denied = Arc::new(AtomicBool::new(false));
    let marks = Marks {
        failure,
        late: Arc::clone(&late),
        began: world_time(),
        troubled: Arc::default(),
        denied: Arc::clone(&denied),
    };
    let health = Health {
        failures,
        late,
        denied,
    };
    (marks, health)
}

impl Marks {
    pub(super) fn take(&self, error: cpal::Error) {
        match error.kind() {
            // An underrun or overrun.
            ErrorKind::Xrun | ErrorKind::BackendError => self.trouble(error, world_time()),
            ErrorKind::RealtimeDenied => self.denied.store(true, Ordering::Relaxed),
            // The system has switched to another card by itself.
            ErrorKind::DeviceChanged => {}
            _ => self.fail(error),
        }
    }

    /// Samples were exchanged.
    pub(super) fn served(&self) {
        self.troubled.store(0, Ordering::Relaxed);
    }

    /// Reports without samples between them are one failure.
    fn trouble(&self, error: cpal::Error, now: Instant) {
        let passed = (now - self.began).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX).max(1);
        match self.troubled.load(Ordering::Relaxed) {
            0 => {
                self.troubled.store(passed, Ordering::Relaxed);
                self.late.fetch_add(1, Ordering::Relaxed);
            }
            since => {
                if since.saturating_add(DEAD_MS) <= passed {
                    self.fail(error);
                }
                // The thread would retry at once, at real-time priority, and keep the
                // core from the server that it waits for.
                nap(TROUBLE_NAP);
            }
        }
    }

    fn fail(&self, error: cpal::Error) {
        let _first_is_enough = self.failure.try_send(error);
    }
}

impl Health {
    /// Why the stream is dead, if it is.
    pub(super) fn failure(&self) -> Option<String> {
        if self.denied.swap(false, Ordering::Relaxed) {
            warn!(
                "the sound card's thread may not run at real-time priority; sound may stutter \
                 when the machine is busy\nhint: allow it (`LimitRTPRIO=` of the service, or \
                 `rtprio` in limits.conf)"
            );
        }
        self.failures.try_recv().ok().map(|error| error.to_string())
    }

    /// Underruns or overruns since the last call.
    pub(super) fn late(&self) -> u64 {
        self.late.swap(0, Ordering::Relaxed)
    }
}

/// The card's native rate and channels: first with our period, so that sound is
/// neither late nor interrupted, then, if that is refused, with its default.
pub(super) fn configs(supported: &SupportedStreamConfig) -> Vec<StreamConfig> {
    let own = supported.config();
    let mut short = own;
    let frames = own.sample_rate * PERIOD_MS / 1000;
    short.buffer_size = BufferSize::Fixed(match supported.buffer_size() {
        SupportedBufferSize::Range { min, max } if min <= max => frames.clamp(*min, *max),
        _ => frames,
    });
    vec![short, own]
}

#[expect(
    clippy::disallowed_methods,
    reason = "a lost sound card has no clock; its absence is measured by the system's"
)]
pub(super) fn world_time() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real-time callback must not wake another thread, so the reader polls"
)]
pub(super) fn nap(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cpal::ErrorKind;

    use super::{DEAD_MS, health, world_time};

    /// `script`: milliseconds at which there is an error or, if negative, sound.
    fn check(script: &[i64], late: u64, dead: bool) {
        let (marks, health) = health();
        let now = world_time();
        for at in script {
            match u64::try_from(*at) {
                Ok(ms) => marks.trouble(ErrorKind::Xrun.into(), now + Duration::from_millis(ms)),
                Err(_) => marks.served(),
            }
        }
        assert_eq!(health.late(), late, "{script:?}");
        assert_eq!(health.failure().is_some(), dead, "{script:?}");
    }

    #[test]
    fn trouble_is_counted_once_and_nothing_but_trouble_is_death() {
        let long = i64::try_from(DEAD_MS).expect("short") + 1;
        check(&[1, 2, 3, 4], 1, false);
        check(&[1, 2, -2, 3, 4, -4], 2, false);
        check(&[1, -1, 1 + long, -1 - long], 2, false);
        check(&[1, 2, 1 + long], 1, true);
    }

    #[test]
    fn a_card_that_is_gone_is_gone_at_once() {
        let (marks, health) = health();
        marks.take(ErrorKind::DeviceNotAvailable.into());
        assert!(health.failure().is_some());
    }
}
