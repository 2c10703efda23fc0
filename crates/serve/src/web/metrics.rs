//! Counters of turns, wake words and stages, in the text format of Prometheus.
//! No word that was said is among them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::console::State;

/// Upper bounds of the histograms' buckets, in seconds.
const BUCKETS: [f64; 11] = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 3.0, 5.0, 10.0];

/// Different values of one label, such as wake words; others count as `other`.
const MAX_LABELS: usize = 50;

/// All counters.
#[derive(Debug, Default)]
pub struct Metrics {
    turns: BTreeMap<Turn, u64>,
    wakes: BTreeMap<String, u64>,
    rejected: BTreeMap<String, u64>,
    stages: BTreeMap<&'static str, Histogram>,
    overrun_samples: u64,
    rings: u64,
    interruptions: u64,
    /// The turns that go on, by session: route and outcome.
    open: BTreeMap<String, Turn>,
    /// Events that watchers missed.
    pub missed: u64,
    /// Requests that were refused, by status.
    pub refused: BTreeMap<u16, u64>,
}

type Turn = (String, &'static str);

#[derive(Debug, Default)]
struct Histogram {
    counts: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

impl Histogram {
    fn take(&mut self, seconds: f64) {
        for (count, most) in self.counts.iter_mut().zip(BUCKETS) {
            *count += u64::from(seconds <= most);
        }
        self.count += 1;
        self.sum += seconds;
    }
}

impl Metrics {
    /// Takes an event of the box.
    pub fn take(&mut self, name: &str, event: &Value) {
        // The microphone's own session has no name in an event.
        let session = event["session"].as_str().unwrap_or_default();
        match name {
            "wake" => count(&mut self.wakes, &event["word"]),
            "no_wake" => count(&mut self.rejected, &event["word"]),
            "transcript" => self.begun(session),
            "intent" => self.routed(session, &event["route"]),
            "question" => self.ended(session, "asked"),
            "reply" => self.answered(session),
            "failure" => self.ended(session, "refused"),
            "action" => {
                let mut actions = event["actions"].as_array().into_iter().flatten();
                let failed = actions.any(|action| action["ok"] == false);
                self.ended(session, if failed { "failed" } else { "done" });
            }
            "idle" => self.close(session),
            "ring" => self.rings += 1,
            "interrupted" => self.interruptions += 1,
            "device" => self.overrun_samples += event["samples"].as_u64().unwrap_or(0),
            _ => {}
        }
        for stage in ["stt", "intent", "action", "tts", "confirm"] {
            if let Some(ms) = event["ms"][stage].as_f64() {
                self.stages.entry(stage).or_default().take(ms / 1000.0);
            }
        }
    }

    /// Wake words that were accepted, and those that were rejected.
    #[must_use]
    pub fn wake_counts(&self) -> (u64, u64) {
        (self.wakes.values().sum(), self.rejected.values().sum())
    }

    fn begun(&mut self, session: &str) {
        // A question leaves its turn open, and this is the answer.
        self.close(session);
        if MAX_LABELS <= self.open.len() {
            self.open.clear();
        }
        self.open.insert(session.into(), ("none".into(), "none"));
    }

    fn close(&mut self, session: &str) {
        if let Some(turn) = self.open.remove(session) {
            *self.turns.entry(turn).or_default() += 1;
        }
    }

    fn routed(&mut self, session: &str, route: &Value) {
        if let Some((known, _)) = self.open.get_mut(session)
            && let Some(route @ ("phrase" | "llm")) = route.as_str()
        {
            route.clone_into(known);
        }
    }

    /// A reply ends a turn that nothing else has ended.
    fn answered(&mut self, session: &str) {
        if let Some((_, outcome @ "none")) = self.open.get_mut(session) {
            *outcome = "answered";
        }
    }

    fn ended(&mut self, session: &str, outcome: &'static str) {
        if let Some((_, known)) = self.open.get_mut(session) {
            *known = outcome;
        }
    }

    /// All of it as text. `clients` watch the events.
    #[must_use]
    pub fn text(&self, state: &State, version: &str, clients: usize) -> String {
        let mut page = Page::default();
        page.family("info", "gauge", "The program.");
        page.line("info", &[("version", version)], 1.0);
        page.family("turns_total", "counter", "Turns by route and outcome.");
        for ((route, outcome), count) in &self.turns {
            page.count(
                "turns_total",
                &[("route", route), ("outcome", outcome)],
                *count,
            );
        }
        page.family("wakes_total", "counter", "Accepted wake words.");
        for (word, count) in &self.wakes {
            page.count("wakes_total", &[("word", word)], *count);
        }
        page.family(
            "wakes_rejected_total",
            "counter",
            "Wake words that verification rejected.",
        );
        for (word, count) in &self.rejected {
            page.count("wakes_rejected_total", &[("word", word)], *count);
        }
        page.family("stage_seconds", "histogram", "Time of a stage of a turn.");
        for (stage, histogram) in &self.stages {
            page.histogram("stage_seconds", stage, histogram);
        }
        for (name, help, count) in [
            (
                "rings_total",
                "Timers, alarms and reminders that rang.",
                self.rings,
            ),
            (
                "interruptions_total",
                "Replies that were interrupted.",
                self.interruptions,
            ),
            (
                "overrun_samples_total",
                "Samples that were not fetched in time.",
                self.overrun_samples,
            ),
            (
                "events_missed_total",
                "Events that a watcher was too slow for.",
                self.missed,
            ),
        ] {
            page.family(name, "counter", help);
            page.count(name, &[], count);
        }
        page.family(
            "requests_refused_total",
            "counter",
            "Refused requests by status.",
        );
        for (status, count) in &self.refused {
            page.count(
                "requests_refused_total",
                &[("status", &status.to_string())],
                *count,
            );
        }
        page.state(state, clients);
        page.0
    }
}

/// Counts a name, of which there may be no more than some.
fn count(counts: &mut BTreeMap<String, u64>, name: &Value) {
    let name = name.as_str().unwrap_or("other");
    let name = if counts.len() < MAX_LABELS || counts.contains_key(name) {
        name
    } else {
        "other"
    };
    *counts.entry(name.to_owned()).or_default() += 1;
}

#[derive(Default)]
struct Page(String);

// Writing into a string cannot fail.
impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(
            self.0,
            "# HELP mynah_{name} {help}\n# TYPE mynah_{name} {kind}"
        );
    }

    fn count(&mut self, name: &str, labels: &[(&str, &str)], count: u64) {
        #[expect(clippy::cast_precision_loss, reason = "the format has floats only")]
        self.line(name, labels, count as f64);
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let _ = write!(self.0, "mynah_{name}");
        for (at, (label, text)) in labels.iter().enumerate() {
            let text = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            let before = if at == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{text}\"");
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }

    fn histogram(&mut self, name: &str, stage: &str, histogram: &Histogram) {
        let bucket = format!("{name}_bucket");
        for (most, count) in BUCKETS.iter().zip(histogram.counts) {
            self.count(
                &bucket,
                &[("stage", stage), ("le", &most.to_string())],
                count,
            );
        }
        self.count(
            &bucket,
            &[("stage", stage), ("le", "+Inf")],
            histogram.count,
        );
        self.line(&format!("{name}_sum"), &[("stage", stage)], histogram.sum);
        self.count(
            &format!("{name}_count"),
            &[("stage", stage)],
            histogram.count,
        );
    }

    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.family(name, "gauge", help);
        self.line(name, &[], value);
    }

    fn state(&mut self, state: &State, clients: usize) {
        self.gauge(
            "muted",
            "1 while the box hears nothing.",
            f64::from(u8::from(state.muted)),
        );
        self.gauge("volume_percent", "Volume.", f64::from(state.volume));
        let count = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
        let timers = count(state.timers.len());
        self.gauge(
            "timers",
            "Timers, alarms, reminders and commands for later.",
            timers,
        );
        self.gauge("watchers", "Clients that watch the events.", count(clients));
        let llm = f64::from(u8::from(state.llm.is_some()));
        self.gauge("llm_ready", "1 while a language model is there.", llm);
        if let Some(celsius) = state.temperature_c {
            self.gauge(
                "temperature_celsius",
                "Of the processor.",
                f64::from(celsius),
            );
        }
        if let Some(bytes) = state.memory_bytes {
            #[expect(clippy::cast_precision_loss, reason = "the format has floats only")]
            self.gauge(
                "resident_memory_bytes",
                "Memory of the program.",
                bytes as f64,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Metrics;
    use crate::console::State;

    /// Checks that the page has each of the lines.
    fn check(events: &[Value], lines: &[&str]) {
        let mut metrics = Metrics::default();
        for event in events {
            metrics.take(event["event"].as_str().expect("a name"), event);
        }
        let page = metrics.text(&State::default(), "1.2.3", 4);
        for line in lines {
            assert!(
                page.lines().any(|found| found == *line),
                "{line} in:\n{page}"
            );
        }
        assert!(!page.contains("lights on"), "no word that was said");
    }

    #[test]
    fn turns_are_counted_by_route_and_outcome() {
        let heard = json!({"event": "transcript", "text": "lights on", "ms": {"stt": 240}});
        let routed = |route: &str| json!({"event": "intent", "route": route, "ms": {"intent": 3}});
        let idle = json!({"event": "idle"});
        let act = |ok: bool| json!({"event": "action", "actions": [{"ok": ok}]});
        let reply = json!({"event": "reply", "reply": "lights on"});
        check(
            &[
                json!({"event": "wake", "word": "hey_jarvis"}),
                heard.clone(),
                routed("phrase"),
                act(true),
                reply.clone(),
                idle.clone(),
                heard.clone(),
                routed("llm"),
                act(false),
                reply.clone(),
                idle.clone(),
                heard.clone(),
                routed("none"),
                json!({"event": "failure"}),
                idle.clone(),
                heard.clone(),
                routed("phrase"),
                json!({"event": "question"}),
                idle.clone(),
                heard,
                routed("phrase"),
                reply,
                idle.clone(),
                idle,
                json!({"event": "no_wake", "word": "hey_jarvis"}),
                json!({"event": "device", "state": "overrun", "samples": 512}),
            ],
            &[
                "mynah_info{version=\"1.2.3\"} 1",
                "mynah_turns_total{route=\"phrase\",outcome=\"done\"} 1",
                "mynah_turns_total{route=\"llm\",outcome=\"failed\"} 1",
                "mynah_turns_total{route=\"none\",outcome=\"refused\"} 1",
                "mynah_turns_total{route=\"phrase\",outcome=\"asked\"} 1",
                "mynah_turns_total{route=\"phrase\",outcome=\"answered\"} 1",
                "mynah_wakes_total{word=\"hey_jarvis\"} 1",
                "mynah_wakes_rejected_total{word=\"hey_jarvis\"} 1",
                "mynah_stage_seconds_bucket{stage=\"stt\",le=\"0.2\"} 0",
                "mynah_stage_seconds_bucket{stage=\"stt\",le=\"0.3\"} 5",
                "mynah_stage_seconds_count{stage=\"intent\"} 5",
                "mynah_overrun_samples_total 512",
                "mynah_watchers 4",
            ],
        );
    }

    #[test]
    fn sessions_do_not_mix() {
        let event = |session: &str, name: &str| json!({"session": session, "event": name});
        check(
            &[
                event("text-1", "transcript"),
                json!({"event": "transcript"}),
                event("text-1", "question"),
                json!({"event": "failure"}),
                json!({"event": "idle"}),
                event("text-1", "transcript"),
                event("text-1", "reply"),
                event("text-1", "idle"),
            ],
            &[
                "mynah_turns_total{route=\"none\",outcome=\"asked\"} 1",
                "mynah_turns_total{route=\"none\",outcome=\"refused\"} 1",
                "mynah_turns_total{route=\"none\",outcome=\"answered\"} 1",
            ],
        );
    }

    #[test]
    fn names_are_escaped_and_their_number_is_bounded() {
        let words = (0..200).map(|n| json!({"event": "wake", "word": format!("a\"\n{n}")}));
        let words: Vec<Value> = words.collect();
        check(
            &words,
            &[
                "mynah_wakes_total{word=\"a\\\"\\n7\"} 1",
                "mynah_wakes_total{word=\"other\"} 150",
            ],
        );
    }
}
