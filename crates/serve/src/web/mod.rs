//! The local API and its pages, on one thread of its own. Nothing of the audio
//! path waits for it: events come by a queue that nobody waits for, and what
//! is slow runs on a few threads beside it.

mod admit;
mod api;
mod events;
mod fault;
mod guard;
mod history;
mod hub;
mod metrics;
mod owner;
mod pace;
mod pages;
mod peripherals;
mod screen;
mod shown;
mod tls;
mod token;

use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Extension;
use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use mynah_core::model::Serve;
use mynah_system::state::state_dir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower_layer::Layer as _;

use self::admit::guarded_answer;
pub use self::hub::{Conversation, Hub};
use self::pace::Pace;
pub use self::tls::fingerprint;
use self::token::Token;
use crate::assistant::Assistant;
use crate::console::Console;
use crate::peers::{Allowed, Connections, CountedConnection, ServeError};
use crate::stream::Stream;
use crate::talks::Talks;

/// Open connections, of all clients and of one.
const MOST: usize = 200;
const MOST_EACH: usize = 160;

/// Clients that watch the events.
const WATCHERS: usize = 120;

/// Threads for what is slow: sentences, configurations.
const SLOW_THREADS: usize = 4;
/// Slow requests that run or wait.
const SLOW: usize = 16;

/// From the first byte of a request, or from the answer before it, to the end
/// of its headers.
const HEADERS: Duration = Duration::from_secs(15);
/// For reading a body, carrying it out and beginning the answer.
const REQUEST: Duration = Duration::from_mins(1);
/// Bytes of the headers of a request.
const MAX_HEAD: usize = 16 << 10;

/// Connections that are told at once that there is no room, and how long that takes.
const TURNED_AWAY: usize = 32;
const TURN_AWAY: Duration = Duration::from_secs(2);

/// At the end, what is slow may take so long to be given up.
const AT_THE_END: Duration = Duration::from_secs(1);

type Encrypted = TlsStream<TcpStream>;
type Service = TowerToHyperService<axum::middleware::AddExtension<Router, Ends>>;

/// What all requests share.
struct Shared {
    assistant: Arc<dyn Assistant>,
    console: Arc<dyn Console>,
    hub: Arc<Hub>,
    token: Option<Token>,
    /// Origins of other pages that may control peripherals.
    origins: Vec<String>,
    talks: Talks,
    pace: Pace,
    /// After so long without use the screen may go off; `None`: never.
    screen_off: Option<Duration>,
    watchers: Arc<Semaphore>,
    slow: Semaphore,
    /// One at a time: it looks at the sound cards.
    doctor: Semaphore,
}

/// The two ends of a connection.
#[derive(Clone, Debug)]
struct Ends {
    peer: IpAddr,
    local: IpAddr,
    encrypted: bool,
    /// Kept by a WebSocket, which outlives the requests.
    place: Arc<CountedConnection>,
}

