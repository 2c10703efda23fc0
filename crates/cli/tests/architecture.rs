//! The rules of the project that a machine can check and Cargo cannot: the core
//! is pure, how files open, how long they are, and what no tracked file names.
//! Which crate may use which stands in their manifests.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

const MAX_LINES: usize = 450;

/// Tables of sentences may be longer: nobody reads them from end to end.
const MAX_TEST_LINES: usize = 700;

/// The crates that `mynah-core` may use: none reads a file, asks a clock, starts
/// a thread or links a native library on the core's behalf.
const OF_THE_CORE: &[&str] = &[
    "jiff",
    "minijinja",
    "serde",
    "serde_json",
    "strsim",
    "thiserror",
    "tracing",
    "unicode-normalization",
];

/// What no code of the core may name: its time and its input are arguments.
const NOT_IN_THE_CORE: &[&str] = &[
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The Rust files below a folder, as paths from the project's root.
fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(
                    path.strip_prefix(root())
                        .expect("a path below the root")
                        .to_owned(),
                );
            }
        }
    }
    assert!(!files.is_empty(), "there are no Rust files in `{folder}`");
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(file)).expect("a text file")
}

fn report(broken: &[String]) {
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// The text without its comments, line by line: documentation may name
/// anything.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_code = |(_, line): &(usize, &str)| !line.trim_start().starts_with("//");
    (1..).zip(text.lines()).filter(is_code)
}

#[test]
fn the_core_asks_no_clock_and_touches_no_machine() {
    let mut broken = Vec::new();
    for file in rust_files("crates/core/src") {
        for (number, line) in code_lines(&read(&file)) {
            for name in NOT_IN_THE_CORE.iter().filter(|name| line.contains(**name)) {
                broken.push(format!("{}:{number}: names `{name}`", file.display()));
            }
        }
    }
    report(&broken);
}

#[test]
fn the_core_depends_on_plain_crates_only() {
    let manifest = read(Path::new("crates/core/Cargo.toml"));
    let (_, after) = manifest
        .split_once("[dependencies]\n")
        .expect("a list of dependencies");
    let list = after.split_once("\n[").map_or(after, |(list, _)| list);
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split(['.', ' ']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names, OF_THE_CORE);
}

#[test]
fn every_file_opens_with_its_part_in_the_whole() {
    let mut broken = Vec::new();
    for file in rust_files("crates") {
        if !read(&file).starts_with("//! ") {
            broken.push(format!("{}:1: a file opens with `//! `", file.display()));
        }
    }
    report(&broken);
}

#[test]
fn no_file_is_too_long_to_read_at_once() {
    let mut broken = Vec::new();
    for file in rust_files("crates") {
        let lines = read(&file).lines().count();
        let folders = || file.components().map(Component::as_os_str);
        let is_test = file.ends_with("tests.rs") || folders().any(|name| name == "tests");
        let most = if is_test { MAX_TEST_LINES } else { MAX_LINES };
        if lines > most {
            broken.push(format!("{}: {lines} lines, {most} at most", file.display()));
        }
    }
    report(&broken);
}

/// Package registries are named by their packages, so that a mirror serves as
/// well; paths of one person's machine serve nobody. In halves, so that this
/// file passes its own test.
const NOT_TO_BE_NAMED: &[[&str; 2]] = &[
    ["pypi", ".org"],
    ["pythonhosted", ".org"],
    ["crates", ".io/"],
    ["index.crates", ".io"],
    ["registry.npmjs", ".org"],
    ["deb.debian", ".org"],
    ["/ro", "ot/"],
    ["/home", "/"],
    ["/tm", "p/"],
    ["/wo", "rk/"],
];

/// Lists that tools write, in which registries have their place.
const WRITTEN_BY_TOOLS: &[&str] = &["Cargo.lock"];

#[test]
fn no_tracked_file_names_a_registry_s_host_or_somebody_s_folder() {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git lists the tracked files");
    assert!(
        listed.status.success(),
        "git: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let mut broken = Vec::new();
    let mut read = 0;
    for file in String::from_utf8_lossy(&listed.stdout).split_terminator('\0') {
        let Ok(text) = fs::read_to_string(root().join(file)) else {
            continue;
        };
        if WRITTEN_BY_TOOLS.contains(&file) {
            continue;
        }
        read += 1;
        for (number, line) in (1..).zip(text.lines()) {
            for name in NOT_TO_BE_NAMED.iter().map(|halves| halves.concat()) {
                if line.contains(&name) {
                    broken.push(format!("{file}:{number}: names `{name}`"));
                }
            }
        }
    }
    assert!(read > 10, "git lists only {read} text files");
    report(&broken);
}
