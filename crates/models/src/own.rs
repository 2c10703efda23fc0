//! Models that the owner put into the store: `<store>/<name>/` with the files
//! that a fetched one of that kind has.

use std::fs;
use std::path::PathBuf;

use super::manifest::{Kind, Manifest};
use super::{Store, WORD_END};

impl Store {
    /// The files that a model of the owner's must have beside each other; none
    /// for kinds of which there can be no own one.
    fn own_files(kind: Kind, name: &str) -> Vec<String> {
        match kind {
            Kind::Wake => vec![format!("{name}.json"), format!("{name}.tflite")],
            Kind::Voice => vec![format!("{name}.onnx"), format!("{name}.onnx.json")],
            _ => Vec::new(),
        }
    }

    /// Whether the owner put a model of that kind and name here.
    #[must_use]
    pub fn has_own(&self, kind: Kind, name: &str) -> bool {
        let files = Self::own_files(kind, name);
        !files.is_empty() && files.iter().all(|file| self.path(name, file).is_file())
    }

    /// Where the trained wake word of this name is kept.
    #[must_use]
    pub fn word(&self, name: &str) -> PathBuf {
        self.words().join(format!("{name}{WORD_END}"))
    }

    /// The names of the trained wake words, sorted.
    #[must_use]
    pub fn trained(&self) -> Vec<String> {
        let entries = fs::read_dir(self.words()).into_iter().flatten();
        let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = files
            .filter_map(|file| Some(file.strip_suffix(WORD_END)?.to_owned()))
            .filter(|name| !name.is_empty() && !name.starts_with('.'))
            .collect();
        names.sort();
        names
    }

    /// The names that there are: those of the manifest, here or not, those of the
    /// owner's own models, and the trained wake words.
    #[must_use]
    pub fn names(&self, manifest: &Manifest, kind: Kind) -> Vec<String> {
        let of_kind = manifest.models.iter().filter(|model| model.kind == kind);
        let mut names: Vec<String> = of_kind.map(|model| model.name.clone()).collect();
        let mut own: Vec<String> = fs::read_dir(self.root())
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| self.has_own(kind, name) && !names.contains(name))
            .collect();
        own.sort();
        if kind == Kind::Wake {
            own.extend(self.trained());
            own.dedup();
        }
        names.extend(own);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn an_own_model_counts_when_all_of_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let names = || store.names(&fixture::manifest(), Kind::Wake);
        assert_eq!(names(), ["second"]);
        fs::create_dir(folder.path().join("computer")).unwrap();
        fs::write(store.path("computer", "computer.json"), "{}").unwrap();
        assert_eq!(names(), ["second"]);
        fs::write(store.path("computer", "computer.tflite"), "").unwrap();
        assert_eq!(names(), ["second", "computer"]);
        assert!(!store.has_own(Kind::Stt, "computer"));
    }

    #[test]
    fn a_trained_word_is_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("models"));
        assert_eq!(store.trained(), [""; 0]);
        fs::create_dir(store.words()).unwrap();
        for file in ["b.word", "a.word", ".x.word", "notes.txt"] {
            fs::write(store.words().join(file), "").unwrap();
        }
        assert_eq!(store.trained(), ["a", "b"]);
        assert!(store.word("a").is_file());
        assert_eq!(
            store.names(&fixture::manifest(), Kind::Wake),
            ["second", "a", "b"]
        );
    }
}
