//! The seam between Mynah and its language model: text in, few tokens out.
//!
//! It is no richer than what the Hailo-10H offers (no logits, no grammar), so
//! that accuracy measured on a desk predicts accuracy on the HAT.

#![forbid(unsafe_code)]

mod budget;
mod client;
mod fallback;
mod options;
mod process;
mod template;
pub mod timing;
pub mod wire;

pub use budget::Budget;
pub use client::WorkerClient;
pub use fallback::{BackEnd, BackendReport, Fallback, Schedule, Stand};
pub use mynah_core::llm::{
    Answer, Ask, ErrorClass, Heed, LanguageModel, LlmError, Message, NO_DEADLINE, Prompt, Role,
    ScriptedModel, Shot, chosen, decided,
};
pub use options::Options;
pub use process::{Memory, find_worker};
pub use template::{ChatTemplate, Family, Marks, Pieces, TemplateError};
