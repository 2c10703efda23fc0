//! Text to speech for a client, in one piece or while the text is still being
//! written. Sentences are spoken one by one, so that the first is heard early
//! and a long text does not keep the voice from others.

use super::Shared;
use super::connection::{failure, unavailable};
use super::frame::{Event, FrameError};
use super::sound;
use crate::assistant::Assistant;
use crate::stream::Outgoing;

/// The longest text of one request, in bytes: about twenty minutes of speech.
const MAX_TEXT: usize = 16 << 10;

/// Where a text without sentences is cut, in bytes.
const MAX_SENTENCE: usize = 400;

/// A speech whose text comes in pieces.
#[derive(Default)]
pub(super) struct Speaking {
    /// What is not spoken yet.
    text: String,
    /// Bytes of text so far.
    taken: usize,
    /// Sample rate, once there was sound.
    rate: Option<u32>,
    samples: u64,
}

impl Speaking {
    /// Takes an event of a speech. `before` is the speech that is under way;
    /// the result is the one that still is.
    ///
    /// # Errors
    /// The outer error ends the connection, the inner one is an `error` for the
    /// client.
    pub(super) fn take(
        before: Option<Self>,
        event: &Event,
        shared: &Shared,
        output: &mut Outgoing,
    ) -> Result<Result<Option<Self>, Event>, FrameError> {
        if event.text("text_format") == Some("ssml") {
            let text = "SSML is not understood; send plain text";
            return Ok(Err(failure(text, "text-format")));
        }
        let text = event.text("text").unwrap_or_default();
        match (event.kind.as_str(), before) {
            ("synthesize-start", _) => Ok(Ok(Some(Self::default()))),
            // The whole text again, for servers that do not stream.
            ("synthesize", Some(speaking)) => Ok(Ok(Some(speaking))),
            ("synthesize", None) => {
                let mut speaking = Self::default();
                let spoken = speaking.add(text, true, shared, output)?;
                if let Err(refusal) = spoken {
                    return Ok(Err(refusal));
                }
                speaking.end(shared, output, false)?;
                Ok(Ok(None))
            }
            ("synthesize-chunk", Some(mut speaking)) => {
                let spoken = speaking.add(text, false, shared, output)?;
                Ok(spoken.map(|()| Some(speaking)))
            }
            ("synthesize-stop", Some(mut speaking)) => {
                if let Err(refusal) = speaking.add("", true, shared, output)? {
                    return Ok(Err(refusal));
                }
                speaking.end(shared, output, true)?;
                Ok(Ok(None))
            }
            _ => Ok(Err(failure("send `synthesize-start` first", "order"))),
        }
    }

    /// Adds text and speaks the sentences that it completes; the rest too, if
    /// it is the `last`.
    fn add(
        &mut self,
        text: &str,
        last: bool,
        shared: &Shared,
        output: &mut Outgoing,
    ) -> Result<Result<(), Event>, FrameError> {
        self.taken += text.len();
        if MAX_TEXT < self.taken {
            let text = format!("a text may have {MAX_TEXT} bytes; send it in parts");
            return Ok(Err(failure(&text, "too-long")));
        }
        self.text.push_str(text);
        while let Some(end) = sentence(&self.text, last) {
            let rest = self.text.split_off(end);
            let sentence = std::mem::replace(&mut self.text, rest);
            if let Err(refusal) = self.speak(sentence.trim(), shared, output)? {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    /// Speaks one sentence. While the voice works, the client gets what it
    /// takes at once; the rest is kept, at most the sound of one sentence.
    fn speak(
        &mut self,
        sentence: &str,
        shared: &Shared,
        output: &mut Outgoing,
    ) -> Result<Result<(), Event>, FrameError> {
        if sentence.is_empty() {
            return Ok(Ok(()));
        }
        let mut broken = Ok(());
        let assistant: &dyn Assistant = &*shared.assistant;
        let spoken = assistant.speak(sentence, &mut |sound| {
            let mut begun = Ok(());
            if self.rate.is_none() {
                self.rate = Some(sound.rate);
                begun = sound::start(sound.rate).write(output.queue());
            }
            let mut chunks = sound::chunks(&sound.samples, sound.rate, self.samples);
            self.samples += sound.samples.len() as u64;
            broken = begun
                .and_then(|()| chunks.try_for_each(|chunk| chunk.write(output.queue())))
                .and_then(|()| output.offer());
            broken.is_ok()
        });
        broken?;
        output.flush()?;
        Ok(spoken.map_err(|error| unavailable(&error)))
    }

    /// Nothing more is spoken.
    fn end(
        &mut self,
        shared: &Shared,
        output: &mut Outgoing,
        streamed: bool,
    ) -> Result<(), FrameError> {
        let rate = if let Some(rate) = self.rate {
            rate
        } else {
            // A text without a word: the client waits for sound all the same.
            let rate = shared.assistant.info().voice_rate;
            sound::start(rate).write(output.queue())?;
            rate
        };
        sound::stop(self.samples, rate).write(output.queue())?;
        if streamed {
            let stopped = Event {
                kind: "synthesize-stopped".into(),
                ..Event::default()
            };
            stopped.write(output.queue())?;
        }
        Ok(output.flush()?)
    }
}

/// The end of the first sentence of a text, in bytes. `None` where none ends
/// yet; the `last` text ends in any case.
fn sentence(text: &str, last: bool) -> Option<usize> {
    let mut blank = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '\n' || (c.is_whitespace() && matches!(before, '.' | '!' | '?' | '…')) {
            return Some(at + c.len_utf8());
        }
        if c.is_whitespace() {
            blank = Some(at + c.len_utf8());
        }
        if MAX_SENTENCE < at {
            return blank.or(Some(at));
        }
        before = c;
    }
    (last && !text.is_empty()).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::{MAX_SENTENCE, sentence};

    fn check(text: &str, expected: &[&str]) {
        let mut rest = text;
        let mut found = Vec::new();
        while let Some(end) = sentence(rest, true) {
            found.push(rest[..end].trim());
            rest = &rest[end..];
        }
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn texts_are_spoken_sentence_by_sentence() {
        check("", &[]);
        check("One", &["One"]);
        check(
            "One. Two! Three? 3.5 is four",
            &["One.", "Two!", "Three?", "3.5 is four"],
        );
        check("One\nTwo", &["One", "Two"]);
        assert_eq!(sentence("One. Tw", false), Some(5));
        assert_eq!(sentence("Tw", false), None);
    }

    #[test]
    fn a_text_without_sentences_is_cut_between_words() {
        let text = "word ".repeat(200);
        let end = sentence(&text, true).expect("it is long");
        assert!(
            end <= MAX_SENTENCE + 1 && text[..end].ends_with("word "),
            "{end}"
        );
        let solid = "é".repeat(1000);
        let end = sentence(&solid, true).expect("it is long");
        assert!(solid.is_char_boundary(end), "{end}");
    }
}
