//! The volume: a factor on everything that the appliance plays.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// A ring is never softer than this, in percent, and never mute.
const RING_AT_LEAST: u8 = 40;

/// The volume, shared between the worker, which sets it, and the event loop.
#[derive(Clone, Debug)]
pub struct Gain {
    percent: Arc<AtomicU8>,
    muted: Arc<AtomicBool>,
}

impl Default for Gain {
    fn default() -> Self {
        Self {
            percent: Arc::new(AtomicU8::new(100)),
            muted: Arc::default(),
        }
    }
}

impl Gain {
    /// Sets the volume in percent; `None` restores the default.
    pub fn set(&self, percent: Option<u8>) {
        let percent = percent.unwrap_or(100).min(100);
        self.percent.store(percent, Ordering::Release);
    }

    /// Mutes or unmutes the voice.
    pub fn mute(&self, muted: bool) {
        self.muted.store(muted, Ordering::Release);
    }

    /// The volume in percent, whether or not it is muted.
    #[must_use]
    pub fn percent(&self) -> u8 {
        self.percent.load(Ordering::Acquire)
    }

    /// The factor for samples, 0..=1. With `rings` it has a lower limit.
    #[must_use]
    pub fn factor(&self, rings: bool) -> f32 {
        let percent = match rings {
            true => self.percent().max(RING_AT_LEAST),
            false if self.muted.load(Ordering::Acquire) => 0,
            false => self.percent(),
        };
        // Loudness is perceived in ratios: with the square, equal steps sound nearly
        // equal.
        (f32::from(percent) / 100.0).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::Gain;

    #[test]
    fn full_volume_changes_nothing_and_a_ring_is_always_heard() {
        let gain = Gain::default();
        let heard = |gain: &Gain| (gain.factor(false), gain.factor(true));
        assert_eq!(heard(&gain), (1.0, 1.0));
        gain.set(Some(50));
        assert_eq!(heard(&gain), (0.25, 0.25));
        gain.mute(true);
        assert_eq!(heard(&gain), (0.0, 0.25));
        gain.set(Some(0));
        gain.mute(false);
        assert!(gain.factor(false) < f32::EPSILON);
        assert!(0.1 < gain.factor(true));
    }
}
