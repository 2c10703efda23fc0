//! Piper: text to clauses, to phonemes, to pieces of sound.

mod network;

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::polish::Polish;
use super::{Synthesizer, VoiceError, clause, espeak, spoken};
use crate::onnx::init_onnx;
use mynah_core::language;
use mynah_models::Store;
use mynah_models::manifest::Manifest;
use network::{Manner, Network};

/// Limit of a text, about ten minutes of speech; the rest is dropped.
const MOST_CHARS: usize = 10_000;

/// Distinguishes cached speech of this sequence of ids from that of former ones.
const SEQUENCE: u32 = 2;

/// Range of the speed relative to the voice's own pace.
const SPEEDS: (f32, f32) = (0.5, 2.0);

/// Synthesised when a voice is loaded: its loudness must be known before the first piece
/// of a reply, and the first run of a network is slow.
fn first_words() -> &'static str {
    language::spoken().sentences().sample
}

/// A loaded voice. Its synthesis is random: two runs of a text differ in samples and
/// slightly in length.
pub struct Piper {
    network: Network,
    description: Description,
    manner: Manner,
    /// The voice's usual peak.
    level: f32,
    fingerprint: String,
}

/// The parts of a voice's `.onnx.json` that are needed here.
#[derive(Debug, Deserialize)]
struct Description {
    audio: Audio,
    espeak: Espeak,
    inference: Inference,
    #[serde(default)]
    num_speakers: u32,
    phoneme_id_map: HashMap<String, Vec<i64>>,
}

#[derive(Debug, Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Debug, Deserialize)]
struct Espeak {
    voice: String,
}

#[derive(Debug, Deserialize)]
struct Inference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

impl Description {
    /// The ids of phonemes: between start and end marker, each followed by padding, the
    /// start marker too, as in training. Without it the first sound is swallowed:
    /// "turn" becomes "earn".
    fn numbers(&self, phonemes: &str) -> Vec<i64> {
        let number = |phoneme: &str| self.phoneme_id_map.get(phoneme)?.first().copied();
        let mark = |mark: &str| number(mark).unwrap_or(0);
        let mut letter = [0; 4];
        let known = phonemes
            .chars()
            .filter_map(|c| number(c.encode_utf8(&mut letter)));
        let blank = mark("_");
        let spoken = known.flat_map(|number| [number, blank]);
        [mark("^"), blank]
            .into_iter()
            .chain(spoken)
            .chain(std::iter::once(mark("$")))
            .collect()
    }
}

/// The files of a voice's network.
enum Weights {
    /// The planner and the generator: a voice of the manifest.
    Halves([PathBuf; 2]),
    /// A voice as it is published: the owner's own.
    Whole(PathBuf),
}

impl Weights {
    /// Those that lie in the store, after an upgrade of it if it is one of an older
    /// version.
    fn of(store: &Store, model: &str) -> Self {
        let halves =
            ["planner", "generator"].map(|half| store.path(model, &format!("{model}.{half}.onnx")));
        let are_there = || halves.iter().all(|half| half.is_file());
        let upgraded = || {
            let manifest = Manifest::built_in();
            manifest
                .model(model)
                .is_ok_and(|known| store.upgrade(known))
        };
        if are_there() || upgraded() && are_there() {
            return Self::Halves(halves);
        }
        Self::Whole(store.path(model, &format!("{model}.onnx")))
    }

    /// The file that an error names.
    fn path(&self) -> &Path {
        match self {
            Self::Halves([planner, _]) => planner,
            Self::Whole(path) => path,
        }
    }

    fn bytes(&self) -> io::Result<u64> {
        let files = match self {
            Self::Halves(halves) => halves.as_slice(),
            Self::Whole(path) => std::slice::from_ref(path),
        };
        files.iter().map(|file| Ok(file.metadata()?.len())).sum()
    }

    fn load(&self, many_speakers: bool) -> Result<Network, String> {
        match self {
            Self::Halves([planner, generator]) => {
                Network::load_halves(planner, generator, many_speakers)
                    .map_err(|error| error.to_string())
            }
            Self::Whole(path) => Network::load_whole(path, many_speakers),
        }
    }
}

