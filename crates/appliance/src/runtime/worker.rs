//! The jobs of a live microphone, and its end of the engine's thread. The answers
//! go to the inbox of its loop. A job that panics is a failure of its turn and
//! of nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;

use super::answers::Next;
use super::engine::{Acted, Engine, InSession, Session, Timed, Understood};
use super::engine_thread::{Shared, Work};
use super::lanes::{Lane, Refused};
use super::listen::Inbox;
use super::sessions::SessionTable;
use mynah_audio::SampleTime;
use mynah_core::conversation::{CandidateId, Event, Purpose};
use mynah_core::turn::{Failure, Inquiry, Intent, SessionId, Transcript, TurnId, Utterance};
use mynah_speech::stt::KeepGoing;

/// One piece of slow work.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// Write down.
    Transcribe(Utterance),
    /// Look again for a wake word.
    Confirm {
        /// What was said.
        utterance: Utterance,
        /// The word.
        word: String,
        /// Who asks.
        candidate: CandidateId,
    },
    /// Write down what was said over the voice.
    Overhear(Utterance),
    /// Write down what was said so far, and weigh whether that is all.
    Guess {
        /// What was said.
        utterance: Utterance,
        /// Its first sample, as it was asked for.
        from: SampleTime,
        /// Just after its last sample.
        to: SampleTime,
    },
    /// Find the meaning.
    Understand {
        /// What was said.
        transcript: Transcript,
        /// What opened the ear for it.
        purpose: Purpose,
    },
    /// What is heard in this turn answers a question of somebody outside.
    Inquire(Inquiry),
    /// Carry out.
    Act(Vec<Intent>),
    /// Carry out the scheduled command of this number.
    CarryOut(u64),
    /// Speak.
    Speak(String),
    /// Speak what comes next of an answer that grows.
    SpeakOn {
        /// Time until the first sound.
        first_ms: u32,
    },
}

/// What the worker has to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// For the mind.
    Event(Event),
    /// A part of what is spoken in a turn.
    Piece {
        /// Whose.
        turn: TurnId,
        /// Mono, -1..1.
        samples: Vec<f32>,
        /// Samples a second.
        rate: u32,
    },
    /// All parts of what is spoken in a turn are handed over.
    SpeechEnd {
        /// Whose.
        turn: TurnId,
        /// Time until the first part.
        ms: u32,
    },
    /// A job is done with, whatever became of it.
    Finished,
}

/// A job of a microphone.
pub(super) struct Ticket {
    id: u64,
    session: SessionId,
    turn: TurnId,
    job: Job,
    /// Tickets of this microphone below this one are no longer wanted.
    wanted_from: Arc<AtomicU64>,
    inbox: SyncSender<Inbox>,
}

/// A microphone's end of the engine's thread.
pub struct Worker {
    shared: Arc<Shared>,
    session: SessionId,
    inbox: SyncSender<Inbox>,
    wanted_from: Arc<AtomicU64>,
    /// Nobody is spoken with: sentences may be spoken beforehand.
    idle: bool,
    next_id: u64,
    unfinished: usize,
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, session: SessionId, inbox: SyncSender<Inbox>) -> Self {
        shared.wake();
        Self {
            shared,
            session,
            inbox,
            wanted_from: Arc::default(),
            idle: false,
            next_id: 0,
            unfinished: 0,
        }
    }

    /// The name of this microphone's session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// Asks for a job without waiting. A refused job has no answer: its
    /// deadline runs out.
    pub fn ask(&mut self, turn: TurnId, job: Job) {
        let name = job.name();
        let ticket = Ticket {
            id: self.next_id,
            session: self.session,
            turn,
            job,
            wanted_from: Arc::clone(&self.wanted_from),
            inbox: self.inbox.clone(),
        };
        match self.shared.lanes.push(Lane::Live, Work::Job(ticket)) {
            Ok(()) => {
                self.next_id += 1;
                self.unfinished += 1;
            }
            Err(Refused::Full(_)) => {
                tracing::warn!(turn = turn.0, "the worker is busy; refused {name}");
            }
            Err(Refused::Closed) => tracing::error!("the worker is gone"),
        }
    }

    /// Jobs asked for so far are not begun any more, and speech breaks off.
    pub fn abandon(&self) {
        self.wanted_from.store(self.next_id, Ordering::Release);
    }

    /// Says whether nobody is spoken with, so that what will be said some day
    /// may be spoken beforehand.
    pub fn rest(&mut self, idle: bool) {
        if idle == self.idle {
            return;
        }
        self.idle = idle;
        if idle {
            self.shared.rest();
        } else {
            self.shared.wake();
        }
    }

    /// To be called for each [`Answer::Finished`].
    pub const fn finished(&mut self) {
        self.unfinished = self.unfinished.saturating_sub(1);
    }

    /// Whether a job waits or runs.
    #[must_use]
    pub const fn busy(&self) -> bool {
        0 < self.unfinished
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.abandon();
        if !self.idle {
            self.shared.leave();
        }
    }
}

