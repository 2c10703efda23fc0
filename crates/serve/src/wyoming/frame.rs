//! The frames of the Wyoming protocol: a line of JSON, then optional data and an
//! optional payload. The reader trusts no length and no content.

use std::io::{self, BufRead, Read, Write};

use serde_json::{Map, Value};
use thiserror::Error;

/// Longest header line in bytes: the limit of the reference implementation's
/// reader.
pub const MAX_HEADER: usize = 64 << 10;

/// Largest data block in bytes. Names for a transcription are the largest
/// thing that clients send.
pub const MAX_DATA: usize = 256 << 10;

/// Largest payload in bytes: five seconds of 48 kHz stereo with 16 bits.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// One event of the protocol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its `type`.
    pub kind: String,
    /// Its data: that of the line, with that of the block on top.
    pub data: Map<String, Value>,
    /// Bytes of sound.
    pub payload: Vec<u8>,
}

/// Why a connection cannot be read any further.
#[derive(Debug, Error)]
pub enum FrameError {
    /// Too large.
    #[error("the {part} of an event is larger than {most} bytes; send smaller pieces")]
    TooLarge {
        /// `header`, `data` or `payload`.
        part: &'static str,
        /// What would be allowed.
        most: usize,
    },
    /// Not of this protocol.
    #[error("this is no event of the Wyoming protocol: {0}")]
    Malformed(&'static str),
    /// The connection broke, or nothing came in time.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Event {
    /// An event without payload.
    #[must_use]
    pub fn new(kind: &str, data: Value) -> Self {
        let data = match data {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        Self {
            kind: kind.into(),
            data,
            payload: Vec::new(),
        }
    }

    /// A text of the data; `None` also for null.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.data.get(name)?.as_str()
    }

    /// A list of texts of the data: at most `most` of them, no longer than
    /// 200 bytes each.
    #[must_use]
    pub fn texts(&self, name: &str, most: usize) -> Vec<String> {
        let items = self.data.get(name).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        let short = texts.filter(|text| text.len() <= 200);
        short.take(most).map(str::to_owned).collect()
    }

    /// Reads the next event; `None` at the end of the stream between events.
    ///
    /// # Errors
    /// When the stream breaks, or has something else in it.
    pub fn read(from: &mut impl BufRead) -> Result<Option<Self>, FrameError> {
        let Some(line) = header(from)? else {
            return Ok(None);
        };
        let Ok(Value::Object(mut line)) = serde_json::from_slice(&line) else {
            return Err(FrameError::Malformed("a header is no JSON object"));
        };
        let Some(Value::String(kind)) = line.remove("type") else {
            return Err(FrameError::Malformed("a header has no `type`"));
        };
        let data_length = length(&line, "data_length", "data", MAX_DATA)?;
        let payload_length = length(&line, "payload_length", "payload", MAX_PAYLOAD)?;
        let mut data = match line.remove("data") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(data)) => data,
            Some(_) => return Err(FrameError::Malformed("`data` is no object")),
        };
        if 0 < data_length {
            let block = exactly(from, data_length)?;
            let Ok(Value::Object(block)) = serde_json::from_slice(&block) else {
                return Err(FrameError::Malformed("a data block is no JSON object"));
            };
            data.extend(block);
        }
        Ok(Some(Self {
            kind,
            data,
            payload: exactly(from, payload_length)?,
        }))
    }

    /// Writes the event, with its data in the block, as the reference
    /// implementation does: its reader limits the line.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut header = Map::new();
        header.insert("type".into(), self.kind.clone().into());
        header.insert("version".into(), env!("CARGO_PKG_VERSION").into());
        let data = if self.data.is_empty() {
            String::new()
        } else {
            Value::Object(self.data.clone()).to_string()
        };
        for (name, length) in [
            ("data_length", data.len()),
            ("payload_length", self.payload.len()),
        ] {
            if 0 < length {
                header.insert(name.into(), length.into());
            }
        }
        writeln!(to, "{}", Value::Object(header))?;
        to.write_all(data.as_bytes())?;
        to.write_all(&self.payload)
    }
}

/// The bytes up to the next line feed; `None` at the end of the stream.
fn header(from: &mut impl BufRead) -> Result<Option<Vec<u8>>, FrameError> {
    let mut line = Vec::new();
    let most = MAX_HEADER as u64 + 1;
    from.by_ref().take(most).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() == Some(b'\n') {
        return Ok(Some(line));
    }
    Err(if MAX_HEADER < line.len() + 1 {
        FrameError::TooLarge {
            part: "header",
            most: MAX_HEADER,
        }
    } else {
        io::Error::from(io::ErrorKind::UnexpectedEof).into()
    })
}

/// A length of the header; absent or null is 0.
fn length(
    header: &Map<String, Value>,
    name: &str,
    part: &'static str,
    most: usize,
) -> Result<usize, FrameError> {
    let length = match header.get(name) {
        None | Some(Value::Null) => return Ok(0),
        Some(length) => length.as_u64(),
    };
    let length = length.ok_or(FrameError::Malformed("a length is no whole number"))?;
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= most)
        .ok_or(FrameError::TooLarge { part, most })
}

