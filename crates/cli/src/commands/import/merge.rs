//! Adds imported lists to a configuration and leaves everything in it as the
//! owner wrote it: order, comments, other names for the same things.

use std::collections::HashSet;

use anyhow::{Context as _, bail};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::house::{Entry, List};

/// The new text, and what became of each value.
pub(super) struct Merged {
    pub text: String,
    pub changes: Vec<Change>,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub list: String,
    pub entry: Entry,
    pub status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// It was added.
    New,
    /// It is there already, perhaps under another name, and was not touched.
    Kept,
    /// It is in the file, and no longer in the house; it was not touched.
    Gone,
}

impl Status {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Kept => "kept",
            Self::Gone => "gone",
        }
    }
}

impl Change {
    /// Whether a person wants a line about it.
    pub(super) fn is_told(&self, into_file: bool) -> bool {
        match self.status {
            Status::New => into_file,
            Status::Kept => false,
            Status::Gone => true,
        }
    }
}

/// Adds the lists to the text of a file, which may be empty.
pub(super) fn merge(text: &str, lists: &[List]) -> anyhow::Result<Merged> {
    let mut document: DocumentMut = text.parse().context("it is not TOML")?;
    let place = document.entry("lists").or_insert(Item::Table(Table::new()));
    let Some(table) = place.as_table_like_mut() else {
        bail!("`lists` is not a table");
    };
    let mut changes = Vec::new();
    for list in lists {
        let item = table
            .entry(&list.name)
            .or_insert(Item::Value(Value::Array(Array::new())));
        let Some(array) = item.as_array_mut() else {
            bail!("`lists.{}` is not a list", list.name);
        };
        add(array, list, &mut changes);
    }
    Ok(Merged {
        text: document.to_string(),
        changes,
    })
}

/// What the file knows of a value: its value, its names, and its entity.
#[derive(Debug, Default)]
struct Known {
    value: String,
    names: HashSet<String>,
    entity: String,
}

impl Known {
    fn read(item: &Value) -> Self {
        let text =
            |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(table) = item.as_inline_table() else {
            let value = text(Some(item));
            return Self {
                names: HashSet::from([value.to_lowercase().replace('_', " ")]),
                value,
                entity: String::new(),
            };
        };
        let value = text(table.get("value"));
        let names = match table.get("say") {
            Some(Value::Array(names)) => names.iter().map(|name| text(Some(name))).collect(),
            Some(name) => vec![text(Some(name))],
            None => vec![value.replace('_', " ")],
        };
        Self {
            names: names.iter().map(|name| name.to_lowercase()).collect(),
            value,
            entity: text(table.get("entity")),
        }
    }

    fn is(&self, entry: &Entry) -> bool {
        (!self.entity.is_empty() && self.entity == entry.entity)
            || self.value == entry.value
            || entry
                .say
                .first()
                .is_some_and(|say| self.names.contains(say))
    }
}

fn add(array: &mut Array, list: &List, changes: &mut Vec<Change>) {
    let known: Vec<Known> = array.iter().map(Known::read).collect();
    let mut note = |entry: &Entry, status| {
        changes.push(Change {
            list: list.name.clone(),
            entry: entry.clone(),
            status,
        });
    };
    for known in &known {
        // What has no entity is the owner's own.
        let imported = !known.entity.is_empty();
        if imported && !list.entries.iter().any(|entry| known.is(entry)) {
            let entry = Entry {
                value: known.value.clone(),
                say: known.names.iter().min().cloned().into_iter().collect(),
                entity: known.entity.clone(),
                ..Entry::default()
            };
            note(&entry, Status::Gone);
        }
    }
    let mut added = false;
    for entry in &list.entries {
        if known.iter().any(|known| known.is(entry)) {
            note(entry, Status::Kept);
            continue;
        }
        let mut value = Value::InlineTable(written(entry));
        value.decor_mut().set_prefix("\n  ");
        array.push_formatted(value);
        note(entry, Status::New);
        added = true;
    }
    if added {
        // Each value in a line of its own, the bracket too.
        array.set_trailing_comma(true);
        if !array
            .trailing()
            .as_str()
            .is_some_and(|end| end.contains('\n'))
        {
            array.set_trailing("\n");
        }
    }
}

fn written(entry: &Entry) -> InlineTable {
    let mut table = InlineTable::new();
    table.insert("value", entry.value.as_str().into());
    let say = entry.say.iter().map(String::as_str);
    table.insert("say", say.collect::<Array>().into());
    if !entry.entity.is_empty() {
        table.insert("entity", entry.entity.as_str().into());
        table.insert("area", entry.area.as_str().into());
    }
    if let Some(floor) = &entry.floor {
        table.insert("floor", floor.as_str().into());
    }
    table
}
