//! The configuration of the running appliance: read or taken from a page, checked,
//! and swapped in between two turns.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, TryLockError};

use crate::accepted;
use mynah_appliance::runtime::names::names;
use mynah_appliance::runtime::sessions::Sessions;
use mynah_config::{ConfigError, Problem, Source};
use mynah_models::Store;
use mynah_serve::console::NotTaken;

/// Keys of settings that differ and count after a restart.
pub(crate) type AfterRestart = Vec<&'static str>;

/// Why a reload changed nothing.
pub(crate) struct Failed {
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// The reason for people.
    pub report: String,
    /// The same may count at another time.
    pub again: bool,
}

impl Failed {
    fn of(error: NotTaken) -> Self {
        Self {
            report: error.to_string(),
            again: matches!(error, NotTaken::NotNow { .. } | NotTaken::Busy),
            problems: match error {
                NotTaken::Wrong(problems) => problems,
                _ => Vec::new(),
            },
        }
    }
}

/// Replaces the configuration of an appliance.
pub(crate) struct Reloader {
    sessions: Sessions,
    /// The file; `None` for the built-in example.
    config: Option<PathBuf>,
    store: Store,
    /// One configuration at a time is checked, written and swapped in.
    turn: Mutex<()>,
}

impl Reloader {
    /// For the appliance behind `sessions`, which was started with the file `config`.
    #[must_use]
    pub(crate) const fn new(sessions: Sessions, config: Option<PathBuf>, store: Store) -> Self {
        Self {
            sessions,
            config,
            store,
            turn: Mutex::new(()),
        }
    }

    /// The text that the appliance was started with, as it is now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn source(&self) -> Result<Source, ConfigError> {
        match self.file() {
            Some(file) => mynah_config::discover(Some(file)),
            None => Ok(Source {
                name: "built-in example".into(),
                text: mynah_config::EXAMPLE.into(),
            }),
        }
    }

    /// Where the names of Home Assistant are kept for this configuration.
    pub(crate) fn names_kept_at(&self) -> Option<PathBuf> {
        let system = self.config.as_deref();
        mynah_config::house::kept_at(system.is_some_and(mynah_config::is_the_system_s))
    }

    /// Lets the text of the file count.
    ///
    /// # Errors
    /// When it is wrong or cannot count now; the configuration of before stays.
    pub(crate) fn reload(&self) -> Result<AfterRestart, Failed> {
        let _turn = self.enter().map_err(Failed::of)?;
        // Read within the turn: an older text must not take the place of a newer.
        let source = self.source().map_err(|error| Failed {
            problems: Vec::new(),
            report: error.to_string(),
            again: false,
        })?;
        let swapped = self.checked(&source.text);
        let swapped = swapped.and_then(|settings| self.swap(settings, &source.text));
        swapped.map_err(|error| match error {
            NotTaken::Wrong(problems) => Failed {
                report: source.report(&problems),
                problems,
                again: false,
            },
            other => Failed::of(other),
        })
    }

    /// Checks a configuration, writes it into the file, and lets it count.
    ///
    /// # Errors
    /// When it is wrong or cannot be written: the file of before stays then. When it
    /// was written and cannot count now.
    pub(crate) fn save(&self, text: &str) -> Result<AfterRestart, NotTaken> {
        let _turn = self.enter()?;
        let settings = self.checked(text)?;
        let path = self.own_file()?;
        write(path, text).map_err(|error| NotTaken::Unwritable {
            why: format!("cannot write `{}`: {error}", path.display()),
            hint: "let the user of Mynah write the file and its folder",
        })?;
        self.swap(settings, text)
    }

    /// The file; `None` for the built-in example.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// Lets the file count after `change`, which is given its path.
    ///
    /// # Errors
    /// When there is no file, or as `change` and [`Self::reload`].
    pub(crate) fn after(
        &self,
        change: impl FnOnce(&Path) -> Result<(), NotTaken>,
    ) -> Result<AfterRestart, NotTaken> {
        let _turn = self.enter()?;
        change(self.own_file()?)?;
        let source = self.source().map_err(|error| NotTaken::NotNow {
            why: error.to_string(),
            hint: "put the file right, and run `mynah reload`",
        })?;
        self.swap(self.checked(&source.text)?, &source.text)
    }

    /// One change at a time: who would wait might be told too late what came of it.
    fn enter(&self) -> Result<MutexGuard<'_, ()>, NotTaken> {
        match self.turn.try_lock() {
            Ok(turn) => Ok(turn),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(NotTaken::Busy),
        }
    }

    fn own_file(&self) -> Result<&Path, NotTaken> {
        self.file().ok_or_else(|| NotTaken::Unwritable {
            why: "the built-in example is in use, which is no file".into(),
            hint: "start Mynah with a file of your own: `--config FILE`",
        })
    }

    fn checked(&self, text: &str) -> Result<mynah_core::model::Settings, NotTaken> {
        // As at the start: with the names that Home Assistant is known to have.
        let name = self.file().map(|file| file.display().to_string());
        let source = Source {
            name: name.unwrap_or_default(),
            text: text.to_owned(),
        };
        source
            .checked(Some(&names(&self.store)))
            .map_err(NotTaken::Wrong)
    }

    fn swap(
        &self,
        settings: mynah_core::model::Settings,
        text: &str,
    ) -> Result<AfterRestart, NotTaken> {
        let swapped = self.sessions.replace(settings);
        if let (Ok(_), Some(file), Some(state)) = (&swapped, self.file(), accepted::folder()) {
            accepted::keep(&state, file, text);
        }
        swapped.map_err(|error| NotTaken::NotNow {
            why: error.to_string(),
            hint: error.hint(),
        })
    }
}

/// Replaces a file at once, so that a power cut leaves the old one or the new
/// one; its rights stay.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file()
        .set_permissions(fs::metadata(&path)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}
