//! Answers from the owner's own text: its passages, which of them a question is
//! about, and whether an answer says nothing else.
//!
//! [`Document`] cuts the text, [`Document::find`] ranks its sentences by meaning and by
//! words, [`ask`] writes what a language model gets of them, [`Clauses`] cuts what it
//! answers, and [`Grounds::check`] holds each clause against the passage.

mod clauses;
mod document;
mod find;
mod ground;
mod prompt;
mod question;
#[cfg(test)]
mod tests;

pub use clauses::{Clause, Clauses};
pub use document::{Document, Passage};
pub use find::{Found, Search, Why};
pub use ground::{Grounds, Ungrounded};
pub use prompt::{ANSWER_TOKENS, ask, is_refusal};
pub use question::is_question;
