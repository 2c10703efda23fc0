//! A folder of files that can be made again: named by a digest of their ingredients,
//! limited in bytes, the oldest removed first.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

/// A folder that belongs to one cache.
#[derive(Clone, Debug)]
pub struct CacheFolder {
    folder: PathBuf,
    /// The extension of its files.
    ending: &'static str,
    most_bytes: u64,
}

impl CacheFolder {
    /// A cache in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, ending: &'static str, most_bytes: u64) -> Self {
        Self {
            folder: folder.into(),
            ending,
            most_bytes,
        }
    }

    /// The digest that names a file made of these ingredients, in hexadecimal.
    pub fn key<'a>(ingredients: impl IntoIterator<Item = &'a str>) -> String {
        let mut hash = Sha256::new();
        for ingredient in ingredients {
            // With its length, so that no two lists give the same bytes.
            hash.update((ingredient.len() as u64).to_le_bytes());
            hash.update(ingredient);
        }
        hex::encode(hash.finalize())
    }

    /// The place of the file with this key.
    #[must_use]
    pub fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.{}", self.ending))
    }

    /// Keeps a file, which appears under its name only when it is complete and on the
    /// disk.
    ///
    /// # Errors
    /// When the disk is full or the folder cannot be written.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.make_room(bytes.len() as u64)?;
        let mut beside = tempfile::NamedTempFile::new_in(&self.folder)?;
        beside.write_all(bytes)?;
        beside.as_file().sync_data()?;
        beside
            .persist(self.file(key))
            .map_err(|error| error.error)?;
        Ok(())
    }

    /// Removes the oldest files until `needed` more bytes fit, those of an older format
    /// included.
    fn make_room(&self, needed: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in self.folder.read_dir()? {
            let entry = entry?;
            let is_unfinished = entry.file_name().as_encoded_bytes().starts_with(b".");
            // Another process may remove it at this moment.
            if let Ok(about) = entry.metadata()
                && about.is_file()
                && !is_unfinished
            {
                files.push((about.modified()?, about.len(), entry.path()));
            }
        }
        files.sort();
        let mut used: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if used + needed <= self.most_bytes {
                break;
            }
            fs::remove_file(path)?;
            used -= bytes;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_oldest_files_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let cache = CacheFolder::new(folder.path().join("made/later"), "x", 10);
        let aged = |key: &str, seconds: u64| {
            let then = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let file = fs::File::options()
                .write(true)
                .open(cache.file(key))
                .unwrap();
            file.set_modified(then).unwrap();
        };
        let there = || ["a", "b", "c"].map(|key| cache.file(key).exists());
        cache.keep("a", b"0123").unwrap();
        aged("a", 2);
        cache.keep("b", b"0123").unwrap();
        aged("b", 1);
        assert_eq!(there(), [true, true, false]);
        cache.keep("c", b"012").unwrap();
        assert_eq!(there(), [true, false, true]);
        assert_eq!(fs::read(cache.file("c")).unwrap(), b"012");
        fs::write(cache.file("c").with_extension("former"), [0; 10]).unwrap();
        cache.keep("b", b"01").unwrap();
        assert_eq!(there(), [false, true, false]);
    }

    #[test]
    fn other_ingredients_give_another_key() {
        let key = |parts: &[&str]| CacheFolder::key(parts.iter().copied());
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
        assert_eq!(key(&["a"]).len(), 64);
        assert!(key(&["a", "b"]) != key(&["ab"]) && key(&["a", "b"]) != key(&["b", "a"]));
    }
}
