//! Makes one channel of a microphone's several: a chosen one, some mixed, or the
//! loudest. In a mix a channel that carries the same sound the other way round is
//! turned, so that the two do not cancel.

use mynah_core::model::Channel;

/// Frames from which one decision is made, at most: 10 ms at 48 kHz.
const BLOCK: usize = 480;

/// How much of the old sums stays after one block: they fall to a third in half a
/// second at 48 kHz.
const STAYS: f32 = 0.98;

/// Channels whose correlation is below this carry one sound the other way round: two
/// microphones of an array hear a voice with a delay and stay far above it.
const INVERTED: f32 = -0.8;

/// Mean power below this is noise of the converter, which tells nothing: -90 dB.
const NOTHING: f32 = 1e-9;

/// A channel takes over when it is so many times as powerful as the present one: 3 dB,
/// so that two alike do not alternate.
const LOUDER: f32 = 2.0;

/// Mixes interleaved channels of any number into one.
#[derive(Debug)]
pub struct Mixer {
    count: usize,
    /// The channels that are heard.
    heard: Vec<usize>,
    loudest: bool,
    /// Of each channel that is heard: mean power, and the product with the first.
    power: Vec<f32>,
    product: Vec<f32>,
    /// Each is 1 or -1.
    sign: Vec<f32>,
    /// Of the channels that are heard, the loudest.
    chosen: usize,
}

impl Mixer {
    /// For a card with `count` channels. Channels that it does not have are left out;
    /// where none is left, all are mixed.
    #[must_use]
    pub fn new(choice: &Channel, count: usize) -> Self {
        let count = count.max(1);
        let named: Vec<usize> = match choice {
            Channel::These(channels) => channels.iter().map(|at| usize::from(*at)).collect(),
            Channel::All | Channel::Loudest => (0..count).collect(),
        };
        let mut heard: Vec<usize> = named.iter().copied().filter(|at| *at < count).collect();
        if heard.len() < named.len() {
            tracing::error!(
                "`audio.channel` is {named:?}, and the microphone has the channels 0 to {}\n\
                 hint: `mynah doctor --microphone` shows them",
                count - 1
            );
        }
        if heard.is_empty() {
            heard = (0..count).collect();
        }
        let number = heard.len();
        Self {
            count,
            heard,
            loudest: *choice == Channel::Loudest,
            power: vec![0.0; number],
            product: vec![0.0; number],
            sign: vec![1.0; number],
            chosen: 0,
        }
    }

    /// Appends one channel to `mono`. A sample that is not a number becomes silence; an
    /// incomplete last frame is dropped.
    pub fn push(&mut self, interleaved: &[f32], mono: &mut Vec<f32>) {
        for block in interleaved.chunks(BLOCK * self.count) {
            if 1 < self.heard.len() {
                self.weigh(block);
            }
            let frames = block.chunks_exact(self.count);
            mono.extend(frames.map(|frame| self.one(frame)));
        }
    }

    fn one(&self, frame: &[f32]) -> f32 {
        if self.loudest {
            return finite(frame[self.heard[self.chosen]]);
        }
        let signed = self.heard.iter().zip(&self.sign);
        let sum: f32 = signed.map(|(at, sign)| sign * finite(frame[*at])).sum();
        #[expect(clippy::cast_precision_loss, reason = "a channel count is small")]
        let count = self.heard.len() as f32;
        // The sum of two huge floats may be infinite.
        finite(sum / count)
    }

    /// Brings the sums up to this block, then decides.
    fn weigh(&mut self, block: &[f32]) {
        let frames = block.len() / self.count;
        if frames == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a block is small")]
        let part = (1.0 - STAYS) / frames as f32;
        let first = self.heard[0];
        for (n, at) in self.heard.iter().enumerate() {
            let (mut power, mut product) = (0.0, 0.0);
            for frame in block.chunks_exact(self.count) {
                let sample = finite(frame[*at]).clamp(-1.0, 1.0);
                power += sample * sample;
                product += sample * finite(frame[first]).clamp(-1.0, 1.0);
            }
            self.power[n] = self.power[n] * STAYS + power * part;
            self.product[n] = self.product[n] * STAYS + product * part;
        }
        for n in 1..self.heard.len() {
            let both = self.power[0].min(self.power[n]);
            if NOTHING < both {
                let correlation = self.product[n] / (self.power[0] * self.power[n]).sqrt();
                self.sign[n] = if correlation < INVERTED { -1.0 } else { 1.0 };
            }
        }
        if self.loudest {
            let most =
                (0..self.heard.len()).max_by(|a, b| self.power[*a].total_cmp(&self.power[*b]));
            if let Some(most) = most
                && self.power[self.chosen] * LOUDER < self.power[most]
            {
                self.chosen = most;
            }
        }
    }
}

fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A voice of sorts: a tone that comes and goes, 48,000 samples at 48 kHz.
    #[expect(clippy::cast_precision_loss, reason = "a test signal is short")]
    fn voice(at: usize) -> f32 {
        let time = at as f32 / 48_000.0;
        0.4 * (std::f32::consts::TAU * 220.0 * time).sin()
            * (std::f32::consts::TAU * 3.0 * time).sin()
    }

    fn noise(at: usize, channel: usize) -> f32 {
        let mut seed = (at * 31 + channel * 7919 + 1) as u64;
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        seed ^= seed >> 33;
        seed = seed.wrapping_mul(0xff51_afd7_ed55_8ccd);
        #[expect(clippy::cast_precision_loss, reason = "24 bits of it")]
        let unit = ((seed >> 40) as f32) / 8_388_608.0 - 1.0;
        unit
    }

    /// How much of the voice is in the second half, 1.0 for all: each channel's share of
    /// the voice and of its own noise.
    fn check(choice: &Channel, channels: &[(f32, f32)]) -> String {
        let mut interleaved = Vec::new();
        for at in 0..48_000 {
            for (channel, (share, own)) in channels.iter().enumerate() {
                interleaved.push(share * voice(at) + own * noise(at, channel));
            }
        }
        let mut mono = Vec::new();
        let mut mixer = Mixer::new(choice, channels.len());
        for piece in interleaved.chunks(1_000 * channels.len()) {
            mixer.push(piece, &mut mono);
        }
        assert_eq!(mono.len(), 48_000);
        let half = 24_000..48_000;
        let with: f32 = half.clone().map(|at| mono[at] * voice(at)).sum();
        let all: f32 = half.map(|at| voice(at) * voice(at)).sum();
        format!("{:.1}", with / all)
    }

    #[test]
    fn channels_are_chosen_mixed_and_turned() {
        let plain = [(1.0, 0.0), (1.0, 0.0)];
        assert_eq!(check(&Channel::All, &plain), "1.0");
        let inverted = [(1.0, 0.01), (-1.0, 0.01)];
        assert_eq!(check(&Channel::All, &inverted), "1.0");
        let one = [(0.0, 0.0), (1.0, 0.0)];
        assert_eq!(check(&Channel::All, &one), "0.5");
        assert_eq!(check(&Channel::These(vec![1]), &one), "1.0");
        // An array of six, whose last channel is what the box plays itself.
        let array = [
            (1.0, 0.0),
            (0.9, 0.01),
            (0.9, 0.01),
            (1.0, 0.01),
            (1.0, 0.01),
            (0.0, 0.5),
        ];
        assert_eq!(check(&Channel::These(vec![0]), &array), "1.0");
        assert_eq!(check(&Channel::These(vec![1, 2]), &array), "0.9");
        let quiet_and_loud = [(0.1, 0.0), (0.0, 0.0), (0.8, 0.0)];
        assert_eq!(check(&Channel::Loudest, &quiet_and_loud), "0.8");
        // One that the card does not have leaves the box hearing.
        assert_eq!(check(&Channel::These(vec![7]), &plain), "1.0");
        assert_eq!(check(&Channel::These(vec![1, 7]), &one), "1.0");
        // Eight channels; noise of their own is no inversion.
        let eight: Vec<(f32, f32)> = (0..8).map(|_| (1.0, 0.05)).collect();
        assert_eq!(check(&Channel::All, &eight), "1.0");
    }

    #[test]
    fn nonsense_is_silence_and_an_incomplete_frame_is_dropped() {
        let mut mono = Vec::new();
        let mut mixer = Mixer::new(&Channel::All, 2);
        mixer.push(
            &[0.5, -0.25, f32::NAN, 0.5, f32::MAX, f32::MAX, 1.0],
            &mut mono,
        );
        assert_eq!(mono, [0.125, 0.25, 0.0]);
    }
}
