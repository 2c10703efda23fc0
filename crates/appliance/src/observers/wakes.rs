//! Counts the wake words of one run: those that woke, those that the second
//! look turned away, and those after which nobody said anything.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Observer;
use mynah_core::conversation::{ConfirmedBy, EventRecord, TurnEvent};
use mynah_core::turn::{Failure, SessionKind};

/// The counts of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// It woke.
    pub accepted: u64,
    /// It came near, and the second look did not find it or took too long.
    pub rejected: u64,
    /// It woke, and no command came of it: nobody said a word, or another
    /// wake word came first. Many of them are false alarms.
    pub without_command: u64,
}

/// The counts of all words.
#[derive(Debug, Default)]
pub struct Wakes {
    words: BTreeMap<String, Count>,
    /// The word of a turn in which nothing was said yet.
    silent: Option<String>,
}

impl Wakes {
    /// Takes in what happens at a microphone.
    pub fn note(&mut self, report: &EventRecord) {
        if report.session.kind != SessionKind::Microphone {
            return;
        }
        match &report.what {
            // A button is no wake word.
            TurnEvent::Wake(wake, by) if *by != ConfirmedBy::Hand => {
                self.of(&wake.word).accepted += 1;
                self.silent = Some(wake.word.clone());
            }
            TurnEvent::Dismissed(wake, _) => self.of(&wake.word).rejected += 1,
            TurnEvent::Transcript { transcript, .. } if !transcript.text.trim().is_empty() => {
                self.silent = None;
            }
            TurnEvent::Failure(Failure::NotHeard) | TurnEvent::Interrupted => {
                if let Some(word) = self.silent.take() {
                    self.of(&word).without_command += 1;
                }
            }
            TurnEvent::Idle | TurnEvent::Wake(..) => self.silent = None,
            _ => {}
        }
    }

    /// The counts for programs; `None` before the first.
    #[must_use]
    pub fn as_json(&self) -> Option<Value> {
        (!self.words.is_empty()).then(|| serde_json::json!(self.words))
    }

    /// The counts of all words together, then those of each.
    #[must_use]
    pub fn totals(&self) -> Value {
        let mut totals = serde_json::json!(self.total());
        totals["words"] = serde_json::json!(self.words);
        totals
    }

    fn total(&self) -> Count {
        let mut total = Count::default();
        for count in self.words.values() {
            total.accepted += count.accepted;
            total.rejected += count.rejected;
            total.without_command += count.without_command;
        }
        total
    }

    /// The counts for people: ` (3 wakes, 2 rejected, 1 without a command)`;
    /// nothing before the first.
    #[must_use]
    pub fn as_line(&self) -> String {
        let Count {
            accepted,
            rejected,
            without_command,
        } = self.total();
        if accepted + rejected == 0 {
            return String::new();
        }
        format!(" ({accepted} wakes, {rejected} rejected, {without_command} without a command)")
    }

    fn of(&mut self, word: &str) -> &mut Count {
        self.words.entry(word.to_owned()).or_default()
    }
}

impl Observer for Wakes {
    fn name(&self) -> &'static str {
        "wake counters"
    }

    fn observe(&mut self, report: &EventRecord) {
        self.note(report);
    }

    fn finish(&mut self) {
        tracing::info!("the end{}", self.as_line());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mynah_core::conversation::{ConfirmedBy, Dismissal};
    use mynah_core::frame::SampleTime;
    use mynah_core::percept::Wake;
    use mynah_core::turn::{SessionId, Transcript, TranscriptRoute, TurnId};

    fn note(wakes: &mut Wakes, what: TurnEvent) {
        wakes.note(&EventRecord {
            at: SampleTime(0),
            session: SessionId::OWN,
            turn: TurnId(1),
            what,
        });
    }

    fn wake(word: &str) -> Wake {
        Wake {
            word: word.into(),
            score: 0.9,
            sure: true,
        }
    }

    /// A word that starts with a capital wakes, `-word` is rejected; `"` is
    /// something said, `_` silence, `!` an interruption, `.` the end.
    fn check(script: &str, expected: &str) {
        let mut wakes = Wakes::default();
        for part in script.split_whitespace() {
            match (part, part.strip_prefix('-')) {
                (_, Some(word)) => {
                    note(
                        &mut wakes,
                        TurnEvent::Dismissed(wake(word), Dismissal::Rejected),
                    );
                }
                ("\"", _) => note(
                    &mut wakes,
                    TurnEvent::Transcript {
                        transcript: Transcript {
                            text: "lights on".into(),
                            logprob: 0.0,
                            no_speech: 0.0,
                            route: TranscriptRoute::Free,
                            alternatives: vec![],
                        },
                        ms: 0,
                    },
                ),
                ("_", _) => note(&mut wakes, TurnEvent::Failure(Failure::NotHeard)),
                ("!", _) => note(&mut wakes, TurnEvent::Interrupted),
                (".", _) => note(&mut wakes, TurnEvent::Idle),
                (word, _) => note(&mut wakes, TurnEvent::Wake(wake(word), ConfirmedBy::Score)),
            }
        }
        assert_eq!(wakes.as_line(), expected, "{script}");
    }

    #[test]
    fn each_wake_word_is_counted_for_what_came_of_it() {
        check("", "");
        check("a \" .", " (1 wakes, 0 rejected, 0 without a command)");
        check("a _ . -a -b", " (1 wakes, 2 rejected, 1 without a command)");
        // The voice is interrupted after the command, not instead of it.
        check(
            "a \" ! b \" .",
            " (2 wakes, 0 rejected, 0 without a command)",
        );
        check("a ! b \" .", " (2 wakes, 0 rejected, 1 without a command)");
        check("_ ! .", "");
    }

    #[test]
    fn programs_see_each_word() {
        let mut wakes = Wakes::default();
        assert_eq!(wakes.as_json(), None);
        note(
            &mut wakes,
            TurnEvent::Wake(wake("alexa"), ConfirmedBy::Score),
        );
        note(
            &mut wakes,
            TurnEvent::Dismissed(wake("okay_nabu"), Dismissal::Expired),
        );
        assert_eq!(
            wakes.as_json().expect("counts").to_string(),
            "{\"alexa\":{\"accepted\":1,\"rejected\":0,\"without_command\":0},\
             \"okay_nabu\":{\"accepted\":0,\"rejected\":1,\"without_command\":0}}"
        );
    }
}
