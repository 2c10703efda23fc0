//! Brings models from a shelf: a stick, or a folder of another machine. A
//! model is put into the store whole, or not at all.

use std::path::{Path, PathBuf};

use super::digest::{self, Progress};
use super::fetch::{Fetched, Outcomes, lock, step, wanted};
use super::install::{self, Packages};
use super::manifest::{self, Manifest, Model};
use super::shelf::Shelf;
use super::{ModelError, Store, renew};

/// Brings models from a shelf into a store.
pub struct Bring<'a> {
    /// Where they go.
    pub store: &'a Store,
    /// Where they come from.
    pub shelf: &'a Shelf,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

impl Bring<'_> {
    /// Brings these models, one after the other; what fails does not stop the
    /// others, unless the disk is full.
    ///
    /// # Errors
    /// When the store cannot be written at all.
    pub fn run<'m>(&self, models: &[&'m Model]) -> Result<Outcomes<'m>, ModelError> {
        let _lock = lock(self.store, self.progress)?;
        let mut outcomes = Vec::new();
        for model in models {
            let outcome = self.model(model);
            let full = matches!(outcome, Err(ModelError::DiskFull { .. }));
            outcomes.push((*model, outcome));
            if full {
                break;
            }
        }
        Ok(outcomes)
    }

    /// The models of the manifest that the shelf may hold, whole or broken: of
    /// which it has a file or a package by name or by size.
    #[must_use]
    pub fn held<'m>(&self, manifest: &'m Manifest) -> Vec<&'m Model> {
        let has = |name: &str, bytes| {
            self.shelf.named(name).is_some() || !self.shelf.candidates(name, bytes).is_empty()
        };
        let holds = |model: &&Model| {
            let whole = |file: &manifest::File| {
                let mut sources = file.sources.iter();
                has(&file.name, file.bytes) || sources.any(|its| has(&its.name, its.bytes))
            };
            model.files.iter().all(whole)
                || model
                    .packages
                    .iter()
                    .all(|package| has(&package.file, package.bytes))
        };
        manifest.models.iter().filter(holds).collect()
    }

    fn model(&self, model: &Model) -> Result<Fetched, ModelError> {
        let wanted = wanted(model, self.store, self.progress)?;
        if wanted.is_empty() {
            return Ok(Fetched::Already);
        }
        let mut ready = Vec::new();
        for file in &wanted {
            match self.file(model, file)? {
                Some(copy) => ready.push(copy),
                None => return self.unpacked(model, &wanted),
            }
        }
        for (copy, path) in ready {
            copy.persist(&path)
                .map_err(|error| ModelError::io("write", &path)(error.error))?;
        }
        Ok(Fetched::Now)
    }

    /// Copies a file that lies there as it is used, or makes it of one that does.
    /// `None`: neither lies there, or only a broken one.
    fn file(
        &self,
        model: &Model,
        file: &manifest::File,
    ) -> Result<Option<(tempfile::NamedTempFile, PathBuf)>, ModelError> {
        let path = self.store.path(&model.name, &file.name);
        for lying in self.shelf.candidates(&file.name, file.bytes) {
            let what = format!("copying {}", file.name);
            let (copy, bytes, sha256) = step(self.progress, &what, file.bytes, || {
                install::copy(&lying.path, &path, self.progress)
            })?;
            if sha256 == file.sha256 && bytes == file.bytes {
                return Ok(Some((copy, path)));
            }
        }
        for source in &file.sources {
            for lying in self.shelf.candidates(&source.name, source.bytes) {
                let what = format!("converting {}", source.name);
                let made = step(self.progress, &what, file.bytes, || {
                    Ok(renew::made_of(file, source, &lying.path))
                })?;
                if let Some(bytes) = made {
                    return Ok(Some((install::write_beside(&path, &bytes)?, path)));
                }
            }
        }
        Ok(None)
    }

    fn unpacked(&self, model: &Model, wanted: &[&manifest::File]) -> Result<Fetched, ModelError> {
        let mut paths = Vec::new();
        for package in &model.packages {
            match self.package(package)? {
                Some(path) => paths.push(path),
                None => return Err(self.complaint(model, wanted)),
            }
        }
        let mut packages = Packages::open(model, &paths, &self.store.downloads())?;
        for file in wanted {
            step(
                self.progress,
                &format!("unpacking {}", file.name),
                file.bytes,
                || packages.install(file, self.store, self.progress),
            )?;
        }
        Ok(Fetched::Now)
    }

    fn package(&self, package: &manifest::Package) -> Result<Option<PathBuf>, ModelError> {
        for lying in self.shelf.candidates(&package.file, package.bytes) {
            let what = format!("checking {}", package.file);
            let sha256 = step(self.progress, &what, package.bytes, || {
                digest::sha256_of(&lying.path, self.progress)
            })?;
            if sha256 == package.sha256 {
                return Ok(Some(lying.path.clone()));
            }
        }
        Ok(None)
    }

    /// Why the model cannot be had from here: a file of the right name that is
    /// not the right one says more than that something is missing.
    fn complaint(&self, model: &Model, wanted: &[&manifest::File]) -> ModelError {
        let files = wanted.iter().map(|file| (&file.name, file.bytes));
        let packages = model.packages.iter().map(|p| (&p.file, p.bytes));
        for (name, bytes) in files.chain(packages) {
            if let Some(lying) = self.shelf.named(name) {
                let why = if lying.bytes == bytes {
                    "its content is not what the manifest says".to_owned()
                } else {
                    format!("it has {} bytes, not {bytes}", lying.bytes)
                };
                // Beside a good one it would be no reason.
                if !self.has_good(name, bytes, wanted, model) {
                    return ModelError::DamagedSource {
                        path: lying.path.clone(),
                        why,
                    };
                }
            }
        }
        let names: Vec<String> = wanted
            .iter()
            .map(|file| format!("`{}`", file.name))
            .collect();
        ModelError::NotOnShelf {
            from: self.shelf.root().to_owned(),
            model: model.name.clone(),
            wants: names.join(" and "),
        }
    }

    fn has_good(&self, name: &str, bytes: u64, wanted: &[&manifest::File], model: &Model) -> bool {
        let files = wanted.iter().map(|file| (&file.name, &file.sha256));
        let packages = model.packages.iter().map(|p| (&p.file, &p.sha256));
        let expected = files.chain(packages).find(|(its, _)| *its == name);
        expected.is_some_and(|(_, sha256)| {
            let candidates = self.shelf.candidates(name, bytes);
            candidates.iter().any(|lying| self.is(&lying.path, sha256))
        })
    }

    fn is(&self, path: &Path, sha256: &str) -> bool {
        digest::sha256_of(path, self.progress).is_ok_and(|its| its == sha256)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::fixture::{Notes, StoreFixture};
    use super::*;

    /// What the store holds, with nothing left over.
    fn held(desk: &StoreFixture) -> Vec<String> {
        let mut held = Vec::new();
        for model in fs::read_dir(desk.store().root()).unwrap() {
            for file in fs::read_dir(model.unwrap().path()).unwrap() {
                held.push(file.unwrap().file_name().into_string().unwrap());
            }
        }
        held.sort();
        held
    }

    #[test]
    fn a_store_of_another_machine_and_plain_files_are_taken_alike() {
        for layout in ["store/first/one.bin", "ONE (1).BIN"] {
            let desk = StoreFixture::new();
            let stick = desk.stick();
            let place = stick.join(layout);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(&place, "0123456789").unwrap();
            fs::write(stick.join("two.bin"), "003").unwrap();
            assert_eq!(
                desk.bring(&stick),
                ["first: Now", "second: Now"],
                "{layout}"
            );
            assert_eq!(held(&desk), ["one.bin", "two.bin"]);
            assert_eq!(desk.bring(&stick), ["first: Already", "second: Already"]);
        }
    }

    #[test]
    fn packages_are_unpacked_where_they_lie() {
        let desk = StoreFixture::new();
        assert_eq!(desk.bring(&desk.registry()), ["first: Now", "second: Now"]);
        assert_eq!(held(&desk), ["one.bin", "two.bin"]);
        assert_eq!(fs::read_dir(desk.registry()).unwrap().count(), 3);
        assert_eq!(desk.left_over(), [".lock"]);
    }

    #[test]
    fn one_file_is_a_shelf_too() {
        let desk = StoreFixture::new();
        let file = desk.stick().join("two.bin");
        fs::write(&file, "003").unwrap();
        let said = desk.bring(&file);
        assert!(
            said[0].contains("does not hold the model `first`"),
            "{said:?}"
        );
        assert_eq!(said[1], "second: Now");
    }

    #[test]
    fn what_is_missing_or_broken_is_told_and_nothing_is_half_there() {
        let desk = StoreFixture::new();
        let stick = desk.stick();
        fs::write(stick.join("one.bin"), "01234X6789").unwrap();
        assert_eq!(
            desk.bring(&stick),
            [
                "`DESK/stick/one.bin` is damaged: its content is not what the manifest says\nhint: copy it anew, from where it is whole",
                "`DESK/stick` does not hold the model `second`\nhint: it wants `two.bin`; or fetch it: `mynah models fetch second`"
            ]
        );
        fs::write(stick.join("one.bin"), "0123").unwrap();
        let said = desk.bring(&stick).swap_remove(0);
        assert!(said.contains("it has 4 bytes, not 10"), "{said}");
        // Only the second of two packages.
        fs::remove_file(stick.join("one.bin")).unwrap();
        fs::copy(desk.registry().join("first_part2.whl"), stick.join("b.whl")).unwrap();
        let said = desk.bring(&stick).swap_remove(0);
        assert!(said.contains("does not hold the model `first`"), "{said}");
        assert_eq!(held(&desk), [""; 0]);
    }

    #[test]
    fn what_a_shelf_may_hold_is_found_by_name_or_size() {
        let desk = StoreFixture::new();
        let stick = desk.stick();
        let names = || -> Vec<String> {
            let shelf = Shelf::look(&stick).unwrap();
            let bring = Bring {
                store: &desk.store(),
                shelf: &shelf,
                progress: &Notes::default(),
            };
            let held = bring.held(desk.manifest());
            held.iter().map(|model| model.name.clone()).collect()
        };
        assert_eq!(names(), [""; 0]);
        fs::write(stick.join("one.bin"), "cut").unwrap();
        assert_eq!(names(), ["first", "second"], "three bytes may be `two.bin`");
        fs::write(stick.join("one.bin"), "").unwrap();
        assert_eq!(names(), ["first"]);
    }
}
