//! `mynah wake train`, `list` and `remove` as they are used wrongly, and with words that
//! are there. No word is trained: that needs the voices, and minutes.

use std::path::Path;
use std::process::{Command, Output};

use mynah_wake::word::Word;
use mynah_wake::{Classifier, WIDTH};
use serde_json::Value;

fn mynah(state: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mynah"))
        .arg("wake")
        .args(arguments)
        .current_dir(state)
        .env("STATE_DIRECTORY", state)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

fn word(name: &str) -> Vec<u8> {
    let classifier = Classifier {
        weights: vec![0.25; 8 * WIDTH],
        bias: -1.0,
    };
    // The digest of the embedding, as the manifest has it.
    let manifest = mynah_models::manifest::Manifest::built_in();
    let embedding = &manifest
        .model("speech-embedding")
        .expect("it is named")
        .files[0]
        .sha256;
    Word::new(name, &name.replace('_', " "), "en", embedding, &classifier).write()
}

/// Runs `wake` with these words in the state directory; expects this status, and this in
/// what it says.
fn check(words: &[(&str, &[u8])], arguments: &[&str], status: i32, expected: &str) {
    let state = tempfile::tempdir().expect("a temporary directory");
    let folder = state.path().join("wake");
    std::fs::create_dir(&folder).expect("room");
    for (name, content) in words {
        std::fs::write(folder.join(format!("{name}.word")), content).expect("room");
    }
    let output = mynah(state.path(), arguments);
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(said.contains(expected), "{arguments:?}: {said}");
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
    if status != 0 {
        assert!(said.contains("hint: "), "{arguments:?}: {said}");
        assert_eq!(
            std::fs::read_dir(&folder).expect("it is there").count(),
            words.len()
        );
    }
}

#[test]
fn words_that_cannot_work_are_refused_with_a_reason() {
    let train = |text: &str, status, expected: &str| {
        check(&[], &["train", text], status, expected);
    };
    train("", 2, "there is no word");
    train(&"a".repeat(200), 2, "200 letters");
    train("компьютер", 2, "not of the Latin alphabet");
    train("hal 9000", 2, "a figure in it");
    train("../../etc/passwd", 2, "cannot be spoken");
    train("alexa", 2, "`alexa` is a built-in wake word");
    train("Hey Jarvis", 2, "`hey_jarvis` is a built-in wake word");
    train("hey", 2, "too short");
    check(
        &[],
        &["train", "spiegel", "--language", "de"],
        2,
        "speaks `de`",
    );
    let mine = word("smart_mirror");
    check(
        &[("smart_mirror", &mine)],
        &["train", "smart mirror"],
        2,
        "already",
    );
    check(
        &[],
        &["train", "smart mirror", "--add", "none.wav"],
        1,
        "none.wav",
    );
}

#[test]
fn words_are_listed_and_removed() {
    let mine = word("smart_mirror");
    let words: &[(&str, &[u8])] = &[("smart_mirror", &mine)];
    check(words, &["list"], 0, "smart_mirror");
    check(words, &["list"], 0, "built-in");
    check(
        words,
        &["remove", "smart_mirror"],
        0,
        "removed smart_mirror",
    );
    check(
        words,
        &["remove", "smart_miror"],
        2,
        "did you mean `smart_mirror`",
    );
    check(
        words,
        &["remove", "alexa"],
        2,
        "there is no trained word `alexa`",
    );
    check(&[("torn", &mine[..100])], &["list"], 1, "damaged");
    let state = tempfile::tempdir().expect("a temporary directory");
    std::fs::create_dir(state.path().join("wake")).expect("room");
    std::fs::write(state.path().join("wake/smart_mirror.word"), &mine).expect("room");
    let output = mynah(state.path(), &["list", "--json"]);
    let lines: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    let built_in = lines.iter().filter(|line| line["built_in"] == true).count();
    assert_eq!((built_in, lines.len()), (4, 5));
    assert_eq!(lines[4]["word"], "smart_mirror");
}
