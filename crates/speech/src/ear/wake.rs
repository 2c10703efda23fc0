//! Wake word detection with microWakeWord models, several in parallel.
//!
//! A score near the cut-off makes a candidate, which the recogniser may verify
//! (`crossing.rs`).
//!
//! A model needs no warm-up: it may fire on a word at the beginning of the stream. It
//! does need some sound after the word (it averages over five inferences of 30 ms),
//! which a clip that was cut at the end of the word does not have: see [`TAIL_MS`].

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use micro_wakeword::{AUDIO_BLOCK_SAMPLES, Config, Detector};
use tracing::error;

use super::EarError;
use super::crossing::{Crossing, CutOffs};
use mynah_audio::wav::to_i16;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SampleTime};
use mynah_core::model::{Sensitivity, Wake, WakeWord};
use mynah_models::Store;
use mynah_system::privileges::of_a_stranger;

/// Silence to append to a recording, so that a word at its very end is detected as it
/// would be from a microphone.
pub const TAIL_MS: u64 = 500;

/// What any sensitivity looks at; a word's own cut-offs are applied to the score.
const LOWEST: f32 = 0.2;

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
    words: Vec<Word>,
    /// Samples at the end of the stream that do not fill a block yet.
    carry: Vec<i16>,
    /// Time just after `carry`.
    heard: SampleTime,
}

struct Word {
    name: String,
    /// The cut-off that its authors chose.
    own: f32,
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

    /// As [`Self::load`], with cut-offs that `choose` derives from the model's own one
    /// and the configured sensitivity.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_with(
        store: &Store,
        wake: &Wake,
        choose: &dyn Fn(f32, Sensitivity) -> CutOffs,
    ) -> Result<Self, EarError> {
        unpacks_safely(|name| std::env::var_os(name))?;
        let refractory_ms = wake.refractory_ms.into();
        let load = |word| Word::load(store, word, refractory_ms, choose);
        Ok(Self {
            words: wake.words.iter().map(load).collect::<Result<_, _>>()?,
            carry: Vec::with_capacity(AUDIO_BLOCK_SAMPLES + FRAME_SAMPLES),
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

    /// Changes how easily the words fire, to what `wake` says of them.
    pub fn retune(&mut self, wake: &Wake) {
        for word in &mut self.words {
            let known = wake.words.iter().find(|known| known.name == word.name);
            if let Some(known) = known {
                let cut = CutOffs::of(word.own, known.sensitivity, wake.verify);
                word.crossing.retune(cut);
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

/// `micro-wakeword` unpacks a library and loads it: below
/// `$XDG_CACHE_HOME`, else `~/.cache`, else the folder of temporary files, where
/// anybody could have put another one first.
fn unpacks_safely(variable: impl Fn(&str) -> Option<OsString>) -> Result<(), EarError> {
    let variable = |name| {
        let value = variable(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let place = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
    let Some(place) = place else {
        let why = "there is neither HOME nor XDG_CACHE_HOME";
        return Err(EarError::Unpack(why.into()));
    };
    // What does not exist yet is made by us.
    let there = place.ancestors().find(|folder| folder.exists());
    match of_a_stranger(there.unwrap_or(Path::new("/"))) {
        Ok(None) => Ok(()),
        Ok(Some(part)) => Err(EarError::Unpack(format!(
            "`{}` belongs to another user",
            part.display()
        ))),
        Err(error) => Err(EarError::Unpack(error.to_string())),
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
            .probability_cutoff(cut.maybe.min(LOWEST))
            .build()
            .map_err(damaged)?;
        Ok(Self {
            name: word.name.clone(),
            own: config.probability_cutoff,
            detector,
            crossing: Crossing::new(cut, refractory_ms),
        })
    }

    /// Takes 10 ms of sound that end at `now`.
    ///
    /// The detector is not reset by a detection: it would lose its noise estimate and be
    /// worse at the next word.
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

/// The names of the wake words in the model store.
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
    use super::*;

    #[test]
    fn a_library_is_unpacked_only_where_nobody_else_writes() {
        let folder = tempfile::tempdir().unwrap();
        let check = |variables: &[(&str, &Path)], expected: &str| {
            let found = unpacks_safely(|name| {
                let mut all = variables.iter();
                let (_, value) = all.find(|(its, _)| *its == name)?;
                Some(value.as_os_str().to_owned())
            });
            let said = found
                .err()
                .map_or("good".to_owned(), |error| error.to_string());
            assert!(said.contains(expected), "{said}");
        };
        check(&[], "neither HOME nor XDG_CACHE_HOME");
        check(&[("XDG_CACHE_HOME", Path::new(""))], "neither HOME");
        check(&[("HOME", folder.path())], "good");
        check(
            &[("XDG_CACHE_HOME", folder.path().join("a/b").as_path())],
            "good",
        );
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(folder.path(), Some(65_534), None).unwrap();
            check(&[("HOME", folder.path())], "belongs to another user");
        } else {
            eprintln!("not root: a folder of another user is not tried");
        }
    }
}
