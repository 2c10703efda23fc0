//! The book, its place on disk and the clock, for all who ask and change.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::clock::Clock;
use super::mute::Mute;
use super::store::{BookStore, Health, Stamp, StoreError};
use mynah_audio::Gain;
use mynah_core::language::Announcement;
use mynah_core::timers::{Book, Moment, jumped, ring, watched_ms};
use mynah_core::timers::{TakenBack, Trace};
use mynah_core::turn::{Due, Ring};

/// However still it is on disk, it is read again so often, in milliseconds: a
/// change within the file system's tick of our own would go unseen.
const READ_AGAIN_MS: u64 = 3_600_000;

/// Changes that can be taken back.
const MOST_TRACES: usize = 32;

/// Keeps the book. Shared by the worker, whose actions change it, and by the
/// bell, which asks what rings.
pub struct Keeper {
    clock: Arc<dyn Clock>,
    /// Which process this is, among all that ever rang from this book.
    session: u64,
    gain: Gain,
    mute: Mute,
    inner: Mutex<Inner>,
}

struct Inner {
    book: Book,
    store: Option<BookStore>,
    /// The book in memory is not the one on disk.
    unsaved: bool,
    /// The book in memory began with the one on disk, or there is none.
    based: bool,
    /// Why the one on disk cannot be read.
    trouble: Option<String>,
    /// To be said once, when somebody is there.
    notice: Option<Announcement<'static>>,
    health: Health,
    /// The file as it was when it was last read or written.
    stamp: Option<Stamp>,
    read_ms: u64,
    /// The clocks at the last look.
    seen: Option<Moment>,
    /// What the last changes did, each with its number.
    traces: VecDeque<(u64, Trace)>,
    /// The number of the last change.
    changes: u64,
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
            mute: Mute::default(),
            inner: Mutex::new(Inner {
                book: Book::kept(Vec::new(), 1, None),
                store: folder.map(BookStore::new),
                unsaved: false,
                based: true,
                trouble: None,
                notice: None,
                health: Health::default(),
                stamp: None,
                read_ms: now.mono_ms,
                seen: None,
                traces: VecDeque::new(),
                changes: 0,
            }),
        };
        keeper.read(&mut keeper.lock(), &now);
        keeper
    }

    /// Is muted or not as it was left in this folder, whether or not the book is there.
    #[must_use]
    pub fn muted_as_in(self, folder: &Path) -> Self {
        Self {
            mute: Mute::kept(folder),
            ..self
        }
    }

    /// Whether the box is to hear nothing.
    #[must_use]
    pub fn muted(&self) -> bool {
        self.mute.is_on()
    }

    /// Mutes the box, or lets it hear again.
    pub fn set_muted(&self, on: bool) {
        if let Err(error) = self.mute.set(on) {
            tracing::error!("that the box is muted, or is not, will be forgotten: {error}");
        }
    }

    /// A copy in memory of what is set, which shares nothing with this one but the
    /// clock.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::new(None, self.clock());
        let book = self.look(|book, _| book.clone());
        let trouble = self.trouble();
        copy.gain.set(book.volume());
        {
            let mut inner = copy.lock();
            inner.book = book;
            inner.trouble = trouble;
        }
        copy
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

    /// Why the book on disk cannot be read, if it cannot: what is set is then
    /// not known.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }

    /// How the files were, when they were last read.
    #[must_use]
    pub fn health(&self) -> Health {
        self.lock().health.clone()
    }

    /// Changes the book, in one transaction. When it cannot be written down it
    /// is changed in memory, and tried again with each look at the clock.
    pub fn change<T>(&self, change: impl FnOnce(&mut Book, &Moment) -> T) -> Changed<T> {
        let now = self.clock.now();
        let inner = &mut self.lock();
        let mut trace = None;
        let changed = self.transact(inner, &now, |book, now| {
            let before = book.entries().to_vec();
            let value = change(book, now);
            trace = Trace::between(&before, book);
            value
        });
        if let Some(trace) = trace {
            inner.changes += 1;
            let number = inner.changes;
            inner.traces.push_back((number, trace));
            if MOST_TRACES < inner.traces.len() {
                inner.traces.pop_front();
            }
        }
        changed
    }

    /// The number of the last change to an entry that was made here by
    /// [`Keeper::change`]; 0 before the first.
    #[must_use]
    pub fn last_change(&self) -> u64 {
        self.lock().changes
    }

    /// Takes the change of that number back, as far as what it made is still
    /// there. `None` when it is forgotten or was taken back before.
    pub fn take_back(&self, number: u64) -> Option<Changed<TakenBack>> {
        let now = self.clock.now();
        let inner = &mut self.lock();
        let at = inner.traces.iter().position(|(of, _)| *of == number)?;
        let (_, trace) = inner.traces.remove(at)?;
        Some(self.transact(inner, &now, |book, _| book.take_back(&trace)))
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
        let notice = inner.notice.filter(|_| attended).map(|notice| Ring {
            ids: Vec::new(),
            text: notice.said(),
            once: true,
        });
        ring(&inner.book, &now, attended).or(notice)
    }

    /// These were heard or carried out: they ring no more, and are not told
    /// again. None: what was wrong with the files was heard.
    pub fn heard(&self, ids: &[u64]) {
        if ids.is_empty() {
            self.lock().notice = None;
        }
        let now = self.clock.now();
        self.transact(&mut self.lock(), &now, |book, now| book.done(ids, now));
    }

    /// The commands that [`Keeper::tick`] has begun, and that are still to be
    /// carried out.
    #[must_use]
    pub fn due(&self) -> Vec<Due> {
        self.lock().book.due()
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
            self.read(inner, now);
        }
    }

    fn read(&self, inner: &mut Inner, now: &Moment) {
        let Some(store) = &inner.store else {
            return;
        };
        let stamp = store.stamp();
        match store.look() {
            // Damaged while this process has all of it: it is written anew.
            Ok(looked) if looked.health.lost && inner.stamp.is_some() => inner.unsaved = true,
            Ok(looked) => {
                inner.notice = looked.health.lost.then_some(Announcement::NotesLost);
                inner.book = looked.book;
                inner.health = looked.health;
                inner.based = true;
                inner.trouble = None;
                self.gain.set(inner.book.volume());
            }
            Err(error) => inner.fails(&error),
        }
        inner.stamp = stamp;
        inner.read_ms = now.mono_ms;
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
        match &began {
            Ok((transaction, book)) => {
                if !inner.based {
                    inner.book = joined(book, &inner.book);
                } else if !(inner.unsaved || transaction.lost() && inner.stamp.is_some()) {
                    inner.book.clone_from(book);
                }
                inner.based = true;
                inner.trouble = None;
            }
            Err(_) => inner.based &= inner.stamp.is_some(),
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

impl Inner {
    /// The files cannot be read. What is known of them stays.
    fn fails(&mut self, error: &StoreError) {
        let why = error.to_string();
        if self.trouble.as_ref() == Some(&why) {
            return;
        }
        tracing::error!("{why}");
        self.notice = Some(if error.later {
            Announcement::NotesLater
        } else {
            Announcement::NotesUnreadable
        });
        self.trouble = Some(why);
        self.based &= self.stamp.is_some();
    }
}

/// What is on disk, and what was set while it could not be read, which gets
/// ids that the disk has not used.
fn joined(disk: &Book, memory: &Book) -> Book {
    let mut entries = disk.entries().to_vec();
    let mut next_id = disk.next_id();
    for entry in memory.entries() {
        let mut entry = entry.clone();
        entry.id = next_id;
        next_id += 1;
        entries.push(entry);
    }
    Book::kept(entries, next_id, memory.volume().or(disk.volume()))
}

/// A number that no other process has: the instant it began, and its id.
fn session(now: &Moment) -> u64 {
    let began = u64::try_from(now.wall_ms).unwrap_or(0);
    (began << 22) ^ (u64::from(std::process::id()) << 42) ^ now.mono_ms
}
