//! A language model that is a function: for tests of whoever asks.

use std::fmt;

use super::Prompt;
use super::{Answer, Ask, LanguageModel, LlmError, decided};

type Respond = dyn FnMut(&Ask) -> Result<String, LlmError> + Send;

/// Answers as a function says, cut as a model's answer would be.
pub struct ScriptedModel {
    respond: Box<Respond>,
}

impl ScriptedModel {
    /// A model that answers with this function.
    pub fn new(respond: impl FnMut(&Ask) -> Result<String, LlmError> + Send + 'static) -> Self {
        Self {
            respond: Box::new(respond),
        }
    }
}

impl fmt::Debug for ScriptedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptedModel")
    }
}

impl LanguageModel for ScriptedModel {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        let messages = prompt.messages();
        let words = messages.iter().flat_map(|m| m.content.split_whitespace());
        Ok(u32::try_from(words.count()).unwrap_or(u32::MAX))
    }

    /// Takes each character for a token.
    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        let whole = (self.respond)(ask)?;
        let mut text = String::new();
        let mut decoded_tokens = 0;
        for character in whole.chars().take(ask.max_tokens as usize) {
            text.push(character);
            decoded_tokens += 1;
            if let Some(stop) = ask.stops.iter().find(|stop| text.ends_with(stop.as_str())) {
                text.truncate(text.len() - stop.len());
                break;
            }
            if !ask.choices.is_empty() && decided(&text, &ask.choices) {
                break;
            }
        }
        let prompt_tokens = u32::try_from(ask.user.chars().count()).unwrap_or(u32::MAX);
        let ended = whole.len() == text.len();
        Ok(Answer {
            text,
            prompt_tokens,
            decoded_tokens,
            ended,
            ms: 0,
        })
    }
}
