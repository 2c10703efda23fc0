//! The worker as a language model: questions, and answers piece by piece.

use std::time::{Duration, Instant};

use super::{WorkerClient, millis, now};
use crate::wire::{ErrorClass, WorkerOrder, WorkerReport};
use crate::{Answer, Ask, Heed, LanguageModel, LlmError, NO_DEADLINE, Prompt};

impl LanguageModel for WorkerClient {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        self.prime_later(prompt)?;
        // Ends when the worker hangs.
        self.settle(now() + millis(NO_DEADLINE), NO_DEADLINE)?;
        Ok(self.prefix_tokens)
    }

    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        let running = self.process.is_some();
        self.prompt = Some(prompt.clone());
        self.followable = false;
        if running {
            self.start_until = now() + millis(self.options.start_ms);
            self.send_prefix()
        } else {
            self.run()
        }
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        self.ask_aloud(ask, &mut |_| true)
    }

    fn ask_aloud(&mut self, ask: &Ask, heed: &mut Heed<'_>) -> Result<Answer, LlmError> {
        if ask.follow.is_some() && !self.followable {
            return Err(LlmError::Refused("there is no answer to continue".into()));
        }
        self.followable = false;
        let mut said = String::new();
        let mut note = |piece: &str| {
            said.push_str(piece);
            heed(piece)
        };
        let order = WorkerOrder::Ask(ask.clone());
        match self.request_aloud(order, ask.deadline_ms, &mut note)? {
            WorkerReport::Answer(answer) => {
                self.followable = ask.prompt.is_none();
                // A back end that has no pieces gives the whole at once.
                let rest = answer.text.strip_prefix(said.as_str());
                if rest.is_some_and(|rest| !rest.is_empty() && !heed(rest)) {
                    return Err(LlmError::Unwanted);
                }
                Ok(answer)
            }
            WorkerReport::Error {
                class: ErrorClass::Timeout,
                ..
            } => Err(LlmError::TooSlow(ask.deadline_ms)),
            WorkerReport::Error { class, text } if class.spares_the_process() => Err(
                LlmError::Refused(format!("{text}\nhint: {}", class.advice())),
            ),
            WorkerReport::Error { class, text } => {
                self.fail(&text);
                Err(LlmError::Failed { class, text })
            }
            other => Err(self.confused(&other)),
        }
    }
}

/// The worker's own deadline lies before the parent's, so that a slow but
/// healthy one can say so and need not be killed.
pub(super) fn with_own_deadline(ask: Ask, until: Instant) -> Ask {
    let left = until.saturating_duration_since(now());
    let margin = (left / 4).min(Duration::from_millis(500));
    let deadline_ms = u32::try_from(left.saturating_sub(margin).as_millis()).unwrap_or(u32::MAX);
    Ask { deadline_ms, ..ask }
}
