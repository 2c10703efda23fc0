//! Messages through a real Mosquitto.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rumqttc::{Client, Connection, Event, MqttOptions, Packet, Publish, QoS};

use super::{data, intent, settings};
use crate::mqtt::{Broker, Message, Presence};
use crate::{Actor as _, World};
use mynah_core::model::{ActionSpec, Mqtt, MqttSpec};
use mynah_core::turn::Outcome;

const MOSQUITTO: &str = "/usr/sbin/mosquitto";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A broker on a port of its own, which can die and come back.
struct Mosquitto {
    port: u16,
    config: PathBuf,
    child: Child,
}

impl Mosquitto {
    /// Starts a broker; `secured` lets only `mynah` with `pass word` in.
    fn start(folder: &Path, secured: bool) -> Self {
        Self::start_with(folder, secured, "")
    }

    /// With more lines in its configuration.
    fn start_with(folder: &Path, secured: bool, more: &str) -> Self {
        assert!(
            Path::new(MOSQUITTO).exists(),
            "there is no `{MOSQUITTO}`: run `apt-get install mosquitto`"
        );
        let port = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
            listener.local_addr().expect("a bound socket").port()
        };
        let mut text = format!("listener {port} 127.0.0.1\nuser root\n");
        if secured {
            let users = folder.join("users");
            let made = Command::new("mosquitto_passwd")
                .args(["-b", "-c"])
                .arg(&users)
                .args(["mynah", "pass word"])
                .status()
                .expect("`mosquitto_passwd` comes with Mosquitto");
            assert!(made.success());
            text += "allow_anonymous false\npassword_file ";
            text += &users.to_string_lossy();
            text += "\n";
        } else {
            text += "allow_anonymous true\n";
        }
        text += more;
        let config = folder.join("mosquitto.conf");
        fs::write(&config, text).expect("a temporary file");
        let child = launch(&config);
        Self {
            port,
            config,
            child,
        }
    }

    fn die(&mut self) {
        self.child.kill().expect("a running broker");
        self.child.wait().expect("a dead broker");
    }

    fn come_back(&mut self) {
        self.child = launch(&self.config);
    }

    fn settings(&self) -> Mqtt {
        Mqtt {
            host: "127.0.0.1".into(),
            port: self.port,
            user: None,
            password_file: None,
            tls: false,
            ca_file: None,
            topic: "mynah/test".into(),
        }
    }

    /// Subscribes to everything.
    fn subscriber(&self, name: &str) -> Subscriber {
        let (client, connection) = Client::new(MqttOptions::new(name, "127.0.0.1", self.port), 4);
        client.subscribe("#", QoS::AtLeastOnce).expect("a queue");
        let mut subscriber = Subscriber { client, connection };
        subscriber.until(|event| matches!(event, Packet::SubAck(_)).then_some(()));
        subscriber
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the program and waits until it serves.
fn launch(config: &Path) -> Child {
    let mut child = Command::new(MOSQUITTO)
        .arg("-v")
        .arg("-c")
        .arg(config)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("Mosquitto starts");
    let mut log = BufReader::new(child.stderr.take().expect("piped")).lines();
    let serves = log.any(|line| line.expect("text").ends_with("running"));
    assert!(serves, "Mosquitto ended at once");
    std::thread::spawn(move || log.for_each(drop));
    child
}

struct Subscriber {
    #[expect(dead_code, reason = "the connection ends with its last client")]
    client: Client,
    connection: Connection,
}

impl Subscriber {
    fn next(&mut self) -> Publish {
        self.until(|packet| match packet {
            Packet::Publish(publish) => Some(publish),
            _ => None,
        })
    }

    fn until<T>(&mut self, wanted: impl Fn(Packet) -> Option<T>) -> T {
        loop {
            let event = self.connection.recv_timeout(PATIENCE).expect("in time");
            if let Event::Incoming(packet) = event.expect("a broker that stays")
                && let Some(found) = wanted(packet)
            {
                return found;
            }
        }
    }
}

fn world(mqtt: Mqtt) -> World {
    World::new(&settings(Some(mqtt)))
}

fn asking(topic: &str, answer: &str, timeout_ms: u32) -> ActionSpec {
    ActionSpec::Mqtt(MqttSpec {
        topic: topic.into(),
        payload: r#"{"from": "{x}"}"#.into(),
        qos: 1,
        answer_topic: Some(answer.into()),
        timeout_ms,
        ..MqttSpec::default()
    })
}

fn publish(world: &mut World, text: &str, retain: bool, qos: u8) -> Outcome {
    let spec = ActionSpec::Mqtt(MqttSpec {
        topic: "home/{x}/set".into(),
        payload: "{x} is on".into(),
        retain,
        qos,
        answer_topic: None,
        timeout_ms: 20_000,
    });
    world.act(&spec, &intent(text))
}

#[test]
fn messages_arrive_in_every_quality() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path(), false);
    let mut subscriber = broker.subscriber("early");
    let mut world = world(broker.settings());
    for qos in 0..=2 {
        let outcome = publish(&mut world, "kit/chen+#", qos == 1, qos);
        assert!(outcome.ok, "{}", outcome.detail);
        let message = subscriber.next();
        assert_eq!(message.topic, "home/kitchen/set");
        assert_eq!(message.payload, "kit/chen+# is on");
    }
    let retained = broker.subscriber("late").next();
    assert!(retained.retain);
    assert_eq!(retained.topic, "home/kitchen/set");
}

