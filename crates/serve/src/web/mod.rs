//! The local API and its pages, on one thread of its own. Nothing of the audio
//! path waits for it: events come by a queue that nobody waits for, and what
//! is slow runs on a few threads beside it.

mod api;
mod events;
mod fault;
mod guard;
mod hub;
mod metrics;
mod pages;
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
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{Semaphore, oneshot};

use self::fault::{Fault, Refused};
pub use self::hub::{Conversation, Hub};
use self::token::Token;
use crate::assistant::Assistant;
use crate::console::Console;
use crate::peers::{Allowed, Connections, Place, ServeError};
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
}

/// The two ends of a connection.
#[derive(Clone, Debug)]
struct Ends {
    peer: IpAddr,
    local: IpAddr,
    /// Kept by a WebSocket, which outlives the requests.
    place: Arc<Place>,
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
        let token = serve.token_file.clone().map(Token::open).transpose()?;
        let shared = Arc::new(Shared {
            assistant,
            console,
            hub,
            token,
            talks: Talks::default(),
            watchers: Arc::new(Semaphore::new(WATCHERS)),
            slow: Semaphore::new(SLOW),
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
    loop {
        match listener.accept().await {
            Ok((stream, peer)) if allowed.allows(peer.ip()) => {
                begin(stream, peer.ip(), connections, &router);
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

/// Serves a connection beside the others.
fn begin(stream: TcpStream, peer: IpAddr, connections: &Arc<Connections>, router: &Router) {
    let twin = stream.as_fd().try_clone_to_owned();
    let (Ok(twin), Ok(local)) = (twin, stream.local_addr()) else {
        return;
    };
    let Some(place) = connections.enter(Some(peer), Stream::Tcp(twin.into())) else {
        return tracing::debug!(?peer, "too many connections");
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
}

fn router(shared: &Arc<Shared>) -> Router {
    let guarded = Arc::clone(shared);
    api::routes()
        .merge(pages::routes())
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
    if ends.peer.to_canonical().is_loopback() || path == "/style.css" {
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
