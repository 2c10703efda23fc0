//! The part of the mind that does not wait for the end: in a silence it has
//! written down what was said so far, and goes by it if nothing more is said.
//!
//! A guess and an end are the same when they cut the same sound, so what a
//! guess gave is what the recogniser would have given later. Nothing is done
//! about a guess before the end.

use super::{Chime, Command, Mind, Progress, Purpose, Stage, State};
use crate::frame::SampleTime;
use crate::turn::{Completion, Failure, Transcript};

/// From the first sample to just after the last.
type Span = (SampleTime, SampleTime);

/// What was said so far.
#[derive(Clone, Debug)]
pub struct Guess {
    span: Span,
    /// The words and what they took, once they are known.
    heard: Option<Result<(Transcript, u32), Failure>>,
}

impl Mind {
    /// In a silence, asks what was said. One guess at a time: a worker that is
    /// behind must not fall further behind. One that was spoken over is given
    /// up, so that it does not hold up the next.
    pub(super) fn guess(&mut self, out: &mut Vec<Command>) {
        let State::Listening { endpoint, .. } = &mut self.state else {
            return;
        };
        let Some(span) = endpoint.pause() else {
            let waits = |guess: &mut Guess| guess.heard.is_none();
            if self.guess.take_if(waits).is_some() {
                out.push(Command::Abandon);
            }
            return;
        };
        let known = self.guess.as_ref();
        if known.is_some_and(|guess| guess.heard.is_none() || guess.span == span) {
            return;
        }
        endpoint.guess();
        self.guess = Some(Guess { span, heard: None });
        let (from, to) = span;
        out.push(Command::Guess {
            turn: self.turn,
            from,
            to,
            wake: self.wake_within(from),
        });
    }

    /// The guess has come. While the silence lasts it decides how long that
    /// may last; after the end it stands for the transcript.
    pub(super) fn guessed(
        &mut self,
        span: Span,
        heard: (Transcript, u32),
        completion: Completion,
        out: &mut Vec<Command>,
    ) {
        let Some(guess) = self.guess.as_mut().filter(|guess| guess.span == span) else {
            return;
        };
        guess.heard = Some(Ok(heard));
        match &mut self.state {
            State::Listening {
                endpoint, purpose, ..
            } if endpoint.pause() == Some(span) => {
                let purpose = *purpose;
                // The phrases know commands, not answers nor fragments.
                let completion = match purpose {
                    Purpose::Answer | Purpose::FollowUp => Completion::default(),
                    Purpose::Command | Purpose::Ring => completion,
                };
                if let Progress::Ended { from, to } = endpoint.settle(completion) {
                    self.endpoint(from, to, purpose, out);
                }
            }
            _ => {
                if let Some(purpose) = self.awaited(self.turn, Stage::Transcribing) {
                    self.transcribe(span, purpose, out);
                }
            }
        }
    }

    /// A guess that failed fails the turn only if it comes to its end.
    pub(super) fn guess_failed(&mut self, failure: Failure) {
        if let Some(guess) = self.guess.as_mut().filter(|guess| guess.heard.is_none()) {
            guess.heard = Some(Err(failure));
            // The turn fails at the next frame at the earliest.
            if let State::Listening { endpoint, .. } = &mut self.state {
                endpoint.settle(Completion::MayContinue);
            }
        }
    }

    /// The command has ended: goes by the guess at it, waits for it, or asks.
    pub(super) fn transcribe(&mut self, span: Span, purpose: Purpose, out: &mut Vec<Command>) {
        match self.guess.take_if(|guess| guess.span == span) {
            Some(Guess {
                heard: Some(Ok((transcript, ms))),
                ..
            }) => self.heard(transcript, ms, purpose, out),
            Some(Guess {
                heard: Some(Err(failure)),
                ..
            }) => self.give_up(failure, purpose, out),
            waiting => {
                // Nobody needs to be told to wait where the answer is at hand.
                if matches!(purpose, Purpose::Command | Purpose::Answer) {
                    out.push(Command::Chime(Chime::Heard));
                }
                // A guess at another span is not waited for any more.
                self.guess = waiting;
                if self.guess.is_some() {
                    return;
                }
                let (from, to) = span;
                out.push(Command::Transcribe {
                    turn: self.turn,
                    from,
                    to,
                    wake: self.wake_within(from),
                });
            }
        }
    }
}
