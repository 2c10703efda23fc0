//! The part of the mind that speaks of its own accord: what is due rings, the
//! ear opens for a while, it rings again, until nothing is due any more.
//!
//! A person goes before: nothing rings into a turn, a wake word silences a
//! ring, and it goes on after that turn if it is still due.

use super::{Chime, Command, Happening, Mind, Purpose, State, Then};
use crate::turn::{Ring, TurnId};

impl Mind {
    /// Whether what sounds now is something that rings.
    #[must_use]
    pub const fn rings(&self) -> bool {
        matches!(
            self.state,
            State::Speaking {
                then: Then::RingOn,
                ..
            }
        )
    }

    /// Takes note of what is due. What is due no more falls silent.
    pub(super) fn bell(&mut self, bell: Option<Ring>, out: &mut Vec<Command>) {
        self.bell = bell;
        let for_ring = match self.state {
            State::Listening { purpose, .. } | State::Thinking { purpose, .. } => {
                purpose == Purpose::Ring
            }
            State::Speaking { then, .. } => then == Then::RingOn,
            State::Idle | State::Stopped => false,
        };
        if self.bell.is_none() && for_ring {
            out.push(Command::Abandon);
            out.push(Command::Silence);
            self.rest(out);
        }
    }

    /// Nobody is spoken with: what is due may ring.
    pub(super) fn ring_when_due(&mut self, out: &mut Vec<Command>) {
        if let Some(ring) = self.bell.clone()
            && self.ring_at <= self.now
            && !self.ending
        {
            self.ring(ring, out);
        }
    }

    /// Nobody has answered: it rings again.
    pub(super) fn ring_on(&mut self, out: &mut Vec<Command>) {
        match self.bell.clone() {
            Some(ring) if !self.ending => self.ring(ring, out),
            _ => self.rest(out),
        }
    }

    /// What was missed has been told.
    pub(super) fn told(&mut self, out: &mut Vec<Command>) {
        if let Some(ring) = self.bell.take() {
            out.push(Command::Told(ring.ids));
        }
        self.rest(out);
    }

    /// Each ring is a turn of its own, so that what was heard after the one
    /// before cannot be taken for an answer to this one.
    fn ring(&mut self, ring: Ring, out: &mut Vec<Command>) {
        self.turn = TurnId(self.turn.0 + 1);
        let text = ring.text.clone();
        let then = if ring.once { Then::Told } else { Then::RingOn };
        self.report(Happening::Ring(ring), out);
        out.push(Command::Chime(Chime::Ring));
        self.say(text, then, out);
    }
}
