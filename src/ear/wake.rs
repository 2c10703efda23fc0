//! Was a wake word said? microWakeWord models, several at once.
//!
//! A model needs no warm-up: it may fire on a word that begins with the
//! stream. It does need a little sound behind the word (it averages over five
//! inferences of 30 ms), which a microphone always gives and a clip that was
//! cut at the word's end does not: see [`TAIL_MS`].

use std::path::Path;

use micro_wakeword::{AUDIO_BLOCK_SAMPLES, Config, Detector};
use tracing::error;

use super::EarError;
use crate::audio::wav::to_i16;
use crate::audio::{AudioFrame, FRAME_SAMPLES, SampleTime};
use crate::config::{Sensitivity, Wake, WakeWord};
use crate::models::Store;

/// Silence to put behind a recording, so that a word at its very end is
/// heard as it would be from a microphone.
pub const TAIL_MS: u64 = 500;

/// One utterance of a word stays above the cut-off for several inferences;
/// below it for so long, the next crossing is a new utterance.
const APART_MS: u64 = 200;

/// A wake word that was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Its name in the configuration.
    pub word: String,
    /// The model's averaged probability as it crossed the cut-off, 0..1.
    pub score: f32,
    /// Time just after the sound that it crossed the cut-off with.
    pub at: SampleTime,
}

/// Listens for several words in one stream.
pub struct WakeWords {
    words: Vec<Word>,
    refractory_ms: u64,
    /// Samples at the end of the stream that do not fill a block yet.
    carry: Vec<i16>,
    /// Time just after `carry`.
    heard: SampleTime,
}

struct Word {
    name: String,
    detector: Detector,
    /// When it last was above its cut-off.
    above: Option<SampleTime>,
    /// When it last was reported.
    fired: Option<SampleTime>,
}

impl WakeWords {
    /// Loads the models of `wake.words`.
    ///
    /// # Errors
    /// When a word is unknown or its model is damaged.
    pub fn load(store: &Store, wake: &Wake) -> Result<Self, EarError> {
        let words = wake
            .words
            .iter()
            .map(|word| Word::load(store, word))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            words,
            refractory_ms: wake.refractory_ms.into(),
            carry: Vec::with_capacity(AUDIO_BLOCK_SAMPLES + FRAME_SAMPLES),
            heard: SampleTime::default(),
        })
    }

    /// The words that were completed in `frame`.
    pub fn hear(&mut self, frame: &AudioFrame) -> Vec<Detection> {
        if frame.start != self.heard {
            // Sound was lost: no block may straddle the gap.
            self.carry.clear();
        }
        let mut time = SampleTime(frame.start.0 - self.carry.len() as u64);
        self.heard = frame.end();
        self.carry.extend(frame.samples.iter().map(|&s| to_i16(s)));
        let mut found = Vec::new();
        let blocks = self.carry.chunks_exact(AUDIO_BLOCK_SAMPLES);
        let rest = blocks.remainder().len();
        for block in blocks {
            time.0 += AUDIO_BLOCK_SAMPLES as u64;
            for word in &mut self.words {
                found.extend(word.hear(block, time, self.refractory_ms));
            }
        }
        self.carry.drain(..self.carry.len() - rest);
        found
    }

    /// Forgets the stream: another one begins, at time 0.
    ///
    /// # Errors
    /// When a model has vanished since it was loaded.
    pub fn reset(&mut self) -> Result<(), EarError> {
        self.carry.clear();
        self.heard = SampleTime::default();
        for word in &mut self.words {
            word.above = None;
            word.fired = None;
            word.detector.reset().map_err(|error| EarError::Load {
                path: word.detector.config().model_path.clone(),
                cause: error.to_string(),
            })?;
        }
        Ok(())
    }
}

impl Word {
    fn load(store: &Store, word: &WakeWord) -> Result<Self, EarError> {
        let path = store.path(&word.name, &format!("{}.json", word.name));
        if !path.is_file() {
            return Err(EarError::UnknownWord {
                word: word.name.clone(),
                available: available(store.root()),
            });
        }
        let damaged = |error: micro_wakeword::Error| EarError::Load {
            path: path.clone(),
            cause: error.to_string(),
        };
        let config = Config::from_file(&path).map_err(damaged)?;
        let detector = Detector::builder(&config.model_path)
            .wake_word(&word.name)
            .sliding_window_size(config.sliding_window_size)
            .probability_cutoff(cut_off(config.probability_cutoff, word.sensitivity))
            .build()
            .map_err(damaged)?;
        Ok(Self {
            name: word.name.clone(),
            detector,
            above: None,
            fired: None,
        })
    }

    /// Takes 10 ms of sound that ends at `now`.
    ///
    /// The detector runs on through a detection: emptied, it would take its
    /// estimate of the room's noise with it, and be worse at the next word.
    fn hear(&mut self, block: &[i16], now: SampleTime, refractory_ms: u64) -> Option<Detection> {
        let heard = self.detector.process_audio(block).unwrap_or_else(|error| {
            error!("the wake word `{}` failed: {error}", self.name);
            None
        })?;
        let again = self.above.is_some_and(|t| now < t.plus_ms(APART_MS));
        let deaf = self.fired.is_some_and(|t| now < t.plus_ms(refractory_ms));
        self.above = Some(now);
        if again || deaf {
            return None;
        }
        self.fired = Some(now);
        Some(Detection {
            word: self.name.clone(),
            score: heard.probability,
            at: now,
        })
    }
}

/// The cut-off for a model whose authors chose `own`: theirs, or a third or
/// three times as far from certainty. For `alexa` (own 0.9) that is 0.97 and
/// 0.7, where 329 clips of a crowd in a noisy kitchen and 3.9 hours of other
/// speech gave 14.3 % missed with 1 false alarm, 6.7 % with 2, 2.1 % with 3.
fn cut_off(own: f32, sensitivity: Sensitivity) -> f32 {
    let doubt = 1.0 - own;
    match sensitivity {
        Sensitivity::Low => 1.0 - doubt / 3.0,
        Sensitivity::Normal => own,
        Sensitivity::High => (1.0 - doubt * 3.0).max(own.min(0.5)),
    }
}

/// The names of the wake words in the folder of models.
fn available(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Config::from_file(root.join(name).join(format!("{name}.json"))).is_ok())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::{Sensitivity, cut_off};

    #[test]
    fn sensitivity_moves_the_cut_off_and_keeps_its_order() {
        for own in [0.3, 0.5, 0.85, 0.9, 0.97, 0.99] {
            let [low, normal, high] =
                [Sensitivity::Low, Sensitivity::Normal, Sensitivity::High].map(|s| cut_off(own, s));
            assert!(normal < low && low < 1.0, "{own}");
            assert!(high <= normal && high > 0.0, "{own}");
            assert!((normal - own).abs() < f32::EPSILON);
        }
    }
}