impl Job {
    const fn name(&self) -> &'static str {
        match self {
            Self::Transcribe(_) => "transcribe",
            Self::Confirm { .. } => "confirm",
            Self::Overhear(_) => "overhear",
            Self::Guess { .. } => "guess",
            Self::Understand { .. } => "understand",
            Self::Inquire(_) => "inquire",
            Self::Act(_) => "act",
            Self::CarryOut(_) => "carry out",
            Self::Speak(_) => "speak",
            Self::SpeakOn { .. } => "speak on",
        }
    }
}

/// Carries a ticket out; gives it back where more of it is to come, which other work of
/// the microphone goes before.
pub(super) fn carry_out(
    engine: &mut Engine,
    desk: &mut SessionTable,
    ticket: Ticket,
) -> Option<Ticket> {
    let Ticket {
        id,
        session,
        turn,
        job,
        wanted_from,
        inbox,
    } = ticket;
    // The loop reads its inbox until it ends; then sending fails, and nobody
    // wants the answer.
    let send = |answer| inbox.send(Inbox::Worker(answer)).is_ok();
    let keep_going = || wanted_from.load(Ordering::Acquire) <= id;
    let mut more = None;
    if keep_going() {
        let speaks = matches!(job, Job::Speak(_) | Job::SpeakOn { .. });
        let name = job.name();
        let seat = session;
        let session = desk.microphone(session);
        // What a panic leaves half-done is inside a model's session, which
        // starts each utterance anew.
        let run = || run(engine, session, turn, job, &keep_going, &send);
        if let Ok(job) = catch_unwind(AssertUnwindSafe(run)) {
            more = job.map(|job| Ticket {
                id,
                session: seat,
                turn,
                job,
                wanted_from: Arc::clone(&wanted_from),
                inbox: inbox.clone(),
            });
        } else {
            tracing::error!(turn = turn.0, "{name} panicked");
            send(if speaks {
                Answer::SpeechEnd { turn, ms: 0 }
            } else {
                failed(turn, Failure::Broken)
            });
        }
    }
    if more.is_none() {
        send(Answer::Finished);
    }
    more
}

