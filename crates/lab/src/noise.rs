//! Noise over speech, at a given level.

use std::path::Path;

use anyhow::bail;
use sha2::{Digest as _, Sha256};

use mynah_audio::wav;

/// Samples of the stretch whose energy is a recording's loudness.
const LOUDEST: usize = 2048;

/// A mix is scaled to this peak.
const PEAK: f64 = 0.5;

/// The longest recording of noise, in seconds.
const LONGEST_S: u32 = 600;

/// A recording of noise.
#[derive(Debug)]
pub(crate) struct Noise {
    samples: Vec<f32>,
}

impl Noise {
    /// Reads the noise.
    ///
    /// # Errors
    /// When it cannot be read, or holds no sound.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let samples = wav::read(path, LONGEST_S)?.samples;
        if samples.iter().all(|sample| *sample == 0.0) {
            bail!("the noise `{}` is silent", path.display());
        }
        Ok(Self { samples })
    }

    /// `speech` with a stretch of the noise over it, the loudest stretch of
    /// the speech `level` dB above that of the noise. The offset into the
    /// noise is drawn from `name` and `level`, so that a run repeats.
    pub(crate) fn over(&self, speech: &[f32], name: &str, level: i32) -> Vec<f32> {
        let seed = Sha256::digest(format!("{name} {level}"));
        let seed = u64::from_le_bytes(seed[..8].try_into().expect("a digest has 32 bytes"));
        let count = self.samples.len();
        let room = (count.saturating_sub(speech.len()) + 1) as u64;
        let offset = usize::try_from(seed % room).expect("less than the count of samples");
        let noise: Vec<f32> = (offset..offset + speech.len())
            .map(|at| self.samples[at % count])
            .collect();
        mix(speech, &noise, level)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
fn mix(speech: &[f32], noise: &[f32], level: i32) -> Vec<f32> {
    let ratio = loudness(noise) * 10_f64.powf(f64::from(level) / 10.0);
    let gain = if ratio > 0.0 {
        (loudness(speech) / ratio).sqrt()
    } else {
        0.0
    };
    let mixed: Vec<f64> = speech
        .iter()
        .zip(noise)
        .map(|(s, n)| f64::from(*s) + gain * f64::from(*n))
        .collect();
    let peak = mixed.iter().fold(0.0_f64, |peak, s| peak.max(s.abs()));
    let scale = if peak > 0.0 { PEAK / peak } else { 0.0 };
    mixed.iter().map(|s| (s * scale) as f32).collect()
}

/// The largest energy of any frame.
fn loudness(samples: &[f32]) -> f64 {
    let energy = |frame: &[f32]| frame.iter().map(|s| f64::from(*s).powi(2)).sum();
    samples.chunks(LOUDEST).map(energy).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_that_of_the_loudest_frames() {
        let speech: Vec<f32> = (0..8192)
            .map(|n| if n < 2048 { 0.5 } else { 0.1 })
            .collect();
        let noise: Vec<f32> = (0..8192).map(|n| [0.2, -0.2][n % 2]).collect();
        for level in [-6, 0, 12] {
            let mixed = mix(&speech, &noise, level);
            // Neighbours differ by twice the noise and sum to twice the speech.
            let (s, n) = (mixed[0].midpoint(mixed[1]), mixed[0].midpoint(-mixed[1]));
            let got = 20.0 * f64::from(s / n).log10();
            assert!(
                (got - f64::from(level)).abs() < 0.01,
                "{got} is not {level}"
            );
            let peak = mixed.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
            assert!((peak - 0.5).abs() < 1e-6);
        }
    }

    #[test]
    fn a_run_repeats_and_clips_differ() {
        let noise = Noise {
            samples: (0..50_000_u32)
                .map(|n| f32::from((n * n % 251) as u8) / 251.0)
                .collect(),
        };
        let speech = vec![0.3; 4000];
        assert_eq!(noise.over(&speech, "a", 6), noise.over(&speech, "a", 6));
        assert_ne!(noise.over(&speech, "a", 6), noise.over(&speech, "b", 6));
        // Longer speech than noise: the noise comes round.
        assert_eq!(noise.over(&vec![0.3; 60_000], "a", 6).len(), 60_000);
        assert_eq!(noise.over(&[], "a", 6), Vec::<f32>::new());
    }
}
