//! The voice of Piper: text to clauses, to phonemes, to samples.

use std::fs::File;
use std::path::Path;

use ort::session::Session;
use piper_rs::ModelConfig;

use super::polish::Polish;
use super::{Synthesizer, VoiceError, clause, espeak, spoken};
use crate::ear::init_onnx;
use crate::models::Store;

/// Spoken of a text; the rest is left out. Nobody listens to a box for more
/// than ten minutes.
const MOST_CHARS: usize = 10_000;

/// How much slower or faster than the voice's own pace is still speech.
const SPEEDS: (f32, f32) = (0.5, 2.0);

/// A loaded voice. Draws its melody by chance: no two readings of a text are
/// the same samples, nor quite the same length.
pub struct Piper {
    inner: piper_rs::Piper,
    language: String,
    rate: u32,
    length_scale: f32,
    fingerprint: String,
}

impl Piper {
    /// Loads the voice `model` of the manifest, to speak at `speed` times its
    /// own pace (held to 0.5..=2).
    ///
    /// # Errors
    /// When a file is missing or damaged, naming it.
    pub fn load(store: &Store, model: &str, speed: f32) -> Result<Self, VoiceError> {
        let weights = store.path(model, &format!("{model}.onnx"));
        let description = store.path(model, &format!("{model}.onnx.json"));
        let failed = |path: &Path, cause: String| VoiceError::Load {
            path: path.display().to_string(),
            cause,
        };
        let config: ModelConfig = File::open(&description)
            .map_err(|error| error.to_string())
            .and_then(|file| serde_json::from_reader(file).map_err(|error| error.to_string()))
            .map_err(|cause| failed(&description, cause))?;
        let bytes = weights
            .metadata()
            .map_err(|error| failed(&weights, error.to_string()))?
            .len();
        espeak::provide_data()?;
        init_onnx(store).map_err(|error| failed(&weights, error.to_string()))?;
        let session = session(&weights).map_err(|cause| failed(&weights, cause))?;
        let speed = speed.clamp(SPEEDS.0, SPEEDS.1);
        Ok(Self {
            language: config.espeak.voice.clone(),
            rate: config.audio.sample_rate,
            length_scale: config.inference.length_scale / speed,
            fingerprint: format!("{model} {bytes} {speed}"),
            inner: piper_rs::Piper::from_session(session, config),
        })
    }

    /// What tells this voice at this speed from others, for a cache.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// One thread, since the recogniser and the language model want the others,
/// and since more threads save little on a clause.
fn session(weights: &Path) -> Result<Session, String> {
    let build = || {
        Session::builder()?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .commit_from_file(weights)
    };
    build().map_err(|error: ort::Error| error.to_string())
}

impl Synthesizer for Piper {
    fn sample_rate(&self) -> u32 {
        self.rate
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
        let mut polish = Polish::new(self.rate);
        let mut clauses = clause::split(&spoken::spoken(text)).into_iter().peekable();
        while let Some(clause) = clauses.next() {
            let phonemes = espeak::phonemes(&clause.text, &self.language)?;
            if phonemes.trim().is_empty() {
                continue;
            }
            let (samples, _) = self
                .inner
                .create(&phonemes, true, None, Some(self.length_scale), None, None)
                .map_err(|error| VoiceError::Synthesis(error.to_string()))?;
            let pause_ms = clauses.peek().map_or(0, |_| clause.pause_ms);
            let samples = polish.clause(samples, pause_ms);
            if !samples.is_empty() && !sink(samples) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
