//! The requests of the API: JSON in, JSON out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Shared;
use super::events;
use super::fault::Fault;
use super::owner::changed;
use super::peripherals;
use super::screen::screen;
use crate::assistant::Acts;
use crate::console::ConsoleOrder;
use crate::talks::MAX_TEXT;

/// The largest body of a request, in bytes, and the largest configuration.
const MAX_BODY: usize = 64 << 10;
pub(super) const MAX_CONFIG: usize = 4 << 20;

/// The longest sentence to be said, in bytes.
const MAX_SAYING: usize = 500;

pub(super) type Shares = State<Arc<Shared>>;

/// The routes of the API.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/state", get(state))
        .route("/api/events", get(events::watch))
        .route("/api/screen", get(screen))
        .route("/api/peripherals", get(peripherals::watch))
        .route("/api/ask", post(ask))
        .route("/api/say", post(say))
        .route("/api/listen", post(listen))
        .route("/api/stop", post(stop))
        .route("/api/mute", post(mute))
        .route("/api/volume", post(volume))
        .route("/api/timers/{id}", delete(cancel))
        .route("/api/config", get(config).put(replace_config))
        .route("/api/openapi.json", get(description))
        .route("/metrics", get(metrics))
}

/// The answer to any other path.
pub(super) async fn nothing_here() -> Fault {
    let hint = "`/api/state` is one that there is; docs/api.md lists all";
    Fault::new(StatusCode::NOT_FOUND, "there is nothing at this path", hint)
}

pub(super) async fn wrong_method() -> Fault {
    let hint = "docs/api.md lists the methods of each path";
    Fault::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this path has other methods",
        hint,
    )
}

/// `/api/state`, which is also the first message to each watcher.
pub(super) fn state_json(shared: &Shared) -> Value {
    let info = shared.assistant.info();
    let now = shared.hub.conversation();
    let (accepted, rejected) = shared.hub.metrics(|metrics| metrics.wake_counts());
    let mut state = json!({
        "state": now.state,
        "wakes": {"accepted": accepted, "rejected": rejected},
        "device": info.device,
        "area": info.area,
        "version": info.version,
        "turn": now.to_json(),
        "screen_s": shared.hub.screen_s(),
    });
    let rest = serde_json::to_value(shared.console.state()).unwrap_or_default();
    if let (Value::Object(state), Value::Object(rest)) = (&mut state, rest) {
        state.extend(rest);
    }
    state
}

async fn state(State(shared): Shares) -> Json<Value> {
    Json(state_json(&shared))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    text: String,
    /// An id, by which questions and undo refer to what was asked before.
    conversation: Option<String>,
    /// Whether the box also says the reply.
    #[serde(default)]
    aloud: bool,
}

async fn ask(State(shared): Shares, request: Request) -> Result<Json<Value>, Fault> {
    let Ask {
        text,
        conversation,
        aloud,
    } = body(request).await?;
    let text = sentence(&text, MAX_TEXT)?;
    let asked = Arc::clone(&shared);
    let answer = slow(&shared, move || {
        let open = || asked.assistant.converse(Acts::Yes);
        asked.talks.ask(conversation.as_deref(), &text, open)
    })
    .await??;
    let mut line = answer.line;
    if aloud && !answer.reply.is_empty() {
        // It was done, whether or not that can be said.
        line["aloud"] = shared
            .console
            .order(ConsoleOrder::Say(answer.reply))
            .is_ok()
            .into();
    }
    Ok(Json(line))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    text: String,
}

async fn say(State(shared): Shares, request: Request) -> Result<Json<Value>, Fault> {
    let Say { text } = body(request).await?;
    order(&shared, ConsoleOrder::Say(sentence(&text, MAX_SAYING)?))
}

async fn listen(State(shared): Shares) -> Result<Json<Value>, Fault> {
    order(&shared, ConsoleOrder::Listen)
}

