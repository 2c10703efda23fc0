//! Wake words for a client.

use mynah_core::frame::SampleTime;
use serde_json::{Value, json};

use super::Shared;
use super::connection::{Answers, failure, unavailable};
use super::frame::Event;
use super::sound::Frames;
use crate::assistant::Watcher;

/// Wake words that a client may name.
const MAX_NAMES: usize = 50;

/// A stream of a client that is watched for wake words.
pub(super) struct Watching {
    watcher: Box<dyn Watcher>,
    frames: Frames,
    found: bool,
}

impl Watching {
    /// After `detect`.
    ///
    /// # Errors
    /// An `error` for the client.
    pub(super) fn asked(event: &Event, shared: &Shared) -> Result<Self, Event> {
        let names = event.texts("names", MAX_NAMES);
        let watcher = shared.assistant.watch(&names);
        Ok(Self {
            watcher: watcher.map_err(|error| unavailable(&error))?,
            frames: Frames::default(),
            found: false,
        })
    }

    /// Takes a piece of sound. A detection has the time of its chunk, as the
    /// client sent it.
    ///
    /// # Errors
    /// An `error` for the client.
    pub(super) fn chunk(&mut self, event: &Event) -> Result<Answers, Event> {
        let mut words = Vec::new();
        let pushed = self.frames.push(event, &mut |frame| {
            words.extend(self.watcher.hear(frame));
            true
        });
        pushed.map_err(|why| failure(&why, "bad-audio"))?;
        if words.is_empty() {
            return Ok(Answers::None);
        }
        self.found = true;
        let own = self.frames.now().ms_since(SampleTime(0));
        let sent = event.data.get("timestamp").filter(|time| time.is_u64());
        let time = sent.cloned().unwrap_or_else(|| Value::from(own));
        let detection = |word| {
            Event::new(
                "detection",
                json!({"name": word, "timestamp": time.clone()}),
            )
        };
        Ok(Answers::Some(words.into_iter().map(detection).collect()))
    }

    /// At `audio-stop`.
    pub(super) fn stop(&mut self) -> Answers {
        if self.found {
            Answers::None
        } else {
            Answers::Some(vec![Event::new("not-detected", json!({}))])
        }
    }
}
