//! Everything slow, loaded once and shared by all conversations: from an utterance or
//! a text to an outcome. The appliance runs it on a thread of its own, tests directly.

mod answering;
mod hearing;
mod lasting;
mod later;
mod memory;
mod modified;
mod named;
mod own;
mod parsing;
mod remarked;
mod session;
mod texts;
mod timed;
mod timers;
mod voice;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::civil::DateTime;

use super::answers::Answers;
use super::configured::Rebuild;
use super::repeat::asked;
use crate::timers::Keeper;
use mynah_actions::Actor;
use mynah_core::conversation::Verdict;
use mynah_core::dialogue::{Decision, Dialogue, Pending, ReadSlot};
use mynah_core::intent::IntentParser;
use mynah_core::language::{Speaking, speak};
use mynah_core::model::{ActionSpec, Settings};
use mynah_core::turn::{Failure, Intent, Outcome, Transcript, TurnId, Understanding};
use mynah_speech::stt::{Transcriber, WakeVerifier};
use mynah_speech::voice::Synthesizer;
pub use session::Session;
pub use timed::{Timed, timed};

/// What an engine is made of.
pub struct Parts {
    /// The owner's file.
    pub settings: Settings,
    /// Speech to text; `None` where only text comes in.
    pub transcriber: Option<Box<dyn Transcriber>>,
    /// Verifies wake words; `None` where that cannot be done.
    pub verifier: Option<Box<dyn WakeVerifier>>,
    /// The phrases of the file.
    pub phrases: Box<dyn IntentParser>,
    /// The language model, for what no phrase fits.
    pub llm: Option<Box<dyn IntentParser>>,
    /// Waits until the language model is loaded, at first or after a failure;
    /// `None` where a person would have to wait, who rather hears an apology.
    pub llm_ready: Option<Box<dyn FnMut() + Send>>,
    /// Carries out.
    pub actor: Box<dyn Actor>,
    /// The texts that questions are answered from.
    pub answers: Answers,
    /// Speaks; `None` where nobody listens.
    pub voice: Option<Box<dyn Synthesizer>>,
    /// What rings later, and the clock that "tomorrow" is counted from.
    pub keeper: Arc<Keeper>,
}

/// Models, phrases and actions, shared by all sessions.
pub struct Engine {
    pub(super) parts: Parts,
    /// Builds the parts that follow from another configuration.
    pub(super) rebuild: Option<Rebuild>,
    /// What may be spoken beforehand and was not yet.
    pub(super) ahead: Option<VecDeque<String>>,
}

/// The engine at work for one session.
pub struct InSession<'a> {
    parts: &'a mut Parts,
    session: &'a mut Session,
    /// Time in this command that went into loading the language model.
    waited_ms: u32,
    /// The language of the configuration is spoken while this works.
    _speaking: Speaking,
    /// Whether what is being done is still wanted.
    wanted: &'a dyn Fn() -> bool,
}

/// What was made of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// What it was taken to mean.
    pub understanding: Understanding,
    /// What is to be done about it.
    pub verdict: Verdict,
}

/// What the actions of a command did, and what to say about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Acted {
    /// One for each intent.
    pub outcomes: Vec<Outcome>,
    /// The reply; may be empty.
    pub reply: String,
    /// How long to listen for more afterwards, in milliseconds.
    pub follow_up_ms: u32,
}

/// A whole turn, as `mynah ask` and `mynah hear` report it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TurnAnswer {
    /// Its number within the session.
    pub turn: TurnId,
    /// What it was taken to mean.
    pub understanding: Understanding,
    /// What was done.
    pub outcomes: Vec<Outcome>,
    /// What is said: the reply, the question or the apology.
    pub reply: String,
    /// Whether the reply is a question.
    pub question: bool,
    /// How long to listen for more afterwards, in milliseconds.
    pub follow_up_ms: u32,
    /// Why nothing was done, if nothing was.
    pub failure: Option<Failure>,
    /// Time of the parsers and of the dialogue.
    pub intent_ms: u32,
    /// Time of the actions.
    pub action_ms: u32,
}

impl Engine {
    /// An engine of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            rebuild: None,
            ahead: None,
        }
    }

    /// The engine at work for `session`.
    pub fn in_session<'a>(&'a mut self, session: &'a mut Session) -> InSession<'a> {
        InSession {
            _speaking: self.speaking(),
            parts: &mut self.parts,
            session,
            waited_ms: 0,
            wanted: &|| true,
        }
    }

    /// Speaks the language of the configuration on this thread.
    pub(crate) fn speaking(&self) -> Speaking {
        speak(self.parts.settings.device.language)
    }

    /// The owner's file.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// What rings later.
    #[must_use]
    pub fn keeper(&self) -> Arc<Keeper> {
        Arc::clone(&self.parts.keeper)
    }

    /// The wall clock that "tomorrow" is counted from.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.parts.keeper.now().local
    }
}

