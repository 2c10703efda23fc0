//! Puts slots into templates, escaped for the place they land in.

use crate::config::template::{Piece, pieces, render};
use crate::config::{IntentSpec, SlotKind};
use crate::turn::{Intent, SlotValue};

/// What a template's names stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    pub intent: &'a Intent,
    /// The intent in the owner's file, for `{slot.field}`.
    pub spec: Option<&'a IntentSpec>,
}

impl Values<'_> {
    /// A slot's canonical value, or the field that the owner gave that value.
    fn get(&self, path: &str) -> Option<SlotValue> {
        match path.split_once('.') {
            None => Some(self.intent.slot(path)?.value.clone()),
            Some((slot, field)) => self.field(slot, field).map(SlotValue::Text),
        }
    }

    /// A field of the value that fills a slot.
    pub(super) fn field(&self, slot: &str, field: &str) -> Option<String> {
        let SlotKind::Values(choices) = &self.spec?.slot(slot)?.kind else {
            return None;
        };
        let value = self.intent.slot(slot)?.value.to_string();
        let choice = choices.iter().find(|choice| choice.value == value)?;
        choice.fields.get(field).cloned()
    }

    /// The template with each value passed through `escape`, which also sees
    /// the name. What was not filled leaves nothing.
    fn fill(&self, template: &str, escape: impl Fn(&str, String) -> String) -> String {
        render(template, &|path| {
            Some(escape(path, self.get(path)?.to_string()))
        })
    }

    /// For programs and plain text: the values as they are.
    pub(super) fn plain(&self, template: &str) -> String {
        self.fill(template, |_, value| value)
    }

    /// For a URL: everything but unreserved characters percent-encoded.
    pub(super) fn url(&self, template: &str) -> String {
        self.fill(template, |_, value| percent_encoded(&value))
    }

    /// For an MQTT topic: a slot can open no level and be no wildcard. A field
    /// is the owner's writing and may have levels.
    pub(super) fn topic(&self, template: &str) -> String {
        self.fill(template, |path, value| {
            let value = value.replace(['+', '#', '\0'], "");
            if path.contains('.') {
                value
            } else {
                value.replace('/', "")
            }
        })
    }

    /// For a header: no line may end in it.
    pub(super) fn header(&self, template: &str) -> String {
        self.plain(template).replace(|c: char| c.is_control(), " ")
    }

    /// For a body or a message: JSON when it looks like that, else plain text.
    pub(super) fn body(&self, template: &str) -> String {
        if looks_like_json(template) {
            self.json(template)
        } else {
            self.plain(template)
        }
    }

    /// For JSON: inside a string a value is escaped text, outside it is a value
    /// of its own, a number, a quoted string or `null`, so the document stays
    /// valid whatever was said.
    pub(super) fn json(&self, template: &str) -> String {
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
                Piece::Name(path, _) if in_string => {
                    let value = self.get(path).map(|value| value.to_string());
                    let quoted = serde_json::Value::from(value.unwrap_or_default()).to_string();
                    out.push_str(&quoted[1..quoted.len() - 1]);
                }
                Piece::Name(path, _) => {
                    let value = self.get(path).map(|value| value.to_json());
                    out.push_str(&value.unwrap_or_default().to_string());
                }
            }
        }
        out
    }
}

/// Whether a template is meant to become JSON. A slot at its beginning is not.
pub(super) fn looks_like_json(template: &str) -> bool {
    match pieces(template).first() {
        Some(Piece::Text(text)) => text.trim_start().starts_with(['{', '[', '"']),
        _ => false,
    }
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
