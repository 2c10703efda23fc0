//! Several actions as one, and what comes after a failure.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{intent, settings};
use crate::{Actor as _, DryRun, World};
use mynah_config::parse;
use mynah_core::model::ActionSpec;

/// Acts on `action = ...`, in which `LOG WORD` writes the word into a file, and
/// `FAIL` fails. Gives success, the file, and what a dry run tells.
fn check(action: &str, ok: bool, log: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(), open).expect("the folder is ours");
    let file = folder.path().join("log");
    let write = format!(
        r#"type = "command", run = ["sh", "-c", "echo $1 >> {}", "sh", "{{x}}-WORD"]"#,
        file.display()
    );
    let mut text = action.replace("FAIL", r#"type = "command", run = ["false"]"#);
    while let Some((before, rest)) = text.split_once("LOG ") {
        let end = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        text = format!(
            "{before}{}{}",
            write.replace("WORD", &rest[..end]),
            &rest[end..]
        );
    }
    let text = format!(
        "[[intent]]\nname = \"a\"\nphrases = [\"a {{x}} b\"]\nslots.x = {{ type = \"text\" }}\naction = {text}"
    );
    let parsed = parse(&text).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let spec: &ActionSpec = parsed.intents[0].action.as_ref().expect("an action");
    let planned = DryRun::new(&settings(None)).act(spec, &intent("now"));
    assert!(planned.ok && !file.exists(), "{}", planned.detail);
    let outcome = World::new(&settings(None)).act(spec, &intent("now"));
    assert_eq!(outcome.ok, ok, "{}", outcome.detail);
    let written = fs::read_to_string(&file).unwrap_or_default();
    let words: Vec<&str> = written.lines().collect();
    assert_eq!(words.join(" "), log, "{}", outcome.detail);
    outcome.detail
}

#[test]
fn steps_run_in_order_and_the_first_failure_takes_them_back() {
    check(
        r#"{ type = "sequence", steps = [{ LOG one }, { type = "say" }, { LOG two }] }"#,
        true,
        "now-one now-two",
    );
    let detail = check(
        r#"{ type = "sequence", steps = [
            { LOG one, undo = { LOG undo1 } }, { LOG two }, { LOG three, undo = { LOG undo3 } },
            { FAIL, undo = { LOG never } }, { LOG four } ] }"#,
        false,
        "now-one now-two now-three now-undo3 now-undo1",
    );
    assert!(
        detail.starts_with("step 4 of 5: false: exit status 1"),
        "{detail}"
    );
}

#[test]
fn an_undo_that_fails_does_not_keep_the_others_from_it() {
    check(
        r#"{ type = "sequence", steps = [
            { LOG one, undo = { LOG undo1 } }, { LOG two, undo = { FAIL } }, { FAIL } ] }"#,
        false,
        "now-one now-two now-undo1",
    );
}

#[test]
fn a_failure_may_be_ignored_or_answered_by_another_action() {
    for (action, ok, log) in [
        (r#"{ FAIL, on_failure = "ignore" }"#, true, ""),
        (r#"{ FAIL, on_failure = "fail" }"#, false, ""),
        (r"{ FAIL, on_failure = { LOG plan } }", true, "now-plan"),
        (r"{ FAIL, on_failure = { FAIL } }", false, ""),
        (
            r"{ LOG first, on_failure = { LOG plan } }",
            true,
            "now-first",
        ),
        (
            r#"{ type = "sequence", steps = [{ FAIL, on_failure = "ignore" }, { LOG on }] }"#,
            true,
            "now-on",
        ),
        (
            r#"{ type = "sequence", on_failure = { LOG plan }, steps = [{ LOG a, undo = { LOG b } }, { FAIL }] }"#,
            true,
            "now-a now-b now-plan",
        ),
    ] {
        check(action, ok, log);
    }
}

#[test]
fn the_results_of_all_steps_are_there_for_the_reply() {
    let text = r#"
[[intent]]
name = "a"
phrases = ["a"]
action = { type = "sequence", steps = [
    { type = "command", run = ["echo", '{"a": 1}'] }, { type = "command", run = ["echo", "last"] } ] }
reply = "{result.steps.0.json.a} {result.stdout}"
"#;
    let settings = parse(text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let spec = settings.intents[0].action.as_ref().expect("an action");
    let outcome = World::new(&settings).act(spec, &intent(""));
    assert_eq!(outcome.result["steps"][0]["json"]["a"], 1);
    assert_eq!(outcome.result["stdout"], "last");
    assert_eq!(outcome.result["json"]["a"], 1);
}
