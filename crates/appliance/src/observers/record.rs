//! Gathers what happened in a turn into one record. Pure: reports in, records
//! out.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::runtime::events::intents_json;
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::turn::{Failure, Outcome, Route, SessionId, SessionKind, TurnId};

/// A turn as others are told of it.
pub(super) type Record = Map<String, Value>;

/// Turns that may be open at a time: more sessions than there are.
const OPEN: usize = 64;

/// Follows the turns of all sessions.
#[derive(Debug)]
pub(super) struct Collector {
    /// Whether what was said is told.
    transcript: bool,
    open: BTreeMap<SessionId, (TurnId, Record)>,
}

impl Collector {
    pub(super) const fn new(transcript: bool) -> Self {
        Self {
            transcript,
            open: BTreeMap::new(),
        }
    }

    /// Takes in a report; gives the record of a turn that has ended.
    pub(super) fn take(&mut self, report: &EventRecord) -> Option<Record> {
        let words = self.transcript;
        let before = match &report.what {
            TurnEvent::Wake(wake, _) => {
                let begun = json!({"turn": report.turn, "wake": wake.word});
                return self.begin(report, begun);
            }
            TurnEvent::Intent { understanding, .. }
                if understanding.route == Route::None && !understanding.intents.is_empty() =>
            {
                let begun = json!({"turn": report.turn, "scheduled": true});
                self.begin(report, begun);
                None
            }
            // Nobody wakes a session without a microphone: its turns begin with
            // words.
            TurnEvent::Transcript { .. }
                if report.session.kind != SessionKind::Microphone
                    && self.turn(report.session) != Some(report.turn) =>
            {
                let begun = json!({"turn": report.turn, "session": report.session.to_string()});
                self.begin(report, begun)
            }
            _ => None,
        };
        let ended = self.go_on(report, words);
        before.or(ended)
    }

    fn turn(&self, session: SessionId) -> Option<TurnId> {
        self.open.get(&session).map(|(turn, _)| *turn)
    }

    /// Begins a turn; gives the one before, if it was still open.
    fn begin(&mut self, report: &EventRecord, mut begun: Value) -> Option<Record> {
        begun["intents"] = json!([]);
        begun["route"] = "none".into();
        begun["outcome"] = "nothing".into();
        begun["ms"] = json!({});
        let record = begun.as_object().cloned()?;
        let before = self.open.insert(report.session, (report.turn, record));
        if OPEN < self.open.len() {
            self.open.pop_first();
        }
        before.map(|(_, record)| record)
    }

    fn go_on(&mut self, report: &EventRecord, words: bool) -> Option<Record> {
        let (_, record) = self.open.get_mut(&report.session)?;
        let mut put = |name: &str, value: Value| record.insert(name.into(), value);
        match &report.what {
            TurnEvent::Transcript { transcript, ms } => {
                if words {
                    put("text", transcript.text.as_str().into());
                }
                record["ms"]["stt"] = (*ms).into();
            }
            TurnEvent::Intent { understanding, ms } => {
                put("intents", intents_json(&understanding.intents));
                put("route", json!(understanding.route));
                put("confidence", hundredths(understanding.confidence));
                record["ms"]["intent"] = (*ms).into();
            }
            TurnEvent::Question(text) => {
                if words {
                    put("question", text.as_str().into());
                }
                put("outcome", "asked".into());
            }
            TurnEvent::Answered(answered) if !answered.text.is_empty() => {
                put("answer", json!(answered.answer));
                put("outcome", "answered".into());
            }
            TurnEvent::Action { outcomes, ms } => {
                put("actions", outcomes.iter().map(told).collect());
                let done = outcomes.iter().all(|outcome| outcome.ok);
                put("outcome", if done { "done" } else { "failed" }.into());
                record["ms"]["action"] = (*ms).into();
            }
            TurnEvent::Reply(text) if words => {
                put("reply", text.as_str().into());
            }
            TurnEvent::Spoken { ms } => record["ms"]["tts"] = (*ms).into(),
            TurnEvent::Failure(failure) => {
                put("failure", json!(failure));
                let outcome = match failure {
                    Failure::Cancelled => "cancelled",
                    Failure::NotHeard => "nothing",
                    Failure::NotUnderstood => "not_understood",
                    _ => "failed",
                };
                put("outcome", outcome.into());
            }
            TurnEvent::Interrupted => {
                put("outcome", "interrupted".into());
                return self.end(report);
            }
            TurnEvent::Idle | TurnEvent::Stopped => return self.end(report),
            _ => {}
        }
        None
    }

    fn end(&mut self, report: &EventRecord) -> Option<Record> {
        self.open.remove(&report.session).map(|(_, record)| record)
    }
}

/// An outcome without its detail, in which free words may stand.
fn told(outcome: &Outcome) -> Value {
    json!({"type": outcome.kind, "ok": outcome.ok})
}

fn hundredths(value: f32) -> Value {
    json!((f64::from(value) * 100.0).round() / 100.0)
}
