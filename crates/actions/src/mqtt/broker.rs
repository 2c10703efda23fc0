//! The broker as the rest of the house sees it.
//!
//! A message is handed over only while the broker answers, and each connection
//! has a queue of its own that dies with it. So a message that was given up is
//! never sent minutes later, when the broker is back and nobody expects a door
//! to open.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;

use super::Message;
use super::keeper::BrokerThread;
use super::link::{Shared, Waiting};
use crate::deadline::Deadline;
use mynah_core::model::Mqtt;

/// Takes topic and payload; gives topic and payload.
pub(super) type Deliver = dyn Fn(&str, &[u8]) -> Option<(String, String)> + Send;

/// What the box tells of itself, and whom it listens to.
pub struct Presence {
    /// Topic, and payload that the broker publishes, retained, when the box is
    /// gone.
    pub will: (String, String),
    /// Topics that are listened to.
    pub topics: Vec<String>,
    /// Gets what comes in, topic and payload, and gives what is to be told
    /// about it, see [`Broker::post`]. Must not wait.
    pub deliver: Box<Deliver>,
}

/// The connection to the broker. Dropping it ends the thread.
pub struct Broker {
    shared: Arc<Shared>,
    address: String,
}

/// Two answers would be one too many: the first counts.
const ANSWERS: usize = 1;

impl Broker {
    /// Begins to connect, and waits for nothing.
    #[must_use]
    pub fn connect(mqtt: Mqtt, presence: Option<Presence>) -> Self {
        let shared = Arc::new(Shared::default());
        let address = format!("{}:{}", mqtt.host, mqtt.port);
        let keeper = BrokerThread {
            mqtt,
            presence,
            shared: Arc::clone(&shared),
        };
        thread::Builder::new()
            .name("mqtt".into())
            .spawn(move || keeper.keep())
            .expect("the system can start a thread");
        Self { shared, address }
    }

    /// Publishes, and waits until the broker has acknowledged (quality 1 and
    /// 2) or the message is written (quality 0).
    ///
    /// # Errors
    /// Why it was not published, in a sentence that names the broker.
    pub fn publish(&self, message: &Message, timeout_ms: u32) -> Result<(), String> {
        let deadline = Deadline::after_ms(timeout_ms);
        self.deliver(message, deadline, timeout_ms)
            .map_err(|why| self.failed(&why))
    }

    /// Publishes, and waits for the first message in `topic` that is no old
    /// one which the broker had kept.
    ///
    /// # Errors
    /// As [`Broker::publish`], and when no answer came in time.
    pub fn ask(&self, message: &Message, topic: &str, timeout_ms: u32) -> Result<Vec<u8>, String> {
        let deadline = Deadline::after_ms(timeout_ms);
        let (sender, answer) = sync_channel(ANSWERS);
        let asked = self
            .listen(topic, sender, deadline)
            .and_then(|()| self.deliver(message, deadline, timeout_ms))
            .and_then(|()| {
                answer
                    .recv_timeout(deadline.left())
                    .map_err(|error| match error {
                        RecvTimeoutError::Timeout => {
                            format!("no answer in `{topic}` within {timeout_ms} ms")
                        }
                        RecvTimeoutError::Disconnected => {
                            "the connection was lost before an answer came".into()
                        }
                    })
            });
        let mut link = self.shared.lock();
        link.listener = None;
        if let Some(client) = &link.client {
            let _ = client.try_unsubscribe(topic);
        }
        drop(link);
        asked.map_err(|why| self.failed(&why))
    }

    /// Tells something about the box: the broker keeps it, and hears it anew
    /// after each loss. Waits for nothing.
    pub fn post(&self, topic: &str, payload: &str) {
        self.shared.lock().pin(topic, payload);
    }

    /// Tells something for the last time, if the broker is there.
    pub fn farewell(&self, topic: &str, payload: &str, timeout_ms: u32) {
        let mut link = self.shared.lock();
        link.board.remove(topic);
        let connected = link.client.is_some();
        drop(link);
        let message = Message::kept(topic.to_owned(), payload.to_owned());
        if connected && let Err(why) = self.publish(&message, timeout_ms) {
            tracing::debug!("{why}");
        }
    }

    fn failed(&self, why: &str) -> String {
        format!("broker `{}`: {why}", self.address)
    }

    /// Subscribes to `topic`, whose next message goes to `sender`.
    fn listen(
        &self,
        topic: &str,
        sender: SyncSender<Vec<u8>>,
        deadline: Deadline,
    ) -> Result<(), String> {
        let (done, subscribed) = sync_channel(1);
        {
            let mut link = self.shared.connected(deadline)?;
            link.subscribe(topic, Some(done))?;
            link.listener = Some((topic.to_owned(), sender));
        }
        match subscribed.recv_timeout(deadline.left()) {
            Ok(answer) => answer,
            Err(_) => Err(format!("may not listen to `{topic}`: no answer")),
        }
    }

    fn deliver(
        &self,
        message: &Message,
        deadline: Deadline,
        timeout_ms: u32,
    ) -> Result<(), String> {
        let (done, answer) = sync_channel(1);
        {
            let mut link = self.shared.connected(deadline)?;
            let client = link.client.as_ref().expect("`connected` waits for it");
            client
                .try_publish(
                    &message.topic,
                    message.qos,
                    message.retain,
                    message.payload.as_bytes(),
                )
                .map_err(|error| format!("cannot publish: {error}"))?;
            link.unsent.push_back(Waiting {
                qos: message.qos,
                done: Some(done),
            });
        }
        answer.recv_timeout(deadline.left()).unwrap_or_else(|_| {
            // The connection is stuck: a new one must not resend this.
            self.shared.hang_up();
            Err(format!("no acknowledgement in {timeout_ms} ms"))
        })
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.hang_up();
        self.shared.changed.notify_all();
    }
}
