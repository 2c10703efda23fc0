//! What happens in a conversation, as JSON for programs and as a line for
//! people. The JSON's names are a contract (`mynah run --events`).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::engine::TurnAnswer;
use mynah_audio::{DeviceChange, DeviceNews};
use mynah_core::conversation::{ConfirmedBy, EventRecord, TurnEvent};
use mynah_core::percept::Wake;
use mynah_core::turn::{InquiryOutcome, Intent, LlmCost, Outcome, Route};

/// The event's name, its fields, and the same for people.
struct Told {
    name: &'static str,
    fields: Value,
    line: String,
}

/// Whether a report is one of the events that others are told of.
#[must_use]
pub const fn is_event(report: &EventRecord) -> bool {
    !matches!(
        report.what,
        TurnEvent::Dismissed(..) | TurnEvent::Partial(..)
    )
}

/// One line of the event log.
#[must_use]
pub fn event_json(report: &EventRecord) -> Value {
    let told = tell(&report.what);
    let mut event = Map::new();
    event.insert("t_s".into(), seconds(report.at.seconds()));
    event.insert("turn".into(), report.turn.0.into());
    if !report.session.is_own() {
        event.insert("session".into(), report.session.to_string().into());
    }
    event.insert("event".into(), told.name.into());
    if let Value::Object(fields) = told.fields {
        event.extend(fields);
    }
    Value::Object(event)
}

/// The first line of the event log.
#[must_use]
pub fn started_json(device: &str, words: &[String], intents: usize) -> Value {
    json!({"t_s": 0.0, "turn": 0, "event": "started", "device": device, "wake": words,
           "intents": intents})
}

/// One line for people: audio time, turn, stage, what, milliseconds.
#[must_use]
pub fn event_line(report: &EventRecord) -> String {
    let told = tell(&report.what);
    let turn = if report.session.is_own() {
        format!("#{}", report.turn.0)
    } else {
        format!("{}#{}", report.session, report.turn.0)
    };
    let line = format!(
        "{:8.2} s  {turn}  {:<11}{}",
        report.at.seconds(),
        told.name,
        told.line
    );
    line.trim_end().to_owned()
}

fn tell(what: &TurnEvent) -> Told {
    let told = |name, fields, line: String| Told { name, fields, line };
    match what {
        TurnEvent::Wake(wake, by) => woken(wake, *by),
        TurnEvent::Dismissed(Wake { word, score, .. }, why) => told(
            "no_wake",
            json!({"word": word, "score": round(*score)}),
            format!("{word} ({score:.2}), {why:?}"),
        ),
        TurnEvent::Listening { for_answer } => told(
            "listening",
            json!({"for_answer": for_answer}),
            if *for_answer { "for the answer" } else { "" }.into(),
        ),
        TurnEvent::Endpoint { from, to } => {
            let audio_s = to.seconds() - from.seconds();
            told(
                "endpoint",
                json!({"from_s": seconds(from.seconds()), "to_s": seconds(to.seconds()),
                       "audio_s": seconds(audio_s)}),
                format!("{audio_s:.2} s from {:.2} s", from.seconds()),
            )
        }
        TurnEvent::Partial(text) => told("partial", json!({"text": text}), text.clone()),
        TurnEvent::Transcript { transcript, ms } => told(
            "transcript",
            json!({"text": transcript.text, "transcript_route": transcript.route,
                   "logprob": round(transcript.logprob), "ms": {"stt": ms}}),
            format!("\"{}\"  ({ms} ms)", transcript.text),
        ),
        TurnEvent::Intent { understanding, ms } => told(
            "intent",
            json!({"intents": intents_json(&understanding.intents), "route": understanding.route,
                   "confidence": round(understanding.confidence), "llm": understanding.llm,
                   "ms": {"intent": ms}}),
            format!(
                "{}  ({ms} ms, {})",
                intents_line(&understanding.intents),
                route(understanding.route)
            ),
        ),
        TurnEvent::Question(text) => told(
            "question",
            json!({"reply": text, "question": true}),
            format!("\"{text}\""),
        ),
        TurnEvent::Answered(InquiryOutcome { id, answer, text }) => told(
            "answered",
            json!({"question_id": id, "answer": answer, "text": text}),
            format!("{id}: {}", answer.as_ref().unwrap_or(text)),
        ),
        TurnEvent::Action { outcomes, ms } => told(
            "action",
            json!({"actions": outcomes, "ms": {"action": ms}}),
            format!("{}  ({ms} ms)", outcomes_line(outcomes)),
        ),
        TurnEvent::Reply(text) => told("reply", json!({"reply": text}), format!("\"{text}\"")),
        TurnEvent::Ring(ring) => told(
            "ring",
            json!({"reply": ring.text, "missed": ring.once}),
            format!("\"{}\"", ring.text),
        ),
        TurnEvent::Spoken { ms } => told(
            "spoken",
            json!({"ms": {"tts": ms}}),
            format!("first sound after {ms} ms"),
        ),
        TurnEvent::Interrupted => told("interrupted", json!({}), String::new()),
        TurnEvent::Failure(failure) => told(
            "failure",
            json!({"failure": failure, "reply": failure.sentence()}),
            format!("\"{}\"", failure.sentence()),
        ),
        TurnEvent::Device(news) => device(news),
        TurnEvent::Muted(on) => told(
            "muted",
            json!({"on": on}),
            if *on { "hears nothing" } else { "hears again" }.into(),
        ),
        TurnEvent::Volume(percent) => told(
            "volume",
            json!({"percent": percent}),
            format!("{percent} %"),
        ),
        TurnEvent::Idle => told("idle", json!({}), String::new()),
        TurnEvent::Stopped => told("stopped", json!({}), String::new()),
    }
}

