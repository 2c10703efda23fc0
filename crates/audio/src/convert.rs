//! Converts any rate and channel count to 16 kHz mono in pieces, so that a
//! microphone and an hour-long file use the same code.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Supported rates in hertz. A header with another rate is broken, and a resampler
/// for it would only use memory.
pub const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Block length of the resampler: long enough for a steep low-pass below half of
/// the lower rate; a live microphone is delayed by half of it.
const BLOCK_MS: usize = 40;

/// Averages interleaved `channels` into mono and appends to `mono`. A sample
/// that is not a number becomes silence; an incomplete last frame is dropped.
pub fn downmix(interleaved: &[f32], channels: usize, mono: &mut Vec<f32>) {
    #[expect(clippy::cast_precision_loss, reason = "a channel count is small")]
    let scale = 1.0 / channels as f32;
    mono.extend(interleaved.chunks_exact(channels).map(|frame| {
        let sum: f32 = frame.iter().filter(|sample| sample.is_finite()).sum();
        // The sum of two huge floats may be infinite.
        if sum.is_finite() { sum * scale } else { 0.0 }
    }));
}

/// Resamples a mono stream with a linear-phase low-pass. Its delay is removed:
/// output sample n is input time n / `to`, and after [`Resampler::finish`] the
/// output has `round(input * to / from)` samples.
pub struct Resampler {
    from: u64,
    to: u64,
    /// `None` where the rates are the same.
    engine: Option<Engine>,
    taken: u64,
    given: u64,
}

struct Engine {
    fft: Fft<f32>,
    pending: Vec<f32>,
    block: Vec<f32>,
    /// Samples of the filter's delay that are still to be dropped.
    delay: usize,
}

impl Resampler {
    /// A resampler between two rates in hertz; `None` when one of them is
    /// outside of [`RATES`].
    #[must_use]
    pub fn new(from: u32, to: u32) -> Option<Self> {
        if !RATES.contains(&from) || !RATES.contains(&to) {
            return None;
        }
        let engine = if from == to {
            None
        } else {
            let wanted = block(from as usize, to as usize);
            let fft = Fft::new(from as usize, to as usize, wanted, 1, FixedSync::Both).ok()?;
            Some(Engine {
                pending: Vec::with_capacity(2 * fft.input_frames_max()),
                block: vec![0.0; fft.output_frames_max()],
                delay: fft.output_delay(),
                fft,
            })
        };
        Some(Self {
            from: from.into(),
            to: to.into(),
            engine,
            taken: 0,
            given: 0,
        })
    }

    /// Takes `input` and appends the finished samples to `output`.
    pub fn push(&mut self, input: &[f32], output: &mut Vec<f32>) {
        self.taken += input.len() as u64;
        let Some(engine) = &mut self.engine else {
            output.extend_from_slice(input);
            return;
        };
        engine.pending.extend_from_slice(input);
        let before = output.len();
        engine.run(output);
        self.given += (output.len() - before) as u64;
    }

    /// Flushes the filter into `output` at the end of the stream.
    pub fn finish(&mut self, output: &mut Vec<f32>) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        let due = (self.taken * self.to + self.from / 2) / self.from;
        while self.given < due {
            let silence = engine.fft.input_frames_next() - engine.pending.len();
            engine.pending.extend(std::iter::repeat_n(0.0, silence));
            let before = output.len();
            engine.run(output);
            self.given += (output.len() - before) as u64;
        }
        let surplus = usize::try_from(self.given - due).unwrap_or(output.len());
        output.truncate(output.len() - surplus);
        self.given = due;
    }
}

/// Block length at the rate `from`: about [`BLOCK_MS`], a whole and even number of
/// samples at both rates, because the filter's delay is half of it.
fn block(from: usize, to: usize) -> usize {
    let (mut gcd, mut rest) = (from, to);
    while rest != 0 {
        (gcd, rest) = (rest, gcd % rest);
    }
    let pair = 2 * from / gcd;
    (from * BLOCK_MS / 1000).next_multiple_of(pair)
}

