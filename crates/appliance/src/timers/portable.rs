//! The book outside of its store: for a backup, and back into a store beside
//! the running appliance.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::form::MAX_ID;
use super::store::{BookStore, StoreError, Transaction};
use mynah_core::timers::{Book, Entry, MAX_ENTRIES, Moment};

/// All that a store keeps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portable {
    entries: Vec<Entry>,
    next_id: u64,
    volume: Option<u8>,
    /// Entries of another version, which are not among it.
    #[serde(skip)]
    left_out: usize,
}

impl Portable {
    /// Reads the store in `folder`, under its lock. `None` while nothing was
    /// ever set there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn export(folder: &Path) -> Result<Option<Self>, StoreError> {
        let store = BookStore::new(folder.to_owned());
        match store.is_begun() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(store.failure(&error)),
        }
        let looked = store.look()?;
        if looked.health.lost {
            return Err(store.failure(&"every copy of them is damaged"));
        }
        Ok(Some(Self {
            entries: looked.book.entries().to_vec(),
            next_id: looked.book.next_id(),
            volume: looked.book.volume(),
            left_out: looked.health.not_understood,
        }))
    }

    /// How many entries another version made, so that they cannot be kept in a
    /// backup of this one.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many timers, alarms, reminders and scheduled commands there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The volume in percent, once somebody has said one.
    #[must_use]
    pub fn volume(&self) -> Option<u8> {
        self.volume
    }

    /// Whether a store could be that of an appliance.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let ids: std::collections::BTreeSet<u64> = self.entries.iter().map(|e| e.id).collect();
        self.entries.len() <= MAX_ENTRIES
            && ids.len() == self.entries.len()
            && ids.last().is_none_or(|last| *last < self.next_id)
            && self.next_id <= MAX_ID
            && self.volume.is_none_or(|percent| percent <= 100)
            && self.entries.iter().all(Entry::is_sound)
    }
}

/// A store that is held, to be made what a backup says.
pub struct Import {
    transaction: Transaction,
    book: Book,
}

