//! Wake word detection, several words in one stream, by the models that know them.
//!
//! A score near the cut-off makes a candidate, which the recogniser may verify
//! (`crossing.rs`).
//!
//! A model needs no warm-up: it may fire on a word at the beginning of the stream. It
//! does need some sound after the word, which a clip that was cut at the end of the word
//! does not have: see [`TAIL_MS`].

use super::EarError;
use super::crossing::{Crossing, CutOffs};
use super::micro::{self, Micro};
use super::scoring::{BLOCK, KnownWord, WakeModel};
use super::trained::Trained;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};
use mynah_core::model::Wake;
use mynah_models::Store;

/// Silence to append to a recording, so that a word at its very end is detected as it
/// would be from a microphone.
pub const TAIL_MS: u64 = 500;

/// A wake word detection or candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Detection {
    /// Its name in the configuration.
    pub word: String,
    /// The model's averaged probability, 0..1: at the crossing, or the highest of a
    /// candidate.
    pub score: f32,
    /// Whether it reached the cut-off; if not, it is a candidate.
    pub sure: bool,
    /// Time just after the sound with which it crossed its cut-off.
    pub at: SampleTime,
}

/// Detects several wake words in one stream.
pub struct WakeWords {
    models: Vec<Followed>,
    /// Samples at the end of the stream that do not fill a block yet.
    carry: Vec<f32>,
    /// Time just after `carry`.
    heard: SampleTime,
}

/// A model, with the scores of its words.
struct Followed {
    model: Box<dyn WakeModel>,
    /// In the order of its words.
    crossings: Vec<Crossing>,
}

/// The models of `wake.words`, whichever kind each is of: the one place that chooses.
///
/// # Errors
/// When a word is unknown or its model is damaged.
fn models(store: &Store, wake: &Wake) -> Result<Vec<Box<dyn WakeModel>>, EarError> {
    let mut models: Vec<Box<dyn WakeModel>> = Vec::new();
    let mut trained = Vec::new();
    for word in &wake.words {
        // The owner's own stands in for a built-in one of its name.
        if store.word(&word.name).is_file() {
            trained.push(word.name.as_str());
        } else if let Some(micro) = Micro::load(store, &word.name)? {
            models.push(Box::new(micro));
        } else {
            let mut available = micro::available(store.root());
            available.extend(store.trained());
            return Err(EarError::UnknownWord {
                word: word.name.clone(),
                available,
            });
        }
    }
    if !trained.is_empty() {
        models.push(Box::new(Trained::load(store, &trained)?));
    }
    Ok(models)
}

impl WakeWords {
    /// Loads the models of `wake.words`.
    ///
    /// # Errors
    /// When a word is unknown or its model is damaged.
    pub fn load(store: &Store, wake: &Wake) -> Result<Self, EarError> {
        Self::load_with(store, wake, &|cut| cut)
    }

    /// As [`Self::load`], with cut-offs that `change` makes of those of each model.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(
        store: &Store,
        wake: &Wake,
        change: &dyn Fn(CutOffs) -> CutOffs,
    ) -> Result<Self, EarError> {
        let follow = |model: Box<dyn WakeModel>| {
            let crossing = |word: &KnownWord| {
                let cut = change(cut_offs(word, wake));
                Crossing::new(cut, word.timing, wake.refractory_ms.into())
            };
            Followed {
                crossings: model.words().iter().map(crossing).collect(),
                model,
            }
        };
        Ok(Self {
            models: models(store, wake)?.into_iter().map(follow).collect(),
            carry: Vec::with_capacity(BLOCK + FRAME_SAMPLES),
            heard: SampleTime::default(),
        })
    }

    /// Processes `frame`. Gives the detections in it, and candidates of shortly before.
    pub fn hear(&mut self, frame: &AudioFrame) -> Vec<Detection> {
        if frame.start != self.heard {
            // Sound was lost: no block may straddle the gap.
            self.carry.clear();
        }
        let mut time = SampleTime(frame.start.0 - self.carry.len() as u64);
        self.heard = frame.end();
        self.carry.extend_from_slice(&frame.samples);
        let mut found = Vec::new();
        let blocks = self.carry.chunks_exact(BLOCK);
        let rest = blocks.remainder().len();
        for block in blocks {
            time.0 += BLOCK as u64;
            for followed in &mut self.models {
                followed.hear(block, time, &mut found);
            }
        }
        self.carry.drain(..self.carry.len() - rest);
        found
    }

    /// Changes how easily the words fire, to what `wake` says of them.
    pub fn retune(&mut self, wake: &Wake) {
        for followed in &mut self.models {
            let words = followed.model.words().iter();
            for (word, crossing) in words.zip(&mut followed.crossings) {
                if wake.words.iter().any(|known| known.name == word.name) {
                    crossing.retune(cut_offs(word, wake));
                }
            }
        }
    }

    /// Resets all state for another stream, at time 0.
    ///
    /// # Errors
    /// When a model file has disappeared since it was loaded.
    pub fn reset(&mut self) -> Result<(), EarError> {
        self.carry.clear();
        self.heard = SampleTime::default();
        for followed in &mut self.models {
            followed.crossings.iter_mut().for_each(Crossing::reset);
            followed.model.reset()?;
        }
        Ok(())
    }
}

impl Followed {
    fn hear(&mut self, block: &[f32], now: SampleTime, found: &mut Vec<Detection>) {
        let mut passed = Vec::new();
        let crossings = &mut self.crossings;
        self.model.feed(block, now, &mut |score| {
            let crossed = crossings[score.word].hear(score.score, score.at);
            passed.extend(crossed.map(|crossed| (score.word, crossed)));
        });
        let words = self.model.words();
        found.extend(passed.into_iter().map(|(word, crossed)| Detection {
            word: words[word].name.clone(),
            score: crossed.score,
            sure: crossed.sure,
            at: crossed.at,
        }));
    }
}

/// The cut-offs of a word at its sensitivity.
fn cut_offs(word: &KnownWord, wake: &Wake) -> CutOffs {
    let configured = wake.words.iter().find(|known| known.name == word.name);
    let sensitivity = configured.map_or_else(Default::default, |known| known.sensitivity);
    word.cut_offs.at(sensitivity, wake.verify)
}
