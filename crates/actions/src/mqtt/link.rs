//! What the broker's users and the thread behind the connection share.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard};

use rumqttc::{Client, QoS};

use crate::deadline::Deadline;

/// What the publisher and the thread both see.
#[derive(Default)]
pub(super) struct Shared {
    pub link: Mutex<Link>,
    pub changed: Condvar,
}

/// One connection, or the lack of it.
#[derive(Default)]
pub(super) struct Link {
    /// There while the broker answers.
    pub client: Option<Client>,
    /// Handed over and not yet written, in order.
    pub unsent: VecDeque<Waiting>,
    /// Written and not yet acknowledged, by packet number.
    pub unacknowledged: HashMap<u16, Waiting>,
    /// Subscriptions that the broker has not answered yet, in order.
    pub unsubscribed: VecDeque<Option<DeliverySender>>,
    /// Who waits for a message in a topic.
    pub listener: Option<(String, SyncSender<Vec<u8>>)>,
    /// What is told about the box, by topic.
    pub board: BTreeMap<String, String>,
    /// Attempts to connect that were begun, and how the last one failed.
    pub attempts: u64,
    pub failure: Option<(u64, String)>,
    /// A publisher waits for a connection: the back-off is cut short.
    pub wanted: bool,
    pub stop: bool,
}

/// Who hears how it went.
pub(super) type DeliverySender = SyncSender<Result<(), String>>;

/// Something handed over that the broker is to acknowledge.
pub(super) struct Waiting {
    pub qos: QoS,
    /// Who waits for it; nobody for what the box tells of itself.
    pub done: Option<DeliverySender>,
}

impl Waiting {
    pub(super) fn tell(&self, how: Result<(), String>) {
        if let Some(done) = &self.done {
            let _ = done.try_send(how);
        }
    }
}

impl Link {
    /// Tells something about the box, now and on each new connection.
    pub(super) fn pin(&mut self, topic: &str, payload: &str) {
        self.board.insert(topic.to_owned(), payload.to_owned());
        self.post(topic, payload);
    }

    pub(super) fn post(&mut self, topic: &str, payload: &str) {
        let Some(client) = &self.client else { return };
        let qos = QoS::AtLeastOnce;
        match client.try_publish(topic, qos, true, payload.as_bytes()) {
            Ok(()) => self.unsent.push_back(Waiting { qos, done: None }),
            Err(error) => tracing::debug!(topic, "not told for now: {error}"),
        }
    }

    pub(super) fn subscribe(
        &mut self,
        topic: &str,
        done: Option<DeliverySender>,
    ) -> Result<(), String> {
        let client = self.client.as_ref().ok_or("no connection")?;
        client
            .try_subscribe(topic, QoS::AtLeastOnce)
            .map_err(|error| format!("cannot listen to `{topic}`: {error}"))?;
        self.unsubscribed.push_back(done);
        Ok(())
    }
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Link> {
        self.link.lock().expect("no holder of this lock panics")
    }

    /// Waits for a connection, at most until `deadline` and not longer than an
    /// attempt that was begun after the call needs to fail.
    pub(super) fn connected(&self, deadline: Deadline) -> Result<MutexGuard<'_, Link>, String> {
        let mut link = self.lock();
        let before = link.attempts;
        link.wanted = true;
        self.changed.notify_all();
        let failed = |link: &Link| link.failure.as_ref().is_some_and(|(n, _)| *n > before);
        (link, _) = self
            .changed
            .wait_timeout_while(link, deadline.left(), |link| {
                link.client.is_none() && !failed(link)
            })
            .expect("no holder of this lock panics");
        if link.client.is_some() {
            return Ok(link);
        }
        Err(match &link.failure {
            Some((_, why)) => why.clone(),
            None => "no connection in time".into(),
        })
    }

    pub(super) fn hang_up(&self) {
        if let Some(client) = self.lock().client.take() {
            let _ = client.try_disconnect();
        }
    }

    /// Forgets the connection: everybody who waits for it hears `why`.
    pub(super) fn lost(&self, why: &str) {
        let mut link = self.lock();
        link.client = None;
        let attempt = link.attempts;
        link.failure = Some((attempt, why.to_owned()));
        let unsent = std::mem::take(&mut link.unsent);
        let unacknowledged = std::mem::take(&mut link.unacknowledged);
        for waiting in unsent.into_iter().chain(unacknowledged.into_values()) {
            waiting.tell(Err(why.to_owned()));
        }
        // Whoever waits for these hears of it by the end of the channel.
        link.unsubscribed.clear();
        link.listener = None;
        drop(link);
        self.changed.notify_all();
    }
}
