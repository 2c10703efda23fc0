//! Speech to text: an utterance in, a transcript out.

mod agreement;
mod bias;
mod confer;
mod decode;
mod listener;
mod model;
mod numerals;
mod prompt;
#[cfg(test)]
mod tests;
mod vocabulary;
mod whisper;

pub use listener::Evidence;
pub use whisper::Whisper;

use thiserror::Error;

use mynah_core::grammar::Grammar;
use mynah_core::turn::{Transcript, Utterance};

/// Why an utterance could not be transcribed.
#[derive(Debug, Error)]
pub enum SttError {
    /// The model is missing or damaged.
    #[error("cannot load the speech model `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// The expected path.
        path: String,
        /// The cause.
        cause: String,
    },
    /// The model failed on this utterance.
    #[error("speech recognition failed: {0}")]
    Decode(String),
    /// [`KeepGoing`] returned false.
    #[error("speech recognition was given up")]
    Unwanted,
}

/// Polled between steps of a decoding; returns false to cancel it.
pub type KeepGoing<'a> = &'a (dyn Fn() -> bool + Sync);

/// What may be said in an utterance.
#[derive(Clone, Copy, Debug)]
pub enum Expect<'a> {
    /// Anything: no prompt and no grammar.
    Anything,
    /// The commands that the recogniser was loaded with, or anything else.
    Commands,
    /// As [`Expect::Commands`], or a sentence of this grammar.
    CommandsOr(&'a Grammar),
    /// A sentence of this grammar, and nothing else.
    Only(&'a Grammar),
    /// As [`Expect::Only`], where a mistake does little harm: the likeliest sentence is
    /// accepted if it is nearly as likely as the free text, whatever that text is.
    Leniently(&'a Grammar),
}

/// A speech recogniser. One implementation is Whisper, another a script for tests.
pub trait Transcriber: Send {
    /// Transcribes `utterance`. Silence gives an empty text, not an error. `None` where
    /// a sentence of a grammar was expected and none was said.
    ///
    /// # Errors
    /// When the model fails; the next utterance may work. [`SttError::Unwanted`] when
    /// `wanted` returned false.
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        expect: Expect<'_>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError>;
}

/// Verifies detections of wake words. One implementation is Whisper, another a script
/// for tests.
pub trait WakeVerifier: Send {
    /// Looks for a wake word, by its name in the configuration, in an utterance.
    ///
    /// # Errors
    /// When the model fails.
    fn verify(&mut self, utterance: &Utterance, word: &str) -> Result<Evidence, SttError>;
}