#[test]
fn a_broker_may_die_and_come_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut broker = Mosquitto::start(folder.path(), false);
    let mut world = world(broker.settings());
    assert!(publish(&mut world, "before", false, 1).ok);
    broker.die();
    for qos in 0..=2 {
        let outcome = publish(&mut world, "dead", false, qos);
        // The first write after a death may meet a socket that still takes it.
        assert!(!outcome.ok || qos == 0, "{}", outcome.detail);
        assert_eq!(outcome.kind, "mqtt");
    }
    broker.come_back();
    let mut subscriber = broker.subscriber("witness");
    let outcome = publish(&mut world, "after", false, 1);
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(subscriber.next().payload, "after is on", "sent too late");
}

#[test]
fn a_password_opens_and_its_lack_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path(), true);
    let file = folder.path().join("password");
    let mqtt = Mqtt {
        user: Some("mynah".into()),
        password_file: Some(file.clone()),
        ..broker.settings()
    };
    let outcome = publish(&mut world(broker.settings()), "nobody", false, 1);
    assert!(
        !outcome.ok && outcome.detail.contains("refused"),
        "{}",
        outcome.detail
    );
    let outcome = publish(&mut world(mqtt.clone()), "no file", false, 1);
    assert!(
        outcome.detail.contains("password file"),
        "{}",
        outcome.detail
    );
    fs::write(&file, "pass word\n").expect("a temporary file");
    let outcome = publish(&mut world(mqtt), "mynah", false, 1);
    assert!(outcome.ok, "{}", outcome.detail);
    assert!(!outcome.detail.contains("pass word"));
}

