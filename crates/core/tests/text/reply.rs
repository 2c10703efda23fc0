//! What a person hears after an action.

use serde_json::json;

use mynah_config::parse;
use mynah_core::model::Settings;
use mynah_core::reply::fixed_sentences;
use mynah_core::reply::{Moment, render_reply, render_show};
use mynah_core::turn::{Intent, Outcome, Slot, SlotValue};

const FILE: &str = r#"
[[intent]]
name = "light"
description = "Switch a light"
phrases = ["light {room} [at {level}]"]
slots.room = { values = [{ value = "living_room", say = ["living room", "lounge"], floor = "first" }] }
slots.level = { type = "number", optional = true }
action = { type = "command", run = ["true"] }
"#;

/// A request, and what came of its action.
fn turn(ok: bool) -> (Intent, Outcome) {
    let intent = Intent {
        name: "light".into(),
        slots: vec![Slot {
            name: "room".into(),
            value: SlotValue::Text("living_room".into()),
            spoken: "living room".into(),
        }],
        when: None,
    };
    let outcome = Outcome {
        kind: "command",
        ok,
        detail: String::new(),
        result: json!({
            "stdout": "two\n  lines", "json": {"list": [1, {"name": "it"}], "on": true, "no": null,
                "long": "word ".repeat(1000)},
        }),
        show: None,
        answer: None,
    };
    (intent, outcome)
}

const fn moment(turn: u32) -> Moment<'static> {
    Moment {
        now: jiff::civil::date(2030, 12, 24).at(7, 30, 0, 0),
        device: "Kitchen",
        turn,
    }
}

/// The settings of the file with something added to its intent.
fn settings(more: &str) -> Settings {
    parse(&format!("{FILE}{more}")).unwrap_or_else(|problems| {
        panic!("the test's own file: {problems:?}");
    })
}

/// The reply after `reply = ...` was added to the file.
fn check(reply: &str, ok: bool, number: u32, expected: &str) {
    let (intent, outcome) = turn(ok);
    let settings = settings(reply);
    let spoken = render_reply(&settings.intents[0], &intent, &outcome, moment(number));
    assert_eq!(spoken, expected, "{reply}");
}

/// What a screen shows after `show = ...` was added to the file, as JSON.
fn shows(show: &str, ok: bool, expected: &serde_json::Value) {
    let (intent, outcome) = turn(ok);
    let settings = settings(show);
    let shown = render_show(&settings.intents[0], &intent, &outcome, moment(0));
    assert_eq!(json!(shown), *expected, "{show}");
}

#[test]
fn a_screen_shows_wordings_that_are_filled_like_replies() {
    shows("", true, &json!(null));
    let show = r#"show = { text = "In the {room}", list = ["{result.stdout}", "{level}", "{room.floor}"],
        qr = "https://light.example/{{ value.room }}" }"#;
    let show = show.replace('\n', " ");
    let expected = json!({
        "intent": "light", "text": "In the living room", "list": ["two lines", "first"],
        "qr": "https://light.example/living_room",
    });
    shows(&show, true, &expected);
    shows(&show, false, &json!(null));
    shows(
        r#"suggest = ["Off again"]"#,
        true,
        &json!({"intent": "light", "suggest": ["Off again"]}),
    );
    shows(
        r#"show = { image = "lamp.png", alt = "A lamp" }"#,
        true,
        &json!({"intent": "light", "alt": "A lamp"}),
    );
}

#[test]
fn a_remark_of_the_action_replaces_the_owner_s_words() {
    let settings = parse(&format!("{FILE}reply = \"The {{room}} light is on.\""));
    let settings = settings.expect("the test's own file");
    let intent = Intent {
        name: "light".into(),
        slots: Vec::new(),
        when: None,
    };
    let moment = Moment {
        now: jiff::civil::date(2030, 12, 24).at(7, 30, 0, 0),
        device: "Kitchen",
        turn: 0,
    };
    let said = |ok, remark: &str| {
        let outcome = Outcome {
            kind: "home_assistant",
            ok,
            detail: String::new(),
            result: json!({"remark": remark, "say": "It does not answer."}),
            show: None,
            answer: None,
        };
        render_reply(&settings.intents[0], &intent, &outcome, moment)
    };
    assert_eq!(said(true, "I cannot tell."), "I cannot tell.");
    assert_eq!(said(false, "I cannot tell."), "It does not answer.");
}

