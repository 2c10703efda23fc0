//! Speculative transcription: in a silence, what was said so far is transcribed,
//! and the transcript is used if nothing more is said.
//!
//! The guess and the endpoint cut the same sound, so the transcript is what the
//! recogniser would give later. Nothing is done before the endpoint.

use super::{Chime, Command, Mind, Progress, Purpose, Stage, State};
use crate::frame::SampleTime;
use crate::turn::{Completion, Failure, Transcript};

/// From the first sample to just after the last.
type Span = (SampleTime, SampleTime);

/// A speculative transcription, requested or done.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    span: Span,
    /// The transcript and its time in milliseconds, once they are known.
    heard: Option<Result<(Transcript, u32), Failure>>,
}

impl Mind {
    /// Requests a transcription in a silence. Only one at a time, so that a slow
    /// worker does not fall further behind. One that is spoken over is cancelled,
    /// so that it does not delay the next.
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

    /// Handles the transcript. During the silence it decides how long the silence
    /// may last; after the endpoint it is the transcript of the utterance.
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
                    Purpose::Answer | Purpose::FollowUp | Purpose::Schedule => {
                        Completion::default()
                    }
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

    /// A failed guess fails the turn only if the utterance ends with it.
    pub(super) fn guess_failed(&mut self, failure: Failure) {
        if let Some(guess) = self.guess.as_mut().filter(|guess| guess.heard.is_none()) {
            guess.heard = Some(Err(failure));
            // The turn fails at the next frame at the earliest.
            if let State::Listening { endpoint, .. } = &mut self.state {
                endpoint.settle(Completion::MayContinue);
            }
        }
    }

    /// After the endpoint: uses the guess, waits for it, or requests a transcript.
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
                // The chime is only for when there is something to wait for.
                if matches!(purpose, Purpose::Command | Purpose::Answer) {
                    out.push(Command::Chime(Chime::Heard));
                }
                // A guess at another span is of no use.
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
