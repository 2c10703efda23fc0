//! Was a wake word said? microWakeWord models, several at once.
//!
//! A word that comes near its cut-off without reaching it is a candidate:
//! whoever has a better ear may look at the sound again (`crossing.rs`).
//!
//! A model needs no warm-up: it may fire on a word that begins with the
//! stream. It does need a little sound behind the word (it averages over five
//! inferences of 30 ms), which a microphone always gives and a clip that was
//! cut at the word's end does not: see [`TAIL_MS`].

use std::path::Path;

use micro_wakeword::{AUDIO_BLOCK_SAMPLES, Config, Detector};
use tracing::error;

use super::EarError;
use super::crossing::{Crossing, CutOffs};
use mynah_audio::wav::to_i16;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};
use mynah_core::model::{Sensitivity, Wake, WakeWord};
use mynah_models::Store;

/// Silence to put behind a recording, so that a word at its very end is
/// heard as it would be from a microphone.
pub const TAIL_MS: u64 = 500;

/// A wake word that was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Its name in the configuration.
    pub word: String,
    /// The model's averaged probability, 0..1: as it crossed the cut-off, or
    /// the highest that a candidate came to.
    pub score: f32,
    /// Whether it reached the cut-off. If not, it is a candidate.
    pub sure: bool,
    /// Time just after the sound that it crossed its cut-off with.
    pub at: SampleTime,
}

/// Listens for several words in one stream.
pub struct WakeWords {
    words: Vec<Word>,
    /// Samples at the end of the stream that do not fill a block yet.
    carry: Vec<i16>,
    /// Time just after `carry`.
    heard: SampleTime,
}

struct Word {
    name: String,
    detector: Detector,
    crossing: Crossing,
}

impl WakeWords {
    /// Loads the models of `wake.words`.
    ///
    /// # Errors
    /// When a word is unknown or its model is damaged.
    pub fn load(store: &Store, wake: &Wake) -> Result<Self, EarError> {
        Self::load_with(store, wake, &|own, sensitivity| {
            CutOffs::of(own, sensitivity, wake.verify)
        })
    }

    /// As [`Self::load`], with cut-offs that `choose` makes of the one that
    /// the model's authors chose, and of the owner's sensitivity.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(
        store: &Store,
        wake: &Wake,
        choose: &dyn Fn(f32, Sensitivity) -> CutOffs,
    ) -> Result<Self, EarError> {
        let refractory_ms = wake.refractory_ms.into();
        let load = |word| Word::load(store, word, refractory_ms, choose);
        Ok(Self {
            words: wake.words.iter().map(load).collect::<Result<_, _>>()?,
            carry: Vec::with_capacity(AUDIO_BLOCK_SAMPLES + FRAME_SAMPLES),
            heard: SampleTime::default(),
        })
    }

    /// The words that were completed in `frame`, and those that may have been
    /// shortly before it.
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
                found.extend(word.hear(block, time));
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
            word.crossing.reset();
            word.detector.reset().map_err(|error| EarError::Load {
                path: word.detector.config().model_path.clone(),
                cause: error.to_string(),
            })?;
        }
        Ok(())
    }
}

impl Word {
    fn load(
        store: &Store,
        word: &WakeWord,
        refractory_ms: u64,
        choose: &dyn Fn(f32, Sensitivity) -> CutOffs,
    ) -> Result<Self, EarError> {
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
        let cut = choose(config.probability_cutoff, word.sensitivity);
        let detector = Detector::builder(&config.model_path)
            .wake_word(&word.name)
            .sliding_window_size(config.sliding_window_size)
            .probability_cutoff(cut.maybe)
            .build()
            .map_err(damaged)?;
        Ok(Self {
            name: word.name.clone(),
            detector,
            crossing: Crossing::new(cut, refractory_ms),
        })
    }

    /// Takes 10 ms of sound that ends at `now`.
    ///
    /// The detector runs on through a detection: emptied, it would take its
    /// estimate of the room's noise with it, and be worse at the next word.
    fn hear(&mut self, block: &[i16], now: SampleTime) -> Option<Detection> {
        let heard = self.detector.process_audio(block).unwrap_or_else(|error| {
            error!("the wake word `{}` failed: {error}", self.name);
            None
        });
        let score = heard.map(|heard| heard.probability);
        let found = self.crossing.hear(score, now)?;
        Some(Detection {
            word: self.name.clone(),
            score: found.score,
            sure: found.sure,
            at: found.at,
        })
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
