//! What the engine hears: a command, an answer, the beginning of either, or
//! "stop" over its own voice.

use super::{Engine, InSession, Parts, Timed, asked, timed};
use mynah_core::dialogue::{Expected, Row, is_cancel};
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase;
use mynah_core::turn::{Completion, Failure, Transcript, TurnId, Utterance};
use mynah_speech::stt::{Expect, KeepGoing, SttError, Transcriber};

impl Engine {
    /// Writes an utterance down.
    ///
    /// # Errors
    /// [`Failure::Broken`]; the log says why.
    pub fn hear(&mut self, utterance: &Utterance) -> Timed<Result<Transcript, Failure>> {
        let beside = Beside::default();
        let Timed { value, ms } = self.parts.write_down(utterance, &beside, &|| true);
        Timed {
            value: value.and_then(|transcript| transcript.ok_or(Failure::Broken)),
            ms,
        }
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
        let stops = Expected::over_the_voice().grammar();
        let heard = transcriber.transcribe(utterance, Expect::Leniently(&stops), &|| true);
        heard.map_err(|error| tracing::error!("{error}")).ok()?
    }
}

impl Parts {
    fn write_down(
        &mut self,
        utterance: &Utterance,
        expected: &Beside,
        keep_going: KeepGoing<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        let Some(transcriber) = &mut self.transcriber else {
            tracing::error!("an engine without speech recognition was given speech");
            return timed(|| Err(Failure::Broken));
        };
        timed(
            || match expecting(transcriber.as_mut(), utterance, expected, keep_going) {
                Ok(heard) => Ok(heard.map(phrase::prefer_free_text_if_negated)),
                Err(SttError::Unwanted) => Ok(None),
                Err(error) => {
                    tracing::error!("{error}");
                    Err(Failure::Broken)
                }
            },
        )
    }
}

impl InSession<'_> {
    /// As [`Engine::hear`]; in the turn of a question its answers are listened
    /// for first, while something rings what answers it, and right after a
    /// command also what leans on it. `None` when it was no longer `wanted`
    /// before it was known.
    ///
    /// # Errors
    /// As [`Engine::hear`].
    pub fn hear_in(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        keep_going: KeepGoing<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        self.hear_with(turn, utterance, &[], keep_going)
    }

    /// `names`: what a client expects to be said, besides what is expected here.
    fn hear_with(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        names: &[String],
        keep_going: KeepGoing<'_>,
    ) -> Timed<Result<Option<Transcript>, Failure>> {
        let expected = Beside {
            names: names.to_vec(),
            ..self.expected(turn)
        };
        self.parts.write_down(utterance, &expected, keep_going)
    }

    /// What may be said in a turn besides commands.
    fn expected(&self, turn: TurnId) -> Beside {
        let settings = &self.parts.settings;
        let pending = self.session.pending.as_ref();
        if let Some((_, pending)) = pending.filter(|(asked, _)| *asked == turn) {
            return Beside {
                first: pending.answers(settings),
                ..Beside::default()
            };
        }
        if let Some(inquiry) = self.inquiry(turn) {
            return Beside {
                first: Expected::inquiry(inquiry),
                ..Beside::default()
            };
        }
        let keeper = self.keeper();
        let rings = keeper.look(|book, _| !book.ringing().is_empty());
        let recent = self.session.memory.recent(keeper.now().mono_ms);
        Beside {
            first: rings.then(|| Expected::ring(settings)),
            leniently: rings,
            also: Expected::right_after(settings, recent),
            names: Vec::new(),
        }
    }

    /// The rows of the table of what may be said that a text of the next turn
    /// is in.
    #[must_use]
    pub fn rows(&self, text: &str) -> Vec<Row> {
        let Beside { first, also, .. } = self.expected(self.next());
        let always = Expected::always(&self.parts.settings);
        let tables = first.into_iter().chain(also).chain([always]);
        let mut rows: Vec<Row> = Vec::new();
        for row in tables.flat_map(|table| table.rows(text)) {
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
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
        keep_going: KeepGoing<'_>,
    ) -> Timed<Result<Option<(Transcript, Completion)>, Failure>> {
        self.guess_with(turn, utterance, &[], keep_going)
    }

    /// As [`Self::guess`], where a client says which `names` are likely.
    ///
    /// # Errors
    /// As [`Engine::hear`].
    pub(crate) fn guess_with(
        &mut self,
        turn: TurnId,
        utterance: &Utterance,
        names: &[String],
        keep_going: KeepGoing<'_>,
    ) -> Timed<Result<Option<(Transcript, Completion)>, Failure>> {
        let Timed { value, ms } = self.hear_with(turn, utterance, names, keep_going);
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

/// What may be said besides commands.
#[derive(Default)]
struct Beside {
    /// Listened for first, and alone.
    first: Option<Expected>,
    /// Whether it is accepted leniently.
    leniently: bool,
    /// Listened for together with commands.
    also: Option<Expected>,
    /// Words for the recogniser's prompt.
    names: Vec<String>,
}

/// What is expected first; where none of it was said, commands and everything
/// else.
fn expecting(
    transcriber: &mut dyn Transcriber,
    utterance: &Utterance,
    expected: &Beside,
    keep_going: KeepGoing<'_>,
) -> Result<Option<Transcript>, SttError> {
    if let Some(first) = &expected.first {
        let first = first.grammar();
        let expect = if expected.leniently {
            Expect::Leniently(&first)
        } else {
            Expect::Only(&first)
        };
        let found = transcriber.transcribe(utterance, expect, keep_going)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let mut also = expected.also.as_ref().map(Expected::grammar);
    if !expected.names.is_empty() {
        // The prompt has room for the first of them.
        let hints = &mut also.get_or_insert_with(Grammar::default).hints;
        hints.splice(0..0, expected.names.iter().cloned());
    }
    let expect = also.as_ref().map_or(Expect::Commands, Expect::CommandsOr);
    transcriber.transcribe(utterance, expect, keep_going)
}
