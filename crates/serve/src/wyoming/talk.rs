//! Conversations for a client: a sentence in, what was done about it out. One
//! conversation goes on for each `conversation_id`.

use mynah_core::model::Handle;
use mynah_core::turn::Failure;
use serde_json::{Value, json};

use super::Shared;
use super::connection::{failure, unavailable, with_context};
use super::frame::Event;
use crate::assistant::{Acts, Answer, Outcome, Unavailable};
use crate::talks::MAX_TEXT;

/// Takes a sentence of a client, and gives the events for it.
///
/// # Errors
/// An `error` for the client.
pub(super) fn answer(event: &Event, shared: &Shared) -> Result<Vec<Event>, Event> {
    let acts = match shared.handle {
        Handle::Act => Acts::Yes,
        Handle::Intent => Acts::No,
        Handle::Off => {
            let what = "conversations (`serve.handle` is off)";
            return Err(unavailable(&Unavailable::NotOffered(what)));
        }
    };
    let text = match event.data.get("text") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text.trim(),
        Some(_) => return Err(failure("`text` is a text", "bad-event")),
    };
    if MAX_TEXT < text.len() {
        let text = format!("a sentence may have {MAX_TEXT} bytes");
        return Err(failure(&text, "too-long"));
    }
    let context = event.data.get("context");
    let id = context.and_then(|context| context.get("conversation_id"));
    let answer = shared
        .talks
        .ask(id.and_then(Value::as_str), text, || {
            shared.assistant.converse(acts)
        })
        .map_err(|error| unavailable(&error))?;
    Ok(match acts {
        Acts::Yes => vec![acted(&answer, context)],
        Acts::No => meant(&answer, context),
    })
}

/// The answer where the box acts.
fn acted(answer: &Answer, context: Option<&Value>) -> Event {
    let kind = match answer.outcome {
        Outcome::Done | Outcome::Asked => "handled",
        Outcome::NotDone => "not-handled",
        Outcome::NotUnderstood => "not-recognized",
    };
    with_context(kind, json!({"text": answer.reply}), context)
}

/// The answer where the client acts.
fn meant(answer: &Answer, context: Option<&Value>) -> Vec<Event> {
    let text = |kind: &str, text: &str| vec![with_context(kind, json!({"text": text}), context)];
    match answer.outcome {
        Outcome::NotUnderstood => return text("not-recognized", &answer.reply),
        Outcome::Asked | Outcome::NotDone => return text("not-handled", &answer.reply),
        Outcome::Done => {}
    }
    // The protocol has no word for a time: done at once it would be wrong.
    if answer.intents.iter().any(|intent| intent.later) {
        return text("not-handled", Failure::CannotDo.sentence());
    }
    let intents = answer.intents.iter().map(|intent| {
        let slots = intent.slots.iter();
        let entities: Vec<Value> = slots
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let data = json!({"name": intent.name, "entities": entities, "text": answer.reply});
        with_context("intent", data, context)
    });
    let mut events: Vec<Event> = intents.collect();
    match events.len() {
        // Said of the box itself, such as "repeat that".
        0 => text("handled", &answer.reply),
        1 => events,
        _ => {
            events.insert(0, with_context("intents-start", json!({}), context));
            events.push(with_context("intents-stop", json!({}), context));
            events
        }
    }
}
