//! Ringing: what is due rings, listens for an answer, and rings again until
//! nothing is due.
//!
//! Turns take precedence: nothing rings during one, a wake word silences a ring,
//! and it continues after that turn if it is still due.

use super::{Chime, Command, Mind, Purpose, State, Then, TurnEvent};
use crate::turn::{Failure, Ring, TurnId};

impl Mind {
    /// Whether a ring is being played.
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

    /// Takes what is due. A ring that is no longer due is silenced.
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

    /// Rings if something is due; for [`State::Idle`].
    pub(super) fn ring_when_due(&mut self, out: &mut Vec<Command>) {
        if self.carry_out_when_due(out) {
            return;
        }
        if let Some(ring) = self.bell.clone()
            && self.ring_at <= self.now
            && !self.ending
        {
            self.ring(ring, out);
        }
    }

    /// Rings again after a pause without an answer.
    pub(super) fn ring_on(&mut self, out: &mut Vec<Command>) {
        if self.carry_out_when_due(out) {
            return;
        }
        match self.bell.clone() {
            Some(ring) if !self.ending => self.ring(ring, out),
            _ => self.rest(out),
        }
    }

    /// A person who gave a command is told why nothing came of it; one who
    /// only happened to speak while something rang is not.
    pub(super) fn give_up(&mut self, failure: Failure, purpose: Purpose, out: &mut Vec<Command>) {
        match purpose {
            Purpose::Ring => self.ring_on(out),
            Purpose::Schedule if failure == Failure::TooSlow => self.try_again_later(out),
            Purpose::FollowUp => self.rest(out),
            Purpose::Command | Purpose::Answer | Purpose::Schedule => self.fail(failure, out),
        }
    }

    /// What was missed has been told.
    pub(super) fn told(&mut self, out: &mut Vec<Command>) {
        if let Some(ring) = self.bell.take() {
            out.push(Command::Told(ring.ids));
        }
        self.rest(out);
    }

    /// Each ring is a turn of its own, so that speech after the previous ring cannot
    /// be taken for an answer to this one.
    fn ring(&mut self, ring: Ring, out: &mut Vec<Command>) {
        self.turn = TurnId(self.turn.0 + 1);
        let text = ring.text.clone();
        let then = if ring.once { Then::Told } else { Then::RingOn };
        self.report(TurnEvent::Ring(ring), out);
        out.push(Command::Chime(Chime::Ring));
        self.say(text, then, out);
    }
}
