//! Where a word's cut-off lies: by the false alarms that are allowed, on speech that the
//! classifier was not fitted to.
//!
//! An hour of synthetic speech has too few false alarms to count. What is above a high
//! level falls off exponentially in log odds (a tail of the generalised Pareto
//! distribution with shape 0), so the level that is passed once in so many hours is
//! extrapolated from the highest peaks.

/// Windows in which at most one false alarm is counted: 2 s of 80 ms each.
const APART: usize = 25;

/// The part of the peaks that the tail is fitted to.
const TAIL: f32 = 0.05;

/// Peaks that a tail needs.
const FEWEST: usize = 8;

/// Detections in speech without the word, by level.
#[derive(Clone, Debug, Default)]
pub struct FalseAlarms {
    /// The highest log odds of each 2 s.
    peaks: Vec<f32>,
    hours: f32,
}

impl FalseAlarms {
    /// Adds the log odds of consecutive windows of a stream, one for each 80 ms.
    pub fn add(&mut self, logits: &[f32]) {
        let highest = |part: &[f32]| part.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        self.peaks.extend(logits.chunks(APART).map(highest));
        #[expect(clippy::cast_precision_loss, reason = "a few hours")]
        let hours = logits.len() as f32 * 0.08 / 3600.0;
        self.hours += hours;
    }

    /// Hours that were listened to.
    #[must_use]
    pub const fn hours(&self) -> f32 {
        self.hours
    }

    /// How many in an hour pass `level` (log odds), as counted.
    #[must_use]
    pub fn counted(&self, level: f32) -> f32 {
        let above = self.peaks.iter().filter(|peak| level < **peak).count();
        #[expect(clippy::cast_precision_loss, reason = "thousands")]
        let above = above as f32;
        above / self.hours.max(1e-6)
    }

    /// The level that `an_hour` pass, extrapolated where fewer were counted.
    #[must_use]
    pub fn level(&self, an_hour: f32) -> f32 {
        let tail = self.tail();
        if an_hour < tail.an_hour {
            return tail.begin + tail.scale * (tail.an_hour / an_hour).ln();
        }
        let mut peaks = self.peaks.clone();
        peaks.sort_by(|a, b| b.total_cmp(a));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "thousands"
        )]
        let rank = (an_hour * self.hours) as usize;
        peaks.get(rank).copied().unwrap_or(tail.begin)
    }

    /// How many in an hour pass `level`, by the tail where it is high enough.
    #[must_use]
    pub fn expected(&self, level: f32) -> f32 {
        let tail = self.tail();
        if level < tail.begin {
            return self.counted(level);
        }
        tail.an_hour * ((tail.begin - level) / tail.scale).exp()
    }

    fn tail(&self) -> Tail {
        let mut peaks = self.peaks.clone();
        peaks.sort_by(|a, b| b.total_cmp(a));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "thousands"
        )]
        let count = ((peaks.len() as f32 * TAIL) as usize)
            .max(FEWEST)
            .min(peaks.len());
        let Some(begin) = count.checked_sub(1).map(|last| peaks[last]) else {
            // Nothing was listened to: nothing is known.
            return Tail {
                begin: 0.0,
                scale: 1.0,
                an_hour: f32::INFINITY,
            };
        };
        #[expect(clippy::cast_precision_loss, reason = "hundreds")]
        let size = count as f32;
        let excess: f32 = peaks[..count].iter().map(|peak| peak - begin).sum();
        Tail {
            begin,
            scale: (excess / size).max(0.1),
            an_hour: size / self.hours.max(1e-6),
        }
    }
}

struct Tail {
    /// Log odds at which it begins.
    begin: f32,
    /// Log odds over which it falls to 1/e.
    scale: f32,
    /// Peaks above its beginning.
    an_hour: f32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rng;

    #[test]
    fn the_tail_is_extrapolated() {
        // Peaks with an exponential tail: one in 2 s, mean -5, scale 1.5.
        let mut rng = Rng::new(4);
        let mut draw = |hours: usize| {
            let mut alarms = FalseAlarms::default();
            for _ in 0..hours * 1_800 {
                let peak = -5.0 - 1.5 * (1.0 - rng.unit()).ln();
                let mut logits = [-20.0; APART];
                logits[7] = peak;
                alarms.add(&logits);
            }
            alarms
        };
        let known = draw(1);
        assert!((known.hours() - 1.0).abs() < 0.01);
        let cut = known.level(0.5);
        let counted = draw(40).counted(cut);
        assert!((0.15..1.5).contains(&counted), "{counted} an hour");
        assert!((known.expected(cut) - 0.5).abs() < 0.01);
        assert!(known.level(3.0) < cut && cut < known.level(0.1));
        // Within what was counted nothing is extrapolated.
        let many = known.counted(known.level(200.0));
        assert!((many - 200.0).abs() < 5.0, "{many}");
    }

    #[test]
    fn without_speech_nothing_is_certain() {
        let none = FalseAlarms::default();
        assert!(none.level(1.0).is_infinite());
        assert!(none.expected(3.0).is_infinite());
    }
}
