//! `mynah check`, `schema`, `backup`, `restore` and `models` as scripts see them:
//! a file in, status and output out.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const GOOD: &str = "[[intent]]\nname = \"light\"\nphrases = [\"light {state}\"]\n\
                    slots.state = { values = [\"on\", \"off\"] }\n";
const WRONG: &str = "[wake]\nsensitivity = \"loud\"\n[[intent]]\nname = \"light\"\n\
                     phrases = [\"light (on\"]\n";

fn mynah(file: Option<&str>, arguments: &[&str]) -> Output {
    let directory = tempfile::tempdir().expect("a temporary directory");
    if let Some(text) = file {
        std::fs::write(directory.path().join("mynah.toml"), text).expect("the file is written");
    }
    run(directory.path(), arguments)
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(arguments)
        .current_dir(directory)
        // Not the timers of whoever runs the tests.
        .env("STATE_DIRECTORY", directory.join("state"))
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

#[test]
fn check_tells_by_its_status() {
    for (file, arguments, status) in [
        (Some(GOOD), &["check"][..], 0),
        (Some(GOOD), &["check", "--json"], 0),
        (Some(WRONG), &["check"], 2),
        (Some(WRONG), &["schema"], 2),
        (Some(GOOD), &["check", "--config", "missing.toml"], 1),
        (Some(GOOD), &["schema", "--config", "missing.toml"], 1),
    ] {
        let output = mynah(file, arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn a_good_file_gets_one_friendly_line() {
    let output = mynah(Some(GOOD), &["check"]);
    assert_eq!(
        text(&output.stdout),
        "mynah.toml is good: 1 intent, 1 phrase, 0 tests.\n"
    );
    assert_eq!(text(&mynah(Some(GOOD), &["check", "--json"]).stdout), "");
}

#[test]
fn problems_come_as_one_object_a_line() {
    let output = mynah(Some(WRONG), &["check", "--json"]);
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["line", "column", "key", "message", "hint"]);
    }
    assert_eq!(lines[0]["key"], "wake.sensitivity");
    assert_eq!(lines[1]["line"], 5);
    assert_eq!(lines[1]["column"], 19);
}

#[test]
fn a_sentence_of_two_intents_is_warned_about() {
    let file =
        "[builtin]\nhelp = true\n[[intent]]\nname = \"staff\"\nphrases = [\"help me please\"]\n";
    let output = mynah(Some(file), &["check"]);
    assert_eq!(output.status.code(), Some(0));
    let said = text(&output.stdout);
    assert!(
        said.starts_with("warning: `help me please` is not clear") && said.contains("mynah.toml:5"),
        "{said}"
    );
    let output = mynah(Some(file), &["check", "--json"]);
    let line: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!((&line["warning"], &line["line"]), (&true.into(), &5.into()));
}

#[test]
fn what_cannot_be_is_named_before_anything_is_done() {
    for (arguments, status, says) in [
        (
            &["wake", "--words", "computer", "clip.wav"][..],
            2,
            "there is no wake word `computer`",
        ),
        (
            &["wake", "--words", "hey_jarvi", "clip.wav"],
            2,
            "did you mean `hey_jarvis`?",
        ),
        (
            &["run", "--wav", "in.wav", "--speak", "nowhere/out.wav"],
            1,
            "the folder `nowhere` is not there",
        ),
        (
            &[
                "import",
                "home-assistant",
                "--url",
                "127.0.0.1:8123",
                "--token-file",
                "t",
            ],
            1,
            "--url http://127.0.0.1:8123",
        ),
        (
            &[
                "import",
                "home-assistant",
                "--url",
                "http://127.0.0.1:1",
                "--token-file",
                "t",
                "--domains",
                "light,vacuums",
            ],
            1,
            "did you mean `vacuum`?",
        ),
    ] {
        let output = mynah(Some(GOOD), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}

#[test]
fn output_that_cannot_be_written_is_told() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(directory.path().join("mynah.toml"), GOOD).expect("the file is written");
    for arguments in [&["check"][..], &["schema"], &["models", "list"]] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .expect("a device that is always full");
        let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
            .args(arguments)
            .current_dir(directory.path())
            .stdout(full)
            .output()
            .expect("the program starts");
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(
            said.starts_with("mynah: cannot write to standard output") && !said.contains("panic"),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn a_named_file_that_is_missing_is_named() {
    let output = mynah(None, &["check", "--config", "missing.toml"]);
    let said = text(&output.stderr);
    assert!(
        said.contains("`missing.toml`") && said.contains("hint:"),
        "{said}"
    );
}

#[test]
fn the_schema_is_one_line_on_request() {
    let wide = mynah(Some(GOOD), &["schema"]);
    let line = mynah(Some(GOOD), &["schema", "--json"]);
    assert_eq!(text(&line.stdout).lines().count(), 1);
    let parsed = |output: &Output| -> Value {
        serde_json::from_slice(&output.stdout).expect("the schema is JSON")
    };
    assert_eq!(parsed(&wide), parsed(&line));
    let state = &parsed(&line)["oneOf"][0]["properties"]["slots"]["properties"]["state"];
    assert_eq!(state["enum"], serde_json::json!(["on", "off"]));
}

#[test]
fn a_wake_word_that_there_is_not_is_told_without_any_model() {
    let wrong = "[wake]\nwords = [\"hey_jarvs\"]\n";
    let output = mynah(Some(wrong), &["check", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let problem: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(problem["line"], 2);
    assert_eq!(problem["column"], 10);
    assert_eq!(problem["key"], "wake.words[0]");
    assert_eq!(problem["message"], "there is no wake word `hey_jarvs`");
    let hint = problem["hint"].as_str().expect("a hint");
    assert!(hint.starts_with("did you mean `hey_jarvis`?"), "{hint}");
}

#[test]
fn a_backup_goes_there_and_back() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("mynah.toml");
    std::fs::write(&file, GOOD).expect("the file is written");
    let one = |arguments: &[&str], status: i32| -> Value {
        let output = run(directory.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        let line = text(&output.stdout);
        assert!(line.lines().count() <= 1, "{line}");
        serde_json::from_str(line).unwrap_or(Value::Null)
    };
    let made = one(&["backup", "kept.zip", "--json"], 0);
    assert_eq!(made["files"][0]["kind"], "config");
    // A second time only by force.
    one(&["backup", "kept.zip", "--json"], 1);
    one(&["backup", "kept.zip", "--json", "--force"], 0);

    std::fs::write(&file, WRONG).expect("the file is written");
    one(&["restore", "kept.zip", "--json", "--dry-run"], 0);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), WRONG);
    let restored = one(&["restore", "kept.zip", "--json"], 0);
    assert_eq!(restored["restored"], true);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), GOOD);

    // A configuration that is wrong is put back only by force.
    std::fs::write(&file, WRONG).expect("the file is written");
    one(&["backup", "wrong.zip", "--json"], 0);
    std::fs::write(&file, GOOD).expect("the file is written");
    one(&["restore", "wrong.zip"], 2);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), GOOD);
    one(&["restore", "wrong.zip", "--force", "--json"], 0);
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), WRONG);
    one(&["restore", "mynah.toml"], 1);
}

#[test]
fn the_hat_s_model_is_listed_and_verified() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let hailo = folder.path().join("models/hailo");
    std::fs::create_dir_all(&hailo).expect("a folder");
    std::fs::write(hailo.join("Model.hef"), "hello").expect("a file");
    let models = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
            .arg("models")
            .args(arguments)
            .env("MYNAH_MODELS", folder.path().join("models"))
            .output()
            .expect("the program starts");
        (output.status.code(), text(&output.stdout).to_owned())
    };
    let (status, listed) = models(&["list"]);
    assert_eq!(status, Some(0));
    assert!(listed.contains("for the HAT: Model.hef"), "{listed}");
    let (_, listed) = models(&["list", "--json"]);
    let last: Value = serde_json::from_str(listed.lines().last().expect("lines")).expect("JSON");
    assert_eq!(
        (&last["name"], &last["bytes"]),
        (&"hailo".into(), &5.into())
    );

    let (status, said) = models(&["verify", "hailo"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("none of the models for the HAT"), "{said}");
    let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    std::fs::write(hailo.join("Model.hef.sha256"), digest).expect("a file");
    let good = (Some(0), "hailo: good (vouched for by you)\n".to_owned());
    assert_eq!(models(&["verify", "hailo"]), good);
    std::fs::remove_file(hailo.join("Model.hef")).expect("it was there");
    assert_eq!(models(&["verify", "hailo"]).0, Some(1));
}
