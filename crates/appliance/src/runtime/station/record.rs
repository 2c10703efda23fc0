//! Gathers what happened in a turn into one record. Pure: reports in, records
//! out.

use serde_json::{Map, Value, json};

use super::super::events::intents_json;
use mynah_core::conversation::{Happening, Report};
use mynah_core::turn::{Failure, Outcome, Route};

/// A turn as others are told of it.
pub type Record = Map<String, Value>;

/// Follows the turns.
#[derive(Debug)]
pub struct Collector {
    /// Whether what was said is told.
    transcript: bool,
    open: Option<Record>,
}

impl Collector {
    pub const fn new(transcript: bool) -> Self {
        Self {
            transcript,
            open: None,
        }
    }

    /// Takes in a report; gives the record of a turn that has ended.
    pub fn take(&mut self, report: &Report) -> Option<Record> {
        let words = self.transcript;
        if let Happening::Wake(wake, _) = &report.what {
            let record = json!({"turn": report.turn, "wake": wake.word, "intents": [],
                                "route": "none", "outcome": "nothing", "ms": {}});
            let before = self.open.take();
            self.open = record.as_object().cloned();
            return before;
        }
        if let Happening::Intent { understanding, .. } = &report.what
            && understanding.route == Route::None
            && !understanding.intents.is_empty()
        {
            let record = json!({"turn": report.turn, "scheduled": true, "intents": [],
                                "route": "none", "outcome": "nothing", "ms": {}});
            self.open = record.as_object().cloned();
        }
        let record = self.open.as_mut()?;
        let mut put = |name: &str, value: Value| record.insert(name.into(), value);
        match &report.what {
            Happening::Transcript { transcript, ms } => {
                if words {
                    put("text", transcript.text.as_str().into());
                }
                record["ms"]["stt"] = (*ms).into();
            }
            Happening::Intent { understanding, ms } => {
                put("intents", intents_json(&understanding.intents));
                put("route", json!(understanding.route));
                put("confidence", hundredths(understanding.confidence));
                record["ms"]["intent"] = (*ms).into();
            }
            Happening::Question(text) => {
                if words {
                    put("question", text.as_str().into());
                }
                put("outcome", "asked".into());
            }
            Happening::Action { outcomes, ms } => {
                put("actions", outcomes.iter().map(told).collect());
                let done = outcomes.iter().all(|outcome| outcome.ok);
                put("outcome", if done { "done" } else { "failed" }.into());
                record["ms"]["action"] = (*ms).into();
            }
            Happening::Reply(text) if words => {
                put("reply", text.as_str().into());
            }
            Happening::Spoken { ms } => record["ms"]["tts"] = (*ms).into(),
            Happening::Failure(failure) => {
                put("failure", json!(failure));
                let outcome = match failure {
                    Failure::Cancelled => "cancelled",
                    Failure::NotHeard => "nothing",
                    Failure::NotUnderstood => "not_understood",
                    _ => "failed",
                };
                put("outcome", outcome.into());
            }
            Happening::Interrupted => {
                put("outcome", "interrupted".into());
                return self.open.take();
            }
            Happening::Idle | Happening::Stopped => return self.open.take(),
            _ => {}
        }
        None
    }
}

/// An outcome without its detail, in which free words may stand.
fn told(outcome: &Outcome) -> Value {
    json!({"type": outcome.kind, "ok": outcome.ok})
}

fn hundredths(value: f32) -> Value {
    json!((f64::from(value) * 100.0).round() / 100.0)
}
