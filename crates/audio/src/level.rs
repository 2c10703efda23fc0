//! Brings the sound of a microphone to a level at which it can be understood: takes a
//! constant offset out, and amplifies a microphone that is far too quiet. Sound that is
//! neither passes unchanged, bit by bit.

use super::FRAME_SAMPLES;

/// An offset above this is taken out; a sound card has less: 1 %.
const OFFSET: f32 = 0.01;

/// How much of the mean stays after one block of 32 ms: it follows in half a second.
const MEAN_STAYS: f32 = 0.94;

/// A microphone at the usual level makes peaks above this whenever somebody speaks: 1 %.
const QUIET: f32 = 0.01;

/// The quietest 32 ms of a room are above this (root mean square) with a microphone at
/// the usual level: -80 dB.
const FLOOR: f32 = 1e-4;

/// And are brought to this: -66 dB, that of a quiet room.
const WANTED: f32 = 5e-4;

/// The highest gain, 30 dB: a level of 0.3 % becomes one of 10 %.
const HIGHEST: f32 = 32.0;

/// No peak goes above this by the gain.
const PEAK: f32 = 0.5;

/// So many samples with any sound are looked at before there is a gain: half a second.
const EVIDENCE: usize = 16 * FRAME_SAMPLES;

/// Nobody speaks while the level is below this many times the lowest.
const PAUSE: f32 = 4.0;

/// After something was loud, there is no gain for so many samples: a minute.
const REST: usize = 1_875 * FRAME_SAMPLES;

/// The state of one microphone, or file. The pieces may have any length.
#[derive(Debug)]
pub(super) struct Level {
    mean: f32,
    takes_out: bool,
    gain: f32,
    /// Samples with sound since the gain could have begun.
    seen: usize,
    /// Sum of squares and number of the samples of a level that is not complete.
    part: (f32, usize),
    /// The lowest level of 32 ms (root mean square).
    floor: f32,
    /// Samples until there may be a gain again.
    rests: usize,
    told: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            mean: 0.0,
            takes_out: false,
            gain: 1.0,
            seen: 0,
            part: (0.0, 0),
            floor: f32::INFINITY,
            rests: 0,
            told: false,
        }
    }
}

