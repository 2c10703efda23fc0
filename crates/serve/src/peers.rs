//! Who may connect, and how many at once.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mynah_system::network::Network;
use thiserror::Error;

use crate::stream::Stream;

/// Why a service could not begin.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address is in use, or is none of this machine.
    #[error("cannot listen at `{address}`: {why}; hint: {hint}")]
    Listen {
        /// The configured address.
        address: String,
        /// The system's error.
        why: io::Error,
        /// The remedy.
        hint: &'static str,
    },
    /// The configuration names no address.
    #[error("`{0}` is no address; hint: it is like \"127.0.0.1:10300\"")]
    NoAddress(String),
    /// A machine or network is none.
    #[error("`{0}` is no network; hint: it is like \"192.168.1.0/24\"")]
    NoNetwork(String),
    /// The file of the token.
    #[error("cannot read the token in `{}`: {why}; hint: {hint}", path.display())]
    Token {
        /// Its file.
        path: PathBuf,
        /// The reason.
        why: String,
        /// The remedy.
        hint: &'static str,
    },
    /// No thread could be started.
    #[error("cannot start a thread: {0}; hint: the system's limit of tasks may be reached")]
    Thread(io::Error),
}

/// Listens at `ADDRESS:PORT`.
///
/// # Errors
/// When that is no address, or it cannot be had.
pub(crate) fn listen(text: &str) -> Result<(TcpListener, SocketAddr), ServeError> {
    let place: SocketAddr = text
        .parse()
        .map_err(|_| ServeError::NoAddress(text.into()))?;
    let failed = |why: io::Error| ServeError::Listen {
        address: text.into(),
        hint: match why.kind() {
            io::ErrorKind::AddrInUse => "another program has this port: take another",
            io::ErrorKind::PermissionDenied => "take a port above 1023",
            _ => "take an address of this machine, or 0.0.0.0 for all of them",
        },
        why,
    };
    let listener = TcpListener::bind(place).map_err(failed)?;
    let local = listener.local_addr().map_err(failed)?;
    Ok((listener, local))
}

/// Machines that were refused and are named in the log; later ones are not.
const NAMED: usize = 32;

/// Whose connections are allowed.
#[derive(Debug)]
pub(crate) struct Allowed {
    networks: Vec<Network>,
    refused: Mutex<HashSet<IpAddr>>,
}

impl Allowed {
    /// This machine, and these networks.
    ///
    /// # Errors
    /// When one is no network.
    pub(crate) fn new(networks: &[String]) -> Result<Self, ServeError> {
        let parse = |text: &String| {
            text.parse()
                .map_err(|_| ServeError::NoNetwork(text.clone()))
        };
        Ok(Self {
            networks: networks.iter().map(parse).collect::<Result<_, _>>()?,
            refused: Mutex::default(),
        })
    }

    /// Whether a machine may connect. The first refusal of each is logged.
    pub(crate) fn allows(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        if peer.is_loopback() || self.networks.iter().any(|network| network.contains(peer)) {
            return true;
        }
        let mut refused = lock(&self.refused);
        if refused.len() < NAMED && refused.insert(peer) {
            tracing::warn!("refused a connection from {peer}; hint: add it to `serve.allow`");
        }
        false
    }
}

/// The open connections of a service.
#[derive(Debug)]
pub(crate) struct Connections {
    most: usize,
    /// From one machine, so that a faulty one leaves room for others.
    most_each: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    streams: HashMap<u64, Entry>,
    next: u64,
    closed: bool,
}

#[derive(Debug)]
struct Entry {
    peer: Option<IpAddr>,
    stream: Stream,
    /// Nothing is done for it: it waits for a request. The lowest waits longest.
    idle: Option<u64>,
    /// It has sent a request: those that never did are ended first.
    spoke: bool,
}

impl Open {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Ends the idle connection that waits longest among those that `among` names;
    /// false where none is idle.
    fn evict(&mut self, among: impl Fn(&Entry) -> bool) -> bool {
        let idle = self.streams.iter().filter(|(_, entry)| among(entry));
        let idle = idle.filter_map(|(number, entry)| Some((entry.spoke, entry.idle?, *number)));
        let Some((.., number)) = idle.min() else {
            return false;
        };
        if let Some(entry) = self.streams.remove(&number) {
            entry.stream.hang_up();
        }
        true
    }
}

/// One open connection; it is counted until this is dropped.
#[derive(Debug)]
pub(crate) struct CountedConnection {
    connections: Arc<Connections>,
    number: u64,
}

