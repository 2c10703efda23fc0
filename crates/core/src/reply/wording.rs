//! Wordings with expressions: `{{ value.count | plural("egg") }}` and
//! `{% if value.state == "on" %}`, by minijinja.
//!
//! Only the owner's text is ever compiled; what was said and what came back is
//! data. Nothing is loaded, nothing is escaped (the voice reads no HTML), and
//! work and length are bounded.

mod filters;

use std::io;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde_json::Value;

use super::template::{Piece, pieces};

/// Steps that a wording may take. A sentence needs some dozens.
const FUEL: u64 = 20_000;

/// Bytes that a wording may become: minutes of speech.
const OUTPUT_BYTES: usize = 16 * 1024;

/// Names of the moment that every wording knows.
pub const MOMENT: [&str; 5] = ["time", "date", "weekday", "hour", "device"];

/// What is wrong in a wording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The byte of the wording.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

/// Whether a wording is one with expressions.
#[must_use]
pub fn has_expressions(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// The names that a wording mentions: `value.room`, `result.json.degrees`.
///
/// # Errors
/// What is wrong in it.
pub fn names(text: &str) -> Result<Vec<String>, Wrong> {
    let source = as_expressions(text);
    let environment = environment();
    let template = environment
        .template_from_str(&source)
        .map_err(|error| wrong(text, &source, &error))?;
    // A run without values finds filters that are not there; that values are
    // missing is no news.
    if let Err(error) = render(text, &Value::Null)
        && matches!(
            error.kind(),
            ErrorKind::UnknownFilter
                | ErrorKind::UnknownTest
                | ErrorKind::UnknownFunction
                | ErrorKind::UnknownMethod
                | ErrorKind::MissingArgument
                | ErrorKind::TooManyArguments
        )
    {
        return Err(wrong(text, &source, &error));
    }
    let globals = ["range", "dict", "debug", "namespace"];
    let mut names: Vec<String> = template
        .undeclared_variables(true)
        .into_iter()
        .filter(|name| !globals.contains(&name.as_str()))
        .collect();
    names.sort();
    Ok(names)
}

/// Fills a wording. Values that are missing are nothing.
///
/// # Errors
/// When it cannot be filled, takes too long or becomes too long.
pub fn render(text: &str, values: &Value) -> Result<String, minijinja::Error> {
    let source = as_expressions(text);
    let environment = environment();
    let mut spoken = Bounded(Vec::new());
    environment.template_from_str(&source)?.render_captured_to(
        minijinja::Value::from(minijinja::value::Serde(values)),
        &mut spoken,
    )?;
    Ok(String::from_utf8_lossy(&spoken.0).into_owned())
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(32);
    filters::add(&mut environment);
    environment
}

/// Takes no more than [`OUTPUT_BYTES`].
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if OUTPUT_BYTES < self.0.len() + bytes.len() {
            return Err(io::Error::other("the wording became too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The plain `{room}`, `{room.floor}` and `{result.a.0}` of a wording that has
/// expressions too, written as expressions.
fn as_expressions(text: &str) -> String {
    let mut source = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let open = ["{{", "{%", "{#"]
            .iter()
            .filter_map(|sign| rest.find(sign))
            .min();
        let plain = &rest[..open.unwrap_or(rest.len())];
        for piece in pieces(plain) {
            match piece {
                Piece::Text(text) => source.push_str(text),
                Piece::Name(path, _) => {
                    source.push_str("{{ ");
                    source.push_str(&expression(path));
                    source.push_str(" }}");
                }
            }
        }
        rest = &rest[plain.len()..];
        let close = match rest.as_bytes().get(1) {
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => "}}",
        };
        let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
        source.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    source
}

/// `result.a.0` as `result.a[0]`, `room.floor` as `field.room.floor`.
fn expression(path: &str) -> String {
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let rest: Vec<&str> = steps.collect();
    let head = match (first, rest.is_empty()) {
        ("result", _) | (_, true) => first.to_owned(),
        (slot, false) => format!("field.{slot}"),
    };
    rest.iter().fold(head, |path, step| {
        if step.bytes().all(|b| b.is_ascii_digit()) {
            format!("{path}[{step}]")
        } else {
            format!("{path}.{step}")
        }
    })
}

fn wrong(text: &str, source: &str, error: &minijinja::Error) -> Wrong {
    let at = match error.range() {
        Some(range) if source == text => range.start.min(text.len()),
        _ => 0,
    };
    let detail = error.detail().unwrap_or_default().to_owned();
    let hint = match error.kind() {
        ErrorKind::UnknownFilter => {
            let name = detail.split_whitespace().nth(1).unwrap_or_default();
            crate::suggest::among(name, filters::NAMES, "take a filter that there is")
        }
        ErrorKind::SyntaxError => {
            "expressions stand in {{ ... }}, and {% if ... %} ends with {% endif %}".into()
        }
        _ => "docs/configuration.md explains it under \"Replies\"".into(),
    };
    let message = if detail.is_empty() {
        error.kind().to_string()
    } else {
        format!("{}: {detail}", error.kind())
    };
    Wrong { at, message, hint }
}

#[cfg(test)]
mod tests;
