//! The language model's file for the HAT: taken from a shelf or an address
//! that the owner names, and believed by its digest alone.

use std::fs;
use std::path::{Path, PathBuf};

use super::digest::{self, Progress};
use super::fetch::{Fetched, lock, step};
use super::install;
use super::manifest::{Hef, is_sha256};
use super::shelf::Lying;
use super::{ModelError, Store, download};

/// The folder of the store that holds models for the HAT.
pub const FOLDER: &str = "hailo";

/// The ending of such a file.
pub const ENDING: &str = "hef";

/// The largest is under 4 GB; a server that sends for ever is left there.
const MAX_BYTES: u64 = 8 << 30;

/// A file for the HAT that is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Where.
    pub path: PathBuf,
    /// Its sha256.
    pub sha256: String,
    /// The release of `HailoRT` that it is for, if its digest is known.
    pub release: Option<String>,
    /// What became of it.
    pub fetched: Fetched,
}

/// Brings files for the HAT into a store.
pub struct Hat<'a> {
    /// Where they go.
    pub store: &'a Store,
    /// Digests that are known.
    pub known: &'a [Hef],
    /// A digest that the owner vouches for.
    pub vouched: Option<&'a str>,
    /// Whether a digest that lies beside the file counts. On a stick that
    /// nobody asked for, it vouches for itself.
    pub beside: bool,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

impl Hat<'_> {
    /// Takes a file that lies on a shelf. A file `NAME.hef.sha256` beside it
    /// vouches for it, as `sha256sum` writes it.
    ///
    /// # Errors
    /// When nobody vouches for its digest, or there is no room.
    pub fn take(&self, lying: &Lying) -> Result<Installed, ModelError> {
        let _lock = lock(self.store, self.progress)?;
        let name = digest::file_name(&lying.path);
        let path = self.store.path(FOLDER, &name);
        let beside = vouched_beside(&lying.path).filter(|_| self.beside);
        if let Some(installed) = self.already(&path, lying.bytes, beside.as_deref())? {
            return Ok(installed);
        }
        let (copy, _, sha256) = step(
            self.progress,
            &format!("copying {name}"),
            lying.bytes,
            || install::copy(&lying.path, &path, self.progress),
        )?;
        let release = self.believe(&sha256, beside.as_deref(), &lying.path)?;
        self.make_way(&path)?;
        copy.persist(&path)
            .map_err(|error| ModelError::io("write", &path)(error.error))?;
        note(&path, &sha256)?;
        Ok(Installed {
            path,
            sha256,
            release,
            fetched: Fetched::Now,
        })
    }

    /// Fetches a file from an address, going on where an earlier try ended.
    ///
    /// # Errors
    /// When there is no network, no such file, no room, or nobody vouches for
    /// the digest of what came.
    pub fn fetch(&self, url: &str) -> Result<Installed, ModelError> {
        let _lock = lock(self.store, self.progress)?;
        let name = url.rsplit('/').next().unwrap_or_default();
        let path = self.store.path(FOLDER, name);
        let partial = self.store.downloads().join(format!("{name}.partial"));
        self.progress.begin(&format!("fetching {name}"), 0);
        let fetched = download::unsized_file(name, url, &partial, MAX_BYTES, self.progress);
        self.progress.end();
        let news = fetched?;
        let bytes = fs::metadata(&partial).map_or(0, |found| found.len());
        let sha256 = step(self.progress, &format!("checking {name}"), bytes, || {
            digest::sha256_of(&partial, self.progress)
        })?;
        let believed = self.believe(&sha256, None, Path::new(url));
        // Kept once, for the owner to vouch for it; then fetched anew.
        if believed.is_err() && !news {
            fs::remove_file(&partial).map_err(ModelError::io("remove", &partial))?;
        }
        let release = believed?;
        self.make_way(&path)?;
        fs::rename(&partial, &path).map_err(ModelError::io("write", &path))?;
        note(&path, &sha256)?;
        Ok(Installed {
            path,
            sha256,
            release,
            fetched: Fetched::Now,
        })
    }

    /// The release that a digest is known for.
    fn believe(
        &self,
        sha256: &str,
        beside: Option<&str>,
        from: &Path,
    ) -> Result<Option<String>, ModelError> {
        if let Some(hef) = self.known.iter().find(|hef| hef.sha256 == sha256) {
            return Ok(Some(hef.release.clone()));
        }
        if [self.vouched, beside].contains(&Some(sha256)) {
            return Ok(None);
        }
        Err(ModelError::UnknownHef {
            path: from.to_owned(),
            sha256: sha256.to_owned(),
        })
    }

    fn already(
        &self,
        path: &Path,
        bytes: u64,
        beside: Option<&str>,
    ) -> Result<Option<Installed>, ModelError> {
        if fs::metadata(path).map_or(0, |found| found.len()) != bytes {
            return Ok(None);
        }
        let what = format!("checking {}", digest::file_name(path));
        let sha256 = step(self.progress, &what, bytes, || {
            digest::sha256_of(path, self.progress)
        })?;
        Ok(self
            .believe(&sha256, beside, path)
            .ok()
            .map(|release| Installed {
                path: path.to_owned(),
                sha256,
                release,
                fetched: Fetched::Already,
            }))
    }

    /// One file for the HAT is used; another one steps aside as `NAME.old`.
    fn make_way(&self, path: &Path) -> Result<(), ModelError> {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder).map_err(ModelError::io("make the folder", folder))?;
        for other in held(self.store) {
            let aside = other.with_file_name(format!("{}.old", digest::file_name(&other)));
            fs::rename(&other, &aside).map_err(ModelError::io("move aside", &other))?;
            self.progress.say(&format!(
                "`{}` was moved to `{}`",
                other.display(),
                aside.display()
            ));
        }
        Ok(())
    }
}

