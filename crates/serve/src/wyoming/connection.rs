//! One client: its events in, ours out. What it is in the middle of is one
//! value, so every event has one meaning at a time.

use std::io::{BufRead as _, BufReader};
use std::time::Duration;

use serde_json::{Value, json};

use super::Shared;
use super::describe;
use super::frame::{Event, FrameError};
use super::hear::Hearing;
use super::say::Speaking;
use super::talk;
use super::watch::Watching;
use crate::assistant::Unavailable;
use crate::peers::CountedConnection;
use crate::stream::{Incoming, Outgoing, Stream};

/// Between two requests, and between the texts of a speech that somebody else
/// is still writing.
const IDLE: Duration = Duration::from_mins(1);
/// Between two chunks of sound.
const BETWEEN_CHUNKS: Duration = Duration::from_secs(10);
/// From the first byte of an event to its last.
const EVENT: Duration = Duration::from_secs(10);

/// A connection.
pub(super) struct Connection<'a> {
    input: BufReader<Incoming>,
    output: Outgoing,
    shared: &'a Shared,
    place: &'a CountedConnection,
    doing: Doing,
}

/// What the client is in the middle of.
enum Doing {
    Nothing,
    Hearing(Box<Hearing>),
    Watching(Box<Watching>),
    Speaking(Speaking),
}

impl<'a> Connection<'a> {
    /// A connection that was just made.
    pub(super) fn new(
        reader: Stream,
        writer: Stream,
        shared: &'a Shared,
        place: &'a CountedConnection,
    ) -> Self {
        Self {
            place,
            input: BufReader::new(Incoming::new(reader, IDLE)),
            output: Outgoing::new(writer),
            shared,
            doing: Doing::Nothing,
        }
    }

    /// Serves until the client leaves.
    ///
    /// # Errors
    /// When it stalls, or sends what is no event.
    pub(super) fn run(&mut self) -> Result<(), FrameError> {
        loop {
            self.place.busy(!matches!(self.doing, Doing::Nothing));
            let next = self.next();
            self.place.busy(true);
            match next {
                Ok(Some(event)) => self.take(&event)?,
                Ok(None) => return Ok(()),
                Err(error) => {
                    if !matches!(error, FrameError::Io(_)) {
                        self.send(&failure(&error.to_string(), "bad-event"))?;
                    }
                    return Err(error);
                }
            }
        }
    }

    fn next(&mut self) -> Result<Option<Event>, FrameError> {
        let wait = match self.doing {
            Doing::Nothing | Doing::Speaking(_) => IDLE,
            Doing::Hearing(_) | Doing::Watching(_) => BETWEEN_CHUNKS,
        };
        self.input.get_mut().expect_within(wait);
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        self.input.get_mut().expect_within(EVENT);
        Event::read(&mut self.input)
    }

    fn send(&mut self, event: &Event) -> Result<(), FrameError> {
        event.write(self.output.queue())?;
        Ok(self.output.flush()?)
    }

    fn take(&mut self, event: &Event) -> Result<(), FrameError> {
        match event.kind.as_str() {
            "describe" => {
                let info = self.shared.assistant.info();
                return self.send(&describe::info(&info, self.shared.handle));
            }
            "ping" => {
                let text = event.text("text").unwrap_or_default();
                return self.send(&Event::new("pong", json!({"text": text})));
            }
            _ => {}
        }
        let answered = match event.kind.as_str() {
            "transcribe" => self.transcribe(event),
            "detect" => self.detect(event),
            "audio-start" => self.start(event),
            "audio-chunk" => self.chunk(event),
            "audio-stop" => self.stop(),
            "transcript" | "recognize" => talk::answer(event, self.shared).map(Answers::Some),
            "synthesize" | "synthesize-start" | "synthesize-chunk" | "synthesize-stop" => {
                self.speak(event)?
            }
            // The protocol grows: what is not known is not for us.
            _ => Ok(Answers::None),
        };
        match answered {
            Ok(Answers::None) => Ok(()),
            Ok(Answers::Some(events)) => events.iter().try_for_each(|event| self.send(event)),
            Err(refusal) => {
                self.doing = Doing::Nothing;
                self.send(&refusal)
            }
        }
    }

