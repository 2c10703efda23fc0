//! The sessions on the engine's thread: finds or makes the one that a request is
//! for, serves it, and forgets those that nobody uses.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::super::configured::{does_the_same, means_the_same};
use super::super::engine::{Engine, Session, Timed, TurnAnswer};
use super::super::engine_thread::Work;
use super::super::lanes::Lanes;
use super::super::recorded::{ClipOutcome, answered, typed};
use super::{Reply, Request, SessionError, What};
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::frame::SampleTime;
use mynah_core::model::Settings;
use mynah_core::timers::Book;
use mynah_core::turn::{Failure, Intent, SessionId, SessionKind, Transcript, TurnId};

/// Sessions beside those of microphones.
const MOST: usize = 32;

/// A session that was not used for so long is forgotten.
const FORGET_MS: u64 = 10 * 60_000;

/// All sessions of one engine.
pub(crate) struct SessionTable {
    sessions: HashMap<SessionId, Seat>,
    /// Requests and jobs so far.
    uses: u64,
    tell: Box<dyn Fn(&EventRecord)>,
    /// By the monotonic clock, in milliseconds.
    started_ms: u64,
}

/// A session, and how many uses of all sessions there were before its last.
struct Seat {
    session: Session,
    used: u64,
}

impl SessionTable {
    pub(crate) fn new(engine: &Engine, tell: Box<dyn Fn(&EventRecord)>) -> Self {
        Self {
            sessions: HashMap::new(),
            uses: 0,
            tell,
            started_ms: engine.keeper().now().mono_ms,
        }
    }

    /// The session of a microphone; it is never forgotten.
    pub(crate) fn microphone(&mut self, id: SessionId) -> &mut Session {
        let new = || Seat {
            session: Session::new(id, TurnId(0)),
            used: 0,
        };
        &mut self.sessions.entry(id).or_insert_with(new).session
    }

    /// Forgets sessions that have ended.
    pub(crate) fn close(&mut self, ended: &[SessionId]) {
        for id in ended {
            self.sessions.remove(id);
        }
    }

    /// Takes every session over into the configuration that follows `old`.
    pub(crate) fn go_on(&mut self, engine: &Engine, old: &Settings) {
        let same = |intent: &Intent| means_the_same(old, engine.settings(), intent);
        let does = |intent: &Intent| does_the_same(old, engine.settings(), intent);
        for seat in self.sessions.values_mut() {
            seat.session.go_on(engine, &same, &does);
        }
        let changed = |intent: &Intent| {
            let named = intent.undone();
            !does(named.as_ref().unwrap_or(intent))
        };
        let keeper = engine.keeper();
        let any_changed = |book: &Book| {
            let mut commands = book.entries().iter().filter_map(|e| e.command.as_ref());
            commands.any(changed)
        };
        if keeper.look(|book, _| any_changed(book)) {
            let outdated = keeper.change(|book, _| book.outdate(&changed)).value;
            let outdated = outdated.join("`, `");
            tracing::warn!("the file changed what `{outdated}` does: it will not be carried out");
        }
    }

    /// Serves a request; gives it back when it gave way to a microphone.
    pub(crate) fn serve(
        &mut self,
        engine: &mut Engine,
        mut request: Request,
        lanes: &Lanes<Work>,
    ) -> Option<Request> {
        if request.given_up.load(Ordering::Acquire) {
            return None;
        }
        let served = || self.run(engine, &mut request, lanes);
        let reply = catch_unwind(AssertUnwindSafe(served)).unwrap_or_else(|_| {
            tracing::error!("a request of another front end panicked");
            Some(Reply::Failed(SessionError::Broken))
        });
        let Some(reply) = reply else {
            return Some(request);
        };
        // A full channel belongs to a listener that is too slow, and is given up.
        let _ = request.replies.try_send(reply);
        None
    }