/// A wake word, and what spoke for it.
fn woken(wake: &Wake, by: ConfirmedBy) -> Told {
    let Wake { word, score, .. } = wake;
    let mut fields = json!({"word": word, "score": round(*score)});
    let line = match by {
        ConfirmedBy::Score => {
            fields["confirmed_by"] = "score".into();
            format!("{word} ({score:.2})")
        }
        ConfirmedBy::Hand => {
            fields["confirmed_by"] = "hand".into();
            word.clone()
        }
        ConfirmedBy::SecondLook(ms) => {
            fields["confirmed_by"] = "second_look".into();
            fields["ms"] = json!({"confirm": ms});
            format!("{word} ({score:.2}, second look {ms} ms)")
        }
    };
    Told {
        name: "wake",
        fields,
        line,
    }
}

/// What happened to a sound card.
fn device(news: &DeviceNews) -> Told {
    let (state, what) = match &news.what {
        DeviceChange::Lost(why) => ("lost", json!({"detail": why})),
        DeviceChange::Found => ("found", json!({})),
        DeviceChange::Stuck => ("stuck", json!({})),
        DeviceChange::Overrun { samples } => ("overrun", json!({"samples": samples})),
        DeviceChange::Late { times } => ("late", json!({"times": times})),
        DeviceChange::Zeros => ("zeros", json!({})),
        DeviceChange::Sounds => ("sounds", json!({})),
    };
    let mut fields = json!({"direction": news.direction, "device": news.device, "state": state});
    let line = match &news.what {
        DeviceChange::Lost(why) => format!("lost: {}", why.replace('\n', " ")),
        DeviceChange::Found => format!("found `{}`", news.device),
        DeviceChange::Stuck => "the system's sound library hangs; only a restart can help".into(),
        DeviceChange::Overrun { samples } => format!("{samples} samples were not fetched in time"),
        DeviceChange::Late { times } => format!("`{}` served too late {times} times", news.device),
        DeviceChange::Zeros => format!("`{}` gives nothing but zeros", news.device),
        DeviceChange::Sounds => format!("`{}` gives sound again", news.device),
    };
    if let (Some(fields), Value::Object(what)) = (fields.as_object_mut(), what) {
        fields.extend(what);
    }
    Told {
        name: "device",
        fields,
        line,
    }
}

