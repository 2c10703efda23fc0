//! Speech to text: an utterance in, a transcript out.

mod agreement;
mod bias;
mod confer;
mod decode;
mod listener;
mod model;
mod prompt;
#[cfg(test)]
mod tests;
mod vocabulary;
mod whisper;

pub use listener::Evidence;
pub use whisper::Whisper;

use thiserror::Error;

use mynah_core::model::Settings;
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
    /// Cancelled: [`Wanted`] returned false.
    #[error("speech recognition was given up")]
    Unwanted,
}

/// Polled between steps of a decoding; returns false to cancel it.
pub type Wanted<'a> = &'a (dyn Fn() -> bool + Sync);

/// What the recogniser may expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// Free dictation: no bias at all.
    Plain,
    /// Biased to the intents by prompt and grammar.
    Biased,
}

/// A speech recogniser. One implementation is Whisper, another a script for tests.
pub trait Transcriber: Send {
    /// Transcribes `utterance`. Silence gives an empty text, not an error.
    ///
    /// # Errors
    /// When the model fails; the next utterance may work.
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
    ) -> Result<Transcript, SttError>;

    /// As [`Transcriber::transcribe`], but cancellable. `None` if it was cancelled.
    ///
    /// # Errors
    /// As [`Transcriber::transcribe`].
    fn guess(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
        _wanted: Wanted<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        self.transcribe(utterance, listening).map(Some)
    }

    /// Transcribes the answer to a question. The intents of `answers` are the possible
    /// answers; `None` if it is none of them.
    ///
    /// # Errors
    /// As [`Transcriber::transcribe`].
    fn answer(
        &mut self,
        _utterance: &Utterance,
        _answers: &Settings,
    ) -> Result<Option<Transcript>, SttError> {
        Ok(None)
    }

    /// Verifies a wake word, by its name in the configuration, in an utterance.
    ///
    /// # Errors
    /// As [`Transcriber::transcribe`]; also if the recogniser cannot verify.
    fn look(&mut self, _utterance: &Utterance, word: &str) -> Result<Evidence, SttError> {
        Err(SttError::Decode(format!("nobody looks for `{word}`")))
    }

    /// As [`Transcriber::answer`], but lenient, for when a mistake does little harm: the
    /// likeliest of `answers` is accepted if it is nearly as likely as the free text,
    /// whatever that text is.
    ///
    /// # Errors
    /// As [`Transcriber::transcribe`].
    fn perhaps(
        &mut self,
        utterance: &Utterance,
        answers: &Settings,
    ) -> Result<Option<Transcript>, SttError> {
        self.answer(utterance, answers)
    }
}
