//! What is the owner's, in one file, and back: the configuration, the tokens
//! and certificates that it names, timers and volume, trained wake words. Never
//! models or caches, which can be had again.
//!
//! A backup is a zip file with a list at its head ([`List`]). [`collect`] finds
//! what belongs in it, [`pack`] writes it, [`unpack`] reads one and believes
//! none of it, within [`Bounds`], [`restore`] puts it in place, all or nothing.

mod bounds;
pub mod collect;
mod owner;
pub mod pack;
pub mod restore;
#[cfg(test)]
mod tests;
pub mod unpack;

use std::path::{Path, PathBuf};

pub use bounds::Bounds;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::timers::StoreError;

/// What a backup calls itself.
const FORMAT: &str = "mynah-backup";

/// The newest form that can be read.
const VERSION: u32 = 2;

/// The form without trained words, which an older version can read too.
const VERSION_WITHOUT_WORDS: u32 = 1;

/// Where in the zip file the list stands.
const LIST: &str = "mynah-backup.json";

/// More than this no file of an owner has; it keeps a broken or foreign
/// archive from filling the memory.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// All files together. It is held in memory, twice.
const MAX_ALL_BYTES: u64 = 64 << 20;

/// More files than this no configuration names.
const MAX_FILES: usize = 500;

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    format: String,
    version: u32,
    /// The version of Mynah that made it.
    pub made_by: String,
    /// When, UTC.
    pub made_at: String,
    /// On which machine.
    pub host: String,
    /// Every file, in the order in which they are put back.
    pub files: Vec<Item>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Where it was, from the root; of the timers the folder of their store.
    pub path: PathBuf,
    /// Its name in the zip file.
    entry: String,
    /// Its permissions, in octal digits.
    pub mode: String,
    /// Who owned it, by name; empty when the name is not known.
    pub owner: String,
    /// Its group, by name.
    pub group: String,
    /// Its size.
    pub bytes: u64,
    /// Its sha256, in hexadecimal.
    pub sha256: String,
}

/// What a file of a backup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The configuration.
    Config,
    /// A token, password or certificate that it names.
    Secret,
    /// Timers, alarms, reminders and the volume.
    Timers,
    /// A wake word that the owner trained.
    Word,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file for the backup is there already.
    #[error("`{}` is there already\nhint: choose another name, or replace it with `--force`", .0.display())]
    Exists(PathBuf),
    /// There is something else than a file in its place.
    #[error("`{}` is no regular file, so it is not replaced\nhint: choose another name", .0.display())]
    NoFile(PathBuf),
    /// The file is no backup of Mynah, or not a whole one.
    #[error("`{}` cannot be restored: {why}; nothing was changed\nhint: {hint}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// The configuration in the backup is wrong by this version's rules.
    #[error(
        "the configuration in the backup is wrong; nothing was changed\n{0}\nhint: `--force` restores it all the same; correct it then"
    )]
    Wrong(String),
    /// A file could not be put in place; everything is as it was.
    #[error("cannot {action} `{}`: {cause}; nothing was changed\nhint: {}", path.display(), remedy(cause))]
    Place {
        /// A verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Reading or writing failed.
    #[error("cannot {action} `{}`: {cause}\nhint: {}", path.display(), remedy(cause))]
    Io {
        /// A verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The timers cannot be read or written.
    #[error("{0}; nothing was changed\nhint: run it as the user of the appliance, or with `sudo`")]
    Timers(#[from] StoreError),
}

fn remedy(cause: &std::io::Error) -> &'static str {
    match cause.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "run it as the user of the appliance, or with `sudo`"
        }
        std::io::ErrorKind::NotFound => "see that it is there, and correct the name",
        std::io::ErrorKind::StorageFull => "make room, then run the command again",
        std::io::ErrorKind::IsADirectory => "name a file in it, such as `mynah-backup.zip`",
        std::io::ErrorKind::ReadOnlyFilesystem => "this place cannot be written; choose another",
        _ => "see that the folder is there and can be written",
    }
}

/// For `map_err`: the error of `action` (a verb) on `path`.
fn io<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(std::io::Error) -> BackupError + use<'a> {
    move |cause| BackupError::Io {
        action,
        path: path.into(),
        cause,
    }
}

/// A text of a backup as it may be shown: one from a stranger could hold what
/// a terminal obeys.
#[must_use]
pub fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).collect()
}
