//! Commands in one breath with their wake word, as people say them: spoken by
//! the project's own voice, heard by the appliance from a file.

use std::fs;
use std::process::Command;

use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_models::Store;
use mynah_speech::voice::{Piper, Synthesizer as _};
use serde_json::Value;

const CONFIG: &str = r#"
    [wake]
    words = ["hey_jarvis"]

    [llm]
    backend = "none"

    [[intent]]
    name = "light"
    description = "Switch the light"
    phrases = ["turn {state} the [{room}] light"]
    slots.state = { values = ["on", "off"] }
    slots.room = { values = ["kitchen", "hall"], optional = true }
    reply.ok = "Okay."

    [[intent]]
    name = "lock"
    description = "Lock a door"
    phrases = ["lock the {door} door"]
    slots.door = { values = ["front", "garden"] }
    reply.ok = "Okay."

    [[intent]]
    name = "good_night"
    description = "Everything off"
    phrases = ["good night [everyone]"]
    reply.ok = "Okay."
"#;

/// What is said behind the wake word, and what it means.
const SAID: [(&str, &str); 6] = [
    ("turn on the light", r#"light {"state":"on"}"#),
    (
        "turn off the kitchen light",
        r#"light {"state":"off","room":"kitchen"}"#,
    ),
    ("lock the front door", r#"lock {"door":"front"}"#),
    (
        "turn on the hall light",
        r#"light {"state":"on","room":"hall"}"#,
    ),
    ("lock the garden door", r#"lock {"door":"garden"}"#),
    ("good night", "good_night {}"),
];

/// Behind each command: more than its answer takes.
const AFTER_S: usize = 8;

/// The voice says a sentence otherwise each time, and once in a while badly.
const RIGHT: usize = SAID.len() - 1;

#[test]
fn a_command_needs_no_pause_after_the_wake_word() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (config, sound) = (
        folder.path().join("mynah.toml"),
        folder.path().join("in.wav"),
    );
    fs::write(&config, CONFIG).expect("a folder to write in");
    let mut voice = Piper::load(&Store::discover(), "en_US-joe-medium", 1.0)
        .expect("the voice; fetch it with `mynah models fetch`");
    let mut track = vec![0.0; SAMPLE_RATE as usize];
    let mut ends = Vec::new();
    for (command, _) in SAID {
        let mut speech = Vec::new();
        voice
            .speak(&format!("Hey Jarvis {command}."), &mut |stretch| {
                speech.extend(stretch);
                true
            })
            .expect("the voice can say this");
        track.extend(resample(&speech, voice.sample_rate(), SAMPLE_RATE));
        track.resize(track.len() + AFTER_S * SAMPLE_RATE as usize, 0.0);
        #[expect(clippy::cast_precision_loss, reason = "a minute")]
        ends.push(track.len() as f64 / f64::from(SAMPLE_RATE));
    }
    wav::write(&sound, &track, SAMPLE_RATE).expect("a folder to write in");
    let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["run", "--dry-run", "--events", "--config"])
        .arg(&config)
        .arg("--wav")
        .arg(&sound)
        .env("MYNAH_MODELS", Store::discover().root())
        .env("STATE_DIRECTORY", folder.path())
        .output()
        .expect("the program was built");
    let events = String::from_utf8_lossy(&output.stdout);
    let events = events
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("events are JSON"));
    let mut understood = [const { String::new() }; SAID.len()];
    for event in events.filter(|event| event["event"] == "intent") {
        let at = event["t_s"].as_f64().expect("a time");
        let number = ends.iter().take_while(|end| **end < at).count();
        if let Some(intent) = event["intents"].get(0) {
            let name = intent["intent"].as_str().expect("a name");
            understood[number] = format!("{name} {}", intent["slots"]);
        }
    }
    for ((said, meant), understood) in SAID.iter().zip(&understood) {
        assert!(
            understood.is_empty() || understood == meant,
            "{said}: {understood}"
        );
    }
    let right = understood.iter().filter(|one| !one.is_empty()).count();
    assert!(RIGHT <= right, "{understood:?}\n{output:?}");
}