/// Reads `length` bytes. Memory grows with what arrives, not with what was
/// promised.
fn exactly(from: &mut impl BufRead, length: usize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = Vec::new();
    from.by_ref().take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{Event, MAX_HEADER};

    /// Reads everything, and shows it a line an event.
    fn read(bytes: &[u8]) -> String {
        let mut from = bytes;
        let mut shown = Vec::new();
        loop {
            match Event::read(&mut from) {
                Ok(Some(event)) => shown.push(format!(
                    "{} {} {:?}",
                    event.kind,
                    serde_json::Value::Object(event.data),
                    String::from_utf8_lossy(&event.payload)
                )),
                Ok(None) => return shown.join("\n"),
                Err(error) => {
                    shown.push(format!("! {error}"));
                    return shown.join("\n");
                }
            }
        }
    }

    #[test]
    fn events_are_read_as_the_reference_writes_them() {
        let check = |bytes: &str, expected: &str| assert_eq!(read(bytes.as_bytes()), expected);
        check("", "");
        check("{\"type\": \"describe\"}\n", r#"describe {} """#);
        check(
            "{\"type\":\"a\",\"data\":{\"x\":1,\"y\":2},\"data_length\":7,\"payload_length\":3}\n\
             {\"x\":3}abc{\"type\":\"b\"}\n",
            "a {\"x\":3,\"y\":2} \"abc\"\nb {} \"\"",
        );
        check(
            "{\"type\":\"a\",\"data\":null,\"data_length\":null,\"payload_length\":0,\"z\":[]}\n",
            r#"a {} """#,
        );
    }

    #[test]
    fn everything_else_ends_the_connection_with_a_reason() {
        let check = |bytes: &str, expected: &str| {
            let shown = read(bytes.as_bytes());
            assert!(
                shown.starts_with("! ") && shown.contains(expected),
                "{shown}"
            );
        };
        check("GET / HTTP/1.1\r\n\r\n", "no JSON object");
        check("[]\n", "no JSON object");
        check("{}\n", "no `type`");
        check("{\"type\":7}\n", "no `type`");
        check("{\"type\":\"a\"", "end of file");
        check("{\"type\":\"a\",\"data\":[]}\n", "`data` is no object");
        check("{\"type\":\"a\",\"data_length\":-1}\n", "no whole number");
        check("{\"type\":\"a\",\"data_length\":1.5}\n", "no whole number");
        check(
            "{\"type\":\"a\",\"data_length\":\"9\"}\n",
            "no whole number",
        );
        check("{\"type\":\"a\",\"data_length\":4}\nnull", "no JSON object");
        check("{\"type\":\"a\",\"data_length\":9}\n{}", "end of file");
        check("{\"type\":\"a\",\"payload_length\":9}\n{}", "end of file");
        check(
            "{\"type\":\"a\",\"payload_length\":100000000}\n",
            "payload of an event is larger than 1048576 bytes",
        );
        check(
            "{\"type\":\"a\",\"data_length\":18446744073709551615}\n",
            "data of an event is larger",
        );
        check(&" ".repeat(MAX_HEADER + 1), "header of an event is larger");
        check(&"[".repeat(MAX_HEADER - 1), "end of file");
        check(
            &format!("{}\n", "[".repeat(MAX_HEADER - 1)),
            "no JSON object",
        );
    }

    #[test]
    fn lists_of_texts_are_bounded_and_other_things_in_them_ignored() {
        let event = Event::new("a", json!({"n": ["a", 1, null, "b", "x".repeat(201), "c"]}));
        assert_eq!(event.texts("n", 9), ["a", "b", "c"]);
        assert_eq!(event.texts("n", 2), ["a", "b"]);
        assert!(event.texts("other", 2).is_empty());
    }

    proptest! {
        /// Written events read back, whatever follows them.
        #[test]
        fn what_is_written_is_read(
            kind in "[a-z-]{1,20}",
            text in "\\PC{0,40}",
            payload in proptest::collection::vec(any::<u8>(), 0..300),
            rest in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut event = Event::new(&kind, json!({"text": text, "none": null}));
            event.payload = payload;
            let mut bytes = Vec::new();
            event.write(&mut bytes).expect("memory takes everything");
            bytes.extend(rest);
            let mut from = &bytes[..];
            prop_assert_eq!(Event::read(&mut from).expect("an event"), Some(event));
        }

        /// No bytes make the reader panic or read more than there is.
        #[test]
        fn garbage_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            read(&bytes);
        }

        /// The same for bytes that begin like an event.
        #[test]
        fn nearly_an_event_is_an_error_or_an_event(
            data in any::<i64>(),
            payload in 0_u64..300,
            cut in 0_usize..200,
            flip in any::<(prop::sample::Index, u8)>(),
        ) {
            let mut bytes = format!(
                "{{\"type\":\"audio-chunk\",\"data_length\":{data},\"payload_length\":{payload}}}\n"
            )
            .into_bytes();
            bytes.extend(vec![b'7'; 250]);
            let at = flip.0.index(bytes.len());
            bytes[at] ^= flip.1;
            bytes.truncate(bytes.len().saturating_sub(cut));
            read(&bytes);
        }
    }
}
