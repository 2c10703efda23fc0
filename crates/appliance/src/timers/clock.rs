//! What time it is, in both senses: how long the machine has run, and what
//! the clock on the wall shows.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

use super::watch;
use mynah_core::frame::SampleTime;
use mynah_core::timers::{Evidence, Moment, UNKNOWN_BOOT};

/// Tells the time. One implementation is the machine's, others a stream's or
/// a script's.
pub trait Clock: Send + Sync {
    /// This instant.
    fn now(&self) -> Moment;
    /// What the system knows about the clock on the wall. One that no system keeps is
    /// right.
    fn evidence(&self) -> Evidence {
        Evidence {
            synchronised: true,
            battery_ms: None,
        }
    }
    /// Tells a clock that runs with the sound how far that is.
    fn advance(&self, _to: SampleTime) {}
}

/// The machine's own clocks.
#[derive(Clone, Debug)]
pub struct SystemClock {
    boot: String,
}

impl Default for SystemClock {
    fn default() -> Self {
        // Without it every start counts as another run: then the wall clock is
        // asked, which is right unless it jumps as well.
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        Self {
            boot: boot.map_or_else(
                |_| format!("{UNKNOWN_BOOT}{}", std::process::id()),
                |id| id.trim().to_owned(),
            ),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let run = clock_gettime(ClockId::Boottime);
        let ms = run.tv_sec * 1000 + run.tv_nsec / 1_000_000;
        let wall = Timestamp::now();
        Moment {
            boot: self.boot.clone(),
            mono_ms: u64::try_from(ms).unwrap_or(0),
            wall_ms: wall.as_millisecond(),
            local: TimeZone::system().to_datetime(wall),
        }
    }

    fn evidence(&self) -> Evidence {
        watch::evidence(Path::new("/"))
    }
}

/// A clock that runs with the sound of a file, from the moment it was made. It
/// belongs to the same run of the machine as the clock that it began with, so
/// that the two may share a book.
#[derive(Debug)]
pub struct StreamClock {
    start: Moment,
    ms: AtomicU64,
}

impl StreamClock {
    /// A clock that shows `start` when the sound begins.
    #[must_use]
    pub const fn new(start: Moment) -> Self {
        Self {
            start,
            ms: AtomicU64::new(0),
        }
    }
}

impl Clock for StreamClock {
    fn now(&self) -> Moment {
        let ms = self.ms.load(Ordering::Acquire);
        let since = i64::try_from(ms).unwrap_or(i64::MAX);
        Moment {
            boot: self.start.boot.clone(),
            mono_ms: self.start.mono_ms.saturating_add(ms),
            wall_ms: self.start.wall_ms.saturating_add(since),
            local: self
                .start
                .local
                .saturating_add(SignedDuration::from_millis(since)),
        }
    }

    fn advance(&self, to: SampleTime) {
        self.ms
            .fetch_max(to.ms_since(SampleTime(0)), Ordering::AcqRel);
    }
}

/// A clock that a script turns.
#[derive(Debug)]
pub struct ScriptClock(Mutex<Moment>);

impl ScriptClock {
    /// A clock that shows `now` until it is turned.
    #[must_use]
    pub const fn new(now: Moment) -> Self {
        Self(Mutex::new(now))
    }

    /// So many milliseconds pass.
    pub fn pass(&self, ms: u64) {
        let mut now = self.lock();
        let since = i64::try_from(ms).unwrap_or(i64::MAX);
        now.mono_ms = now.mono_ms.saturating_add(ms);
        now.wall_ms = now.wall_ms.saturating_add(since);
        now.local = now.local.saturating_add(SignedDuration::from_millis(since));
    }

    /// Sets the clock on the wall; no time passes.
    pub fn show(&self, local: DateTime) {
        let mut now = self.lock();
        let moved = now.local.duration_until(local);
        let moved = i64::try_from(moved.as_millis()).unwrap_or(0);
        now.wall_ms = now.wall_ms.saturating_add(moved);
        now.local = local;
    }

    fn lock(&self) -> MutexGuard<'_, Moment> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ScriptClock {
    fn now(&self) -> Moment {
        self.lock().clone()
    }
}
