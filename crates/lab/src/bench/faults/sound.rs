//! Spoils a recording as microphones do, and writes it in their formats.

use std::fs;
use std::io;
use std::path::Path;

/// How the sound is spoiled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spoiled {
    /// It is not.
    Not,
    /// Times this; more than 1 is cut off at full scale.
    Level(f32),
    /// A constant is added.
    Offset(f32),
    /// White noise of this peak.
    Noise(f32),
    /// Hum of the mains of this peak, with its harmonics.
    Hum(f32),
    /// A click every second.
    Clicks,
    /// Ten of a hundred milliseconds are missing.
    Gaps,
    /// The second of two channels is the first the other way round.
    Inverted,
    /// Six channels; the last carries something else, loud.
    Array,
    /// Eight channels of 24 bits at 48 kHz.
    Eight,
    /// 24 bits at 44.1 kHz.
    Deep,
    /// 32-bit floating point at 96 kHz, some of which are no numbers.
    NoNumbers,
    /// 8 kHz, as a telephone.
    Narrow,
    /// The header promises more than there is.
    CutOff,
}

/// Writes a recording at 16 kHz, spoiled.
pub(super) fn write(path: &Path, recording: &[f32], how: Spoiled) -> io::Result<()> {
    let alike = |samples: Vec<f32>, channels: u16, rate: u32, form: Form| {
        let all: Vec<f32> = samples
            .iter()
            .flat_map(|sample| std::iter::repeat_n(*sample, channels.into()))
            .collect();
        file(&all, channels, rate, form)
    };
    let plain = |samples: Vec<f32>| alike(samples, 1, 16_000, Form::Pcm(16));
    let map = |change: &dyn Fn(usize, f32) -> f32| -> Vec<f32> {
        let numbered = recording.iter().enumerate();
        numbered.map(|(at, sample)| change(at, *sample)).collect()
    };
    let bytes = match how {
        Spoiled::Not => plain(recording.to_vec()),
        Spoiled::Level(by) => plain(map(&|_, s| s * by)),
        Spoiled::Offset(by) => plain(map(&|_, s| s * 0.5 + by)),
        Spoiled::Noise(peak) => plain(map(&|at, s| s + peak * noise(at))),
        Spoiled::Hum(peak) => plain(map(&|at, s| s + peak * hum(at))),
        Spoiled::Clicks => plain(map(&|at, s| if at % 16_000 < 48 { 0.9 } else { s })),
        Spoiled::Gaps => plain(map(&|at, s| if at % 1_600 < 160 { 0.0 } else { s })),
        Spoiled::Inverted => {
            let both: Vec<f32> = recording.iter().flat_map(|s| [*s, -*s]).collect();
            file(&both, 2, 16_000, Form::Pcm(16))
        }
        Spoiled::Array => {
            let six: Vec<f32> = (0..recording.len())
                .flat_map(|at| {
                    let s = recording[at];
                    [s, s, s, s, s, 0.3 * noise(at)]
                })
                .collect();
            file(&six, 6, 16_000, Form::Pcm(16))
        }
        Spoiled::Eight => alike(resampled(recording, 48_000), 8, 48_000, Form::Pcm(24)),
        Spoiled::Deep => alike(resampled(recording, 44_100), 2, 44_100, Form::Pcm(24)),
        Spoiled::NoNumbers => {
            let mut samples = resampled(recording, 96_000);
            for sample in samples.iter_mut().step_by(5_000) {
                *sample = f32::NAN;
            }
            alike(samples, 1, 96_000, Form::Float)
        }
        Spoiled::Narrow => alike(resampled(recording, 8_000), 1, 8_000, Form::Pcm(16)),
        Spoiled::CutOff => {
            let mut bytes = plain(recording.to_vec());
            bytes.truncate(bytes.len() - 20_001);
            bytes
        }
    };
    fs::write(path, bytes)
}

fn resampled(recording: &[f32], rate: u32) -> Vec<f32> {
    mynah_audio::convert::resample(recording, 16_000, rate)
}

fn noise(at: usize) -> f32 {
    let mut seed = (at as u64)
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    seed ^= seed >> 29;
    seed = seed.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    #[expect(clippy::cast_precision_loss, reason = "24 bits of it")]
    let unit = (seed >> 40) as f32 / 8_388_608.0 - 1.0;
    unit
}

#[expect(clippy::cast_precision_loss, reason = "a recording of seconds")]
fn hum(at: usize) -> f32 {
    let turn = std::f32::consts::TAU * 50.0 * at as f32 / 16_000.0;
    0.7 * turn.sin() + 0.2 * (2.0 * turn).sin() + 0.1 * (3.0 * turn).sin()
}

#[derive(Clone, Copy)]
enum Form {
    /// Integers of so many bits.
    Pcm(u16),
    Float,
}

/// A WAV file of interleaved samples.
fn file(samples: &[f32], channels: u16, rate: u32, form: Form) -> Vec<u8> {
    let (tag, bits) = match form {
        Form::Pcm(bits) => (1_u16, bits),
        Form::Float => (3, 32),
    };
    let frame = channels * (bits / 8);
    let size = u32::try_from(samples.len() * usize::from(bits / 8)).unwrap_or(u32::MAX);
    let mut bytes = Vec::with_capacity(size as usize + 44);
    bytes.extend(b"RIFF");
    bytes.extend((size + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(size.to_le_bytes());
    for sample in samples {
        match form {
            Form::Float => bytes.extend(sample.to_le_bytes()),
            Form::Pcm(bits) => {
                let full = f32::from(bits).exp2() / 2.0 - 1.0;
                #[expect(clippy::cast_possible_truncation, reason = "clamped before")]
                let number = (sample.clamp(-1.0, 1.0) * full) as i32;
                bytes.extend(&number.to_le_bytes()[..usize::from(bits / 8)]);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use mynah_audio::wav;

    #[test]
    fn what_is_written_is_read() {
        let folder = std::env::temp_dir().join(format!("mynah-spoiled-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let recording: Vec<f32> = (0..32_000).map(|at| 0.4 * hum(at)).collect();
        let check = |how: Spoiled, channels: usize, rate: u32, seconds: f32| {
            let path = folder.join("it.wav");
            write(&path, &recording, how).expect("it can be written");
            let read = wav::read_channels(&path, 10).expect("it can be read");
            assert_eq!((read.channels, read.rate), (channels, rate), "{how:?}");
            #[expect(clippy::cast_precision_loss, reason = "a recording of seconds")]
            let length = read.samples.len() as f32 / channels as f32 / rate as f32;
            assert!((length - seconds).abs() < 0.01, "{how:?}: {length}");
        };
        check(Spoiled::Not, 1, 16_000, 2.0);
        check(Spoiled::Inverted, 2, 16_000, 2.0);
        check(Spoiled::Array, 6, 16_000, 2.0);
        check(Spoiled::Eight, 8, 48_000, 2.0);
        check(Spoiled::Deep, 2, 44_100, 2.0);
        check(Spoiled::NoNumbers, 1, 96_000, 2.0);
        check(Spoiled::Narrow, 1, 8_000, 2.0);
        check(Spoiled::CutOff, 1, 16_000, 1.375);
        fs::remove_dir_all(&folder).expect("it is ours");
    }
}
