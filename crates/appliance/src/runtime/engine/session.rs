//! One conversation: the open question, what was done lately, the numbers of
//! its turns. The engine has what all conversations share.

mod inquiry;

use std::sync::Arc;

use super::{Engine, InSession, TurnAnswer};
use crate::builtin::Builtins;
use crate::runtime::answers::Answering;
use crate::timers::Keeper;
use inquiry::Open;
use mynah_actions::{Actor, DryRun};
use mynah_core::dialogue::{Memory, Pending};
use mynah_core::model::Settings;
use mynah_core::turn::{Intent, SessionId, Transcript, TurnId};

/// A written question is not answered any more after so long.
const QUESTION_MS: u64 = 120_000;

/// The state of one conversation.
#[derive(Default)]
pub struct Session {
    id: SessionId,
    /// The current turn, or the last one.
    turn: TurnId,
    /// The question that waits for its answer, and its turn.
    pub(super) pending: Option<(TurnId, Pending)>,
    /// The question of somebody outside that waits for its answer.
    pub(super) inquiry: Option<Open>,
    /// What was done lately, for "undo that" and "no, the bedroom".
    pub(super) memory: Memory,
    /// Replies given, so that several wordings are taken in turn.
    pub(super) replies: u32,
    /// The last sentence that was spoken.
    pub(super) said: String,
    /// The last text that was understood or not.
    pub(super) heard: String,
    /// The same, which was no answer to a question of the box.
    pub(super) asked: String,
    /// An answer of which not all is said yet, and its turn.
    pub(super) answering: Option<(TurnId, Answering)>,
    /// Replaces the engine's own in a dry run.
    dry: Option<Dry>,
    /// By the monotonic clock, in milliseconds.
    used_ms: u64,
}

/// A world without consequences.
struct Dry {
    actor: Box<dyn Actor>,
    keeper: Arc<Keeper>,
}

impl Dry {
    fn new(settings: &Settings, keeper: Arc<Keeper>) -> Self {
        let beyond = Box::new(DryRun::new(settings));
        let actor = Builtins::new(beyond, Arc::clone(&keeper), settings, true);
        Self {
            actor: Box::new(actor),
            keeper,
        }
    }
}

impl Session {
    /// A conversation that begins after the turn `last`.
    #[must_use]
    pub fn new(id: SessionId, last: TurnId) -> Self {
        Self {
            id,
            turn: last,
            ..Self::default()
        }
    }

    /// As [`Session::new`], of which nothing is carried out. It begins with the timers
    /// that are set; what it changes is kept in memory, for this conversation only.
    #[must_use]
    pub fn dry(id: SessionId, last: TurnId, engine: &Engine) -> Self {
        let keeper = Arc::new(engine.keeper().copy());
        Self {
            dry: Some(Dry::new(engine.settings(), keeper)),
            ..Self::new(id, last)
        }
    }

    /// Goes on under another configuration: a question stays where `same` is true of
    /// every intent that it is about, and commands that may be taken back where `does`
    /// is.
    pub(crate) fn go_on(
        &mut self,
        engine: &Engine,
        same: &dyn Fn(&Intent) -> bool,
        does: &dyn Fn(&Intent) -> bool,
    ) {
        self.pending.take_if(|(_, pending)| !pending.all(same));
        self.memory.retain(does);
        if let Some(dry) = &mut self.dry {
            *dry = Dry::new(engine.settings(), Arc::clone(&dry.keeper));
        }
    }

    /// The name of this conversation.
    #[must_use]
    pub const fn id(&self) -> SessionId {
        self.id
    }

    /// The current turn, or the last one.
    #[must_use]
    pub const fn turn(&self) -> TurnId {
        self.turn
    }

    /// The question that waits for its answer.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        let (_, pending) = self.pending.as_ref()?;
        Some(&pending.question)
    }

    /// Forgets the open question and what was said and done: the next sentence
    /// begins a conversation. Turns and replies are counted on.
    pub fn begin_anew(&mut self) {
        self.pending = None;
        self.memory = Memory::default();
        self.said.clear();
        self.heard.clear();
        self.asked.clear();
        self.answering = None;
    }

    /// When it was used last, by the monotonic clock, in milliseconds.
    #[must_use]
    pub const fn used_ms(&self) -> u64 {
        self.used_ms
    }

    /// The turn of the next sentence: that of the open question, else a new
    /// one. Ends with the open question when it is too old.
    fn next_turn(&mut self, now_ms: u64) -> TurnId {
        if QUESTION_MS < now_ms.saturating_sub(self.used_ms) {
            self.pending = None;
        }
        self.used_ms = now_ms;
        if self.pending.is_none() {
            self.turn = TurnId(self.turn.0.wrapping_add(1));
        }
        self.turn
    }

    pub(super) fn keeper<'a>(&'a self, shared: &'a Arc<Keeper>) -> &'a Arc<Keeper> {
        self.dry.as_ref().map_or(shared, |dry| &dry.keeper)
    }

    pub(super) fn actor<'a>(&'a self, shared: &'a dyn Actor) -> &'a dyn Actor {
        self.dry.as_ref().map_or(shared, |dry| dry.actor.as_ref())
    }

    pub(super) fn actor_mut<'a>(&'a mut self, shared: &'a mut dyn Actor) -> &'a mut dyn Actor {
        match &mut self.dry {
            Some(dry) => dry.actor.as_mut(),
            None => shared,
        }
    }
}

impl InSession<'_> {
    /// The turn of the next sentence: that of the open question, else a new one.
    pub fn begin(&mut self) -> TurnId {
        let now = self.parts.keeper.now().mono_ms;
        self.session.next_turn(now)
    }

    /// The turn that [`InSession::begin`] would begin or go on with.
    pub(crate) fn next(&self) -> TurnId {
        let Session { turn, pending, .. } = &*self.session;
        match pending {
            Some((asked, _)) => *asked,
            None => TurnId(turn.0.wrapping_add(1)),
        }
    }

    /// Understands and answers the next sentence: the answer to the open
    /// question, or a command.
    pub fn ask(&mut self, transcript: &Transcript) -> TurnAnswer {
        let turn = self.begin();
        self.turn(turn, transcript)
    }

    /// Whether a question of this turn waits for its answer.
    pub(crate) fn is_asked(&self, turn: TurnId) -> bool {
        let pending = self.session.pending.as_ref();
        pending.is_some_and(|(asked, _)| *asked == turn) || self.inquiry(turn).is_some()
    }

    /// What this conversation keeps for later.
    #[must_use]
    pub fn keeper(&self) -> &Arc<Keeper> {
        self.session.keeper(&self.parts.keeper)
    }
}
