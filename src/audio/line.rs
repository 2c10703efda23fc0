//! What both directions of a sound card share: how a stream is asked for, and
//! what its error callback leaves behind for the other side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use cpal::{BufferSize, ErrorKind, StreamConfig, SupportedBufferSize, SupportedStreamConfig};
use tracing::warn;

/// A missing sound card is looked for this often.
pub(super) const RETRY: Duration = Duration::from_secs(1);

/// Sound that the card hands over at once. It holds two of them.
const PERIOD_MS: u32 = 25;

/// What is told of a stream from its callback, which may only leave marks.
#[derive(Clone)]
pub(super) struct Marks {
    failure: SyncSender<cpal::Error>,
    late: Arc<AtomicU64>,
    denied: Arc<AtomicBool>,
}

/// The other end of [`Marks`].
pub(super) struct Health {
    failures: Receiver<cpal::Error>,
    late: Arc<AtomicU64>,
    denied: Arc<AtomicBool>,
}

pub(super) fn health() -> (Marks, Health) {
    // One failure ends the stream; later ones have nothing to add.
    let (failure, failures) = sync_channel(1);
    let late = Arc::new(AtomicU64::new(0));
    let denied = Arc::new(AtomicBool::new(false));
    let marks = Marks {
        failure,
        late: Arc::clone(&late),
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
            // A sound server says so when it was served too late. A stream that
            // does not go on after it is found out by its silence.
            ErrorKind::Xrun | ErrorKind::BackendError => {
                self.late.fetch_add(1, Ordering::Relaxed);
            }
            ErrorKind::RealtimeDenied => self.denied.store(true, Ordering::Relaxed),
            // The system has put another card in its place by itself.
            ErrorKind::DeviceChanged => {}
            _ => {
                let _first_is_enough = self.failure.try_send(error);
            }
        }
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

    /// How often the card was served too late since this was asked last.
    pub(super) fn late(&self) -> u64 {
        self.late.swap(0, Ordering::Relaxed)
    }
}

/// A microphone's own rate and channels; with short periods, so that sound is
/// not heard late, and, where that is refused, with its own.
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
    reason = "a lost sound card has no clock; the time it is away is the world's"
)]
pub(super) fn world_time() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a real-time callback must not wake anybody, so the fetching side naps"
)]
pub(super) fn nap(time: Duration) {
    std::thread::sleep(time);
}
