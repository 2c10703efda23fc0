//! Servers that misbehave, for the actions of the bench.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// How a server misbehaves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trouble {
    /// It accepts, and never says a word.
    Silent,
    /// It hangs up at once.
    HangsUp,
    /// Bytes that are of no protocol.
    Garbage,
    /// An error of its own.
    Fails,
    /// The token is wrong.
    Refuses,
    /// A body without an end.
    Endless,
    /// A redirect to itself.
    Turns,
    /// An answer that is cut in the middle.
    Cut,
    /// A header without an end.
    LongHead,
    /// A body that is no JSON, and says that it is.
    NoJson,
}

/// A server on a port of its own, until the program ends.
pub(super) struct Server(u16);

impl Server {
    pub(super) fn start(trouble: Trouble) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let listener = Arc::new(listener);
        thread::Builder::new()
            .name("trouble".into())
            .spawn(move || {
                for stream in listener.incoming().flatten() {
                    // Each by itself: one that is silent holds up no other.
                    let _ = thread::Builder::new().spawn(move || {
                        // The other end hangs up when it has had enough.
                        let _ = answer(trouble, stream, port);
                    });
                }
            })?;
        Ok(Self(port))
    }

    pub(super) const fn port(&self) -> u16 {
        self.0
    }
}

fn answer(trouble: Trouble, mut stream: TcpStream, port: u16) -> std::io::Result<()> {
    if matches!(trouble, Trouble::HangsUp) {
        return Ok(());
    }
    let mut asked = [0; 4096];
    let _ = stream.read(&mut asked)?;
    let head = |status: &str, more: &str| format!("HTTP/1.1 {status}\r\n{more}\r\n");
    match trouble {
        Trouble::HangsUp => Ok(()),
        Trouble::Silent => stream.read(&mut asked).map(drop),
        Trouble::Garbage => stream.write_all(&[0xff, 0x00, 0x13, 0x37].repeat(5_000)),
        Trouble::Fails => {
            stream.write_all(head("500 Internal", "Content-Length: 0\r\n").as_bytes())
        }
        Trouble::Refuses => {
            stream.write_all(head("401 Unauthorized", "Content-Length: 0\r\n").as_bytes())
        }
        Trouble::Turns => {
            let to = format!("Location: http://127.0.0.1:{port}/again\r\nContent-Length: 0\r\n");
            stream.write_all(head("302 Found", &to).as_bytes())
        }
        Trouble::Cut => {
            stream.write_all(head("200 OK", "Content-Length: 5000\r\n").as_bytes())?;
            stream.write_all(b"{\"state\": \"o")
        }
        Trouble::NoJson => {
            let more = "Content-Type: application/json\r\nContent-Length: 9\r\n";
            stream.write_all(head("200 OK", more).as_bytes())?;
            stream.write_all(b"[[[[[[[[[")
        }
        Trouble::LongHead => loop {
            stream.write_all(b"X-More: and more and more and more and more\r\n")?;
        },
        Trouble::Endless => {
            stream.write_all(head("200 OK", "").as_bytes())?;
            loop {
                stream.write_all(&[b'x'; 8_192])?;
            }
        }
    }
}
