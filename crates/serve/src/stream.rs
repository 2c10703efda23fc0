//! A connection over TCP or a Unix socket, with a time limit on every wait.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// A connection.
#[derive(Debug)]
pub(crate) enum Stream {
    /// Over the network.
    Tcp(TcpStream),
    /// On this machine.
    Unix(UnixStream),
}

impl Stream {
    /// Another handle of the same connection.
    pub(crate) fn twin(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    /// Ends the connection for all its handles.
    pub(crate) fn hang_up(&self) {
        // It may be over already.
        let _over = match self {
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }

    fn read_within(&mut self, buffer: &mut [u8], wait: Duration) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => {
                stream.set_read_timeout(Some(wait))?;
                stream.read(buffer)
            }
            Self::Unix(stream) => {
                stream.set_read_timeout(Some(wait))?;
                stream.read(buffer)
            }
        }
    }

    fn write_within(&mut self, bytes: &[u8], wait: Duration) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => {
                stream.set_write_timeout(Some(wait))?;
                stream.write(bytes)
            }
            Self::Unix(stream) => {
                stream.set_write_timeout(Some(wait))?;
                stream.write(bytes)
            }
        }
    }

    fn block(&self, blocks: bool) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.set_nonblocking(!blocks),
            Self::Unix(stream) => stream.set_nonblocking(!blocks),
        }
    }
}

/// The reading end. A read after the deadline fails.
#[derive(Debug)]
pub(crate) struct Incoming {
    stream: Stream,
    deadline: Instant,
}

impl Incoming {
    /// Reads from `stream`, until `wait` from now at first.
    pub(crate) fn new(stream: Stream, wait: Duration) -> Self {
        Self {
            stream,
            deadline: now() + wait,
        }
    }

    /// What is read from now on must come before `wait` is over.
    pub(crate) fn expect_within(&mut self, wait: Duration) {
        self.deadline = now() + wait;
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wait = self.deadline.saturating_duration_since(now());
        if wait.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.read_within(buffer, wait)
    }
}

/// The writing end. What the client does not take yet is kept, within the
/// bounds of who writes.
#[derive(Debug)]
pub(crate) struct Outgoing {
    stream: Stream,
    pending: Vec<u8>,
    /// Bytes of `pending` that are already sent.
    sent: usize,
}

/// A client that takes nothing for so long is gone. It may take slowly: a voice
/// is often played while it is sent.
const STALLED: Duration = Duration::from_secs(20);

impl Outgoing {
    /// Writes to `stream`.
    pub(crate) const fn new(stream: Stream) -> Self {
        Self {
            stream,
            pending: Vec::new(),
            sent: 0,
        }
    }

    /// Where bytes to be sent are appended.
    pub(crate) const fn queue(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Sends as much as the client takes at once.
    ///
    /// # Errors
    /// When the connection broke.
    pub(crate) fn offer(&mut self) -> io::Result<()> {
        self.stream.block(false)?;
        let sent = self.send(|stream, bytes| stream.write_within(bytes, STALLED));
        self.stream.block(true)?;
        match sent {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            other => other,
        }
    }

    /// Sends everything, waiting for the client.
    ///
    /// # Errors
    /// When the connection broke, or the client took nothing for a while.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.send(|stream, bytes| stream.write_within(bytes, STALLED))
    }

    fn send(&mut self, write: impl Fn(&mut Stream, &[u8]) -> io::Result<usize>) -> io::Result<()> {
        while self.sent < self.pending.len() {
            match write(&mut self.stream, &self.pending[self.sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => self.sent += sent,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.pending.clear();
        self.sent = 0;
        Ok(())
    }
}

/// The machine's steady clock.
#[expect(
    clippy::disallowed_methods,
    reason = "waits for clients are bounded by it; no sound is timed with it"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
