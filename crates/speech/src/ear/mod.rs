//! Wake word detection and voice activity detection, frame by frame.

pub mod crossing;
pub(crate) mod embedding;
mod micro;
pub mod scoring;
mod scripted;
mod trained;
pub mod vad;
pub mod wake;

use mynah_core::model;
use std::collections::VecDeque;
use std::path::PathBuf;

use thiserror::Error;

use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};

use mynah_models::Store;

use crate::onnx::OnnxError;
pub use mynah_core::percept::{Percept, Wake};
pub use scripted::ScriptedEar;
pub use trained::read_word;

/// The level of digital silence in dBFS: below the noise of any converter.
pub const SILENCE_DB: f32 = -100.0;

/// Two different wake words cannot follow each other so soon: a second model that
/// fires on the same sound is wrong.
const ONE_WAKE_MS: u64 = 1_000;

/// Frames that the voice activity detector processes when it is needed again: 1 s,
/// after which its earlier state no longer matters.
const CATCH_UP: usize = 32;

/// Why the detectors could not be loaded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EarError {
    /// No model of that name.
    #[error(
        "there is no wake word `{word}`; there {}\nhint: run `mynah models fetch`, make it with `mynah wake train`, or choose one that is there",
        listed(available)
    )]
    UnknownWord {
        /// The configured name.
        word: String,
        /// The available names.
        available: Vec<String>,
    },
    /// A model is missing or damaged.
    #[error("cannot load the model `{}`: {cause}\nhint: run `mynah models fetch`", path.display())]
    Load {
        /// Its file.
        path: PathBuf,
        /// The runtime's error.
        cause: String,
    },
    /// The file of a trained wake word is damaged, or of another embedding.
    #[error("cannot load the wake word `{}`: {cause}\nhint: {hint}", path.display())]
    Word {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
        /// What to do.
        hint: &'static str,
    },
    /// The library that runs wake words would be put where others may write.
    #[error(
        "the wake word's library cannot be unpacked: {0}\nhint: set XDG_CACHE_HOME to a folder of your own"
    )]
    Unpack(String),
    /// ONNX Runtime did not start.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "is none at all yet".into(),
        names => format!("are `{}`", names.join("`, `")),
    }
}

/// Processes a stream of frames. One implementation runs models, another a script.
/// Not `Send`: a model's state stays on its thread.
pub trait Hearing {
    /// Processes the next frame.
    fn hear(&mut self, frame: &AudioFrame) -> Percept;

    /// Turns voice activity detection on or off; at first it is on. While only a wake
    /// word is awaited it is not needed, and half of the work can be saved.
    fn attend(&mut self, _matters: bool) {}

    /// Changes how easily the wake words fire.
    fn retune(&mut self, _wake: &model::Wake) {}
}

/// The models: wake words and voice activity detector.
pub struct Ear {
    wake: wake::WakeWords,
    vad: vad::Vad,
    /// The last wake word and its time.
    woke: Option<(SampleTime, String)>,
    attends: bool,
    /// The last frames that the voice activity detector has not processed.
    unheard: VecDeque<AudioFrame>,
}

impl Ear {
    /// Loads the models that `settings` name.
    ///
    /// # Errors
    /// When one is unknown, missing or damaged.
    pub fn load(store: &Store, settings: &model::Wake) -> Result<Self, EarError> {
        Ok(Self {
            wake: wake::WakeWords::load(store, settings)?,
            vad: vad::Vad::load(store)?,
            woke: None,
            attends: true,
            unheard: VecDeque::with_capacity(CATCH_UP),
        })
    }

    fn speech(&mut self, frame: &AudioFrame) -> f32 {
        if !self.attends {
            if self.unheard.len() == CATCH_UP {
                self.unheard.pop_front();
            }
            self.unheard.push_back(frame.clone());
            return 0.0;
        }
        if self.unheard.len() == CATCH_UP {
            self.vad.reset();
        }
        for frame in self.unheard.drain(..) {
            self.vad.hear(&frame);
        }
        self.vad.hear(frame)
    }
}

impl Hearing for Ear {
    fn hear(&mut self, frame: &AudioFrame) -> Percept {
        // Of two words in one frame the surer, then the likelier was said.
        let woke = self
            .wake
            .hear(frame)
            .into_iter()
            .filter(|found| {
                self.woke.as_ref().is_none_or(|(at, word)| {
                    *word == found.word || at.plus_ms(ONE_WAKE_MS) <= found.at
                })
            })
            .max_by(|a, b| a.sure.cmp(&b.sure).then(a.score.total_cmp(&b.score)))
            .map(|detection| Wake {
                word: detection.word,
                score: detection.score,
                sure: detection.sure,
            });
        if let Some(Wake {
            word, sure: true, ..
        }) = &woke
        {
            self.woke = Some((frame.end(), word.clone()));
        }
        Percept {
            end: frame.end(),
            woke,
            speech: self.speech(frame),
            level_db: level_db(frame),
        }
    }

    fn attend(&mut self, matters: bool) {
        self.attends = matters;
    }

    fn retune(&mut self, wake: &model::Wake) {
        self.wake.retune(wake);
    }
}

/// The root mean square of `frame` in decibels below full scale, at least
/// [`SILENCE_DB`].
#[must_use]
pub fn level_db(frame: &AudioFrame) -> f32 {
    let energy: f32 = frame.samples.iter().map(|s| s * s).sum();
    #[expect(clippy::cast_precision_loss, reason = "512 is exact")]
    let mean = energy / FRAME_SAMPLES as f32;
    (10.0 * mean.log10()).max(SILENCE_DB)
}

#[cfg(test)]
mod tests;
