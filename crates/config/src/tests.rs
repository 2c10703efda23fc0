//! Files in, problems out: every broken file with the report that its owner
//! would read.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Source, parse};
use mynah_core::model::{ActionSpec, MqttSpec, SlotKind};

/// The reports of broken files, one after the other.
fn reports(files: &[&str]) -> String {
    let mut all = String::new();
    for text in files {
        let source = Source {
            name: "mynah.toml".into(),
            text: (*text).to_owned(),
        };
        let error = source.settings().expect_err(text);
        writeln!(all, "{error}\n----").expect("a string takes everything");
    }
    all
}

#[test]
fn what_is_not_toml_or_has_a_strange_shape() {
    let all = reports(&[
        "[device]\nname = Kitchen\n",
        "[device]\nname = “Kitchen”\n",
        "[device\nname = \"Kitchen\"\n",
        "[device]\nname = \"Kitchen\n",
        "[device]\nname = \"a\"\nname = \"b\"\n",
        "[device]\nname = \"a\"\n[audio]\n[device]\n",
        "[divice]\nname = \"Kitchen\"\n",
        "[device]\nnmae = \"Kitchen\"\n",
        "[device]\nname = 5\n",
        "[stt]\nthreads = -1\n",
        "[[intent]]\nphrases = [\"a\"]\n",
        "[[intent]]\nname = \"a\"\nphrases = \"a\"\n",
        "[[intent]]\nname = \"a\"\nphrases = [\"{b}\"]\nslots.b = { vals = [\"a\"] }\n",
        "[[intent]]\nname = \"a\"\nphrases = [\"b\"]\nreply = { good = \"Okay\" }\n",
        "[[intent]]\nname = \"a\"\nphrases = [\"b\"]\nreply = 7\n",
        "[lists]\nroom = [{ say = [\"lounge\"] }]\n",
        "[lists]\nroom = [true]\n",
        "[wake]\nwords = [{ name = \"alexa\", sens = \"low\" }]\n",
    ]);
    insta::assert_snapshot!(all);
}

/// An intent with one line more.
fn intent(line: &str) -> String {
    format!("[[intent]]\nname = \"a\"\nphrases = [\"b\"]\n{line}\n")
}

