//! What the engine hears: a command, an answer, the beginning of either, or
//! "stop" over its own voice.

use super::{Engine, Timed, asked, timed};
use mynah_core::conversation::stops;
use mynah_core::dialogue::is_cancel;
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase;
use mynah_core::turn::{Completion, Failure, Transcript, TurnId, Utterance};
use mynah_speech::stt::{Expect, SttError, Transcriber, Wanted};

impl Engine {
    /// Writes an utterance down.
    ///
    /// # Errors
    /// [`Failure::Broken`]; the log says why.
    pub fn hear(&mut self, utterance: &Utterance) -> Timed<Result<Transcript, Failure>> {
        let Timed { value, ms } = self.write_down(utterance, None, &|| true);
        Timed {
            value: value.and_then(|transcript| transcript.ok_or(Failure::Broken)),
            ms,
        }
    }

    /// As [`Engine::hear`]; in the turn of a question its answers are listened
    /// for first. `None` when it was no longer `wanted` before it was known.
    ///
    /// # Errors
    /// As [`Engine::hear`].
    pub fn hear_in(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        wanted: Wanted<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        let asked = self.pending.as_ref().filter(|(asked, _)| *asked == turn);
        let answers = asked.and_then(|(_, pending)| pending.answers(&self.parts.settings));
        self.write_down(utterance, answers.as_ref(), wanted)
    }

    fn write_down(
        &mut self,
        utterance: &Utterance,
        answers: Option<&Grammar>,
        wanted: Wanted<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        let Some(transcriber) = &mut self.parts.transcriber else {
            tracing::error!("an engine without speech recognition was given speech");
            return timed(|| Err(Failure::Broken));
        };
        timed(
            || match expecting(transcriber.as_mut(), utterance, answers, wanted) {
                Ok(heard) => Ok(heard.map(phrase::heed)),
                Err(SttError::Unwanted) => Ok(None),
                Err(error) => {
                    tracing::error!("{error}");
                    Err(Failure::Broken)
                }
            },
        )
    }

    /// Looks again whether a wake word was said. `None`: it cannot be told.
    pub fn confirm(&mut self, utterance: &Utterance, word: &str) -> Option<Timed<bool>> {
        let verifier = self.parts.verifier.as_mut()?;
        let Timed { value, ms } = timed(|| verifier.verify(utterance, word));
        let found = value.map_err(|error| tracing::error!("{error}")).ok()?;
        let said = found.believes();
        tracing::debug!(word, said, ms, ?found, "looked again");
        Some(Timed { value: said, ms })
    }

    /// Writes down what was said over the appliance's own voice: what is
    /// looked for is "stop" and its like, not one of the owner's commands.
    pub fn overhear(&mut self, utterance: &Utterance) -> Option<Transcript> {
        let transcriber = self.parts.transcriber.as_mut()?;
        let heard = transcriber.transcribe(utterance, Expect::Leniently(&stops()), &|| true);
        heard.map_err(|error| tracing::error!("{error}")).ok()?
    }

    /// Writes down what was said so far, and weighs whether that can be all.
    /// Nothing is remembered of it, and the language model is not asked. `None`
    /// when it was no longer `wanted` before it was known.
    ///
    /// # Errors
    /// As [`Self::hear`].
    pub fn guess(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        wanted: Wanted<'_>,
    ) -> Timed<Result<Option<(Transcript, Completion)>, Failure>> {
        let Timed { value, ms } = self.hear_in(turn, utterance, wanted);
        let weigh = |transcript: Transcript| {
            let asked = self
                .pending
                .as_ref()
                .is_some_and(|(asked, _)| *asked == turn);
            let completion = if asked {
                Completion::MayContinue
            } else {
                self.completion(&transcript)
            };
            (transcript, completion)
        };
        Timed {
            value: value.map(|transcript| transcript.map(weigh)),
            ms,
        }
    }

    fn completion(&self, transcript: &Transcript) -> Completion {
        let completion = self.parts.phrases.completion(transcript, self.now());
        // "Stop" begins phrases and is understood without them.
        let own = is_cancel(&transcript.text) || asked(&transcript.text).is_some();
        match completion {
            Completion::Open | Completion::MayContinue if own => Completion::Whole,
            other => other,
        }
    }
}

/// Answers first; where none of them was said, commands and everything else.
fn expecting(
    transcriber: &mut dyn Transcriber,
    utterance: &Utterance,
    answers: Option<&Grammar>,
    wanted: Wanted<'_>,
) -> Result<Option<Transcript>, SttError> {
    if let Some(answers) = answers
        && let Some(answer) = transcriber.transcribe(utterance, Expect::Only(answers), wanted)?
    {
        return Ok(Some(answer));
    }
    transcriber.transcribe(utterance, Expect::Commands, wanted)
}