    /// `None` when a microphone waits.
    fn run(
        &mut self,
        engine: &mut Engine,
        request: &mut Request,
        lanes: &Lanes<Work>,
    ) -> Option<Reply> {
        let given_up = request.given_up.clone();
        let wanted = move || !given_up.load(Ordering::Acquire) && !lanes.live_waits();
        if let What::Say(text) = &request.what {
            return say(
                engine,
                text,
                (&mut request.progress.pieces, &request.replies),
                &wanted,
            );
        }
        let (id, now_ms) = (request.session, engine.keeper().now().mono_ms);
        let session = self.find(engine, request, now_ms);
        let mut within = engine.in_session(session).while_wanted(&wanted);
        if let What::Guess(utterance, names) = &request.what {
            let turn = within.next();
            return Some(
                match within.guess_with(turn, utterance, names, &wanted).value {
                    Ok(guessed) => Reply::Guessed(Box::new(guessed?)),
                    Err(_) => Reply::Failed(SessionError::Broken),
                },
            );
        }
        let turn = *request.progress.turn.get_or_insert_with(|| within.begin());
        match &request.what {
            What::Ask(text) => {
                let transcript = typed(text);
                let answer = within.turn(turn, &transcript);
                let at = now_ms.saturating_sub(self.started_ms);
                self.report(id, at, (&transcript, 0), &answer);
                Some(Reply::Answer(Box::new(answer)))
            }
            What::Hear(utterance) => {
                let Timed { value, ms } = within.hear_in(turn, utterance, &wanted);
                let Ok(transcript) = value else {
                    return Some(Reply::Failed(SessionError::Broken));
                };
                let transcript = transcript?;
                let answer = answered(&mut within, turn, &transcript);
                let at = now_ms.saturating_sub(self.started_ms);
                self.report(id, at, (&transcript, ms), &answer);
                Some(Reply::Heard(Box::new(ClipOutcome {
                    audio_s: SampleTime(utterance.samples.len() as u64).seconds(),
                    transcript,
                    stt_ms: ms,
                    answer,
                })))
            }
            What::Guess(..) | What::Say(_) => None,
        }
    }

    fn find(&mut self, engine: &Engine, request: &Request, now_ms: u64) -> &mut Session {
        self.uses += 1;
        let uses = self.uses;
        let is_live = |id: &SessionId| id.kind == SessionKind::Microphone;
        self.sessions.retain(|id, seat| {
            is_live(id)
                || *id == request.session && request.progress.turn.is_some()
                || now_ms.saturating_sub(seat.session.used_ms()) < FORGET_MS
        });
        let others = self.sessions.iter().filter(|(id, _)| !is_live(id));
        if !self.sessions.contains_key(&request.session)
            && MOST <= others.clone().count()
            && let Some((oldest, _)) = others.min_by_key(|(_, seat)| seat.used)
        {
            let oldest = *oldest;
            self.sessions.remove(&oldest);
        }
        let new = || Seat {
            session: if request.dry_run {
                Session::dry(request.session, request.last, engine)
            } else {
                Session::new(request.session, request.last)
            },
            used: uses,
        };
        let seat = self.sessions.entry(request.session).or_insert_with(new);
        seat.used = uses;
        &mut seat.session
    }

    /// Tells the observers of a turn, as a microphone's event loop does.
    fn report(
        &self,
        session: SessionId,
        at_ms: u64,
        (transcript, stt_ms): (&Transcript, u32),
        answer: &TurnAnswer,
    ) {
        for what in happenings(transcript, stt_ms, answer) {
            (self.tell)(&EventRecord {
                at: SampleTime(0).plus_ms(at_ms),
                session,
                turn: answer.turn,
                what,
            });
        }
    }
}

/// What happened in a turn, in order.
fn happenings(transcript: &Transcript, stt_ms: u32, answer: &TurnAnswer) -> Vec<TurnEvent> {
    let mut all = vec![TurnEvent::Transcript {
        transcript: transcript.clone(),
        ms: stt_ms,
    }];
    if answer.failure != Some(Failure::NotHeard) {
        all.push(TurnEvent::Intent {
            understanding: answer.understanding.clone(),
            ms: answer.intent_ms,
        });
    }
    if !answer.outcomes.is_empty() {
        all.push(TurnEvent::Action {
            outcomes: answer.outcomes.clone(),
            ms: answer.action_ms,
        });
    }
    match answer.failure {
        Some(failure) if failure != Failure::CannotDo => all.push(TurnEvent::Failure(failure)),
        _ if answer.question => all.push(TurnEvent::Question(answer.reply.clone())),
        _ if answer.reply.is_empty() => {}
        _ => all.push(TurnEvent::Reply(answer.reply.clone())),
    }
    // A question leaves its turn open.
    if !answer.question {
        all.push(TurnEvent::Idle);
    }
    all
}

/// Speaks on from the clause where it gave way.
fn say(
    engine: &mut Engine,
    text: &str,
    (done, replies): (&mut usize, &std::sync::mpsc::SyncSender<Reply>),
    wanted: &dyn Fn() -> bool,
) -> Option<Reply> {
    let (mut at, mut gave_way, mut slow) = (0, false, false);
    let spoken = engine.speak(text, &mut |samples, rate| {
        at += 1;
        if at <= *done {
            return true;
        }
        if !wanted() {
            gave_way = true;
            return false;
        }
        slow = replies.try_send(Reply::Piece(samples, rate)).is_err();
        *done = at;
        !slow
    });
    if gave_way {
        return None;
    }
    Some(if spoken.is_none() || slow {
        Reply::Failed(SessionError::Broken)
    } else {
        Reply::Said
    })
}
