//! A wake word that may have been said: somebody with a better ear is asked,
//! and whoever said it is not kept waiting. While the answer is on its way the
//! command is listened for as after any wake word, so that nothing of it is
//! lost; if the answer is no, nothing of it was heard.

use super::{
    CandidateId, Chime, Command, ConfirmedBy, Dismissal, Endpoint, Happening, Mind, Progress,
    Purpose, SecondLook, State,
};
use crate::frame::SampleTime;
use crate::percept::{Percept, Wake};
use crate::turn::TurnId;

/// Sound that is looked at again: the word, what leads up to it, and the time
/// that it takes to become a candidate.
pub const LOOK_BACK_MS: u64 = 1_800;

/// Longer than a machine needs that has a core to spare. A person who has
/// waited so long without a sound has given up.
const EXPIRES_MS: u64 = 2_500;

/// A wake word that may have been said.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    id: CandidateId,
    wake: Wake,
    /// When it was heard.
    at: SampleTime,
    /// When nobody waits for the answer any more.
    deadline: SampleTime,
    /// Finds the end of the command.
    endpoint: Endpoint,
    /// The command, if it has ended already.
    ended: Option<(SampleTime, SampleTime)>,
}

/// What becomes of a wake word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Believe,
    LookAgain,
    Ignore,
}

impl Mind {
    /// What becomes of a wake word that the ear reports.
    ///
    /// In the middle of a command, and while one is thought about, the worker
    /// has something better to do than to look again: there only a sure word
    /// counts, and counts at once.
    pub(super) fn judge(&self, wake: &Wake) -> Judgement {
        let is_free = self.candidate.is_none()
            && match self.state {
                State::Idle | State::Speaking { .. } => true,
                State::Listening { purpose, .. } => {
                    matches!(purpose, Purpose::Ring | Purpose::FollowUp)
                }
                State::Thinking { .. } | State::Stopped => false,
            };
        match (self.limits.second_look, wake.sure) {
            (SecondLook::Always, true) if self.state == State::Idle => {
                if is_free {
                    Judgement::LookAgain
                } else {
                    // It is the same sound that is being looked at.
                    Judgement::Ignore
                }
            }
            (_, true) => Judgement::Believe,
            (SecondLook::Doubtful | SecondLook::Always, false) if is_free => Judgement::LookAgain,
            (_, false) => Judgement::Ignore,
        }
    }

    /// A wake word that needs no second look.
    pub(super) fn woken(&mut self, wake: Wake, out: &mut Vec<Command>) {
        // Whatever was being looked at, this is surer.
        self.candidate = None;
        self.begin_turn(wake, self.now, ConfirmedBy::Score, out);
        out.push(Command::Chime(Chime::Listening));
        self.listen(Purpose::Command, out);
    }

    /// The wake word in an utterance that begins at `from`, if there is one.
    pub(super) fn wake_within(&self, from: SampleTime) -> Option<String> {
        let woke = self.woke.as_ref().filter(|(at, _)| from < *at);
        woke.map(|(_, word)| word.clone())
    }

    fn begin_turn(&mut self, wake: Wake, at: SampleTime, by: ConfirmedBy, out: &mut Vec<Command>) {
        if self.state != State::Idle {
            self.report(Happening::Interrupted, out);
            out.push(Command::Abandon);
            out.push(Command::Silence);
        }
        self.turn = TurnId(self.turn.0 + 1);
        self.woke = Some((at, wake.word.clone()));
        self.report(Happening::Wake(wake, by), out);
    }

    /// Has a wake word looked at again.
    pub(super) fn look_again(&mut self, wake: Wake, out: &mut Vec<Command>) {
        self.looks = CandidateId(self.looks.0 + 1);
        out.push(Command::Confirm {
            candidate: self.looks,
            word: wake.word.clone(),
            from: self.now.minus_ms(LOOK_BACK_MS),
            to: self.now,
        });
        self.candidate = Some(Candidate {
            id: self.looks,
            wake,
            at: self.now,
            deadline: self.now.plus_ms(EXPIRES_MS),
            endpoint: Endpoint::new(self.now, true, self.limits.command),
            ended: None,
        });
    }

    /// Listens on while a wake word is looked at again.
    pub(super) fn listen_meanwhile(&mut self, percept: &Percept, out: &mut Vec<Command>) {
        let Some(candidate) = &mut self.candidate else {
            return;
        };
        if candidate.ended.is_none()
            && let Progress::Ended { from, to } = candidate.endpoint.hear(percept)
        {
            candidate.ended = Some((from, to));
        }
        if candidate.deadline <= percept.end
            && let Some(candidate) = self.candidate.take()
        {
            // A machine that is too busy is no reason to hear less than
            // without a second look.
            if candidate.wake.sure {
                self.wake_late(candidate, ConfirmedBy::Score, out);
            } else {
                self.report(
                    Happening::Dismissed(candidate.wake, Dismissal::Expired),
                    out,
                );
            }
        }
    }

    /// Somebody has looked again.
    pub(super) fn confirmed(
        &mut self,
        id: CandidateId,
        said: bool,
        ms: u32,
        out: &mut Vec<Command>,
    ) {
        let Some(candidate) = self.candidate.take_if(|candidate| candidate.id == id) else {
            return;
        };
        if said {
            self.wake_late(candidate, ConfirmedBy::SecondLook(ms), out);
        } else {
            self.report(
                Happening::Dismissed(candidate.wake, Dismissal::Rejected),
                out,
            );
        }
    }

    /// Wakes, some time after the word was said; by now the command may have
    /// begun or ended.
    fn wake_late(&mut self, candidate: Candidate, by: ConfirmedBy, out: &mut Vec<Command>) {
        self.begin_turn(candidate.wake, candidate.at, by, out);
        if candidate.ended.is_none() {
            out.push(Command::Chime(Chime::Listening));
        }
        self.guess = None;
        self.state = State::Listening {
            turn: self.turn,
            endpoint: candidate.endpoint,
            purpose: Purpose::Command,
        };
        self.report(Happening::Listening { for_answer: false }, out);
        if let Some((from, to)) = candidate.ended {
            self.endpoint(from, to, Purpose::Command, out);
        }
    }
}
