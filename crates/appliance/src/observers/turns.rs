//! Tells others of each turn as one record: a broker, a server, a program.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Observer;
use super::record::Collector;
use super::wakes::Wakes;
use mynah_actions::mqtt::{Broker, Message};
use mynah_actions::tell;
use mynah_actions::tell::Server;
use mynah_core::conversation::EventRecord;
use mynah_core::model::{Events, Settings};

/// Turns that wait for a broker that is away: an evening of them.
const BACKLOG: usize = 64;

/// The longest that a broker, a server or a program may take for one turn.
const TIMEOUT_MS: u32 = 5_000;

/// Between two attempts to reach a broker that is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Makes records of reports.
struct Records {
    collector: Collector,
    wakes: Wakes,
    device: String,
    /// Reports and turns that the other end did not get.
    dropped: u64,
}

impl Records {
    fn new(device: &str, events: &Events) -> Self {
        Self {
            collector: Collector::new(events.transcript),
            wakes: Wakes::default(),
            device: device.to_owned(),
            dropped: 0,
        }
    }

    /// The record of a turn that has ended.
    fn take(&mut self, report: &EventRecord) -> Option<Value> {
        self.wakes.note(report);
        let mut record = self.collector.take(report)?;
        record.insert("device".into(), self.device.as_str().into());
        record.insert("time".into(), jiff::Timestamp::now().to_string().into());
        if let Some(wakes) = self.wakes.as_json() {
            record.insert("wakes".into(), wakes);
        }
        if 0 < self.dropped {
            record.insert("dropped".into(), self.dropped.into());
        }
        Some(Value::Object(record))
    }

    fn missed(&mut self, why: &str) {
        self.dropped += 1;
        tracing::warn!("a turn was not told: {why}");
    }
}

/// The observers that the file wants to tell of turns. `broker` gets them at
/// `topic`.
#[must_use]
pub fn of(
    settings: &Settings,
    broker: Option<&Arc<Broker>>,
    topic: String,
) -> Vec<Box<dyn Observer>> {
    let Some(events) = &settings.events else {
        return Vec::new();
    };
    let records = || Records::new(&settings.device.name, events);
    let mut all: Vec<Box<dyn Observer>> = Vec::new();
    if let Some(broker) = broker.filter(|_| events.mqtt) {
        all.push(Box::new(ToBroker {
            records: records(),
            broker: Arc::clone(broker),
            topic,
            backlog: VecDeque::new(),
        }));
    }
    if let Some(url) = &events.url {
        all.push(Box::new(ToServer {
            records: records(),
            url: url.clone(),
            token_file: events.token_file.clone(),
            server: Server::new(TIMEOUT_MS),
        }));
    }
    if !events.command.is_empty() {
        all.push(Box::new(ToProgram {
            records: records(),
            command: events.command.clone(),
        }));
    }
    all
}

/// Publishes turns. A broker that is away will come back.
struct ToBroker {
    records: Records,
    broker: Arc<Broker>,
    topic: String,
    backlog: VecDeque<Value>,
}

impl ToBroker {
    /// Publishes what waits, in order, up to the first that does not get
    /// through.
    fn publish(&mut self) {
        while let Some(turn) = self.backlog.front() {
            let message = Message::own(self.topic.clone(), turn.to_string());
            if let Err(why) = self.broker.publish(&message, TIMEOUT_MS) {
                tracing::debug!("a turn waits: {why}");
                return;
            }
            self.backlog.pop_front();
        }
    }
}

impl Observer for ToBroker {
    fn name(&self) -> &'static str {
        "turns to MQTT"
    }

    fn observe(&mut self, report: &EventRecord) {
        let Some(turn) = self.records.take(report) else {
            return;
        };
        if self.backlog.len() == BACKLOG {
            self.backlog.pop_front();
            self.records.missed("the broker is away for too long");
        }
        self.backlog.push_back(turn);
        self.publish();
    }

    fn missed(&mut self, reports: u64) {
        self.records.dropped += reports;
    }

    fn patience(&self) -> Option<Duration> {
        (!self.backlog.is_empty()).then_some(PAUSE)
    }

    fn rest(&mut self) {
        self.publish();
    }

    fn finish(&mut self) {
        self.publish();
    }
}

/// Posts turns to a server.
struct ToServer {
    records: Records,
    url: String,
    token_file: Option<PathBuf>,
    server: Server,
}

impl Observer for ToServer {
    fn name(&self) -> &'static str {
        "turns to URL"
    }

    fn observe(&mut self, report: &EventRecord) {
        let Some(turn) = self.records.take(report) else {
            return;
        };
        let token_file = self.token_file.as_deref();
        let sent = self
            .server
            .exchange(&self.url, Some(&turn), token_file, None);
        if let Err((why, _)) = sent {
            self.records.missed(&why);
        }
    }

    fn missed(&mut self, reports: u64) {
        self.records.dropped += reports;
    }
}

/// Runs a program for each turn.
struct ToProgram {
    records: Records,
    command: Vec<String>,
}

impl Observer for ToProgram {
    fn name(&self) -> &'static str {
        "turns to command"
    }

    fn observe(&mut self, report: &EventRecord) {
        let Some(turn) = self.records.take(report) else {
            return;
        };
        if let Err(why) = tell::run(&self.command, &turn, TIMEOUT_MS) {
            self.records.missed(&why);
        }
    }

    fn missed(&mut self, reports: u64) {
        self.records.dropped += reports;
    }
}
