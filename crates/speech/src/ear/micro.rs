//! Wake words by microWakeWord's models, one network each.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use micro_wakeword::{AUDIO_BLOCK_SAMPLES, Config, Detector};
use tracing::error;

use super::EarError;
use super::crossing::Timing;
use super::scoring::{BLOCK, KnownWord, OwnCutOffs, Score, WakeModel};
use mynah_audio::SampleTime;
use mynah_audio::wav::to_i16;
use mynah_models::Store;
use mynah_models::manifest::{Manifest, WakeScore};
use mynah_system::privileges::of_a_stranger;

/// What any sensitivity looks at; a word's own cut-offs are applied to the score.
const LOWEST: f32 = 0.2;

const _: () = assert!(AUDIO_BLOCK_SAMPLES == BLOCK);

/// A word with its network.
pub(super) struct Micro {
    word: [KnownWord; 1],
    detector: Detector,
}

impl Micro {
    /// Loads the network of `name`. `None`: there is none of that name.
    ///
    /// # Errors
    /// When it is damaged, or its library cannot be unpacked safely.
    pub(super) fn load(store: &Store, name: &str) -> Result<Option<Self>, EarError> {
        let path = store.path(name, &format!("{name}.json"));
        if !path.is_file() {
            return Ok(None);
        }
        unpacks_safely(|name| std::env::var_os(name))?;
        let damaged = |error: micro_wakeword::Error| EarError::Load {
            path: path.clone(),
            cause: error.to_string(),
        };
        let config = Config::from_file(&path).map_err(damaged)?;
        // An owner's own model is in no manifest; it names its cut-off itself.
        let manifest = Manifest::built_in();
        let known = manifest.model(name).ok().and_then(|model| model.wake);
        let scoring = known.unwrap_or(WakeScore {
            cut_off: config.probability_cutoff,
            apart_ms: Timing::USUAL.apart_ms,
            rise_ms: Timing::USUAL.rise_ms,
        });
        let detector = Detector::builder(&config.model_path)
            .wake_word(name)
            .sliding_window_size(config.sliding_window_size)
            .probability_cutoff(LOWEST.min(scoring.cut_off))
            .build()
            .map_err(damaged)?;
        let word = KnownWord {
            name: name.to_owned(),
            cut_offs: OwnCutOffs::One(scoring.cut_off),
            timing: Timing {
                apart_ms: scoring.apart_ms,
                rise_ms: scoring.rise_ms,
            },
        };
        Ok(Some(Self {
            word: [word],
            detector,
        }))
    }
}

impl WakeModel for Micro {
    fn words(&self) -> &[KnownWord] {
        &self.word
    }

    /// The detector is not reset by a detection: it would lose its noise estimate and be
    /// worse at the next word.
    fn feed(&mut self, block: &[f32], now: SampleTime, out: &mut dyn FnMut(Score)) {
        let mut samples = [0; BLOCK];
        for (whole, sample) in samples.iter_mut().zip(block) {
            *whole = to_i16(*sample);
        }
        let heard = self.detector.process_audio(&samples);
        let heard = heard.unwrap_or_else(|error| {
            error!("the wake word `{}` failed: {error}", self.word[0].name);
            None
        });
        out(Score {
            word: 0,
            score: heard.map(|heard| heard.probability),
            at: now,
        });
    }

    fn reset(&mut self) -> Result<(), EarError> {
        self.detector.reset().map_err(|error| EarError::Load {
            path: self.detector.config().model_path.clone(),
            cause: error.to_string(),
        })
    }
}

/// The names of microWakeWord's models in the store.
pub(super) fn available(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(root)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Config::from_file(root.join(name).join(format!("{name}.json"))).is_ok())
        .collect();
    names.sort();
    names
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
