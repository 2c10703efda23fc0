//! `/api/events`: a WebSocket with a snapshot, then every event. A watcher that
//! does not keep up is told how many it missed; one that takes nothing is
//! dropped.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{
    Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection,
};
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::api::state_json;
use super::fault::Fault;
use super::{Ends, Shared};

/// A ping keeps the connection open and finds out whether it still is.
pub(super) const PING: Duration = Duration::from_secs(20);
/// A watcher that takes nothing for so long is gone.
const STALLED: Duration = Duration::from_secs(10);
/// What the view for a screen says now and then, so that a screen that hangs is noticed.
/// It counts from this machine alone: the screen is the box's own.
const ALIVE: &str = "alive";
/// What it says at a tap.
const TAPPED: &str = "tapped";
/// Watchers have little to say.
const MAX_MESSAGE: usize = 4 << 10;
/// What a watcher that does not read keeps of the server's memory.
pub(super) const MAX_UNSENT: usize = 256 << 10;

/// Answers `/api/events`.
pub(super) async fn watch(
    State(shared): State<Arc<Shared>>,
    Extension(ends): Extension<Ends>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return no_document();
    };
    let Ok(place) = Arc::clone(&shared.watchers).try_acquire_owned() else {
        return too_many();
    };
    upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNSENT)
        .on_upgrade(move |socket| async move {
            let own = ends.peer.to_canonical().is_loopback();
            // How it ended is the watcher's business.
            let _ended = follow(&shared, socket, own).await;
            drop(place);
            drop(ends.place);
        })
}

/// The answer to a request that is no WebSocket.
pub(super) fn no_document() -> Response {
    let hint = "connect to it as a WebSocket";
    let error = "this path has events, not a document";
    Fault::new(StatusCode::UPGRADE_REQUIRED, error, hint).into_response()
}

/// The answer where there is no room for another WebSocket.
pub(super) fn too_many() -> Response {
    let hint = "close another page of the box";
    let error = "too many watch already";
    Fault::new(StatusCode::SERVICE_UNAVAILABLE, error, hint).into_response()
}

/// Sends until the watcher leaves; an error only ends it. `own`: it is of this machine.
async fn follow(shared: &Shared, mut socket: WebSocket, own: bool) -> Result<(), ()> {
    let mut events = shared.hub.watch();
    let snapshot = json!({"event": "snapshot", "state": state_json(shared)});
    send(&mut socket, Message::text(snapshot.to_string())).await?;
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => send(&mut socket, Message::text(&*event)).await?,
                Err(RecvError::Lagged(count)) => {
                    shared.hub.metrics(|metrics| metrics.missed += count);
                    let missed = json!({"event": "missed", "count": count});
                    send(&mut socket, Message::text(missed.to_string())).await?;
                }
                Err(RecvError::Closed) => return Ok(()),
            },
            _ = ping.tick() => send(&mut socket, Message::Ping(Vec::new().into())).await?,
            said = socket.recv() => match said {
                Some(Ok(Message::Text(text))) if own && text.as_str() == ALIVE => {
                    shared.hub.screen_lives();
                }
                Some(Ok(Message::Text(text))) if own && text.as_str() == TAPPED => shared.hub.use_screen(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Ok(()),
                Some(Ok(_)) => {}
            },
        }
    }
}

pub(super) async fn send(socket: &mut WebSocket, message: Message) -> Result<(), ()> {
    match timeout(STALLED, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}
