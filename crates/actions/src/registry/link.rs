//! One connection to Home Assistant's WebSocket API: authentication, commands and
//! their results, events in between.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use mynah_core::model::HomeAssistant;
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::http::Uri;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, HandshakeError, Message, Utf8Bytes, WebSocket};

use super::{EntityFilter, Things, Trouble, wire};
use crate::deadline::Deadline;
use crate::http::bearer;
use crate::refused::{is_refused, refuse};
use crate::tls::trust;

/// For the connection, the handshake and each message that is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks whether to go on.
const TICK: Duration = Duration::from_millis(500);

/// Between two looks whether Home Assistant has started.
const STARTING_MS: u32 = 2_000;

/// Home Assistant is asked for a sign of life after so much silence.
const SILENCE_MS: u32 = 30_000;

/// The states of a house with thousands of things are some megabytes.
const MESSAGE_BYTES: usize = 16 << 20;

/// What tells that a name, a place or an exposure changed.
const EVENTS: [&str; 4] = [
    "entity_registry_updated",
    "device_registry_updated",
    "area_registry_updated",
    "floor_registry_updated",
];

/// What is looked at before the rest of a message is read.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    id: Option<u64>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    success: bool,
    #[serde(default)]
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: Option<String>,
}

/// A connection that is authenticated.
pub(super) struct Link {
    socket: WebSocket<Stream>,
    url: String,
    next_id: u64,
    /// An event came since the last look.
    changed: bool,
}

impl Link {
    /// Connects and authenticates.
    ///
    /// # Errors
    /// As [`super::read`].
    pub(super) fn connect(house: &HomeAssistant) -> Result<Self, Trouble> {
        let (_, header) = bearer(&house.token_file).map_err(|undone| unusable(undone.detail))?;
        if is_refused(&house.url, &header) {
            return Err(Trouble::Refused(house.token_file.display().to_string()));
        }
        let token = header.trim_start_matches("Bearer ");
        let away = |why: String| Trouble::Away {
            url: house.url.clone(),
            why,
        };
        let stream = Stream::open(house)?;
        let path = format!("{}/api/websocket", house.url.replacen("http", "ws", 1));
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES))
            .max_frame_size(Some(MESSAGE_BYTES));
        let opened = tungstenite::client::client_with_config(path, stream, Some(config));
        let (socket, _) = opened.map_err(|error| match error {
            HandshakeError::Interrupted(_) => away("no answer came in time".into()),
            HandshakeError::Failure(error) => away(error.to_string()),
        })?;
        let mut link = Self {
            socket,
            url: house.url.clone(),
            next_id: 0,
            changed: false,
        };
        link.socket
            .get_ref()
            .tick(TICK)
            .map_err(|why| away(why.to_string()))?;
        link.authenticate(token, house)?;
        Ok(link)
    }

    fn authenticate(&mut self, token: &str, house: &HomeAssistant) -> Result<(), Trouble> {
        let deadline = patience();
        loop {
            let (head, text) = self.receive(deadline)?.ok_or_else(|| self.silent())?;
            match head.kind.as_str() {
                "auth_required" => {
                    self.send(&json!({"type": "auth", "access_token": token}))?;
                }
                "auth_ok" => return Ok(()),
                "auth_invalid" => {
                    refuse(&house.url, &format!("Bearer {token}"));
                    let file = house.token_file.display().to_string();
                    return Err(Trouble::Refused(file));
                }
                _ => return Err(Trouble::Strange(shown(&text))),
            }
        }
    }

    /// Wants to be told of changes.
    pub(super) fn subscribe(&mut self) -> Result<(), Trouble> {
        for event in EVENTS {
            let asked = json!({"type": "subscribe_events", "event_type": event});
            self.call(asked, patience())?;
        }
        Ok(())
    }

    /// All things, or those that are exposed.
    pub(super) fn things(
        &mut self,
        which: EntityFilter,
        within_ms: u32,
    ) -> Result<Things, Trouble> {
        self.changed = false;
        let deadline = Deadline::after_ms(within_ms);
        wire::things(which, &mut |command| self.call(command, deadline))
    }

    /// Waits until Home Assistant has started, no longer than `most`: before that it
    /// does not have all of its things. False when it has not.
    pub(super) fn started(
        &mut self,
        most: Duration,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<bool, Trouble> {
        let most = Deadline::after_ms(u32::try_from(most.as_millis()).unwrap_or(u32::MAX));
        loop {
            let answer = self.call(json!({"type": "get_config"}), patience())?;
            if wire::has_started(&answer)? {
                return Ok(true);
            }
            let pause = Deadline::after_ms(STARTING_MS);
            while !pause.left().is_zero() {
                if most.left().is_zero() || !goes_on() {
                    return Ok(false);
                }
                // What changes meanwhile is read afterwards.
                self.receive(tick(pause))?;
            }
        }
    }

    /// Waits for a change, no longer than `most`. False when there was none.
    pub(super) fn changed(
        &mut self,
        most: Duration,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<bool, Trouble> {
        let most = Deadline::after_ms(u32::try_from(most.as_millis()).unwrap_or(u32::MAX));
        let mut alive = Deadline::after_ms(SILENCE_MS);
        while !self.changed && !most.left().is_zero() && goes_on() {
            if self.receive(tick(most))?.is_some() {
                alive = Deadline::after_ms(SILENCE_MS);
            } else if alive.left().is_zero() {
                self.call(json!({"type": "ping"}), patience())?;
                alive = Deadline::after_ms(SILENCE_MS);
            }
        }
        Ok(std::mem::take(&mut self.changed))
    }

    /// The message with the result of a command. An error of Home Assistant's is
    /// [`Trouble::Strange`].
    fn call(&mut self, mut command: Value, deadline: Deadline) -> Result<Utf8Bytes, Trouble> {
        self.next_id += 1;
        let id = self.next_id;
        command["id"] = id.into();
        self.send(&command)?;
        loop {
            let (head, text) = self.receive(deadline)?.ok_or_else(|| self.silent())?;
            if head.id != Some(id) {
                continue;
            }
            match head.kind.as_str() {
                "pong" => return Ok(text),
                "result" if head.success => return Ok(text),
                "result" => {
                    let why = head.error.and_then(|error| error.message);
                    let why = why.as_deref().unwrap_or("no reason given");
                    return Err(Trouble::Strange(format!("`{}`: {why}", command["type"])));
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, message: &Value) -> Result<(), Trouble> {
        let sent = self.socket.send(Message::text(message.to_string()));
        sent.map_err(|error| self.broken(&error))
    }

    /// The next message; `None` when none came in time. Of events it is noted that
    /// they came. The message is not taken apart: that of a large house is long.
    fn receive(&mut self, deadline: Deadline) -> Result<Option<(Head, Utf8Bytes)>, Trouble> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => {
                    let head: Head = serde_json::from_str(&text)
                        .map_err(|error| Trouble::Strange(error.to_string()))?;
                    self.changed |= head.kind == "event";
                    return Ok(Some((head, text)));
                }
                // Its answer goes out with the next message, or now.
                Ok(_) => match self.socket.flush() {
                    Ok(()) => {}
                    Err(Error::Io(error)) if waits(&error) => {}
                    Err(error) => return Err(self.broken(&error)),
                },
                Err(Error::Io(error)) if waits(&error) => {}
                Err(error) => return Err(self.broken(&error)),
            }
            if deadline.left().is_zero() {
                return Ok(None);
            }
        }
    }

    fn silent(&self) -> Trouble {
        Trouble::Away {
            url: self.url.clone(),
            why: "no answer came in time".into(),
        }
    }

    fn broken(&self, error: &Error) -> Trouble {
        Trouble::Away {
            url: self.url.clone(),
            why: error.to_string(),
        }
    }
}

fn patience() -> Deadline {
    Deadline::after_ms(u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX))
}

