//! Hears, frame by frame: was a wake word said, is somebody speaking?

pub mod crossing;
mod scripted;
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

/// The level of digital silence: below the noise of any converter.
pub const SILENCE_DB: f32 = -100.0;

/// Whoever has said one wake word has not said another so soon: a second
/// model that fires on the same sound is mistaken.
const ONE_WAKE_MS: u64 = 1_000;

/// Frames that the voice detector catches up with when it is needed again:
/// 1 s, in which it forgets whatever it believed before.
const CATCH_UP: usize = 32;

/// Why the ear could not be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EarError {
    /// No model of that name.
    #[error(
        "there is no wake word `{word}`; there {}\nhint: run `mynah models fetch`, or choose one that is there",
        listed(available)
    )]
    UnknownWord {
        /// The name asked for.
        word: String,
        /// The names that would do.
        available: Vec<String>,
    },
    /// A model is missing or damaged.
    #[error("cannot load the model `{}`: {cause}\nhint: run `mynah models fetch`", path.display())]
    Load {
        /// Its file.
        path: PathBuf,
        /// What the runtime said.
        cause: String,
    },
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

/// Hears a stream. One implementation runs models, another a script. Made
/// and used on one thread: a model's memory does not travel.
pub trait Hearing {
    /// Hears the next frame.
    fn hear(&mut self, frame: &AudioFrame) -> Percept;

    /// Says whether it matters from now on that somebody speaks; at first it
    /// does. Where only a wake word is waited for it does not, and an ear may
    /// save half of its work.
    fn attend(&mut self, _matters: bool) {}
}

/// The models: wake words and voice detector.
pub struct Ear {
    wake: wake::WakeWords,
    vad: vad::Vad,
    /// The last wake word and its time.
    woke: Option<(SampleTime, String)>,
    attends: bool,
    /// The last frames that the voice detector has not heard.
    unheard: VecDeque<AudioFrame>,
}

impl Ear {
    /// Loads the models that `settings` asks for.
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
