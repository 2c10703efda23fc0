//! Puts slots into templates, escaped for the place they land in.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::ActionError;
use mynah_core::model::{IntentSpec, Secrets, SlotKind};
use mynah_core::reply::template::{Piece, SECRET, pieces, render};
use mynah_core::turn::{Intent, SlotValue};
use mynah_system::files::small_text;

/// What a template's names stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a> {
    pub intent: &'a Intent,
    /// The intent in the owner's file, for `{slot.field}`.
    pub spec: Option<&'a IntentSpec>,
    /// Where secrets lie; `None` shows stars in their place, for a log.
    pub secrets: Option<&'a Secrets>,
}

/// In the place of a secret in a log.
const STARS: &str = "***";

/// The longest secret: a token of several kilobytes is no token.
const SECRET_BYTES: usize = 16 * 1024;

impl Values<'_> {
    /// The same for a line of a log: without secrets.
    pub(super) const fn shown(&self) -> Self {
        Self {
            secrets: None,
            ..*self
        }
    }

    /// Whether every secret of a template can be read.
    pub(super) fn need_secrets(&self, template: &str) -> Result<(), ActionError> {
        for piece in pieces(template) {
            if let Piece::Name(path, _) = piece
                && let Some(name) = path.strip_prefix(SECRET)
                && let Some(secrets) = self.secrets
            {
                let path = secrets
                    .get(name)
                    .ok_or_else(|| ActionError::new(format!("there is no secret `{name}`")))?;
                read_secret(path)?;
            }
        }
        Ok(())
    }

    fn secret(&self, name: &str) -> String {
        match self.secrets {
            None => STARS.into(),
            // `need_secrets` has complained already.
            Some(secrets) => secrets
                .get(name)
                .and_then(|path| read_secret(path).ok())
                .unwrap_or_default(),
        }
    }

    /// A slot's canonical value, or the field that the owner gave that value.
    fn get(&self, path: &str) -> Option<SlotValue> {
        if let Some(name) = path.strip_prefix(SECRET) {
            return Some(SlotValue::Text(self.secret(name)));
        }
        match path.split_once('.') {
            None => Some(self.intent.slot(path)?.value.clone()),
            Some((slot, field)) => self.field(slot, field).map(SlotValue::Text),
        }
    }

    /// A field of the value that fills a slot.
    ///
    /// `change` of a number that may be changed is the signed amount, and
    /// nothing where the number was set.
    pub(super) fn field(&self, slot: &str, field: &str) -> Option<String> {
        if self.spec?.slot(slot)?.relative && field == "change" {
            let value = &self.intent.slot(slot)?.value;
            let change = matches!(value, SlotValue::Change(_)).then(|| value.to_string());
            return Some(change.unwrap_or_default());
        }
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
        self.fill(template, |path, value| {
            if self.secrets.is_none() && path.starts_with(SECRET) {
                value
            } else {
                percent_encoded(&value)
            }
        })
    }

    /// For an MQTT topic: a slot can open no level and be no wildcard, and what
    /// a broker may close the connection for is left out. A field is the
    /// owner's writing and may have levels.
    pub(super) fn topic(&self, template: &str) -> String {
        self.fill(template, |path, value| {
            let refused = |c: char| matches!(c, '+' | '#') || c.is_control() || is_noncharacter(c);
            let value = value.replace(refused, "");
            if path.contains('.') {
                value
            } else {
                value.replace('/', "")
            }
        })
    }

    /// For an entity of Home Assistant: a slot becomes small letters, digits
    /// and `_`, as entities are named after rooms. A field is the owner's
    /// writing. `None` when that is no entity.
    pub(super) fn entity(&self, template: &str) -> Option<String> {
        let entity = self.fill(template, |path, value| {
            if path.contains('.') {
                return value;
            }
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            value.to_lowercase().chars().map(plain).collect()
        });
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let (domain, name) = entity.split_once('.')?;
        let whole = [domain, name]
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(plain));
        whole.then_some(entity)
    }

    /// For an element of a D-Bus name: a slot can begin no other element.
    pub(super) fn bus_name(&self, template: &str) -> String {
        self.fill(template, |path, value| {
            let plain = |c: &char| {
                c.is_ascii_alphanumeric()
                    || matches!(c, '_' | '-')
                    || (*c == '.' && path.contains('.'))
            };
            value.chars().filter(plain).collect()
        })
    }

    /// For data: every text in it is a template. One that is nothing but a
    /// slot becomes the slot's own value, a number for a number; a field of an
    /// object whose slot was not filled is left out.
    pub(super) fn data(&self, data: &Value) -> Value {
        match data {
            Value::String(template) => match pieces(template)[..] {
                [Piece::Name(path, _)] => {
                    self.get(path).map_or(Value::Null, |value| value.to_json())
                }
                _ => self.plain(template).into(),
            },
            Value::Array(items) => items.iter().map(|item| self.data(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), self.data(value)))
                .filter(|(_, value)| !value.is_null())
                .collect(),
            other => other.clone(),
        }
    }

    /// For a header: no line may end in it.
    pub(super) fn header(&self, template: &str) -> String {
        self.plain(template).replace(|c: char| c.is_control(), " ")
    }

    /// For a message: escaped for what the template looks like.
    pub(super) fn body(&self, template: &str) -> String {
        self.formatted(template, Format::of_text(template))
    }

    /// For a body of a known format.
    pub(super) fn formatted(&self, template: &str, format: Format) -> String {
        match format {
            Format::Json => self.json(template),
            Format::Form => self.fill(template, |_, value| percent_encoded(&value)),
            Format::Xml => self.fill(template, |_, value| xml_escaped(&value)),
            Format::Plain => self.plain(template),
        }
    }

    /// For an argument of a program. Fails when what was said in free words
    /// begins it with a sign that programs take for an option, a file or a
    /// format (`-`, `+`, `@`). A number may be negative, and what the owner
    /// wrote, values of lists included, is as the owner wrote it.
    pub(super) fn argument(&self, template: &str) -> Result<String, ActionError> {
        let first = pieces(template).into_iter().find_map(|piece| match piece {
            Piece::Text(_) => Some(None),
            Piece::Name(path, _) => {
                let value = self.get(path).map(|value| value.to_string());
                value.filter(|value| !value.is_empty()).map(|_| Some(path))
            }
        });
        let argument = self.plain(template);
        let sign = argument
            .chars()
            .next()
            .filter(|c| matches!(c, '-' | '+' | '@'));
        match (first.flatten(), sign) {
            (Some(path), Some(sign)) if self.is_free(path) => Err(ActionError::new(format!(
                "`{}` begins with `{sign}`, which a program may take for an option\nhint: add \
                 \"--\" to `run` before `{template}` if the program ends its options there",
                beginning(&argument, 40)
            ))),
            _ => Ok(argument),
        }
    }

    /// Whether a slot holds words of a person's own.
    fn is_free(&self, path: &str) -> bool {
        let text = matches!(
            self.intent.slot(path).map(|slot| &slot.value),
            Some(SlotValue::Text(_))
        );
        let kind = self.spec.and_then(|spec| spec.slot(path));
        text && kind.is_none_or(|slot| matches!(slot.kind, SlotKind::Text))
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

/// A secret's file, without the end of its line.
pub(super) fn read_secret(path: &std::path::Path) -> Result<String, ActionError> {
    let why = |why: &str| {
        ActionError::new(format!(
            "cannot read the secret `{}`: {why}",
            path.display()
        ))
    };
    let secret = small_text(path, SECRET_BYTES as u64).map_err(|error| why(&error.to_string()))?;
    let secret = secret.trim_end_matches(['\r', '\n']);
    match secret.len() {
        0 => Err(why("the file is empty")),
        SECRET_BYTES.. => Err(why("the file is too large for a secret")),
        _ => Ok(secret.to_owned()),
    }
}

/// What a body is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    /// `name=value&name=value`, percent-encoded.
    Form,
    /// XML and HTML.
    Xml,
    Plain,
}

