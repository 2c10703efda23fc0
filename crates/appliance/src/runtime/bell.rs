//! The thread that asks the keeper what rings and what is to be carried out: each second of the stream, and
//! after each action. It writes to disk, which may take a while, so neither
//! the loop nor the worker does it.

use mynah_core::language::carried;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use super::listen::Inbox;
use crate::timers::{Clock, Keeper};
use mynah_audio::SampleTime;

/// Between two looks at the clock.
const TICK_MS: u64 = 1_000;

/// After a turn, and after the start, somebody is there so long to be told
/// what was missed.
const ATTENDED_MS: u64 = 60_000;

/// Questions that may wait. One that does not fit is asked a second later.
const QUEUE: usize = 4;

enum Ask {
    Tick { attended: bool },
    Told(Vec<u64>),
    Volume(u8),
    Mute(bool),
}

/// The loop's end of the bell.
pub(super) struct Bell {
    asks: SyncSender<Ask>,
    clock: Arc<dyn Clock>,
    next: SampleTime,
    attended_until: SampleTime,
    unanswered: usize,
}

impl Bell {
    /// Starts the thread. Its answers go to `inbox`; it ends with either.
    pub(super) fn start(keeper: Arc<Keeper>, inbox: SyncSender<Inbox>) -> Self {
        let (asks, queue) = sync_channel(QUEUE);
        let clock = keeper.clock();
        thread::Builder::new()
            .name("bell".into())
            .spawn(carried(move || watch(&keeper, &queue, &inbox)))
            .expect("the system has room for a thread");
        Self {
            asks,
            clock,
            next: SampleTime(0),
            attended_until: SampleTime(0).plus_ms(ATTENDED_MS),
            unanswered: 0,
        }
    }

    /// Time goes on.
    pub(super) fn advance(&mut self, now: SampleTime) {
        self.clock.advance(now);
        if self.next <= now {
            self.next = now.plus_ms(TICK_MS);
            self.look(now);
        }
    }

    /// Something may have changed.
    pub(super) fn look(&mut self, now: SampleTime) {
        let attended = now <= self.attended_until;
        self.ask(Ask::Tick { attended });
    }

    /// Somebody is there.
    pub(super) fn attended(&mut self, now: SampleTime) {
        self.attended_until = now.plus_ms(ATTENDED_MS);
    }

    /// What was missed has been told.
    pub(super) fn told(&mut self, ids: Vec<u64>) {
        self.ask(Ask::Told(ids));
    }

    /// Somebody has set the volume by hand.
    pub(super) fn volume(&mut self, percent: u8) {
        self.ask(Ask::Volume(percent));
    }

    /// Somebody has muted the box, or let it hear again.
    pub(super) fn mute(&mut self, on: bool) {
        self.ask(Ask::Mute(on));
    }

    /// To be called for each answer.
    pub(super) const fn answered(&mut self) {
        self.unanswered = self.unanswered.saturating_sub(1);
    }

    /// Whether an answer is still to come.
    pub(super) const fn busy(&self) -> bool {
        0 < self.unanswered
    }

    fn ask(&mut self, ask: Ask) {
        match self.asks.try_send(ask) {
            Ok(()) => self.unanswered += 1,
            Err(TrySendError::Full(Ask::Volume(percent))) => {
                tracing::warn!(percent, "the disk is too slow for a new volume");
            }
            Err(TrySendError::Full(Ask::Mute(on))) => {
                tracing::warn!(on, "the disk is too slow to keep that the box is muted");
            }
            Err(_) => {}
        }
    }
}

fn watch(keeper: &Keeper, queue: &Receiver<Ask>, inbox: &SyncSender<Inbox>) {
    let mut attended = false;
    while let Ok(ask) = queue.recv() {
        let look = || {
            match ask {
                Ask::Tick { attended: there } => attended = there,
                Ask::Told(ids) => keeper.heard(&ids),
                Ask::Volume(percent) => keeper.set_volume(percent),
                Ask::Mute(on) => keeper.set_muted(on),
            }
            (keeper.tick(attended), keeper.due())
        };
        let (ring, due) = catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| {
            tracing::error!("looking for what is due panicked");
            (None, Vec::new())
        });
        if inbox.send(Inbox::Bell(ring, due)).is_err() {
            return;
        }
    }
}
