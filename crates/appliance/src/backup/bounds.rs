//! Where a backup may write. It comes from anywhere, and root restores it: so
//! it is held to the places that are Mynah's, to the files that its own
//! configuration names, and to what these places really are.

use std::path::{Component, Path, PathBuf};

use mynah_system::privileges::real;

/// What is Mynah's on every machine.
const OWN: [&str; 2] = ["/etc/mynah", "/var/lib/mynah"];

/// In it, what is fetched again and not restored: among it is a library that
/// is loaded as code.
const NEVER: [&str; 3] = [
    "/var/lib/mynah/models",
    "/var/lib/mynah/downloads",
    "/var/lib/mynah/speech",
];

const SYSTEM: [&str; 13] = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/boot", "/dev", "/proc", "/sys", "/run",
    "/etc", "/var",
];

/// Where a backup may write.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// Where the configuration lies by the word of who runs the command; its
    /// folder is the owner's, wherever it is.
    pub config: Option<PathBuf>,
    /// It goes there, and not to where it was.
    pub named: bool,
    /// Anywhere but the system's places, by the same word.
    pub anywhere: bool,
}

impl Bounds {
    /// Whether a file may be written to `path`, and to where that really is.
    #[must_use]
    pub fn allow(&self, path: &Path) -> bool {
        self.allow_named(path) && self.allow_named(&real(path))
    }

    fn allow_named(&self, path: &Path) -> bool {
        let never = NEVER.iter().any(|folder| within(path, Path::new(folder)));
        if never || !is_plain(path) || is_of_a_restore(path) {
            return false;
        }
        let own = OWN.iter().any(|folder| within(path, Path::new(folder)));
        own || self.is_beside(path)
            || self.anywhere && !is_the_system_s(path, self.config.as_deref())
    }

    /// Whether it lies in the configuration's folder, and is none of the
    /// hidden files by which programs of its user are set up.
    fn is_beside(&self, path: &Path) -> bool {
        let Some(folder) = self.config.as_deref().and_then(beside) else {
            return false;
        };
        [folder.clone(), real(&folder)].iter().any(|folder| {
            path.strip_prefix(folder).is_ok_and(|rest| {
                let hidden = |part: Component| part.as_os_str().as_encoded_bytes()[0] == b'.';
                let deep = rest.components().count() > 1;
                !(rest.components().any(hidden) || deep && is_shallow(folder))
            })
        })
    }
}

/// Below a folder, by its name or by what it really is.
fn within(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder) || path.starts_with(real(folder))
}

/// The folder of a configuration, unless it holds what is not the owner's.
fn beside(config: &Path) -> Option<PathBuf> {
    let folder = config.parent()?;
    let foreign = folder.parent().is_none() || SYSTEM.iter().any(|its| folder == Path::new(its));
    (!foreign).then(|| folder.to_owned())
}

/// A folder right below the root, such as `/data` or `/srv`: not all that is
/// below it is the owner's.
fn is_shallow(folder: &Path) -> bool {
    folder.components().count() <= 2
}

/// Whether a path is the operating system's, so that no backup may touch it.
pub(super) fn is_the_system_s(path: &Path, config: Option<&Path>) -> bool {
    let own = OWN.into_iter().map(PathBuf::from);
    let own = own.chain(config.and_then(beside));
    !own.into_iter().any(|folder| path.starts_with(folder))
        && SYSTEM.iter().any(|folder| path.starts_with(folder))
}

/// Whether a path leads where it says, and can be shown on a terminal.
pub(super) fn is_plain(path: &Path) -> bool {
    let fits = |part| matches!(part, Component::RootDir | Component::Normal(_));
    let shown = path
        .to_str()
        .is_some_and(|text| !text.contains(char::is_control));
    path.is_absolute() && shown && path.components().all(fits)
}

