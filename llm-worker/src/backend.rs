//! What a language model must be able to do to live in this process: no more
//! than the Hailo-10H can, which has no logits and no grammar to offer.

use std::time::Duration;

use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask};
use thiserror::Error;

/// Why a back end did not do what it was told.
#[derive(Debug, Error)]
pub enum BackendError {
    /// The model cannot be used.
    #[error("{0}")]
    Model(String),
    /// The text does not fit.
    #[error(
        "{wanted} more tokens do not fit a context of {context} that holds {used}\nhint: fewer intents, or shorter descriptions and phrases"
    )]
    Overflow {
        /// Prompt and the most that may be decoded.
        wanted: usize,
        /// Tokens in the context already.
        used: usize,
        /// Its capacity.
        context: usize,
    },
    /// The deadline passed.
    #[error("no answer within {} ms", .0.as_millis())]
    TooSlow(Duration),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl BackendError {
    /// How the parent sees it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Model(_) => ErrorClass::Model,
            Self::Overflow { .. } => ErrorClass::Overflow,
            Self::TooSlow(_) => ErrorClass::TooSlow,
            Self::Failed(_) => ErrorClass::Backend,
        }
    }
}

/// A language model with one primed prefix.
pub trait Backend {
    /// As written on the command line.
    fn name(&self) -> &'static str;

    /// Loads the model; nothing to do when it is loaded.
    fn load(&mut self) -> Result<(), BackendError>;

    /// Whether [`Self::load`] has succeeded.
    fn loaded(&self) -> bool;

    /// Tokens that the context holds, and can hold.
    fn usage(&self) -> (u32, u32);

    /// Evaluates a prefix and keeps it. Gives its tokens.
    fn prime(&mut self, prefix: &str) -> Result<u32, BackendError>;

    /// Answers a question.
    fn ask(&mut self, ask: &Ask) -> Result<Answer, BackendError>;
}
