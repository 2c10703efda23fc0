//! A real Mosquitto that can be stopped and started, and that keeps what a
//! listener has not had yet.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rumqttc::{Client, Connection, Event, MqttOptions, Packet, Publish, QoS};
use rustix::process::{Pid, Signal, kill_process};

const MOSQUITTO: &str = "/usr/sbin/mosquitto";

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Mosquitto {
    pub port: u16,
    config: PathBuf,
    child: Child,
}

impl Mosquitto {
    pub(crate) fn start(folder: &Path) -> Self {
        assert!(
            Path::new(MOSQUITTO).exists(),
            "there is no `{MOSQUITTO}`: run `apt-get install mosquitto`"
        );
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        drop(listener);
        let config = folder.join("mosquitto.conf");
        let text = format!(
            "listener {port} 127.0.0.1\nuser root\nallow_anonymous true\npersistence true\n\
             persistence_location {}/\n",
            folder.display()
        );
        fs::write(&config, text).expect("a temporary file");
        Self {
            port,
            child: launch(&config),
            config,
        }
    }

    /// Ends it as an administrator would.
    pub(crate) fn stop(&mut self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).expect("a running broker");
        self.child.wait().expect("a stopped broker");
    }

    pub(crate) fn start_again(&mut self) {
        self.child = launch(&self.config);
    }

    /// Hears everything in `topic`; the broker keeps for `name` what comes
    /// while nobody listens.
    pub(crate) fn listen(&self, name: &str, topic: &str) -> Listener {
        let mut options = MqttOptions::new(name, "127.0.0.1", self.port);
        options.set_clean_session(false);
        let (client, connection) = Client::new(options, 16);
        client.subscribe(topic, QoS::AtLeastOnce).expect("a queue");
        let mut listener = Listener {
            client,
            connection,
            early: Vec::new(),
        };
        listener.until(|packet| matches!(packet, Packet::SubAck(_)));
        listener
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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

pub(crate) struct Listener {
    pub client: Client,
    connection: Connection,
    /// Messages that came while something else was waited for.
    early: Vec<Publish>,
}

impl Listener {
    /// The next message whose topic ends so: its topic and its text.
    pub(crate) fn next(&mut self, ending: &str) -> (String, String) {
        let fits = |publish: &Publish| publish.topic.ends_with(ending);
        let found = if let Some(index) = self.early.iter().position(fits) {
            self.early.remove(index)
        } else {
            self.until(|packet| matches!(packet, Packet::Publish(publish) if fits(publish)));
            self.early.pop().expect("just found")
        };
        let text = String::from_utf8(found.payload.to_vec()).expect("UTF-8");
        (found.topic, text)
    }

    /// Waits for a packet, and keeps the messages up to it.
    fn until(&mut self, wanted: impl Fn(&Packet) -> bool) {
        loop {
            let event = self.connection.recv_timeout(PATIENCE).expect("in time");
            let Event::Incoming(packet) = event.expect("a broker that stays") else {
                continue;
            };
            let found = wanted(&packet);
            if let Packet::Publish(publish) = packet {
                self.early.push(publish);
            }
            if found {
                return;
            }
        }
    }
}
