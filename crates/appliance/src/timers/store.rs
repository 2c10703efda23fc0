//! The book on disk: one JSON file and a copy of it, each replaced as a whole.
//! A change is made under a lock, so that `mynah timers` and `mynah ask` may
//! make one beside the running appliance; looking needs no lock and writes
//! nothing.
//!
//! Each version of the form has a file name of its own, and takes over from
//! the file of the version before without changing it. So after a system
//! update that is rolled back, the older program finds the book as it left it.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;
use serde_json::Value;
use thiserror::Error;

use super::form::{self, Document, Found, TookOver};
use super::former;
use super::rows::{book_of, merge, row, rows_of, sorted};
use mynah_core::timers::Book;
use mynah_system::privileges::acting_at;

/// The names of the file and its copy, in the folder of the state.
const FILES: [&str; 2] = ["timers.v1.json", "timers.v1.json.copy"];

/// The lock of every version.
const LOCK: &str = "timers.lock";

/// So many damaged files are kept; the last of them is then replaced.
const MAX_DAMAGED: u32 = 20;

/// Another process holds the lock for milliseconds; one that takes longer
/// than all of these tries is in trouble.
const LOCK_TRIES: u32 = 200;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// Why the book cannot be read or written down now.
#[derive(Debug, Error)]
#[error("cannot keep timers in `{}`: {why}", path.display())]
pub struct StoreError {
    path: PathBuf,
    why: String,
    /// A later version of the program wrote it.
    pub later: bool,
}

/// What tells one state of the files from another: time of change in seconds
/// and nanoseconds, size and inode.
pub(super) type Stamp = (i64, i64, u64, u64);

/// A place for a book.
#[derive(Clone, Debug)]
pub(super) struct BookStore {
    folder: PathBuf,
}

/// What else there is to know about a book that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Every copy is damaged: some or all of what was set is not known any more.
    pub lost: bool,
    /// Entries that another version made, which are kept and not understood.
    pub not_understood: usize,
    /// Damaged files that were put aside, now or earlier.
    pub damaged: Vec<PathBuf>,
}

/// A book as it was read.
pub(super) struct Looked {
    pub(super) book: Book,
    pub(super) health: Health,
    document: Document,
    /// It differs from what is in the files: it was taken over from the former
    /// version, or a copy is damaged or behind.
    pending: bool,
    /// Which of the files are damaged.
    damaged: Vec<&'static str>,
}

/// A transaction that has read the book and may write it.
pub(super) struct Transaction {
    store: BookStore,
    looked: Looked,
    /// Held until the end.
    _lock: File,
}

