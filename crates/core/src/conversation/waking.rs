//! Wake words: accept a detection, verify it, or ignore it.
//!
//! While the recogniser verifies a detection, a second endpointer follows the
//! command, so that nothing of it is lost if the answer is yes.

use super::{
    CandidateId, Chime, Command, Endpoint, Mind, Progress, Purpose, SecondLook, State, TurnEvent,
};
use crate::frame::SampleTime;
use crate::percept::{Percept, Wake};
use crate::turn::TurnId;

/// Sound that is verified: the word, what precedes it, and the delay of its
/// detection.
pub const LOOK_BACK_MS: u64 = 1_800;

/// Time-out of a verification: longer than a machine with a spare core needs. A
/// person who has waited so long without a chime has given up.
const EXPIRES_MS: u64 = 2_500;

/// Why a wake word was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmedBy {
    /// The wake word model's score alone.
    Score,
    /// The recogniser's verification, which took so many milliseconds.
    SecondLook(u32),
    /// Nobody: a button was pressed.
    Hand,
}

/// Why a detection was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dismissal {
    /// Verification did not find the word.
    Rejected,
    /// Verification took too long.
    Expired,
}

/// A detection that is being verified.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    id: CandidateId,
    wake: Wake,
    /// When it was detected.
    at: SampleTime,
    /// When its verification times out.
    deadline: SampleTime,
    /// Follows the command meanwhile.
    endpoint: Endpoint,
    /// The command's span, if it has already ended.
    ended: Option<(SampleTime, SampleTime)>,
}

/// What to do with a detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Believe,
    LookAgain,
    Ignore,
}

impl Mind {
    /// What to do with a detection.
    ///
    /// During a command, and while one is processed, the worker is needed for that
    /// command: only detections above the cut-off count then, without verification.
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
                    // The same sound is being verified already.
                    Judgement::Ignore
                }
            }
            (_, true) => Judgement::Believe,
            (SecondLook::Doubtful | SecondLook::Always, false) if is_free => Judgement::LookAgain,
            (_, false) => Judgement::Ignore,
        }
    }

    /// Accepts a wake word without verification.
    pub(super) fn woken(&mut self, wake: Wake, out: &mut Vec<Command>) {
        // This one is surer than a detection that is still being verified.
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

    pub(super) fn begin_turn(
        &mut self,
        wake: Wake,
        at: SampleTime,
        by: ConfirmedBy,
        out: &mut Vec<Command>,
    ) {
        if self.state != State::Idle {
            self.report(TurnEvent::Interrupted, out);
            out.push(Command::Abandon);
            out.push(Command::Silence);
        }
        self.unanswered(out);
        self.turn = TurnId(self.turn.0 + 1);
        self.woke = Some((at, wake.word.clone()));
        self.report(TurnEvent::Wake(wake, by), out);
    }

    /// Requests verification.
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

    /// Takes the next frame during a verification.
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
            // A busy machine must not miss more words than one that verifies none.
            if candidate.wake.sure {
                self.wake_late(candidate, ConfirmedBy::Score, out);
            } else {
                self.report(
                    TurnEvent::Dismissed(candidate.wake, Dismissal::Expired),
                    out,
                );
            }
        }
    }

    /// Handles the result of a verification.
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
                TurnEvent::Dismissed(candidate.wake, Dismissal::Rejected),
                out,
            );
        }
    }

    /// Accepts a wake word some time after it was said; the command may have begun
    /// or ended since.
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
        self.report(TurnEvent::Listening { for_answer: false }, out);
        if let Some((from, to)) = candidate.ended {
            self.endpoint(from, to, Purpose::Command, out);
        }
    }
}
