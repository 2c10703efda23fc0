//! Speech synthesis and chimes: a sentence in, samples out.

mod cache;
pub mod chime;
mod clause;
mod espeak;
mod piper;
mod polish;
mod spoken;
mod tone;
mod units;

use mynah_core::model;
use thiserror::Error;

pub use cache::CachedVoice;
pub use piper::Piper;
pub use tone::Tone;

use mynah_models::Store;

/// Loads the voice of the owner's file, with a cache that keeps the sentences
/// in `fixed` beside the models.
///
/// # Errors
/// When a file of the voice is missing or damaged.
pub fn open(
    store: &Store,
    settings: &model::Voice,
    fixed: Vec<String>,
) -> Result<CachedVoice<Piper>, VoiceError> {
    let piper = Piper::load(store, &settings.model, settings.speed)?;
    let fingerprint = piper.fingerprint().to_owned();
    let folder = store.root().parent().map(|above| above.join("speech"));
    Ok(CachedVoice::new(piper, fingerprint, folder).fixed(fixed))
}

/// Why a sentence could not be spoken.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// The voice is missing or damaged.
    #[error("cannot load the voice `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// Where it was looked for.
        path: String,
        /// What the library said.
        cause: String,
    },
    /// The data that pronunciation needs is not there.
    #[error(
        "cannot find `{path}`, which pronunciation needs: {cause}\nhint: put the folder \
         `espeak-ng-data` of the build beside the program, or name the folder that holds it in \
         PIPER_ESPEAKNG_DATA_DIRECTORY"
    )]
    Pronunciation {
        /// Where it should be.
        path: String,
        /// Why it is not there.
        cause: String,
    },
    /// The voice failed on this text.
    #[error("speech synthesis failed: {0}")]
    Synthesis(String),
}

/// Speaks. One implementation is Piper, another a tone for tests.
pub trait Synthesizer: Send {
    /// Samples a second of what `speak` gives.
    fn sample_rate(&self) -> u32;

    /// Speaks `text`, handing over mono samples in -1..1 piece by piece as
    /// they are ready. Stops early, without error, when `sink` returns false.
    ///
    /// # Errors
    /// When the voice fails.
    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError>;

    /// Speaks `text` to nobody, so that it is at hand when it is needed, while
    /// `wanted` says so. A voice that keeps nothing does nothing.
    ///
    /// # Errors
    /// When the voice fails.
    fn prepare(&mut self, _text: &str, _wanted: &dyn Fn() -> bool) -> Result<(), VoiceError> {
        Ok(())
    }
}
