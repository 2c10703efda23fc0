//! The one thread for everything slow. Jobs come in by a bounded channel and
//! their answers go to the loop's inbox. A job that panics is a failure of
//! its turn and of nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use super::AT_THE_END;
use super::engine::{Acted, Engine, Timed};
use super::listen::Inbox;
use mynah_audio::SampleTime;
use mynah_core::conversation::{CandidateId, Event, Purpose};
use mynah_core::turn::{Failure, Intent, Transcript, TurnId, Utterance};
use mynah_speech::stt::Wanted;

/// Jobs that may wait. A turn has one at a time; more wait only when turns
/// were interrupted, and those are skipped.
const QUEUE: usize = 4;

/// Between two sentences that are spoken beforehand: the machine is to stay
/// nearly idle.
const BETWEEN: Duration = Duration::from_millis(500);

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
    /// Carry out.
    Act(Vec<Intent>),
    /// Carry out the scheduled command of this number.
    CarryOut(u64),
    /// Speak.
    Speak(String),
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

struct Ticket {
    id: u64,
    turn: TurnId,
    job: Job,
}

/// The loop's end of the worker.
pub struct Worker {
    /// `None` once the worker is to end.
    jobs: Option<SyncSender<Ticket>>,
    /// Hangs up when the thread has ended.
    ended: Receiver<()>,
    /// Tickets below this one are no longer wanted.
    wanted_from: Arc<AtomicU64>,
    /// Nobody is spoken with: sentences may be spoken beforehand.
    idle: Arc<AtomicBool>,
    next_id: u64,
    unfinished: usize,
}

impl Worker {
    /// Starts the thread. Its answers go to `inbox`; it ends when either
    /// channel's other end is gone.
    #[must_use]
    pub fn start(mut engine: Engine, inbox: SyncSender<Inbox>) -> Self {
        let (jobs, queue) = sync_channel(QUEUE);
        let wanted_from = Arc::new(AtomicU64::new(0));
        let wanted = Arc::clone(&wanted_from);
        let idle = Arc::new(AtomicBool::new(false));
        let idles = Arc::clone(&idle);
        let (end, ended) = sync_channel(0);
        thread::Builder::new()
            .name("worker".into())
            .spawn(move || {
                work(&mut engine, &queue, (&wanted, &idles), &inbox);
                drop(engine);
                drop(end);
            })
            .expect("the system has room for a thread");
        Self {
            jobs: Some(jobs),
            ended,
            wanted_from,
            idle,
            next_id: 0,
            unfinished: 0,
        }
    }

    /// Asks for a job without waiting. A refused job has no answer: its
    /// deadline runs out.
    pub fn ask(&mut self, turn: TurnId, job: Job) {
        let id = self.next_id;
        let Some(jobs) = &self.jobs else {
            return;
        };
        match jobs.try_send(Ticket { id, turn, job }) {
            Ok(()) => {
                self.next_id += 1;
                self.unfinished += 1;
            }
            Err(TrySendError::Full(ticket)) => {
                tracing::warn!(
                    turn = turn.0,
                    "the worker is busy; refused {}",
                    ticket.job.name()
                );
            }
            Err(TrySendError::Disconnected(_)) => tracing::error!("the worker is gone"),
        }
    }

    /// Jobs asked for so far are not begun any more, and speech breaks off.
    pub fn abandon(&self) {
        self.wanted_from.store(self.next_id, Ordering::Release);
    }

    /// Says whether nobody is spoken with, so that what will be said some day
    /// may be spoken beforehand.
    pub fn rest(&self, idle: bool) {
        self.idle.store(idle, Ordering::Release);
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
    /// A process that ends takes a model's memory away under a thread that
    /// still works with it, and then ends in a crash instead.
    fn drop(&mut self) {
        self.abandon();
        self.jobs = None;
        // One that is stuck is not waited for.
        let _ended_or_stuck = self.ended.recv_timeout(AT_THE_END);
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
            Self::Act(_) => "act",
            Self::CarryOut(_) => "carry out",
            Self::Speak(_) => "speak",
        }
    }
}

