//! Reads a backup and believes none of it: every file must be there, be what
//! the list says, and belong where it says.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use mynah_wake::word::Word;
use zip::ZipArchive;
use zip::result::ZipError;

use super::collect::sha256;
use super::restore::word_name;
use super::{
    BackupError, Bounds, FORMAT, Item, Kind, LIST, List, MAX_ALL_BYTES, MAX_FILE_BYTES, MAX_FILES,
    VERSION, io, shown,
};
use crate::timers::Portable;
use mynah_config::Source;

const FOREIGN: &str = "make one with `mynah backup FILE`, and name that";
const BROKEN: &str = "copy it anew from where it is whole, or take an older one";
const OUT_OF_BOUNDS: &str = "if it is yours, say where its configuration goes with `--config FILE`, or that it may write there with `--force`; else do not use it";
const NEWER: &str = "install that version first";

/// A backup that was read and found whole.
#[derive(Debug)]
pub struct Unpacked {
    /// What is in it.
    pub list: List,
    /// The content of each file, in the list's order.
    pub(super) contents: Vec<Vec<u8>>,
    /// The timers, if it has any.
    pub timers: Option<Portable>,
}

impl Unpacked {
    /// The configuration in it: where it was, and its text.
    #[must_use]
    pub fn config(&self) -> Option<(&Item, String)> {
        let mut all = self.list.files.iter().zip(&self.contents);
        let (item, content) = all.find(|(item, _)| item.kind == Kind::Config)?;
        Some((item, String::from_utf8_lossy(content).into_owned()))
    }

    /// Whether this version finds the configuration in it right.
    ///
    /// # Errors
    /// Everything that is wrong in it.
    pub fn check(&self) -> Result<(), BackupError> {
        let Some((item, text)) = self.config() else {
            return Ok(());
        };
        let name = item.path.display().to_string();
        // The texts that it names come out of the same backup.
        match mynah_config::parse(&text) {
            Ok(_) => Ok(()),
            Err(problems) => Err(BackupError::Wrong(Source { name, text }.report(&problems))),
        }
    }
}

/// Reads all of a backup into memory.
///
/// # Errors
/// When it cannot be read, is none, is broken, was made by a later version or
/// would write where no backup may.
pub fn unpack(path: &Path, bounds: &Bounds) -> Result<Unpacked, BackupError> {
    let unusable = |(why, hint): Wrong| BackupError::Unusable {
        path: path.into(),
        why,
        hint,
    };
    let unpacked = open(path)?.map_err(unusable)?;
    in_bounds(&unpacked, bounds).map_err(unusable)?;
    Ok(unpacked)
}

/// Whether a backup that was just made is whole.
///
/// # Errors
/// When it could not be restored.
pub(super) fn verify(path: &Path) -> Result<(), BackupError> {
    let unusable = |(why, hint)| BackupError::Unusable {
        path: path.into(),
        why,
        hint,
    };
    open(path)?.map(drop).map_err(unusable)
}

fn open(path: &Path) -> Result<Result<Unpacked, Wrong>, BackupError> {
    let file = File::open(path).map_err(io("read", path))?;
    // A pipe would be waited for.
    if !file.metadata().map_err(io("read", path))?.is_file() {
        return Err(BackupError::NoFile(path.into()));
    }
    Ok(read(file))
}

/// What is wrong, and what to do.
type Wrong = (String, &'static str);

fn broken(why: impl Into<String>) -> Wrong {
    (why.into(), BROKEN)
}

fn read(file: File) -> Result<Unpacked, Wrong> {
    let foreign = || ("it is no backup of Mynah".to_owned(), FOREIGN);
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| match error {
        ZipError::InvalidArchive(_) => (
            "it is no backup of Mynah, or only a part of one".to_owned(),
            BROKEN,
        ),
        other => broken(other.to_string()),
    })?;
    if archive.index_for_name(LIST).is_none() {
        return Err(foreign());
    }
    let text = content(&mut archive, LIST)?;
    let list = list(&text)?;
    let listed: BTreeSet<&str> = list.files.iter().map(|item| item.entry.as_str()).collect();
    if let Some(odd) = archive
        .file_names()
        .find(|name| *name != LIST && !listed.contains(name))
    {
        return Err(broken(format!(
            "it holds `{}`, which its list does not name",
            shown(odd)
        )));
    }
    let mut contents = Vec::new();
    let mut timers = None;
    let mut bytes = 0;
    for item in &list.files {
        let content = content(&mut archive, &item.entry)?;
        bytes += content.len() as u64;
        if MAX_ALL_BYTES < bytes {
            return Err(("it holds more than 64 MB".into(), FOREIGN));
        }
        if content.len() as u64 != item.bytes || sha256(&content) != item.sha256 {
            return Err(broken(format!(
                "its copy of `{}` is damaged",
                shown(&item.path.to_string_lossy())
            )));
        }
        if item.kind == Kind::Timers {
            let book: Option<Portable> = serde_json::from_slice(&content).ok();
            let book = book.filter(Portable::is_sound);
            timers = Some(book.ok_or_else(|| broken("its timers cannot be read"))?);
        }
        if item.kind == Kind::Word {
            let name = word_name(&item.path);
            let word = Word::read(&content).ok();
            if name.is_none() || word.is_none_or(|word| Some(word.name.as_str()) != name) {
                return Err(broken("a wake word in it cannot be read"));
            }
        }
        contents.push(content);
    }
    Ok(Unpacked {
        list,
        contents,
        timers,
    })
}

