//! A house of an owner, backups of it, and what is left of it after a restore
//! of a good one, a broken one and one that cannot be put in place.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

mod words;

use super::collect::{Collected, Places, collect};
use super::pack::pack;
use super::restore::{Target, restore};
use super::unpack::unpack;
use super::{BackupError, Bounds, Kind, List};
use crate::timers::{Clock as _, Keeper, SystemClock};

/// A configuration with two secrets, timers and a volume.
struct BackupFixture {
    folder: TempDir,
}

impl BackupFixture {
    fn new() -> Self {
        let house = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(house.path("secrets")).unwrap();
        house.write("mynah.toml", &house.config(), 0o640);
        house.write("secrets/house.token", "s3cret\n", 0o600);
        house.write("secrets/ca.pem", "certificate\n", 0o644);
        house.set(70, &["pasta", "tea"]);
        house
    }

    fn config(&self) -> String {
        format!(
            "[secrets]\nhouse = \"{0}/secrets/house.token\"\nmine = \"{0}/secrets/none\"\n\
             [mqtt]\ntls = true\nca_file = \"{0}/secrets/ca.pem\"\n\
             [[intent]]\nname = \"hello\"\nphrases = [\"hello\"]\n",
            self.folder.path().display()
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str, mode: u32) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }

    fn keeper(&self) -> Keeper {
        Keeper::new(Some(self.path("state")), Arc::new(SystemClock::default()))
    }

    /// Makes these the timers, and the volume.
    fn set(&self, volume: u8, labels: &[&str]) {
        self.keeper().change(|book, now| {
            let ids: Vec<u64> = book.entries().iter().map(|entry| entry.id).collect();
            for id in ids {
                book.cancel(id);
            }
            book.set_volume(volume);
            for label in labels {
                book.set_after(mynah_core::timers::Kind::Timer, label, 3_600_000, now);
            }
        });
    }

    fn timers(&self) -> String {
        self.keeper().look(|book, _| {
            let labels: Vec<&str> = book.entries().iter().map(|e| e.label.as_str()).collect();
            format!("{} at {:?}", labels.join(" "), book.volume())
        })
    }

    fn collect(&self) -> Collected {
        collect(&Places {
            config: Some(self.path("mynah.toml")),
            state: self.path("state"),
        })
        .unwrap()
    }

    fn backup(&self) -> PathBuf {
        let file = self.path("backup.zip");
        pack(&self.collect(), &file, true).unwrap();
        file
    }

    fn target(&self) -> Target {
        Target {
            config: None,
            state: self.path("state"),
            bounds: self.bounds(),
        }
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            config: Some(self.path("mynah.toml")),
            ..Bounds::default()
        }
    }

    fn restore(&self, file: &Path) -> Result<(), BackupError> {
        restore(
            &unpack(file, &self.bounds())?,
            &self.target(),
            &SystemClock::default().now(),
        )
    }

    /// Every file but the store's and the backup, with its mode; and the timers.
    fn shown(&self) -> BTreeMap<String, String> {
        let mut shown = BTreeMap::new();
        for folder in [self.path(""), self.path("secrets")] {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
                let content = fs::read_to_string(&path).unwrap_or("(no text)".into());
                let name = path.strip_prefix(self.folder.path()).unwrap();
                if name != Path::new("backup.zip") {
                    shown.insert(name.display().to_string(), format!("{mode:o} {content}"));
                }
            }
        }
        shown.insert("timers".into(), self.timers());
        shown
    }

    /// The owner goes on living.
    fn changes(&self) {
        self.write("mynah.toml", "[device]\nname = \"other\"\n", 0o600);
        self.write("secrets/house.token", "other\n", 0o644);
        fs::remove_file(self.path("secrets/ca.pem")).unwrap();
        self.set(10, &["eggs"]);
    }
}

#[test]
fn what_is_backed_up_comes_back_with_its_permissions() {
    let house = BackupFixture::new();
    let before = house.shown();
    let file = house.backup();
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    house.changes();
    assert_ne!(house.shown(), before);
    house.restore(&file).unwrap();
    assert_eq!(house.shown(), before);
}

#[test]
fn a_text_beside_the_configuration_comes_back_with_it() {
    let house = BackupFixture::new();
    let mut config = house.config();
    config.push_str("[[intent]]\nname = \"about\"\nphrases = [\"tell me about the mill\"]\naction = { type = \"answer\", from = \"mill.md\" }\n");
    house.write("mynah.toml", &config, 0o600);
    house.write("mill.md", "The mill turns.\n", 0o644);
    let before = house.shown();
    let file = house.backup();
    house.changes();
    fs::remove_file(house.path("mill.md")).unwrap();
    house.restore(&file).unwrap();
    assert_eq!(house.shown(), before);
}