#[test]
fn replies_are_filled_with_spoken_words_and_results() {
    check("", true, 0, "Okay.");
    check("", false, 0, "Sorry, that did not work.");
    check(
        r#"reply = "The {room} light.""#,
        true,
        7,
        "The living room light.",
    );
    check(
        r#"reply = "On the {room.floor} floor.""#,
        true,
        0,
        "On the first floor.",
    );
    check(r#"reply = "Light[ at {level}] on.""#, true, 0, "Light on.");
    for (turn, expected) in [(0, "One."), (1, "Two."), (2, "One."), (u32::MAX, "Two.")] {
        check(r#"reply = { ok = ["One.", "Two."] }"#, true, turn, expected);
    }
    check(
        r#"reply = { fail = "No {room}." }"#,
        false,
        0,
        "No living room.",
    );
    check(
        r#"reply = "It is {result.stdout}.""#,
        true,
        0,
        "It is two lines.",
    );
    check(
        r#"reply = "{result.json.list.1.name} {result.json.on} {result.json.list.0}""#,
        true,
        0,
        "it true 1",
    );
    check(
        r#"reply = "{result.json.no}{result.json.x.y}{level}!""#,
        true,
        0,
        "Okay.",
    );
}

#[test]
fn sentences_without_values_are_fixed() {
    let reply = r#"reply = { ok = ["Light  on.", "{room} on."], fail = "No light." }"#;
    let settings = parse(&format!("{FILE}{reply}")).expect("the test's own file");
    let fixed = fixed_sentences(&settings);
    for sentence in [
        "Okay.",
        "Light on.",
        "No light.",
        "Sorry, that did not work.",
    ] {
        assert!(fixed.iter().any(|text| text == sentence), "{sentence}");
    }
    assert!(!fixed.iter().any(|text| text.contains("{room}")));
}

#[test]
fn a_reply_is_bounded() {
    let long = format!("{}...", "word ".repeat(120).trim_end());
    check(
        r#"reply = "{result.json.long} End.""#,
        true,
        0,
        &format!("{long} End."),
    );
}

#[test]
fn a_wording_may_have_expressions() {
    for (wording, expected) in [
        (
            "{{ room }} on {{ field.room.floor }}",
            "living room on first",
        ),
        (
            "{% if value.room == 'living_room' %}{room}!{% endif %}",
            "living room!",
        ),
        (
            "{{ result.json.list | length | plural('thing') }}",
            "2 things",
        ),
        (
            "Good {{ 'morning' if hour < 12 else 'day' }}, {{ device }}.",
            "Good morning, Kitchen.",
        ),
        (
            "It is {{ time | clock }}.",
            "It is half past seven in the morning.",
        ),
        ("{{ date | day }}, {{ weekday }}", "today, Tuesday"),
        ("{{ level | words }}{{ 1 / 0 }}", "Okay."),
        ("{{ result.json.nothing.at.all }}", "Okay."),
    ] {
        check(&format!("reply = \"{wording}\""), true, 0, expected);
    }
}

#[test]
fn wordings_at_random_are_all_taken() {
    let settings = parse(&format!(
        "{FILE}reply = {{ ok = [\"One.\", \"Two.\", \"Three.\"], pick = \"random\" }}"
    ))
    .expect("the test's own file");
    assert!(settings.intents[0].reply.random);
    let intent = Intent::new("light");
    let outcome = Outcome {
        kind: "command",
        ok: true,
        detail: String::new(),
        result: json!({}),
        show: None,
        answer: None,
    };
    let said: std::collections::BTreeSet<String> = (0..300)
        .map(|turn| {
            let moment = Moment {
                now: jiff::civil::date(2030, 1, 1).at(0, 0, 0, 0),
                device: "",
                turn,
            };
            render_reply(&settings.intents[0], &intent, &outcome, moment)
        })
        .collect();
    assert_eq!(said.len(), 3, "{said:?}");
}

#[test]
fn an_action_may_word_its_own_failure_and_a_try_has_no_result() {
    let said = |reply: &str, ok: bool, detail: &str, result: serde_json::Value| {
        let settings = parse(&format!("{FILE}{reply}")).expect("the test's own file");
        let outcome = Outcome {
            kind: "command",
            ok,
            detail: detail.into(),
            result,
            show: None,
            answer: None,
        };
        let moment = Moment {
            now: jiff::civil::date(2030, 1, 1).at(0, 0, 0, 0),
            device: "",
            turn: 0,
        };
        render_reply(
            &settings.intents[0],
            &Intent::new("light"),
            &outcome,
            moment,
        )
    };
    let silent = json!({"say": "The kitchen light does not answer."});
    let own = r#"reply = { fail = "Not today." }"#;
    let result = r#"reply = "It is {result.stdout} degrees.""#;
    for (reply, ok, detail, result, expected) in [
        (
            "",
            false,
            "",
            silent.clone(),
            "The kitchen light does not answer.",
        ),
        (own, false, "", silent, "Not today."),
        ("", false, "", json!({}), "Sorry, that did not work."),
        (result, true, "dry run: true", json!({}), "Okay."),
        (
            result,
            true,
            "true",
            json!({"stdout": "21"}),
            "It is 21 degrees.",
        ),
    ] {
        assert_eq!(said(reply, ok, detail, result), expected, "{reply}");
    }
}
