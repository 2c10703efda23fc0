//! The thread behind a connection: connects, serves it to its end, and begins
//! anew.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::time::Duration;

use rumqttc::{
    Client, Connection, ConnectionError, Event, LastWill, MqttOptions, NetworkOptions, Outgoing,
    Packet, Publish, QoS, SubAck, SubscribeReasonCode, TlsConfiguration, Transport,
};

use super::PACKET_BYTES;
use super::broker::Presence;
use super::link::{Link, Shared};
use crate::tls;
use mynah_core::model::Mqtt;
use mynah_system::files::small_text;

/// Requests that may wait for one connection: one person speaks at a time, and
/// the box tells a dozen things about itself when it comes.
const QUEUE: usize = 64;

/// Pauses between attempts to connect: the first, and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(15));

/// No password is longer.
const PASSWORD_BYTES: u64 = 16 * 1024;

const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A broker that does not answer a connection for so long is not there.
const CONNECT_TIMEOUT_S: u64 = 5;

/// The thread: connects, serves the connection, and begins anew.
pub(super) struct BrokerThread {
    pub mqtt: Mqtt,
    pub presence: Option<Presence>,
    pub shared: Arc<Shared>,
}

impl BrokerThread {
    pub(super) fn keep(self) {
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
                    if !self.shared.lock().stop {
                        tracing::warn!(host = self.mqtt.host, "the broker is away: {why}");
                    }
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
                Some(path) => small_text(path, PASSWORD_BYTES).map_err(|error| {
                    format!(
                        "cannot read the password file `{}`: {error}",
                        path.display()
                    )
                })?,
                None => String::new(),
            };
            options.set_credentials(user, password.trim_end_matches(['\r', '\n']));
        }
        if self.mqtt.tls {
            let trust = Arc::new(tls::trust(self.mqtt.ca_file.as_deref())?);
            let trust = TlsConfiguration::Rustls(trust);
            options.set_transport(Transport::tls_with_config(trust));
        }
        if let Some(Presence { will, .. }) = &self.presence {
            let (topic, payload) = will;
            let payload = payload.as_bytes();
            options.set_last_will(LastWill::new(topic, payload, QoS::AtLeastOnce, true));
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
                    self.introduce(&mut link);
                    drop(link);
                    self.shared.changed.notify_all();
                }
                Ok(Event::Incoming(Packet::Publish(message))) => self.received(&message),
                Ok(Event::Incoming(Packet::SubAck(ack))) => self.subscribed(&ack),
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

    /// Listens, and tells about the box, on a new connection.
    fn introduce(&self, link: &mut Link) {
        for topic in self.presence.iter().flat_map(|presence| &presence.topics) {
            if let Err(why) = link.subscribe(topic, None) {
                tracing::warn!("{why}");
            }
        }
        for (topic, payload) in link.board.clone() {
            link.post(&topic, &payload);
        }
    }

    fn received(&self, message: &Publish) {
        let link = self.shared.lock();
        if let Some((topic, listener)) = &link.listener
            && *topic == message.topic
            && !message.retain
        {
            let _ = listener.try_send(message.payload.to_vec());
        }
        drop(link);
        // A command that a broker kept is an old one: nobody means it now.
        if let Some(presence) = &self.presence
            && presence.topics.contains(&message.topic)
            && !message.retain
        {
            let told = (presence.deliver)(&message.topic, &message.payload);
            if let Some((topic, payload)) = told {
                self.shared.lock().pin(&topic, &payload);
            }
        }
    }

    fn subscribed(&self, ack: &SubAck) {
        let refused = ack.return_codes.contains(&SubscribeReasonCode::Failure);
        let waiting = self.shared.lock().unsubscribed.pop_front();
        if refused {
            tracing::warn!("the broker does not let the box listen");
        }
        if let Some(Some(done)) = waiting {
            let _ = done.try_send(if refused {
                Err("refused to be listened to".into())
            } else {
                Ok(())
            });
        }
    }

    fn written(&self, number: u16) {
        let mut link = self.shared.lock();
        if let Some(waiting) = link.unsent.pop_front() {
            if waiting.qos == QoS::AtMostOnce {
                waiting.tell(Ok(()));
            } else {
                link.unacknowledged.insert(number, waiting);
            }
        }
    }

    fn acknowledged(&self, number: u16) {
        if let Some(waiting) = self.shared.lock().unacknowledged.remove(&number) {
            waiting.tell(Ok(()));
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
