//! Primed states on disk, so that a start need not evaluate the prefix again.
//!
//! A file is named after everything that it depends on and after its own
//! content: one that was cut short or altered is not believed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// llama.cpp by its crate's version: a state of another one is not read.
pub(crate) const LLAMA: &str = "0.1.160";

/// Files that are kept: one for each file of intents that an owner tries.
const KEEP: usize = 4;

/// Of the model, so much is read to tell it from another of the same size.
const HEAD: u64 = 64 * 1024;

/// Hexadecimal digits of each half of a name.
const DIGITS: usize = 32;

/// The states of one model with one set of parameters.
#[derive(Debug)]
pub(crate) struct States {
    folder: PathBuf,
    identity: String,
}

impl States {
    /// States in a folder that need not exist yet. `parameters` are those of
    /// the context.
    ///
    /// # Errors
    /// When the model cannot be read.
    pub(crate) fn new(folder: &Path, model: &Path, parameters: &str) -> io::Result<Self> {
        let about = fs::metadata(model)?;
        let mut head = Vec::new();
        File::open(model)?.take(HEAD).read_to_end(&mut head)?;
        let modified = about.modified()?;
        let head = hex::encode(Sha256::digest(&head));
        Ok(Self {
            folder: folder.to_owned(),
            identity: format!(
                "{LLAMA}\n{}\n{modified:?}\n{head}\n{parameters}\n",
                about.len()
            ),
        })
    }

    /// The file for this prefix, if there is a sound one. A damaged one is
    /// removed.
    pub(crate) fn find(&self, prefix: &str) -> Option<PathBuf> {
        let stem = self.stem(prefix);
        let entries = fs::read_dir(&self.folder).ok()?;
        let mut found = entries.flatten().map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            name.is_some_and(|name| name.starts_with(&stem) && name.ends_with(".state"))
        });
        found.find(|path| {
            let sound = digest(path).is_ok_and(|digest| *path == self.path(&stem, &digest));
            if !sound {
                tracing::warn!(file = %path.display(), "a saved state is damaged and not used");
                Self::remove(path);
            }
            sound
        })
    }

    /// Keeps what `write` puts into the file that it is given, and forgets the
    /// oldest states.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(crate) fn save(
        &self,
        prefix: &str,
        write: impl FnOnce(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let stem = self.stem(prefix);
        let unfinished = self
            .folder
            .join(format!("{stem}.{}.tmp", std::process::id()));
        let kept = write(&unfinished)
            .and_then(|()| digest(&unfinished))
            .and_then(|digest| fs::rename(&unfinished, self.path(&stem, &digest)));
        if kept.is_err() {
            Self::remove(&unfinished);
        }
        self.forget_oldest();
        kept
    }

    /// Removes a file that did not prove good.
    pub(crate) fn remove(path: &Path) {
        if let Err(error) = fs::remove_file(path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(file = %path.display(), %error, "a saved state cannot be removed");
        }
    }

    fn stem(&self, prefix: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.identity);
        hash.update(prefix);
        hex::encode(hash.finalize())[..DIGITS].to_owned()
    }

    fn path(&self, stem: &str, digest: &str) -> PathBuf {
        self.folder
            .join(format!("{stem}-{}.state", &digest[..DIGITS]))
    }

    /// Unfinished files of a process that was killed count as well.
    fn forget_oldest(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let mut files: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        for (_, path) in files.iter().rev().skip(KEEP) {
            Self::remove(path);
        }
    }
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut block)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&block[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fresh folder with a model in it, and states of that model.
    fn states(name: &str) -> (PathBuf, States) {
        let folder = std::env::temp_dir().join(format!("mynah-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        let model = folder.join("model.gguf");
        fs::write(&model, "weights").expect("it can be written");
        let states = States::new(&folder.join("states"), &model, "2048").expect("it can be read");
        (folder, states)
    }

    fn keep(states: &States, prefix: &str, content: &str) {
        states
            .save(prefix, |path| fs::write(path, content))
            .expect("it can be kept");
    }

    fn content(states: &States, prefix: &str) -> Option<String> {
        Some(fs::read_to_string(states.find(prefix)?).expect("it is text"))
    }

    #[test]
    fn a_state_is_found_by_all_that_it_depends_on() {
        let (folder, states) = states("found");
        assert_eq!(content(&states, "one"), None);
        keep(&states, "one", "state of one");
        assert_eq!(content(&states, "one").as_deref(), Some("state of one"));
        assert_eq!(content(&states, "two"), None);
        let model = folder.join("model.gguf");
        let other = States::new(&folder.join("states"), &model, "4096").expect("it can be read");
        assert_eq!(content(&other, "one"), None);
        fs::write(&model, "others").expect("it can be written");
        let other = States::new(&folder.join("states"), &model, "2048").expect("it can be read");
        assert_eq!(content(&other, "one"), None);
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn a_damaged_state_is_removed() {
        let (folder, states) = states("damaged");
        keep(&states, "one", "state of one");
        let path = states.find("one").expect("it is there");
        fs::write(&path, "state of on").expect("it can be written");
        assert_eq!(states.find("one"), None);
        assert!(!path.exists());
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn few_states_are_kept_and_a_failed_one_leaves_nothing() {
        let (folder, states) = states("few");
        for number in 0..2 * KEEP {
            keep(&states, &number.to_string(), "state");
        }
        let count = || {
            fs::read_dir(folder.join("states"))
                .expect("a folder")
                .count()
        };
        assert_eq!(count(), KEEP);
        let failed = states.save("more", |path| {
            fs::write(path, "half of a sta")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(failed.is_err());
        assert_eq!(count(), KEEP);
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[test]
    fn the_version_is_that_of_the_lock_file() {
        let lock = include_str!("../../../Cargo.lock");
        let entry = format!("name = \"llama-cpp-2\"\nversion = \"{LLAMA}\"");
        assert!(lock.contains(&entry), "set `LLAMA` to the new version");
    }
}
