//! Conversations in writing: one for each `conversation_id`, so that questions,
//! undo and fragments work over connections that last for one sentence.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mynah_core::model::Handle;
use mynah_core::turn::Failure;
use serde_json::{Value, json};

use super::Shared;
use super::connection::{failure, unavailable, with_context};
use super::frame::Event;
use crate::assistant::{Acts, Answer, Conversation, Outcome, Unavailable};
use crate::peers::lock;
use crate::stream::now;

/// A conversation is forgotten after this time without a sentence, as Home
/// Assistant does.
const FORGOTTEN: Duration = Duration::from_mins(5);
/// Conversations at once; the one that is silent for longest makes room.
const MOST: usize = 64;

/// The longest sentence, in bytes.
const MAX_TEXT: usize = 1_000;
/// The longest id, in bytes.
const MAX_ID: usize = 200;

type Shareable = Arc<Mutex<Box<dyn Conversation>>>;

/// The conversations that go on.
#[derive(Default)]
pub struct Talks {
    open: Mutex<HashMap<String, (Instant, Shareable)>>,
}

impl Talks {
    /// Takes a sentence of a client, and gives the events for it.
    ///
    /// # Errors
    /// An `error` for the client.
    pub fn answer(&self, event: &Event, shared: &Shared) -> Result<Vec<Event>, Event> {
        let acts = match shared.handle {
            Handle::Act => Acts::Yes,
            Handle::Intent => Acts::No,
            Handle::Off => {
                return Err(unavailable(&Unavailable::NotOffered(
                    "conversations (`serve.handle` is off)",
                )));
            }
        };
        let text = event.text("text").unwrap_or_default().trim();
        if MAX_TEXT < text.len() {
            let text = format!("a sentence may have {MAX_TEXT} bytes");
            return Err(failure(&text, "too-long"));
        }
        let context = event.data.get("context");
        let id = context
            .and_then(|context| context.get("conversation_id"))
            .and_then(Value::as_str)
            .filter(|id| id.len() <= MAX_ID);
        let open = || Arc::new(Mutex::new(shared.assistant.converse(acts)));
        let conversation = id.map_or_else(open, |id| self.find(id, open));
        let answer = lock(&conversation).ask(text);
        let answer = answer.map_err(|error| unavailable(&error))?;
        Ok(match acts {
            Acts::Yes => vec![acted(&answer, context)],
            Acts::No => meant(&answer, context),
        })
    }

    fn find(&self, id: &str, open: impl FnOnce() -> Shareable) -> Shareable {
        let mut talks = lock(&self.open);
        let now = now();
        talks.retain(|_, (at, _)| now.duration_since(*at) < FORGOTTEN);
        if MOST <= talks.len() && !talks.contains_key(id) {
            let silent = talks.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(silent) = silent.map(|(id, _)| id.clone()) {
                talks.remove(&silent);
            }
        }
        let (at, found) = talks
            .entry(id.to_owned())
            .or_insert_with(|| (now, open()));
        *at = now;
        Arc::clone(found)
    }
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