impl Format {
    /// By the value of a header `Content-Type`.
    pub(super) fn of_type(content_type: &str) -> Self {
        let name = content_type.split(';').next().unwrap_or_default();
        match name.trim().to_ascii_lowercase() {
            name if name.contains("json") => Self::Json,
            name if name.ends_with("x-www-form-urlencoded") => Self::Form,
            name if name.contains("xml") || name.contains("html") => Self::Xml,
            _ => Self::Plain,
        }
    }

    /// By what a template begins with. A slot there says nothing.
    pub(super) fn of_text(template: &str) -> Self {
        let Some(Piece::Text(text)) = pieces(template).into_iter().next() else {
            return Self::Plain;
        };
        match text.trim_start().chars().next() {
            Some('{' | '[' | '"') => Self::Json,
            Some('<') => Self::Xml,
            _ => Self::Plain,
        }
    }

    /// The header's value, where a body needs none to be understood.
    pub(super) const fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Json => Some("application/json"),
            Self::Xml => Some("application/xml"),
            Self::Form | Self::Plain => None,
        }
    }
}

/// For text and attributes of XML. Characters that no XML may hold become
/// blanks.
fn xml_escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() || is_noncharacter(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Code points that Unicode keeps free of characters, such as U+FFFE.
const fn is_noncharacter(c: char) -> bool {
    let code = c as u32;
    code & 0xFFFE == 0xFFFE || 0xFDD0 <= code && code <= 0xFDEF
}

/// What RFC 3986 calls unreserved stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// At most `bytes` bytes of a text, whole characters.
pub(super) fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
