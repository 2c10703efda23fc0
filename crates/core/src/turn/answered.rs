//! What a question to a text came to.

use serde::Serialize;

use super::LlmCost;

/// What a question to a text came to, for logs, programs and figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Answered {
    /// Who worded the answer.
    pub by: Worded,
    /// How near the question came to the text, 0..1.
    pub score: f32,
    /// Why there is no answer, or why the model did not word it; empty where it did.
    pub why: String,
    /// What the model wrote that was not said; empty where all was.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unsaid: String,
    /// What the answer was made from, the nearest first.
    pub passages: Vec<Source>,
    /// What the model cost.
    pub llm: LlmCost,
    /// Tokens that the model had produced when the first clause was whole.
    pub first_tokens: u32,
    /// Milliseconds until something could be said.
    pub first_ms: u32,
}

/// A passage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its heading; may be empty.
    pub heading: String,
    /// Its text.
    pub text: String,
}

/// Who worded an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Worded {
    /// The language model, from the passages.
    Model,
    /// Nobody: a sentence of the text is read out.
    Text,
    /// Both: the model began, and a sentence of the text goes on.
    Both,
    /// There is no answer.
    #[default]
    Nobody,
}
