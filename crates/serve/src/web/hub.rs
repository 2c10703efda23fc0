//! The events of the box, for everybody who watches: the last turn, counters
//! for `/metrics`, and a bounded queue that all watchers share. Somebody who
//! does not keep up loses events, and nobody waits for them.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};

use super::history::History;
use super::metrics::Metrics;
use crate::peers::lock;
use crate::stream::now;

/// Events that a watcher may be behind.
const QUEUE: usize = 256;

/// Where the box tells its events.
#[derive(Debug)]
pub struct Hub {
    events: broadcast::Sender<Arc<str>>,
    seen: Mutex<Seen>,
    /// When the screen was last of use.
    used: watch::Sender<Instant>,
}

#[derive(Debug, Default)]
struct Seen {
    conversation: Conversation,
    metrics: Metrics,
    history: History,
    /// The last sign of life of the view for a screen.
    screen: Option<Instant>,
}

/// What the conversation is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// `idle`, `listening`, `thinking`, `speaking`, `ringing` or `stopped`.
    pub state: &'static str,
    /// What was heard last.
    pub heard: String,
    /// What was answered last.
    pub reply: String,
    /// Whether that is a question.
    pub question: bool,
}

impl Default for Conversation {
    fn default() -> Self {
        Self {
            state: "idle",
            heard: String::new(),
            reply: String::new(),
            question: false,
        }
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            events: broadcast::channel(QUEUE).0,
            seen: Mutex::default(),
            used: watch::channel(now()).0,
        }
    }
}

impl Hub {
    /// Takes an event in the form of `mynah run --events`, and `no_wake` for a
    /// wake word that was rejected. Waits for no watcher.
    pub fn tell(&self, event: &Value) {
        let name = event["event"].as_str().unwrap_or_default();
        {
            let mut seen = lock(&self.seen);
            seen.conversation.take(name, event);
            seen.metrics.take(name, event);
            seen.history.take(name, event, now());
        }
        if name != "no_wake" {
            if name == "idle" || self.conversation().state != "idle" {
                self.use_screen();
            }
            // Nobody may be watching.
            let _watchers = self.events.send(event.to_string().into());
        }
    }

    /// Counts an event of another conversation than the microphone's, which only the
    /// owner's history shows: it may be private.
    pub fn count(&self, event: &Value) {
        let name = event["event"].as_str().unwrap_or_default();
        let mut seen = lock(&self.seen);
        seen.metrics.take(name, event);
        seen.history.take(name, event, now());
    }

    /// Whether the history keeps what was said.
    pub(super) fn keep_texts(&self, keep: bool) {
        lock(&self.seen).history.texts = keep;
    }

    /// The last turns, newest first.
    pub(super) fn history(&self, now: Instant) -> Value {
        lock(&self.seen).history.to_json(now)
    }

    /// What the conversation is at.
    #[must_use]
    pub fn conversation(&self) -> Conversation {
        lock(&self.seen).conversation.clone()
    }

    /// The view for a screen has given a sign of life.
    pub(super) fn screen_lives(&self) {
        lock(&self.seen).screen = Some(now());
    }

    /// Seconds since the view for a screen gave a sign of life, if it ever did.
    pub(super) fn screen_s(&self) -> Option<u64> {
        let screen = lock(&self.seen).screen;
        screen.map(|screen| now().duration_since(screen).as_secs())
    }

    /// The screen is of use: somebody speaks with the box, or has tapped on it.
    pub(super) fn use_screen(&self) {
        self.used.send_replace(now());
    }

    /// When the screen was last of use, and each time from now on.
    pub(super) fn uses(&self) -> watch::Receiver<Instant> {
        self.used.subscribe()
    }

    /// Looks at the counters, or changes them.
    pub fn metrics<T>(&self, look: impl FnOnce(&mut Metrics) -> T) -> T {
        look(&mut lock(&self.seen).metrics)
    }

    /// The events from now on.
    pub fn watch(&self) -> broadcast::Receiver<Arc<str>> {
        self.events.subscribe()
    }
}

impl Conversation {
    fn take(&mut self, name: &str, event: &Value) {
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        match name {
            "wake" => {
                *self = Self {
                    state: "listening",
                    ..Self::default()
                }
            }
            "listening" => self.state = "listening",
            "endpoint" => self.state = "thinking",
            "transcript" => self.heard = text("text"),
            "question" | "reply" | "failure" => {
                self.state = "speaking";
                self.reply = text("reply");
                self.question = name == "question";
            }
            "ring" => {
                self.state = "ringing";
                self.reply = text("reply");
                self.question = false;
            }
            "idle" => self.state = "idle",
            "stopped" => self.state = "stopped",
            _ => {}
        }
    }

    /// As a part of `/api/state`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"heard": self.heard, "reply": self.reply, "question": self.question})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Hub;

    /// The state after some events: `state: heard / reply`.
    fn check(events: &[serde_json::Value], expected: &str) {
        let hub = Hub::default();
        for event in events {
            hub.tell(event);
        }
        let now = hub.conversation();
        let mark = if now.question { "?" } else { "" };
        let found = format!("{}: {} / {}{mark}", now.state, now.heard, now.reply);
        assert_eq!(found, expected);
    }

    #[test]
    fn the_conversation_follows_the_events() {
        let wake = json!({"event": "wake", "word": "hey_jarvis"});
        let heard = json!({"event": "transcript", "text": "lights on"});
        check(&[], "idle:  / ");
        check(std::slice::from_ref(&wake), "listening:  / ");
        check(
            &[wake.clone(), json!({"event": "endpoint"})],
            "thinking:  / ",
        );
        let asked = json!({"event": "question", "reply": "Where"});
        check(
            &[wake.clone(), heard.clone(), asked.clone()],
            "speaking: lights on / Where?",
        );
        let idle = json!({"event": "idle"});
        check(
            &[wake.clone(), heard, asked, idle],
            "idle: lights on / Where?",
        );
        check(
            &[json!({"event": "ring", "reply": "Tea"})],
            "ringing:  / Tea",
        );
        check(&[json!({"event": "other"}), json!(7)], "idle:  / ");
    }

    #[test]
    fn a_watcher_that_does_not_look_costs_nothing_more() {
        let hub = Hub::default();
        let mut watcher = hub.watch();
        for number in 0..10_000 {
            hub.tell(&json!({"event": "idle", "t_s": number}));
        }
        let behind = watcher.try_recv().expect_err("it is behind");
        assert!(behind.to_string().contains("9744"), "{behind}");
        let next = watcher.try_recv().expect("the oldest that is kept");
        assert!(next.contains("9744"), "{next}");
    }
}
