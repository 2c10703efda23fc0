//! Measures what a microphone gives, channel by channel: level, noise floor, offset,
//! hum, clipping, what two channels have in common, and a coarse spectrum.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of some seconds of samples, for decibels without decimals"
)]

use std::f32::consts::TAU;

/// The bands of the spectrum, a third of an octave or more each: their lower ends in
/// hertz, and the upper end of the last.
pub const BANDS: [u32; 17] = [
    40, 63, 100, 160, 250, 400, 500, 630, 800, 1_000, 1_250, 1_600, 2_500, 4_000, 5_000, 6_300,
    7_800,
];

/// One channel of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Root mean square of all, in decibels of full scale.
    pub level_db: f32,
    /// The largest sample.
    pub peak_db: f32,
    /// The level of the quietest tenth, in pieces of 32 ms.
    pub floor_db: f32,
    /// The level of the loudest twentieth.
    pub loud_db: f32,
    /// The mean of all samples, -1..=1.
    pub offset: f32,
    /// Samples at the end of the range, of a thousand.
    pub clipped_per_mille: f32,
    /// All samples are the same.
    pub dead: bool,
    /// The share of the mains' frequency and its first harmonics in the quiet half, 0..=1.
    pub hum: f32,
    /// 50 or 60 Hz, whichever is stronger.
    pub mains_hz: u32,
    /// The level in each of [`BANDS`].
    pub bands_db: Vec<f32>,
}

/// Two channels that carry the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The channels, from 0.
    pub of: (usize, usize),
    /// From -1, one is the other turned round, to 1, both are the same.
    pub correlation: f32,
}

/// Measures each channel of interleaved samples.
#[must_use]
pub fn measure(interleaved: &[f32], channels: usize, rate: u32) -> Vec<Measured> {
    (0..channels)
        .map(|at| one(&channel(interleaved, channels, at), rate))
        .collect()
}

/// Pairs of channels that carry the same sound, the same way or the other way round.
#[must_use]
pub fn pairs(interleaved: &[f32], channels: usize) -> Vec<Pair> {
    let each: Vec<Vec<f32>> = (0..channels)
        .map(|at| without_offset(&channel(interleaved, channels, at)))
        .collect();
    let product = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let mut pairs = Vec::new();
    for a in 0..channels {
        for b in a + 1..channels {
            let both = (product(&each[a], &each[a]) * product(&each[b], &each[b])).sqrt();
            if both <= f32::MIN_POSITIVE {
                continue;
            }
            let correlation = product(&each[a], &each[b]) / both;
            if 0.8 < correlation.abs() {
                pairs.push(Pair {
                    of: (a, b),
                    correlation,
                });
            }
        }
    }
    pairs
}

fn channel(interleaved: &[f32], channels: usize, at: usize) -> Vec<f32> {
    let frames = interleaved.chunks_exact(channels);
    frames
        .map(|frame| {
            if frame[at].is_finite() {
                frame[at]
            } else {
                0.0
            }
        })
        .collect()
}

fn without_offset(samples: &[f32]) -> Vec<f32> {
    let mean = samples.iter().sum::<f32>() / samples.len().max(1) as f32;
    samples.iter().map(|sample| sample - mean).collect()
}

fn one(samples: &[f32], rate: u32) -> Measured {
    let count = samples.len().max(1) as f32;
    let peak = samples.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
    let offset = samples.iter().sum::<f32>() / count;
    let centred = without_offset(samples);
    let mut levels: Vec<f32> = centred
        .chunks_exact((rate as usize * 32 / 1000).max(1))
        .map(power)
        .collect();
    levels.sort_by(f32::total_cmp);
    let at = |share: f32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index below the count"
        )]
        let index = (levels.len() as f32 * share) as usize;
        levels.get(index).copied().unwrap_or(0.0)
    };
    let quiet: Vec<f32> = centred
        .chunks_exact((rate as usize / 5).max(1))
        .filter(|piece| power(piece) <= at(0.5))
        .flatten()
        .copied()
        .collect();
    let share = |mains: u32| {
        let tones = [1, 2, 3].map(|n| tone(&quiet, rate, (mains * n) as f32, 5.0));
        (tones.iter().sum::<f32>() / power(&quiet).max(1e-12)).min(1.0)
    };
    let (fifty, sixty) = (share(50), share(60));
    Measured {
        level_db: decibels(power(&centred)),
        peak_db: decibels(peak * peak),
        floor_db: decibels(at(0.1)),
        loud_db: decibels(at(0.95)),
        offset,
        clipped_per_mille: samples.iter().filter(|s| 0.999 <= s.abs()).count() as f32 * 1000.0
            / count,
        dead: samples.iter().all(|s| (s - samples[0]).abs() < 1e-9),
        hum: fifty.max(sixty),
        mains_hz: if sixty > fifty { 60 } else { 50 },
        bands_db: bands(&centred, rate),
    }
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32
}

