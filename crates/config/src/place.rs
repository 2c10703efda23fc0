//! Where in the text a key stands.

use std::collections::HashMap;
use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

/// The places of all keys of a file, by dotted path (`intent[0].slots.room`).
#[derive(Debug, Default)]
pub(crate) struct Places {
    spans: HashMap<String, Range<usize>>,
    /// Spans of whole entries, for finding the path of an offset.
    entries: Vec<(Range<usize>, String)>,
}

impl Places {
    /// Reads the places; none when the text is not TOML.
    pub(crate) fn read(text: &str) -> Self {
        let mut places = Self::default();
        if let Ok(document) = Document::parse(text) {
            places.table("", document.as_table());
        }
        places
    }

    /// Where `path` itself stands; `None` when it is not written.
    pub(crate) fn exactly(&self, path: &str) -> Option<Range<usize>> {
        self.spans.get(path).cloned()
    }

    /// Where `path` stands: its value; its key when the value is a table.
    /// The nearest path above it when it is not written.
    pub(crate) fn find(&self, path: &str) -> Option<Range<usize>> {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return Some(span.clone());
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    /// The dotted path of what stands at a byte offset.
    pub(crate) fn path_at(&self, offset: usize) -> String {
        self.entries
            .iter()
            .filter(|(span, _)| span.start <= offset && offset < span.end.max(span.start + 1))
            .min_by_key(|(span, path)| (span.len(), std::cmp::Reverse(path.len())))
            .map(|(_, path)| path.clone())
            .unwrap_or_default()
    }

    fn table(&mut self, above: &str, table: &dyn TableLike) {
        for (key, item) in table.iter() {
            let path = if above.is_empty() {
                key.to_owned()
            } else {
                format!("{above}.{key}")
            };
            let key_span = table.key(key).and_then(toml_edit::Key::span);
            self.item(&path, key_span, item);
        }
    }

    fn item(&mut self, path: &str, key: Option<Range<usize>>, item: &Item) {
        match item {
            Item::None => {}
            Item::Value(value) => self.value(path, key, value),
            Item::Table(table) => {
                let header = table.span().filter(|_| !table.is_dotted());
                self.note(path, key.clone().or(header), None);
                self.table(path, table);
            }
            Item::ArrayOfTables(tables) => {
                for (index, table) in tables.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.note(&path, table.span(), None);
                    self.table(&path, table);
                }
            }
        }
    }

    fn value(&mut self, path: &str, key: Option<Range<usize>>, value: &Value) {
        match value {
            Value::InlineTable(table) => {
                self.note(path, key.or(table.span()), value.span());
                self.table(path, table);
            }
            Value::Array(array) => {
                self.note(path, key.or(array.span()), value.span());
                for (index, value) in array.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), None, value);
                }
            }
            _ => {
                if let Some(key) = key {
                    self.entries.push((key, path.to_owned()));
                }
                self.note(path, value.span(), None);
            }
        }
    }

    /// `shown` is what a problem points at, `whole` all that belongs to it.
    fn note(&mut self, path: &str, shown: Option<Range<usize>>, whole: Option<Range<usize>>) {
        for span in [shown.clone(), whole].into_iter().flatten() {
            self.entries.push((span, path.to_owned()));
        }
        if let Some(span) = shown {
            self.spans.insert(path.to_owned(), span);
        }
    }
}

/// Line and column of a byte offset, both from 1, columns in characters.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().count() + 1)
}

/// The byte offset in the file of byte `at` in the text that stands, quoted,
/// at `span`. The quote itself when escapes make the two differ.
pub(crate) fn inside_text(file: &str, span: &Range<usize>, text: &str, at: usize) -> usize {
    let raw = &file[span.clone()];
    let quotes = [
        "\"\"\"\r\n",
        "'''\r\n",
        "\"\"\"\n",
        "'''\n",
        "\"\"\"",
        "'''",
        "\"",
        "'",
    ];
    quotes
        .iter()
        .find_map(|quote| raw.strip_prefix(quote))
        .filter(|inner| inner.starts_with(text))
        .map_or(span.start, |inner| {
            span.start + raw.len() - inner.len() + at
        })
}