impl InSession<'_> {
    /// The wall clock that "tomorrow" is counted from.
    fn now(&self) -> DateTime {
        self.parts.keeper.now().local
    }

    /// Finds out what a transcript asks for. In the turn of a question it is
    /// that question's answer.
    pub fn understand(&mut self, turn: TurnId, transcript: &Transcript) -> Timed<Understood> {
        self.session.answering = None;
        let pending = self
            .session
            .pending
            .take()
            .filter(|(asked, _)| *asked == turn)
            .map(|(_, pending)| pending);
        let mut understood = timed(|| self.weigh(turn, transcript, pending));
        understood.ms -= std::mem::take(&mut self.waited_ms);
        self.note_said(&understood.value.verdict);
        understood
    }

    fn action(&self, intent: &Intent) -> Option<&ActionSpec> {
        self.parts.settings.intent(&intent.name)?.action.as_ref()
    }

    fn weigh(
        &mut self,
        turn: TurnId,
        transcript: &Transcript,
        pending: Option<Pending>,
    ) -> Understood {
        let now = self.now();
        if pending.is_none() {
            self.session.asked.clone_from(&transcript.text);
        }
        let parsed = self.parse(transcript, now, pending.is_some());
        let (mut understanding, broken) = match parsed {
            Ok(understanding) => (understanding, None),
            Err(failure) => (Understanding::default(), Some(failure)),
        };
        if understanding.intents.is_empty()
            && pending.is_none()
            && let Some(again) = asked(&transcript.text)
        {
            return self.again(again);
        }
        if understanding.intents.is_empty()
            && pending.is_none()
            && self.wants_undo(&transcript.text)
        {
            self.session.heard.clone_from(&transcript.text);
            return self.undo(turn);
        }
        if understanding.intents.is_empty()
            && pending.is_none()
            && let Some(answer) = self.remarked(turn, &transcript.text)
        {
            return answer;
        }
        if pending.is_none()
            && self.may_end_last(&transcript.text, &understanding)
            && let Some(asked) = self.ask_undo(turn)
        {
            self.session.heard.clone_from(&transcript.text);
            return asked;
        }
        self.session.heard.clone_from(&transcript.text);
        self.settle_timers(&mut understanding, &transcript.text);
        self.object_to_past(&mut understanding);
        self.date_behind_text(&mut understanding, now);
        self.settle_halves(&mut understanding, transcript, now);
        self.join_days(&mut understanding);
        self.settle_texts(&mut understanding, transcript, now);
        self.object_to_time(&mut understanding);
        let phrases = &self.parts.phrases;
        let read: ReadSlot<'_> = &|intent, slot, text| phrases.read_answer(intent, slot, text, now);
        let dialogue = Dialogue {
            settings: &self.parts.settings,
            read,
            now,
        };
        let decision = match (broken, pending) {
            (Some(failure), _) => Decision::Refuse(failure),
            (None, Some(pending)) => dialogue.answer(pending, &transcript.text, &understanding),
            (None, None) => dialogue.decide(&transcript.text, &understanding),
        };
        self.verdict(turn, decision, understanding)
    }

    /// What the mind is told of a decision.
    fn verdict(
        &mut self,
        turn: TurnId,
        decision: Decision,
        mut understanding: Understanding,
    ) -> Understood {
        let (decision, open) = self.half_of_day(decision);
        let (decision, which) = self.which(decision);
        let decision = self.settled(decision);
        let meant = open.or(which);
        // What is reported is what is decided: with the slots that a default or
        // an earlier part of the conversation filled.
        let verdict = match self.unless_objected(decision) {
            Decision::Act(intents) => {
                understanding.intents.clone_from(&intents);
                Verdict::Act(intents)
            }
            Decision::Refuse(failure) => {
                understanding.intents.clear();
                Verdict::Refuse(failure)
            }
            Decision::Object(why) => {
                understanding.intents.clear();
                Verdict::Object(why)
            }
            Decision::Ask(pending) => {
                understanding.intents = meant.unwrap_or_else(|| pending.intents());
                let question = pending.question.clone();
                self.session.pending = Some((turn, pending));
                Verdict::Ask(question)
            }
        };
        Understood {
            understanding,
            verdict,
        }
    }

    /// A whole turn from its transcript on.
    pub fn turn(&mut self, turn: TurnId, transcript: &Transcript) -> TurnAnswer {
        let understood = self.understand(turn, transcript);
        self.answer(turn, understood)
    }

    /// As [`InSession::turn`], for what was said without a wake word after a reply.
    pub fn follow_up(&mut self, turn: TurnId, transcript: &Transcript) -> TurnAnswer {
        let understood = self.understand_follow_up(turn, transcript);
        self.answer(turn, understood)
    }

    fn answer(&mut self, turn: TurnId, Timed { value, ms }: Timed<Understood>) -> TurnAnswer {
        let mut answer = TurnAnswer {
            turn,
            understanding: value.understanding,
            intent_ms: ms,
            ..TurnAnswer::default()
        };
        match value.verdict {
            Verdict::Act(intents) => {
                let acted = self.act(&intents);
                answer.outcomes = acted.value.outcomes;
                answer.reply = acted.value.reply;
                answer.follow_up_ms = acted.value.follow_up_ms;
                answer.action_ms = acted.ms;
            }
            Verdict::Ask(question) => {
                answer.reply = question;
                answer.question = true;
            }
            Verdict::Answer(text) => answer.reply = text,
            Verdict::Object(why) => {
                answer.reply = why;
                answer.failure = Some(Failure::CannotDo);
            }
            Verdict::Refuse(failure) => {
                answer.reply = failure.sentence().into();
                answer.failure = Some(failure);
            }
            Verdict::Answered(_) | Verdict::Ignore => {}
        }
        answer
    }
}