#[test]
fn what_is_named_and_missing_is_told_and_what_is_the_system_s_left_alone() {
    let house = BackupFixture::new();
    let mut config = house.config();
    config.push_str("[home_assistant]\nurl = \"http://h\"\ntoken_file = \"/etc/hostname\"\n");
    house.write("mynah.toml", &config, 0o600);
    let collected = house.collect();
    let out: Vec<String> = collected
        .left_out
        .iter()
        .map(|out| format!("{}: {}", out.path.file_name().unwrap().display(), out.why))
        .collect();
    assert_eq!(
        out,
        [
            "none: No such file or directory (os error 2)",
            "hostname: it belongs to the system"
        ]
    );
    let kinds: Vec<Kind> = collected.list.files.iter().map(|item| item.kind).collect();
    assert_eq!(
        kinds,
        [Kind::Config, Kind::Secret, Kind::Secret, Kind::Timers]
    );
}

#[test]
fn a_file_that_is_there_is_only_replaced_by_force() {
    let house = BackupFixture::new();
    let file = house.path("mine.zip");
    fs::write(&file, "mine").unwrap();
    let said = pack(&house.collect(), &file, false)
        .unwrap_err()
        .to_string();
    assert!(said.contains("is there already\nhint: "), "{said}");
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    pack(&house.collect(), &file, true).unwrap();
    assert!(unpack(&file, &house.bounds()).is_ok());
}

/// A change anywhere in the file is seen, or makes no difference.
#[test]
fn a_broken_backup_changes_nothing() {
    let house = BackupFixture::new();
    let file = house.backup();
    let whole = fs::read(&file).unwrap();
    let good = unpack(&file, &house.bounds()).unwrap();
    house.changes();
    let before = house.shown();
    let mut refused = 0;
    for at in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        fs::write(&file, &broken).unwrap();
        match unpack(&file, &house.bounds()) {
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("hint: "), "{error}");
            }
            Ok(same) => {
                assert_eq!(
                    (same.list, same.contents),
                    (good.list.clone(), good.contents.clone())
                );
            }
        }
    }
    assert!(
        refused > whole.len() / 7 / 2,
        "only {refused} of {} were seen",
        whole.len() / 7
    );
    for cut in (0..whole.len()).step_by(97) {
        fs::write(&file, &whole[..cut]).unwrap();
        let said = house.restore(&file).unwrap_err().to_string();
        assert!(said.contains("nothing was changed\nhint: "), "{said}");
    }
    assert_eq!(house.shown(), before);
}

/// An archive with this list and these files.
fn archive(path: &Path, list: &str, files: &[(&str, &str)]) {
    let mut archive = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in [(super::LIST, list)].iter().chain(files) {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn a_foreign_archive_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.zip");
    let bounds = Bounds::default();
    let refusal = |expected: &str| {
        let said = unpack(&file, &bounds).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    };
    fs::write(&file, "holiday").unwrap();
    refusal("no backup of Mynah, or only a part of one");
    let mut zip = ZipWriter::new(fs::File::create(&file).unwrap());
    zip.start_file("photo.jpg", SimpleFileOptions::default())
        .unwrap();
    zip.finish().unwrap();
    refusal("it is no backup of Mynah; nothing was changed");
    archive(&file, r#"{"format": "other"}"#, &[]);
    refusal("its list is none of Mynah's");
    archive(
        &file,
        r#"{"format": "mynah-backup", "version": 3, "made_by": "7.1"}"#,
        &[],
    );
    refusal("it was made by Mynah 7.1, which this one is too old for");

    let list = |kind: &str, path: &str, mode: &str| {
        format!(
            r#"{{"format": "mynah-backup", "version": 1, "made_by": "1", "made_at": "", "host": "",
               "files": [{{"kind": "{kind}", "path": "{path}", "entry": "a", "mode": "{mode}", "owner": "",
               "group": "", "bytes": 1, "sha256": "{}"}}]}}"#,
            super::collect::sha256(b"x")
        )
    };
    for (kind, path, mode) in [
        ("secret", "/etc/cron.d/job", "600"),
        ("secret", "/var/spool/cron/root", "600"),
        ("config", "/usr/bin/mynah", "755"),
        ("secret", "/srv/../etc/shadow", "600"),
        ("secret", "srv/token", "600"),
        ("secret", "/etc/mynah/token", "4755"),
        ("secret", concat!("/root", "/.bashrc"), "600"),
        ("config", concat!("/root", "/mynah.toml"), "600"),
        ("secret", "/var/lib/mynah/models/x", "600"),
    ] {
        archive(&file, &list(kind, path, mode), &[("a", "x")]);
        refusal(&format!("it would write to `{path}`"));
    }
    let good = list("secret", "/etc/mynah/token", "600");
    archive(&file, &good, &[("a", "y")]);
    refusal("its copy of `/etc/mynah/token` is damaged");
    archive(&file, &good, &[]);
    refusal("its part `a` is missing or damaged");
    archive(&file, &good, &[("a", "x"), ("b\u{1b}", "x")]);
    refusal("it holds `b`, which its list does not name");
    archive(&file, &good, &[("a", "x")]);
    refusal("it holds `/etc/mynah/token`, which the configuration in it does not name");
    let anywhere = Bounds {
        anywhere: true,
        ..Bounds::default()
    };
    assert!(unpack(&file, &anywhere).is_ok());
}

