//! The part of the mind that has scheduled commands carried out: each in a turn
//! of its own, when nobody is spoken with. What rings waits for it meanwhile.
//!
//! The bell says each second which commands are due, until the engine has
//! carried them out; so one that is refused by a busy worker, or cut off by a
//! wake word, is not lost. That none is carried out twice is the engine's care:
//! it takes each from the book.

use super::{Command, EventRecord, Mind, Purpose, Stage, TurnEvent};
use crate::frame::SampleTime;
use crate::turn::{Due, Outcome, TurnId, Understanding};

/// After a worker did not answer in time.
const AGAIN_MS: u64 = 30_000;

/// Numbers of commands that are remembered as carried out, for the bell may
/// have looked just before.
const REMEMBERED: usize = 8;

/// The scheduled commands as the mind knows them.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    due: Vec<Due>,
    /// What is being carried out, in which turn, and when it is asked for again:
    /// its turn may have been cut off before the worker began, or after.
    present: Option<(TurnId, u64, SampleTime)>,
    /// The last that were carried out.
    over: Vec<u64>,
    /// Not before this.
    at: SampleTime,
    /// A failure that could not be spoken of yet.
    unsaid: Option<String>,
}

impl Schedule {
    pub(super) const fn new() -> Self {
        Self {
            due: Vec::new(),
            present: None,
            over: Vec::new(),
            at: SampleTime(0),
            unsaid: None,
        }
    }
}

impl Mind {
    /// Takes note of what is due.
    pub(super) fn due(&mut self, due: Vec<Due>) {
        let over = &self.schedule.over;
        self.schedule.due = due;
        self.schedule.due.retain(|due| !over.contains(&due.id));
    }

    /// Nobody is spoken with: a command that is due may be carried out. True
    /// when one is, or when the failure of one is spoken of.
    pub(super) fn carry_out_when_due(&mut self, out: &mut Vec<Command>) -> bool {
        if self.ending {
            return false;
        }
        if let Some(unsaid) = self.schedule.unsaid.take() {
            self.turn = TurnId(self.turn.0 + 1);
            self.answer(unsaid, 0, out);
            return true;
        }
        let now = self.now;
        let present = self.schedule.present;
        let waits = |due: &Due| present.is_some_and(|(_, id, again)| id == due.id && now < again);
        let mut due = self.schedule.due.iter();
        let Some(at) = due
            .position(|due| !waits(due))
            .filter(|_| self.schedule.at <= now)
        else {
            return false;
        };
        let Due { id, intent } = self.schedule.due.remove(at);
        self.turn = TurnId(self.turn.0 + 1);
        self.schedule.present = Some((self.turn, id, now.plus_ms(AGAIN_MS)));
        let understanding = Understanding {
            intents: vec![intent],
            confidence: 1.0,
            ..Understanding::default()
        };
        self.report(
            TurnEvent::Intent {
                understanding,
                ms: 0,
            },
            out,
        );
        self.think(Stage::Acting, Purpose::Schedule);
        out.push(Command::CarryOut {
            turn: self.turn,
            id,
        });
        true
    }

    /// A command was carried out; also one whose turn was cut off meanwhile,
    /// of whose failure nobody has heard yet.
    pub(super) fn carried_out(
        &mut self,
        turn: TurnId,
        outcomes: &[Outcome],
        (reply, ms): (&str, u32),
        out: &mut Vec<Command>,
    ) {
        let Some((_, id, _)) = self.schedule.present.take_if(|(of, ..)| *of == turn) else {
            return;
        };
        self.schedule.due.retain(|due| due.id != id);
        self.schedule.over.push(id);
        if REMEMBERED < self.schedule.over.len() {
            self.schedule.over.remove(0);
        }
        if turn == self.turn {
            return;
        }
        if !outcomes.is_empty() {
            out.push(Command::EventRecord(EventRecord {
                at: self.now,
                session: self.session,
                turn,
                what: TurnEvent::Action {
                    outcomes: outcomes.to_vec(),
                    ms,
                },
            }));
        }
        self.schedule.unsaid = Some(reply.to_owned()).filter(|reply| !reply.is_empty());
    }

    /// The worker did not answer in time, or broke: the bell will say whether
    /// it is still to be done.
    pub(super) fn try_again_later(&mut self, out: &mut Vec<Command>) {
        self.schedule.at = self.now.plus_ms(AGAIN_MS);
        self.rest(out);
    }
}
