//! Looks for the device, its driver and the libraries without opening the
//! device: only what the kernel shows and which files are there.

use std::fs;
use std::path::{Path, PathBuf};

use mynah_llm_link::ErrorClass;
use rustix::fs::{Access, access};

use super::status::Version;
use crate::backend::BackendError;

/// The kernel's classes: until 5.2, and since 5.3.
const CLASSES: [&str; 2] = ["sys/class/hailo_chardev", "sys/class/hailo1x"];

/// What the driver says about its own version. (`hailo_pci` is that of older
/// chips.)
const DRIVER: &str = "sys/module/hailo1x_pci/version";

/// The vendor and the Hailo-10H as PCI names them.
const PCI: [&str; 2] = ["0x1e60", "0x45c4"];

/// Where libraries lie.
const FOLDERS: [&str; 5] = [
    "usr/local/lib",
    "usr/lib/aarch64-linux-gnu",
    "usr/lib/x86_64-linux-gnu",
    "usr/lib",
    "usr/lib/mynah",
];

/// Our shim's file name.
pub(crate) const SHIM: &str = "libmynah_hailo.so";

/// A device that the kernel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Present {
    /// Its node.
    pub node: PathBuf,
    /// Whether this user may open it.
    pub allowed: bool,
    /// The driver's version, if it says so.
    pub driver: Option<Version>,
}

/// The device that the kernel below `root` shows.
pub(super) fn device(root: &Path) -> Result<Present, BackendError> {
    let missing = |text: String| Err(BackendError::new(ErrorClass::NodeMissing, text));
    let Some(entry) = CLASSES
        .iter()
        .flat_map(|class| entries(&root.join(class)))
        .find(|entry| is_ours(&entry.join("device")))
    else {
        let on_bus = entries(&root.join("sys/bus/pci/devices"))
            .iter()
            .any(|device| is_ours(device) && word(&device.join("vendor")).is_some());
        return missing(if on_bus {
            "the Hailo-10H is on the PCIe bus, and no driver has taken it".into()
        } else {
            "the kernel shows no Hailo-10H".into()
        });
    };
    let name = entry.file_name().unwrap_or_default();
    let node = root.join("dev").join(name);
    if !node.exists() {
        return missing(format!(
            "the kernel shows a Hailo-10H, and its node `{}` is missing",
            node.display()
        ));
    }
    Ok(Present {
        allowed: access(&node, Access::READ_OK | Access::WRITE_OK).is_ok(),
        driver: word(&root.join(DRIVER)).and_then(|word| Version::read(&word)),
        node,
    })
}

/// Contiguous memory of the machine, MiB: all, and what is free. The library
/// was seen to take 137 to 280 for a model.
pub(super) fn contiguous(root: &Path) -> Option<(u64, u64)> {
    let text = fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let field = |name: &str| -> Option<u64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
    };
    Some((field("CmaTotal:")?, field("CmaFree:")?))
}

/// The library to load: the newest, or that of the driver's version.
pub(super) fn library(root: &Path, driver: Option<Version>) -> PathBuf {
    let mut found: Vec<(Version, PathBuf)> = FOLDERS
        .iter()
        .flat_map(|folder| entries(&root.join(folder)))
        .filter_map(|file| {
            let name = file.file_name()?.to_str()?;
            let version = Version::read(name.strip_prefix("libhailort.so.")?)?;
            Some((version, file))
        })
        .collect();
    found.sort();
    found
        .iter()
        .find(|(version, _)| driver == Some(*version))
        .or(found.last())
        // What the system's own search finds.
        .map_or_else(|| "libhailort.so".into(), |(_, file)| file.clone())
}

/// The shim: beside this program, else where libraries lie.
pub(super) fn shim(root: &Path) -> Option<PathBuf> {
    let beside = std::env::current_exe().ok();
    let beside = beside.as_deref().and_then(Path::parent).map(Path::to_owned);
    beside
        .into_iter()
        .chain(FOLDERS.iter().map(|folder| root.join(folder)))
        .map(|folder| folder.join(SHIM))
        .find(|file| file.is_file())
}

/// Whether a device's folder names the Hailo-10H. One that names nothing may
/// be it: not every kernel shows the numbers here.
fn is_ours(device: &Path) -> bool {
    ["vendor", "device"]
        .iter()
        .zip(PCI)
        .all(|(file, id)| word(&device.join(file)).is_none_or(|word| word == id))
}

fn word(file: &Path) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.trim().to_owned())
}

/// What a folder holds, in order; nothing when it is not there.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    entries.sort();
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these empty files, taken away when dropped.
    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder for tests can be made");
        for (name, text) in files {
            let file = root.path().join(name);
            let folder = file.parent().expect("a file lies in a folder");
            fs::create_dir_all(folder).expect("a folder for tests can be written");
            fs::write(file, text).expect("a file for tests can be written");
        }
        root
    }

    #[test]
    fn the_driver_s_library_is_taken_else_the_newest() {
        let root = tree(&[
            ("usr/lib/libhailort.so.5.1.1", ""),
            ("usr/lib/aarch64-linux-gnu/libhailort.so.5.10.0", ""),
            ("usr/lib/aarch64-linux-gnu/libhailort.so.5.2.0", ""),
            ("usr/lib/aarch64-linux-gnu/libhailort.so", ""),
        ]);
        let check = |driver, want: &str| {
            assert_eq!(library(root.path(), driver), root.path().join(want));
        };
        check(None, "usr/lib/aarch64-linux-gnu/libhailort.so.5.10.0");
        check(Some(Version(5, 1, 1)), "usr/lib/libhailort.so.5.1.1");
        check(
            Some(Version(5, 3, 0)),
            "usr/lib/aarch64-linux-gnu/libhailort.so.5.10.0",
        );
        let empty = tree(&[]);
        assert_eq!(library(empty.path(), None), Path::new("libhailort.so"));
    }

    #[test]
    fn contiguous_memory_is_read_where_there_is_any() {
        let meminfo = "MemTotal:  8245500 kB\nCmaTotal:  524288 kB\nCmaFree:  102400 kB\n";
        let root = tree(&[("proc/meminfo", meminfo)]);
        assert_eq!(contiguous(root.path()), Some((512, 100)));
        assert_eq!(contiguous(tree(&[]).path()), None);
    }
}
