//! The configuration of the running appliance: read or taken from a page, checked,
//! and swapped in between two turns.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mynah_appliance::runtime::names::names;
use mynah_appliance::runtime::sessions::Sessions;
use mynah_config::{ConfigError, Source};
use mynah_models::Store;
use mynah_serve::console::NotTaken;

/// Keys of settings that differ and count after a restart.
pub(crate) type AfterRestart = Vec<&'static str>;

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

    /// The text of the file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn source(&self) -> Result<Source, ConfigError> {
        mynah_config::discover(self.config.as_deref())
    }

    /// Lets the text of the file count.
    ///
    /// # Errors
    /// When it is wrong or cannot count now; the configuration of before stays.
    pub(crate) fn reload(&self, source: &Source) -> Result<AfterRestart, NotTaken> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.swap(self.checked(&source.text)?)
    }

    /// Checks a configuration, writes it into the file, and lets it count.
    ///
    /// # Errors
    /// When it is wrong or cannot be written: the file of before stays then. When it
    /// was written and cannot count now.
    pub(crate) fn save(&self, text: &str) -> Result<AfterRestart, NotTaken> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = self.checked(text)?;
        let path = self.config.as_ref().ok_or_else(|| NotTaken::Unwritable {
            why: "the built-in example is in use, which is no file".into(),
            hint: "start Mynah with a file of your own: `--config FILE`",
        })?;
        write(path, text).map_err(|error| NotTaken::Unwritable {
            why: format!("cannot write `{}`: {error}", path.display()),
            hint: "let the user of Mynah write the file and its folder",
        })?;
        self.swap(settings)
    }

    fn checked(&self, text: &str) -> Result<mynah_core::model::Settings, NotTaken> {
        mynah_config::parse_with(text, Some(&names(&self.store))).map_err(NotTaken::Wrong)
    }

    fn swap(&self, settings: mynah_core::model::Settings) -> Result<AfterRestart, NotTaken> {
        let swapped = self.sessions.replace(settings);
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
