//! An instant by every clock at once, and one that is written down.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// How a run of the machine begins that has no number.
pub const UNKNOWN_BOOT: &str = "process ";

/// One instant by every clock at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Which run of the machine this is: `mono_ms` of two runs do not compare.
    pub boot: String,
    /// Milliseconds since the machine began, sleep included. Never jumps.
    pub mono_ms: u64,
    /// Milliseconds since 1970 by the wall clock, UTC. May jump.
    pub wall_ms: i64,
    /// What the clock on the wall shows, in the zone of the machine.
    pub local: DateTime,
}

impl Moment {
    /// Whether the wall clock has been set: before this program was written it
    /// cannot be today.
    #[must_use]
    pub fn is_set(&self) -> bool {
        2026 <= self.local.year()
    }
}

/// A past instant, as it is written down to measure from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    boot: String,
    mono_ms: u64,
    wall_ms: i64,
}

impl Anchor {
    /// This instant.
    #[must_use]
    pub fn at(now: &Moment) -> Self {
        Self {
            boot: now.boot.clone(),
            mono_ms: now.mono_ms,
            wall_ms: now.wall_ms,
        }
    }

    /// Milliseconds from here to `now`. In the same run of the machine the
    /// wall clock is not asked. In a later one it is all there is, except that
    /// at least the time since the machine began has gone by. Where it is not
    /// known which run it was, there is the wall clock alone.
    #[must_use]
    pub fn elapsed_ms(&self, now: &Moment) -> u64 {
        if self.of(now) {
            return now.mono_ms.saturating_sub(self.mono_ms);
        }
        let by_wall = now.wall_ms.saturating_sub(self.wall_ms);
        let by_wall = u64::try_from(by_wall).unwrap_or(0);
        if is_known(&self.boot) && is_known(&now.boot) {
            by_wall.max(now.mono_ms)
        } else {
            by_wall
        }
    }

    /// Whether it was in the run of the machine that `now` is in.
    #[must_use]
    pub fn of(&self, now: &Moment) -> bool {
        self.boot == now.boot
    }
}

/// Whether two runs with different names are different.
fn is_known(boot: &str) -> bool {
    !boot.starts_with(UNKNOWN_BOOT)
}
