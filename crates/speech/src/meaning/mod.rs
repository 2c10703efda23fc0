//! How near in meaning two sentences are, whatever their words: a small
//! sentence encoder, and the owner's sentences as it sees them.

mod examples;
mod minilm;

pub use examples::Examples;
pub use minilm::MiniLm;

use thiserror::Error;

/// Why sentences could not be compared.
#[derive(Debug, Error)]
pub enum MeaningError {
    /// A file of the model is missing or damaged.
    #[error("cannot load the sentence model `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// Where it was looked for.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The model failed on a sentence.
    #[error("cannot compare sentences: {0}")]
    Encode(String),
}

/// Turns a sentence into a direction: near meanings, near directions. One
/// implementation is a model, another a table for tests.
pub trait Encoder: Send {
    /// What tells this encoder from others.
    fn fingerprint(&self) -> String;

    /// A vector of length 1, always of as many numbers.
    ///
    /// # Errors
    /// When the model fails.
    fn encode(&mut self, sentence: &str) -> Result<Vec<f32>, MeaningError>;
}