impl Level {
    /// Changes 16 kHz samples in place.
    pub(super) fn apply(&mut self, samples: &mut [f32]) {
        for block in samples.chunks_mut(FRAME_SAMPLES) {
            self.offset(block);
            self.amplify(block);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a block is small")]
    fn offset(&mut self, block: &mut [f32]) {
        let count = block.len() as f32;
        let mean = block.iter().sum::<f32>() / count;
        // A short rest of a block counts for less.
        let stays = MEAN_STAYS.powf(count / FRAME_SAMPLES as f32);
        self.mean = self.mean * stays + mean * (1.0 - stays);
        // A low voice has no mean, however loud; half the threshold to let go.
        let limit = if self.takes_out { OFFSET / 2.0 } else { OFFSET };
        self.takes_out = limit < self.mean.abs();
        if self.takes_out {
            for sample in block {
                *sample -= self.mean;
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a block is small")]
    fn amplify(&mut self, block: &mut [f32]) {
        let peak = block.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
        // Zeros are no sound of a room.
        if peak == 0.0 {
            return;
        }
        // With a gain, what is loud enough without it is a voice close by; louder yet, and
        // the microphone is not too quiet after all.
        let loud = if 1.0 < self.gain { 10.0 * QUIET } else { QUIET };
        if loud < peak {
            self.forget(REST);
            return;
        }
        if 0 < self.rests {
            self.rests = self.rests.saturating_sub(block.len());
            return;
        }
        self.part.0 += block.iter().map(|s| s * s).sum::<f32>();
        self.part.1 += block.len();
        if FRAME_SAMPLES <= self.part.1 {
            let (power, count) = std::mem::take(&mut self.part);
            self.weigh((power / count as f32).sqrt(), count);
        }
        if 1.0 < self.gain {
            // At once where it would be too much, so that nothing is cut off.
            let gain = self.gain.min(PEAK / peak).max(1.0);
            for sample in block {
                *sample *= gain;
            }
        }
    }

    /// Takes the level of the last 32 ms into account.
    fn weigh(&mut self, level: f32, count: usize) {
        self.floor = self.floor.min(level);
        self.seen = self.seen.saturating_add(count);
        // It begins between words: a jump within a wake word would hide it.
        let pauses = 1.0 < self.gain || level < PAUSE * self.floor;
        if EVIDENCE <= self.seen && self.floor < FLOOR && pauses {
            self.gain = (WANTED / self.floor).clamp(1.0, HIGHEST);
            if !std::mem::replace(&mut self.told, true) {
                tracing::warn!(
                    "the microphone is very quiet, and is amplified {:.0} times\n\
                     hint: turn it up in `alsamixer`; `mynah doctor --microphone` shows its level",
                    self.gain
                );
            }
        }
    }

    fn forget(&mut self, rests: usize) {
        *self = Self {
            mean: self.mean,
            takes_out: self.takes_out,
            told: self.told,
            rests,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise of a room at a level, with a voice of a peak in every second half second.
    #[expect(clippy::cast_precision_loss, reason = "a test signal is short")]
    fn room(noise: f32, voice: f32, seconds: usize) -> Vec<f32> {
        let mut seed = 1_u32;
        (0..16_000 * seconds)
            .map(|at| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let hiss = noise * ((seed >> 8) as f32 / 8_388_608.0 - 1.0);
                let speaks = at / 8_000 % 2 == 1;
                let tone = (std::f32::consts::TAU * 200.0 * at as f32 / 16_000.0).sin();
                hiss + if speaks { voice * tone } else { 0.0 }
            })
            .collect()
    }

    fn applied(samples: &[f32]) -> Vec<f32> {
        let mut level = Level::default();
        let mut all = samples.to_vec();
        // In pieces of an odd size, as cards deliver them.
        for piece in all.chunks_mut(700) {
            level.apply(piece);
        }
        all
    }

    #[test]
    fn the_gain_begins_as_late_with_short_pieces() {
        let samples = room(0.000_01, 0.003, 4);
        let begins = |length: usize| {
            let (mut level, mut all) = (Level::default(), samples.clone());
            for piece in all.chunks_mut(length) {
                level.apply(piece);
            }
            let mut pairs = samples.iter().zip(&all);
            pairs.position(|(before, after)| before.to_bits() != after.to_bits())
        };
        let (short, long) = (begins(64).expect("a gain"), begins(512).expect("a gain"));
        assert!(EVIDENCE <= short + FRAME_SAMPLES, "{short}");
        assert!(short.abs_diff(long) <= FRAME_SAMPLES, "{short} {long}");
    }

    fn peak(samples: &[f32]) -> f32 {
        samples.iter().fold(0.0, |most, s| most.max(s.abs()))
    }

    #[test]
    fn what_is_loud_enough_passes_bit_by_bit() {
        for (noise, voice) in [
            (0.001, 0.2),
            (0.0, 0.5),
            (0.0, 0.02),
            (0.02, 0.05),
            (0.0005, 0.03),
        ] {
            let samples = room(noise, voice, 4);
            assert!(applied(&samples) == samples, "{noise} {voice}");
        }
        let silence = vec![0.0; 64_000];
        assert!(applied(&silence) == silence);
    }

    #[test]
    fn a_voice_at_a_level_of_a_third_of_a_percent_is_made_audible() {
        let samples = room(0.000_03, 0.003, 6);
        let louder = applied(&samples);
        let most = peak(&louder[16_000..]);
        assert!((0.05..=PEAK).contains(&most), "{most}");
    }

    #[test]
    fn a_quiet_room_before_a_loud_voice_cuts_nothing_off() {
        let mut samples = room(0.000_05, 0.0, 10);
        samples.extend(room(0.000_05, 0.7, 4));
        let louder = applied(&samples);
        assert!(peak(&louder) <= 0.71, "{}", peak(&louder));
        // The voice itself is as it was said.
        assert!(louder[170_000..] == samples[170_000..]);
    }

    #[test]
    fn an_offset_is_taken_out_and_a_voice_stays() {
        let samples: Vec<f32> = room(0.001, 0.2, 4).iter().map(|s| s + 0.3).collect();
        let after = applied(&samples);
        let tail = &after[32_000..];
        #[expect(clippy::cast_precision_loss, reason = "a test signal is short")]
        let mean = tail.iter().sum::<f32>() / tail.len() as f32;
        assert!(mean.abs() < 0.003, "{mean}");
        assert!((0.19..0.23).contains(&peak(tail)), "{}", peak(tail));
    }
}
