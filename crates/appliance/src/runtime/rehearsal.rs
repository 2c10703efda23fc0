//! A conversation in which time is a script's: sentences and passing time in,
//! answers, rings and scheduled commands out. Nothing waits: a timer of five
//! minutes rings at once after five minutes of the script.

use std::sync::Arc;

use super::engine::{Acted, Engine, Session, TurnAnswer};
use crate::timers::{Keeper, ScriptClock};
use mynah_core::conversation::Verdict;
use mynah_core::turn::{Ring, SessionId, SessionKind, Transcript, TurnId};

/// What happens by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Incident {
    /// Something begins to ring, or what was missed is announced.
    Ring(Ring),
    /// Nothing rings any more.
    Quiet,
    /// A scheduled command was carried out.
    Due(Acted),
}

impl Incident {
    /// The sentence that is spoken; empty for none.
    #[must_use]
    pub fn sentence(&self) -> &str {
        match self {
            Self::Ring(ring) => &ring.text,
            Self::Quiet => "",
            Self::Due(acted) => &acted.reply,
        }
    }
}

/// One conversation on its way.
pub struct Rehearsal {
    clock: Arc<ScriptClock>,
    session: Session,
    rings: Option<Ring>,
}

impl Rehearsal {
    /// A conversation with an engine that goes by `clock`. In a `dry_run` nothing is
    /// carried out, and it has timers of its own.
    #[must_use]
    pub fn new(engine: &Engine, clock: Arc<ScriptClock>, dry_run: bool) -> Self {
        let id = SessionId {
            kind: SessionKind::Text,
            number: 1,
        };
        Self {
            clock,
            session: if dry_run {
                Session::dry(id, TurnId(0), engine)
            } else {
                Session::new(id, TurnId(0))
            },
            rings: None,
        }
    }

    /// The conversation's state.
    #[must_use]
    pub const fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Its timers.
    pub fn keeper(&mut self, engine: &mut Engine) -> Arc<Keeper> {
        Arc::clone(engine.in_session(&mut self.session).keeper())
    }

    /// The sentence of what rings.
    #[must_use]
    pub fn rings(&self) -> Option<&str> {
        self.rings.as_ref().map(|ring| ring.text.as_str())
    }

    /// Somebody says something: to what rings, if it answers that, else as a
    /// command or as the answer to the open question.
    pub fn say(&mut self, engine: &mut Engine, said: &Transcript) -> (TurnAnswer, Vec<Incident>) {
        let answer = self
            .answer_ring(engine, said)
            .unwrap_or_else(|| engine.in_session(&mut self.session).ask(said));
        (answer, self.look(engine, true))
    }

    fn answer_ring(&mut self, engine: &mut Engine, said: &Transcript) -> Option<TurnAnswer> {
        self.rings.as_ref()?;
        let mut within = engine.in_session(&mut self.session);
        let understood = within.understand_ringing(said);
        let Verdict::Act(intents) = understood.value.verdict else {
            return None;
        };
        let turn = within.begin();
        let acted = within.act(&intents);
        Some(TurnAnswer {
            turn,
            understanding: understood.value.understanding,
            outcomes: acted.value.outcomes,
            reply: acted.value.reply,
            follow_up_ms: acted.value.follow_up_ms,
            intent_ms: understood.ms,
            action_ms: acted.ms,
            ..TurnAnswer::default()
        })
    }

    /// Time passes, second by second.
    pub fn pass(&mut self, engine: &mut Engine, seconds: u32) -> Vec<Incident> {
        let mut incidents = Vec::new();
        for _ in 0..seconds {
            self.clock.pass(1_000);
            incidents.extend(self.look(engine, false));
        }
        incidents
    }

    /// What is to be heard or done now. Somebody is there to be told what was
    /// missed if it is `attended`.
    pub fn look(&mut self, engine: &mut Engine, attended: bool) -> Vec<Incident> {
        let mut incidents = Vec::new();
        let keeper = self.keeper(engine);
        let ring = keeper.tick(attended);
        for due in keeper.due() {
            let acted = engine.in_session(&mut self.session).act_due(due.id).value;
            if !acted.outcomes.is_empty() {
                incidents.push(Incident::Due(acted));
            }
        }
        if ring.as_ref().map(|ring| &ring.text) != self.rings.as_ref().map(|ring| &ring.text) {
            incidents.push(ring.clone().map_or(Incident::Quiet, Incident::Ring));
        }
        self.rings = ring;
        if let Some(ring) = self.rings.take_if(|ring| ring.once) {
            keeper.heard(&ring.ids);
        }
        incidents
    }
}
