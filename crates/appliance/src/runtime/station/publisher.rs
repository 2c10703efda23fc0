//! The thread that tells others of turns: a broker, a server, a program.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use mynah_actions::mqtt::{Broker, Message};
use mynah_actions::tell;
use mynah_actions::tell::Server;
use mynah_core::model::Events;

/// Turns that may wait to be told: an evening of them while a broker is away.
const QUEUE: usize = 64;

/// The longest that a broker, a server or a program may take for one turn.
const TIMEOUT_MS: u32 = 5_000;

/// Between two attempts to reach a broker that is away.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest that the end waits for the last turns to be told.
const FINISH: Duration = Duration::from_secs(3);

/// The thread's end of the loop.
pub struct Publisher {
    queue: SyncSender<Value>,
    ended: Receiver<()>,
    dropped: Arc<AtomicU64>,
}

impl Publisher {
    /// Starts the thread; `None` when turns are told to nobody.
    pub fn start(
        events: &Events,
        broker: Option<Arc<Broker>>,
        topic: String,
        dropped: &Arc<AtomicU64>,
    ) -> Option<Self> {
        let sinks = Sinks {
            broker: broker.filter(|_| events.mqtt),
            topic,
            url: events.url.clone(),
            token_file: events.token_file.clone(),
            command: events.command.clone(),
            server: Server::new(TIMEOUT_MS),
            backlog: VecDeque::new(),
            dropped: Arc::clone(dropped),
        };
        if sinks.broker.is_none() && sinks.url.is_none() && sinks.command.is_empty() {
            return None;
        }
        let (queue, turns) = sync_channel(QUEUE);
        let (end, ended) = sync_channel(1);
        thread::Builder::new()
            .name("events".into())
            .spawn(move || {
                sinks.serve(&turns);
                let _ = end.send(());
            })
            .expect("the system can start a thread");
        Some(Self {
            queue,
            ended,
            dropped: Arc::clone(dropped),
        })
    }

    /// Hands a turn over, or drops it when too many wait.
    pub fn send(&self, turn: Value) {
        if let Err(TrySendError::Full(_)) = self.queue.try_send(turn) {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            tracing::warn!("a turn could not be told: too many wait");
        }
    }

    /// Gives the last turns a moment to be told.
    pub fn finish(self) {
        drop(self.queue);
        let _ = self.ended.recv_timeout(FINISH);
    }
}

struct Sinks {
    broker: Option<Arc<Broker>>,
    topic: String,
    url: Option<String>,
    token_file: Option<PathBuf>,
    command: Vec<String>,
    server: Server,
    /// For a broker that is away: it will come back.
    backlog: VecDeque<Value>,
    dropped: Arc<AtomicU64>,
}

impl Sinks {
    fn serve(mut self, turns: &Receiver<Value>) {
        loop {
            let turn = if self.backlog.is_empty() {
                turns.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                turns.recv_timeout(PAUSE)
            };
            match turn {
                Ok(turn) => self.take(turn),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.publish();
                    return;
                }
            }
            self.publish();
        }
    }

    fn take(&mut self, turn: Value) {
        let token_file = self.token_file.as_deref();
        if let Some(url) = &self.url
            && let Err((why, _)) = self.server.exchange(url, Some(&turn), token_file, None)
        {
            self.missed(&why);
        }
        if !self.command.is_empty()
            && let Err(why) = tell::run(&self.command, &turn, TIMEOUT_MS)
        {
            self.missed(&why);
        }
        if self.broker.is_some() {
            if self.backlog.len() == QUEUE {
                self.backlog.pop_front();
                self.missed("the broker is away for too long");
            }
            self.backlog.push_back(turn);
        }
    }

    /// Publishes what waits, in order, up to the first that does not get
    /// through.
    fn publish(&mut self) {
        let Some(broker) = &self.broker else { return };
        while let Some(turn) = self.backlog.front() {
            let message = Message::own(self.topic.clone(), turn.to_string());
            if let Err(why) = broker.publish(&message, TIMEOUT_MS) {
                tracing::debug!("a turn waits: {why}");
                return;
            }
            self.backlog.pop_front();
        }
    }

    fn missed(&self, why: &str) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        tracing::warn!("a turn was not told: {why}");
    }
}
