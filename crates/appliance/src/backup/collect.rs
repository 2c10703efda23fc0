//! Finds what belongs in a backup.

use std::fs::{self, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::bounds::{is_plain, is_the_system_s};
use super::{
    BackupError, FORMAT, Item, Kind, List, MAX_ALL_BYTES, MAX_FILE_BYTES, MAX_FILES, VERSION,
    VERSION_WITHOUT_WORDS, io, owner,
};

use super::restore::word_name;
use crate::timers::Portable;
use mynah_models::WORDS;
use mynah_system::files::small_file;
use mynah_system::privileges::{acting_at, real};
use mynah_wake::word::{MAX_BYTES, Word};

/// Where what is the owner's lies.
#[derive(Clone, Debug)]
pub struct Places {
    /// The configuration; `None` where the built-in example is in effect.
    pub config: Option<PathBuf>,
    /// The folder of the store of timers.
    pub state: PathBuf,
}

/// What goes into a backup: the list, and the content of each of its files.
#[derive(Debug)]
pub struct Collected {
    /// The list.
    pub list: List,
    pub(super) contents: Vec<Vec<u8>>,
    /// How many timers, alarms and reminders are among it.
    pub timers: usize,
    /// What the configuration names and the backup has not.
    pub left_out: Vec<LeftOut>,
}

/// A file that is not in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// As the configuration names it.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// Reads everything that is the owner's. The appliance may run meanwhile.
///
/// # Errors
/// When the configuration or the timers cannot be read.
pub fn collect(places: &Places) -> Result<Collected, BackupError> {
    let mut all = Collected {
        list: List {
            format: FORMAT.into(),
            version: VERSION_WITHOUT_WORDS,
            made_by: env!("CARGO_PKG_VERSION").into(),
            made_at: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            host: host(),
            files: Vec::new(),
        },
        contents: Vec::new(),
        timers: 0,
        left_out: Vec::new(),
    };
    if let Some(config) = &places.config {
        let config = std::path::absolute(config).map_err(io("find", config))?;
        let text = all.add_file(Kind::Config, &config)?;
        let text = String::from_utf8_lossy(&text).into_owned();
        for named in mynah_config::files_named(&text) {
            all.add_named(&named, &config, &places.state);
        }
    }
    all.add_words(&places.state);
    if let Some(book) = Portable::export(&places.state)? {
        all.timers = book.count();
        let content = serde_json::to_vec_pretty(&book).expect("plain data becomes JSON");
        let folder = std::path::absolute(&places.state).map_err(io("find", &places.state))?;
        all.add(
            Kind::Timers,
            &folder,
            "600",
            (String::new(), String::new()),
            content,
        );
    }
    Ok(all)
}

impl Collected {
    fn add_file(&mut self, kind: Kind, path: &Path) -> Result<Vec<u8>, BackupError> {
        let read = acting_at(path, || read(path)).and_then(|read| read);
        let (found, content) = read.map_err(io("read", path))?;
        let all: u64 = self.list.files.iter().map(|item| item.bytes).sum();
        if MAX_ALL_BYTES / 2 < all + content.len() as u64 {
            let cause = std::io::Error::other("a backup holds 32 MB at most");
            return Err(io("read", path)(cause));
        }
        // Whatever it may do here, it is no program.
        let mode = format!("{:o}", found.permissions().mode() & 0o666);
        self.add(kind, path, &mode, owner::names(&found), content.clone());
        Ok(content)
    }

    /// The trained wake words. One that is damaged is left out, since it could not be
    /// restored.
    fn add_words(&mut self, state: &Path) {
        let folder = std::path::absolute(state.join(WORDS)).unwrap_or_default();
        let entries = fs::read_dir(&folder).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| word_name(path).is_some())
            .collect();
        paths.sort();
        for path in paths {
            let whole = small_file(&path, MAX_BYTES).map_err(|error| error.to_string());
            let whole = whole
                .and_then(|bytes| Word::read(&bytes).map_err(|error| error.to_string()))
                .and_then(|word| {
                    if word_name(&path) != Some(word.name.as_str()) {
                        Err(format!("it is the file of the word `{}`", word.name))
                    } else if self.list.files.len() < MAX_FILES {
                        self.add_file(Kind::Word, &path)
                            .map_err(|error| error.to_string())
                    } else {
                        Err("a backup holds 500 files at most".into())
                    }
                });
            match whole {
                Ok(_) => self.list.version = VERSION,
                Err(why) => self.left_out.push(LeftOut { path, why }),
            }
        }
    }

    /// A file that the configuration names. A path from nowhere in particular
    /// is one from the folder where the appliance runs, here or its state, or from that of the
    /// configuration.
    fn add_named(&mut self, named: &Path, config: &Path, state: &Path) {
        let here = std::path::absolute(named).unwrap_or_else(|_| named.to_owned());
        // A text is one from the configuration's folder.
        let beside = mynah_config::beside(config, named);
        let path = [here, beside]
            .into_iter()
            .find(|path| path.exists())
            .unwrap_or_else(|| state.join(named));
        let really = real(&path);
        let why = if [&path, &really]
            .iter()
            .any(|path| is_the_system_s(path, Some(config)))
        {
            "it belongs to the system".into()
        } else if !is_plain(&path) || self.list.files.len() >= MAX_FILES {
            "it cannot be restored to such a place".into()
        } else {
            match self.add_file(Kind::Secret, &path) {
                Ok(_) => return,
                Err(BackupError::Io { cause, .. }) => cause.to_string(),
                Err(error) => error.to_string(),
            }
        };
        self.left_out.push(LeftOut {
            path: named.to_owned(),
            why,
        });
    }

    fn add(
        &mut self,
        kind: Kind,
        path: &Path,
        mode: &str,
        (owner, group): (String, String),
        content: Vec<u8>,
    ) {
        let number = self.contents.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let entry = match kind {
            Kind::Timers => "timers.json".to_owned(),
            _ => format!(
                "files/{number}-{}",
                name.chars().map(plain).collect::<String>()
            ),
        };
        self.list.files.push(Item {
            kind,
            path: path.to_owned(),
            entry,
            mode: mode.to_owned(),
            owner,
            group,
            bytes: content.len() as u64,
            sha256: sha256(&content),
        });
        self.contents.push(content);
    }
}

fn read(path: &Path) -> std::io::Result<(fs::Metadata, Vec<u8>)> {
    // One that is waited for, such as a pipe, is none of the owner's files.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    if found.len() > MAX_FILE_BYTES {
        return Err(std::io::Error::other("it is larger than 16 MB"));
    }
    let mut content = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut content)?;
    Ok((found, content))
}

/// In hexadecimal.
pub(super) fn sha256(content: &[u8]) -> String {
    hex::encode(Sha256::digest(content))
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}