#[test]
fn what_beginners_write() {
    let files = [
        "[intent]\nname = \"a\"\nphrases = [\"a\"]\n".to_owned(),
        "[test]\nsay = \"a\"\nintent = \"none\"\n".to_owned(),
        "[[device]]\nname = \"a\"\n".to_owned(),
        intent("follow_up = yes"),
        "[audio]\nchimes = Off\n".to_owned(),
        "[device]\nname = Yes\n".to_owned(),
        intent("confirm = true"),
        intent("reply = false"),
        intent("slots.b = { values = [\"a\"], ask = true }"),
        intent("action = { type = \"command\", run = \"echo hello\" }"),
        "[[intent]]\nname = \"a\"\nphrases = \"turn on\"\n".to_owned(),
        "[[intent]]\nname = \"a\"\nphrases = [\"a\",\n  \"b\"\nreply = \"c\"\n".to_owned(),
        "[[intent]]\nname = \"a\"\nphrases = [\"a\"\n\n[[intent]]\nname = \"b\"\n".to_owned(),
        intent("action = { type = \"http\", url = \"http://a\", expect = \"200\" }"),
        intent("[[test]]\nsay = \"b\"\nintent = \"a\"\nslots = \"room=kitchen\""),
        intent("action = { type = \"command\", run = [\"C:\\tools\\x\"] }"),
        "[stt]\nthreads = \"2\"\n".to_owned(),
        intent("action = { type = \"say\", text = \"hello\" }"),
        intent("action = { type = \"command\", cmd = [\"a\"] }"),
        intent("action = { type = \"mqtt\", topic = \"a\", value = \"b\" }"),
        intent("action = { type = \"mqtt\", topc = \"a\" }"),
        intent("action = { type = \"mqtt\", wobble = \"a\" }"),
        "[[intent]]\nname = \"a\"\nsentences = [\"a\"]\n".to_owned(),
        intent("answer = \"b\""),
        intent("slots.b = { options = [\"a\"] }"),
        intent("[[test]]\ntext = \"b\"\nintent = \"a\""),
        "[mqtt]\nbroker = \"a\"\n".to_owned(),
        "[mqtt]\npassword = \"a\"\n".to_owned(),
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    insta::assert_snapshot!(reports(&files));
}

#[test]
fn what_is_right_in_form_and_wrong_in_meaning() {
    let all = reports(&[r#"
[secrets]
token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"

[[intent]]
name = "one"
phrases = ["from {room} to {room}", "switch {{state}}", "go {gone"]
slots.room = { values = ["a", "b"] }
slots.state = { values = ["on", "off"] }
slots.gone = { values = ["on", "off"] }
action = { type = "builtin", do = "time" }

[[intent]]
name = "two"
phrases = ["two"]
action = { type = "command", run = ["echo hi > /dev/null"] }

[[intent]]
name = "three"
phrases = ["three"]
action = { type = "command", run = ["echo hello"] }

[[intent]]
name = "four"
phrases = ["four"]
action = { type = "http", url = "http://a", token_file = "0123456789abcdef0123456789abcdef" }
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn what_works_and_is_hardly_meant() {
    let text = r#"
[secrets]
token = "abc123"

[lists]
number_of = ["den", "ten"]

[[intent]]
name = "lock"
phrases = ["lock the {door} door"]
slots.door = { values = ["front", "back"], default = "front", ask = "Which door?" }
action = { type = "mqtt", topic = "door/{door}/set", payload = "LOCK", retain = true }

[[intent]]
name = "unlock"
phrases = ["unlock the {door} door", "door [{room}] please"]
slots.door = { values = ["front", "back"], optional = true, ask = "Which door?" }
slots.room = { values = ["hall"], optional = true }
action = { type = "mqtt", topic = "door/{room}/set", payload = "UNLOCK" }

[[intent]]
name = "path"
phrases = ["path"]
action = { type = "command", run = ["/opt/my app/run"] }
"#;
    let settings = parse(text).unwrap_or_else(|problems| panic!("{problems:?}"));
    let source = Source {
        name: "mynah.toml".into(),
        text: text.into(),
    };
    let mut all = source.warnings(&settings.warnings);
    for empty in ["", "# nothing yet\n"] {
        let settings = parse(empty).expect("an empty file is right");
        let source = Source {
            name: "empty.toml".into(),
            text: empty.into(),
        };
        all += &source.warnings(&settings.warnings);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_file_that_is_not_utf8_names_the_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mynah.toml");
    std::fs::write(&path, b"[device]\nname = \"K\xfcche\"\n").expect("the folder is ours");
    let error = super::discover(Some(&path))
        .expect_err("it is Latin-1")
        .to_string();
    assert!(
        error.contains("line 2") && error.contains("save it as UTF-8"),
        "{error}"
    );
}

#[test]
fn wrong_settings_are_all_named_at_once() {
    let all = reports(&[
        r#"
[device]
name = ""
language = "fr"
[wake]
words = ["Hey Jarvis", { name = "alexa", sensitivity = "hi" }, "alexa"]
sensitivity = "loud"
refractory_ms = 100000
[stt]
threads = 0
endpoint_ms = 5
max_s = 90
[llm]
backend = "gpu"
timeout_ms = 0
[voice]
speed = 9.0
[mqtt]
host = ""
port = 0
password_file = "secret"
"#,
        "[wake]\nwords = []\n",
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_phrases() {
    let all = reports(&[
        r#"
[rules]
switch = "(turn|switch"
ping = "<pong>"
pong = "<ping>"

[[intent]]
name = "light"
phrases = [
    "turn (on|off the light",
    "<swich> on",
    "[please] [now]",
    """
switch it on!""",
    'say "hello"',
]
"#,
        r#"
[[intent]]
name = "note"
phrases = ["[please] {text}"]
slots.text = { type = "text" }

[[intent]]
name = "silent"

[[intent]]
name = "move"
phrases = ["move ({to}|[it] {to})", "from {to} [to] {to}"]
slots.to = { values = ["a", "b"] }
"#,
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_slots() {
    let all = reports(&[r#"
[lists]
room = ["kitchen", { value = "living_room", say = ["lounge"] }]

[[intent]]
name = "light"
phrases = ["{state} {rom} {rooms:place} {level} {what} {when} {room:other}"]
slots.state = { values = [] }
slots.level = { type = "number", min = 9, max = 3, default = "many" }
slots.what = { list = "romo" }
slots.when = { type = "tiem" }
slots.other = { values = ["a"] }
slots.unused = { values = ["a", "b"] }
slots.spare = { type = "text", optional = true }
slots.both = { list = "room", values = ["a"], default = "a" }
slots.bare = { ask = "Which?" }
slots.words = { type = "text", min = 3, ask = "" }
slots.result = { type = "text", default = "a" }
slots.where = { list = "room", default = "lounge" }
slots.there = { list = "room", default = "kitchn" }
slots.percent = { type = "number", max = 100, default = 120 }
slots.at = { type = "time", default = "7:30" }
slots.day = { type = "date", default = "2030-02-30" }
slots.long = { type = "duration", default = "soon" }
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_lists() {
    let all = reports(&[r#"
[lists]
"the rooms" = ["kitchen"]
empty = []
twice = ["a", "a"]
shared = [{ value = "a", say = ["the x", "X"] }, { value = "b", say = ["x"] }]
mute = ["!", { value = "b", say = [] }, { value = "", say = "x" }]
pattern = ["(a|b", "[a]", "a {b} (c|d)"]
large = ["(a|b|c|d|e|f|g|h|i|j) (a|b|c|d|e|f|g|h|i|j) (a|b|c|d|e|f|g|h|i|j) (a|b|c|d|e|f|g|h|i|j)"]
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_actions_and_templates() {
    let all = reports(&[r#"
[lists]
room = [{ value = "a", where = "up" }, "b"]
[[intent]]
name = "one"
phrases = ["one {room}"]
slots.level = { type = "number", default = 5 }
confirm = "Really {rooms}, {result.stdout}?"
action = { type = "command", run = ["{room}", "{x}"], topic = "a", timeout_s = 0 }
reply = { ok = ["{room.where}", "{level.a}"], fail = "{result.nothing} {result.stderr}" }
[[intent]]
name = "two"
phrases = ["two"]
action = { type = "http", url = "localhost/{y}", method = "GRAB", headers = { A = "{z}" }, body = '{"a": "{z}"}' }
[[intent]]
name = "three"
phrases = ["three"]
action = { type = "mqtt", topic = "a/#", payload = "{z}", qos = 3 }
reply = "{result.json.a}"
[[intent]]
name = "four"
phrases = ["four"]
action = { type = "say" }
reply = "{result.stdout}"
[[intent]]
name = "five"
phrases = ["five"]
action = { type = "comand", run = [] }
[[intent]]
name = "six"
phrases = ["six"]
action = { type = "command" }
[[intent]]
name = "seven"
phrases = ["seven"]
action = { type = "mqtt" }
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_actions_of_further_types() {
    let all = reports(&[
        r#"
[home_assistant]
url = "homeassistant.local:8123"
token_file = "/etc/mynah/token"
[secrets]
"my key" = "/etc/mynah/key"
door = "/etc/mynah/door"
[[intent]]
name = "one"
phrases = ["one {room}"]
slots.room = { values = ["a"] }
action = { type = "home_assistant", service = "light/turn_on", entity = "{room}", data = { a = "{rom}" } }
undo = { type = "home_assistant", entity = "light.{rooms}", response = true }
reply = "{result.state}"
[[intent]]
name = "two"
phrases = ["two"]
action = { type = "dbus", bus = "sytem", service = "systemd", path = "a/b", interface = "x", method = "a.b", signature = "sz", args = ["a", 1] }
[[intent]]
name = "three"
phrases = ["three"]
action = { type = "dbus", service = "a.b", path = "/", interface = "a.b", method = "c", signature = "s", args = ["a", []] }
[[intent]]
name = "four"
phrases = ["four"]
action = { type = "dbus", service = "a.b" }
[[intent]]
name = "five"
phrases = ["five"]
action = { type = "sequence", topic = "a", timeout_s = 1, steps = [
  { type = "sequence", steps = [] },
  { type = "mqtt" , topic = "a", undo = { type = "mqtt", undo = { type = "say" } } },
  { type = "command", run = ["a", "{secret:door}"], user = "{x}", on_failure = "ignroe" },
] }
[[intent]]
name = "six"
phrases = ["six"]
action = { type = "http", url = "http://a/{secret:dor}", expect = [20], retries = 9, token_file = "a", headers = { Authorization = "b" }, on_failure = { type = "htp" }, undo = { type = "say" } }
[[intent]]
name = "seven"
phrases = ["seven"]
undo = { type = "say" }
[[intent]]
name = "eight"
phrases = ["eight"]
action = { type = "sequence", steps = [] }
[[intent]]
name = "nine"
phrases = ["nine"]
action = { type = "mqtt", topic = "a", answer_topic = "b/+" }
reply = "{result.stdout}"
"#,
        "[[intent]]\nname = \"a\"\nphrases = [\"a\"]\naction = { type = \"home_assistant\", service = \"a.b\" }\n",
        "[[intent]]\nname = \"a\"\nphrases = [\"a\"]\naction = { type = \"http\", url = \"http://a\", expect = \"ok\" }\n",
        "[[intent]]\nname = \"a\"\nphrases = [\"a\"]\naction = { type = \"say\", on_failure = 3 }\n",
        "[home_assistant]\nurl = \"http://a\"\n",
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_wordings() {
    let all = reports(&[r#"
[[intent]]
name = "one"
phrases = ["one {room} {level}"]
slots.room = { values = [{ value = "a", floor = "b" }] }
slots.level = { type = "number" }
confirm = "Really {{ room }}?"
action = { type = "command", run = ["a"] }
[intent.reply]
ok = [
  "{{ rom }}",
  "{{ room.floor }}",
  "{{ value.lvl | words }} {{ field.room.flor }} {{ result.jsn.a }}",
  "{{ level | plurral('egg') }}",
  "{% if room %}{{ room }}",
  "{{ room",
  "{% include 'a' %}",
  "{{ level | plural('egg') }} {room} {result.stdout} {{ value.level + 1 }} {{ time | clock }}",
  "{rom} {{ room }}",
]
fail = "{{ secret:door }} {secret:door}"
pick = "randm"
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_ways_out() {
    let all = reports(&[
        r#"
[mqtt]
host = "a"
ca_file = "b"
topic = "/mynah/#"
[events]
token_file = "a"
discovery_prefix = "b"
"#,
        r#"
[events]
url = "ftp://a"
command = ["a", "{x}"]
discovery = true
discovery_prefix = "a//b"
"#,
        "[events]\nmqqt = true\n",
    ]);
    insta::assert_snapshot!(all);
}

#[test]
fn a_box_is_named_after_its_device() {
    let text = "[device]\nname = \"Küche & Flur!\"\n[mqtt]\ntls = true\n[events]\nmqtt = true\n";
    let settings = parse(text).expect("the file is good");
    let mqtt = settings.mqtt.expect("a broker");
    assert_eq!(
        (mqtt.topic.as_str(), mqtt.port),
        ("mynah/küche___flur", 8883)
    );
    let settings = parse("[events]\ndiscovery = true\n").expect("the file is good");
    assert_eq!(settings.mqtt.expect("events need a broker").port, 1883);
    let events = settings.events.expect("events");
    assert_eq!(events.discovery.as_deref(), Some("homeassistant"));
    assert!(!events.transcript && !events.mqtt);
}

#[test]
fn intents_that_get_into_each_others_way() {
    let all = reports(&[r#"
[lists]
room = ["kitchen", "hall"]

[[intent]]
name = "on"
phrases = ["switch on", "turn [on] {room}"]

[[intent]]
name = "on"
phrases = ["(light|lamp) on"]

[[intent]]
name = "dark"
phrases = ["off", "turn {place}"]
slots.place = { values = ["hall", "kitchen"] }

[[intent]]
name = "none"
phrases = ["nothing"]

[[intent]]
name = "two words"
phrases = ["Lamp on"]
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn wrong_tests() {
    let all = reports(&[r#"
[[intent]]
name = "light"
phrases = ["{room} {level} [{at}]"]
slots.room = { values = [{ value = "living_room", say = ["lounge"] }, "hall"] }
slots.level = { type = "number", max = 10 }
slots.at = { type = "time", optional = true }

[[test]]
say = ""
intent = "ligth"
[[test]]
say = "lounge"
intent = "light"
slots = { room = "lounge", levl = 3, level = 11, at = "late" }
[[test]]
say = "hall"
intent = "light"
slots = { room = 3, level = "three" }
[[test]]
say = "no"
intent = "none"
slots = { room = "hall" }
"#]);
    insta::assert_snapshot!(all);
}

#[test]
fn an_empty_file_has_all_defaults() {
    let settings = parse("").expect("an empty file is good");
    assert_eq!(settings.wake.words[0].name, "hey_jarvis");
    assert_eq!(settings.stt.model, "whisper-tiny.en");
    assert_eq!(settings.mqtt, None);
    assert!(settings.intents.is_empty() && settings.audio.chimes);
}

#[test]
fn the_shortest_useful_file_is_one_intent() {
    let file = "[[intent]]\nname = \"lights_on\"\nphrases = [\"lights on\"]\n";
    let settings = parse(file).expect("the file is good");
    let intent = &settings.intents[0];
    assert_eq!(intent.description, "lights on");
    assert_eq!(intent.reply.ok, ["Okay."]);
    assert_eq!(intent.action, None);
}

#[test]
fn slots_come_from_declarations_and_from_lists() {
    let settings = parse(
        r#"
[lists]
room = ["living_room", 7, { value = "hall", say = "(hall|corridor)[way]", floor = 1 }]
[[intent]]
name = "a"
phrases = ["{room} {room:to} {level} {milk}"]
slots.milk = { values = ["[some] (milk|cream)"] }
slots.level = { type = "number", unit = "percent" }
action = { type = "mqtt", topic = "a", timeout_s = 0.5 }
"#,
    )
    .expect("the file is good");
    let names: Vec<&str> = settings.intents[0]
        .slots
        .iter()
        .map(|slot| slot.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["milk", "level", "room", "to"],
        "declared ones first"
    );
    let values = |slot: usize| match &settings.intents[0].slots[slot].kind {
        SlotKind::Values(choices) => choices.clone(),
        other => panic!("{other:?} is not enumerated"),
    };
    let milks: Vec<String> = values(0).into_iter().map(|choice| choice.value).collect();
    assert_eq!(milks, ["some milk", "some cream", "milk", "cream"]);
    assert_eq!(values(2), values(3));
    assert_eq!(values(2)[0].say, ["living room"]);
    assert_eq!(values(2)[1].value, "7");
    assert_eq!(
        values(2)[2].say,
        ["hall", "hallway", "corridor", "corridorway"]
    );
    let slot = &settings.intents[0].slots[2];
    assert_eq!(slot.field("hall", "floor"), Some("1"));
    assert_eq!(slot.field("7", "floor"), None);
    assert_eq!(
        settings.mqtt.expect("the action needs a broker").host,
        "localhost"
    );
    let action = settings.intents[0].action.as_ref();
    assert!(matches!(
        action,
        Some(ActionSpec::Mqtt(MqttSpec {
            timeout_ms: 500,
            ..
        }))
    ));
}

#[test]
fn the_examples_are_good() {
    for (name, text, intents, tests) in [
        ("home", super::EXAMPLE, 12, 30),
        (
            "kiosk",
            include_str!("../../../assets/examples/kiosk.toml"),
            8,
            12,
        ),
        (
            "home-assistant",
            include_str!("../../../assets/examples/home-assistant.toml"),
            7,
            6,
        ),
        (
            "orders",
            include_str!("../../../assets/examples/orders.toml"),
            1,
            12,
        ),
    ] {
        let source = Source {
            name: format!("../../assets/examples/{name}.toml"),
            text: text.into(),
        };
        let settings = source.settings().unwrap_or_else(|error| panic!("{error}"));
        assert!(intents <= settings.intents.len(), "{name}");
        let near = |message: &str| message.contains("differ by one sound");
        assert!(
            settings
                .warnings
                .iter()
                .all(|warning| near(&warning.message)),
            "{name}"
        );
        assert!(tests <= settings.tests.len(), "{name}");
        assert!(settings.tests.iter().any(|test| test.intent == "none"));
        for test in &settings.tests {
            let line = text.lines().nth(test.line - 1);
            assert_eq!(line, Some("[[test]]"), "{name}: {}", test.say);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(\\[\\[?(intent|test|wake)\\]?\\]\n|(name|say|phrases|slots.a) ?= ?(\"[a({\\[<>)|;é]*\"|\\[\"[a({\\[)|;é]*\"\\]|3)\n|\\PC){0,8}") {
        if let Err(problems) = parse(&text) {
            let source = Source { name: "x".into(), text };
            prop_assert!(!problems.is_empty() && !source.report(&problems).is_empty());
        }
    }
}

mod actions;
mod house;
mod panel;
mod safety;
mod serve;
mod texts;
