//! What the pages have in common: their files, the headers that protect them,
//! and signing in with the token from another machine.

mod kiosk;
mod owner;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{Extension, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde_json::Value;

use super::fault::Fault;
use super::peripherals;
use super::token::COOKIE;
use super::{Ends, Shared};

/// A year: the token can be changed at any time.
const COOKIE_AGE_S: u32 = 31_536_000;

/// The routes of the pages.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(owner_page))
        .route("/kiosk", get(kiosk_page))
        .route("/style.css", get(style))
        .route("/pages.js", get(script))
        .route("/icon.svg", get(icon))
}

async fn owner_page(
    State(shared): State<Arc<Shared>>,
    Extension(ends): Extension<Ends>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    uri: Uri,
) -> Response {
    // A controller that knows no path.
    if let Ok(upgrade) = upgrade {
        return peripherals::join(&shared, &ends, upgrade);
    }
    signed_in(&shared, &ends, &uri)
        .unwrap_or_else(|| Html(owner::page(&shared).into_string()).into_response())
}

async fn kiosk_page(
    State(shared): State<Arc<Shared>>,
    Extension(ends): Extension<Ends>,
    uri: Uri,
) -> Response {
    signed_in(&shared, &ends, &uri)
        .unwrap_or_else(|| Html(kiosk::page(&shared).into_string()).into_response())
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("../../pages/style.css")).into_response()
}

async fn script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("../../pages/pages.js")).into_response()
}

async fn icon() -> Response {
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    (kind, include_str!("../../pages/icon.svg")).into_response()
}

/// After a token in the address: a cookie in its place, so that it does not stay
/// in the browser's history.
fn signed_in(shared: &Shared, ends: &Ends, uri: &Uri) -> Option<Response> {
    let token = in_query(uri)?;
    let path = [(header::LOCATION, uri.path().to_owned())];
    let mut response = (StatusCode::SEE_OTHER, path).into_response();
    let secure = if ends.encrypted { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={COOKIE_AGE_S}{secure}"
    );
    // On this machine it was not checked; a wrong one opens nothing.
    if (shared.token.is_some() || !ends.peer.to_canonical().is_loopback())
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(response)
}

fn is_page(uri: &Uri) -> bool {
    matches!(uri.path(), "/" | "/kiosk")
}

fn in_query(uri: &Uri) -> Option<String> {
    let Query(mut fields) = Query::<HashMap<String, String>>::try_from_uri(uri).ok()?;
    fields.remove("token")
}

/// The token in the address of a page.
pub(super) fn token_shown(request: &Request) -> Option<String> {
    let asks = *request.method() == Method::GET && is_page(request.uri());
    asks.then(|| in_query(request.uri())).flatten()
}

/// A page that asks for the token, for a browser that has not shown it.
pub(super) fn sign_in(request: &Request, fault: &Fault) -> Option<Response> {
    let wants = matches!(
        fault.status,
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS
    );
    let accepts = request.headers().get(header::ACCEPT);
    let reads = accepts.is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/html"));
    if !wants || !reads || !is_page(request.uri()) {
        return None;
    }
    let page = owner::sign_in(fault, request.uri().path());
    let mut response = (fault.status, Html(page.into_string())).into_response();
    response.extensions_mut().insert(super::fault::Refused);
    Some(response)
}

/// Headers for every answer: nothing is loaded from elsewhere, framed or kept.
pub(super) fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A whole page. `texts` are what its script shows.
fn frame(title: &str, class: &str, texts: &Value, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="/icon.svg";
                link rel="stylesheet" href="/style.css";
                @if class == "kiosk" { link rel="stylesheet" href="/theme.css"; }
                script src="/pages.js" defer {}
            }
            body class=(class) data-texts=(texts) {
                main { (main) }
            }
        }
    }
}
