//! The book on disk: an embedded database in one file, changed by
//! transactions. It is opened for each transaction and closed after it, under
//! a lock, so that `mynah timers` and `mynah ask` may change it beside the
//! running appliance.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition, TableError};
use thiserror::Error;

use mynah_core::timers::Book;

/// The file's name, in the folder of the state.
pub const FILE: &str = "timers.redb";

/// Entries by id, as JSON.
const ENTRIES: TableDefinition<u64, &[u8]> = TableDefinition::new("entries");
/// `next_id` and `volume`.
const NUMBERS: TableDefinition<&str, u64> = TableDefinition::new("numbers");

/// Another process holds the lock for milliseconds; one that takes longer
/// than all of these tries is in trouble.
const LOCK_TRIES: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Pages that the database keeps in memory: all of a small one.
const CACHE_BYTES: usize = 1 << 20;

/// Why the book cannot be read or written down now.
#[derive(Debug, Error)]
#[error("cannot keep timers in `{}`: {why}", path.display())]
pub struct StoreError {
    path: PathBuf,
    why: String,
    /// The file is no database any more.
    damaged: bool,
}

/// What tells one state of the file from another.
pub(super) type Stamp = (i64, i64, u64);

/// A place for a book.
#[derive(Clone, Debug)]
pub(super) struct Store {
    folder: PathBuf,
}

/// A transaction that has read the book and may write it.
pub(super) struct Transaction {
    path: PathBuf,
    database: Database,
    rows: BTreeMap<u64, Vec<u8>>,
    numbers: BTreeMap<String, u64>,
    /// Held until the database is closed.
    _lock: File,
}

impl Store {
    /// In a folder that the first change makes.
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The state of the file; `None` while there is none.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let data = std::fs::metadata(self.path()).ok()?;
        Some((data.mtime(), data.mtime_nsec(), data.len()))
    }

    /// Reads the book, for changing it. A file that is no database any more is
    /// put aside once, and begun anew.
    pub(super) fn begin(&self) -> Result<(Transaction, Book), StoreError> {
        let failed = |why: &dyn std::fmt::Display| self.failure(why);
        let mut folder = DirBuilder::new();
        folder.recursive(true).mode(0o700);
        folder
            .create(&self.folder)
            .map_err(|error| failed(&error))?;
        let lock = self.lock().map_err(|error| failed(&error))?;
        let opened = match open(&self.path()) {
            Err(error) if error.damaged => {
                tracing::error!("{error}; it is put aside, and a new one begun");
                let aside = self.folder.join("timers.redb.damaged");
                std::fs::rename(self.path(), aside).map_err(|error| failed(&error))?;
                open(&self.path())
            }
            opened => opened,
        };
        let (database, rows, numbers) = opened?;
        let book = read(&rows, &numbers);
        let transaction = Transaction {
            path: self.path(),
            database,
            rows,
            numbers,
            _lock: lock,
        };
        Ok((transaction, book))
    }

    /// Reads the book and leaves everything as it is, also what is damaged:
    /// who only looks may be another user than who writes.
    pub(super) fn look(&self) -> Result<Book, StoreError> {
        let lock = self.lock().map_err(|error| self.failure(&error))?;
        let (database, rows, numbers) = open(&self.path())?;
        drop(database);
        drop(lock);
        Ok(read(&rows, &numbers))
    }

    /// Why it cannot be used.
    pub(super) fn failure(&self, why: &dyn std::fmt::Display) -> StoreError {
        StoreError {
            path: self.path(),
            why: why.to_string(),
            damaged: false,
        }
    }

    /// One process at a time.
    fn lock(&self) -> io::Result<File> {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.folder.join("timers.lock"))?;
        for _ in 0..LOCK_TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => pause(),
            }
        }
        Err(io::Error::other("another process holds its lock"))
    }
}