    fn transcribe(&mut self, event: &Event) -> Result<Answers, Event> {
        let hearing = Hearing::asked(event, self.shared)?;
        self.doing = Doing::Hearing(Box::new(hearing));
        Ok(Answers::None)
    }

    fn detect(&mut self, event: &Event) -> Result<Answers, Event> {
        self.doing = Doing::Watching(Box::new(Watching::asked(event, self.shared)?));
        Ok(Answers::None)
    }

    /// Sound without a request is to be transcribed, as with the reference
    /// implementation's servers.
    fn start(&mut self, event: &Event) -> Result<Answers, Event> {
        match &mut self.doing {
            Doing::Watching(_) => {}
            Doing::Hearing(hearing) => hearing.restart(self.shared)?,
            Doing::Nothing | Doing::Speaking(_) => {
                let mut hearing = Hearing::asked(&Event::default(), self.shared)?;
                hearing.restart(self.shared)?;
                self.doing = Doing::Hearing(Box::new(hearing));
            }
        }
        // A wrong format is told before a minute of sound is sent.
        super::sound::Format::of(&event.data).map_err(|why| failure(&why, "bad-audio"))?;
        Ok(Answers::None)
    }

    fn chunk(&mut self, event: &Event) -> Result<Answers, Event> {
        match &mut self.doing {
            Doing::Hearing(hearing) => hearing.chunk(event),
            Doing::Watching(watching) => watching.chunk(event),
            Doing::Nothing | Doing::Speaking(_) => Ok(Answers::None),
        }
    }

    fn stop(&mut self) -> Result<Answers, Event> {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Hearing(mut hearing) => hearing.stop(),
            Doing::Watching(mut watching) => Ok(watching.stop()),
            Doing::Nothing => Ok(Answers::None),
            speaking @ Doing::Speaking(_) => {
                self.doing = speaking;
                Ok(Answers::None)
            }
        }
    }

    /// The outer error ends the connection, the inner one only the request.
    fn speak(&mut self, event: &Event) -> Result<Result<Answers, Event>, FrameError> {
        let before = match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Speaking(speaking) => Some(speaking),
            _ => None,
        };
        let taken = Speaking::take(before, event, self.shared, &mut self.output)?;
        Ok(taken.map(|speaking| {
            self.doing = speaking.map_or(Doing::Nothing, Doing::Speaking);
            Answers::None
        }))
    }
}

/// Tells a client for which there is no room.
pub(super) fn turn_away(writer: Stream) {
    let mut output = Outgoing::new(writer);
    let told = unavailable(&Unavailable::Busy).write(output.queue());
    if told.is_ok() {
        // A client that is gone already need not know.
        let _gone = output.flush();
    }
}

/// Events to be sent.
pub(super) enum Answers {
    /// None yet.
    None,
    /// These.
    Some(Vec<Event>),
}

/// An `error`.
pub(super) fn failure(text: &str, code: &str) -> Event {
    Event::new("error", json!({"text": text, "code": code}))
}

/// The `error` of something that the assistant could not do.
pub(super) fn unavailable(error: &Unavailable) -> Event {
    let code = match error {
        Unavailable::NotOffered(_) => "not-offered",
        Unavailable::Busy => "busy",
        Unavailable::Broken => "failed",
    };
    failure(&error.to_string(), code)
}

/// An event that carries the client's `context` back.
pub(super) fn with_context(kind: &str, mut data: Value, context: Option<&Value>) -> Event {
    if let Some(context) = context.filter(|context| !context.is_null()) {
        data["context"] = context.clone();
    }
    Event::new(kind, data)
}
