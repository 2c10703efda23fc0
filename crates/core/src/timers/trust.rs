//! Whether the clock on the wall may be believed. A machine without a clock battery
//! begins with the time at which it was switched off, which looks like today and may be
//! hours late, until the network sets it. Pure.

use serde::{Deserialize, Serialize};

use super::Moment;

/// A machine whose clock shows less than this since it was last seen was off for a
/// moment, or has lost the time in between; nothing tells which. Longer than the clock is
/// written down apart.
const OFF_MS: i64 = 15 * 60_000;

/// A battery's clock and the wall clock agree within this.
const AGREES_MS: u64 = 120_000;

/// A step of the wall clock by which somebody, or the network, has set it.
const SET_MS: u64 = 60_000;

/// The clock as it was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The run of the machine.
    pub boot: String,
    /// Milliseconds since that began.
    pub mono_ms: u64,
    /// Milliseconds since 1970, UTC.
    pub wall_ms: i64,
    /// It could not be believed.
    pub doubtful: bool,
}

/// What the system knows about its clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// A time server has set it since the machine began.
    pub synchronised: bool,
    /// What the clock with a battery shows, milliseconds since 1970, UTC.
    pub battery_ms: Option<i64>,
}

impl Seen {
    /// How the clock is now, by how it was, by what the system knows. Without any past
    /// it is believed.
    #[must_use]
    pub fn now(before: Option<&Self>, evidence: Evidence, now: &Moment) -> Self {
        let agrees = |battery: i64| battery.abs_diff(now.wall_ms) < AGREES_MS;
        let sure = evidence.synchronised || evidence.battery_ms.is_some_and(agrees);
        Self {
            boot: now.boot.clone(),
            mono_ms: now.mono_ms,
            wall_ms: now.wall_ms,
            doubtful: !sure && before.is_some_and(|before| before.leaves_doubt(now)),
        }
    }

    fn leaves_doubt(&self, now: &Moment) -> bool {
        let went = |from: u64| i64::try_from(now.mono_ms.saturating_sub(from)).unwrap_or(i64::MAX);
        if self.boot == now.boot {
            let by_wall = now.wall_ms.saturating_sub(self.wall_ms);
            let set = SET_MS < by_wall.abs_diff(went(self.mono_ms));
            return self.doubtful && !set;
        }
        let began = now.wall_ms.saturating_sub(went(0));
        began.saturating_sub(self.wall_ms) < OFF_MS
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const MINUTE: i64 = 60_000;

    fn at(boot: &str, up_minutes: u64, wall_minutes: i64) -> Moment {
        Moment {
            boot: boot.into(),
            mono_ms: up_minutes * 60_000,
            wall_ms: wall_minutes * MINUTE,
            local: date(2026, 3, 14).at(12, 0, 0, 0),
        }
    }

    type Line = (&'static str, u64, i64, bool, Option<i64>, bool);

    /// Whether the clock is doubtful after each line: boot, minutes since it began, the
    /// wall clock in minutes, whether it is synchronised, the battery's clock.
    fn check(lines: &[Line]) {
        let mut seen: Option<Seen> = None;
        for (boot, up, wall, synchronised, battery, doubtful) in lines {
            let evidence = Evidence {
                synchronised: *synchronised,
                battery_ms: battery.map(|minutes| minutes * MINUTE),
            };
            let now = Seen::now(seen.as_ref(), evidence, &at(boot, *up, *wall));
            assert_eq!(now.doubtful, *doubtful, "{boot} {up} {wall}");
            seen = Some(now);
        }
    }

    #[test]
    fn a_clock_that_went_on_from_where_it_stopped_is_doubted() {
        check(&[
            ("a", 1, 1_000, false, None, false),
            ("a", 600, 1_599, true, None, false),
            // Off for nine hours, and the clock shows seconds later.
            ("b", 1, 1_601, false, None, true),
            ("b", 30, 1_630, false, None, true),
            // The network sets it.
            ("b", 31, 2_180, true, None, false),
            ("b", 90, 2_239, false, None, false),
        ]);
        // Somebody sets it by hand.
        check(&[
            ("a", 1, 1_000, false, None, false),
            ("b", 1, 1_002, false, None, true),
            ("b", 2, 1_543, false, None, false),
            ("b", 3, 1_544, false, None, false),
        ]);
    }

    #[test]
    fn a_battery_that_agrees_is_believed_and_an_empty_one_is_not() {
        check(&[
            ("a", 1, 1_000, false, Some(1_000), false),
            ("b", 1, 1_002, false, Some(1_002), false),
            ("c", 1, 1_004, false, Some(3), true),
            ("c", 2, 1_005, false, Some(1_005), false),
        ]);
    }

    #[test]
    fn a_clock_that_shows_the_hours_in_between_or_went_back_tells_by_itself() {
        check(&[
            ("a", 1, 1_000, false, None, false),
            ("b", 1, 1_600, false, None, false),
            ("c", 1, 900, false, None, true),
        ]);
    }
}
