//! The rules of the house that a machine can check: which room may know
//! which, how files open, how long they are, and what no tracked file names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MAX_LINES: usize = 450;

/// Tables of sentences may be longer: nobody reads them from end to end.
const MAX_TEST_LINES: usize = 700;

/// The rooms, and the rooms that each may know. A room may always know itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("audio", &["language"]),
    ("language", &[]),
    ("config", &["language"]),
    ("models", &["privileges"]),
    ("privileges", &[]),
    ("meaning", &[]),
    ("backup", &["config", "privileges", "timers"]),
    ("turn", &["audio", "language"]),
    ("grammar", &["config", "language", "turn"]),
    ("ear", &["audio", "config", "models", "privileges"]),
    ("conversation", &["audio", "ear", "language", "turn"]),
    (
        "stt",
        &["audio", "config", "grammar", "language", "models", "turn"],
    ),
    (
        "intent",
        &["config", "grammar", "language", "meaning", "turn"],
    ),
    (
        "dialogue",
        &["config", "grammar", "intent", "language", "turn"],
    ),
    (
        "timers",
        &["audio", "config", "intent", "privileges", "turn"],
    ),
    ("action", &["config", "timers", "turn"]),
    // The voice and the ear share one ONNX Runtime, which the ear opens.
    (
        "voice",
        &["audio", "config", "ear", "language", "models", "turn"],
    ),
    (
        "runtime",
        &[
            "action",
            "audio",
            "config",
            "conversation",
            "dialogue",
            "ear",
            "grammar",
            "intent",
            "language",
            "meaning",
            "models",
            "stt",
            "timers",
            "turn",
            "voice",
        ],
    ),
    (
        "commands",
        &[
            "action",
            "audio",
            "backup",
            "config",
            "conversation",
            "dialogue",
            "ear",
            "grammar",
            "intent",
            "models",
            "runtime",
            "stt",
            "timers",
            "turn",
            "voice",
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
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

/// The room of a file of `src/`: `src/ear/wake.rs` and `src/ear.rs` are of
/// `ear`.
fn room_of(file: &Path) -> String {
    let first = file
        .components()
        .nth(1)
        .expect("a file below src")
        .as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The modules that a source text reaches from the crate's root, each with its
/// line. Comments and documentation may name any room.
fn modules_named(text: &str) -> Vec<(usize, String)> {
    let code: String = text
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("//") {
                ""
            } else {
                line
            }
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut named = Vec::new();
    for start in ["crate::", "mynah::", "super::super::"] {
        for (at, _) in code.match_indices(start) {
            // The `crate::` of a macro's `$crate::` or of `pub(in crate::..)`
            // counts as well: it reaches the same place.
            let line = code[..at].matches('\n').count() + 1;
            let rest = &code[at + start.len()..];
            for name in heads(rest) {
                named.push((line, name));
            }
        }
    }
    named.sort();
    named
}

/// The first names of a path: of `a::b` that is `a`, of `{a::b, c}` `a`, `c`.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| {
        let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    let Some(list) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut depth = 1;
    let mut heads = Vec::new();
    let mut item = String::new();
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.push(name(std::mem::take(&mut item).trim())),
            _ => item.push(letter),
        }
        if depth == 0 {
            break;
        }
    }
    heads.push(name(item.trim()));
    heads
}

/// What a text in a room does that the arrows forbid.
fn forbidden(file: &Path, text: &str) -> Vec<String> {
    let room = room_of(file);
    if room == "main" || room == "lib" {
        return Vec::new();
    }
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{}: the room `{room}` has no arrows in {}",
            file.display(),
            file!()
        )];
    };
    modules_named(text)
        .into_iter()
        .filter(|(_, name)| {
            *name != room
                && !allowed.contains(&name.as_str())
                && ARROWS.iter().any(|(known, _)| known == name)
        })
        .map(|(line, name)| format!("{}:{line}: {room} may not use {name}", file.display()))
        .collect()
}

#[test]
fn the_rooms_know_only_their_neighbours() {
    let files = rust_files("src");
    let broken: Vec<_> = files
        .iter()
        .flat_map(|file| forbidden(file, &read(file)))
        .collect();
    report(&broken);
}

#[test]
fn a_forbidden_arrow_is_seen_in_every_spelling() {
    let file = Path::new("src/conversation/mod.rs");
    for text in [
        "//! the mind\n\nuse crate::runtime::Loop;",
        "//! the mind\n\nuse crate::{audio::SampleTime, runtime::Loop};",
        "//! the mind\n\nuse crate::{\n    ear::{Percept, Woke},\n    runtime,\n};",
        "//! the mind\n\nfn go() { crate::runtime::go() }",
        "//! the mind\n\nuse super::super::runtime::Loop;",
    ] {
        let seen = forbidden(file, text);
        assert_eq!(
            seen,
            ["src/conversation/mod.rs:3: conversation may not use runtime"],
            "{text}"
        );
    }
    let allowed = "//! see [`crate::runtime`]\nuse crate::{audio::SampleTime, turn::TurnId};";
    assert_eq!(forbidden(file, allowed), Vec::<String>::new());
}

#[test]
fn every_file_opens_with_its_part_in_the_whole() {
    let mut broken = Vec::new();
    for folder in ["src", "llm", "llm-worker", "tests"] {
        for file in rust_files(folder) {
            if !read(&file).starts_with("//! ") {
                broken.push(format!("{}:1: a file opens with `//! `", file.display()));
            }
        }
    }
    report(&broken);
}

#[test]
fn no_file_is_too_long_to_read_at_once() {
    let mut broken = Vec::new();
    for folder in ["src", "llm", "llm-worker"] {
        for file in rust_files(folder) {
            let lines = read(&file).lines().count();
            let is_test = file.ends_with("tests.rs") || file.ends_with("roundtrip.rs");
            let most = if is_test { MAX_TEST_LINES } else { MAX_LINES };
            if lines > most {
                broken.push(format!("{}: {lines} lines, {most} at most", file.display()));
            }
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
