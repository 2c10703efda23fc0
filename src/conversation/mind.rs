//! The state machine: what follows from each event in each state.

use super::{
    Chime, Command, Endpoint, Event, Happening, Patience, Progress, Report, Stage, State, Verdict,
};
use crate::audio::SampleTime;
use crate::ear::{Percept, Wake};
use crate::turn::{Failure, Outcome, Transcript, TurnId, Understanding};

/// How long the mind waits for whom, in milliseconds of stream time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a person with a command.
    pub command: Patience,
    /// For a person with an answer.
    pub answer: Patience,
    /// For the recogniser.
    pub transcribe_ms: u64,
    /// For the parsers.
    pub understand_ms: u64,
    /// For the actions of one command.
    pub act_ms: u64,
    /// For the voice to begin, and to go on.
    pub speak_ms: u64,
}

/// The mind of one appliance.
#[derive(Clone, Debug)]
pub struct Mind {
    limits: Limits,
    state: State,
    /// End of the last frame.
    now: SampleTime,
    /// The present turn, or the last one.
    turn: TurnId,
    /// Stop as soon as nothing is left to do.
    ending: bool,
}

impl Mind {
    /// A mind that waits for a wake word.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            limits,
            state: State::Idle,
            now: SampleTime(0),
            turn: TurnId(0),
            ending: false,
        }
    }

    /// What the mind is doing.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The present turn, or the last one.
    #[must_use]
    pub const fn turn(&self) -> TurnId {
        self.turn
    }

    /// Takes in one event and says what is to be done about it.
    pub fn step(&mut self, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        if self.state == State::Stopped {
            return out;
        }
        match event {
            Event::Percept(percept) => self.perceive(percept, &mut out),
            Event::Heard {
                turn,
                transcript,
                ms,
            } => {
                if let Some(for_answer) = self.awaited(turn, Stage::Transcribing) {
                    self.heard(transcript, ms, for_answer, &mut out);
                }
            }
            Event::Decided {
                turn,
                understanding,
                verdict,
                ms,
            } => {
                if self.awaited(turn, Stage::Understanding).is_some() {
                    self.decided(understanding, verdict, ms, &mut out);
                }
            }
            Event::Acted {
                turn,
                outcomes,
                reply,
                ms,
            } => {
                if self.awaited(turn, Stage::Acting).is_some() {
                    self.acted(outcomes, reply, ms, &mut out);
                }
            }
            Event::SpeechReady { turn, audio_ms } => self.speech_ready(turn, audio_ms),
            Event::Failed { turn, failure } => {
                if matches!(self.state, State::Thinking { turn: present, .. } if present == turn) {
                    self.fail(failure, &mut out);
                }
            }
            Event::Spoken { turn, ms } => self.spoken(turn, ms, &mut out),
            Event::EndOfStream => {
                self.ending = true;
                if self.state == State::Idle {
                    self.stop(&mut out);
                }
            }
            Event::Stop => self.stop(&mut out),
        }
        out
    }

    fn perceive(&mut self, percept: Percept, out: &mut Vec<Command>) {
        self.now = percept.end;
        if let Some(wake) = percept.woke {
            return self.woken(wake, out);
        }
        match &mut self.state {
            State::Idle | State::Stopped => {}
            State::Listening {
                endpoint,
                for_answer,
                ..
            } => {
                let for_answer = *for_answer;
                match endpoint.hear(&percept) {
                    Progress::Waiting => {}
                    Progress::Ended { from, to } => self.endpoint(from, to, for_answer, out),
                    // Whoever does not answer "Really?" has not said yes.
                    Progress::GaveUp if for_answer => self.fail(Failure::Cancelled, out),
                    Progress::GaveUp => self.fail(Failure::NotHeard, out),
                }
            }
            State::Thinking { deadline, .. } => {
                if *deadline <= percept.end {
                    out.push(Command::Abandon);
                    self.fail(Failure::TooSlow, out);
                }
            }
            State::Speaking { deadline, .. } => {
                if *deadline <= percept.end {
                    out.push(Command::Abandon);
                    out.push(Command::Silence);
                    self.report(Happening::Failure(Failure::TooSlow), out);
                    self.rest(out);
                }
            }
        }
    }

    fn woken(&mut self, wake: Wake, out: &mut Vec<Command>) {
        if self.state != State::Idle {
            self.report(Happening::Interrupted, out);
            out.push(Command::Abandon);
            out.push(Command::Silence);
        }
        self.turn = TurnId(self.turn.0 + 1);
        self.report(Happening::Wake(wake), out);
        out.push(Command::Chime(Chime::Listening));
        self.listen(false, out);
    }

    fn listen(&mut self, for_answer: bool, out: &mut Vec<Command>) {
        let patience = if for_answer {
            self.limits.answer
        } else {
            self.limits.command
        };
        self.state = State::Listening {
            turn: self.turn,
            endpoint: Endpoint::new(self.now, !for_answer, patience),
            for_answer,
        };
        self.report(Happening::Listening { for_answer }, out);
    }

    fn endpoint(
        &mut self,
        from: SampleTime,
        to: SampleTime,
        for_answer: bool,
        out: &mut Vec<Command>,
    ) {
        self.report(Happening::Endpoint { from, to }, out);
        out.push(Command::Chime(Chime::Heard));
        self.think(Stage::Transcribing, for_answer);
        out.push(Command::Transcribe {
            turn: self.turn,
            from,
            to,
        });
    }

    /// Whether the present turn is `turn` and waits for `stage`; then also
    /// whether it is an answer that is worked on.
    fn awaited(&self, turn: TurnId, stage: Stage) -> Option<bool> {
        match self.state {
            State::Thinking {
                turn: present,
                stage: awaited,
                for_answer,
                ..
            } if present == turn && awaited == stage => Some(for_answer),
            _ => None,
        }
    }

    fn heard(&mut self, transcript: Transcript, ms: u32, for_answer: bool, out: &mut Vec<Command>) {
        self.report(
            Happening::Transcript {
                transcript: transcript.clone(),
                ms,
            },
            out,
        );
        // An answer without words is one that the dialogue must ask again for.
        if transcript.text.trim().is_empty() && !for_answer {
            return self.fail(Failure::NotHeard, out);
        }
        self.think(Stage::Understanding, for_answer);
        out.push(Command::Understand {
            turn: self.turn,
            transcript,
        });
    }

    fn decided(
        &mut self,
        understanding: Understanding,
        verdict: Verdict,
        ms: u32,
        out: &mut Vec<Command>,
    ) {
        self.report(Happening::Intent { understanding, ms }, out);
        match verdict {
            Verdict::Act(intents) => {
                self.think(Stage::Acting, false);
                out.push(Command::Act {
                    turn: self.turn,
                    intents,
                });
            }
            Verdict::Ask(question) => {
                self.report(Happening::Question(question.clone()), out);
                self.speak(true);
                out.push(Command::Speak {
                    turn: self.turn,
                    text: question,
                });
            }
            Verdict::Refuse(failure) => self.fail(failure, out),
        }
    }

    fn acted(&mut self, outcomes: Vec<Outcome>, reply: String, ms: u32, out: &mut Vec<Command>) {
        self.report(Happening::Action { outcomes, ms }, out);
        if reply.is_empty() {
            return self.rest(out);
        }
        self.report(Happening::Reply(reply.clone()), out);
        self.speak(false);
        out.push(Command::Speak {
            turn: self.turn,
            text: reply,
        });
    }

    fn speech_ready(&mut self, ready: TurnId, audio_ms: u64) {
        if let State::Speaking { turn, deadline, .. } = &mut self.state
            && *turn == ready
        {
            *deadline = deadline.plus_ms(audio_ms);
        }
    }

    fn spoken(&mut self, spoken: TurnId, ms: u32, out: &mut Vec<Command>) {
        if let State::Speaking { turn, question, .. } = self.state
            && turn == spoken
        {
            self.report(Happening::Spoken { ms }, out);
            if question {
                out.push(Command::Chime(Chime::Listening));
                self.listen(true, out);
            } else {
                self.rest(out);
            }
        }
    }

    fn fail(&mut self, failure: Failure, out: &mut Vec<Command>) {
        self.report(Happening::Failure(failure), out);
        self.speak(false);
        out.push(Command::Apologise {
            turn: self.turn,
            failure,
        });
    }

    fn think(&mut self, stage: Stage, for_answer: bool) {
        let ms = match stage {
            Stage::Transcribing => self.limits.transcribe_ms,
            Stage::Understanding => self.limits.understand_ms,
            Stage::Acting => self.limits.act_ms,
        };
        let deadline = self.now.plus_ms(ms);
        self.state = State::Thinking {
            turn: self.turn,
            stage,
            deadline,
            for_answer,
        };
    }

    const fn speak(&mut self, question: bool) {
        let deadline = self.now.plus_ms(self.limits.speak_ms);
        self.state = State::Speaking {
            turn: self.turn,
            deadline,
            question,
        };
    }

    fn rest(&mut self, out: &mut Vec<Command>) {
        self.state = State::Idle;
        self.report(Happening::Idle, out);
        if self.ending {
            self.stop(out);
        }
    }

    fn stop(&mut self, out: &mut Vec<Command>) {
        if self.state != State::Idle {
            out.push(Command::Abandon);
            out.push(Command::Silence);
        }
        self.state = State::Stopped;
        self.report(Happening::Stopped, out);
        out.push(Command::Stop);
    }

    fn report(&self, what: Happening, out: &mut Vec<Command>) {
        out.push(Command::Report(Report {
            at: self.now,
            turn: self.turn,
            what,
        }));
    }
}
