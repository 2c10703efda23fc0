//! The Wyoming server: speech to text, text to speech, conversation and wake
//! words on one port. Each connection has a thread, because a request is mostly
//! one wait after the other: for sound, for the recogniser, for the client.

mod connection;
mod describe;
pub mod frame;
mod hear;
mod say;
mod sound;
mod talk;
mod watch;

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mynah_core::model::{Address, Handle};
use mynah_system::threads::give_way;

use self::connection::Connection;
use crate::assistant::Assistant;
use crate::peers::{self, Allowed, Connections, ServeError};
use crate::stream::Stream;
use crate::talks::Talks;

/// Open connections, of all clients and of one. Home Assistant opens one for
/// each request.
const MOST: usize = 40;
const MOST_EACH: usize = 32;

/// After a failed `accept`, such as for want of file descriptors.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// What all connections share.
struct Shared {
    assistant: Arc<dyn Assistant>,
    handle: Handle,
    talks: Talks,
}

/// A running server; dropping it ends its connections.
#[derive(Debug)]
pub struct Server {
    connections: Arc<Connections>,
    local: Local,
    thread: Option<JoinHandle<()>>,
}

/// Where it listens.
#[derive(Clone, Debug)]
enum Local {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Server {
    /// Listens at `address`, for this machine and the networks of `allow`.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn start(
        address: &Address,
        allow: &[String],
        handle: Handle,
        assistant: Arc<dyn Assistant>,
    ) -> Result<Self, ServeError> {
        let allowed = Allowed::new(allow)?;
        let (listener, local) = listen(address)?;
        let connections = Connections::new(MOST, MOST_EACH);
        let open = Arc::clone(&connections);
        let shared = Arc::new(Shared {
            assistant,
            handle,
            talks: Talks::default(),
        });
        let thread = thread::Builder::new()
            .name("wyoming".into())
            .spawn(move || accept(&listener, &allowed, &open, &shared))
            .map_err(ServeError::Thread)?;
        Ok(Self {
            connections,
            local,
            thread: Some(thread),
        })
    }

    /// The port's address; `None` with a Unix socket.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        match self.local {
            Local::Tcp(address) => Some(address),
            Local::Unix(_) => None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.close();
        // The thread waits for a connection: this is one.
        let woken = match &self.local {
            Local::Tcp(address) => {
                let mut own = *address;
                if own.ip().is_unspecified() {
                    own.set_ip(match own.ip() {
                        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
                    });
                }
                TcpStream::connect_timeout(&own, Duration::from_secs(1)).is_ok()
            }
            Local::Unix(path) => UnixStream::connect(path).is_ok(),
        };
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            // A panic there is in the log already.
            let _ended = thread.join();
        }
        if let Local::Unix(path) = &self.local {
            // Somebody may have removed it.
            let _gone = fs::remove_file(path);
        }
    }
}

fn listen(address: &Address) -> Result<(Listener, Local), ServeError> {
    match address {
        Address::Tcp(text) => {
            let (listener, local) = peers::listen(text)?;
            Ok((Listener::Tcp(listener), Local::Tcp(local)))
        }
        Address::Unix(path) => {
            remove_stale(path);
            let listener = UnixListener::bind(path).map_err(|why| ServeError::Listen {
                address: path.display().to_string(),
                hint: match why.kind() {
                    io::ErrorKind::AddrInUse => "another program has this socket: take another",
                    _ => "its folder must be there, and writable for Mynah",
                },
                why,
            })?;
            Ok((Listener::Unix(listener), Local::Unix(path.clone())))
        }
    }
}

/// Removes the socket of a process that ended without removing it.
fn remove_stale(path: &Path) {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    if is_socket && UnixStream::connect(path).is_err_and(refused) {
        // Binding fails next, and says why.
        let _gone = fs::remove_file(path);
    }
}

fn accept(
    listener: &Listener,
    allowed: &Allowed,
    connections: &Arc<Connections>,
    shared: &Arc<Shared>,
) {
    loop {
        let next = match listener {
            Listener::Tcp(listener) => listener
                .accept()
                .map(|(stream, peer)| (Stream::Tcp(stream), Some(peer.ip()))),
            Listener::Unix(listener) => listener
                .accept()
                .map(|(stream, _)| (Stream::Unix(stream), None)),
        };
        if connections.closed() {
            return;
        }
        match next {
            Ok((stream, peer)) => {
                if peer.is_none_or(|peer| allowed.allows(peer)) {
                    begin(stream, peer, connections, shared);
                }
            }
            Err(error) => {
                tracing::debug!("no connection: {error}");
                pause();
            }
        }
    }
}

/// Serves a connection on a thread of its own.
fn begin(
    stream: Stream,
    peer: Option<IpAddr>,
    connections: &Arc<Connections>,
    shared: &Arc<Shared>,
) {
    let twins = stream.twin().and_then(|twin| Ok((twin, stream.twin()?)));
    let Ok((reader, writer)) = twins else {
        return;
    };
    let Some(place) = connections.enter(peer, stream) else {
        tracing::debug!(?peer, "too many connections");
        return connection::turn_away(writer);
    };
    let shared = Arc::clone(shared);
    let started = thread::Builder::new()
        .name("wyoming-client".into())
        .spawn(move || {
            // What streams say is heard beside the box's own microphone.
            give_way();
            let ended = Connection::new(reader, writer, &shared, &place).run();
            tracing::debug!(?peer, ?ended, "connection ended");
        });
    if let Err(error) = started {
        tracing::warn!("no thread for a connection: {error}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the system is out of something; asking again at once would take a core"
)]
fn pause() {
    thread::sleep(AFTER_FAILURE);
}
