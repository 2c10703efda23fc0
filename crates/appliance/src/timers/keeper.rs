//! The book, its place on disk and the clock, for all who ask and change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::store::{Stamp, Store};
use mynah_audio::Gain;
use mynah_core::timers::{Book, Moment, jumped, ring, watched_ms};
use mynah_core::turn::Ring;

/// However still it is on disk, it is read again so often, in milliseconds: a
/// change within the file system's tick of our own would go unseen. Seldom,
/// because opening the store writes to the disk.
const READ_AGAIN_MS: u64 = 3_600_000;

/// `StateDirectory=` of `mynah.service`.
const SERVICE_STATE: &str = "/var/lib/mynah";

/// Keeps the book. Shared by the worker, whose actions change it, and by the
/// bell, which asks what rings.
pub struct Keeper {
    clock: Arc<dyn Clock>,
    /// Which process this is, among all that ever rang from this book.
    session: u64,
    gain: Gain,
    inner: Mutex<Inner>,
}

struct Inner {
    book: Book,
    store: Option<Store>,
    /// The book in memory is not the one on disk.
    unsaved: bool,
    /// The file as it was when it was last read or written.
    stamp: Option<Stamp>,
    read_ms: u64,
    /// The clocks at the last look.
    seen: Option<Moment>,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed<T> {
    /// What the change gave.
    pub value: T,
    /// It would outlive a power cut, as far as it is meant to.
    pub kept: bool,
}

impl Keeper {
    /// Keeps a book in a folder, or only in memory.
    #[must_use]
    pub fn new(folder: Option<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        let now = clock.now();
        let keeper = Self {
            session: session(&now),
            clock,
            gain: Gain::default(),
            inner: Mutex::new(Inner {
                book: Book::kept(Vec::new(), 1, None),
                store: folder.map(Store::new),
                unsaved: false,
                stamp: None,
                read_ms: now.mono_ms,
                seen: None,
            }),
        };
        keeper.refresh(&mut keeper.lock(), &now);
        keeper
    }

    /// What time it is for this book.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The clock that it goes by.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// How loud the appliance speaks.
    #[must_use]
    pub fn gain(&self) -> Gain {
        self.gain.clone()
    }

    /// Looks something up.
    pub fn look<T>(&self, look: impl FnOnce(&Book, &Moment) -> T) -> T {
        let now = self.clock.now();
        let mut inner = self.lock();
        self.refresh(&mut inner, &now);
        look(&inner.book, &now)
    }

    /// Changes the book, in one transaction. When it cannot be written down it
    /// is changed in memory, and tried again with each look at the clock.
    pub fn change<T>(&self, change: impl FnOnce(&mut Book, &Moment) -> T) -> Changed<T> {
        let now = self.clock.now();
        self.transact(&mut self.lock(), &now, change)
    }

    /// Sets the volume, 0..=100. Whoever changes it wants to hear it.
    pub fn set_volume(&self, percent: u8) {
        self.change(|book, _| book.set_volume(percent));
        self.gain.mute(false);
    }

    /// Brings the book up to the present moment. Gives what is to be heard
    /// now: what rings, else, when somebody is there to hear it, what was
    /// missed.
    pub fn tick(&self, attended: bool) -> Option<Ring> {
        let now = self.clock.now();
        let mut inner = self.lock();
        self.refresh(&mut inner, &now);
        let before = inner.seen.replace(now.clone());
        let watched = before.as_ref().and_then(|before| watched_ms(before, &now));
        let jump = before.filter(|before| jumped(before, &now));
        if inner.unsaved || jump.is_some() || inner.book.is_due(self.session, &now) {
            self.transact(&mut inner, &now, |book, now| {
                if let Some(before) = &jump {
                    tracing::warn!("the clock on the wall jumped");
                    book.notice_jump(before, now);
                }
                book.tick(self.session, watched, now);
            });
        }
        ring(&inner.book, &now, attended)
    }

    /// These were heard: they ring no more, and are not told again.
    pub fn heard(&self, ids: &[u64]) {
        self.change(|book, now| book.done(ids, now));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A change that panicked left a book that is as good as any.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the book again when another process may have changed it.
    fn refresh(&self, inner: &mut Inner, now: &Moment) {
        let Some(store) = inner.store.as_ref().filter(|_| !inner.unsaved) else {
            return;
        };
        let stamp = store.stamp();
        let stale = READ_AGAIN_MS <= now.mono_ms.saturating_sub(inner.read_ms);
        if stamp.is_some() && (stamp != inner.stamp || stale) {
            self.transact(inner, now, |_, _| ());
        }
    }

    fn transact<T>(
        &self,
        inner: &mut Inner,
        now: &Moment,
        change: impl FnOnce(&mut Book, &Moment) -> T,
    ) -> Changed<T> {
        let Some(store) = inner.store.clone() else {
            let value = change(&mut inner.book, now);
            self.gain.set(inner.book.volume());
            return Changed { value, kept: true };
        };
        let began = store.begin();
        if let (Ok((_, book)), false) = (&began, inner.unsaved) {
            inner.book.clone_from(book);
        }
        let value = change(&mut inner.book, now);
        let written = began.and_then(|(transaction, _)| transaction.commit(&inner.book));
        let kept = written.is_ok();
        match written {
            Err(error) if !inner.unsaved => tracing::error!("{error}; it is kept in memory"),
            Ok(()) if inner.unsaved => tracing::info!("timers can be written down again"),
            _ => {}
        }
        inner.unsaved = !kept;
        inner.stamp = store.stamp();
        inner.read_ms = now.mono_ms;
        self.gain.set(inner.book.volume());
        Changed { value, kept }
    }
}

/// A number that no other process has: the instant it began, and its id.
fn session(now: &Moment) -> u64 {
    let began = u64::try_from(now.wall_ms).unwrap_or(0);
    (began << 22) ^ (u64::from(std::process::id()) << 42) ^ now.mono_ms
}

/// Where an appliance of this user keeps what must outlive it:
/// `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/mynah`, else
/// `~/.local/state/mynah`.
#[must_use]
pub fn state_dir() -> Option<PathBuf> {
    let folder = |name: &str| {
        let path = std::env::var_os(name).filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    };
    // systemd gives several, separated by colons, to a unit that wants several.
    let by_unit = std::env::var("STATE_DIRECTORY").ok();
    let by_unit = by_unit.as_deref().and_then(|all| all.split(':').next());
    by_unit
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .or_else(|| folder("XDG_STATE_HOME").map(|path| path.join("mynah")))
        .or_else(|| folder("HOME").map(|path| path.join(".local/state/mynah")))
}

/// Where the appliance of this machine keeps it, for who is not the appliance:
/// as [`state_dir`], but with a configuration of the `system`, which its
/// service runs with, the service's folder.
#[must_use]
pub fn appliance_state_dir(system: bool) -> Option<PathBuf> {
    let by_unit = std::env::var_os("STATE_DIRECTORY").is_some_and(|path| !path.is_empty());
    of_service(system && !by_unit, Path::new(SERVICE_STATE)).or_else(state_dir)
}

/// The service's folder, where it is meant and is there.
fn of_service(meant: bool, folder: &Path) -> Option<PathBuf> {
    (meant && folder.is_dir()).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_has_its_own_timers() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing");
        assert_eq!(of_service(true, folder.path()), Some(folder.path().into()));
        assert_eq!(of_service(false, folder.path()), None);
        assert_eq!(of_service(true, &missing), None);
    }
}