fn work(
    engine: &mut Engine,
    queue: &Receiver<Ticket>,
    (wanted_from, idle): (&AtomicU64, &AtomicBool),
    inbox: &SyncSender<Inbox>,
) {
    // The loop reads its inbox until it ends; then sending fails and so do we.
    let send = |answer| inbox.send(Inbox::Worker(answer)).is_ok();
    while let Some(Ticket { id, turn, job }) = next(engine, queue, idle) {
        let wanted = || wanted_from.load(Ordering::Acquire) <= id;
        if wanted() {
            let speaks = matches!(job, Job::Speak(_));
            let name = job.name();
            // What a panic leaves half-done is inside a model's session, which
            // starts each utterance anew.
            let done = catch_unwind(AssertUnwindSafe(|| run(engine, turn, job, &wanted, &send)));
            let answered = done.unwrap_or_else(|_| {
                tracing::error!(turn = turn.0, "{name} panicked");
                send(if speaks {
                    Answer::SpeechEnd { turn, ms: 0 }
                } else {
                    failed(turn, Failure::Broken)
                })
            });
            if !answered {
                return;
            }
        }
        if !send(Answer::Finished) {
            return;
        }
    }
}

/// The next job; until it comes, what will be said some day is spoken to
/// nobody, a sentence at a time.
fn next(engine: &mut Engine, queue: &Receiver<Ticket>, idle: &AtomicBool) -> Option<Ticket> {
    let idle = || idle.load(Ordering::Acquire);
    let mut left = true;
    while left {
        match queue.recv_timeout(BETWEEN) {
            Ok(ticket) => return Some(ticket),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if idle() => {
                // The voice begins each sentence anew, so a panic leaves
                // nothing half-done; but it would panic again.
                let spoken = catch_unwind(AssertUnwindSafe(|| engine.prepare(&idle)));
                left = spoken.unwrap_or(false);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    queue.recv().ok()
}

/// Runs one job and sends its answers. False when nobody wants them.
fn run(
    engine: &mut Engine,
    turn: TurnId,
    job: Job,
    wanted: Wanted<'_>,
    send: &dyn Fn(Answer) -> bool,
) -> bool {
    send(match job {
        Job::Transcribe(utterance) => {
            let Timed { value, ms } = engine.hear_in(turn, &utterance, wanted);
            match value {
                Ok(Some(transcript)) => Answer::Event(Event::Heard {
                    turn,
                    transcript,
                    ms,
                }),
                Ok(None) => return true,
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
            None => return true,
        },
        Job::Overhear(utterance) => match engine.overhear(&utterance) {
            Some(transcript) => Answer::Event(Event::Overheard { turn, transcript }),
            None => return true,
        },
        Job::Guess {
            utterance,
            from,
            to,
        } => {
            let Timed { value, ms } = engine.guess(turn, &utterance, wanted);
            match value {
                Ok(Some((transcript, completion))) => Answer::Event(Event::Guessed {
                    turn,
                    from,
                    to,
                    transcript,
                    completion,
                    ms,
                }),
                Ok(None) => return true,
                Err(failure) => failed(turn, failure),
            }
        }
        Job::Understand {
            transcript,
            purpose,
        } => {
            let Timed { value, ms } = match purpose {
                Purpose::Command | Purpose::Answer | Purpose::Schedule => {
                    engine.understand(turn, &transcript)
                }
                Purpose::Ring => engine.understand_ringing(&transcript),
                Purpose::FollowUp => engine.understand_follow_up(turn, &transcript),
            };
            Answer::Event(Event::Decided {
                turn,
                understanding: value.understanding,
                verdict: value.verdict,
                ms,
            })
        }
        Job::Act(intents) => acted(turn, engine.act(&intents)),
        Job::CarryOut(id) => acted(turn, engine.act_due(id)),
        Job::Speak(text) => {
            let first = engine.speak(&text, &mut |samples, rate| {
                wanted()
                    && send(Answer::Piece {
                        turn,
                        samples,
                        rate,
                    })
            });
            Answer::SpeechEnd {
                turn,
                ms: first.unwrap_or(0),
            }
        }
    })
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