/// The files for the HAT that are in a store.
#[must_use]
pub fn held(store: &Store) -> Vec<PathBuf> {
    let entries = fs::read_dir(store.root().join(FOLDER));
    let paths = entries.into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = paths
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == ENDING))
        .collect();
    files.sort();
    files
}

/// Whether a file of the store is what it was when it was taken. Gives the
/// release that it is for, if its digest is known.
///
/// # Errors
/// When it cannot be read, has changed, or nobody vouches for it.
pub fn verify(
    path: &Path,
    known: &[Hef],
    progress: &dyn Progress,
) -> Result<Option<String>, ModelError> {
    let actual = digest::sha256_of(path, progress)?;
    if let Some(hef) = known.iter().find(|hef| hef.sha256 == actual) {
        return Ok(Some(hef.release.clone()));
    }
    match vouched_beside(path) {
        Some(expected) if expected == actual => Ok(None),
        Some(expected) => Err(ModelError::Hash {
            name: digest::file_name(path),
            expected,
            actual,
            hint: "take it anew with `mynah models fetch --from`".into(),
        }),
        None => Err(ModelError::UnknownHef {
            path: path.to_owned(),
            sha256: actual,
        }),
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.sha256", digest::file_name(path)))
}

/// Keeps the digest beside the file: no list has it when the owner vouches.
fn note(path: &Path, sha256: &str) -> Result<(), ModelError> {
    let (beside, name) = (beside(path), digest::file_name(path));
    fs::write(&beside, format!("{sha256}  {name}\n")).map_err(ModelError::io("write", &beside))
}

/// The digest in the file beside it that is named after it.
fn vouched_beside(path: &Path) -> Option<String> {
    let beside = beside(path);
    // Longer than a digest and a name, it is something else.
    let short = fs::metadata(&beside).is_ok_and(|found| found.len() < 4096);
    let text = fs::read_to_string(beside).ok().filter(|_| short)?;
    let digest = text.split_whitespace().next()?.to_lowercase();
    is_sha256(&digest).then_some(digest)
}

#[cfg(test)]
mod tests;
