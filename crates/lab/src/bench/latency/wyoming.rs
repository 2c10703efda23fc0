//! A client of the Wyoming protocol, as much of it as a comparison needs: a
//! line of JSON an event, then its data and its payload.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::super::now;
use super::stage::{length, ms, wait_until};

/// A server that says nothing for so long will not answer.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Samples of one chunk of sound.
const CHUNK: usize = 1024;

/// Longer data than this is no event of this protocol.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Two servers.
pub(super) struct Pipeline<'a> {
    /// Speech to text, `host:port`.
    pub stt: &'a str,
    /// Speech synthesis, `host:port`.
    pub tts: &'a str,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    /// Its name.
    pub kind: String,
    /// Its fields.
    pub data: Value,
    /// Its sound.
    pub payload: Vec<u8>,
}

impl Pipeline<'_> {
    /// Speaks 16-bit mono sound to the server in real time. Gives the text,
    /// and the milliseconds from the end of the sound to it.
    ///
    /// # Errors
    /// When the server cannot be reached or breaks off.
    pub(super) fn transcribe(&self, samples: &[f32], rate: u32) -> anyhow::Result<(String, f64)> {
        let mut server = Server::open(self.stt)?;
        let format = json!({"rate": rate, "width": 2, "channels": 1});
        server.send("transcribe", &json!({"language": "en"}), &[])?;
        server.send("audio-start", &format, &[])?;
        let began = now();
        for (number, chunk) in (1_u32..).zip(samples.chunks(CHUNK)) {
            server.send("audio-chunk", &format, &pcm(chunk))?;
            wait_until(began + length(CHUNK) * number);
        }
        let stopped = now();
        server.send("audio-stop", &json!({}), &[])?;
        let answer = server.wait_for("transcript")?;
        let text = answer.data["text"].as_str().unwrap_or_default();
        Ok((text.trim().to_owned(), ms(stopped, now())))
    }

    /// The milliseconds until the first sound of `text`.
    ///
    /// # Errors
    /// When the server cannot be reached or breaks off.
    pub(super) fn first_sound(&self, text: &str) -> anyhow::Result<f64> {
        let mut server = Server::open(self.tts)?;
        let asked = now();
        server.send("synthesize", &json!({"text": text}), &[])?;
        while server.wait_for("audio-chunk")?.payload.is_empty() {}
        let first = ms(asked, now());
        server.wait_for("audio-stop")?;
        Ok(first)
    }
}

struct Server<'a> {
    address: &'a str,
    stream: BufReader<TcpStream>,
}

impl<'a> Server<'a> {
    fn open(address: &'a str) -> anyhow::Result<Self> {
        let open = || {
            let stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(TIMEOUT))?;
            stream.set_nodelay(true)?;
            Ok::<_, std::io::Error>(BufReader::new(stream))
        };
        let stream = open().with_context(|| {
            format!("cannot reach the Wyoming server `{address}`\nhint: is it running there?")
        })?;
        Ok(Self { address, stream })
    }

    fn send(&mut self, kind: &str, data: &Value, payload: &[u8]) -> anyhow::Result<()> {
        write_event(self.stream.get_mut(), kind, data, payload)
            .with_context(|| format!("the Wyoming server `{}` broke off", self.address))
    }

    fn wait_for(&mut self, kind: &str) -> anyhow::Result<Event> {
        loop {
            let event = read_event(&mut self.stream).with_context(|| {
                format!("the Wyoming server `{}` gave no `{kind}`", self.address)
            })?;
            if event.kind == kind {
                return Ok(event);
            }
            anyhow::ensure!(
                event.kind != "error",
                "the Wyoming server `{}` failed: {}",
                self.address,
                event.data["text"]
            );
        }
    }
}

/// Writes one event.
///
/// # Errors
/// Those of the stream.
pub(super) fn write_event(
    stream: &mut impl Write,
    kind: &str,
    data: &Value,
    payload: &[u8],
) -> std::io::Result<()> {
    let mut header = json!({"type": kind, "data": data});
    if !payload.is_empty() {
        header["payload_length"] = payload.len().into();
    }
    let mut bytes = header.to_string().into_bytes();
    bytes.push(b'\n');
    bytes.extend(payload);
    stream.write_all(&bytes)
}

/// Reads one event.
///
/// # Errors
/// When the stream ends or speaks another protocol.
pub(super) fn read_event(stream: &mut impl BufRead) -> anyhow::Result<Event> {
    let mut line = String::new();
    stream
        .by_ref()
        .take(MOST_BYTES as u64)
        .read_line(&mut line)?;
    anyhow::ensure!(!line.is_empty(), "the connection was closed");
    let header: Value = serde_json::from_str(&line).context("this is not the Wyoming protocol")?;
    let mut bytes = |name: &str| -> anyhow::Result<Vec<u8>> {
        let count = header[name].as_u64().unwrap_or(0);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        anyhow::ensure!(count <= MOST_BYTES, "an event of {count} bytes is too long");
        let mut bytes = vec![0; count];
        stream.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let more = bytes("data_length")?;
    let payload = bytes("payload_length")?;
    let mut data = header["data"].clone();
    if !more.is_empty() {
        let more: Value = serde_json::from_slice(&more).context("an event's data is no JSON")?;
        match (data.as_object_mut(), more) {
            (Some(data), Value::Object(more)) => data.extend(more),
            (_, more) => data = more,
        }
    }
    Ok(Event {
        kind: header["type"].as_str().unwrap_or_default().to_owned(),
        data,
        payload,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "samples are clamped")]
fn pcm(samples: &[f32]) -> Vec<u8> {
    samples
        .iter()
        .flat_map(|sample| ((sample.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes())
        .collect()
}
