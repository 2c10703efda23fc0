//! What a screen shows besides words: pictures of intents, QR codes, and the owner's
//! style sheet.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use qrcodegen::{QrCode, QrCodeEcc};

use super::Shared;
use super::fault::Fault;

/// More makes a code that no telephone reads from a distance.
const MAX_QR: usize = 500;

/// Modules of white around a code, as its standard wants them.
const MARGIN: i32 = 4;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/qr", get(qr))
        .route("/api/pictures/{intent}", get(picture))
        .route("/theme.css", get(style))
}

/// `?text=...` as a QR code.
async fn qr(Query(fields): Query<HashMap<String, String>>) -> Result<Response, Fault> {
    let text = fields.get("text").map_or("", String::as_str);
    let code = (1..=MAX_QR)
        .contains(&text.len())
        .then(|| QrCode::encode_text(text, QrCodeEcc::Medium).ok())
        .flatten()
        .ok_or_else(|| {
            Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "this text makes no QR code",
                "send `?text=`, with 1 to 500 bytes",
            )
        })?;
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    Ok((kind, svg(&code)).into_response())
}

/// Black modules on white, whatever the page's colours are.
fn svg(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing into a string cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    let side = code.size() + 2 * MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path d=\"{path}\"/></svg>"
    )
}

async fn picture(
    State(shared): State<Arc<Shared>>,
    Path(intent): Path<String>,
) -> Result<Response, Fault> {
    let reading = Arc::clone(&shared.console);
    let found = super::api::slow(&shared, move || reading.picture(&intent)).await?;
    let picture = found.ok_or_else(|| {
        Fault::new(
            StatusCode::NOT_FOUND,
            "this intent has no picture",
            "name one as `show.image`; the log says why one cannot be read",
        )
    })?;
    Ok(([(header::CONTENT_TYPE, picture.kind)], picture.bytes).into_response())
}

/// Empty where the owner has none.
async fn style(State(shared): State<Arc<Shared>>) -> Result<Response, Fault> {
    let reading = Arc::clone(&shared.console);
    let style = super::api::slow(&shared, move || reading.style()).await?;
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    Ok((kind, style.unwrap_or_default()).into_response())
}

#[cfg(test)]
mod tests {
    use qrcodegen::{QrCode, QrCodeEcc};

    #[test]
    fn every_dark_module_is_drawn_once() {
        let code = QrCode::encode_text("http://kitchen.local", QrCodeEcc::Medium).expect("short");
        let side = code.size();
        let dark = (0..side * side).filter(|at| code.get_module(at % side, at / side));
        let drawn = super::svg(&code);
        assert_eq!(drawn.matches("h1v1h-1z").count(), dark.count());
        let whole = format!("viewBox=\"0 0 {0} {0}\"", side + 8);
        assert!(drawn.contains(&whole), "{drawn}");
    }
}
