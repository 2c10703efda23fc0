//! What a change did to the book, so that it can be taken back: "cancel
//! that", "undo that", "no, fifteen minutes".

use super::book::Book;
use super::entry::Entry;

/// What one change did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// Entries that it made.
    made: Vec<u64>,
    /// Entries that it changed or took out, as they were before.
    before: Vec<Entry>,
}

/// What taking a change back did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenBack {
    /// Entries that are gone.
    pub removed: Vec<Entry>,
    /// Entries that are as they were.
    pub restored: Vec<Entry>,
}

impl TakenBack {
    /// Whether there was nothing left to take back.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.restored.is_empty()
    }
}

impl Trace {
    /// What led from the entries `before` to those of `book`. `None`: nothing.
    #[must_use]
    pub fn between(before: &[Entry], book: &Book) -> Option<Self> {
        let known = |entry: &&Entry| before.iter().any(|old| old.id == entry.id);
        let made = book.entries.iter().filter(|entry| !known(entry));
        let changed = before.iter().filter(|old| book.entry(old.id) != Some(*old));
        let trace = Self {
            made: made.map(|entry| entry.id).collect(),
            before: changed.cloned().collect(),
        };
        (trace != Self::default()).then_some(trace)
    }
}

impl Book {
    /// Takes a change back: what it made is gone, if it is still there, and
    /// what it changed is as it was. Stretches of time have run on meanwhile.
    pub fn take_back(&mut self, trace: &Trace) -> TakenBack {
        let made = trace.made.iter();
        let removed = made.filter_map(|id| self.cancel(*id)).collect();
        for old in &trace.before {
            self.cancel(old.id);
            let at = self.entries.partition_point(|entry| entry.id < old.id);
            self.entries.insert(at, old.clone());
        }
        TakenBack {
            removed,
            restored: trace.before.clone(),
        }
    }
}
