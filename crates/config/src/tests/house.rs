//! Home Assistant's names beside the file.

use std::collections::BTreeMap;

use crate::house::{Followed, read, write};
use crate::{parse, parse_followed};
use mynah_core::model::{Settings, SlotChoice, SlotKind};

const FILE: &str = r#"
[device]
area = "Lounge"
[home_assistant]
url = "http://ha:8123"
token_file = "/etc/token"
follow = true
[lists]
light = [
  { value = "mine", say = ["bedside lamp"], entity = "light.bed" },
  { value = "disco", say = ["disco ball"], entity = "switch.ball", area = "" },
]
[[intent]]
name = "light"
phrases = ["turn {state} [the] {light}"]
slots.state = { values = ["on", "off"] }
action = { type = "home_assistant", service = "light.turn_{state}", entity = "{light.entity}" }
[[intent]]
name = "lights"
phrases = ["turn {state} [the] lights [in [the] {area}]"]
slots.state = { values = ["on", "off"] }
slots.area = { list = "area", default = "here", ask = "Which room?" }
action = { type = "home_assistant", service = "light.turn_{state}", data = { area_id = "{area}" } }
[[test]]
say = "turn on the ceiling light"
intent = "light"
slots = { light = "ceiling", state = "on" }
"#;

fn choice(value: &str, say: &[&str], fields: &[(&str, &str)]) -> SlotChoice {
    let field = |(name, field): &(&str, &str)| ((*name).to_owned(), (*field).to_owned());
    SlotChoice {
        value: value.into(),
        say: say.iter().map(|form| (*form).to_owned()).collect(),
        fields: fields.iter().map(field).collect::<BTreeMap<_, _>>(),
    }
}

fn followed() -> Followed {
    let light = |name: &str, say: &[&str]| {
        let entity = format!("light.{name}");
        choice(name, say, &[("entity", &entity), ("area", "lounge")])
    };
    let area = |name: &str, say: &[&str]| choice(name, say, &[("floor", "")]);
    vec![
        (
            "area".into(),
            vec![area("lounge", &["lounge", "den"]), area("hall", &["hall"])],
        ),
        (
            "light".into(),
            vec![
                light("bed", &["Bed light", "bedside lamp"]),
                light("ceiling", &["ceiling light", "disco ball"]),
                light("ball", &["disco ball"]),
            ],
        ),
    ]
}

/// `value: forms`, one a line.
fn list(settings: &Settings, intent: &str, slot: &str) -> String {
    let intent = settings
        .intents
        .iter()
        .find(|spec| spec.name == intent)
        .expect("an intent");
    let slot = intent
        .slots
        .iter()
        .find(|spec| spec.name == slot)
        .expect("a slot");
    let SlotKind::Values(choices) = &slot.kind else {
        panic!("{slot:?}");
    };
    let line = |choice: &SlotChoice| format!("{}: {}\n", choice.value, choice.say.join(" | "));
    choices.iter().map(line).collect()
}

fn default(settings: &Settings) -> Option<&str> {
    let intent = settings
        .intents
        .iter()
        .find(|spec| spec.name == "lights")
        .expect("an intent");
    let slot = intent
        .slots
        .iter()
        .find(|spec| spec.name == "area")
        .expect("a slot");
    slot.default.as_deref()
}

#[test]
fn names_join_what_the_owner_wrote() {
    let settings = parse_followed(FILE, None, &followed()).unwrap_or_else(|p| panic!("{p:?}"));
    // The lamp by the bed keeps the owner's value; the ball of Home Assistant would
    // be called as the owner's switch.
    assert_eq!(
        list(&settings, "light", "light"),
        "mine: bedside lamp | Bed light\ndisco: disco ball\nceiling: ceiling light\n"
    );
    assert_eq!(
        list(&settings, "lights", "area"),
        "lounge: lounge | den\nhall: hall\n"
    );
    assert_eq!(default(&settings), Some("lounge"));
    let warnings: Vec<_> = settings.warnings.iter().map(|w| &w.message).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn a_file_is_right_before_any_name_is_known() {
    let settings = parse(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(list(&settings, "lights", "area"), "");
    assert_eq!(default(&settings), None);
    // What the test expects, and where the box is.
    assert_eq!(settings.warnings.len(), 2, "{:?}", settings.warnings);
    // Without following, the lists are not there.
    let alone = FILE.replace("follow = true", "");
    let problems = parse(&alone).expect_err("there is no list of areas");
    assert!(
        problems
            .iter()
            .any(|problem| problem.message.contains("`area`")),
        "{problems:?}"
    );
}

#[test]
fn here_is_the_area_of_the_box() {
    let check = |area: &str, list: &str, expected: Result<Option<&str>, &str>| {
        let text = format!(
            "[device]\n{area}\n[lists]\nroom = [{list}]\n[[intent]]\nname = \"lights\"\n\
             phrases = [\"lights [in the {{area}}]\"]\n\
             slots.area = {{ list = \"room\", default = \"here\" }}\n\
             action = {{ type = \"mqtt\", topic = \"a/{{area}}\" }}\n"
        );
        match (parse(&text), expected) {
            (Ok(settings), Ok(expected)) => assert_eq!(default(&settings), expected, "{text}"),
            (Err(problems), Err(expected)) => {
                assert!(problems[0].message.contains(expected), "{problems:?}");
            }
            (found, _) => panic!("{:?}\n{text}", found.err()),
        }
    };
    let hall = "{ value = \"hall_1\", say = [\"the hall\", \"entrance hall\"] }, \"attic\"";
    check("area = \"attic\"", hall, Ok(Some("attic")));
    check("area = \"Entrance hall\"", hall, Ok(Some("hall_1")));
    check(
        "area = \"garage\"",
        hall,
        Err("`garage` of the box is none of these"),
    );
    check("", hall, Err("does not know where it is"));
    // A value of that name is a value.
    check("", "\"here\", \"attic\"", Ok(Some("here")));
}

#[test]
fn names_are_kept_for_one_house() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("state/home-assistant.json");
    assert_eq!(read(&path, "http://ha").expect("none is there"), Vec::new());
    write(&path, "http://ha", &followed()).expect("the folder is ours");
    assert_eq!(
        read(&path, "http://ha").expect("it was written"),
        followed()
    );
    assert_eq!(
        read(&path, "http://other").expect("it is of another"),
        Vec::new()
    );
    // Of the program before there were versions, and of a later one.
    let text = std::fs::read_to_string(&path).expect("it is there");
    for (version, more) in [("", ""), ("\"version\": 7,", "\"rooms\": [1],")] {
        let other = text.replace("\"version\": 1,", &format!("{version}{more}"));
        assert_ne!(other, text);
        std::fs::write(&path, other).expect("the folder is ours");
        let names = read(&path, "http://ha").expect("it is understood");
        assert_eq!(names, followed(), "{version}");
    }
    std::fs::write(&path, "{\"url\":").expect("the folder is ours");
    assert!(read(&path, "http://ha").is_err());
}
