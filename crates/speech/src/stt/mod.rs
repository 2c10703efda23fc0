//! Speech to text: an utterance in, its words out.

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

/// Why an utterance could not be written down.
#[derive(Debug, Error)]
pub enum SttError {
    /// The model is missing or damaged.
    #[error("cannot load the speech model `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// Where it was looked for.
        path: String,
        /// What the library said.
        cause: String,
    },
    /// The model failed on this utterance.
    #[error("speech recognition failed: {0}")]
    Decode(String),
    /// Whoever asked does not want to know any more.
    #[error("speech recognition was given up")]
    Unwanted,
}

/// Asks whether anybody still wants to know what is being worked out.
pub type Wanted<'a> = &'a (dyn Fn() -> bool + Sync);

/// How to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// Free dictation: no bias at all.
    Plain,
    /// Biased to the intents' words, constrained where the evidence allows.
    Biased,
}

/// Writes an utterance down. One implementation is Whisper, another a script
/// for tests.
pub trait Transcriber: Send {
    /// Writes `utterance` down. Silence gives an empty text, not an error.
    ///
    /// # Errors
    /// When the model fails; the next utterance may work.
    fn transcribe(
        &mut self,
        utterance: &Utterance,
        listening: Listening,
    ) -> Result<Transcript, SttError>;

    /// As [`Transcriber::transcribe`], of what was said so far. `None`: nobody
    /// wanted to know any more before the words were sure.
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

    /// Writes down what may be one of `answers`, settings whose intents are
    /// the answers that a question may have. `None`: it is none of them.
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

    /// Looks in an utterance for a wake word, by its name in the
    /// configuration.
    ///
    /// # Errors
    /// As [`Transcriber::transcribe`]; also where this cannot be told.
    fn look(&mut self, _utterance: &Utterance, word: &str) -> Result<Evidence, SttError> {
        Err(SttError::Decode(format!("nobody looks for `{word}`")))
    }

    /// As [`Transcriber::answer`], where little else is likely to be said and
    /// a mistake harms little: the likeliest of `answers` counts if it is
    /// nearly as likely as what was heard freely, whatever that was.
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
