//! The seam between Mynah and its language model: text in, few tokens out.
//!
//! It is no richer than what the Hailo-10H offers (no logits, no grammar), so
//! that accuracy measured on a desk predicts accuracy on the HAT.

mod chat;
mod class;
mod script;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use chat::{Message, Prompt, Role, Shot};
pub use class::ErrorClass;
pub use script::ScriptedModel;

/// One question to the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What is said to it. Nothing in it can pass for the end of a turn.
    pub user: String,
    /// How its answer begins; the model goes on from there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub opener: String,
    /// `None`: after the primed prompt. Else after everything that was said
    /// since, and this is what its last answer became: it may have been
    /// stopped in the middle of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<String>,
    /// The question stands alone, behind these instructions and not behind the primed
    /// prompt, which is put back afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Prompt>,
    /// The answer is wanted piece by piece.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stream: bool,
    /// Generation ends after so many tokens.
    pub max_tokens: u32,
    /// Generation ends when its text contains one of these; the stop string
    /// and what follows are cut from the answer.
    pub stops: Vec<String>,
    /// When not empty, generation also ends as soon as the text can become
    /// at most one of these (see [`decided`]): the host watches the pieces
    /// and stops, so no model need know.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The asker gives up after so many milliseconds; [`NO_DEADLINE`]: waits
    /// as long as the model makes progress.
    pub deadline_ms: u32,
}

/// The deadline of an asker whom no clock hurries.
pub const NO_DEADLINE: u32 = u32::MAX;

/// The model's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The text, stop string cut off.
    pub text: String,
    /// New prompt tokens of this question.
    pub prompt_tokens: u32,
    /// Tokens generated, the stopping one included.
    pub decoded_tokens: u32,
    /// The model ended its turn: its end mark stands in the context already.
    #[serde(default)]
    pub ended: bool,
    /// Milliseconds that the model took.
    pub ms: u32,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum LlmError {
    /// The process could not be started or has ended.
    #[error("the language model's process is gone: {0}")]
    Gone(String),
    /// No answer before the deadline. The process was told to stop, and lives.
    #[error("the language model did not answer within {0} ms")]
    TooSlow(u32),
    /// The process made no progress for so many milliseconds and was killed.
    #[error("the language model's process hung: no progress for {0} ms")]
    Hung(u32),
    /// The model refused: the reason is its own.
    #[error("the language model refused: {0}")]
    Refused(String),
    /// No back end can answer for now; why not each.
    #[error("the language model is away: {0}")]
    Away(String),
    /// The asker does not want the answer any more.
    #[error("nobody waits for the language model's answer any more")]
    Unwanted,
    /// The model's process said that it cannot go on, and was ended.
    #[error("the language model failed ({class}): {text}\nhint: {}", .class.advice())]
    Failed {
        /// What kind of failure.
        class: ErrorClass,
        /// What happened, for a person.
        text: String,
    },
}

/// A language model with one primed prompt.
pub trait LanguageModel: Send {
    /// Makes `prompt` the constant beginning of every conversation. May take
    /// seconds; called off the critical path. Gives its token count.
    ///
    /// # Errors
    /// When the model fails or the prompt does not fit its context.
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError>;

    /// Like [`Self::prime`], but need not wait: the next question does.
    ///
    /// # Errors
    /// As [`Self::prime`], as far as already known.
    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        self.prime(prompt).map(drop)
    }

    /// Asks one question.
    ///
    /// # Errors
    /// When the model fails or is too slow. The next question starts anew.
    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError>;

    /// Asks one question and hands over each piece of the answer as it comes, and an
    /// empty one now and then while none does, until `heed` says that no more is wanted.
    ///
    /// # Errors
    /// As [`Self::ask`]; [`LlmError::Unwanted`] when `heed` says so.
    fn ask_aloud(&mut self, ask: &Ask, heed: &mut Heed<'_>) -> Result<Answer, LlmError> {
        let answer = self.ask(ask)?;
        if heed(&answer.text) {
            Ok(answer)
        } else {
            Err(LlmError::Unwanted)
        }
    }
}

/// Who gets the pieces of an answer; whether more is wanted.
pub type Heed<'a> = dyn FnMut(&str) -> bool + 'a;

/// Whether `text`, the beginning of an answer, leaves at most one of `choices`
/// open. White space in front does not count, nor does letter case. A choice
/// is taken as meant when it is complete, or from the first break in it on: of
/// `time_question`, `time` might yet become `timer`.
#[must_use]
pub fn decided(text: &str, choices: &[String]) -> bool {
    let text = text.trim_start().to_lowercase();
    let mut open = choices.iter().filter(|choice| fits(&text, choice));
    match (open.next(), open.next()) {
        _ if text.is_empty() => false,
        (None, _) => true,
        (Some(only), None) => text.len() >= only.len() || text.contains(is_break),
        (Some(_), Some(_)) => false,
    }
}

/// The one of `choices` that `text` has become or must become.
#[must_use]
pub fn chosen<'a>(text: &str, choices: &'a [String]) -> Option<&'a str> {
    let text = text.trim().to_lowercase();
    if let Some(whole) = choices.iter().find(|choice| choice.to_lowercase() == text) {
        return Some(whole);
    }
    let mut open = choices.iter().filter(|choice| fits(&text, choice));
    match (open.next(), open.next()) {
        (Some(only), None) if text.contains(is_break) => Some(only),
        _ => None,
    }
}

/// Whether `choice` begins with `text`. Once it is complete, what the model
/// adds after a break (a full stop, an explanation) does not undo it.
fn fits(text: &str, choice: &str) -> bool {
    let choice = choice.to_lowercase();
    choice.starts_with(text)
        || text
            .strip_prefix(choice.as_str())
            .is_some_and(|rest| rest.starts_with(|c: char| is_break(c) && c != '_' && c != '-'))
}

fn is_break(c: char) -> bool {
    !c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_told_apart_as_early_as_possible() {
        let choices: Vec<String> = ["light_set", "light_dim", "light", "time_tell", "none"]
            .map(Into::into)
            .to_vec();
        let check = |text: &str, done: bool, name: Option<&str>| {
            assert_eq!(decided(text, &choices), done, "decided {text:?}");
            assert_eq!(chosen(text, &choices), name, "chosen {text:?}");
        };
        check("", false, None);
        check(" n", false, None);
        check(" none", true, Some("none"));
        check("time", false, None);
        check("time_", true, Some("time_tell"));
        check("timer", true, None);
        check("light", false, Some("light"));
        check("light_", false, None);
        check("light_s", true, Some("light_set"));
        check("Light_Dim", true, Some("light_dim"));
        check("light\nbecause", true, Some("light"));
        check("lamp", true, None);
    }
}
