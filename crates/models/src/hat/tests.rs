//! Files for the HAT, on their way into a store and in it.

use super::super::fixture::Notes;
use super::*;

/// Of `hello`.
const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

struct Bench {
    folder: tempfile::TempDir,
    known: Vec<Hef>,
    beside: bool,
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
            beside: true,
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
            beside: self.beside,
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
    assert_eq!(bench.held(), ["Model.hef", "Model.hef.sha256"]);
}

#[test]
fn what_the_owner_vouched_for_can_be_told_from_what_has_changed() {
    let bench = Bench::new(&[]);
    let lying = bench.lay("Model.hef", "hello");
    bench.with(Some(HELLO), |hat| hat.take(&lying));
    let verified = || {
        let paths = held(&bench.store());
        let verified = verify(&paths[0], &bench.known, &Notes::default());
        (paths.len(), verified.map_err(|error| error.to_string()))
    };
    assert_eq!(verified(), (1, Ok(None)));
    fs::write(bench.store().path(FOLDER, "Model.hef"), "hullo").unwrap();
    let (_, changed) = verified();
    assert!(changed.unwrap_err().contains("models fetch --from"));
    fs::remove_file(bench.store().path(FOLDER, "Model.hef.sha256")).unwrap();
    let (_, unknown) = verified();
    assert!(unknown.unwrap_err().contains("none of the models"));
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
    assert_eq!(
        bench.held(),
        ["Model.hef", "Model.hef.sha256", "Older.hef.old"]
    );
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
    assert_eq!(bench.held(), ["Model.hef", "Model.hef.sha256"]);
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
    assert_eq!((downloads(), bench.held().len()), (1, 2));
    // Twice unknown, it is let go.
    let bench = Bench::new(&[]);
    assert!(fetch(&bench, None).contains("none of the models"));
    assert!(fetch(&bench, None).contains("none of the models"));
    assert_eq!(fs::read_dir(bench.store().downloads()).unwrap().count(), 1);
}

/// A stick that nobody asked for brings the file and the digest alike.
#[test]
fn where_nobody_asks_a_file_does_not_vouch_for_itself() {
    let mut bench = Bench::new(&[]);
    let good = bench.lay("Good.hef", "good");
    bench.with(
        Some(&digest::sha256_of(&good.path, &Notes::default()).unwrap()),
        |hat| hat.take(&good),
    );
    let evil = bench.lay("evil.hef", "hello");
    bench.lay("evil.hef.sha256", HELLO);
    bench.beside = false;
    let said = bench.with(None, |hat| hat.take(&evil));
    assert!(said.contains("none of the models for the HAT"), "{said}");
    assert_eq!(bench.held(), ["Good.hef", "Good.hef.sha256"]);
    bench.beside = true;
    let said = bench.with(None, |hat| hat.take(&evil));
    assert!(said.starts_with("Now"), "{said}");
}
