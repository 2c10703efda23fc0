//! What becomes of the book when its files are damaged, of another version,
//! links, or cannot be written.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};

use jiff::civil::date;
use rustix::process::geteuid;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::former::Former;
use super::*;
use mynah_core::timers::Kind;
use mynah_core::timers::Moment;

/// A folder of state, changed and looked at from outside.
struct StateFolder {
    folder: TempDir,
}

impl StateFolder {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// With entries of these names.
    fn with(labels: &[&str]) -> Self {
        let desk = Self::new();
        for label in labels {
            desk.set(label);
        }
        desk
    }

    fn store(&self) -> BookStore {
        BookStore::new(self.folder.path().join("state"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.store().folder.join(name)
    }

    fn change(&self, change: impl FnOnce(&mut Book)) {
        let (transaction, mut book) = self.store().begin().unwrap();
        change(&mut book);
        transaction.commit(&book).unwrap();
    }

    fn set(&self, label: &str) {
        self.change(|book| {
            book.set_after(Kind::Timer, label, 60_000, &now()).unwrap();
        });
    }

    /// What is set, or why it is not known.
    fn shown(&self) -> String {
        match self.store().look() {
            Err(error) if error.later => "of a later version".into(),
            Err(error) => error.why,
            Ok(looked) if looked.health.lost => "lost".into(),
            Ok(looked) => labels(&looked.book),
        }
    }

    /// The names of all files, and what is in them.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(&self.store().folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let file = |path: PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap())
        };
        paths.map(file).collect()
    }

    fn former(&self, former: &Former) {
        fs::create_dir_all(&self.store().folder).unwrap();
        former::write(&self.path(former::FILE), former);
    }
}

fn now() -> Moment {
    Moment {
        boot: "a".into(),
        mono_ms: 1_000,
        wall_ms: 1_000,
        local: date(2026, 3, 14).at(12, 0, 0, 0),
    }
}

fn labels(book: &Book) -> String {
    let labels: Vec<&str> = book.entries().iter().map(|e| e.label.as_str()).collect();
    labels.join(" ")
}

/// A row as the version before wrote it.
fn row(id: u64, label: &str) -> Value {
    json!({
        "id": id, "kind": "timer", "label": label, "state": "waiting",
        "when": {"after": {"total_ms": 5, "left_ms": 5, "from": {"boot": "a", "mono_ms": 0, "wall_ms": 0}}},
    })
}

fn former_of(labels: &[(u64, &str)], next_id: u64) -> Former {
    Former {
        rows: labels
            .iter()
            .map(|(id, label)| (*id, row(*id, label)))
            .collect(),
        next_id,
        volume: Some(30),
        doubtful: false,
    }
}

/// Whatever happens to one of the two files, nothing is lost.
#[test]
fn one_damaged_file_loses_nothing() {
    let whole = StateFolder::with(&["tea", "egg", "rice"]);
    let text = fs::read(whole.path(FILES[0])).unwrap();
    let mut damages: Vec<Vec<u8>> = (0..text.len())
        .step_by(37)
        .map(|at| {
            let mut broken = text.clone();
            broken[at] ^= 1 << (at % 8);
            broken
        })
        .collect();
    damages.extend([
        Vec::new(),
        text[..9].to_vec(),
        text[..319].to_vec(),
        vec![0; 512],
    ]);
    for name in FILES {
        for damage in &damages {
            let desk = StateFolder::with(&["tea", "egg", "rice"]);
            fs::write(desk.path(name), damage).unwrap();
            assert_eq!(desk.shown(), "tea egg rice");
            desk.set("soup");
            assert_eq!(desk.shown(), "tea egg rice soup");
            assert!(desk.files().contains_key(&format!("{name}.damaged.1")));
        }
    }
    fs::remove_file(whole.path(FILES[0])).unwrap();
    assert_eq!(whole.shown(), "tea egg rice");
}

#[test]
fn a_copy_that_is_behind_is_not_preferred() {
    let desk = StateFolder::with(&["tea"]);
    let old = fs::read(desk.path(FILES[1])).unwrap();
    desk.set("egg");
    fs::write(desk.path(FILES[1]), &old).unwrap();
    assert_eq!(desk.shown(), "tea egg");
    // Written again by the next change, also by one that changes nothing.
    desk.change(|_| ());
    fs::write(desk.path(FILES[0]), "").unwrap();
    assert_eq!(desk.shown(), "tea egg");
}

#[test]
fn a_loss_is_told_and_every_damaged_file_is_kept() {
    let desk = StateFolder::with(&["tea"]);
    for round in 1..4 {
        for name in FILES {
            fs::write(desk.path(name), format!("damage {round}")).unwrap();
        }
        let before = desk.files();
        assert_eq!(desk.shown(), "lost");
        assert_eq!(desk.files(), before, "who looks changes nothing");
        desk.set("egg");
        assert_eq!(desk.shown(), "egg");
        let aside = format!("{}.damaged.{round}", FILES[0]);
        assert_eq!(
            fs::read_to_string(desk.path(&aside)).unwrap(),
            format!("damage {round}")
        );
        let health = desk.store().look().unwrap().health;
        assert_eq!(health.damaged.len(), 2 * round);
    }
}

#[test]
fn a_book_of_a_later_version_is_left_alone() {
    let desk = StateFolder::with(&["tea"]);
    let mut later = serde_json::to_value(desk.store().look().unwrap().document).unwrap();
    later["version"] = 2.into();
    later["entries"] = json!({"in": "another form"});
    later["sha256"] = "0".repeat(64).into();
    let blank = serde_json::to_string_pretty(&later).unwrap();
    let text = blank.replacen(&"0".repeat(64), &form::digest(blank.as_bytes()), 1);
    fs::write(desk.path(FILES[0]), &text).unwrap();
    let before = desk.files();
    assert_eq!(desk.shown(), "of a later version");
    assert!(desk.store().begin().is_err());
    assert_eq!(desk.files(), before);
}

