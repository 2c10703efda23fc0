//! A folder that models may be taken from: a stick, the store of another
//! machine, or wherever files were downloaded to. Files are known by their
//! size and content, whatever they are called and wherever they lie.

use std::fs;
use std::path::{Path, PathBuf};

use super::ModelError;
use super::digest::file_name;

/// A stick with somebody's photographs on it is not searched for ever.
const MAX_FILES: usize = 20_000;
const MAX_DEPTH: usize = 6;

/// The files of a folder and of those below it.
#[derive(Debug)]
pub struct Shelf {
    root: PathBuf,
    files: Vec<Lying>,
}

/// A file on a shelf.
#[derive(Clone, Debug)]
pub struct Lying {
    /// Where.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

impl Shelf {
    /// Looks at a folder, or at one file. Hidden folders are passed over.
    ///
    /// # Errors
    /// When there is no such file or folder, or it cannot be read.
    pub fn look(root: &Path) -> Result<Self, ModelError> {
        let mut shelf = Self {
            root: root.to_owned(),
            files: Vec::new(),
        };
        let found = fs::metadata(root).map_err(|cause| ModelError::NoShelf {
            path: root.to_owned(),
            cause,
        })?;
        if found.is_dir() {
            shelf.add(root, MAX_DEPTH)?;
        } else {
            shelf.files.push(Lying {
                path: root.to_owned(),
                bytes: found.len(),
            });
        }
        shelf.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(shelf)
    }

    fn add(&mut self, folder: &Path, depth: usize) -> Result<(), ModelError> {
        let entries = fs::read_dir(folder).map_err(ModelError::io("read", folder))?;
        for entry in entries {
            let path = entry.map_err(ModelError::io("read", folder))?.path();
            // What a link leads to counts, but no folder is walked twice.
            let Ok(found) = fs::metadata(&path) else {
                continue;
            };
            let hidden = file_name(&path).starts_with('.');
            if found.is_file() && self.files.len() < MAX_FILES {
                let bytes = found.len();
                self.files.push(Lying { path, bytes });
            } else if found.is_dir() && !hidden && !path.is_symlink() && 0 < depth {
                // One that cannot be read holds nothing for us.
                let _ = self.add(&path, depth - 1);
            }
        }
        Ok(())
    }

    /// The folder, or the file.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What may be the file of this name and size: those of the size, the one
    /// of the name first.
    #[must_use]
    pub fn candidates(&self, name: &str, bytes: u64) -> Vec<&Lying> {
        let mut fitting: Vec<&Lying> = self.files.iter().filter(|f| f.bytes == bytes).collect();
        fitting.sort_by_key(|file| file_name(&file.path) != name);
        fitting
    }

    /// A file of this name, whatever its size.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Lying> {
        self.files.iter().find(|file| file_name(&file.path) == name)
    }

    /// Those whose name ends so.
    pub fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a Lying> {
        self.files
            .iter()
            .filter(move |file| file.path.extension().is_some_and(|its| its == end))
    }
}
