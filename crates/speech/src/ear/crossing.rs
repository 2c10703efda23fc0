//! From a wake word's score to a detection, or to a candidate for verification.
//! Pure.

use mynah_audio::SampleTime;
use mynah_core::model::{Sensitivity, Verify};

/// How a model's score rises and falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The score of one utterance stays above a cut-off for several inferences. After so
    /// long below it, the next crossing is a new utterance.
    pub apart_ms: u64,
    /// So long after it became a candidate, a word will no longer reach the cut-off.
    pub rise_ms: u64,
}

impl Timing {
    /// That of microWakeWord's models, which average over five inferences of 30 ms.
    pub const USUAL: Self = Self {
        apart_ms: 200,
        rise_ms: 180,
    };
}

/// Pause after a candidate before the next one of the same word: it is the same sound,
/// or a repetition, which should be clearer.
const DOUBT_APART_MS: u64 = 1_000;

/// The cut-offs of a wake word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutOffs {
    /// A score above this is a detection.
    pub sure: f32,
    /// A score above this is a candidate. Equal to `sure` where nothing is verified.
    pub maybe: f32,
}

impl CutOffs {
    /// The cut-offs for a model whose authors chose `own`: theirs, or a third or three
    /// times the distance to 1. For `alexa` (own 0.9) those are 0.97 and 0.7. With 329
    /// clips of a crowd in a noisy kitchen and 3.9 hours of other speech, the three gave
    /// 14.3 % misses and 1 false accept, 6.7 % and 2, 2.1 % and 3.
    ///
    /// The lower cut-off is for candidates: 0.3 gave 45 verifications of four words in
    /// 1.9 hours of speech, 0.5 gave 25, none of them confirmed; of 62 people in a noisy
    /// kitchen one lay between the two.
    #[must_use]
    pub fn of(own: f32, sensitivity: Sensitivity, verify: Verify) -> Self {
        let doubt = 1.0 - own;
        let sure = match sensitivity {
            Sensitivity::Low => 1.0 - doubt / 3.0,
            Sensitivity::Normal => own,
            Sensitivity::High => (1.0 - doubt * 3.0).max(own.min(0.5)),
        };
        let maybe = match (verify, sensitivity) {
            (Verify::Never, _) => sure,
            (_, Sensitivity::Low) => sure.min(0.5),
            (_, Sensitivity::Normal) => sure.min(0.3),
            (_, Sensitivity::High) => sure.min(0.2),
        };
        Self { sure, maybe }
    }
}

/// A crossing of a cut-off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The score at the crossing, or the highest of a candidate.
    pub score: f32,
    /// Whether it is a detection; if not, a candidate.
    pub sure: bool,
    /// Time just after the sound with which it crossed the cut-off.
    pub at: SampleTime,
}

/// Follows the score of one wake word.
#[derive(Clone, Copy, Debug)]
pub struct Crossing {
    cut: CutOffs,
    timing: Timing,
    refractory_ms: u64,
    /// When the score was last above `sure`.
    above: Option<SampleTime>,
    /// The last reported detection.
    fired: Option<SampleTime>,
    doubt: Option<Doubt>,
}

/// A period in which the score is above the lower cut-off.
#[derive(Clone, Copy, Debug)]
struct Doubt {
    since: SampleTime,
    last: SampleTime,
    best: f32,
    /// It has been reported.
    settled: bool,
}

impl Crossing {
    /// For a new stream. After a detection the word is ignored for `refractory_ms`.
    #[must_use]
    pub const fn new(cut: CutOffs, timing: Timing, refractory_ms: u64) -> Self {
        Self {
            cut,
            timing,
            refractory_ms,
            above: None,
            fired: None,
            doubt: None,
        }
    }

    /// Changes the cut-offs in the midst of a stream.
    pub const fn retune(&mut self, cut: CutOffs) {
        self.cut = cut;
    }

    /// Resets all state for a new stream.
    pub const fn reset(&mut self) {
        *self = Self::new(self.cut, self.timing, self.refractory_ms);
    }

    /// Takes 10 ms that end at `now`, with the score if there is a new one.
    pub fn hear(&mut self, score: Option<f32>, now: SampleTime) -> Option<Found> {
        if let Some(score) = score.filter(|score| self.cut.maybe < *score) {
            self.rise(score, now);
            if self.cut.sure < score
                && let Some(found) = self.surely(score, now)
            {
                return Some(found);
            }
        }
        self.perhaps(now)
    }