#[test]
fn a_question_gets_its_answer_and_no_old_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let broker = Mosquitto::start(folder.path(), false);
    let stale = Message::kept("sensor/answer".into(), r#"{"degrees": 5}"#.into());
    let house = Broker::connect(broker.settings(), None);
    house.publish(&stale, 20_000).expect("the broker is there");
    let mut listener = broker.subscriber("sensor");
    let sensor = std::thread::spawn(move || {
        let question = listener.until(|packet| match packet {
            Packet::Publish(publish) if publish.topic == "sensor/ask" => Some(publish),
            _ => None,
        });
        let answer = Message::own("sensor/answer".into(), r#"{"degrees": 21.5}"#.into());
        house.publish(&answer, 20_000).expect("the broker is there");
        question.payload
    });
    let mut world = world(broker.settings());
    let outcome = world.act(
        &asking("sensor/ask", "sensor/answer", 20_000),
        &intent("kitchen"),
    );
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(outcome.result["json"]["degrees"], 21.5);
    let asked = sensor.join().expect("the sensor answers");
    assert_eq!(asked, r#"{"from": "kitchen"}"#);
    let outcome = world.act(&asking("nobody/ask", "nobody/answer", 300), &intent(""));
    assert!(
        !outcome.ok && outcome.detail.contains("no answer in `nobody/answer`"),
        "{}",
        outcome.detail
    );
}

#[test]
fn an_encrypted_connection_trusts_whom_it_was_told_to() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = format!(
        "cafile {}\ncertfile {}\nkeyfile {}\n",
        data("tls/ca.pem").display(),
        data("tls/server.pem").display(),
        data("tls/server.key").display()
    );
    let broker = Mosquitto::start_with(folder.path(), false, &lines);
    let mut mqtt = Mqtt {
        tls: true,
        ca_file: Some(data("tls/ca.pem")),
        ..broker.settings()
    };
    let outcome = publish(&mut world(mqtt.clone()), "trusted", false, 1);
    assert!(outcome.ok, "{}", outcome.detail);
    mqtt.ca_file = None;
    let outcome = publish(&mut world(mqtt.clone()), "strange", false, 1);
    assert!(!outcome.ok, "an unknown certificate was trusted");
    mqtt.ca_file = Some(folder.path().join("nothing"));
    let outcome = publish(&mut world(mqtt), "no file", false, 1);
    assert!(
        outcome.detail.contains("cannot use the certificates"),
        "{}",
        outcome.detail
    );
}

#[test]
fn the_box_tells_of_itself_before_and_after_a_broker_s_death() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut mosquitto = Mosquitto::start(folder.path(), false);
    let (sender, commands) = std::sync::mpsc::sync_channel(4);
    let presence = Presence {
        will: ("mynah/test/availability".into(), "offline".into()),
        topics: vec!["mynah/test/mute/set".into()],
        deliver: Box::new(move |topic, payload| {
            let payload = String::from_utf8_lossy(payload).into_owned();
            let _ = sender.try_send((topic.to_owned(), payload));
            None
        }),
    };
    let house = Broker::connect(mosquitto.settings(), Some(presence));
    house.post("mynah/test/availability", "online");
    for life in ["first", "second"] {
        let mut witness = mosquitto.subscriber(life);
        let message = witness.next();
        assert_eq!(message.topic, "mynah/test/availability", "{life}");
        assert_eq!(message.payload, "online", "{life}");
        let remote = Broker::connect(mosquitto.settings(), None);
        let command = Message::own("mynah/test/mute/set".into(), "ON".into());
        remote
            .publish(&command, 20_000)
            .expect("the broker is there");
        let (topic, payload) = commands.recv_timeout(PATIENCE).expect("the command");
        assert_eq!(
            (topic.as_str(), payload.as_str()),
            ("mynah/test/mute/set", "ON")
        );
        mosquitto.die();
        mosquitto.come_back();
    }
}

#[test]
fn without_a_broker_or_a_topic_nothing_is_sent() {
    let mut world = World::new(&settings(None));
    let outcome = publish(&mut world, "nowhere", false, 0);
    assert!(outcome.detail.contains("[mqtt]"), "{}", outcome.detail);
    let spec = ActionSpec::Mqtt(MqttSpec {
        topic: "{x}".into(),
        timeout_ms: 1,
        ..MqttSpec::default()
    });
    let outcome = world.act(&spec, &intent("/+#"));
    assert!(
        !outcome.ok && outcome.detail.contains("topic"),
        "{}",
        outcome.detail
    );
}
