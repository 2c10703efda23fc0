//! Those who are told what happens: the log, the service manager, a broker, a
//! server, a program, counters. Each has a bounded queue and a thread of its
//! own, so that none delays the event loop or another one. What does not fit
//! into a queue is dropped and counted.

pub mod duck;
pub mod log;
pub mod mqtt;
mod record;
pub mod systemd;
#[cfg(test)]
mod tests;
pub mod turns;
pub mod wakes;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use mynah_core::conversation::EventRecord;

/// Reports that may wait for one observer: an evening of some 64 turns.
const QUEUE: usize = 768;

/// The longest that the end waits for an observer to take in what it was told.
const FINISH: Duration = Duration::from_secs(3);

/// Between two attempts to end an observer whose queue is full.
const AGAIN: Duration = Duration::from_millis(50);

/// Gets every report, in order, on a thread of its own: it may block.
pub trait Observer: Send {
    /// For the log, and for the count of what it missed.
    fn name(&self) -> &'static str;

    /// Takes a report in.
    fn observe(&mut self, report: &EventRecord);

    /// So many reports were dropped before the next one.
    fn missed(&mut self, _reports: u64) {}

    /// How long nothing may happen until [`Observer::rest`] is called; `None`: it
    /// need not be called.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Nothing has happened for a while.
    fn rest(&mut self) {}

    /// Nothing more will happen.
    fn finish(&mut self) {}
}

enum Message {
    Record(Arc<EventRecord>),
    End,
}

/// The queue of one observer.
struct Queue {
    name: &'static str,
    messages: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

/// Where reports are handed in. To be cloned for each thread that has some.
#[derive(Clone)]
pub struct Telling {
    queues: Arc<[Queue]>,
    /// Waits for room instead of dropping.
    patient: bool,
}

impl Telling {
    /// Hands a report to every observer.
    pub fn tell(&self, report: &EventRecord) {
        let report = Arc::new(report.clone());
        for queue in self.queues.iter() {
            let message = Message::Record(Arc::clone(&report));
            if self.patient {
                // One that has panicked away is gone.
                let _ = queue.messages.send(message);
            } else if let Err(TrySendError::Full(_)) = queue.messages.try_send(message) {
                let count = queue.dropped.fetch_add(1, Ordering::Relaxed) + 1;
                if count.is_power_of_two() {
                    let name = queue.name;
                    tracing::warn!(
                        count,
                        "the observer `{name}` is too slow: events are dropped"
                    );
                }
            }
        }
    }

    /// Reports that did not reach the observer of that name.
    #[must_use]
    pub fn dropped(&self, name: &str) -> u64 {
        let of = self.queues.iter().filter(|queue| queue.name == name);
        of.map(|queue| queue.dropped.load(Ordering::Relaxed)).sum()
    }
}

/// All observers. Dropping it gives each a moment to finish.
pub struct Observers {
    telling: Telling,
    /// Each hangs up when its observer's thread has ended.
    ended: Vec<Receiver<()>>,
}

impl Observers {
    /// Starts a thread for each. Who is `patient` waits for slow ones instead of
    /// dropping reports: where time stands still meanwhile, as with a file.
    #[must_use]
    pub fn start(observers: Vec<Box<dyn Observer>>, patient: bool) -> Self {
        let (queues, ended): (Vec<Queue>, Vec<Receiver<()>>) =
            observers.into_iter().map(start).unzip();
        Self {
            telling: Telling {
                queues: queues.into(),
                patient,
            },
            ended,
        }
    }

    /// Where reports are handed in.
    #[must_use]
    pub fn telling(&self) -> Telling {
        self.telling.clone()
    }
}

impl Drop for Observers {
    fn drop(&mut self) {
        for (queue, ended) in self.telling.queues.iter().zip(&self.ended) {
            let mut tries = FINISH.as_millis() / AGAIN.as_millis();
            while let Err(TrySendError::Full(_)) = queue.messages.try_send(Message::End)
                && 0 < tries
            {
                let _ = ended.recv_timeout(AGAIN);
                tries -= 1;
            }
        }
        for (queue, ended) in self.telling.queues.iter().zip(&self.ended) {
            if ended.recv_timeout(FINISH) == Err(RecvTimeoutError::Timeout) {
                tracing::warn!("the observer `{}` did not finish in time", queue.name);
            }
        }
    }
}

fn start(observer: Box<dyn Observer>) -> (Queue, Receiver<()>) {
    let (messages, queue) = sync_channel(QUEUE);
    let (end, ended) = sync_channel::<()>(0);
    let name = observer.name();
    let dropped = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&dropped);
    thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            serve(observer, &queue, &count);
            drop(end);
        })
        .expect("the system has room for a thread");
    let queue = Queue {
        name,
        messages,
        dropped,
    };
    (queue, ended)
}

fn serve(mut observer: Box<dyn Observer>, queue: &Receiver<Message>, dropped: &AtomicU64) {
    let name = observer.name();
    let mut known = 0;
    let mut guarded = |what: &mut dyn FnMut(&mut dyn Observer)| {
        // The next report finds it as the panic left it.
        if catch_unwind(AssertUnwindSafe(|| what(observer.as_mut()))).is_err() {
            tracing::error!("the observer `{name}` panicked");
        }
        observer.patience()
    };
    let mut patience = guarded(&mut |_| {});
    loop {
        let message = match patience {
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(patience) => queue.recv_timeout(patience),
        };
        patience = match message {
            Ok(Message::Record(report)) => {
                let now = dropped.load(Ordering::Relaxed);
                let missed = now - std::mem::replace(&mut known, now);
                guarded(&mut |observer| {
                    if 0 < missed {
                        observer.missed(missed);
                    }
                    observer.observe(&report);
                })
            }
            Err(RecvTimeoutError::Timeout) => guarded(&mut |observer| observer.rest()),
            Ok(Message::End) | Err(RecvTimeoutError::Disconnected) => break,
        };
    }
    guarded(&mut |observer| observer.finish());
}
