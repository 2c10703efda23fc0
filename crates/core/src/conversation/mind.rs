//! The transitions: what follows from each event in each state.

use super::barge::Barge;
use super::guess::Guess;
use super::scheduled::Schedule;
use super::waking::{Candidate, Judgement};
use super::{
    CandidateId, Chime, Command, Endpoint, Event, EventRecord, Limits, Progress, Purpose, Stage,
    State, Then, TurnEvent, Verdict,
};
use crate::frame::SampleTime;
use crate::percept::Percept;
use crate::turn::{Failure, Inquiry, Ring, SessionId, Transcript, TurnId};

/// Nothing rings for so long after a turn: the person may add something.
const BEFORE_RING_MS: u64 = 2_000;

/// If understanding takes longer, a chime says so. Phrases never take that long,
/// the language model does.
const MOMENT_MS: u64 = 800;

/// The state of one conversation.
#[derive(Clone, Debug)]
pub struct Mind {
    /// The name of this conversation in its reports.
    pub session: SessionId,
    pub(super) limits: Limits,
    pub(super) state: State,
    /// End of the last frame.
    pub(super) now: SampleTime,
    /// The current turn, or the last one.
    pub(super) turn: TurnId,
    /// Stop as soon as nothing is left to do.
    pub(super) ending: bool,
    /// What should ring now.
    pub(super) bell: Option<Ring>,
    /// What is to be carried out.
    pub(super) schedule: Schedule,
    /// Not before this: a person has just been spoken to.
    pub(super) ring_at: SampleTime,
    /// Finds short utterances over the appliance's own voice.
    pub(super) barge: Barge,
    /// The speculative transcript of the current turn.
    pub(super) guess: Option<Guess>,
    /// The detection that is being verified, and the id of the last one.
    pub(super) candidate: Option<Candidate>,
    pub(super) looks: CandidateId,
    /// The last accepted wake word, and when it was detected.
    pub(super) woke: Option<(SampleTime, String)>,
    /// The question of somebody outside that waits for its answer.
    pub(super) inquiry: Option<Inquiry>,
    /// When [`Chime::Moment`] is due.
    moment_at: Option<SampleTime>,
}

