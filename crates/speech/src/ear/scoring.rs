//! Where a wake word model begins.

use super::EarError;
use super::crossing::{CutOffs, Timing};
use mynah_audio::SampleTime;
use mynah_core::model::{Sensitivity, Verify};
use mynah_wake::word::WordCutOffs;

/// Samples that a model takes at a time: 10 ms.
pub(super) const BLOCK: usize = 160;

/// A model that scores wake words: one word, or several that share its work. One
/// implementation is microWakeWord, the other the classifiers of trained words.
pub trait WakeModel {
    /// Its words.
    fn words(&self) -> &[KnownWord];

    /// Takes 10 ms of sound that end at `now`, and passes scores on, each word's in the
    /// order of time. A failure is logged and gives no score.
    fn feed(&mut self, block: &[f32], now: SampleTime, out: &mut dyn FnMut(Score));

    /// Forgets the stream: another one begins at time 0.
    ///
    /// # Errors
    /// When a model file has disappeared since it was loaded.
    fn reset(&mut self) -> Result<(), EarError>;
}

/// The score of a word at a time.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// Which of [`WakeModel::words`].
    pub word: usize,
    /// The probability, 0..1; `None`: none since the last.
    pub score: Option<f32>,
    /// Time just after the sound that it is of.
    pub at: SampleTime,
}

/// A word of a model.
#[derive(Clone, Debug)]
pub struct KnownWord {
    /// Its name in the configuration.
    pub name: String,
    /// Where it is detected.
    pub cut_offs: OwnCutOffs,
    /// How its score rises and falls.
    pub timing: Timing,
}

/// The cut-offs that come with a model.
#[derive(Clone, Copy, Debug)]
pub enum OwnCutOffs {
    /// The one that its authors chose; those for other sensitivities are derived.
    One(f32),
    /// One for each sensitivity, measured when the word was trained.
    Each(WordCutOffs),
}

impl OwnCutOffs {
    /// The cut-offs at a sensitivity.
    #[must_use]
    pub fn at(self, sensitivity: Sensitivity, verify: Verify) -> CutOffs {
        let cut = match self {
            Self::One(own) => return CutOffs::of(own, sensitivity, verify),
            Self::Each(cut) => cut,
        };
        let (sure, factor) = match sensitivity {
            Sensitivity::Low => (cut.low, 1.5),
            Sensitivity::Normal => (cut.normal, 1.0),
            Sensitivity::High => (cut.high, 0.6),
        };
        let maybe = match verify {
            Verify::Never => sure,
            Verify::Doubtful | Verify::Always => (cut.candidate * factor).min(sure),
        };
        CutOffs { sure, maybe }
    }
}
