//! Between the rows of the written book, which another version may have made,
//! and the entries that this version understands. Pure.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::{Document, MAX_ID, TookOver};
use super::former::Former;
use mynah_core::timers::Book;
use mynah_core::timers::Entry;

/// The former version has been used since: what it has is what its owner has
/// lived with. What this version has set meanwhile is kept beside it, with new
/// ids.
pub(super) fn merge(document: &mut Document, former: &Former, before: Option<&TookOver>) {
    let own = std::mem::take(&mut document.entries);
    document.entries = former.rows.values().cloned().collect();
    document.volume = former.volume.or(document.volume);
    document.next_id = document.next_id.max(former.next_id);
    // Before the first time, all of it is this version's.
    let since = before.map_or(0, |took| took.next_id);
    for mut row in own {
        if row["id"].as_u64().is_some_and(|id| since <= id) {
            row["id"] = document.next_id.into();
            document.next_id += 1;
            document.entries.push(row);
        }
    }
}

/// What of a document is understood, and how many entries are not.
pub(super) fn book_of(document: &Document) -> (Book, usize) {
    let entries: Vec<Entry> = document.entries.iter().filter_map(entry).collect();
    let not_understood = document.entries.len() - entries.len();
    let ids = document.entries.iter().filter_map(|row| row["id"].as_u64());
    let used = ids.max().map_or(1, |id| id.min(MAX_ID) + 1);
    let next_id = Some(document.next_id)
        .filter(|next| *next <= MAX_ID)
        .map_or(used, |next| next.max(used));
    let volume = document.volume.map(|percent| percent.min(100));
    let book = Book::kept(entries, next_id, volume);
    (book, not_understood)
}

/// The entries that this version understands, and the rows that it does not.
pub(super) fn sorted(rows: Vec<Value>) -> (Vec<Entry>, Vec<Value>) {
    let mut entries = Vec::new();
    let mut foreign = Vec::new();
    for row in rows {
        match entry(&row) {
            Some(entry) => entries.push(entry),
            None => foreign.push(row),
        }
    }
    (entries, foreign)
}

/// An entry as it is written.
pub(super) fn row(entry: &Entry) -> Value {
    serde_json::to_value(entry).expect("plain data becomes JSON")
}

fn entry(row: &Value) -> Option<Entry> {
    serde_json::from_value(row.clone()).ok()
}

/// The rows of a book. One that has not changed stays as it was written, one
/// that was not understood too, and of one that has changed, what another
/// version has added to it.
pub(super) fn rows_of(book: &Book, before: &Document) -> Vec<Value> {
    let mut known: BTreeMap<u64, (Entry, &Value)> = BTreeMap::new();
    let mut rows = Vec::new();
    for written in &before.entries {
        match entry(written) {
            Some(entry) => {
                known.insert(entry.id, (entry, written));
            }
            None => rows.push(written.clone()),
        }
    }
    for entry in book.entries() {
        let new = row(entry);
        rows.push(match known.get(&entry.id) {
            Some((same, written)) if same == entry => (*written).clone(),
            Some((_, Value::Object(written))) => {
                let mut both = written.clone();
                both.extend(new.as_object().cloned().unwrap_or_default());
                Value::Object(both)
            }
            _ => new,
        });
    }
    rows.sort_by_key(|row| row["id"].as_u64().unwrap_or(u64::MAX));
    rows
}
