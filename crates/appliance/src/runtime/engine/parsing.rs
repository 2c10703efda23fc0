//! From a transcript to what it may mean: phrases, what was done before, the owner's
//! texts, the language model.

use jiff::civil::DateTime;

use super::InSession;
use super::answering::{FromText, in_doubt, is_nothing};
use super::timed::timed;
use crate::runtime::repeat::asked;
use mynah_core::dialogue::is_cancel;
use mynah_core::grammar::canonical;
use mynah_core::intent::IntentError;
use mynah_core::intent::account::Sentence;
use mynah_core::intent::guided::reason;
use mynah_core::language::{Objection, is_sign_word, spoken};
use mynah_core::turn::{Failure, Transcript, Understanding};

impl InSession<'_> {
    /// Phrases first. The language model is asked only for a new command that
    /// no phrase fits: in an answer like "the kitchen" it would find things.
    pub(super) fn parse(
        &mut self,
        transcript: &Transcript,
        now: DateTime,
        is_answer: bool,
    ) -> Result<Understanding, Failure> {
        let mut by_phrase = self
            .parts
            .phrases
            .parse(transcript, now)
            .map_err(|error| broken(&error))?;
        by_phrase
            .intents
            .retain(|intent| !self.is_question_not_reminder(intent));
        if by_phrase.intents.is_empty()
            && !is_answer
            && let Some(recalled) = self.recalled(transcript, now, false)
        {
            return Ok(recalled);
        }
        // "Turn it off again": what was done last fills the slot that the phrase
        // lacks, and is not asked for.
        if !is_answer
            && !by_phrase.intents.is_empty()
            && !self.is_whole(&by_phrase.intents)
            && let Some(recalled) = self.recalled(transcript, now, true)
            && self.is_sure(&recalled)
        {
            return Ok(recalled);
        }
        if by_phrase.intents.is_empty() && !is_answer {
            if let Some(named) = self.of_a_named_timer(transcript, now) {
                return Ok(named);
            }
            let sentence = Sentence::read(&transcript.text, spoken(), now);
            let modified = self
                .for_a_while(&transcript.text, now)
                .or_else(|| self.at_another_time(transcript, &sentence, now))
                .or_else(|| self.by_an_amount(transcript, &sentence, now))
                .or_else(|| self.beside_a_remark(transcript, now));
            if let Some(found) = modified {
                return Ok(found);
            }
        }
        let settled = !by_phrase.intents.is_empty()
            || self.wants_undo(&transcript.text)
            || self.is_remark(&transcript.text)
            || is_answer
            || is_cancel(&transcript.text)
            || asked(&transcript.text).is_some();
        // No model knows better what a crossed circle is to say.
        let sign = canonical(&transcript.text)
            .into_iter()
            .find(|word| is_sign_word(word));
        let by_text = if settled {
            None
        } else {
            self.answer_from_text(&transcript.text)
        };
        let by_text = match by_text {
            Some(FromText::Sure(found)) => return Ok(found),
            other => other,
        };
        let found = match &mut self.parts.llm {
            _ if !settled && let Some(sign) = sign => Ok(Understanding {
                objection: Some(spoken().objection(&Objection::Words(sign))),
                ..by_phrase
            }),
            Some(llm) if !settled => {
                if let Some(ready) = &mut self.parts.llm_ready {
                    self.waited_ms = timed(ready).ms;
                }
                let by_model = llm.parse(transcript, now);
                by_model
                    .map(|found| Understanding {
                        objection: found.objection.or(by_phrase.objection),
                        ..found
                    })
                    .map_err(|error| broken(&error))
            }
            None if !settled && by_phrase.objection.is_none() => Ok(Understanding {
                objection: reason(&transcript.text, &self.parts.settings, now),
                ..by_phrase
            }),
            _ => Ok(by_phrase),
        };
        match (found, by_text) {
            // Nothing else explains the question.
            (Ok(found), Some(by_text)) if is_nothing(&found) => Ok(by_text.instead_of(found)),
            // Before anybody is asked whether a command is meant: an answer does nothing.
            (Ok(found), Some(by_text @ FromText::Firm(_))) if in_doubt(&found) => {
                Ok(by_text.instead_of(found))
            }
            (Err(_), Some(FromText::Firm(found) | FromText::Near(found))) => Ok(found),
            (found, _) => found,
        }
    }
}

fn broken(error: &IntentError) -> Failure {
    tracing::error!("{error}");
    match error {
        IntentError::Away => Failure::OnlySimple,
        IntentError::Llm(_) => Failure::Broken,
    }
}