impl BookStore {
    /// In a folder that the first change makes.
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILES[0])
    }

    /// The state of the files; `None` while there is none.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        let names = FILES.into_iter().chain([former::FILE]);
        let data = names
            .map(|name| fs::symlink_metadata(self.folder.join(name)))
            .find_map(Result::ok)?;
        Some((data.mtime(), data.mtime_nsec(), data.len(), data.ino()))
    }

    /// Whether a book was ever kept here.
    ///
    /// # Errors
    /// When the folder may not be looked into.
    pub(super) fn is_begun(&self) -> io::Result<bool> {
        for name in FILES.into_iter().chain([former::FILE]) {
            match fs::symlink_metadata(self.folder.join(name)) {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Reads the book and changes nothing: not what is damaged, and on a file
    /// system that cannot be written.
    pub(super) fn look(&self) -> Result<Looked, StoreError> {
        self.at(|| self.find())
    }

    /// Reads the book, for changing it. A damaged file is put aside.
    pub(super) fn begin(&self) -> Result<(Transaction, Book), StoreError> {
        self.at(|| {
            let mut folder = DirBuilder::new();
            folder.recursive(true).mode(0o700);
            folder
                .create(&self.folder)
                .map_err(|error| self.failure(&error))?;
            let lock = self.lock().map_err(|error| self.failure(&error))?;
            let looked = self.find()?;
            for name in &looked.damaged {
                self.put_aside(name).map_err(|error| self.failure(&error))?;
            }
            let book = looked.book.clone();
            let transaction = Transaction {
                store: self.clone(),
                looked,
                _lock: lock,
            };
            Ok((transaction, book))
        })
    }

    /// Works as the owner of the folder, whoever calls.
    fn at<T: Send>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        acting_at(&self.folder, work).unwrap_or_else(|error| Err(self.failure(&error)))
    }

    /// Why it cannot be used.
    pub(super) fn failure(&self, why: &dyn std::fmt::Display) -> StoreError {
        StoreError {
            path: self.path(),
            why: why.to_string(),
            later: false,
        }
    }

    /// The newest good document of the two, with what the former version has
    /// changed since it was taken over.
    fn find(&self) -> Result<Looked, StoreError> {
        let mut best: Option<Document> = None;
        let mut damaged = Vec::new();
        let mut generations = Vec::new();
        for name in FILES {
            let path = self.folder.join(name);
            match form::read(&path).map_err(|error| self.failure(&error))? {
                Found::Nothing => {}
                Found::Damaged(why) => {
                    tracing::error!("`{}` is damaged: {why}", path.display());
                    damaged.push(name);
                }
                Found::Later(why) => {
                    return Err(StoreError {
                        path,
                        why: format!("{why}; nothing in it is changed"),
                        later: true,
                    });
                }
                Found::Good(document) => {
                    generations.push(document.generation);
                    if best
                        .as_ref()
                        .is_none_or(|b| b.generation < document.generation)
                    {
                        best = Some(*document);
                    }
                }
            }
        }
        let whole = generations.len() == FILES.len() && generations[0] == generations[1];
        let lost = best.is_none() && !damaged.is_empty();
        let mut document = best.unwrap_or_else(Document::empty);
        let (took, unreadable) = if lost {
            // The former version's book is only old now, and would ring what
            // was cancelled long ago.
            document.took_over = self.former_stamp().map(TookOver::nothing_of);
            (false, false)
        } else {
            self.take_over(&mut document)?
        };
        let (book, not_understood) = book_of(&document);
        Ok(Looked {
            book,
            health: Health {
                lost: lost || (unreadable && document.generation == 0),
                not_understood,
                damaged: self.put_aside_earlier(),
            },
            pending: !whole || took,
            document,
            damaged,
        })
    }

    /// Brings into a document what the former version has in its file, unless
    /// it is there already. Whether there was anything new, and whether it was
    /// damaged.
    fn take_over(&self, document: &mut Document) -> Result<(bool, bool), StoreError> {
        let path = self.folder.join(former::FILE);
        let Some(stamp) = self.former_stamp() else {
            return Ok((false, false));
        };
        let before = document.took_over.clone();
        if before.as_ref().is_some_and(|took| took.stamp == stamp) {
            return Ok((false, false));
        }
        let found = former::read(&path).map_err(|error| StoreError {
            path: path.clone(),
            why: error.to_string(),
            later: false,
        })?;
        let former = match found {
            None => return Ok((false, false)),
            Some(Ok(former)) => former,
            Some(Err(why)) => {
                tracing::error!("`{}` is damaged, and left as it is: {why}", path.display());
                document.took_over = Some(TookOver {
                    next_id: before.as_ref().map_or(0, |took| took.next_id),
                    ..TookOver::nothing_of(stamp)
                });
                return Ok((true, before.is_none()));
            }
        };
        let sha256 = Some(former.sha256());
        if before.as_ref().is_none_or(|took| took.sha256 != sha256) {
            merge(document, &former, before.as_ref());
        }
        document.took_over = Some(TookOver {
            stamp,
            sha256,
            next_id: former.next_id,
        });
        Ok((true, former.doubtful))
    }

    fn former_stamp(&self) -> Option<(i64, i64, u64)> {
        let data = fs::symlink_metadata(self.folder.join(former::FILE)).ok()?;
        Some((data.mtime(), data.mtime_nsec(), data.len()))
    }

    /// Renames a damaged file, over no other one.
    fn put_aside(&self, name: &str) -> io::Result<()> {
        let numbered = |number| self.folder.join(format!("{name}.damaged.{number}"));
        let free = (1..MAX_DAMAGED).find(|number| fs::symlink_metadata(numbered(*number)).is_err());
        let aside = numbered(free.unwrap_or(MAX_DAMAGED));
        fs::rename(self.folder.join(name), &aside)?;
        tracing::error!("it was put aside as `{}`", aside.display());
        Ok(())
    }

    /// The damaged files that are kept, those of the former version too.
    fn put_aside_earlier(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries
            .filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                name.starts_with("timers.") && name.contains(".damaged")
            })
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths
    }

    /// One process at a time.
    fn lock(&self) -> io::Result<File> {
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(self.folder.join(LOCK))?;
        for _ in 0..LOCK_TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => pause(),
            }
        }
        Err(io::Error::other("another process holds its lock"))
    }

    fn replace(&self, name: &str, text: &str) -> io::Result<()> {
        replace(&self.folder, name, text)
    }
}

/// Replaces a file of a folder: after a power cut it is the old or the new one.
///
/// # Errors
/// When it cannot be written; the old one is still there then.
pub(super) fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let place = folder.join(name);
    let new = folder.join(format!("{name}.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &place)
    };
    let written = write();
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written?;
    File::open(folder)?.sync_all()
}

impl Looked {
    /// The entries that another version made.
    pub(super) fn foreign(&self) -> Vec<Value> {
        sorted(self.document.entries.clone()).1
    }
}

impl Transaction {
    /// Puts these in the place of the entries that another version made.
    pub(super) fn replace_foreign(&mut self, rows: &[Value]) {
        let entries = std::mem::take(&mut self.looked.document.entries);
        let own = sorted(entries).0;
        let own = own.iter().map(row);
        self.looked.document.entries = own.chain(rows.iter().cloned()).collect();
        self.looked.pending = true;
    }

    /// Whether every copy was damaged, so that the book that was read is empty.
    pub(super) fn lost(&self) -> bool {
        self.looked.health.lost
    }

    /// Writes the book, if it differs from what is in the files.
    pub(super) fn commit(self, book: &Book) -> Result<(), StoreError> {
        let before = &self.looked.document;
        let mut document = before.clone();
        document.entries = rows_of(book, before);
        document.next_id = book.next_id();
        document.volume = book.volume();
        if document == *before && !self.looked.pending {
            return Ok(());
        }
        document.generation += 1;
        let (store, text) = (&self.store, document.text());
        store.at(|| {
            store
                .replace(FILES[0], &text)
                .map_err(|error| store.failure(&error))?;
            // From here on it is kept. The copy is for a file that is damaged
            // later.
            if let Err(error) = store.replace(FILES[1], &text) {
                tracing::warn!("there is no second copy of the timers: {error}");
            }
            Ok(())
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process holds the lock: there is nothing to be told by"
)]
fn pause() {
    std::thread::sleep(LOCK_PAUSE);
}

/// Whether a book was ever kept in a folder.
///
/// # Errors
/// When the folder may not be looked into.
pub fn is_begun(folder: &Path) -> io::Result<bool> {
    BookStore::new(folder.to_owned()).is_begun()
}

#[cfg(test)]
mod tests;