/// 16 MB of zeros are 16 kB in a zip file.
#[test]
fn a_bomb_is_refused_before_it_fills_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.zip");
    let zeros = vec![0_u8; 16 << 20];
    let sha256 = super::collect::sha256(&zeros);
    let item = |number: usize| {
        serde_json::json!({
            "kind": "secret", "path": format!("/etc/mynah/{number}"), "entry": number.to_string(),
            "mode": "600", "owner": "", "group": "", "bytes": zeros.len(), "sha256": sha256,
        })
    };
    let list = serde_json::json!({
        "format": "mynah-backup", "version": 1, "made_by": "1", "made_at": "", "host": "",
        "files": (0..5).map(item).collect::<Vec<_>>(),
    });
    let mut archive = ZipWriter::new(fs::File::create(&file).unwrap());
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file(super::LIST, options).unwrap();
    archive.write_all(list.to_string().as_bytes()).unwrap();
    for number in 0..5 {
        archive.start_file(number.to_string(), options).unwrap();
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    let said = unpack(&file, &Bounds::default()).unwrap_err().to_string();
    assert!(said.contains("it holds more than 64 MB"), "{said}");
}

#[test]
fn what_is_no_file_is_neither_replaced_nor_read() {
    let house = BackupFixture::new();
    let socket = house.path("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let link = house.path("link");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    for place in [&socket, &link, Path::new("/dev/null")] {
        let said = pack(&house.collect(), place, true).unwrap_err().to_string();
        assert!(said.contains("is no regular file"), "{said}");
        let before = fs::symlink_metadata(place).unwrap().file_type();
        assert!(!before.is_file(), "{}", place.display());
    }
    let said = unpack(Path::new("/dev/zero"), &house.bounds())
        .unwrap_err()
        .to_string();
    assert!(said.contains("is no regular file"), "{said}");
}

/// A link in the place of a secret leads out of what is the owner's: when the
/// backup is made, when it is read, and when it is put in place.
#[test]
fn links_lead_nowhere_else() {
    let house = BackupFixture::new();
    let file = house.backup();
    let token = house.path("secrets/house.token");
    let unpacked = unpack(&file, &house.bounds()).unwrap();
    fs::remove_file(&token).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &token).unwrap();
    let left_out = house.collect().left_out;
    assert_eq!(left_out[0].why, "it belongs to the system");
    let said = unpack(&file, &house.bounds()).unwrap_err().to_string();
    assert!(said.contains("it would write to"), "{said}");
    let before = fs::read("/etc/hostname").ok();
    let now = SystemClock::default().now();
    let said = restore(&unpacked, &house.target(), &now)
        .unwrap_err()
        .to_string();
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(fs::read("/etc/hostname").ok(), before);
}

#[test]
fn a_secret_is_no_program_and_nobody_else_s_to_write() {
    let house = BackupFixture::new();
    house.write("secrets/house.token", "s3cret\n", 0o777);
    let file = house.backup();
    fs::remove_file(house.path("secrets/house.token")).unwrap();
    house.restore(&file).unwrap();
    let mode = fs::metadata(house.path("secrets/house.token")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o644);
}

