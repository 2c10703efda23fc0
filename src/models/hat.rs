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
        let beside = vouched_beside(&lying.path);
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
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let other = entry.path();
            if other.extension().is_some_and(|end| end == ENDING) {
                let aside = other.with_file_name(format!("{}.old", digest::file_name(&other)));
                fs::rename(&other, &aside).map_err(ModelError::io("move aside", &other))?;
                self.progress.say(&format!(
                    "`{}` was moved to `{}`",
                    other.display(),
                    aside.display()
                ));
            }
        }
        Ok(())
    }
}

/// The digest in the file beside it that is named after it.
fn vouched_beside(path: &Path) -> Option<String> {
    let beside = path.with_file_name(format!("{}.sha256", digest::file_name(path)));
    // Longer than a digest and a name, it is something else.
    let short = fs::metadata(&beside).is_ok_and(|found| found.len() < 4096);
    let text = fs::read_to_string(beside).ok().filter(|_| short)?;
    let digest = text.split_whitespace().next()?.to_lowercase();
    is_sha256(&digest).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Notes;
    use super::*;

    /// Of `hello`.
    const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    struct Bench {
        folder: tempfile::TempDir,
        known: Vec<Hef>,
    }

    impl Bench {
        fn new(known: &[&str]) -> Self {
            let hef = |sha256: &&str| Hef {
                file: "Model.hef".into(),
                release: "5.1.1".into(),
                sha256: (*sha256).into(),
            };
            Self {
                folder: tempfile::tempdir().unwrap(),
                known: known.iter().map(hef).collect(),
            }
        }

        fn store(&self) -> Store {
            Store::at(self.folder.path().join("mynah/models"))
        }

        fn lay(&self, name: &str, text: &str) -> Lying {
            let path = self.folder.path().join(name);
            fs::write(&path, text).unwrap();
            Lying {
                path,
                bytes: text.len() as u64,
            }
        }

        /// What comes of it, without the folder's name.
        fn with(
            &self,
            vouched: Option<&str>,
            work: impl FnOnce(&Hat<'_>) -> Result<Installed, ModelError>,
        ) -> String {
            let hat = Hat {
                store: &self.store(),
                known: &self.known,
                vouched,
                progress: &Notes::default(),
            };
            let text = match work(&hat) {
                Ok(it) => format!("{:?} {} {:?}", it.fetched, it.path.display(), it.release),
                Err(error) => error.to_string(),
            };
            text.replace(&self.folder.path().display().to_string(), "DIR")
        }

        fn held(&self) -> Vec<String> {
            let folder = self.store().root().join(FOLDER);
            let entries = fs::read_dir(folder).into_iter().flatten();
            let mut names: Vec<String> = entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        }
    }

    #[test]
    fn a_file_whose_digest_is_known_is_taken() {
        let bench = Bench::new(&[HELLO]);
        let lying = bench.lay("Model.hef", "hello");
        let placed = "DIR/mynah/models/hailo/Model.hef Some(\"5.1.1\")";
        assert_eq!(
            bench.with(None, |hat| hat.take(&lying)),
            format!("Now {placed}")
        );
        assert_eq!(
            bench.with(None, |hat| hat.take(&lying)),
            format!("Already {placed}")
        );
        assert_eq!(bench.held(), ["Model.hef"]);
    }

    #[test]
    fn a_file_that_nobody_vouches_for_is_not() {
        let bench = Bench::new(&[]);
        let lying = bench.lay("Model.hef", "hello");
        let said = bench.with(None, |hat| hat.take(&lying));
        assert_eq!(
            said,
            format!(
                "`DIR/Model.hef` is none of the models for the HAT whose digests are known: it has sha256 {HELLO}\nhint: if its maker names this digest, run the command again with `--sha256 {HELLO}`, or put it into a file `Model.hef.sha256` beside it"
            )
        );
        assert_eq!(bench.held(), [""; 0]);
        let placed = "Now DIR/mynah/models/hailo/Model.hef None";
        assert_eq!(bench.with(Some(HELLO), |hat| hat.take(&lying)), placed);

        let bench = Bench::new(&[]);
        let lying = bench.lay("Model.hef", "hello");
        bench.lay("Model.hef.sha256", &format!("{HELLO}  Model.hef\n"));
        assert_eq!(bench.with(None, |hat| hat.take(&lying)), placed);
    }

    #[test]
    fn an_older_one_steps_aside() {
        let bench = Bench::new(&[HELLO]);
        fs::create_dir_all(bench.store().root().join(FOLDER)).unwrap();
        fs::write(bench.store().path(FOLDER, "Older.hef"), "old").unwrap();
        let lying = bench.lay("Model.hef", "hello");
        bench.with(None, |hat| hat.take(&lying));
        assert_eq!(bench.held(), ["Model.hef", "Older.hef.old"]);
    }

    #[test]
    fn an_address_serves_as_well() {
        let bench = Bench::new(&[HELLO]);
        let url = download::serve_once(b"hello", true, 5, "Model.hef");
        assert_eq!(
            bench.with(None, |hat| hat.fetch(&url)),
            "Now DIR/mynah/models/hailo/Model.hef Some(\"5.1.1\")"
        );
        // Broken off, it goes on; what came whole and is wrong is let go.
        let bench = Bench::new(&[HELLO]);
        let cut = download::serve_once(b"hello", true, 2, "Model.hef");
        let said = bench.with(None, |hat| hat.fetch(&cut));
        assert!(said.contains("goes on where it stopped"), "{said}");
        let rest = download::serve_once(b"hello", true, 5, "Model.hef");
        assert!(bench.with(None, |hat| hat.fetch(&rest)).starts_with("Now "));
        assert_eq!(bench.held(), ["Model.hef"]);
    }

    #[test]
    fn an_owner_can_vouch_for_what_was_fetched_without_fetching_it_again() {
        let fetch = |bench: &Bench, vouched| {
            let url = download::serve_once(b"hello", true, 5, "Model.hef");
            bench.with(vouched, |hat| hat.fetch(&url))
        };
        let bench = Bench::new(&[]);
        let downloads = || fs::read_dir(bench.store().downloads()).unwrap().count();
        assert!(fetch(&bench, None).contains("none of the models"));
        assert_eq!(downloads(), 2, "the lock and what came");
        assert!(fetch(&bench, Some(HELLO)).starts_with("Now "));
        assert_eq!(
            (downloads(), bench.held()),
            (1, vec!["Model.hef".to_owned()])
        );
        // Twice unknown, it is let go.
        let bench = Bench::new(&[]);
        assert!(fetch(&bench, None).contains("none of the models"));
        assert!(fetch(&bench, None).contains("none of the models"));
        assert_eq!(fs::read_dir(bench.store().downloads()).unwrap().count(), 1);
    }
}
