//! Makes clauses sound as one speech: one loudness, no clicks, no waiting in
//! silence.

/// Peak that the first clause is brought to.
const TARGET_PEAK: f32 = 0.7;

/// Peak that no clause exceeds.
const HIGHEST_PEAK: f32 = 0.95;

/// How far the voice's own loudness is corrected.
const GAIN: (f32, f32) = (0.5, 3.0);

/// Below this part of the peak a clause has not begun, or has ended.
const SILENCE: f32 = 0.02;

/// Kept of the silence around a clause, in milliseconds: breath and echo.
const LEAD_MS: u32 = 15;
const TAIL_MS: u32 = 40;

/// Below this peak there is no sound at all.
const NOTHING: f32 = 1e-4;

/// Polishes the clauses of one text, in their order.
#[derive(Debug)]
pub(super) struct Polish {
    rate: u32,
    gain: Option<f32>,
}

impl Polish {
    pub(super) fn new(rate: u32) -> Self {
        Self { rate, gain: None }
    }

    /// Cuts the silence around a clause, levels and fades it, and appends a
    /// pause. Empty when there is nothing to hear.
    pub(super) fn clause(&mut self, mut samples: Vec<f32>, pause_ms: u32) -> Vec<f32> {
        for sample in &mut samples {
            if !sample.is_finite() {
                *sample = 0.0;
            }
        }
        let peak = samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
        if peak < NOTHING {
            return Vec::new();
        }
        let sounds = |sample: &f32| sample.abs() > peak * SILENCE;
        let first = samples.iter().position(sounds).unwrap_or(0);
        let last = samples.iter().rposition(sounds).unwrap_or(0);
        let (lead, tail) = (self.samples(LEAD_MS), self.samples(TAIL_MS));
        samples.truncate(last + 1 + tail);
        samples.drain(..first.saturating_sub(lead));

        let gain = *self
            .gain
            .get_or_insert((TARGET_PEAK / peak).clamp(GAIN.0, GAIN.1));
        let gain = gain.min(HIGHEST_PEAK / peak);
        for sample in &mut samples {
            *sample *= gain;
        }
        fade(samples.iter_mut(), lead);
        fade(samples.iter_mut().rev(), tail);
        samples.resize(samples.len() + self.samples(pause_ms), 0.0);
        samples
    }

    fn samples(&self, ms: u32) -> usize {
        (self.rate * ms / 1000) as usize
    }
}

/// Lets the first `length` samples grow from silence.
#[expect(
    clippy::cast_precision_loss,
    reason = "a fade has some hundred samples"
)]
fn fade<'a>(samples: impl Iterator<Item = &'a mut f32>, length: usize) {
    for (index, sample) in samples.take(length).enumerate() {
        *sample *= index as f32 / length as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::Polish;

    #[test]
    fn clauses_are_trimmed_levelled_and_faded() {
        let mut polish = Polish::new(1000);
        let clause = |level: f32| {
            let mut samples = vec![0.0; 200];
            samples.extend([level, -level].repeat(100));
            samples.extend([0.0; 300]);
            samples
        };
        for (level, peak) in [(0.35, 0.7), (0.2, 0.4), (0.9, 0.95), (f32::NAN, 0.0)] {
            let polished = polish.clause(clause(level), 100);
            let highest = polished.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
            assert!((highest - peak).abs() < 0.01, "{level}: {highest}");
            if peak > 0.0 {
                assert_eq!(polished.len(), 15 + 200 + 40 + 100);
                assert!(polished[0].abs() < 1e-6);
            } else {
                assert!(polished.is_empty());
            }
        }
    }
}