    fn rise(&mut self, score: f32, now: SampleTime) {
        let on = self
            .doubt
            .filter(|doubt| now < doubt.last.plus_ms(self.timing.apart_ms));
        let doubt = on.unwrap_or(Doubt {
            since: now,
            last: now,
            best: score,
            // Whoever was doubted a moment ago is not asked about again.
            settled: self
                .doubt
                .is_some_and(|before| now < before.since.plus_ms(DOUBT_APART_MS)),
        });
        self.doubt = Some(Doubt {
            last: now,
            best: doubt.best.max(score),
            ..doubt
        });
    }

    fn surely(&mut self, score: f32, now: SampleTime) -> Option<Found> {
        let again = self
            .above
            .is_some_and(|t| now < t.plus_ms(self.timing.apart_ms));
        self.above = Some(now);
        if let Some(doubt) = &mut self.doubt {
            doubt.settled = true;
        }
        if again || self.is_deaf(now) {
            return None;
        }
        self.fired = Some(now);
        Some(Found {
            score,
            sure: true,
            at: now,
        })
    }

    fn perhaps(&mut self, now: SampleTime) -> Option<Found> {
        let deaf = self.is_deaf(now);
        let doubt = self.doubt.as_mut()?;
        if doubt.settled || now < doubt.since.plus_ms(self.timing.rise_ms) {
            return None;
        }
        doubt.settled = true;
        (!deaf).then_some(Found {
            score: doubt.best,
            sure: false,
            at: doubt.since,
        })
    }

    fn is_deaf(&self, now: SampleTime) -> bool {
        self.fired
            .is_some_and(|t| now < t.plus_ms(self.refractory_ms))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn sensitivity_moves_the_cut_offs_and_keeps_their_order() {
        for own in [0.3, 0.5, 0.85, 0.9, 0.97, 0.99] {
            for verify in [Verify::Never, Verify::Doubtful, Verify::Always] {
                let [low, normal, high] =
                    [Sensitivity::Low, Sensitivity::Normal, Sensitivity::High]
                        .map(|sensitivity| CutOffs::of(own, sensitivity, verify));
                assert!(normal.sure < low.sure && low.sure < 1.0, "{own}");
                assert!(high.sure <= normal.sure && high.sure > 0.0, "{own}");
                assert!((normal.sure - own).abs() < f32::EPSILON);
                assert!(high.maybe <= normal.maybe && normal.maybe <= low.maybe);
                for cut in [low, normal, high] {
                    assert!(0.0 < cut.maybe && cut.maybe <= cut.sure, "{own}: {cut:?}");
                    assert!(verify != Verify::Never || cut.maybe >= cut.sure);
                }
            }
        }
    }

    /// Each letter is a new score, 30 ms after the one before: `.` below both cut-offs
    /// (0.5 and 0.9), `6` for 0.6 and so on. Expected: the index of the letter, `!` for a
    /// detection or `?` for a candidate, and the score in tenths.
    fn check(letters: &str, expected: &str) {
        let cut = CutOffs {
            sure: 0.9,
            maybe: 0.5,
        };
        let mut crossing = Crossing::new(cut, Timing::USUAL, 2_000);
        let mut found = String::new();
        for (number, letter) in (1..).zip(letters.chars()) {
            let score = letter.to_digit(10).map(|tenths| match tenths {
                9 => 0.95,
                #[expect(clippy::cast_precision_loss, reason = "a digit")]
                tenths => tenths as f32 / 10.0,
            });
            // Of three blocks of 10 ms the first brings a new probability.
            for block in 0..3 {
                let now = SampleTime(number * 480 + block * 160);
                if let Some(heard) = crossing.hear(score.filter(|_| block == 0), now) {
                    let mark = if heard.sure { '!' } else { '?' };
                    let late = (now.0 - heard.at.0) / 16;
                    let score = heard.score;
                    write!(found, "{number}{mark}{score:.1}-{late} ").expect("a string takes it");
                }
            }
        }
        assert_eq!(found.trim(), expected, "{letters}");
    }

    #[test]
    fn a_word_is_sure_at_once_and_doubted_when_it_will_not_become_so() {
        check("...6799996...", "6!0.9-0");
        check("...6786.........", "10?0.8-180");
        check("...6..........", "10?0.6-180");
        // It rises for long, and is sure in the end.
        check("...66666667899...", "10?0.6-180 13!0.9-0");
        check("...4444...", "");
    }

    #[test]
    fn one_utterance_is_told_once() {
        check("...99..99......", "4!0.9-0");
        // Deaf for two seconds, for candidates too.
        check("...9....................7..........", "4!0.9-0");
        // A candidate comes again, but not within a second.
        check("...7.............7..........", "10?0.7-180");
        check(
            "...7...................................7..........",
            "10?0.7-180 46?0.7-180",
        );
        // A candidate makes nobody deaf.
        check("...7............9.......", "10?0.7-180 17!0.9-0");
    }
}
