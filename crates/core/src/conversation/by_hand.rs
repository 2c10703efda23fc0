//! A hand in place of a voice: one button opens the microphone, another ends
//! what goes on.

use super::{Chime, Command, ConfirmedBy, Mind, Progress, Purpose, State, TurnEvent};
use crate::language::spoken;
use crate::percept::Wake;
use crate::turn::{Transcript, TranscriptRoute};

/// What is reported in place of a wake word.
const BUTTON: &str = "button";

impl Mind {
    /// Listens, as after a wake word.
    pub(super) fn pressed(&mut self, out: &mut Vec<Command>) {
        self.begin_by_hand(out);
        out.push(Command::Chime(Chime::Listening));
        self.listen(Purpose::Command, out);
    }

    /// Listens until the button is released.
    pub(super) fn held(&mut self, out: &mut Vec<Command>) {
        self.pressed(out);
        if let State::Listening { endpoint, .. } = &mut self.state {
            endpoint.hold();
        }
    }

    /// Ends the utterance that a held button has opened. Where nothing was said yet,
    /// the box listens on, as after a press.
    pub(super) fn released(&mut self, out: &mut Vec<Command>) {
        let State::Listening {
            endpoint, purpose, ..
        } = &mut self.state
        else {
            return;
        };
        let purpose = *purpose;
        if let Progress::Ended { from, to } = endpoint.release() {
            self.endpoint(from, to, purpose, out);
        }
    }

    /// Takes a sentence as a spoken command.
    pub(super) fn given(&mut self, text: String, out: &mut Vec<Command>) {
        self.begin_by_hand(out);
        self.guess = None;
        let transcript = Transcript {
            text,
            logprob: 0.0,
            no_speech: 0.0,
            route: TranscriptRoute::Constrained,
            alternatives: Vec::new(),
        };
        self.heard(transcript, 0, Purpose::Command, out);
    }

    fn begin_by_hand(&mut self, out: &mut Vec<Command>) {
        self.candidate = None;
        let wake = Wake {
            word: BUTTON.into(),
            score: 1.0,
            sure: true,
        };
        self.begin_turn(wake, self.now, ConfirmedBy::Hand, out);
        // No wake word is in the sound.
        self.woke = None;
    }

    /// Ends listening, thinking, speaking or ringing. An action that has begun
    /// is carried out.
    pub(super) fn halted(&mut self, out: &mut Vec<Command>) {
        self.candidate = None;
        match self.state {
            State::Idle | State::Stopped => {}
            State::Listening { .. } | State::Thinking { .. } => {
                self.guess = None;
                self.report(TurnEvent::Interrupted, out);
                out.push(Command::Abandon);
                self.rest(out);
            }
            State::Speaking { turn, .. } => {
                let stop = spoken().control().stop.first();
                let said = Transcript {
                    text: stop.copied().unwrap_or_default().into(),
                    logprob: 0.0,
                    no_speech: 0.0,
                    route: TranscriptRoute::Constrained,
                    alternatives: Vec::new(),
                };
                self.overheard(turn, said, out);
            }
        }
    }

    /// Ends the conversation for good.
    pub(super) fn stop(&mut self, out: &mut Vec<Command>) {
        if self.state != State::Idle {
            out.push(Command::Abandon);
            out.push(Command::Silence);
        }
        self.state = State::Stopped;
        self.report(TurnEvent::Stopped, out);
        out.push(Command::Stop);
    }
}