/// What the user of the appliance can do to a restore by root: nothing that
/// its own rights do not allow.
#[test]
fn root_restores_as_the_owner_of_the_folder() {
    use std::os::unix::fs::{MetadataExt as _, chown, symlink};
    const NOBODY: u32 = 65_534;
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: nothing to give up");
        return;
    }
    let house = BackupFixture::new();
    let file = house.backup();
    let victim = house.path("victim");
    fs::write(&victim, "of root").unwrap();
    fs::set_permissions(&victim, Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(house.folder.path(), Permissions::from_mode(0o755)).unwrap();
    let theirs = ["state", "secrets"].map(|name| house.path(name));
    for folder in &theirs {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    for name in ["timers.zz", "timers.v1.json.new", "timers.v1.json.copy.new"] {
        symlink(&victim, theirs[0].join(name)).unwrap();
    }
    for entry in fs::read_dir(&theirs[0]).unwrap() {
        std::os::unix::fs::lchown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    for name in [".house.token.restoring", ".ca.pem.before-restore"] {
        symlink(&victim, theirs[1].join(name)).unwrap();
    }
    let _ = house.restore(&file);
    let found = fs::metadata(&victim).unwrap();
    assert_eq!(
        (found.uid(), fs::read_to_string(&victim).unwrap()),
        (0, "of root".into())
    );
    for name in ["timers.v1.json", "timers.v1.json.copy"] {
        let found = fs::symlink_metadata(theirs[0].join(name)).unwrap();
        assert_eq!(found.uid(), NOBODY, "{name}");
    }
}

/// Makes the last file of the backup one that cannot be put in place, when
/// those before it have been.
#[test]
fn what_cannot_be_put_in_place_leaves_everything_as_it_was() {
    for obstacle in [
        "a folder in a file's place",
        "a file in a folder's place",
        "no store",
    ] {
        let house = BackupFixture::new();
        let file = house.backup();
        house.changes();
        let mut target = house.target();
        match obstacle {
            "a folder in a file's place" => fs::create_dir(house.path("secrets/ca.pem")).unwrap(),
            "a file in a folder's place" => {
                fs::rename(house.path("secrets"), house.path("away")).unwrap();
                house.write("secrets", "in the way", 0o600);
            }
            _ => target.state = house.path("mynah.toml"),
        }
        let shown = || {
            let mut all: Vec<String> = walk(house.folder.path());
            all.push(house.timers());
            all
        };
        let before = shown();
        let unpacked = unpack(&file, &house.bounds()).unwrap();
        let result = restore(&unpacked, &target, &SystemClock::default().now());
        let said = result.unwrap_err().to_string();
        assert!(
            said.contains("nothing was changed\nhint: "),
            "{obstacle}: {said}"
        );
        assert_eq!(shown(), before, "{obstacle}");
    }
}

/// Every file below a folder but those of the store, with mode and content.
fn walk(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push(format!("{}/", path.display()));
            if !path.ends_with("state") {
                all.extend(walk(&path));
            }
        } else if !path.ends_with("backup.zip") {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            let content = fs::read_to_string(&path).unwrap();
            all.push(format!("{} {mode:o} {content}", path.display()));
        }
    }
    all.sort();
    all
}

/// A restore that a power cut ended has left the old file aside. One that
/// fails after it puts that back, not what the first had half done.
#[test]
fn a_restore_that_was_cut_off_counts_as_none() {
    let house = BackupFixture::new();
    let before = house.shown();
    let file = house.backup();
    house.write(".mynah.toml.before-restore", &house.config(), 0o640);
    house.write("mynah.toml", "half done", 0o640);
    fs::rename(house.path("secrets/ca.pem"), house.path("ca")).unwrap();
    fs::create_dir(house.path("secrets/ca.pem")).unwrap();
    house.restore(&file).unwrap_err();
    fs::remove_dir(house.path("secrets/ca.pem")).unwrap();
    fs::rename(house.path("ca"), house.path("secrets/ca.pem")).unwrap();
    assert_eq!(house.shown(), before);
}

#[test]
fn a_configuration_that_is_wrong_by_now_is_told() {
    let house = BackupFixture::new();
    house.write("mynah.toml", "[device]\nnmae = \"x\"\n", 0o600);
    let unpacked = unpack(&house.backup(), &house.bounds()).unwrap();
    let said = unpacked.check().unwrap_err().to_string();
    assert!(
        said.contains("nmae") && said.contains("hint: `--force`"),
        "{said}"
    );
}

#[test]
fn the_list_is_read_as_it_is_written() {
    let list = BackupFixture::new().collect().list;
    let text = serde_json::to_string(&list).unwrap();
    assert_eq!(serde_json::from_str::<List>(&text).unwrap(), list);
}