impl Transaction {
    /// Writes what differs from what was read. Without a difference nothing is
    /// written.
    pub(super) fn commit(self, book: &Book) -> Result<(), StoreError> {
        let failed = |why: String| StoreError {
            path: self.path.clone(),
            why,
            damaged: false,
        };
        let rows = rows(book);
        let numbers = numbers(book);
        if rows == self.rows && numbers == self.numbers {
            return Ok(());
        }
        let write = || -> Result<(), redb::Error> {
            let writing = self.database.begin_write()?;
            {
                let mut table = writing.open_table(ENTRIES)?;
                for id in self.rows.keys().filter(|id| !rows.contains_key(id)) {
                    table.remove(id)?;
                }
                for (id, row) in rows
                    .iter()
                    .filter(|(id, row)| self.rows.get(id) != Some(row))
                {
                    table.insert(id, row.as_slice())?;
                }
                let mut table = writing.open_table(NUMBERS)?;
                for (name, number) in &numbers {
                    table.insert(name.as_str(), number)?;
                }
            }
            writing.commit()?;
            Ok(())
        };
        catch_unwind(AssertUnwindSafe(write))
            .map_err(|_| failed("the database panicked".into()))?
            .map_err(|error| failed(error.to_string()))
    }
}

type Opened = (Database, BTreeMap<u64, Vec<u8>>, BTreeMap<String, u64>);

/// Opens the database, or makes it, and reads all of it.
fn open(path: &Path) -> Result<Opened, StoreError> {
    let attempt = || -> Result<Opened, redb::Error> {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES);
        if !path.exists() {
            // Made whole beside its place: a power cut leaves no half of one.
            let new = path.with_extension("new");
            match std::fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            drop(builder.create(&new)?);
            std::fs::rename(&new, path)?;
            if let Some(folder) = path.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        let database = builder.open(path)?;
        let reading = database.begin_read()?;
        let mut rows = BTreeMap::new();
        match reading.open_table(ENTRIES) {
            Err(TableError::TableDoesNotExist(_)) => {}
            Err(error) => return Err(error.into()),
            Ok(table) => {
                for row in table.iter()? {
                    let (id, row) = row?;
                    rows.insert(id.value(), row.value().to_vec());
                }
            }
        }
        let mut numbers = BTreeMap::new();
        match reading.open_table(NUMBERS) {
            Err(TableError::TableDoesNotExist(_)) => {}
            Err(error) => return Err(error.into()),
            Ok(table) => {
                for row in table.iter()? {
                    let (name, number) = row?;
                    numbers.insert(name.value().to_owned(), number.value());
                }
            }
        }
        drop(reading);
        Ok((database, rows, numbers))
    };
    let failed = |why: String, damaged| StoreError {
        path: path.to_owned(),
        why,
        damaged,
    };
    catch_unwind(AssertUnwindSafe(attempt))
        .map_err(|_| failed("the database panicked".into(), true))?
        .map_err(|error| failed(error.to_string(), is_damage(&error)))
}

fn is_damage(error: &redb::Error) -> bool {
    match error {
        redb::Error::Corrupted(_) | redb::Error::UpgradeRequired(_) => true,
        redb::Error::Io(error) => error.kind() == io::ErrorKind::InvalidData,
        _ => false,
    }
}

fn read(rows: &BTreeMap<u64, Vec<u8>>, numbers: &BTreeMap<String, u64>) -> Book {
    let entries = rows.iter().filter_map(|(id, row)| {
        serde_json::from_slice(row)
            .inspect_err(|error| tracing::error!(id, "an entry cannot be read: {error}"))
            .ok()
    });
    let volume = numbers.get("volume").copied();
    Book::kept(
        entries.collect(),
        numbers.get("next_id").copied().unwrap_or(1),
        volume.and_then(|percent| u8::try_from(percent).ok()),
    )
}

fn rows(book: &Book) -> BTreeMap<u64, Vec<u8>> {
    let row = |entry| serde_json::to_vec(entry).expect("plain data becomes JSON");
    let entries = book.entries().iter();
    entries.map(|entry| (entry.id, row(entry))).collect()
}

fn numbers(book: &Book) -> BTreeMap<String, u64> {
    let volume = book
        .volume()
        .map(|percent| ("volume".to_owned(), percent.into()));
    let next = ("next_id".to_owned(), book.next_id());
    volume.into_iter().chain([next]).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process holds the lock: there is nothing to be told by"
)]
fn pause() {
    std::thread::sleep(LOCK_PAUSE);
}
