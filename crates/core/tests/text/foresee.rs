//! What is spoken beforehand.

use mynah_core::reply::foreseen_sentences;

#[test]
fn what_the_file_tells_is_foreseen_and_nothing_else() {
    let settings = mynah_config::parse(
        r#"
        [[intent]]
        name = "light"
        description = "Switch the light"
        phrases = ["turn {state} the {room} light [at {level}]", "read {text}"]
        slots.state = { values = ["on", "off"] }
        slots.room = { values = [{ value = "living_room", say = ["lounge", "parlour"] }, "hall"], ask = "Which room?" }
        slots.level = { type = "number" }
        slots.text = { type = "text" }
        confirm = "The {room} light, really?"
        reply = { ok = ["The {room} light is {state}.", "At {level}.", "{{ time }}", "You said {text}."], fail = "No {room} light." }
        "#,
    )
    .expect("the test's own file");
    let foreseen = foreseen_sentences(&settings);
    let own = foreseen.iter().filter(|text| {
        ["lounge", "hall", "room", "At", "said"]
            .iter()
            .any(|word| text.contains(word))
    });
    assert_eq!(
        own.collect::<Vec<_>>(),
        [
            "Which room?",
            "The lounge light is on.",
            "The hall light is on.",
            "The lounge light is off.",
            "The hall light is off.",
            "The lounge light, really?",
            "The hall light, really?",
        ]
    );
    assert!(foreseen.iter().any(|text| text == "Okay."));
}

#[test]
fn too_many_are_not_begun_with() {
    let rooms: Vec<String> = (0..30).map(|n| format!("\"room {n}\"")).collect();
    let settings = mynah_config::parse(&format!(
        "[[intent]]\nname = \"go\"\ndescription = \"Go\"\nphrases = [\"go {{room}}\"]\n\
         slots.room = {{ values = [{}] }}\nreply.ok = \"To {{room}}.\"",
        rooms.join(", ")
    ))
    .expect("the test's own file");
    let foreseen = foreseen_sentences(&settings);
    assert!(foreseen.iter().all(|text| !text.starts_with("To ")));
}