/// A piece of what is left.
fn tick(of: Deadline) -> Deadline {
    let tick = TICK.min(of.left());
    Deadline::after_ms(u32::try_from(tick.as_millis()).unwrap_or(0))
}

fn waits(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
    )
}

/// The beginning of a message, for an error.
fn shown(message: &str) -> String {
    message.chars().take(120).collect()
}

const fn unusable(why: String) -> Trouble {
    Trouble::Unusable(why)
}

/// A socket, encrypted where the address says so.
enum Stream {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Stream {
    fn open(house: &HomeAssistant) -> Result<Self, Trouble> {
        let uri: Uri = house
            .url
            .parse()
            .map_err(|_| unusable(format!("`{}` is no web address", house.url)))?;
        let encrypted = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let away = |why: io::Error| Trouble::Away {
            url: house.url.clone(),
            why: why.to_string(),
        };
        let mut last = io::Error::from(ErrorKind::NotFound);
        let places = (host, port).to_socket_addrs().map_err(away)?;
        let socket = places
            .into_iter()
            .find_map(|place| match TcpStream::connect_timeout(&place, PATIENCE) {
                Ok(socket) => Some(socket),
                Err(error) => {
                    last = error;
                    None
                }
            })
            .ok_or_else(|| away(last))?;
        socket.set_write_timeout(Some(PATIENCE)).map_err(away)?;
        socket.set_read_timeout(Some(PATIENCE)).map_err(away)?;
        if !encrypted {
            return Ok(Self::Plain(socket));
        }
        let config = trust(house.ca_file.as_deref()).map_err(unusable)?;
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| unusable(format!("`{host}` is no name of a machine")))?;
        let client = ClientConnection::new(Arc::new(config), name)
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self::Encrypted(Box::new(StreamOwned::new(client, socket))))
    }

    /// Reads wait no longer than that.
    fn tick(&self, most: Duration) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.set_read_timeout(Some(most)),
            Self::Encrypted(stream) => stream.sock.set_read_timeout(Some(most)),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(into),
            Self::Encrypted(stream) => stream.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(from),
            Self::Encrypted(stream) => stream.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}
