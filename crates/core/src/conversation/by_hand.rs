//! A hand in place of a voice: one button opens the microphone, another ends
//! what goes on.

use super::{Chime, Command, ConfirmedBy, Mind, Purpose, State, TurnEvent};
use crate::language::spoken;
use crate::percept::Wake;
use crate::turn::{Transcript, TranscriptRoute};

/// What is reported in place of a wake word.
const BUTTON: &str = "button";

impl Mind {
    /// Listens, as after a wake word.
    pub(super) fn pressed(&mut self, out: &mut Vec<Command>) {
        self.candidate = None;
        let wake = Wake {
            word: BUTTON.into(),
            score: 1.0,
            sure: true,
        };
        self.begin_turn(wake, self.now, ConfirmedBy::Hand, out);
        // No wake word is in the sound.
        self.woke = None;
        out.push(Command::Chime(Chime::Listening));
        self.listen(Purpose::Command, out);
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
}
