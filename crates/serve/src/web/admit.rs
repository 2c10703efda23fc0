//! Which requests are answered, and how soon.

use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::fault::{Fault, Refused};
use super::pace::{self, too_fast};
use super::{Ends, REQUEST, Shared, guard, pages};
use crate::stream::now;

/// Answers a request that passes the guard, within its time.
pub(super) async fn guarded_answer(shared: &Shared, request: Request, next: Next) -> Response {
    let ends = request.extensions().get::<Ends>().cloned();
    if let Some(ends) = &ends {
        match shared.pace.wait(ends.peer, now()) {
            Some(Duration::ZERO) => {}
            Some(wait) => tokio::time::sleep(wait).await,
            None => {
                // Told at once, it would ask again at once.
                tokio::time::sleep(pace::LONGEST).await;
                return answered(shared, too_fast().into_response());
            }
        }
    }
    let busy = |busy: bool| ends.iter().for_each(|ends| ends.place.busy(busy));
    busy(true);
    let response = match pass(shared, &request) {
        Ok(()) => match tokio::time::timeout(REQUEST, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::new(
                StatusCode::REQUEST_TIMEOUT,
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
    // A WebSocket that is idle is being watched.
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        busy(false);
    }
    answered(shared, response)
}

/// Counts a refusal, and adds the headers that each answer has.
fn answered(shared: &Shared, mut response: Response) -> Response {
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
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        return Err(Fault::new(
            status,
            "a connection without ends",
            "report this",
        ));
    };
    let names = shared.console.names();
    let path = request.uri().path();
    let reached = guard::Reached {
        local: ends.local,
        names: &names,
        encrypted: ends.encrypted,
        origins: &shared.origins,
    };
    guard::check(request.method(), path, request.headers(), &reached)?;
    // The page that asks for the token has a style as well.
    let local = ends.peer.to_canonical().is_loopback();
    let free = local && (shared.token.is_none() || !guard::is_the_owner_s(request.method(), path));
    if free || path == "/style.css" {
        return Ok(());
    }
    let Some(token) = &shared.token else {
        // The configuration demands one; this is in case it was started without.
        let status = StatusCode::FORBIDDEN;
        return Err(Fault::new(
            status,
            "no token is set",
            "set `serve.token_file`",
        ));
    };
    let shown = pages::token_shown(request);
    token.check(ends.peer, request.headers(), shown.as_deref(), now())
}