#[test]
fn entries_of_another_version_outlive_every_change() {
    let desk = StateFolder::with(&["tea", "egg"]);
    let mut document = desk.store().look().unwrap().document;
    let command = json!({"id": 7, "kind": "command", "say": "lights off", "at": 1.5});
    document.entries.push(command.clone());
    document.entries[0]["colour"] = "red".into();
    document.entries[1]["colour"] = "blue".into();
    document.generation += 1;
    fs::write(desk.path(FILES[0]), document.text()).unwrap();

    let looked = desk.store().look().unwrap();
    assert_eq!(
        (labels(&looked.book).as_str(), looked.health.not_understood),
        ("tea egg", 1)
    );
    desk.change(|book| {
        book.cancel(1);
        assert!(book.pause(2, &now()));
    });
    desk.set("rice");
    let rows = desk.store().look().unwrap().document.entries;
    assert_eq!(rows[0]["colour"], "blue");
    assert_eq!(rows[0]["state"], "paused");
    assert_eq!(rows[1], command);
    assert_eq!(
        (&rows[2]["id"], &rows[2]["label"]),
        (&json!(8), &json!("rice"))
    );
    assert_eq!(rows.len(), 3);
}

#[test]
fn the_former_version_s_book_is_taken_over_and_left_for_a_rollback() {
    let desk = StateFolder::new();
    let file = || fs::read(desk.path(former::FILE)).unwrap();
    desk.former(&former_of(&[(3, "tea"), (4, "egg")], 5));
    let before = file();
    assert_eq!(desk.shown(), "tea egg");
    assert_eq!(desk.files().len(), 1, "who looks writes nothing");
    desk.change(|book| {
        assert_eq!(book.volume(), Some(30));
        book.cancel(3);
    });
    desk.set("rice");
    assert_eq!(file(), before);
    assert_eq!(desk.shown(), "egg rice");

    // The update is rolled back; the older version only looks, which writes to
    // its file all the same.
    desk.former(&former_of(&[(3, "tea"), (4, "egg")], 5));
    assert_eq!(desk.shown(), "egg rice");
    // Rolled back, used, and updated again: what the older version has is in
    // effect, and what this one had set beside it.
    desk.former(&former_of(&[(4, "egg"), (5, "soup")], 6));
    assert_eq!(desk.shown(), "egg soup rice");
    desk.set("peas");
    assert_eq!(desk.shown(), "egg soup rice peas");
    let book = desk.store().look().unwrap().book;
    let ids: Vec<u64> = book.entries().iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [4, 5, 6, 7]);
}

#[test]
fn a_damaged_book_of_the_former_version_is_a_loss_and_stays() {
    let desk = StateFolder::new();
    fs::create_dir(&desk.store().folder).unwrap();
    fs::write(desk.path(former::FILE), "no database").unwrap();
    assert_eq!(desk.shown(), "lost");
    desk.set("tea");
    assert_eq!(desk.shown(), "tea");
    assert_eq!(
        fs::read_to_string(desk.path(former::FILE)).unwrap(),
        "no database"
    );
}

#[test]
fn links_and_folders_in_the_place_of_its_files_are_refused() {
    let desk = StateFolder::with(&["tea"]);
    let victim = desk.folder.path().join("victim");
    fs::remove_file(desk.path(LOCK)).unwrap();
    symlink(&victim, desk.path(LOCK)).unwrap();
    assert!(desk.store().begin().is_err());
    assert!(!victim.exists());
    assert_eq!(desk.shown(), "tea", "who looks needs no lock");

    fs::write(&victim, "secret").unwrap();
    fs::remove_file(desk.path(FILES[0])).unwrap();
    symlink(&victim, desk.path(FILES[0])).unwrap();
    assert!(desk.store().look().is_err());
    fs::remove_file(desk.path(FILES[0])).unwrap();
    fs::create_dir(desk.path(FILES[0])).unwrap();
    assert_eq!(desk.shown(), "it is no regular file");
}

/// Root writes as the owner of the folder, so that the owner can go on.
#[test]
fn the_files_belong_to_the_owner_of_the_folder() {
    use std::os::unix::fs::chown;
    const NOBODY: u32 = 65_534;
    if !geteuid().is_root() {
        eprintln!("not root: nothing to give up");
        return;
    }
    let desk = StateFolder::new();
    fs::set_permissions(desk.folder.path(), Permissions::from_mode(0o755)).unwrap();
    let folder = desk.store().folder;
    fs::create_dir(&folder).unwrap();
    chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
    desk.set("tea");
    for name in [FILES[0], FILES[1], LOCK] {
        let file = fs::symlink_metadata(desk.path(name)).unwrap();
        assert_eq!((file.uid(), file.mode() & 0o777), (NOBODY, 0o600), "{name}");
    }
}

#[test]
fn ids_do_not_begin_anew() {
    let desk = StateFolder::with(&["tea"]);
    let mut document = desk.store().look().unwrap().document;
    document.next_id = u64::MAX;
    document.generation += 1;
    fs::write(desk.path(FILES[0]), document.text()).unwrap();
    desk.set("egg");
    desk.set("rice");
    let book = desk.store().look().unwrap().book;
    let last = book.entries().last().unwrap().id;
    assert!(last < u64::MAX / 2 && 1 < last, "{last}");
}
