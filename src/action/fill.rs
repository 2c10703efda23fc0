//! Puts slots into templates, escaped for the place they land in.

use crate::config::template::{Piece, pieces, render};
use crate::turn::Intent;

/// The template with each slot's canonical value, passed through `escape`.
/// A slot that was not filled leaves nothing.
fn fill(template: &str, intent: &Intent, escape: impl Fn(&str) -> String) -> String {
    render(template, &|name| {
        intent
            .slot(name)
            .map(|slot| escape(&slot.value.to_string()))
    })
}

/// The slots' values, for programs and plain text.
pub(super) fn plain(template: &str, intent: &Intent) -> String {
    fill(template, intent, str::to_owned)
}

/// For a URL: everything but unreserved characters percent-encoded.
pub(super) fn url(template: &str, intent: &Intent) -> String {
    fill(template, intent, percent_encoded)
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes everything");
        }
        out
    })
}

/// For an MQTT topic: a slot can open no level and be no wildcard.
pub(super) fn topic(template: &str, intent: &Intent) -> String {
    fill(template, intent, |value| {
        value.replace(['/', '+', '#', '\0'], "")
    })
}

/// For a header: no line may end in it.
pub(super) fn header(template: &str, intent: &Intent) -> String {
    plain(template, intent).replace(|c: char| c.is_control(), " ")
}

/// For a body or a message: JSON when it looks like that, else plain text.
pub(super) fn body(template: &str, intent: &Intent) -> String {
    if looks_like_json(template) {
        json(template, intent)
    } else {
        plain(template, intent)
    }
}

/// Whether a template is meant to become JSON. A slot at its beginning is not.
pub(super) fn looks_like_json(template: &str) -> bool {
    match pieces(template).first() {
        Some(Piece::Text(text)) => text.trim_start().starts_with(['{', '[', '"']),
        _ => false,
    }
}

/// For JSON: inside a string a slot is escaped text, outside it is a value of
/// its own, a number, a quoted string or `null`, so the document stays valid
/// whatever was said.
pub(super) fn json(template: &str, intent: &Intent) -> String {
    let mut out = String::new();
    let (mut in_string, mut escaped) = (false, false);
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => {
                for c in text.chars() {
                    match c {
                        _ if escaped => escaped = false,
                        '\\' if in_string => escaped = true,
                        '"' => in_string = !in_string,
                        _ => {}
                    }
                }
                out.push_str(text);
            }
            Piece::Name(name, _) => {
                let slot = intent.slot(name);
                if in_string {
                    let value = slot.map(|slot| slot.value.to_string()).unwrap_or_default();
                    let quoted = serde_json::Value::from(value).to_string();
                    out.push_str(&quoted[1..quoted.len() - 1]);
                } else {
                    let value = slot.map_or(serde_json::Value::Null, |slot| slot.value.to_json());
                    out.push_str(&value.to_string());
                }
            }
        }
    }
    out
}

/// At most `chars` characters of `text` on one line, runs of white space and
/// control characters as one space.
pub(super) fn one_line(text: &str, chars: usize) -> String {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
