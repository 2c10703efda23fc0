//! A small Wyoming client, written from the protocol and not with the server's
//! code.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use mynah_core::model::{Address, Handle};
use mynah_serve::wyoming::Server;
use serde_json::{Map, Value, json};

use crate::script::{Script, Shared};

/// A server on a free port, with its script.
pub(crate) fn serve(handle: Handle) -> (Server, Arc<Script>) {
    let script = Arc::new(Script::default());
    let address = Address::Tcp("127.0.0.1:0".into());
    let assistant = Arc::new(Shared(Arc::clone(&script)));
    let server = Server::start(&address, &[], handle, assistant).expect("a free port");
    (server, script)
}

/// A connection.
pub(crate) struct Client {
    pub stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn of(server: &Server) -> Self {
        Self::at(server.address().expect("a port"))
    }

    pub(crate) fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        // A test that would hang fails instead.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a socket");
        Self {
            stream: BufReader::new(stream),
        }
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).expect("it reads");
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "calls read better without `&`"
    )]
    pub(crate) fn send(&mut self, kind: &str, data: Value) {
        self.send_bytes(&encoded(kind, &data, &[]));
    }

    /// Milliseconds of sound, loud or silent, at 16 kHz in chunks of 20 ms.
    pub(crate) fn sound(&mut self, ms: usize, loud: bool) {
        let format = json!({"rate": 16000, "width": 2, "channels": 1, "timestamp": null});
        let bytes = if loud { [0, 64] } else { [0, 0] }.repeat(320);
        for _ in 0..ms / 20 {
            self.send_bytes(&encoded("audio-chunk", &format, &bytes));
        }
    }

    pub(crate) fn start(&mut self) {
        self.send(
            "audio-start",
            json!({"rate": 16000, "width": 2, "channels": 1, "timestamp": 0}),
        );
    }

    /// The next event: its type, data and payload. `None` when the server hung
    /// up.
    pub(crate) fn event(&mut self) -> Option<(String, Map<String, Value>, Vec<u8>)> {
        let mut line = Vec::new();
        // Closed with our bytes unread, a connection is reset.
        let read = self.stream.read_until(b'\n', &mut line);
        if !matches!(read, Ok(bytes) if 0 < bytes) {
            return None;
        }
        assert!(line.len() < 1000, "a header of {} bytes", line.len());
        let header: Value = serde_json::from_slice(&line).expect("a header is JSON");
        assert_eq!(header.get("data"), None, "data belongs into the block");
        let mut block = |name: &str| {
            let length = header[name].as_u64().unwrap_or(0);
            let mut bytes = vec![0; usize::try_from(length).expect("a small length")];
            self.stream.read_exact(&mut bytes).expect("the whole block");
            bytes
        };
        let data = match block("data_length") {
            bytes if bytes.is_empty() => Map::new(),
            bytes => serde_json::from_slice(&bytes).expect("a block is JSON"),
        };
        let payload = block("payload_length");
        let kind = header["type"].as_str().expect("a type").to_owned();
        Some((kind, data, payload))
    }

    /// The next event as a line; `closed` when the server hung up.
    pub(crate) fn line(&mut self) -> String {
        let Some((kind, data, payload)) = self.event() else {
            return "closed".into();
        };
        match payload.len() {
            0 => format!("{kind} {}", Value::Object(data)),
            bytes => format!("{kind} {} +{bytes}", Value::Object(data)),
        }
    }
}

/// The bytes of an event, with its data in the block.
pub(crate) fn encoded(kind: &str, data: &Value, payload: &[u8]) -> Vec<u8> {
    let block = data.to_string();
    let header = json!({
        "type": kind, "version": "1.10.2",
        "data_length": block.len(), "payload_length": payload.len(),
    });
    let mut bytes = format!("{header}\n{block}").into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}
