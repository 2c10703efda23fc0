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
        if rings {
            return factor(self.percent().max(RING_AT_LEAST));
        }
        self.factor_at(self.percent())
    }

    /// The factor for samples that have a volume of their own, in percent.
    #[must_use]
    pub fn factor_at(&self, percent: u8) -> f32 {
        if self.muted.load(Ordering::Acquire) {
            return 0.0;
        }
        factor(percent)
    }
}

/// Loudness is perceived in ratios: with the square, equal steps sound nearly equal.
fn factor(percent: u8) -> f32 {
    (f32::from(percent) / 100.0).powi(2)
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
        assert!((gain.factor_at(10) - 0.01).abs() < 1e-6);
        gain.mute(true);
        assert_eq!(heard(&gain), (0.0, 0.25));
        assert!(gain.factor_at(100) < f32::EPSILON);
        gain.set(Some(0));
        gain.mute(false);
        assert!(gain.factor(false) < f32::EPSILON);
        assert!(0.1 < gain.factor(true));
    }
}
