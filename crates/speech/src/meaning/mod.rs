//! Similarity in meaning between sentences: a small sentence encoder, and the embeddings
//! of the file's sentences.

mod examples;
mod minilm;

pub use examples::{Examples, embeddings};
pub use minilm::MiniLm;

use thiserror::Error;

/// Why sentences could not be compared.
#[derive(Debug, Error)]
pub enum MeaningError {
    /// A file of the model is missing or damaged.
    #[error("cannot load the sentence model `{path}`: {cause}\nhint: run `mynah models fetch`")]
    Load {
        /// The expected path.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The model failed on a sentence.
    #[error("cannot compare sentences: {0}")]
    Encode(String),
}

/// Encodes a sentence as a vector; similar meanings have similar vectors. One
/// implementation is a model, another a table for tests.
pub trait Encoder: Send {
    /// Identifies the encoder in the cache.
    fn fingerprint(&self) -> String;

    /// A vector of length 1; its dimension is always the same.
    ///
    /// # Errors
    /// When the model fails.
    fn encode(&mut self, sentence: &str) -> Result<Vec<f32>, MeaningError>;
}
