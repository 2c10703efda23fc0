//! `mynah chat` and `[[dialogue]]` as scripts see them: a file and lines in,
//! status and output out. Time passes by the script, never by the clock.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mynah_core::grammar::canonical;
use serde_json::{Value, json};

const HOUSE: &str = r#"
[llm]
backend = "none"

[builtin]
timers = true
alarms = true
schedule = true

[lists]
room = ["kitchen", "bedroom"]

[[intent]]
name = "light"
description = "Switch the light of a room"
phrases = ["turn {state} [the] [{room}] light"]
slots.state = { values = ["on", "off"] }
slots.room = { list = "room", ask = "Which room?" }
action = { type = "command", run = ["true", "{room}", "{state}"] }
undo = { type = "command", run = ["true", "{room}"] }
reply.ok = "The {room} light is {state}."
"#;

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(arguments)
        .current_dir(folder)
        .env("STATE_DIRECTORY", folder.join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // One that does not read, because its arguments are wrong, is gone.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn mynah(file: &str, arguments: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mynah.toml"), file).expect("the file is written");
    let output = run(folder.path(), arguments, input);
    // Timers of a chat are its own.
    assert!(!folder.path().join("state").exists(), "something was kept");
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("output is UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

#[test]
fn a_chat_remembers_asks_and_rings() {
    let script = "\
# an evening
turn on the light
the kitchen
and in the bedroom

set a timer for five minutes
no, ten minutes
+9m
+1m
stop
turn off the kitchen light in an hour
+1h
undo that
";
    let output = mynah(HOUSE, &["chat", "--batch", "-", "--json"], script);
    let lines = lines(&output);
    let told: Vec<String> = lines
        .iter()
        .map(|line| {
            let said = line["reply"].as_str().unwrap_or("-");
            // What follows is a time of this day.
            let said = said
                .split_once(" kitchen light at ")
                .map_or(said, |(deed, _)| deed);
            let incidents = line["incidents"].as_array().expect("a list");
            let incidents: Vec<&str> = incidents
                .iter()
                .map(|incident| incident["event"].as_str().expect("a name"))
                .collect();
            let timers = line["timers"].as_array().expect("a list").len();
            let state = line["state"].as_str().expect("a state");
            format!("{said} [{}] {state} {timers}", incidents.join(" "))
        })
        .collect();
    let expected = [
        "Which room? [] asking 0",
        "The kitchen light is on. [] idle 0",
        "The bedroom light is on. [] idle 0",
        "Your timer is set for five minutes. [] idle 1",
        "Your five minute timer is cancelled. Your timer is set for ten minutes. [] idle 1",
        "- [] idle 1",
        "- [ring] ringing 1",
        "Okay. [quiet] idle 0",
        "I will turn off the [] idle 1",
        "- [action] idle 0",
        "Okay, I have undone that. [] idle 0",
    ];
    assert_eq!(
        told,
        expected,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines[0]["turn"], lines[1]["turn"]);
    assert_ne!(lines[1]["turn"], lines[2]["turn"]);
    assert_eq!(
        lines[6]["incidents"][0]["reply"],
        "Your ten minute timer is done."
    );
}

#[test]
fn a_chat_for_people_shows_what_waits() {
    let script = "turn on the light\nset a timer for one minute\n+5\n";
    let output = mynah(HOUSE, &["chat", "--dry-run"], script);
    let text = std::str::from_utf8(&output.stdout).expect("output is UTF-8");
    for part in [
        "> turn on the light\n",
        "  asks     \"Which room?\"\n",
        "  waits for an answer to \"Which room?\"\n",
        "  set      one minute timer: ",
        "`+5` is no time that can pass",
    ] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn what_cannot_be_read_is_told() {
    let missing = mynah(HOUSE, &["chat", "--batch", "missing.txt"], "");
    assert_eq!(missing.status.code(), Some(1));
    let why = String::from_utf8_lossy(&missing.stderr);
    assert!(
        why.contains("cannot open the script `missing.txt`"),
        "{why}"
    );
    let wrong = mynah(HOUSE, &["chat", "turn on the light"], "");
    assert_eq!(wrong.status.code(), Some(2));
}

/// A dialogue with these turns beside the house.
fn dialogue(turns: &str) -> String {
    format!("{HOUSE}\n[[dialogue]]\nname = \"evening\"\nat = \"21:30\"\nturns = [{turns}]\n")
}

#[test]
fn a_dialogue_passes_or_names_its_first_failure() {
    let good = "\
        { say = \"turn on the light\", intent = \"asks\", reply = \"Which room?\" },\n\
        { say = \"the kitchen\", intent = \"light\", slots = { room = \"kitchen\", state = \"on\" } },\n\
        { say = \"what a lovely day\", intent = \"none\" },\n\
        { say = \"set a timer for ten minutes\", intent = \"timer_set\", slots = { duration = 600 } },\n\
        { wait = \"9 minutes and 59 seconds\", reply = \"\" },\n\
        { wait = \"1 second\", reply = [\"It is done.\", \"Your ten minute timer is done.\"] },\n\
        { say = \"stop\", reply = \"Okay.\" }";
    let output = mynah(&dialogue(good), &["test", "--json"], "");
    let all = lines(&output);
    assert_eq!(all.len(), 7, "{all:#?}");
    assert!(all.iter().all(|line| line["pass"] == true), "{all:#?}");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(all[4]["wait_s"], 599);
    assert_eq!(all[0]["dialogue"], "evening");

    let bad = "\
        { say = \"turn on the light\", intent = \"asks\" },\n\
        { say = \"the kitchen\", reply = \"The kitchen light is off.\" },\n\
        { say = \"undo that\" }";
    let output = mynah(&dialogue(bad), &["test", "--json"], "");
    let all = lines(&output);
    assert_eq!(output.status.code(), Some(1));
    let last = all.last().expect("a line");
    assert_eq!((all.len(), &last["pass"]), (2, &json!(false)));
    assert_eq!(
        last["expected"]["reply"],
        json!(["The kitchen light is off."])
    );
    assert_eq!(last["got"]["reply"], "The kitchen light is on.");
    let output = mynah(&dialogue(bad), &["test"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("\"the kitchen\" (in \"evening\")"), "{text}");
    assert!(
        text.ends_with("0 of 0 tests passed\n0 of 1 dialogues passed\n"),
        "{text}"
    );
}

#[test]
fn mistakes_in_dialogues_are_found_before_they_run() {
    for (turns, expected) in [
        (
            "{ say = \"a\", wait = \"5 minutes\" }",
            "a turn has either `say` or `wait`",
        ),
        ("{ reply = \"a\" }", "a turn has either `say` or `wait`"),
        ("{ wait = \"a while\" }", "`a while` is no length of time"),
        ("{ wait = \"32 days\" }", "that is too long for a dialogue"),
        (
            "{ wait = \"5 minutes\", intent = \"light\" }",
            "nothing is understood",
        ),
        (
            "{ say = \"a\", intent = \"lights\" }",
            "did you mean `light`?",
        ),
        (
            "{ say = \"a\", slots = { room = \"kitchen\" } }",
            "belong to an intent",
        ),
        ("{ say = \"a\", answer = \"b\" }", "did you mean `reply`?"),
        ("", "a dialogue without turns tests nothing"),
    ] {
        let output = mynah(&dialogue(turns), &["check"], "");
        let why = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        assert!(why.contains(expected), "{turns}: {why}");
        assert_eq!(output.status.code(), Some(2), "{turns}");
    }
    let at = dialogue("{ say = \"a\" }").replace("21:30", "half past nine");
    let why = mynah(&at, &["check"], "");
    let why =
        String::from_utf8_lossy(&why.stderr).into_owned() + &String::from_utf8_lossy(&why.stdout);
    assert!(
        why.contains("no time at which a dialogue can begin"),
        "{why}"
    );
}

/// TOML knows either one table or several of a name, so the settings of all
/// dialogues may stand in one of them.
#[test]
fn settings_and_dialogues_fit_into_one_file() {
    let both = format!(
        "{HOUSE}\n[[dialogue]]\nfollow_up = true\n[[dialogue]]\nturns = [{{ say = \"undo that\" }}]\n"
    );
    let output = mynah(&both, &["test"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.ends_with("1 of 1 dialogues passed\n"), "{text}");
    let twice = both.replace("turns", "follow_up = false\nturns");
    let why = mynah(&twice, &["check"], "");
    let why =
        String::from_utf8_lossy(&why.stderr).into_owned() + &String::from_utf8_lossy(&why.stdout);
    assert!(why.contains("`follow_up` is there twice"), "{why}");
}

#[test]
fn what_is_set_and_what_is_taken_back_can_be_expected() {
    let good = "\
        { say = \"turn on the kitchen light\", intent = [\"light\", \"asks\"], slots = { room = \"kitchen\", state = \"on\" }, timers = [] },\n\
        { say = \"undo that\", intent = \"undo\" },\n\
        { say = \"set a timer for ten minutes\" },\n\
        { say = \"set an alarm for 11 pm\", timers = [\"23:00\", \"10 minutes\"] },\n\
        { wait = \"4 minutes\", timers = [\"6 minutes\", \"23:00\"] }";
    let output = mynah(&dialogue(good), &["test"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        text.trim_end().lines().last(),
        Some("1 of 1 dialogues passed"),
        "{text}"
    );
    let bad = "{ say = \"set a timer for ten minutes\", timers = [\"5 minutes\"] }";
    let output = mynah(&dialogue(bad), &["test"], "");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("  set      in 600 s"), "{text}");
    assert!(
        text.contains("0 of 1 dialogues passed; 1 did something else"),
        "{text}"
    );
}

#[test]
fn a_dialogue_knows_nothing_of_the_timers_of_a_test() {
    let turns = r#"{ say = "set a timer for five minutes", timers = ["5 minutes"] }"#;
    let test = "[[test]]\nsay = \"set a timer for ten minutes\"\nintent = \"timer_set\"\nslots.duration = 600\n";
    let file = format!("{HOUSE}\n{test}\n[[dialogue]]\nturns = [{turns}]\n");
    let output = mynah(&file, &["test"], "");
    assert!(output.status.success(), "{output:?}");
}

/// The event loop hears what is spoken, also over passing time: a timer rings, and
/// the answer to it needs no wake word.
#[test]
fn a_dialogue_is_spoken_and_heard() {
    let turns = "\
        { say = \"set a timer for ten minutes\", timers = [\"10 minutes\"] },\n\
        { wait = \"10 minutes\", reply = \"Your ten minute timer is done.\" },\n\
        { say = \"stop\", intent = \"ring_stop\", timers = [] }";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mynah.toml"), HOUSE).expect("the file is written");
    let dialogue = format!("[[dialogue]]\nturns = [{turns}]\n");
    std::fs::write(folder.path().join("more.toml"), dialogue).expect("the file is written");
    let spoken = ["test", "--with", "more.toml", "--wav", "spoken", "--json"];
    let output = run(folder.path(), &spoken, "");
    let all = lines(&output);
    assert_eq!(all.len(), 3, "{output:?}");
    assert!(all.iter().all(|line| line["pass"] == true), "{all:#?}");
    let heard = all[0]["heard"].as_str().expect("a text");
    assert_eq!(canonical(heard), canonical("set a timer for ten minutes"));
    // The same sound is heard the same.
    let again = [
        "test",
        "--with",
        "more.toml",
        "--wav",
        "spoken",
        "--recorded",
        "--json",
    ];
    assert_eq!(lines(&run(folder.path(), &again, "")), all);
}
