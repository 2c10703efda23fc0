//! One conversation with the model about one command.

use crate::llm::{Ask, LanguageModel, LlmError, chosen};
use crate::turn::LlmCost;

/// Tokens of free text.
const TEXT_TOKENS: u32 = 24;

/// Tokens of the longest name or value.
const NAME_TOKENS: u32 = 16;

/// One conversation with the model about one command.
pub(super) struct LlmSession<'a> {
    pub(super) model: &'a mut dyn LanguageModel,
    pub(super) left_ms: u32,
    pub(super) cost: LlmCost,
    pub(super) whole: String,
}

impl LlmSession<'_> {
    /// Starts from the primed prompt. Gives a choice; a made-up name is none.
    pub(super) fn begin(
        &mut self,
        words: &str,
        choices: &[String],
    ) -> Result<Option<String>, LlmError> {
        self.ask(Ask {
            user: words.to_owned(),
            max_tokens: NAME_TOKENS,
            choices: choices.to_vec(),
            ..Ask::default()
        })
    }

    /// Goes on with a question; the host begins its answer. Gives a choice.
    pub(super) fn choose(
        &mut self,
        question: &str,
        opener: &str,
        choices: &[String],
    ) -> Result<Option<String>, LlmError> {
        let choices = choices.to_vec();
        let ask = self.further(question, opener, NAME_TOKENS);
        self.ask(Ask { choices, ..ask })
    }

    /// Goes on with a question. Gives the first line of the answer.
    pub(super) fn say(&mut self, question: &str, opener: &str) -> Result<String, LlmError> {
        self.ask(self.further(question, opener, TEXT_TOKENS))?;
        Ok(self.whole.clone())
    }

    fn further(&self, question: &str, opener: &str, max_tokens: u32) -> Ask {
        Ask {
            user: question.to_owned(),
            opener: opener.to_owned(),
            follow: Some(self.whole.clone()),
            max_tokens,
            ..Ask::default()
        }
    }

    fn ask(&mut self, ask: Ask) -> Result<Option<String>, LlmError> {
        let (stops, deadline_ms) = (vec!["\n".to_owned()], self.left_ms);
        let ask = Ask {
            stops,
            deadline_ms,
            ..ask
        };
        tracing::debug!(?ask, "asks the language model");
        let answer = self.model.ask(&ask)?;
        tracing::debug!(?answer, "it answers");
        self.left_ms = self.left_ms.saturating_sub(answer.ms);
        self.cost += LlmCost {
            prompt_tokens: answer.prompt_tokens,
            decoded_tokens: answer.decoded_tokens,
            questions: 1,
        };
        let choice = chosen(&answer.text, &ask.choices).map(str::to_owned);
        self.whole = choice.clone().unwrap_or(answer.text);
        Ok(choice)
    }
}