async fn stop(State(shared): Shares) -> Result<Json<Value>, Fault> {
    order(&shared, ConsoleOrder::Stop)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mute {
    on: bool,
}

async fn mute(State(shared): Shares, request: Request) -> Result<Json<Value>, Fault> {
    let Mute { on } = body(request).await?;
    order(&shared, ConsoleOrder::Mute(on))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Volume {
    percent: u8,
}

async fn volume(State(shared): Shares, request: Request) -> Result<Json<Value>, Fault> {
    let Volume { percent } = body(request).await?;
    if 100 < percent {
        return Err(unprocessable("a volume is a number from 0 to 100"));
    }
    order(&shared, ConsoleOrder::Volume(percent))
}

async fn cancel(State(shared): Shares, Path(id): Path<String>) -> Result<Json<Value>, Fault> {
    let unknown = || {
        let error = "there is no timer, alarm, reminder or command for later of this number";
        Fault::new(StatusCode::NOT_FOUND, error, "`/api/state` lists them")
    };
    let id: u64 = id.parse().map_err(|_| unknown())?;
    let console = Arc::clone(&shared.console);
    let cancelled = slow(&shared, move || console.cancel(id)).await??;
    if cancelled {
        Ok(done())
    } else {
        Err(unknown())
    }
}

async fn config(State(shared): Shares) -> Result<Response, Fault> {
    let console = Arc::clone(&shared.console);
    let text = slow(&shared, move || console.config()).await??;
    Ok(([(header::CONTENT_TYPE, "application/toml")], text).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    text: String,
}

/// Takes the file as TOML, or as JSON with the field `text`.
async fn replace_config(State(shared): Shares, request: Request) -> Result<Response, Fault> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let bytes = bytes(request, 2 * MAX_CONFIG).await?;
    let text = if is_json {
        parse::<Config>(&bytes)?.text
    } else {
        let text = String::from_utf8(bytes.to_vec());
        text.map_err(|_| unprocessable("the configuration is not text in UTF-8"))?
    };
    if MAX_CONFIG < text.len() {
        return Err(too_large());
    }
    let console = Arc::clone(&shared.console);
    changed(slow(&shared, move || console.replace_config(&text)).await?)
}

/// Kept by hand; a test compares it with the routes and their answers.
async fn description() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, include_str!("../../pages/openapi.json")).into_response()
}

async fn metrics(State(shared): Shares) -> Response {
    let state = shared.console.state();
    let version = shared.assistant.info().version;
    let watchers = super::WATCHERS - shared.watchers.available_permits();
    let text = shared
        .hub
        .metrics(|metrics| metrics.text(&state, &version, watchers));
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

fn order(shared: &Shared, order: ConsoleOrder) -> Result<Json<Value>, Fault> {
    shared.console.order(order)?;
    Ok(done())
}

fn done() -> Json<Value> {
    Json(json!({"ok": true}))
}

/// Runs what may take long on a thread of its own; refuses when too much does.
pub(super) async fn slow<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let Ok(_place) = shared.slow.try_acquire() else {
        return Err(crate::assistant::Unavailable::Busy.into());
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| crate::assistant::Unavailable::Broken.into())
}

pub(super) async fn bytes(request: Request, most: usize) -> Result<Bytes, Fault> {
    let body = axum::body::to_bytes(request.into_body(), most).await;
    body.map_err(|_| too_large())
}

pub(super) async fn body<T: DeserializeOwned>(request: Request) -> Result<T, Fault> {
    parse(&bytes(request, MAX_BODY).await?)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| unprocessable(error.to_string()))
}

pub(super) fn sentence(text: &str, most: usize) -> Result<String, Fault> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(unprocessable("the text is empty"));
    }
    if most < trimmed.len() {
        return Err(unprocessable(format!(
            "the text is longer than {most} bytes"
        )));
    }
    Ok(trimmed.to_owned())
}

pub(super) fn unprocessable(error: impl Into<String>) -> Fault {
    let hint = "docs/api.md has the fields of each request";
    Fault::new(StatusCode::UNPROCESSABLE_ENTITY, error, hint)
}

pub(super) fn too_large() -> Fault {
    let hint = "a request may have 64 KiB, a configuration 4 MiB";
    Fault::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is too large, or broke off",
        hint,
    )
}
