//! What a screen shows with a reply.

use serde::Serialize;

/// What a screen shows with a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The intent, whose picture is fetched by its name.
    pub intent: String,
    /// A paragraph.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
    /// For a QR code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub qr: String,
    /// The picture in words, if there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alt: String,
    /// Sentences that somebody may say next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggest: Vec<String>,
}
