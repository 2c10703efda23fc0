//! Publishes messages for intents over one connection that a thread keeps
//! alive for as long as the house stands.
//!
//! A message is handed over only while the broker answers, and each connection
//! has a queue of its own that dies with it. So a message that was given up is
//! never sent minutes later, when the broker is back and nobody expects a door
//! to open.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use rumqttc::{
    Client, Connection, ConnectionError, Event, MqttOptions, NetworkOptions, Outgoing, Packet, QoS,
};
use serde_json::json;

use super::deadline::Deadline;
use super::fill::Values;
use super::{Done, Undone};
use crate::config::{ActionSpec, Mqtt};

/// Messages that may wait for one connection. One person speaks at a time.
const QUEUE: usize = 16;

/// The largest message; brokers and appliances choke on more.
const PACKET_BYTES: usize = 256 * 1024;

/// Pauses between attempts to connect: the first, and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A broker that does not answer a connection for so long is not there.
const CONNECT_TIMEOUT_S: u64 = 5;

/// A message with its slots filled in.
#[derive(Debug)]
pub(super) struct Message {
    topic: String,
    payload: String,
    retain: bool,
    qos: QoS,
}

impl Message {
    /// Fills the slots in. Fails when no topic is left.
    pub(super) fn new(spec: &ActionSpec, values: Values<'_>) -> Result<Self, Undone> {
        let ActionSpec::Mqtt {
            topic,
            payload,
            retain,
            qos,
            ..
        } = spec
        else {
            return Err(Undone::new("not a message"));
        };
        let message = Self {
            topic: values.topic(topic),
            payload: values.body(payload),
            retain: *retain,
            qos: match qos {
                0 => QoS::AtMostOnce,
                1 => QoS::AtLeastOnce,
                _ => QoS::ExactlyOnce,
            },
        };
        if message.topic.is_empty()
            || message.topic.len() + message.payload.len() > PACKET_BYTES / 2
        {
            return Err(Undone::new(format!(
                "`{topic}`: a message without a topic, or too large a one"
            )));
        }
        Ok(message)
    }

    /// The message as a line of a log.
    pub(super) fn shown(&self) -> String {
        let retained = if self.retain { " (retained)" } else { "" };
        format!("publish {} {}{retained}", self.topic, self.payload)
    }
}

/// The connection to the broker. Dropping it ends the thread.
pub(super) struct Broker {
    shared: Arc<Shared>,
    address: String,
}