impl Connections {
    /// Room for `most` connections, `most_each` of them from one machine.
    pub(crate) fn new(most: usize, most_each: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            most_each,
            open: Mutex::default(),
        })
    }

    /// Counts a connection, which is idle at first. Where there is no room, the one
    /// that has been idle longest is ended; `None` where none is, or the service has
    /// ended. Connections over Unix sockets have no `peer` and count as one machine.
    pub(crate) fn enter(
        self: &Arc<Self>,
        peer: Option<IpAddr>,
        stream: Stream,
    ) -> Option<CountedConnection> {
        let mut open = lock(&self.open);
        let same = |other: &Entry| other.peer == peer;
        let from_there = open.streams.values().filter(|other| same(other)).count();
        let no_room = self.most_each <= from_there && !open.evict(same)
            || self.most <= open.streams.len() && !open.evict(|_| true);
        if open.closed || no_room {
            return None;
        }
        let number = open.number();
        let entry = Entry {
            peer,
            stream,
            idle: Some(number),
            spoke: false,
        };
        open.streams.insert(number, entry);
        Some(CountedConnection {
            connections: Arc::clone(self),
            number,
        })
    }

    /// Whether the service has ended.
    pub(crate) fn closed(&self) -> bool {
        lock(&self.open).closed
    }

    /// Ends all connections, and lets no other begin.
    pub(crate) fn close(&self) {
        let mut open = lock(&self.open);
        open.closed = true;
        for entry in open.streams.values() {
            entry.stream.hang_up();
        }
    }
}

impl CountedConnection {
    /// Whether something is done for this connection. One that is idle makes room for
    /// others where there is none.
    pub(crate) fn busy(&self, busy: bool) {
        let mut open = lock(&self.connections.open);
        let now = open.number();
        if let Some(entry) = open.streams.get_mut(&self.number) {
            entry.idle = (!busy).then_some(now);
            entry.spoke |= busy;
        }
    }
}

impl Drop for CountedConnection {
    fn drop(&mut self) {
        let gone = lock(&self.connections.open).streams.remove(&self.number);
        if let Some(entry) = gone {
            entry.stream.hang_up();
        }
    }
}

/// A lock that a panicking thread leaves is still good: all changes under it
/// are single steps.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::{Allowed, Connections};
    use crate::stream::Stream;

    #[test]
    fn this_machine_and_the_listed_ones_are_allowed() {
        let allowed = Allowed::new(&["192.168.1.0/24".into()]).expect("a network");
        let check = |peer: &str, expected: bool| {
            assert_eq!(allowed.allows(peer.parse().expect("an address")), expected);
        };
        check("127.0.0.1", true);
        check("::1", true);
        check("192.168.1.77", true);
        check("::ffff:192.168.1.77", true);
        check("192.168.2.77", false);
        check("2001:db8::1", false);
        assert!(Allowed::new(&["house".into()]).is_err());
    }

    #[test]
    fn one_machine_leaves_room_for_others() {
        let connections = Connections::new(4, 3);
        let stream = || Stream::Unix(UnixStream::pair().expect("a socket").0);
        let one = Some("192.168.1.1".parse().expect("an address"));
        let other = Some("192.168.1.2".parse().expect("an address"));
        let mut places: Vec<_> = (0..3).map(|_| connections.enter(one, stream())).collect();
        assert!(places.iter().all(Option::is_some));
        for place in places.iter().flatten() {
            place.busy(true);
        }
        assert!(connections.enter(one, stream()).is_none());
        let place = connections.enter(other, stream());
        assert!(place.is_some());
        if let Some(place) = &place {
            place.busy(true);
        }
        assert!(
            connections.enter(other, stream()).is_none(),
            "four are open"
        );
        places.pop();
        assert!(connections.enter(one, stream()).is_some());
        connections.close();
        assert!(connections.enter(one, stream()).is_none());
    }

    #[test]
    fn the_connection_that_is_idle_longest_makes_room() {
        use std::io::Read as _;
        let connections = Connections::new(3, 3);
        let peer = Some("192.168.1.1".parse().expect("an address"));
        let connect = || {
            let (far, near) = UnixStream::pair().expect("a socket");
            far.set_nonblocking(true).expect("a socket");
            (far, connections.enter(peer, Stream::Unix(near)))
        };
        let mut clients: Vec<_> = (0..3).map(|_| connect()).collect();
        let busy = |client: &(UnixStream, Option<super::CountedConnection>), busy| {
            client.1.as_ref().expect("a place").busy(busy);
        };
        busy(&clients[0], true);
        busy(&clients[1], true);
        busy(&clients[1], false);
        let over = |client: &mut (UnixStream, Option<super::CountedConnection>)| {
            client.0.read(&mut [0]).is_ok_and(|length| length == 0)
        };
        let (_one, place) = connect();
        assert!(place.is_some());
        let ended: Vec<bool> = clients.iter_mut().map(over).collect();
        assert_eq!(ended, [false, false, true]);
    }
}
