//! What a language model must be able to do to live in this process: no more
//! than the Hailo-10H can, which has no logits and no grammar to offer.

use mynah_llm_link::wire::{Device, ErrorClass};
use mynah_llm_link::{Answer, Ask, Prompt};
use thiserror::Error;

use crate::watch::Watch;

/// Why a back end did not do what it was told.
#[derive(Clone, Debug, Error)]
#[error("{text}")]
pub(crate) struct BackendError {
    /// What kind of failure.
    pub class: ErrorClass,
    /// What happened; what to do follows from the class.
    pub text: String,
}

impl BackendError {
    /// A failure of that class.
    pub(crate) fn new(class: ErrorClass, text: impl Into<String>) -> Self {
        Self {
            class,
            text: text.into(),
        }
    }

    /// Prompt and the most that may be decoded do not fit.
    pub(crate) fn overflow(wanted: usize, used: usize, context: usize) -> Self {
        Self::new(
            ErrorClass::ContextFull,
            format!("{wanted} more tokens do not fit a context of {context} that holds {used}"),
        )
    }

    /// The deadline passed.
    pub(crate) fn too_slow(limit_ms: u128) -> Self {
        Self::new(
            ErrorClass::Timeout,
            format!("no answer within {limit_ms} ms"),
        )
    }
}

/// A language model with one primed prefix.
pub(crate) trait Backend {
    /// As written on the command line.
    fn name(&self) -> &'static str;

    /// Loads the model; nothing to do when it is loaded.
    fn load(&mut self) -> Result<(), BackendError>;

    /// Whether [`Self::load`] has succeeded.
    fn loaded(&self) -> bool;

    /// Tokens that the context holds, and can hold.
    fn usage(&self) -> (u32, u32);

    /// Evaluates a prompt and keeps it. Gives its tokens. `watch` is told of
    /// every step, and says when to stop.
    fn prime(&mut self, prompt: &Prompt, watch: &mut Watch) -> Result<u32, BackendError>;

    /// Answers a question. `watch` as above.
    fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError>;

    /// Threads that evaluate at present; 0 where the model runs elsewhere.
    fn threads(&self) -> u32 {
        0
    }

    /// Called once when no question has come for a moment: what can be done
    /// before the next one comes.
    fn rest(&mut self) -> Result<(), BackendError> {
        Ok(())
    }

    /// The accelerator it runs on, as measured; asks it how it is.
    fn device(&mut self) -> Option<Device> {
        None
    }
}