fn list(text: &[u8]) -> Result<List, Wrong> {
    let foreign = || ("its list is none of Mynah's".to_owned(), FOREIGN);
    // Before the rest is looked at: a later form may have anything in it.
    let head: serde_json::Value = serde_json::from_slice(text).map_err(|_| foreign())?;
    if head["format"] != FORMAT {
        return Err(foreign());
    }
    if head["version"]
        .as_u64()
        .is_none_or(|version| version > u64::from(VERSION))
    {
        let by = head["made_by"].as_str().unwrap_or("a later version");
        return Err((
            format!(
                "it was made by Mynah {}, which this one is too old for",
                shown(by)
            ),
            NEWER,
        ));
    }
    let mut list: List = serde_json::from_value(head).map_err(|_| foreign())?;
    for text in [&mut list.made_by, &mut list.made_at, &mut list.host] {
        *text = shown(text);
    }
    if list.files.len() > MAX_FILES {
        return Err(foreign());
    }
    let of = |kind| list.files.iter().filter(move |item| item.kind == kind);
    let entries: BTreeSet<&str> = list.files.iter().map(|item| item.entry.as_str()).collect();
    let paths: BTreeSet<&Path> = list.files.iter().map(|item| item.path.as_path()).collect();
    let each_once = entries.len() == list.files.len() && paths.len() == list.files.len();
    if of(Kind::Config).count() > 1 || of(Kind::Timers).count() > 1 || !each_once {
        return Err(broken("its list names a file twice"));
    }
    Ok(list)
}

/// Whether everything goes where a backup may write.
fn in_bounds(unpacked: &Unpacked, bounds: &Bounds) -> Result<(), Wrong> {
    let text = unpacked.config().map(|(_, text)| text);
    let named = mynah_config::files_named(&text.unwrap_or_default());
    for item in &unpacked.list.files {
        let mode = u32::from_str_radix(&item.mode, 8).is_ok_and(|mode| mode <= 0o777);
        let path = shown(&item.path.to_string_lossy());
        let allowed = match item.kind {
            // They go into this machine's state.
            Kind::Timers | Kind::Word => true,
            // It goes to where it was said, and only there.
            Kind::Config if bounds.named => true,
            Kind::Config | Kind::Secret => bounds.allow(&item.path),
        };
        if !mode || !allowed {
            return Err((format!("it would write to `{path}`"), OUT_OF_BOUNDS));
        }
        // One that is not absolute is named from where the appliance runs.
        let is_named = || {
            named
                .iter()
                .any(|name| item.path == *name || name.is_relative() && item.path.ends_with(name))
        };
        if item.kind == Kind::Secret && !bounds.anywhere && !is_named() {
            let why = format!("it holds `{path}`, which the configuration in it does not name");
            return Err((why, OUT_OF_BOUNDS));
        }
    }
    Ok(())
}

fn content(archive: &mut ZipArchive<BufReader<File>>, name: &str) -> Result<Vec<u8>, Wrong> {
    let damaged = || broken(format!("its part `{}` is missing or damaged", shown(name)));
    let entry = archive.by_name(name).map_err(|_| damaged())?;
    let mut content = Vec::new();
    // The reader compares the zip file's own checksum at the end.
    let read = entry.take(MAX_FILE_BYTES + 1).read_to_end(&mut content);
    if read.is_err() || content.len() as u64 > MAX_FILE_BYTES {
        return Err(damaged());
    }
    Ok(content)
}
