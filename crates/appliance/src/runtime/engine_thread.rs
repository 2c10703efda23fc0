//! The thread that everything slow runs on, shared by all sessions. The jobs of
//! microphones and the requests of other front ends come in by two bounded
//! lanes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use super::AT_THE_END;
use super::configured::{Configured, Rebuild};
use super::engine::Engine;
use super::lanes::{Lanes, Next};
use super::listen::Inbox;
use super::load::limits;
use super::sessions::{Request, SessionTable, Sessions};
use super::worker::{Ticket, Worker, carry_out};
use mynah_core::conversation::EventRecord;
use mynah_core::language::carried;
use mynah_core::model::Settings;
use mynah_core::turn::{SessionId, SessionKind};

/// What may wait in the lane of microphones. A turn has one job at a time; more wait only
/// when turns were interrupted, and those are skipped.
const JOBS: usize = 4;

/// What may wait in the other lane: the services let in three Wyoming requests and four
/// of the local API at a time, and a new configuration may come; twice that.
const REQUESTS: usize = 16;

/// Ended sessions that are noted until the engine serves the next request.
const ENDED: usize = 256;

/// Between two sentences that are spoken beforehand: the machine is to stay
/// nearly idle.
const BETWEEN: Duration = Duration::from_millis(500);

/// While a new configuration waits for the end of a turn, it is looked so often
/// whether it has come.
const LOOK: Duration = Duration::from_millis(100);

/// One piece of work for the engine's thread.
pub(super) enum Work {
    Job(Ticket),
    Request(Request),
    Configure(Swap),
}

/// A new configuration on its way to the engine.
pub(super) struct Swap {
    pub(super) new: Box<Configured>,
    /// Told whether it counts; hangs up where another one took its place.
    pub(super) done: SyncSender<bool>,
    /// Set by the engine that swaps it in, or before that by an asker who gives up.
    pub(super) claimed: Arc<AtomicBool>,
}

/// What the thread shares with those who ask.
pub(super) struct Shared {
    pub(super) lanes: Lanes<Work>,
    /// Microphones that hear, or may soon hear, a person.
    awake: AtomicUsize,
    /// Whether one of them has rested: before that, nobody speaks beforehand.
    rested: AtomicBool,
    microphones: AtomicU32,
    /// The configuration that counts.
    pub(super) settings: RwLock<Arc<Settings>>,
    /// Builds the parts for another one; `None` once the thread is to end.
    pub(super) rebuild: Mutex<Option<Rebuild>>,
    /// Sessions that have ended since the engine looked.
    ended: Mutex<Vec<SessionId>>,
    /// The event loops, which are told of new time limits.
    loops: Mutex<Vec<SyncSender<Inbox>>>,
    /// Threads that build the parts for another configuration, with models in hand.
    builders: Mutex<usize>,
    built: Condvar,
}

/// One thread that builds; it is counted until this is dropped.
pub(super) struct Builder<'a>(&'a Shared);

impl Drop for Builder<'_> {
    fn drop(&mut self) {
        *lock(&self.0.builders) -= 1;
        self.0.built.notify_all();
    }
}

/// The engine on its thread. Dropping it ends the thread, and with it every
/// session.
pub struct EngineThread {
    shared: Arc<Shared>,
    sessions: Sessions,
    /// Hangs up when the thread has ended.
    ended: Receiver<()>,
}

impl EngineThread {
    /// Starts the thread. `tell` gets what happens in the sessions of other front
    /// ends, and must not wait.
    #[must_use]
    pub fn start(mut engine: Engine, tell: impl Fn(&EventRecord) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            lanes: Lanes::new((JOBS, REQUESTS)),
            awake: AtomicUsize::new(0),
            rested: AtomicBool::new(false),
            microphones: AtomicU32::new(0),
            settings: RwLock::new(Arc::new(engine.settings().clone())),
            rebuild: Mutex::new(engine.rebuild.take()),
            ended: Mutex::default(),
            loops: Mutex::default(),
            builders: Mutex::new(0),
            built: Condvar::new(),
        });
        let sessions = Sessions::new(&engine, Arc::clone(&shared));
        let (end, ended) = sync_channel(0);
        let works = Arc::clone(&shared);
        thread::Builder::new()
            .name("worker".into())
            .spawn(carried(move || {
                work(&mut engine, &works, Box::new(tell));
                drop(engine);
                drop(end);
            }))
            .expect("the system has room for a thread");
        Self {
            shared,
            sessions,
            ended,
        }
    }

    /// Opens sessions for other front ends.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        self.sessions.clone()
    }

    /// A session for a microphone, whose answers go to `inbox`. The first one is
    /// that of the appliance itself.
    #[must_use]
    pub fn microphone(&self, inbox: SyncSender<Inbox>) -> Worker {
        let session = SessionId {
            kind: SessionKind::Microphone,
            number: self.shared.microphones.fetch_add(1, Ordering::Relaxed),
        };
        lock(&self.shared.loops).push(inbox.clone());
        Worker::new(Arc::clone(&self.shared), session, inbox)
    }
}