impl Broker {
    /// Begins to connect, and waits for nothing.
    pub(super) fn connect(mqtt: Mqtt) -> Self {
        let shared = Arc::new(Shared::default());
        let address = format!("{}:{}", mqtt.host, mqtt.port);
        let keeper = Keeper {
            mqtt,
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
    pub(super) fn publish(&self, message: &Message, timeout_ms: u32) -> Result<Done, Undone> {
        let deadline = Deadline::after_ms(timeout_ms);
        let failed = |why: &str| Undone::new(format!("broker `{}`: {why}", self.address));
        let (done, answer) = sync_channel(1);
        {
            let mut link = self
                .shared
                .connected(deadline)
                .map_err(|why| failed(&why))?;
            let client = link.client.as_ref().expect("`connected` waits for it");
            client
                .try_publish(
                    &message.topic,
                    message.qos,
                    message.retain,
                    message.payload.as_bytes(),
                )
                .map_err(|error| failed(&format!("cannot publish: {error}")))?;
            link.unsent.push_back(Waiting {
                qos: message.qos,
                done,
            });
        }
        match answer.recv_timeout(deadline.left()) {
            Ok(Ok(())) => Ok(Done {
                detail: message.shown(),
                result: json!({}),
            }),
            Ok(Err(why)) => Err(failed(&why)),
            Err(_) => {
                // The connection is stuck: a new one must not resend this.
                self.shared.hang_up();
                Err(failed(&format!("no acknowledgement in {timeout_ms} ms")))
            }
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.hang_up();
        self.shared.changed.notify_all();
    }
}

/// What the publisher and the thread both see.
#[derive(Default)]
struct Shared {
    link: Mutex<Link>,
    changed: Condvar,
}

#[derive(Default)]
struct Link {
    /// There while the broker answers.
    client: Option<Client>,
    /// Handed over and not yet written, in order.
    unsent: VecDeque<Waiting>,
    /// Written and not yet acknowledged, by packet number.
    unacknowledged: HashMap<u16, Waiting>,
    /// Attempts to connect that were begun, and how the last one failed.
    attempts: u64,
    failure: Option<(u64, String)>,
    /// A publisher waits for a connection: the back-off is cut short.
    wanted: bool,
    stop: bool,
}

struct Waiting {
    qos: QoS,
    done: SyncSender<Result<(), String>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Link> {
        self.link.lock().expect("no holder of this lock panics")
    }

    /// Waits for a connection, at most until `deadline` and not longer than an
    /// attempt that was begun after the call needs to fail.
    fn connected(&self, deadline: Deadline) -> Result<MutexGuard<'_, Link>, String> {
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

    fn hang_up(&self) {
        if let Some(client) = self.lock().client.take() {
            let _ = client.try_disconnect();
        }
    }

    /// Forgets the connection: everybody who waits for it hears `why`.
    fn lost(&self, why: &str) {
        let mut link = self.lock();
        link.client = None;
        let attempt = link.attempts;
        link.failure = Some((attempt, why.to_owned()));
        let unsent = std::mem::take(&mut link.unsent);
        let unacknowledged = std::mem::take(&mut link.unacknowledged);
        for waiting in unsent.into_iter().chain(unacknowledged.into_values()) {
            let _ = waiting.done.try_send(Err(why.to_owned()));
        }
        drop(link);
        self.changed.notify_all();
    }
}

/// The thread: connects, serves the connection, and begins anew.
struct Keeper {
    mqtt: Mqtt,
    shared: Arc<Shared>,
}

impl Keeper {
    fn keep(self) {
        let mut pause = BACK_OFF.0;
        loop {
            self.shared.lock().attempts += 1;
            match self.options() {
                Ok(options) => {
                    let (client, mut connection) = Client::new(options, QUEUE);
                    let mut network = NetworkOptions::new();
                    network.set_connection_timeout(CONNECT_TIMEOUT_S);
                    connection.eventloop.set_network_options(network);
                    let (was_up, why) = self.serve(client, &mut connection);
                    if was_up {
                        pause = BACK_OFF.0;
                    }
                    tracing::warn!(host = self.mqtt.host, "the broker is away: {why}");
                    self.shared.lost(&why);
                }
                Err(why) => self.shared.lost(&why),
            }
            if self.rest(pause) {
                return;
            }
            pause = (pause * 2).min(BACK_OFF.1);
        }
    }

    fn options(&self) -> Result<MqttOptions, String> {
        // Two clients of one name would throw each other out for ever.
        let name = format!("mynah-{:016x}", RandomState::new().hash_one(()));
        let mut options = MqttOptions::new(name, &self.mqtt.host, self.mqtt.port);
        options
            .set_keep_alive(KEEP_ALIVE)
            .set_max_packet_size(PACKET_BYTES, PACKET_BYTES);
        if let Some(user) = &self.mqtt.user {
            let password = match &self.mqtt.password_file {
                Some(path) => std::fs::read_to_string(path).map_err(|error| {
                    format!(
                        "cannot read the password file `{}`: {error}",
                        path.display()
                    )
                })?,
                None => String::new(),
            };
            options.set_credentials(user, password.trim_end_matches(['\r', '\n']));
        }
        Ok(options)
    }

    /// Serves one connection to its end. Says whether it was ever up, and why
    /// it ended.
    fn serve(&self, client: Client, connection: &mut Connection) -> (bool, String) {
        let mut client = Some(client);
        for event in connection.iter() {
            match event {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    let mut link = self.shared.lock();
                    if link.stop {
                        break;
                    }
                    link.client = client.take();
                    link.wanted = false;
                    link.failure = None;
                    drop(link);
                    self.shared.changed.notify_all();
                }
                Ok(Event::Incoming(Packet::PubAck(ack))) => self.acknowledged(ack.pkid),
                Ok(Event::Incoming(Packet::PubComp(done))) => self.acknowledged(done.pkid),
                Ok(Event::Outgoing(Outgoing::Publish(number))) => self.written(number),
                Ok(Event::Outgoing(Outgoing::Disconnect)) => break,
                Ok(_) => {}
                Err(error) => return (client.is_none(), sentence(&error)),
            }
        }
        (client.is_none(), "the connection was ended".into())
    }

    fn written(&self, number: u16) {
        let mut link = self.shared.lock();
        if let Some(waiting) = link.unsent.pop_front() {
            if waiting.qos == QoS::AtMostOnce {
                let _ = waiting.done.try_send(Ok(()));
            } else {
                link.unacknowledged.insert(number, waiting);
            }
        }
    }

    fn acknowledged(&self, number: u16) {
        if let Some(waiting) = self.shared.lock().unacknowledged.remove(&number) {
            let _ = waiting.done.try_send(Ok(()));
        }
    }

    /// Pauses between two attempts, shorter when somebody waits. True when the
    /// thread shall end.
    fn rest(&self, pause: Duration) -> bool {
        let wait = |pause, more: fn(&mut Link) -> bool| {
            let (mut link, _) = self
                .shared
                .changed
                .wait_timeout_while(self.shared.lock(), pause, more)
                .expect("no holder of this lock panics");
            link.wanted &= !link.stop;
            link.stop
        };
        wait(BACK_OFF.0.min(pause), |link| !link.stop)
            || wait(pause.saturating_sub(BACK_OFF.0), |link| {
                !link.stop && !link.wanted
            })
            || {
                self.shared.lock().wanted = false;
                false
            }
    }
}

/// The usual reasons in words of this house.
fn sentence(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ConnectionRefused(code) => {
            format!("refused ({code:?}), check `mqtt.user` and `mqtt.password_file`")
        }
        ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => "no answer".into(),
        error => error.to_string(),
    }
}
