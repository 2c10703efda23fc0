//! The seam between Mynah and its language model: text in, few tokens out.
//!
//! It is no richer than what the Hailo-10H offers (no logits, no grammar), so
//! that accuracy measured on a desk predicts accuracy on the HAT.

#![forbid(unsafe_code)]

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One question to the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Raw text to append: after the primed prefix, or, with `follow`, after
    /// everything that was said and generated since.
    pub text: String,
    /// Continue the last answer instead of starting from the primed prefix.
    pub follow: bool,
    /// Generation ends after so many tokens.
    pub max_tokens: u32,
    /// Generation ends when its text contains one of these; the stop string
    /// and what follows are cut from the answer.
    pub stops: Vec<String>,
    /// The asker gives up after so many milliseconds.
    pub deadline_ms: u32,
}

/// The model's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The text, stop string cut off.
    pub text: String,
    /// New prompt tokens of this question.
    pub prompt_tokens: u32,
    /// Tokens generated, the stopping one included.
    pub decoded_tokens: u32,
    /// Milliseconds that the model took.
    pub ms: u32,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum LlmError {
    /// The process could not be started or has ended.
    #[error("the language model's process is gone: {0}")]
    Gone(String),
    /// No answer before the deadline; the process was killed.
    #[error("the language model did not answer within {0} ms")]
    TooSlow(u32),
    /// The model refused: the reason is its own.
    #[error("the language model refused: {0}")]
    Refused(String),
}

/// A language model with one primed prefix.
pub trait LanguageModel: Send {
    /// Makes `prefix` the constant beginning of every conversation. May take
    /// seconds; called off the critical path. Gives the prefix's token count.
    ///
    /// # Errors
    /// When the model fails or the prefix does not fit its context.
    fn prime(&mut self, prefix: &str) -> Result<u32, LlmError>;

    /// Asks one question.
    ///
    /// # Errors
    /// When the model fails or is too slow. The next question starts anew.
    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError>;
}
