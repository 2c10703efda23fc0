//! Texts that questions are answered from: a file and its text in, what is wrong out.

use std::fs;

use mynah_core::model::{ActionSpec, Settings};

use crate::Source;

const FILE: &str = "\
[[intent]]
name = \"about\"
phrases = [\"tell me about the mill\"]
action = { type = \"answer\", from = \"mill.md\" }
";

/// What comes of a file beside which `mill.md` has these bytes.
fn checked(text: &str, mill: Option<&[u8]>) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    if let Some(mill) = mill {
        fs::write(folder.path().join("mill.md"), mill).expect("it can be written");
    }
    let file = folder.path().join("mynah.toml");
    let source = Source {
        name: file.display().to_string(),
        text: text.to_owned(),
    };
    let shown = folder.path().display().to_string();
    source
        .checked(None)
        .map_err(|problems| source.report(&problems).replace(&shown, "FOLDER"))
}

#[test]
fn a_text_is_read_beside_the_configuration() {
    let text = b"\xef\xbb\xbf# The mill\n\nIt was built in 1794. It turns on Saturdays.\n";
    let settings = checked(FILE, Some(text)).expect("both are good");
    let Some(ActionSpec::Answer(spec)) = &settings.intents[0].action else {
        panic!("{:?}", settings.intents[0]);
    };
    assert_eq!(spec.text.passages[0].heading, "The mill");
    assert_eq!(spec.text.passages[0].sentences.len(), 2);
    assert_eq!(spec.timeout_ms, settings.llm.timeout_ms);
    let intent = &settings.intents[0];
    assert!(
        !intent.llm && !intent.later,
        "questions reach it by their words"
    );
}

#[test]
fn what_is_no_text_is_reported_with_its_place() {
    let report = |mill: Option<&[u8]>| checked(FILE, mill).expect_err("it is wrong");
    insta::assert_snapshot!(report(None));
    insta::assert_snapshot!(report(Some(b"")));
    insta::assert_snapshot!(report(Some(b"caf\xe9 and more")));
    insta::assert_snapshot!(report(Some(&vec![b'a'; 600_000])));
}

#[test]
fn an_answer_has_no_slots_and_its_text_is_its_reply() {
    let check = |from: &str, to: &str, key: &str| {
        let problems = crate::parse(&FILE.replace(from, to)).expect_err("refused");
        assert!(
            problems.iter().any(|problem| problem.key == key),
            "{problems:#?}"
        );
    };
    check(", from = \"mill.md\"", "", "intent[0].action");
    check("mill.md", "{mill}.md", "intent[0].action.from");
    check("action =", "reply = \"Okay.\"\naction =", "intent[0].reply");
    check("action =", "later = true\naction =", "intent[0].later");
    check(
        "action =",
        "undo = { type = \"answer\", from = \"a\" }\naction =",
        "intent[0].undo",
    );
    let slots = "slots.what = { values = [\"mill\"] }\naction =";
    let text = FILE
        .replace("the mill", "the {what}")
        .replace("action =", slots);
    let problems = crate::parse(&text).expect_err("refused");
    assert!(
        problems
            .iter()
            .any(|problem| problem.key == "intent[0].slots"),
        "{problems:#?}"
    );
}