/// A running server; dropping it ends its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    connections: Arc<Connections>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens at `address`, for this machine and the networks of `serve.allow`.
    ///
    /// # Errors
    /// When the address cannot be had, the token cannot be read, or there is no
    /// certificate.
    pub fn start(
        address: &str,
        serve: &Serve,
        assistant: Arc<dyn Assistant>,
        console: Arc<dyn Console>,
        hub: Arc<Hub>,
    ) -> Result<Self, ServeError> {
        let allowed = Allowed::new(&serve.allow)?;
        hub.keep_texts(serve.history);
        let token = serve.token_file.clone().map(Token::open).transpose()?;
        let names = console.names();
        let shared = Arc::new(Shared {
            assistant,
            console,
            hub,
            token,
            origins: serve.origins.clone(),
            talks: Talks::default(),
            pace: Pace::default(),
            screen_off: serve.screen_off,
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            slow: Semaphore::new(SLOW),
            doctor: Semaphore::new(1),
        });
        let (listener, address) = crate::peers::listen(address)?;
        let tls = serve
            .https
            .then(|| certified(&names, address))
            .transpose()?;
        let connections = Connections::new(MOST, MOST_EACH);
        let open = Arc::clone(&connections);
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("web".into())
            .spawn(move || {
                let runtime = runtime::Builder::new_current_thread()
                    .enable_io()
                    .enable_time()
                    .max_blocking_threads(SLOW_THREADS)
                    .build();
                let runtime = match runtime {
                    Ok(runtime) => runtime,
                    Err(error) => return tracing::error!("the web server did not start: {error}"),
                };
                runtime.block_on(async {
                    tokio::select! {
                        _ = stopped => {}
                        () = accept(listener, &allowed, &open, &shared, tls) => {}
                    }
                });
                runtime.shutdown_timeout(AT_THE_END);
            })
            .map_err(ServeError::Thread)?;
        Ok(Self {
            address,
            connections,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The port's address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.connections.close();
        // The thread may have ended by itself.
        let _stopped = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take() {
            // A panic there is in the log already.
            let _ended = thread.join();
        }
    }
}

/// The certificate of this box; its fingerprint is logged.
fn certified(names: &[String], address: SocketAddr) -> Result<TlsAcceptor, ServeError> {
    let state = state_dir().unwrap_or_default();
    let (acceptor, fingerprint) = tls::acceptor(&state, names, address)?;
    tracing::info!("https at {address}; the certificate's SHA-256 fingerprint is {fingerprint}");
    Ok(acceptor)
}

async fn accept(
    listener: std::net::TcpListener,
    allowed: &Allowed,
    connections: &Arc<Connections>,
    shared: &Arc<Shared>,
    tls: Option<TlsAcceptor>,
) {
    let listener = match listener
        .set_nonblocking(true)
        .and_then(|()| TcpListener::from_std(listener))
    {
        Ok(listener) => listener,
        Err(error) => return tracing::error!("the web server did not start: {error}"),
    };
    let router = router(shared);
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    loop {
        match listener.accept().await {
            Ok((stream, peer)) if allowed.allows(peer.ip()) => {
                if let Some(stream) = begin(stream, peer.ip(), connections, &router, tls.as_ref())
                    && let Ok(place) = Arc::clone(&turned_away).try_acquire_owned()
                {
                    tokio::spawn(turn_away(stream, place));
                }
            }
            Ok(_) => {}
            Err(error) => {
                // Such as for want of file descriptors.
                tracing::debug!("no connection: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves a connection beside the others; gives it back where there is no room.
fn begin(
    stream: TcpStream,
    peer: IpAddr,
    connections: &Arc<Connections>,
    router: &Router,
    tls: Option<&TlsAcceptor>,
) -> Option<TcpStream> {
    let twin = stream.as_fd().try_clone_to_owned().ok()?;
    let local = stream.local_addr().ok()?;
    let Some(place) = connections.enter(Some(peer), Stream::Tcp(twin.into())) else {
        tracing::debug!(?peer, "too many connections");
        return Some(stream);
    };
    let ends = Ends {
        peer,
        local: local.ip(),
        encrypted: tls.is_some(),
        place: Arc::new(place),
    };
    let service = TowerToHyperService::new(Extension(ends).layer(router.clone()));
    let tls = tls.cloned();
    tokio::spawn(async move {
        let Some(tls) = tls else {
            return converse(peer, stream, service).await;
        };
        match tokio::time::timeout(HEADERS, shake_hands(&tls, stream)).await {
            Ok(Ok(stream)) => converse(peer, stream, service).await,
            failed => tracing::debug!(?peer, ?failed, "no encrypted connection"),
        }
    });
    None
}

/// Encrypts a connection. A browser that speaks plain HTTP is told what to do.
async fn shake_hands(tls: &TlsAcceptor, mut stream: TcpStream) -> std::io::Result<Encrypted> {
    const HANDSHAKE: u8 = 0x16;
    const ANSWER: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\
        Content-Length: 34\r\nConnection: close\r\n\r\nUse https:// in place of http://.\n";
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0] != HANDSHAKE {
        stream.write_all(ANSWER).await?;
        stream.shutdown().await?;
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    tls.accept(stream).await
}

async fn converse<S>(peer: IpAddr, stream: S, service: Service)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    tracing::debug!(?peer, ?served, "connection ended");
}

/// Answers that there is no room. What the client sends is read first: bytes that
/// nobody has read would reset the connection, and the answer with it.
async fn turn_away(mut stream: TcpStream, _place: OwnedSemaphorePermit) {
    const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\
        Content-Length: 68\r\nRetry-After: 5\r\nConnection: close\r\n\r\n\
        {\"error\":\"too many connections\",\"hint\":\"try again in a few seconds\"}";
    let answered = async {
        let mut bytes = [0; 4 << 10];
        let _request = stream.read(&mut bytes).await?;
        stream.write_all(ANSWER).await?;
        stream.shutdown().await?;
        while 0 < stream.read(&mut bytes).await? {}
        Ok::<(), std::io::Error>(())
    };
    // A client that says nothing is not told anything.
    let _told = tokio::time::timeout(TURN_AWAY, answered).await;
}

fn router(shared: &Arc<Shared>) -> Router {
    let guarded = Arc::clone(shared);
    api::routes()
        .merge(pages::routes())
        .merge(owner::routes())
        .merge(shown::routes())
        .method_not_allowed_fallback(api::wrong_method)
        .fallback(api::nothing_here)
        .layer(axum::middleware::from_fn(
            move |request: Request, next: Next| {
                let shared = Arc::clone(&guarded);
                async move { guarded_answer(&shared, request, next).await }
            },
        ))
        .with_state(Arc::clone(shared))
}
