//! Whether the box's own screen is of use now: while somebody speaks with the box, and
//! for a while after that or after a tap. Whoever switches the screen asks for the next
//! change, and the answer comes when there is one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::api::unprocessable;
use super::fault::Fault;
use crate::stream::now;

/// Without a change the answer comes after this.
const LONGEST: Duration = Duration::from_secs(25);

/// What the asker knows.
#[derive(Deserialize)]
pub(super) struct Known {
    /// How the screen is; without it the answer comes at once.
    on: Option<bool>,
}

/// Answers `/api/screen`.
pub(super) async fn screen(
    State(shared): State<Arc<Shared>>,
    known: Result<Query<Known>, QueryRejection>,
) -> Result<Json<Value>, Fault> {
    let Ok(Query(known)) = known else {
        return Err(unprocessable("`on` is true or false"));
    };
    let end = now() + LONGEST;
    let mut used = shared.hub.uses();
    loop {
        let now = now();
        let off_at = shared.off_at(*used.borrow_and_update());
        let on = off_at.is_none_or(|at| now < at);
        if known.on != Some(on) || end <= now {
            return Ok(Json(json!({"on": on})));
        }
        let next = off_at.filter(|at| now < *at).map_or(end, |at| at.min(end));
        // The hub lives as long as the server.
        let _changed = tokio::time::timeout(next - now, used.changed()).await;
    }
}

impl Shared {
    /// When the screen is of no use any more; `None`: not as long as nothing happens.
    fn off_at(&self, used: Instant) -> Option<Instant> {
        let after = self.screen_off?;
        (self.hub.conversation().state == "idle").then(|| used + after)
    }
}
