//! The requests of the owner's page beyond orders: history, doctor, tests, the
//! account of a sentence, changes of the configuration, backups.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::api::{Shares, body, bytes, sentence, slow, too_large, unprocessable};
use super::fault::Fault;
use crate::assistant::Unavailable;
use crate::console::{NewIntent, NotTaken};
use crate::talks::MAX_TEXT;

/// The largest backup, in bytes: as `mynah restore` takes it.
const MAX_BACKUP: usize = 16 << 20;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/history", get(history))
        .route("/api/explain", post(explain))
        .route("/api/test", post(test))
        .route("/api/doctor", get(doctor))
        .route("/api/intents", post(add_intent))
        .route("/api/wake", put(wake))
        .route("/api/backup", get(backup).put(restore))
}

async fn history(State(shared): Shares) -> Json<Value> {
    Json(shared.hub.history(crate::stream::now()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explain {
    text: String,
}

async fn explain(State(shared): Shares, request: Request) -> Result<Json<Value>, Fault> {
    let Explain { text } = body(request).await?;
    let text = sentence(&text, MAX_TEXT)?;
    let console = Arc::clone(&shared.console);
    Ok(Json(slow(&shared, move || console.explain(&text)).await??))
}

async fn test(State(shared): Shares) -> Result<Json<Value>, Fault> {
    let console = Arc::clone(&shared.console);
    Ok(Json(slow(&shared, move || console.test()).await??))
}

async fn doctor(State(shared): Shares) -> Result<Json<Value>, Fault> {
    let Ok(_alone) = shared.doctor.try_acquire() else {
        return Err(Unavailable::Busy.into());
    };
    let console = Arc::clone(&shared.console);
    Ok(Json(slow(&shared, move || console.doctor()).await??))
}

async fn add_intent(State(shared): Shares, request: Request) -> Result<Response, Fault> {
    let intent: NewIntent = body(request).await?;
    if intent.name.trim().is_empty() || intent.phrases.is_empty() {
        return Err(unprocessable("an intent needs a name and a phrase"));
    }
    let console = Arc::clone(&shared.console);
    changed(slow(&shared, move || console.add_intent(&intent)).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wake {
    sensitivity: String,
}

async fn wake(State(shared): Shares, request: Request) -> Result<Response, Fault> {
    let Wake { sensitivity } = body(request).await?;
    if !["low", "normal", "high"].contains(&sensitivity.as_str()) {
        return Err(unprocessable("a sensitivity is `low`, `normal` or `high`"));
    }
    let console = Arc::clone(&shared.console);
    changed(slow(&shared, move || console.set_sensitivity(&sensitivity)).await?)
}

async fn backup(State(shared): Shares) -> Result<Response, Fault> {
    let console = Arc::clone(&shared.console);
    let zip = slow(&shared, move || console.backup()).await?;
    let zip = zip.map_err(refused)?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"mynah-backup.zip\"",
        ),
    ];
    Ok((headers, zip).into_response())
}

async fn restore(State(shared): Shares, request: Request) -> Result<Response, Fault> {
    let zip = bytes(request, MAX_BACKUP).await?;
    if zip.is_empty() {
        return Err(too_large());
    }
    let console = Arc::clone(&shared.console);
    changed(slow(&shared, move || console.restore(&zip)).await?)
}

/// The answer to a change of the configuration. A wrong one is answered as by
/// `mynah check --json`.
pub(super) fn changed(taken: Result<Vec<&'static str>, NotTaken>) -> Result<Response, Fault> {
    match taken {
        Ok(restart) => Ok(Json(json!({"ok": true, "restart": restart})).into_response()),
        Err(NotTaken::Wrong(problems)) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(problems)).into_response())
        }
        Err(other) => Err(refused(other)),
    }
}

fn refused(error: NotTaken) -> Fault {
    match error {
        NotTaken::Busy => Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "another change of the configuration is under way",
            "try again in a moment",
        ),
        NotTaken::NotNow { why, hint } => Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the configuration was saved and does not count yet: {why}"),
            hint,
        ),
        NotTaken::Refused { why, hint } => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, why, hint),
        NotTaken::Unwritable { why, hint } => Fault::new(StatusCode::CONFLICT, why, hint),
        NotTaken::Wrong(problems) => Fault::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("the configuration has {} problems", problems.len()),
            "`mynah check` lists them",
        ),
    }
}
