//! Everyday sentences through the program, by phrases alone: none may do
//! anything that its speaker did not want.
//!
//! `blind` was written without a look at the code or at its phrases, `seen`
//! with both at hand. The sets are measured with the language model by
//! `mynah eval --config tests/data/everyday/home2.toml
//! tests/data/everyday/blind/home2.jsonl`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Evaluates a set under a configuration without a language model. `most` is
/// how many sentences may be asked about or refused though something was
/// wanted.
fn check(config: &str, set: &str, most: u64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let place = root().join(config);
    let config = std::fs::read_to_string(&place).expect("the configuration");
    // Texts that it names lie beside it.
    for beside in std::fs::read_dir(place.parent().expect("a folder")).expect("it is there") {
        let beside = beside.expect("an entry").path();
        if beside.extension().is_some_and(|ending| ending == "md") {
            let name = beside.file_name().expect("a name");
            std::fs::copy(&beside, folder.path().join(name)).expect("a copy");
        }
    }
    let file = folder.path().join("mynah.toml");
    std::fs::write(&file, format!("{config}\n[llm]\nbackend = \"none\"\n")).expect("a copy");
    let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["eval", "--json", "--config"])
        .arg(&file)
        .arg(root().join("tests/data/everyday").join(set))
        .env("STATE_DIRECTORY", folder.path())
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let lines = text.lines().map(serde_json::from_str::<Value>);
    let lines: Vec<Value> = lines.collect::<Result<_, _>>().expect("JSON lines");
    let fate = |line: &Value, fate: &str| line["fate"] == fate;
    let wrong: Vec<String> = lines
        .iter()
        .filter(|line| fate(line, "wrong"))
        .map(|line| format!("{} \"{}\": {}", line["id"], line["text"], line["intents"]))
        .collect();
    assert_eq!(wrong, Vec::<String>::new(), "{set}");
    let summary = &lines.last().expect("a summary")["summary"];
    let items = summary["items"].as_u64().expect("a number");
    let right = summary["right"]["count"].as_u64().expect("a number");
    assert!(items <= right + most, "{set}: {right} of {items} are right");
}

#[test]
fn a_family_home() {
    let config = "tests/data/everyday/home2.toml";
    check(config, "blind/home2.jsonl", 5);
    check(config, "blind/stranger.jsonl", 5);
    check(
        "assets/examples/home.toml",
        "blind/second-stranger.jsonl",
        12,
    );
    check("assets/examples/home.toml", "seen/home.jsonl", 12);
    check("assets/examples/home.toml", "seen/moods.jsonl", 12);
    check("assets/examples/home.toml", "seen/builtins.jsonl", 8);
}

#[test]
fn a_german_home() {
    let config = "assets/examples/home.de.toml";
    check(config, "blind/home.de.jsonl", 4);
    check(config, "blind/second.de.jsonl", 4);
    check(config, "blind/third.de.jsonl", 4);
}

#[test]
fn a_workshop() {
    check(
        "tests/data/everyday/workshop.toml",
        "blind/workshop.jsonl",
        5,
    );
}

#[test]
fn a_room_in_a_care_home() {
    check(
        "tests/data/everyday/careroom.toml",
        "blind/careroom.jsonl",
        5,
    );
}

#[test]
fn a_meeting_room() {
    check("tests/data/everyday/office.toml", "blind/office.jsonl", 5);
}

#[test]
fn a_library_and_a_museum() {
    check("tests/data/everyday/library.toml", "blind/library.jsonl", 5);
    check("assets/examples/kiosk.toml", "seen/kiosk.jsonl", 5);
}

#[test]
fn other_examples() {
    check("assets/examples/orders.toml", "seen/orders.jsonl", 5);
    check(
        "assets/examples/home-assistant.toml",
        "seen/home-assistant.jsonl",
        5,
    );
}
