//! What the engine hears: a command, an answer, the beginning of either, or
//! "stop" over its own voice.

use super::{Engine, InSession, Parts, Timed, asked, timed};
use mynah_core::dialogue::is_cancel;
use mynah_core::intent::phrase;
use mynah_core::language::spoken;
use mynah_core::model::Settings;
use mynah_core::turn::{Completion, Failure, Transcript, TurnId, Utterance};
use mynah_speech::stt::{Listening, Wanted};

impl Engine {
    /// Writes an utterance down.
    ///
    /// # Errors
    /// [`Failure::Broken`]; the log says why.
    pub fn hear(&mut self, utterance: &Utterance) -> Timed<Result<Transcript, Failure>> {
        let Timed { value, ms } = self.parts.write_down(utterance, None, &|| true);
        Timed {
            value: value.and_then(|transcript| transcript.ok_or(Failure::Broken)),
            ms,
        }
    }

    /// Looks again whether a wake word was said. `None`: it cannot be told.
    pub fn confirm(&mut self, utterance: &Utterance, word: &str) -> Option<Timed<bool>> {
        let transcriber = self.parts.transcriber.as_mut()?;
        let Timed { value, ms } = timed(|| transcriber.look(utterance, word));
        let found = value.map_err(|error| tracing::error!("{error}")).ok()?;
        let said = found.believes();
        tracing::debug!(word, said, ms, ?found, "looked again");
        Some(Timed { value: said, ms })
    }

    /// Writes down what was said over the appliance's own voice: what is
    /// looked for is "stop" and its like, not one of the owner's commands.
    pub fn overhear(&mut self, utterance: &Utterance) -> Option<Transcript> {
        let transcriber = self.parts.transcriber.as_mut()?;
        let stops = spoken().control().stop.iter();
        let phrases: Vec<String> = stops.map(|words| format!("\"{words} [please]\"")).collect();
        let phrases = phrases.join(", ");
        let stops = format!("[[intent]]\nname = \"stop\"\nphrases = [{phrases}]");
        let stops = mynah_config::parse(&stops).expect("phrases without marks are right");
        let heard = transcriber.perhaps(utterance, &stops);
        heard.map_err(|error| tracing::error!("{error}")).ok()?
    }
}

impl Parts {
    fn write_down(
        &mut self,
        utterance: &Utterance,
        answers: Option<&Settings>,
        wanted: Wanted<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        let Some(transcriber) = &mut self.transcriber else {
            tracing::error!("an engine without speech recognition was given speech");
            return timed(|| Err(Failure::Broken));
        };
        timed(|| {
            let answer = answers.map(|answers| transcriber.answer(utterance, answers));
            let heard = match answer.transpose() {
                Ok(Some(Some(answer))) => Ok(Some(answer)),
                // It is none of the answers: perhaps a whole new command.
                Ok(_) => transcriber.guess(utterance, Listening::Biased, wanted),
                Err(error) => Err(error),
            };
            heard.map(|heard| heard.map(phrase::heed)).map_err(|error| {
                tracing::error!("{error}");
                Failure::Broken
            })
        })
    }
}

impl InSession<'_> {
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
        let asked = self
            .session
            .pending
            .as_ref()
            .filter(|(asked, _)| *asked == turn);
        let answers = asked.and_then(|(_, pending)| pending.answers(&self.parts.settings));
        self.parts.write_down(utterance, answers.as_ref(), wanted)
    }

    /// Writes down what was said so far, and weighs whether that can be all.
    /// Nothing is remembered of it, and the language model is not asked. `None`
    /// when it was no longer `wanted` before it was known.
    ///
    /// # Errors
    /// As [`Engine::hear`].
    pub fn guess(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        wanted: Wanted<'_>,
    ) -> Timed<Result<Option<(Transcript, Completion)>, Failure>> {
        let Timed { value, ms } = self.hear_in(turn, utterance, wanted);
        let weigh = |transcript: Transcript| {
            let asked = self.is_asked(turn);
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