/// The names that a restore gives to what it is about to exchange.
fn is_of_a_restore(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && (name.ends_with(".restoring") || name.ends_with(".before-restore"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn check(path: &str, config: Option<&str>, anywhere: bool, expected: bool) {
        let bounds = Bounds {
            config: config.map(PathBuf::from),
            anywhere,
            ..Bounds::default()
        };
        assert_eq!(
            bounds.allow(Path::new(path)),
            expected,
            "{path} with {config:?}, {anywhere}"
        );
    }

    #[test]
    fn a_backup_writes_to_mynah_s_places_and_beside_its_configuration() {
        for path in ["/etc/mynah/token", "/var/lib/mynah/token"] {
            check(path, None, false, true);
        }
        for path in [
            concat!("/root", "/.bashrc"),
            concat!("/home", "/u/.ssh/authorized_keys"),
            "/opt/x",
            "/srv/token",
            "/mnt/x",
            "/data/etc/x",
            "/data/etc/upper/shadow",
            "/libx32/x",
            "/nix/x",
            "/snap/x",
            "/init",
            "/vmlinuz",
            "/etc/kiosk/token",
            "/etc/shadow",
            "/var/lib/mynah/models/onnxruntime/libonnxruntime.so",
            "/etc/mynah/../shadow",
            "/etc/mynah/a\u{1b}[2J",
            "/etc/mynah/.k.restoring",
            "/etc/mynah/.k.before-restore",
            "etc/mynah/k",
        ] {
            check(path, None, false, false);
        }
        check(
            "/etc/kiosk/token",
            Some("/etc/kiosk/mynah.toml"),
            false,
            true,
        );
        check("/etc/shadow", Some("/etc/mynah.toml"), false, false);
        check("/shadow", Some("/mynah.toml"), false, false);
        check("/etc/shadow", Some("/mynah.toml"), false, false);
        check("/srv/token", Some("/srv/mynah.toml"), false, true);
        check("/data/etc/upper/x", Some("/data/mynah.toml"), false, false);
        check(
            concat!("/home", "/u/token"),
            Some(concat!("/home", "/u/mynah.toml")),
            false,
            true,
        );
        check(
            concat!("/home", "/u/.bashrc"),
            Some(concat!("/home", "/u/mynah.toml")),
            false,
            false,
        );
        check(
            concat!("/home", "/u/.ssh/rc"),
            Some(concat!("/home", "/u/mynah.toml")),
            false,
            false,
        );
    }

    #[test]
    fn who_says_so_restores_to_anywhere_but_the_system_s_places() {
        check("/srv/token", None, true, true);
        check(concat!("/home", "/u/.netrc"), None, true, true);
        check("/etc/shadow", None, true, false);
        check("/usr/bin/mynah", None, true, false);
        check("/var/lib/mynah/models/alexa/x", None, true, false);
    }

    #[test]
    fn what_a_link_leads_to_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join("own").join(name);
        std::fs::create_dir(folder.path().join("own")).unwrap();
        symlink("/etc/shadow", path("token")).unwrap();
        symlink("/root", path("below")).unwrap();
        let bounds = Bounds {
            config: Some(path("mynah.toml")),
            ..Bounds::default()
        };
        assert!(bounds.allow(&path("secret")));
        assert!(!bounds.allow(&path("token")));
        assert!(!bounds.allow(&path("below/token")));
    }

    #[test]
    fn the_system_s_places_are_known() {
        let check = |path: &str, config: Option<&str>, expected: bool| {
            let config = config.map(Path::new);
            assert_eq!(is_the_system_s(Path::new(path), config), expected, "{path}");
        };
        check("/etc/mynah/token", None, false);
        check("/etc/kiosk/token", None, true);
        check("/etc/kiosk/token", Some("/etc/kiosk/mynah.toml"), false);
        check("/etc/shadow", Some("/etc/mynah.toml"), true);
        check("/var/lib/mynah/token", None, false);
        check("/var/lib/dpkg/status", None, true);
        check("/srv/token", None, false);
        assert!(is_plain(Path::new("/a/b")) && !is_plain(Path::new("/a/../b")));
    }
}
