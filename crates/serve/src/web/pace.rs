//! How many requests a machine may send. Those that come faster wait for their turn, so
//! that a program that asks without a pause costs the box no more than one that asks a
//! hundred times a second; those that would wait for long are refused.
//!
//! A generic cell rate algorithm (ITU-T I.371): for each machine the instant at which
//! its requests so far are used up.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::fault::Fault;
use super::token::machine;
use crate::peers::lock;

/// Between two requests of a machine that sends many: 100 a second.
const STEP: Duration = Duration::from_millis(10);
/// Requests that may come at once.
const BURST: u32 = 300;
/// The longest that a request waits, also one that is then refused.
pub(super) const LONGEST: Duration = Duration::from_secs(1);
/// Machines that are counted by themselves; further ones are counted together.
const MACHINES: usize = 500;

/// The requests of all machines.
#[derive(Debug, Default)]
pub(super) struct Pace {
    used_up: Mutex<HashMap<IpAddr, Instant>>,
}

impl Pace {
    /// How long a request of this machine waits before it is answered; `None`: too many
    /// wait already.
    pub(super) fn wait(&self, peer: IpAddr, now: Instant) -> Option<Duration> {
        let mut used_up = lock(&self.used_up);
        let mut machine = machine(peer);
        if MACHINES <= used_up.len() && !used_up.contains_key(&machine) {
            used_up.retain(|_, until| now < *until);
            if MACHINES <= used_up.len() {
                machine = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);
            }
        }
        let until = used_up.entry(machine).or_insert(now);
        let ahead = until.duration_since(now);
        let wait = ahead.saturating_sub(STEP * BURST);
        if LONGEST < wait {
            return None;
        }
        *until = now + ahead + STEP;
        Some(wait)
    }
}

/// The refusal.
pub(super) fn too_fast() -> Fault {
    Fault::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too many requests",
        "send at most 100 requests a second; `/api/events` tells what changes without asking",
    )
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use super::{BURST, LONGEST, MACHINES, Pace, STEP};
    use crate::stream::now;

    #[test]
    fn a_flood_waits_and_then_is_refused() {
        let pace = Pace::default();
        let (began, peer) = (now(), IpAddr::from([192, 168, 1, 9]));
        for _ in 0..BURST {
            assert_eq!(pace.wait(peer, began), Some(Duration::ZERO));
        }
        assert_eq!(pace.wait(peer, began), Some(Duration::ZERO));
        assert_eq!(pace.wait(peer, began), Some(STEP));
        let more = std::iter::from_fn(|| pace.wait(peer, began)).count();
        assert_eq!(
            u128::try_from(more),
            Ok(LONGEST.as_millis() / STEP.as_millis() - 1)
        );
        // Others are not concerned, and a moment later there is room again.
        assert_eq!(
            pace.wait(IpAddr::from([192, 168, 1, 8]), began),
            Some(Duration::ZERO)
        );
        assert_eq!(pace.wait(peer, began + STEP), Some(LONGEST));
        assert_eq!(pace.wait(peer, began + STEP), None);
        let rested = began + STEP * BURST + 2 * LONGEST;
        assert_eq!(pace.wait(peer, rested), Some(Duration::ZERO));
    }

    #[test]
    fn many_machines_cost_bounded_memory() {
        let pace = Pace::default();
        let began = now();
        for number in 1..20_000_u32 {
            pace.wait(IpAddr::V4(number.into()), began);
        }
        let known = || pace.used_up.lock().expect("no panic").len();
        assert_eq!(known(), MACHINES + 1);
        pace.wait(IpAddr::from([10, 0, 0, 1]), began + Duration::from_mins(10));
        assert!(known() <= 2, "{}", known());
    }
}
