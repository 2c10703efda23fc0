//! The local API and its pages, on one thread of its own. Nothing of the audio
//! path waits for it: events come by a queue that nobody waits for, and what
//! is slow runs on a few threads beside it.

mod api;
mod events;
mod fault;
mod guard;
mod history;
mod hub;
mod metrics;
mod owner;
mod pages;
mod shown;
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
use axum::response::{IntoResponse as _, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use mynah_core::model::Serve;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use self::fault::{Fault, Refused};
pub use self::hub::{Conversation, Hub};
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

/// What all requests share.
struct Shared {
    assistant: Arc<dyn Assistant>,
    console: Arc<dyn Console>,
    hub: Arc<Hub>,
    token: Option<Token>,
    talks: Talks,
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
    /// When the address cannot be had, or the token cannot be read.
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
        let shared = Arc::new(Shared {
            assistant,
            console,
            hub,
            token,
            talks: Talks::default(),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            slow: Semaphore::new(SLOW),
            doctor: Semaphore::new(1),
        });
        let (listener, address) = crate::peers::listen(address)?;
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
                        () = accept(listener, &allowed, &open, &shared) => {}
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

async fn accept(
    listener: std::net::TcpListener,
    allowed: &Allowed,
    connections: &Arc<Connections>,
    shared: &Arc<Shared>,
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
                if let Some(stream) = begin(stream, peer.ip(), connections, &router)
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
        place: Arc::new(place),
    };
    let service = TowerToHyperService::new(router.clone().layer(Extension(ends)));
    tokio::spawn(async move {
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
        tracing::debug!(?peer, ?served, "connection ended");
    });
    None
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

/// Answers a request that passes the guard, within its time.
async fn guarded_answer(shared: &Shared, request: Request, next: Next) -> Response {
    let ends = request.extensions().get::<Ends>().cloned();
    let busy = |busy: bool| ends.iter().for_each(|ends| ends.place.busy(busy));
    busy(true);
    let mut response = match pass(shared, &request) {
        Ok(()) => match tokio::time::timeout(REQUEST, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::new(
                axum::http::StatusCode::REQUEST_TIMEOUT,
                "this took too long",
                "send the whole request at once",
            )
            .into_response(),
        },
        Err(fault) => match pages::sign_in(&request, &fault) {
            Some(page) => page,
            None => fault.into_response(),
        },
    };
    if response.extensions().get::<Refused>().is_some() {
        let status = response.status().as_u16();
        shared
            .hub
            .metrics(|metrics| *metrics.refused.entry(status).or_default() += 1);
    }
    pages::protect(response.headers_mut());
    // A WebSocket that is idle is being watched.
    if response.status() != axum::http::StatusCode::SWITCHING_PROTOCOLS {
        busy(false);
    }
    response
}

/// Whether a request may be answered.
fn pass(shared: &Shared, request: &Request) -> Result<(), Fault> {
    let Some(ends) = request.extensions().get::<Ends>() else {
        let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Fault::new(
            status,
            "a connection without ends",
            "report this",
        ));
    };
    let names = shared.console.names();
    let path = request.uri().path();
    guard::check(
        request.method(),
        path,
        request.headers(),
        ends.local,
        &names,
    )?;
    // The page that asks for the token has a style as well.
    let local = ends.peer.to_canonical().is_loopback();
    let free = local && (shared.token.is_none() || !guard::is_the_owner_s(request.method(), path));
    if free || path == "/style.css" {
        return Ok(());
    }
    let Some(token) = &shared.token else {
        // The configuration demands one; this is in case it was started without.
        let status = axum::http::StatusCode::FORBIDDEN;
        return Err(Fault::new(
            status,
            "no token is set",
            "set `serve.token_file`",
        ));
    };
    let shown = pages::token_shown(request);
    token.check(
        ends.peer,
        request.headers(),
        shown.as_deref(),
        crate::stream::now(),
    )
}
