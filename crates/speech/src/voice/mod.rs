//! Speech synthesis and chimes: a sentence in, samples out.

mod cache;
pub mod chime;
mod clause;
mod espeak;
pub mod kokoro;
mod piper;
mod polish;
mod spoken;
mod tone;

use thiserror::Error;

pub use cache::CachedVoice;
pub use piper::Piper;
pub use tone::Tone;

/// Why a sentence could not be synthesised.
#[derive(Debug, Error)]
pub enum VoiceError {
    /// The voice is missing or damaged.
    #[error("cannot load the voice `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// The expected path.
        path: String,
        /// The library's error.
        cause: String,
    },
    /// The data of espeak-ng is missing.
    #[error(
        "cannot find `{path}`, which pronunciation needs: {cause}\nhint: put the folder \
         `espeak-ng-data` of the build beside the program, or name the folder that holds it in \
         PIPER_ESPEAKNG_DATA_DIRECTORY"
    )]
    Pronunciation {
        /// The expected path.
        path: String,
        /// The cause.
        cause: String,
    },
    /// The voice failed on this text.
    #[error("speech synthesis failed: {0}")]
    Synthesis(String),
}

/// Makes the data of pronunciation available.
///
/// # Errors
/// When it is missing.
pub(crate) fn provide_pronunciation() -> Result<(), VoiceError> {
    espeak::provide_data()
}

/// Speech synthesis. One implementation is Piper, another a tone for tests.
pub trait Synthesizer: Send {
    /// Sample rate of the output, in hertz.
    fn sample_rate(&self) -> u32;

    /// Synthesises `text` and passes mono samples in -1..1 to `sink` as they are ready.
    /// Stops early, without an error, when `sink` returns false.
    ///
    /// # Errors
    /// When the voice fails.
    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError>;

    /// Synthesises `text` ahead, for the cache, while `wanted` returns true. Does nothing
    /// without a cache.
    ///
    /// # Errors
    /// When the voice fails.
    fn prepare(&mut self, _text: &str, _wanted: &dyn Fn() -> bool) -> Result<(), VoiceError> {
        Ok(())
    }

    /// Replaces the sentences that may be kept on disk. Does nothing without a cache.
    fn foresee(&mut self, _sentences: Vec<String>) {}
}
