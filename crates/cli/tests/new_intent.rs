//! `mynah new intent` as people and scripts use it: answers in, a file that is
//! longer and otherwise the same out.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const FILE: &str = r#"# mine
[lists]
room = ["kitchen", { value = "living_room", say = ["living room", "lounge"] }]  # two

[[intent]]
name = "light"
phrases = ["turn {state} the {room} light"]
slots.state = { values = ["on", "off"] }

[[test]]
say = "turn on the kitchen light"
intent = "light"
slots = { room = "kitchen", state = "on" }"#;

fn mynah(folder: &Path, arguments: &[&str], answers: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["new", "intent"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    // It may end before it has read all.
    let _ = input.write_all(answers.as_bytes());
    drop(input);
    child.wait_with_output().expect("the program ends")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("mynah.toml"), FILE).expect("the file is written");
    folder
}

fn read(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}

const FAN: [&str; 16] = [
    "--name",
    "fan",
    "--phrase",
    "turn {state} the {room} fan [to {level}]",
    "--slot",
    "state=on, off",
    "--slot",
    "level={ type = \"number\", min = 1, max = 3, optional = true }",
    "--ask",
    "room=Which room?",
    "--action",
    "mqtt home/{room}/fan {state}",
    "--reply",
    "The {room} fan is {state}.",
    "--test",
    "turn on the lounge fan",
];

#[test]
fn flags_add_an_intent_and_leave_the_rest_alone() {
    let folder = folder();
    let twice = [&FAN[..], &["--slot", "level=number 1 to 9", "--yes"]].concat();
    let twice = mynah(folder.path(), &twice, "");
    assert_eq!(twice.status.code(), Some(2), "a slot twice: {twice:?}");
    assert_eq!(read(folder.path(), "mynah.toml").as_deref(), Some(FILE));

    let right = [&FAN[..], &["--yes", "--json"]].concat();
    let output = mynah(folder.path(), &right, "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let line: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!(line["written"], true, "{line}");
    assert_eq!(line["tests"][0]["slots"]["room"], "living_room", "{line}");
    let after = read(folder.path(), "mynah.toml").expect("a file");
    assert!(after.starts_with(FILE), "{after}");
    assert!(after.contains("[[test]]\nsay = \"turn on the lounge fan\"\nintent = \"fan\""));
    assert_eq!(read(folder.path(), "mynah.toml.bak").as_deref(), Some(FILE));
    let again = mynah(folder.path(), &right, "");
    assert_eq!(again.status.code(), Some(2), "the name is taken: {again:?}");
}

#[test]
fn what_would_be_wrong_is_refused_and_nothing_is_lost() {
    for (arguments, status, says) in [
        (
            &[
                "--name",
                "a",
                "--phrase",
                "turn {state} the {room} light",
                "--slot",
                "state=on, off",
                "--yes",
            ][..],
            2,
            "also a phrase of the intent `light`",
        ),
        (&["--name", "a", "--phrase", "open (it", "--yes"], 2, "hint"),
        (
            &["--name", "a", "--phrase", "open {it}", "--yes"],
            2,
            "nothing says what `it` takes",
        ),
        (
            &[
                "--name", "a", "--phrase", "open it", "--action", "launch", "--yes",
            ],
            2,
            "is no action",
        ),
        (&["--name", "a"], 2, "--phrase"),
        (
            &[
                "--name",
                "a",
                "--phrase",
                "turn on the kitchen light",
                "--yes",
            ],
            1,
            "put right what is UNCLEAR",
        ),
        (
            &[
                "--name", "a", "--phrase", "open it", "--ask", "y=Which?", "--yes",
            ],
            2,
            "no phrase has `{y}`",
        ),
        (
            &[
                "--name",
                "a",
                "--phrase",
                "take {n}",
                "--slot",
                "n=numbers 0-5",
                "--yes",
            ],
            2,
            "did you mean `number 0 to 5`?",
        ),
        (
            &[
                "--name", "a", "--phrase", "open it", "--test", "close it", "--yes",
            ],
            1,
            "was not changed",
        ),
        (
            &["--name", "a", "--phrase", "open it", "--dry-run"],
            0,
            "was not changed",
        ),
        (
            &["--name", "a", "--phrase", "open it"],
            1,
            "the answers ended",
        ),
    ] {
        let folder = folder();
        let output = mynah(folder.path(), arguments, "");
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}: {output:?}"
        );
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(says), "{arguments:?}: {told}");
        assert_eq!(read(folder.path(), "mynah.toml").as_deref(), Some(FILE));
        assert_eq!(read(folder.path(), "mynah.toml.bak"), None);
    }
}

#[test]
fn a_person_is_asked_and_what_is_wrong_is_asked_again() {
    let answers = "light\nfan\nSwitch a fan\n\
        turn {state} the {room} light\n\
        turn {state} the {room} fan\n\
        {room} fan {state}\n\n\
        on, off\nOn or off?\n\
        \n\
        launch it\nmqtt home/{room}/fan {state}\n\
        \n\
        The {room} fan is {stat}.\nThe {room} fan is {state}.\n\
        what a day\nlounge fan off please\n\n\
        y\n";
    let folder = folder();
    let output = mynah(folder.path(), &[], answers);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    for says in [
        "is there already",
        "also a phrase of the intent `light`",
        "is no action",
        "that is not this intent",
    ] {
        assert!(told.contains(says), "{says}: {told}");
    }
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("turn on the kitchen fan"), "{shown}");
    let after = read(folder.path(), "mynah.toml").expect("a file");
    let added = after.strip_prefix(FILE).expect("the rest as it was");
    assert!(
        added.contains("slots.state = { values = [\"on\", \"off\"], ask = \"On or off?\" }"),
        "{added}"
    );
    assert!(
        added.contains("slots = { state = \"off\", room = \"living_room\" }"),
        "{added}"
    );
}

#[test]
fn where_there_is_no_file_one_is_begun() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = ["--name", "hello", "--phrase", "hello there", "--yes"];
    let output = mynah(folder.path(), &arguments, "");
    if Path::new("/etc/mynah/mynah.toml").exists() {
        // An appliance: that file is the one that is meant.
        return;
    }
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("`mynah.toml` is begun"), "{told}");
    let text = read(folder.path(), "mynah.toml").expect("a file");
    assert!(text.starts_with("[[intent]]\nname = \"hello\""), "{text}");
}

#[test]
fn a_new_file_may_begin_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = [
        "--config",
        "new.toml",
        "--name",
        "hello",
        "--phrase",
        "hello there",
        "--reply",
        "Hi.",
        "--yes",
    ];
    let output = mynah(folder.path(), &arguments, "");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = read(folder.path(), "new.toml").expect("a file");
    assert!(text.starts_with("[[intent]]\nname = \"hello\""), "{text}");
    assert!(text.contains("[[test]]\nsay = \"hello there\""), "{text}");
}