impl Mind {
    /// Begins in [`State::Idle`].
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self {
            session: SessionId::OWN,
            limits,
            state: State::Idle,
            now: SampleTime(0),
            turn: TurnId(0),
            ending: false,
            bell: None,
            schedule: Schedule::new(),
            ring_at: SampleTime(0),
            barge: Barge::new(),
            guess: None,
            candidate: None,
            looks: CandidateId(0),
            woke: None,
            inquiry: None,
            moment_at: None,
        }
    }

    /// The state of the conversation.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The current turn, or the last one.
    #[must_use]
    pub const fn turn(&self) -> TurnId {
        self.turn
    }

    /// Whether the voice activity detector is needed in this state.
    #[must_use]
    pub const fn attends(&self) -> bool {
        self.candidate.is_some() || !matches!(self.state, State::Idle | State::Stopped)
    }

    /// Handles one event.
    pub fn step(&mut self, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        if self.state == State::Stopped {
            return out;
        }
        match event {
            Event::Percept(percept) => self.perceive(percept, &mut out),
            Event::Pressed => self.pressed(&mut out),
            Event::Held => self.held(&mut out),
            Event::Released => self.released(&mut out),
            Event::Given(text) => self.given(text, &mut out),
            Event::Halted => self.halted(&mut out),
            Event::Inquire(inquiry) => self.inquire(inquiry, &mut out),
            Event::Heard {
                turn,
                transcript,
                ms,
            } => {
                if let Some(purpose) = self.awaited(turn, Stage::Transcribing) {
                    self.heard(transcript, ms, purpose, &mut out);
                }
            }
            Event::Confirmed {
                candidate,
                said,
                ms,
            } => self.confirmed(candidate, said, ms, &mut out),
            Event::Overheard { turn, transcript } => self.overheard(turn, transcript, &mut out),
            Event::Guessed {
                turn,
                from,
                to,
                transcript,
                completion,
                ms,
            } => {
                if turn == self.turn {
                    self.guessed((from, to), (transcript, ms), completion, &mut out);
                }
            }
            Event::Decided {
                turn,
                understanding,
                verdict,
                ms,
            } => {
                if let Some(purpose) = self.awaited(turn, Stage::Understanding) {
                    self.report(TurnEvent::Intent { understanding, ms }, &mut out);
                    self.decided(verdict, purpose, &mut out);
                }
            }
            Event::Acted {
                turn,
                outcomes,
                reply,
                follow_up_ms,
                ms,
            } => {
                self.carried_out(turn, &outcomes, (&reply, ms), &mut out);
                if self.awaited(turn, Stage::Acting).is_some() {
                    self.report(TurnEvent::Action { outcomes, ms }, &mut out);
                    self.answer(reply, follow_up_ms, &mut out);
                }
            }
            Event::Said { turn, text } => self.said_more(turn, text, &mut out),
            Event::SpeechReady { turn, audio_ms } => self.speech_ready(turn, audio_ms),
            Event::Failed { turn, failure } => {
                if turn == self.turn {
                    self.guess_failed(failure);
                }
                if let State::Thinking {
                    turn: present,
                    purpose,
                    ..
                } = self.state
                    && present == turn
                {
                    self.give_up(failure, purpose, &mut out);
                }
            }
            Event::Spoken { turn, ms } => self.spoken(turn, ms, &mut out),
            Event::Bell(bell) => self.bell(bell, &mut out),
            Event::Due(due) => self.due(due),
            Event::EndOfStream => {
                self.ending = true;
                if self.state == State::Idle && self.candidate.is_none() {
                    self.stop(&mut out);
                }
            }
            Event::Stop => self.stop(&mut out),
        }
        out
    }

    fn perceive(&mut self, mut percept: Percept, out: &mut Vec<Command>) {
        self.now = percept.end;
        self.listen_meanwhile(&percept, out);
        if let Some(wake) = percept.woke.take() {
            match self.judge(&wake) {
                Judgement::Believe => return self.woken(wake, out),
                Judgement::LookAgain => self.look_again(wake, out),
                Judgement::Ignore => {}
            }
        }
        match &mut self.state {
            State::Idle => self.ring_when_due(out),
            State::Stopped => {}
            State::Listening {
                endpoint, purpose, ..
            } => {
                let purpose = *purpose;
                match endpoint.hear(&percept) {
                    Progress::Waiting => self.guess(out),
                    Progress::Ended { from, to } => self.endpoint(from, to, purpose, out),
                    // No answer to a confirmation is a no.
                    Progress::GaveUp if purpose == Purpose::Answer => {
                        self.fail(Failure::Cancelled, out);
                    }
                    Progress::GaveUp => self.give_up(Failure::NotHeard, purpose, out),
                }
            }
            State::Thinking {
                deadline, purpose, ..
            } => {
                let purpose = *purpose;
                if self.moment_at.take_if(|at| *at <= percept.end).is_some() {
                    out.push(Command::Chime(Chime::Moment));
                }
                if *deadline <= percept.end {
                    out.push(Command::Abandon);
                    self.give_up(Failure::TooSlow, purpose, out);
                }
            }
            State::Speaking { deadline, .. } => {
                if *deadline <= percept.end {
                    out.push(Command::Abandon);
                    out.push(Command::Silence);
                    self.report(TurnEvent::Failure(Failure::TooSlow), out);
                    self.rest(out);
                } else {
                    self.listen_over(&percept, out);
                }
            }
        }
    }

    pub(super) fn listen(&mut self, purpose: Purpose, out: &mut Vec<Command>) {
        let patience = match purpose {
            Purpose::Command | Purpose::Schedule => self.limits.command,
            Purpose::Answer => self.limits.answer,
            Purpose::Ring => self.limits.ring,
            Purpose::FollowUp => self.limits.follow_up,
        };
        let after_wake = purpose == Purpose::Command;
        self.guess = None;
        self.state = State::Listening {
            turn: self.turn,
            endpoint: Endpoint::new(self.now, after_wake, patience),
            purpose,
        };
        let for_answer = !after_wake;
        self.report(TurnEvent::Listening { for_answer }, out);
    }

    pub(super) fn endpoint(
        &mut self,
        from: SampleTime,
        to: SampleTime,
        purpose: Purpose,
        out: &mut Vec<Command>,
    ) {
        self.report(TurnEvent::Endpoint { from, to }, out);
        self.think(Stage::Transcribing, purpose);
        self.transcribe((from, to), purpose, out);
    }

    /// The purpose of the current turn, if it is `turn` and waits for `stage`.
    pub(super) fn awaited(&self, turn: TurnId, stage: Stage) -> Option<Purpose> {
        match self.state {
            State::Thinking {
                turn: present,
                stage: awaited,
                purpose,
                ..
            } if present == turn && awaited == stage => Some(purpose),
            _ => None,
        }
    }

    pub(super) fn heard(
        &mut self,
        transcript: Transcript,
        ms: u32,
        purpose: Purpose,
        out: &mut Vec<Command>,
    ) {
        self.report(
            TurnEvent::Transcript {
                transcript: transcript.clone(),
                ms,
            },
            out,
        );
        // For an answer without words the dialogue repeats its question.
        if transcript.text.trim().is_empty() && purpose != Purpose::Answer {
            return self.give_up(Failure::NotHeard, purpose, out);
        }
        self.think(Stage::Understanding, purpose);
        out.push(Command::Understand {
            turn: self.turn,
            transcript,
            purpose,
        });
    }

    fn decided(&mut self, verdict: Verdict, purpose: Purpose, out: &mut Vec<Command>) {
        match verdict {
            Verdict::Act(intents) => {
                self.think(Stage::Acting, Purpose::Command);
                out.push(Command::Act {
                    turn: self.turn,
                    intents,
                });
            }
            _ if purpose == Purpose::Ring => self.ring_on(out),
            Verdict::Ask(question) => {
                self.report(TurnEvent::Question(question.clone()), out);
                self.say(question, Then::Listen, out);
            }
            Verdict::Answer(text) | Verdict::Object(text) => self.answer(text, 0, out),
            Verdict::Refuse(failure) => self.fail(failure, out),
            Verdict::Answered(answered) => self.answered(answered, out),
            Verdict::Ignore => self.rest(out),
        }
    }

    pub(super) fn answer(&mut self, text: String, follow_up_ms: u32, out: &mut Vec<Command>) {
        let then = match follow_up_ms {
            0 => Then::Rest,
            ms => Then::FollowUp(ms),
        };
        if text.is_empty() {
            return self.go_on(then, out);
        }
        self.report(TurnEvent::Reply(text.clone()), out);
        self.say(text, then, out);
    }

    pub(super) fn say(&mut self, text: String, then: Then, out: &mut Vec<Command>) {
        self.speak(then);
        self.barge = Barge::over(&text);
        out.push(Command::Speak {
            turn: self.turn,
            text,
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
        if let State::Speaking { turn, then, .. } = self.state
            && turn == spoken
        {
            self.report(TurnEvent::Spoken { ms }, out);
            self.go_on(then, out);
        }
    }

    fn go_on(&mut self, then: Then, out: &mut Vec<Command>) {
        match then {
            Then::Listen => {
                out.push(Command::Chime(Chime::Listening));
                self.listen(Purpose::Answer, out);
            }
            Then::RingOn => self.listen(Purpose::Ring, out),
            // A follow-up is a turn of its own, as after a wake word.
            Then::FollowUp(ms) if !self.ending => {
                self.turn = TurnId(self.turn.0 + 1);
                self.limits.follow_up.start_ms = ms.into();
                self.listen(Purpose::FollowUp, out);
            }
            Then::Rest | Then::FollowUp(_) => self.rest(out),
            Then::Told => self.told(out),
        }
    }

    pub(super) fn fail(&mut self, failure: Failure, out: &mut Vec<Command>) {
        self.report(TurnEvent::Failure(failure), out);
        self.speak(Then::Rest);
        out.push(Command::Apologise {
            turn: self.turn,
            failure,
        });
    }

    pub(super) fn think(&mut self, stage: Stage, purpose: Purpose) {
        let ms = match stage {
            Stage::Transcribing => self.limits.transcribe_ms,
            Stage::Understanding => self.limits.understand_ms,
            Stage::Acting => self.limits.act_ms,
        };
        let deadline = self.now.plus_ms(ms);
        let long =
            stage == Stage::Understanding && matches!(purpose, Purpose::Command | Purpose::Answer);
        self.moment_at = long.then(|| self.now.plus_ms(MOMENT_MS));
        self.state = State::Thinking {
            turn: self.turn,
            stage,
            deadline,
            purpose,
        };
    }

    fn speak(&mut self, then: Then) {
        self.barge = Barge::new();
        let deadline = self.now.plus_ms(self.limits.speak_ms);
        self.state = State::Speaking {
            turn: self.turn,
            deadline,
            then,
        };
    }

    pub(super) fn rest(&mut self, out: &mut Vec<Command>) {
        self.state = State::Idle;
        self.ring_at = self.now.plus_ms(BEFORE_RING_MS);
        self.unanswered(out);
        self.report(TurnEvent::Idle, out);
        if self.ending {
            self.stop(out);
        }
    }

    pub(super) fn report(&self, what: TurnEvent, out: &mut Vec<Command>) {
        out.push(Command::EventRecord(EventRecord {
            at: self.now,
            session: self.session,
            turn: self.turn,
            what,
        }));
    }
}
