//! Levels synthesised speech: equal loudness, no clicks, trimmed silence. Works on pieces
//! as they arrive.

/// Target of the voice's usual peak.
const TARGET_PEAK: f32 = 0.7;

/// Upper limit of any peak.
const HIGHEST_PEAK: f32 = 0.95;

/// Limit of the gain.
const GAIN: (f32, f32) = (0.5, 3.0);

/// Below this part of the usual peak there is silence before or after a clause.
const SILENCE: f32 = 0.02;

/// Silence kept around a clause, in milliseconds, for soft beginnings and endings.
const LEAD_MS: u32 = 15;
const TAIL_MS: u32 = 40;

/// Length of a fade without a click, in milliseconds.
const RAMP_MS: u32 = 10;

/// Below this peak a voice is silent.
const NOTHING: f32 = 1e-4;

/// Levels the clauses of one text, in their order.
#[derive(Debug)]
pub(super) struct Polish {
    rate: u32,
    /// Silence threshold, after the gain.
    silence: f32,
    gain: f32,
    /// Samples held back: silence that may be the last, and those that a fade would need.
    held: Vec<f32>,
    /// Whether the clause has begun.
    begun: bool,
}

impl Polish {
    /// For a voice whose peak is usually `level`.
    pub(super) fn new(rate: u32, level: f32) -> Self {
        let level = level.max(NOTHING);
        let gain = (TARGET_PEAK / level).clamp(GAIN.0, GAIN.1);
        Self {
            rate,
            silence: level * gain * SILENCE,
            gain,
            held: Vec::new(),
            begun: false,
        }
    }

    /// Takes the next piece of a clause and gives the finished samples, without the silence
    /// before the clause.
    pub(super) fn stretch(&mut self, samples: &[f32]) -> Vec<f32> {
        let fresh = self.held.len();
        self.held.extend_from_slice(samples);
        for sample in &mut self.held[fresh..] {
            if !sample.is_finite() {
                *sample = 0.0;
            }
        }
        self.level(fresh);
        let sounds = |sample: &f32| self.silence < sample.abs();
        if !self.begun {
            let lead = self.samples(LEAD_MS);
            let first = self.held.iter().position(sounds);
            let cut = first.unwrap_or(self.held.len()).saturating_sub(lead);
            self.begun = first.is_some();
            self.held.drain(..cut);
            if self.begun {
                fade(self.held.iter_mut(), lead);
            }
        }
        if !self.begun {
            return Vec::new();
        }
        let sounds = |sample: &f32| self.silence < sample.abs();
        let heard = self
            .held
            .iter()
            .rposition(sounds)
            .map_or(0, |last| last + 1);
        let ready = heard.min(self.held.len().saturating_sub(self.samples(TAIL_MS)));
        self.held.drain(..ready).collect()
    }

    /// Ends the clause: gives the samples held back, faded, without trailing silence, and a
    /// pause. Empty if the clause was silent.
    pub(super) fn end(&mut self, pause_ms: u32) -> Vec<f32> {
        let mut rest = std::mem::take(&mut self.held);
        if !std::mem::take(&mut self.begun) {
            return Vec::new();
        }
        let tail = self.samples(TAIL_MS);
        let sounds = |sample: &f32| self.silence < sample.abs();
        let heard = rest.iter().rposition(sounds).map_or(0, |last| last + 1);
        rest.truncate(heard + tail);
        fade(rest.iter_mut().rev(), tail);
        rest.resize(rest.len() + self.samples(pause_ms), 0.0);
        rest
    }

    /// Levels the held samples from `fresh` on. Samples that would be too loud lower the
    /// gain for the rest of the text.
    fn level(&mut self, fresh: usize) {
        let peak = self.held[fresh..]
            .iter()
            .fold(0.0_f32, |peak, s| peak.max(s.abs()));
        let before = self.gain;
        self.gain = before.min(HIGHEST_PEAK / peak.max(NOTHING));
        let ramp = self.samples(RAMP_MS);
        for (index, sample) in self.held[fresh..].iter_mut().enumerate() {
            let share = share(index, ramp);
            let gain = before + (self.gain - before) * share;
            *sample = (*sample * gain).clamp(-HIGHEST_PEAK, HIGHEST_PEAK);
        }
    }

    fn samples(&self, ms: u32) -> usize {
        (self.rate * ms / 1000) as usize
    }
}

/// Fades in the first `length` samples.
fn fade<'a>(samples: impl Iterator<Item = &'a mut f32>, length: usize) {
    for (index, sample) in samples.take(length).enumerate() {
        *sample *= share(index, length);
    }
}

/// The progress of a fade of `length` at `index`, 0..=1.
#[expect(
    clippy::cast_precision_loss,
    reason = "a fade has some hundred samples"
)]
fn share(index: usize, length: usize) -> f32 {
    (index as f32 / length.max(1) as f32).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::Polish;

    /// A clause of a fifth of a second at `level` between silences, in pieces of `stretch`
    /// ms, from a voice with a usual peak of 0.35.
    fn polished(polish: &mut Polish, level: f32, stretch: usize) -> Vec<f32> {
        let mut samples = vec![0.0; 200];
        samples.extend([level, -level].repeat(100));
        samples.extend([0.0; 300]);
        let mut given = Vec::new();
        for stretch in samples.chunks(stretch) {
            given.extend(polish.stretch(stretch));
        }
        given.extend(polish.end(100));
        given
    }

    #[test]
    fn clauses_are_trimmed_levelled_and_faded() {
        for stretch in [700, 250, 90] {
            let mut polish = Polish::new(1000, 0.35);
            for (level, peak) in [(0.35, 0.7), (0.2, 0.4), (0.9, 0.95), (f32::NAN, 0.0)] {
                let given = polished(&mut polish, level, stretch);
                let highest = given.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
                assert!((highest - peak).abs() < 0.01, "{level}: {highest}");
                if peak > 0.0 {
                    assert_eq!(given.len(), 15 + 200 + 40 + 100, "{level} {stretch}");
                    assert!(given[0].abs() < 1e-6);
                } else {
                    assert!(given.is_empty());
                }
            }
        }
    }

    #[test]
    fn a_voice_that_breaks_off_is_faded() {
        let mut polish = Polish::new(1000, 0.5);
        let mut given = polish.stretch(&[0.5; 100]);
        given.extend(polish.stretch(&[0.5; 100]));
        given.extend(polish.end(0));
        assert_eq!(given.len(), 200);
        assert!(given[199].abs() < 1e-6 && 0.69 < given[150]);
    }
}
