//! Notices a microphone that delivers nothing but zeros. A room is never so quiet; a
//! switch on a microphone, a muted card or a broken cable make it.

use super::{DeviceChange, SAMPLE_RATE};

/// Nothing but zeros for so long is reported, in seconds.
const ZEROS_S: u64 = 60;

const LIMIT: u64 = ZEROS_S * SAMPLE_RATE as u64;

/// Counts samples in a row that are exactly zero.
#[derive(Debug, Default)]
pub(super) struct Zeros(u64);

impl Zeros {
    /// Takes 16 kHz samples. Reports when zeros have come for long enough, and when that
    /// ends.
    pub(super) fn count(&mut self, samples: &[f32]) -> Option<DeviceChange> {
        let before = self.0;
        let last = samples.iter().rposition(|sample| *sample != 0.0);
        self.0 = match last {
            Some(at) => (samples.len() - 1 - at) as u64,
            None => before + samples.len() as u64,
        };
        if before < LIMIT && LIMIT <= self.0 {
            return Some(DeviceChange::Zeros);
        }
        (LIMIT <= before && last.is_some()).then_some(DeviceChange::Sounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_zeros_is_told_once_and_its_end_too() {
        let mut zeros = Zeros::default();
        let mut check = |seconds: u64, sample: f32, expected: Option<DeviceChange>| {
            let mut told = Vec::new();
            for _ in 0..seconds * u64::from(SAMPLE_RATE) / 500 {
                told.extend(zeros.count(&[sample; 500]));
            }
            assert_eq!(told, expected.into_iter().collect::<Vec<_>>());
        };
        check(ZEROS_S - 1, 0.0, None);
        check(1, 1e-5, None);
        check(ZEROS_S + 100, 0.0, Some(DeviceChange::Zeros));
        check(5, -1e-5, Some(DeviceChange::Sounds));
        check(ZEROS_S - 1, 0.0, None);
        assert_eq!(zeros.count(&[0.0, 1.0, 0.0]), None);
        assert_eq!(zeros.0, 1);
    }
}