impl Drop for EngineThread {
    /// A process that ends takes a model's memory away under a thread that
    /// still works with it, and then ends in a crash instead.
    fn drop(&mut self) {
        self.shared.lanes.close();
        // It holds models, which must not outlive the thread.
        drop(lock(&self.shared.rebuild).take());
        let builders = lock(&self.shared.builders);
        let building = |builders: &mut usize| 0 < *builders;
        // One that is stuck is not waited for.
        drop(
            self.shared
                .built
                .wait_timeout_while(builders, AT_THE_END, building),
        );
        // One that is stuck is not waited for.
        let _ended_or_stuck = self.ended.recv_timeout(AT_THE_END);
    }
}

impl Shared {
    /// A session has ended. One that finds no room here is forgotten after a while.
    pub(super) fn closed(&self, session: SessionId) {
        let mut ended = lock(&self.ended);
        if ended.len() < ENDED {
            ended.push(session);
        }
    }

    /// A microphone may hear somebody.
    pub(super) fn wake(&self) {
        self.awake.fetch_add(1, Ordering::AcqRel);
    }

    /// A microphone that was awake hears nobody.
    pub(super) fn rest(&self) {
        self.rested.store(true, Ordering::Release);
        self.leave();
    }

    /// A microphone that was awake is no longer there.
    pub(super) fn leave(&self) {
        self.awake.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts a thread that builds, if there is something to build with.
    pub(super) fn builder(&self) -> Option<(Builder<'_>, Rebuild)> {
        *lock(&self.builders) += 1;
        let builder = Builder(self);
        let rebuild = lock(&self.rebuild).clone()?;
        Some((builder, rebuild))
    }

    fn idle(&self) -> bool {
        self.rested.load(Ordering::Acquire) && self.between_turns() && !self.lanes.waits()
    }

    /// No microphone is in a turn.
    fn between_turns(&self) -> bool {
        self.awake.load(Ordering::Acquire) == 0
    }

    /// Lets a new configuration count.
    fn configure(&self, engine: &mut Engine, desk: &mut SessionTable, swap: Swap) {
        let Some(old) = engine.configure(*swap.new) else {
            tracing::error!("a new configuration panicked; the one of before counts");
            // Its asker may have just gone.
            let _ = swap.done.send(false);
            return;
        };
        desk.go_on(engine, &old);
        let limits = limits(engine.settings());
        let wake = Arc::new(engine.settings().wake.clone());
        let new = Arc::new(engine.settings().clone());
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = new;
        let loops = lock(&self.loops).clone();
        for inbox in loops {
            // A loop that has ended wants none; one that is behind gets it later.
            let news = Inbox::Configured(limits, Arc::clone(&wake));
            if let Err(TrySendError::Full(late)) = inbox.try_send(news) {
                thread::spawn(move || drop(inbox.send(late)));
            }
        }
        tracing::info!("a new configuration counts");
        // Its asker may have just gone.
        let _ = swap.done.send(true);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(engine: &mut Engine, shared: &Shared, tell: Box<dyn Fn(&EventRecord)>) {
    let mut desk = SessionTable::new(engine, tell);
    let mut coming: Option<Swap> = None;
    loop {
        if let Some(swap) = coming.take_if(|_| shared.between_turns())
            && !swap.claimed.swap(true, Ordering::AcqRel)
        {
            shared.configure(engine, &mut desk, swap);
        }
        let next = if coming.is_some() {
            shared.lanes.next(Some(LOOK))
        } else {
            next(engine, shared)
        };
        match next {
            Next::Work(Work::Job(ticket)) => {
                if let Some(rest) = carry_out(engine, &mut desk, ticket) {
                    shared.lanes.put_behind(Work::Job(rest));
                }
            }
            Next::Work(Work::Request(request)) => {
                desk.close(&std::mem::take(&mut *lock(&shared.ended)));
                if let Some(later) = desk.serve(engine, request, &shared.lanes) {
                    shared.lanes.put_back(Work::Request(later));
                }
            }
            Next::Work(Work::Configure(swap)) => coming = Some(swap),
            Next::Nothing => {}
            Next::Closed => return,
        }
    }
}

/// The next piece of work; until it comes, what will be said some day is spoken
/// to nobody, a sentence at a time.
fn next(engine: &mut Engine, shared: &Shared) -> Next<Work> {
    let idle = || shared.idle();
    let mut left = true;
    while left {
        match shared.lanes.next(Some(BETWEEN)) {
            Next::Nothing if idle() => {
                // The voice begins each sentence anew, so a panic leaves
                // nothing half-done; but it would panic again.
                let spoken = catch_unwind(AssertUnwindSafe(|| engine.prepare(&idle)));
                left = spoken.unwrap_or(false);
            }
            Next::Nothing => {}
            next => return next,
        }
    }
    shared.lanes.next(None)
}
