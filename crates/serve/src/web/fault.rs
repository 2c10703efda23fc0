//! Why a request was not carried out, as JSON with its remedy.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::assistant::Unavailable;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The status of the answer.
    pub status: StatusCode,
    /// What is wrong.
    pub error: String,
    /// What would be right.
    pub hint: &'static str,
}

impl Fault {
    /// A refusal with this status.
    pub(super) fn new(status: StatusCode, error: impl Into<String>, hint: &'static str) -> Self {
        Self {
            status,
            error: error.into(),
            hint,
        }
    }
}

impl From<Unavailable> for Fault {
    fn from(error: Unavailable) -> Self {
        let (status, hint) = match &error {
            Unavailable::NotOffered(_) => (
                StatusCode::NOT_IMPLEMENTED,
                "this service needs `mynah run`, with a microphone and a loudspeaker",
            ),
            Unavailable::Busy => (StatusCode::SERVICE_UNAVAILABLE, "try again in a moment"),
            Unavailable::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "`mynah doctor` may find the cause",
            ),
        };
        Self::new(status, error.to_string(), hint)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = Json(json!({"error": self.error, "hint": self.hint}));
        let mut response = (self.status, body).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        // For the counter of refusals.
        response.extensions_mut().insert(Refused);
        response
    }
}

/// Marks an answer that is a refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;
