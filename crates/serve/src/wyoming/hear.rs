//! Speech to text for a client: its stream into a listener, which decides where
//! the utterance ends.

use std::time::{Duration, Instant};

use mynah_core::frame::SampleTime;
use serde_json::{Value, json};

use super::Shared;
use super::connection::{Answers, failure, unavailable, with_context};
use super::frame::Event;
use super::sound::Frames;
use crate::assistant::{Hints, Listener, Pause, Progress};
use crate::stream::now;

/// The most sound of one utterance, in milliseconds of the stream. The listener
/// ends it sooner by itself.
const MAX_MS: u64 = 60_000;
/// And the longest that a client may take for it.
const MAX_WAIT: Duration = Duration::from_mins(3);

/// Names and other words that a client may send.
const MAX_HINTS: usize = 500;

/// One utterance of a client.
pub(super) struct Hearing {
    hints: Hints,
    context: Option<Value>,
    language: Option<String>,
    /// `None` until the sound begins.
    listener: Option<Box<dyn Listener>>,
    frames: Frames,
    began: Instant,
    /// The transcript was sent; what still comes is not listened to.
    answered: bool,
}

impl Hearing {
    /// After `transcribe`, or before sound that came without it.
    ///
    /// # Errors
    /// An `error` for the client.
    pub(super) fn asked(event: &Event, shared: &Shared) -> Result<Self, Event> {
        let info = shared.assistant.info();
        let wanted = event.text("language").filter(|text| !text.is_empty());
        if let Some(wanted) = wanted
            && !info.languages.iter().any(|known| same(known, wanted))
        {
            let known = info.languages.join(", ");
            return Err(failure(
                &format!("the language `{wanted}` is not there; choose one of: {known}"),
                "language",
            ));
        }
        Ok(Self {
            hints: Hints {
                names: event.texts("transcript_names", MAX_HINTS),
                terms: event.texts("transcript_terms", MAX_HINTS),
                pause: match event.text("vad_sensitivity") {
                    Some("relaxed") => Pause::Relaxed,
                    Some("aggressive") => Pause::Aggressive,
                    _ => Pause::Usual,
                },
            },
            context: event.data.get("context").cloned(),
            language: wanted
                .map(str::to_owned)
                .or_else(|| info.languages.first().cloned()),
            listener: None,
            frames: Frames::default(),
            began: now(),
            answered: false,
        })
    }

    /// At `audio-start`.
    ///
    /// # Errors
    /// As [`Self::asked`].
    pub(super) fn restart(&mut self, shared: &Shared) -> Result<(), Event> {
        let listener = shared.assistant.listen(&self.hints);
        self.listener = Some(listener.map_err(|error| unavailable(&error))?);
        self.frames = Frames::default();
        self.began = now();
        self.answered = false;
        Ok(())
    }

    /// Takes a piece of sound.
    ///
    /// # Errors
    /// As [`Self::asked`].
    pub(super) fn chunk(&mut self, event: &Event) -> Result<Answers, Event> {
        if self.answered {
            return Ok(Answers::None);
        }
        let Some(listener) = &mut self.listener else {
            return Err(failure("send `audio-start` before the sound", "order"));
        };
        if MAX_WAIT < now().duration_since(self.began) {
            return Err(failure("this utterance takes too long", "too-long"));
        }
        let mut found = Ok(Progress::Waiting);
        let pushed = self.frames.push(event, &mut |frame| {
            found = listener.hear(frame);
            found == Ok(Progress::Waiting)
        });
        pushed.map_err(|why| failure(&why, "bad-audio"))?;
        match found.map_err(|error| unavailable(&error))? {
            Progress::Ended(text) => Ok(self.answer(&text)),
            Progress::Waiting if MAX_MS < self.now_ms() => self.stop(),
            Progress::Waiting => Ok(Answers::None),
        }
    }

    /// The client ends the utterance.
    ///
    /// # Errors
    /// As [`Self::asked`].
    pub(super) fn stop(&mut self) -> Result<Answers, Event> {
        if self.answered {
            return Ok(Answers::None);
        }
        let Some(listener) = &mut self.listener else {
            return Ok(self.answer(""));
        };
        let mut found = Ok(Progress::Waiting);
        self.frames.finish(&mut |frame| {
            found = listener.hear(frame);
            found == Ok(Progress::Waiting)
        });
        let text = match found {
            Ok(Progress::Ended(text)) => Ok(text),
            Ok(Progress::Waiting) => listener.finish(),
            Err(error) => Err(error),
        };
        let text = text.map_err(|error| unavailable(&error))?;
        Ok(self.answer(&text))
    }

    fn answer(&mut self, text: &str) -> Answers {
        self.answered = true;
        self.listener = None;
        let data = json!({"text": text, "language": self.language});
        let transcript = with_context("transcript", data, self.context.as_ref());
        Answers::Some(vec![transcript])
    }

    fn now_ms(&self) -> u64 {
        self.frames.now().ms_since(SampleTime(0))
    }
}

/// Whether two names are of one language: `en`, `en-GB`, `en_US`.
fn same(one: &str, other: &str) -> bool {
    let short = |text: &str| {
        text.split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    short(one) == short(other)
}