/// Runs one job and sends its answers. Gives what is left of it.
fn run(
    engine: &mut Engine,
    session: &mut Session,
    turn: TurnId,
    job: Job,
    keep_going: KeepGoing<'_>,
    send: &dyn Fn(Answer) -> bool,
) -> Option<Job> {
    send(match job {
        Job::Transcribe(utterance) => {
            let Timed { value, ms } = engine
                .in_session(session)
                .hear_in(turn, &utterance, keep_going);
            match value {
                Ok(Some(transcript)) => Answer::Event(Event::Heard {
                    turn,
                    transcript,
                    ms,
                }),
                Ok(None) => return None,
                Err(failure) => failed(turn, failure),
            }
        }
        // A candidate that nobody answers expires.
        Job::Confirm {
            utterance,
            word,
            candidate,
        } => match engine.confirm(&utterance, &word) {
            Some(Timed { value: said, ms }) => Answer::Event(Event::Confirmed {
                candidate,
                said,
                ms,
            }),
            None => return None,
        },
        Job::Overhear(utterance) => match engine.overhear(&utterance) {
            Some(transcript) => Answer::Event(Event::Overheard { turn, transcript }),
            None => return None,
        },
        Job::Guess {
            utterance,
            from,
            to,
        } => {
            let Timed { value, ms } = engine
                .in_session(session)
                .guess(turn, &utterance, keep_going);
            match value {
                Ok(Some((transcript, completion))) => Answer::Event(Event::Guessed {
                    turn,
                    from,
                    to,
                    transcript,
                    completion,
                    ms,
                }),
                Ok(None) => return None,
                Err(failure) => failed(turn, failure),
            }
        }
        Job::Understand {
            transcript,
            purpose,
        } => {
            let within = engine.in_session(session);
            let Timed { value, ms } = understand(within, turn, &transcript, purpose);
            Answer::Event(Event::Decided {
                turn,
                understanding: value.understanding,
                verdict: value.verdict,
                ms,
            })
        }
        Job::Inquire(inquiry) => {
            engine.in_session(session).inquire(turn, inquiry);
            return None;
        }
        Job::Act(intents) => {
            let mut within = engine.in_session(session).while_wanted(keep_going);
            acted(turn, within.act_of(turn, &intents))
        }
        Job::CarryOut(id) => acted(turn, engine.in_session(session).act_due(id)),
        Job::Speak(_) | Job::SpeakOn { .. } => {
            return speak(engine, session, turn, job, keep_going, send);
        }
    });
    None
}

/// Speaks a text, or what comes next of an answer that grows.
fn speak(
    engine: &mut Engine,
    session: &mut Session,
    turn: TurnId,
    job: Job,
    keep_going: KeepGoing<'_>,
    send: &dyn Fn(Answer) -> bool,
) -> Option<Job> {
    let (text, before_ms) = match job {
        Job::Speak(text) => (Some(text), None),
        Job::SpeakOn { first_ms } => match session.next_clause(turn, keep_going) {
            Next::Clause { clause, so_far } => {
                send(Answer::Event(Event::Said { turn, text: so_far }));
                (Some(clause), Some(first_ms))
            }
            Next::Waits => (None, Some(first_ms)),
            Next::End => {
                send(Answer::SpeechEnd { turn, ms: first_ms });
                return None;
            }
        },
        _ => return None,
    };
    let first = text.and_then(|text| {
        engine.speak(&text, &mut |samples, rate| {
            keep_going()
                && send(Answer::Piece {
                    turn,
                    samples,
                    rate,
                })
        })
    });
    let first_ms = before_ms.or(first).unwrap_or(0);
    if session.answers(turn) && keep_going() {
        return Some(Job::SpeakOn { first_ms });
    }
    send(Answer::SpeechEnd { turn, ms: first_ms });
    None
}

fn understand(
    mut within: InSession<'_>,
    turn: TurnId,
    transcript: &Transcript,
    purpose: Purpose,
) -> Timed<Understood> {
    match purpose {
        Purpose::Ring => within.understand_ringing(transcript),
        Purpose::FollowUp => within.understand_follow_up(turn, transcript),
        Purpose::Command | Purpose::Answer | Purpose::Schedule => {
            let answered = within.answer_inquiry(turn, transcript);
            answered.unwrap_or_else(|| within.understand(turn, transcript))
        }
    }
}

fn acted(turn: TurnId, Timed { value, ms }: Timed<Acted>) -> Answer {
    Answer::Event(Event::Acted {
        turn,
        outcomes: value.outcomes,
        reply: value.reply,
        follow_up_ms: value.follow_up_ms,
        ms,
    })
}

const fn failed(turn: TurnId, failure: Failure) -> Answer {
    Answer::Event(Event::Failed { turn, failure })
}