/// One line of `mynah ask` and `mynah hear`. `head` are the fields that come
/// first: `id`, `text`, `file`.
#[must_use]
pub fn answer_json(head: Map<String, Value>, answer: &TurnAnswer, stt_ms: u32) -> Value {
    let mut line = head;
    let understanding = &answer.understanding;
    let mut put = |name: &str, value: Value| line.insert(name.into(), value);
    put("intents", intents_json(&understanding.intents));
    put("route", json!(understanding.route));
    put("confidence", round(understanding.confidence));
    put("reply", answer.reply.clone().into());
    if answer.question {
        put("question", true.into());
    }
    if let Some(failure) = answer.failure {
        put("failure", json!(failure));
    }
    put("actions", json!(answer.outcomes));
    put("llm", json!(understanding.llm));
    put(
        "ms",
        json!({"stt": stt_ms, "intent": answer.intent_ms, "action": answer.action_ms, "tts": 0}),
    );
    Value::Object(line)
}

/// What `mynah ask` and `mynah hear` show people.
#[must_use]
pub fn answer_lines(answer: &TurnAnswer) -> String {
    let understanding = &answer.understanding;
    let LlmCost {
        prompt_tokens,
        decoded_tokens,
        ..
    } = understanding.llm;
    let mut lines = format!(
        "  intent   {}  ({} ms, {}",
        intents_line(&understanding.intents),
        answer.intent_ms,
        route(understanding.route)
    );
    // Writing into a string cannot fail.
    if 0 < decoded_tokens {
        let _ = write!(lines, ", {prompt_tokens} + {decoded_tokens} tokens");
    }
    lines.push(')');
    for outcome in &answer.outcomes {
        let _ = write!(
            lines,
            "
  action   {}",
            outcomes_line(std::slice::from_ref(outcome))
        );
    }
    let verb = if answer.question { "asks" } else { "says" };
    let _ = write!(
        lines,
        "
  {verb}     \"{}\"",
        answer.reply
    );
    lines
}

/// Intents with canonical slot values.
#[must_use]
pub fn intents_json(intents: &[Intent]) -> Value {
    intents
        .iter()
        .map(|intent| {
            let mut line = json!({"intent": intent.name, "slots": slots_json(intent)});
            if let Some(when) = &intent.when {
                line["when"] = when.to_json();
            }
            line
        })
        .collect()
}

/// An intent's slots with canonical values.
#[must_use]
pub fn slots_json(intent: &Intent) -> Map<String, Value> {
    intent
        .slots
        .iter()
        .map(|slot| (slot.name.clone(), slot.value.to_json()))
        .collect()
}

/// Intents for people: `light_set room=kitchen state=on`.
#[must_use]
pub fn intents_line(intents: &[Intent]) -> String {
    let lines: Vec<String> = intents
        .iter()
        .map(|intent| {
            let line = intent.slots.iter().fold(intent.name.clone(), |line, slot| {
                line + &format!(" {}={}", slot.name, slot.value)
            });
            match &intent.when {
                Some(when) => format!("{line} when {}", when.to_json()),
                None => line,
            }
        })
        .collect();
    if lines.is_empty() {
        "none".into()
    } else {
        lines.join(", ")
    }
}

fn outcomes_line(outcomes: &[Outcome]) -> String {
    let lines: Vec<String> = outcomes
        .iter()
        .map(|outcome| {
            let sign = if outcome.ok { "" } else { " FAILED:" };
            format!("{}:{sign} {}", outcome.kind, outcome.detail)
        })
        .collect();
    lines.join("; ")
}

const fn route(route: Route) -> &'static str {
    match route {
        Route::Phrase => "by phrase",
        Route::Llm => "by the language model",
        Route::Text => "by a text",
        Route::None => "by nobody",
    }
}

fn seconds(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}

fn round(value: f32) -> Value {
    json!((f64::from(value) * 1000.0).round() / 1000.0)
}
