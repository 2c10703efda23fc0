//! The weights: where they come from, and where they lie on this machine.

pub mod convert;

use std::path::{Path, PathBuf};

/// The folder of fetched models: `$MYNAH_MODELS`, else `models` in the user's
/// cache folder, `/var/lib/mynah/models` for the appliance.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// A store in this folder.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where a file of a model lies, whether or not it is there.
    #[must_use]
    pub fn path(&self, model: &str, file: &str) -> PathBuf {
        self.root.join(model).join(file)
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}