fn decibels(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

/// The mean power of one frequency and what is `width` hertz around it, by Goertzel's sum
/// over blocks.
fn tone(samples: &[f32], rate: u32, hertz: f32, width: f32) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of samples"
    )]
    let block = (rate as f32 / width).max(1.0) as usize;
    let turn = 2.0 * (TAU * hertz / rate as f32).cos();
    let mut sum = 0.0;
    let mut blocks = 0;
    for block in samples.chunks_exact(block) {
        let (mut before, mut last) = (0.0_f32, 0.0_f32);
        for sample in block {
            (before, last) = (last, sample + turn * last - before);
        }
        let length = block.len() as f32;
        sum += (last * last + before * before - turn * last * before) * 2.0 / (length * length);
        blocks += 1;
    }
    sum / (blocks.max(1)) as f32
}

/// The level in each band, from five parts of it.
fn bands(samples: &[f32], rate: u32) -> Vec<f32> {
    const LINES: usize = 5;
    // Five seconds tell as much as an hour.
    let samples = &samples[..samples.len().min(rate as usize * 5)];
    BANDS
        .windows(2)
        .map(|ends| {
            let (low, high) = (ends[0] as f32, ends[1] as f32);
            if rate as f32 / 2.0 <= high {
                return decibels(0.0);
            }
            let width = (high - low) / LINES as f32;
            let lines = (0..LINES).map(|n| {
                let hertz = low + width * (n as f32 + 0.5);
                tone(samples, rate, hertz, width)
            });
            decibels(lines.sum())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, count: usize, peak: f32) -> Vec<f32> {
        let mut seed = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        (0..count)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                peak * ((seed >> 8) as f32 / 8_388_608.0 - 1.0)
            })
            .collect()
    }

    fn sine(hertz: f32, rate: u32, count: usize, peak: f32) -> Vec<f32> {
        (0..count)
            .map(|at| peak * (TAU * hertz * at as f32 / rate as f32).sin())
            .collect()
    }

    fn mixed(channels: &[Vec<f32>]) -> Vec<f32> {
        let count = channels[0].len();
        (0..count)
            .flat_map(|at| channels.iter().map(move |channel| channel[at]))
            .collect()
    }

    #[test]
    fn each_channel_is_measured_by_itself() {
        let (rate, count) = (48_000, 96_000);
        let tone = sine(1_100.0, rate, count, 0.5);
        let offset: Vec<f32> = noise(1, count, 0.01).iter().map(|s| s + 0.2).collect();
        let clipped: Vec<f32> = noise(2, count, 3.0)
            .iter()
            .map(|s| s.clamp(-1.0, 1.0))
            .collect();
        let hum: Vec<f32> = sine(60.0, rate, count, 0.05)
            .iter()
            .zip(noise(3, count, 0.003))
            .map(|(a, b)| a + b)
            .collect();
        let all = mixed(&[tone, offset, clipped, vec![0.0; count], hum]);
        let measured = measure(&all, 5, rate);
        assert!(
            (measured[0].level_db + 9.0).abs() < 0.2,
            "{:?}",
            measured[0]
        );
        let loudest = measured[0].bands_db.iter().copied().enumerate();
        let loudest = loudest.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at);
        assert_eq!(loudest.map(|at| BANDS[at]), Some(1_000));
        assert!((measured[1].offset - 0.2).abs() < 0.001);
        assert!(measured[1].level_db < -40.0);
        assert!(100.0 < measured[2].clipped_per_mille);
        assert!(measured[3].dead && !measured[1].dead);
        assert!(0.9 < measured[4].hum && measured[4].mains_hz == 60);
        assert!(measured[1].hum < 0.1, "{}", measured[1].hum);
    }

    #[test]
    fn channels_that_carry_the_same_are_found() {
        let count = 16_000;
        let voice = noise(5, count, 0.3);
        let turned: Vec<f32> = voice.iter().map(|s| 0.4 - 0.5 * s).collect();
        let other = noise(9, count, 0.3);
        let found = pairs(&mixed(&[voice.clone(), turned, other, voice]), 4);
        let of: Vec<_> = found
            .iter()
            .map(|pair| (pair.of, pair.correlation.round()))
            .collect();
        assert_eq!(of, [((0, 1), -1.0), ((0, 3), 1.0), ((1, 3), -1.0)]);
    }

    #[test]
    fn nothing_is_measured_without_an_error() {
        assert_eq!(measure(&[], 0, 48_000), []);
        assert_eq!(measure(&[f32::NAN; 9], 2, 8_000).len(), 2);
        assert!(pairs(&[0.0; 64], 4).is_empty());
    }
}