impl Import {
    /// Takes the lock of the store in `folder`, which is made if need be.
    /// What became due while it lay in the backup is as after a power cut:
    /// late by minutes it rings, later it is told once.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn begin(folder: &Path, portable: &Portable, now: &Moment) -> Result<Self, StoreError> {
        let (transaction, before) = BookStore::new(folder.to_owned()).begin()?;
        let mut book = Book::kept(
            portable.entries.clone(),
            // An id that was heard of before must not mean something else.
            portable.next_id.max(before.next_id()),
            portable.volume,
        );
        book.after_absence(now);
        Ok(Self { transaction, book })
    }

    /// Writes it down, all or nothing.
    ///
    /// # Errors
    /// When it cannot be written; the store is then as it was.
    pub fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit(&self.book)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use jiff::civil::date;

    use super::super::{Clock, Keeper};
    use super::*;
    use mynah_core::timers::Kind;
    use mynah_core::turn::{Intent, Slot, SlotValue};

    struct Hand(Mutex<Moment>);

    impl Clock for Hand {
        fn now(&self) -> Moment {
            self.0.lock().unwrap().clone()
        }
    }

    impl Hand {
        fn new() -> Arc<Self> {
            Arc::new(Self(Mutex::new(Moment {
                boot: "one".into(),
                mono_ms: 1_000,
                wall_ms: 1_000,
                local: date(2026, 5, 1).at(7, 0, 0, 0),
            })))
        }

        fn go(&self, minutes: u64) {
            let mut now = self.0.lock().unwrap();
            now.mono_ms += minutes * 60_000;
            now.wall_ms += i64::try_from(minutes * 60_000).unwrap();
            now.local = now
                .local
                .saturating_add(jiff::SignedDuration::from_mins(minutes.try_into().unwrap()));
        }
    }

    /// Sets a timer of 10 minutes, makes a backup, cancels it, and restores it
    /// `minutes` later beside a keeper that watches all the time. Whether that
    /// then tells of it once, as missed, or rings; `None`: neither.
    fn missed_after(minutes: u64) -> Option<bool> {
        let folder = tempfile::tempdir().unwrap();
        let clock = Hand::new();
        let running = Keeper::new(Some(folder.path().to_owned()), clock.clone());
        let set = |book: &mut Book, now: &Moment| {
            book.set_volume(40);
            book.set_after(Kind::Timer, "pasta", 600_000, now)
        };
        let id = running.change(set).value.unwrap();
        let kept = Portable::export(folder.path()).unwrap().unwrap();
        running.change(|book, _| book.cancel(id));
        for _ in 0..minutes {
            clock.go(1);
            assert!(running.tick(true).is_none());
        }
        let now = clock.now();
        Import::begin(folder.path(), &kept, &now)
            .unwrap()
            .commit()
            .unwrap();
        let ring = running.tick(true);
        assert_eq!(running.look(|book, _| book.volume()), Some(40));
        ring.map(|ring| ring.once)
    }

    #[test]
    fn what_became_due_meanwhile_is_as_after_a_power_cut() {
        assert_eq!(missed_after(5), None);
        assert_eq!(missed_after(15), Some(false));
        assert_eq!(missed_after(40), Some(true));
    }

    #[test]
    fn a_store_that_no_appliance_made_is_told() {
        let check = |text: &str, expected: bool| {
            let portable: Portable = serde_json::from_str(text).unwrap();
            assert_eq!(portable.is_sound(), expected, "{text}");
        };
        check(r#"{"entries":[],"next_id":1,"volume":null}"#, true);
        check(r#"{"entries":[],"next_id":1,"volume":101}"#, false);
        // Ids would begin anew at 0.
        check(
            r#"{"entries":[],"next_id":18446744073709551615,"volume":null}"#,
            false,
        );
        let entry = |id| {
            format!(
                r#"{{"id":{id},"kind":"timer","label":"","state":"paused","when":{{"after":{{"total_ms":5,"left_ms":5,"from":{{"boot":"","mono_ms":0,"wall_ms":0}}}}}}}}"#
            )
        };
        let of = |next: u64| {
            format!(
                r#"{{"entries":[{}],"next_id":{next},"volume":5}}"#,
                entry(3)
            )
        };
        check(&of(4), true);
        check(&of(3), false);
        let nothing = of(4).replace("\"timer\"", "\"command\"");
        check(&nothing, false);
        let command = nothing.replace(
            "\"label\":\"\"",
            r#""label":"turn it off","command":{"name":"off","slots":[]}"#,
        );
        check(&command, true);
    }

    #[test]
    fn a_command_goes_through_a_backup_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Hand::new();
        let keeper = Keeper::new(Some(folder.path().to_owned()), clock.clone());
        let mut intent = Intent::new("dim");
        for (name, value) in [
            ("room", SlotValue::Text("living_room".into())),
            ("level", SlotValue::Number(30.5)),
        ] {
            intent.slots.push(Slot {
                name: name.into(),
                value,
                spoken: "as it was said".into(),
            });
        }
        let carried = intent.clone();
        keeper.change(|book, now| {
            let id = book.set_after(Kind::Command, "", 600_000, now).unwrap();
            book.carry(id, carried, "dim the lights");
        });
        let portable = Portable::export(folder.path()).unwrap().unwrap();
        let text = serde_json::to_string(&portable).unwrap();
        let back: Portable = serde_json::from_str(&text).unwrap();
        assert!(back.is_sound());
        let other = tempfile::tempdir().unwrap();
        Import::begin(other.path(), &back, &clock.now())
            .unwrap()
            .commit()
            .unwrap();
        clock.go(10);
        let restored = Keeper::new(Some(other.path().to_owned()), clock);
        assert_eq!(restored.tick(true), None);
        let due = restored.due();
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].intent, intent);
    }
}