impl Engine {
    fn run(&mut self, output: &mut Vec<f32>) {
        let wanted = self.fft.input_frames_next();
        let mut done = 0;
        while self.pending.len() - done >= wanted {
            let from = &self.pending[done..done + wanted];
            let made = resample_block(&mut self.fft, from, &mut self.block);
            let skip = self.delay.min(made);
            self.delay -= skip;
            output.extend_from_slice(&self.block[skip..made]);
            done += wanted;
        }
        self.pending.drain(..done);
    }
}

/// Resamples one whole block and returns the number of output samples.
fn resample_block(fft: &mut Fft<f32>, from: &[f32], to: &mut [f32]) -> usize {
    let room = to.len();
    let made = SequentialSlice::new(from, 1, from.len())
        .ok()
        .zip(SequentialSlice::new_mut(to, 1, room).ok())
        .and_then(|(from, mut to)| fft.process_into_buffer(&from, &mut to, None).ok());
    // The sizes are the resampler's own, so this cannot fail.
    made.map_or(0, |(_, made)| made)
}

/// Resamples a whole clip of mono samples; with an unsupported rate it is returned
/// unchanged.
#[must_use]
pub fn resample(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    let mut output = Vec::new();
    match Resampler::new(from, to) {
        Some(mut resampler) => {
            resampler.push(samples, &mut output);
            resampler.finish(&mut output);
        }
        None => output.extend_from_slice(samples),
    }
    output
}

#[cfg(test)]
mod tests {
    use super::{Resampler, downmix, resample};

    #[expect(clippy::cast_precision_loss, reason = "test signals are short")]
    fn tone(hertz: f32, rate: u32, samples: usize) -> Vec<f32> {
        (0..samples)
            .map(|n| 0.5 * (std::f32::consts::TAU * hertz * n as f32 / rate as f32).sin())
            .collect()
    }

    /// Checks that a tone keeps its phase, level and length.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "test signals are short"
    )]
    fn check(from: u32, to: u32, samples: usize) {
        let out = resample(&tone(1000.0, from, samples), from, to);
        let due = (samples as f64 * f64::from(to) / f64::from(from)).round() as usize;
        assert_eq!(out.len(), due, "{from} to {to}, {samples} samples");
        let ideal = tone(1000.0, to, due);
        let margin = to as usize / 20;
        if due <= 2 * margin {
            return;
        }
        let worst = (margin..due - margin)
            .map(|n| (out[n] - ideal[n]).abs())
            .fold(0.0, f32::max);
        assert!(worst < 0.005, "{from} to {to}: off by {worst}");
    }

    #[test]
    fn tone_keeps_its_time_level_and_length() {
        for from in [
            8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 12_347,
        ] {
            for samples in [1, 160, 4_001, 50_003] {
                check(from, 16_000, samples);
            }
        }
        check(16_000, 48_000, 30_000);
        check(22_050, 48_000, 30_000);
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let input = tone(440.0, 44_100, 20_000);
        let mut pieces = Resampler::new(44_100, 16_000).expect("a common rate");
        let mut output = Vec::new();
        for piece in input.chunks(333) {
            pieces.push(piece, &mut output);
        }
        pieces.finish(&mut output);
        assert_eq!(output, resample(&input, 44_100, 16_000));
    }

    #[test]
    fn what_16_khz_cannot_carry_does_not_fold_back() {
        let out = resample(&tone(9_500.0, 48_000, 48_000), 48_000, 16_000);
        let peak = out[800..15_200].iter().fold(0.0_f32, |a, b| a.max(b.abs()));
        assert!(peak < 0.002, "{peak}");
        let kept = resample(&tone(7_000.0, 48_000, 48_000), 48_000, 16_000);
        let peak = kept[800..15_200]
            .iter()
            .fold(0.0_f32, |a, b| a.max(b.abs()));
        assert!(peak > 0.45, "{peak}");
    }

    #[test]
    fn impossible_rates_are_refused() {
        for rate in [0, 999, 768_001, u32::MAX] {
            assert!(Resampler::new(rate, 16_000).is_none(), "{rate}");
        }
    }

    #[test]
    fn channels_are_averaged_and_nonsense_is_silence() {
        let mut mono = Vec::new();
        downmix(
            &[0.5, -0.25, f32::NAN, 0.5, f32::MAX, f32::MAX, 1.0],
            2,
            &mut mono,
        );
        assert_eq!(mono, [0.125, 0.25, 0.0]);
    }
}
