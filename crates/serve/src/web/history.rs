//! The last turns since the start, for the owner's page. In memory only; what was
//! said is kept only where the owner allows it.

use std::collections::VecDeque;
use std::time::Instant;

use serde_json::{Value, json};

/// Turns that are kept.
const MOST: usize = 100;

/// The turns, oldest first.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Whether words are kept.
    pub texts: bool,
    past: VecDeque<Past>,
}

#[derive(Debug)]
struct Past {
    at: Instant,
    /// Of a text client; empty for the microphone.
    session: String,
    outcome: &'static str,
    intents: Vec<String>,
    heard: String,
    reply: String,
    /// Nothing more belongs to it.
    closed: bool,
}

impl History {
    /// Takes an event of the box.
    pub(super) fn take(&mut self, name: &str, event: &Value, now: Instant) {
        let session = event["session"].as_str().unwrap_or_default();
        let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
        match name {
            "transcript" => {
                self.close(session);
                let heard = text("text");
                self.begin(session, "none", now);
                self.change(session, |past| past.heard = heard);
            }
            "intent" => {
                let intents = event["intents"].as_array().into_iter().flatten();
                let intents = intents.filter_map(|intent| intent["intent"].as_str());
                let intents = intents.map(str::to_owned).collect();
                self.change(session, |past| past.intents = intents);
            }
            "action" => {
                let mut actions = event["actions"].as_array().into_iter().flatten();
                let failed = actions.any(|action| action["ok"] == false);
                let outcome = if failed { "failed" } else { "done" };
                self.change(session, |past| past.outcome = outcome);
            }
            "question" | "failure" => {
                let outcome = if name == "question" {
                    "asked"
                } else {
                    "refused"
                };
                let reply = text("reply");
                self.change(session, |past| {
                    past.outcome = outcome;
                    past.reply = reply;
                });
            }
            "reply" => {
                let reply = text("reply");
                self.change(session, |past| {
                    if past.outcome == "none" {
                        past.outcome = "answered";
                    }
                    past.reply = reply;
                });
            }
            "ring" => {
                self.close(session);
                let reply = text("reply");
                self.begin(session, "rang", now);
                self.change(session, |past| past.reply = reply);
            }
            "idle" => self.close(session),
            _ => {}
        }
    }

    /// Newest first: `ago_s`, `session`, `outcome`, `intents`, and `heard` and `reply`
    /// where words are kept.
    pub(super) fn to_json(&self, now: Instant) -> Value {
        let line = |past: &Past| {
            let mut line = json!({
                "ago_s": now.saturating_duration_since(past.at).as_secs(),
                "session": past.session,
                "outcome": past.outcome,
                "intents": past.intents,
            });
            if self.texts {
                line["heard"] = past.heard.as_str().into();
                line["reply"] = past.reply.as_str().into();
            }
            line
        };
        self.past.iter().rev().map(line).collect()
    }

    fn begin(&mut self, session: &str, outcome: &'static str, at: Instant) {
        self.past.push_back(Past {
            at,
            session: session.into(),
            outcome,
            intents: Vec::new(),
            heard: String::new(),
            reply: String::new(),
            closed: false,
        });
        if MOST < self.past.len() {
            self.past.pop_front();
        }
    }

    fn change(&mut self, session: &str, change: impl FnOnce(&mut Past)) {
        if let Some(past) = self.open(session) {
            change(past);
            if !self.texts
                && let Some(past) = self.open(session)
            {
                past.heard.clear();
                past.reply.clear();
            }
        }
    }

    fn close(&mut self, session: &str) {
        if let Some(past) = self.open(session) {
            past.closed = true;
        }
    }

    /// The turn of this session that goes on.
    fn open(&mut self, session: &str) -> Option<&mut Past> {
        let mut newest = self.past.iter_mut().rev();
        let past = newest.find(|past| past.session == session)?;
        (!past.closed).then_some(past)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{History, MOST};
    use crate::stream::now;

    fn check(texts: bool, events: &[Value], expected: &Value) {
        let mut history = History {
            texts,
            ..History::default()
        };
        let began = now();
        for event in events {
            let name = event["event"].as_str().expect("a name");
            history.take(name, event, began);
        }
        assert_eq!(history.to_json(began), *expected);
    }

    #[test]
    fn a_turn_is_a_line_and_words_are_kept_only_where_that_is_allowed() {
        let events = [
            json!({"event": "transcript", "text": "lights on"}),
            json!({"event": "intent", "intents": [{"intent": "light", "slots": {}}]}),
            json!({"event": "question", "reply": "Where?"}),
            json!({"event": "transcript", "text": "hall"}),
            json!({"event": "transcript", "text": "hello", "session": "text-1"}),
            json!({"event": "action", "actions": [{"ok": true}]}),
            json!({"event": "reply", "reply": "It is on."}),
            json!({"event": "failure", "reply": "Sorry", "session": "text-1"}),
            json!({"event": "idle"}),
            json!({"event": "reply", "reply": "of nobody"}),
            json!({"event": "ring", "reply": "Tea!"}),
        ];
        let line = |session: &str, outcome: &str, intents: Value| json!({"ago_s": 0, "session": session, "outcome": outcome, "intents": intents});
        let bare = json!([
            line("", "rang", json!([])),
            line("text-1", "refused", json!([])),
            line("", "done", json!([])),
            line("", "asked", json!(["light"])),
        ]);
        check(false, &events, &bare);
        let mut whole = bare;
        let words = [
            ("", "Tea!"),
            ("hello", "Sorry"),
            ("hall", "It is on."),
            ("lights on", "Where?"),
        ];
        for (at, (heard, reply)) in words.into_iter().enumerate() {
            whole[at]["heard"] = heard.into();
            whole[at]["reply"] = reply.into();
        }
        check(true, &events, &whole);
    }

    #[test]
    fn it_is_bounded() {
        let mut history = History::default();
        for _ in 0..2 * MOST {
            history.take("transcript", &json!({"text": "on"}), now());
        }
        let lines = history.to_json(now());
        assert_eq!(lines.as_array().map(Vec::len), Some(MOST));
    }
}