impl Piper {
    /// Loads the voice `model` of the manifest at `speed` times its own pace (clamped to
    /// 0.5..=2).
    ///
    /// # Errors
    /// When a file is missing or damaged, naming it.
    pub fn load(store: &Store, model: &str, speed: f32) -> Result<Self, VoiceError> {
        let weights = Weights::of(store, model);
        let description = store.path(model, &format!("{model}.onnx.json"));
        let failed = |path: &Path, cause: String| VoiceError::Load {
            path: path.display().to_string(),
            cause,
        };
        let description: Description = File::open(&description)
            .map_err(|error| error.to_string())
            .and_then(|file| serde_json::from_reader(file).map_err(|error| error.to_string()))
            .map_err(|cause| failed(&description, cause))?;
        let bytes = weights
            .bytes()
            .map_err(|error| failed(weights.path(), error.to_string()))?;
        espeak::provide_data()?;
        init_onnx(store).map_err(|error| failed(weights.path(), error.to_string()))?;
        let network = weights
            .load(description.num_speakers > 1)
            .map_err(|cause| failed(weights.path(), cause))?;
        let speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        let Inference {
            noise_scale,
            length_scale,
            noise_w,
        } = description.inference;
        let mut voice = Self {
            network,
            description,
            manner: Manner {
                noise: noise_scale,
                length: length_scale / speed,
                noise_w,
            },
            level: 0.0,
            fingerprint: format!("{model} {bytes} {speed} {SEQUENCE}"),
        };
        voice.level = voice.peak(first_words())?;
        Ok(voice)
    }

    /// The same voice without its random variation: the same text gives the same
    /// samples each time.
    #[must_use]
    pub const fn steady(mut self) -> Self {
        self.manner.noise = 0.0;
        self.manner.noise_w = 0.0;
        self
    }

    /// Speaks at `speed` times the voice's own pace from now on (clamped to 0.5..=2).
    /// Not for a voice with a cache, which knows the former pace.
    pub const fn pace(&mut self, speed: f32) {
        self.manner.length =
            self.description.inference.length_scale / speed.clamp(SPEEDS.0, SPEEDS.1);
    }

    /// Identifies this voice at this speed in a cache.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The peak of a clause before levelling.
    fn peak(&mut self, clause: &str) -> Result<f32, VoiceError> {
        let mut peak = 0.0_f32;
        self.say(clause, &mut |samples| {
            peak = samples.iter().fold(peak, |peak, s| peak.max(s.abs()));
            true
        })?;
        Ok(peak)
    }

    /// Synthesises a clause without levelling; empty if there is nothing to pronounce.
    fn say(
        &mut self,
        clause: &str,
        sink: &mut dyn FnMut(&[f32]) -> bool,
    ) -> Result<(), VoiceError> {
        let phonemes = espeak::phonemes(clause, &self.description.espeak.voice)?;
        if phonemes.trim().is_empty() {
            return Ok(());
        }
        let numbers = self.description.numbers(&phonemes);
        self.network
            .speak(&numbers, self.manner, sink)
            .map_err(|error| VoiceError::Synthesis(error.to_string()))
    }
}

impl Synthesizer for Piper {
    fn sample_rate(&self) -> u32 {
        self.description.audio.sample_rate
    }

    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError> {
        let text = match text.char_indices().nth(MOST_CHARS) {
            Some((end, _)) => {
                tracing::warn!("a text is longer than {MOST_CHARS} characters and was cut");
                &text[..end]
            }
            None => text,
        };
        let mut polish = Polish::new(self.sample_rate(), self.level);
        let mut clauses = clause::split(&spoken::spoken(text)).into_iter().peekable();
        let mut wanted = true;
        let mut hand_over = |samples: Vec<f32>| {
            wanted = wanted && (samples.is_empty() || sink(samples));
            wanted
        };
        while let Some(clause) = clauses.next() {
            self.say(&clause.text, &mut |samples| {
                hand_over(polish.stretch(samples))
            })?;
            let pause_ms = clauses.peek().map_or(0, |_| clause.pause_ms);
            if !hand_over(polish.end(pause_ms)) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
