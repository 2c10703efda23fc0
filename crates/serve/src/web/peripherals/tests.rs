//! A turn, timers and commands, as a controller sees and sends them.

use mynah_core::timers::Kind;
use serde_json::{Value, json};

use super::{Controller, order};
use crate::console::{ConsoleOrder, State, Timer};

fn timer(id: u64, left_s: u64) -> Timer {
    Timer {
        id,
        kind: Kind::Timer,
        text: "tea".into(),
        left_s,
    }
}

fn names(said: &[Value]) -> Vec<&str> {
    said.iter()
        .filter_map(|one| one["event"].as_str())
        .collect()
}

#[test]
fn a_turn_as_a_controller_sees_it() {
    let mut controller = Controller::default();
    let mut check = |event: Value, expected: &[&str]| {
        let said = controller.event(&event, || vec![timer(7, 0)]);
        assert_eq!(names(&said), expected, "{event}");
        said
    };
    check(
        json!({"event": "wake", "word": "alexa"}),
        &["wake_word_detected"],
    );
    check(
        json!({"event": "listening", "for_answer": false}),
        &["listening"],
    );
    check(json!({"event": "endpoint"}), &["thinking"]);
    let said = check(json!({"event": "transcript", "text": "tea"}), &["stt_text"]);
    assert_eq!(said[0]["data"]["text"], "tea");
    check(json!({"event": "intent"}), &[]);
    let said = check(
        json!({"event": "reply", "reply": "Yes."}),
        &["tts_text", "tts_speaking"],
    );
    assert_eq!(said[0]["data"]["text"], "Yes.");
    assert_eq!(said[1], json!({"event": "tts_speaking"}));
    check(json!({"event": "spoken"}), &["tts_finished"]);
    check(json!({"event": "idle"}), &["idle"]);
    check(
        json!({"event": "failure", "failure": "not_heard", "reply": "Sorry."}),
        &["pipeline_error", "tts_text", "tts_speaking"],
    );
    let said = check(
        json!({"event": "ring", "reply": "Tea", "missed": false}),
        &["timer_ringing"],
    );
    assert_eq!(said[0]["data"]["id"], "7");
    check(json!({"event": "listening", "for_answer": true}), &[]);
    check(json!({"event": "idle"}), &["idle"]);
    check(
        json!({"event": "listening", "for_answer": true}),
        &["listening"],
    );
    check(json!({"event": "muted", "on": true}), &["muted"]);
    check(json!({"event": "muted", "on": false}), &["muted", "idle"]);
    let said = check(
        json!({"event": "volume", "percent": 40}),
        &["volume_changed"],
    );
    assert_eq!(said[0]["data"]["volume"], 0.4);
    check(json!({"event": "device", "state": "lost"}), &[]);
    check(json!(7), &[]);
}

#[test]
fn timers_are_told_when_they_change() {
    let mut controller = Controller::default();
    let mut check = |timers: &[Timer], expected: &[&str]| {
        let said = controller.timers(timers);
        assert_eq!(names(&said), expected);
        said
    };
    check(&[], &[]);
    let said = check(&[timer(1, 60)], &["timer_ticking"]);
    assert_eq!(
        said[0]["data"],
        json!({"id": "1", "name": "tea", "total_seconds": 60, "seconds_left": 60})
    );
    check(&[timer(1, 59)], &[]);
    check(&[timer(1, 59)], &[]);
    let said = check(
        &[timer(1, 357), timer(2, 5)],
        &["timer_updated", "timer_ticking"],
    );
    assert_eq!(said[0]["data"]["total_seconds"], 357);
    check(&[timer(1, 356), timer(2, 0)], &[]);
    check(&[], &[]);
    check(&[timer(1, 356)], &["timer_ticking"]);
}

#[test]
fn commands_are_orders() {
    let check = |command: &str, data: Value, (rests, muted): (bool, bool), expected| {
        let state = || State {
            muted,
            volume: 98,
            ..State::default()
        };
        assert_eq!(
            order(command, &data, state, || rests),
            expected,
            "{command}"
        );
    };
    let none = Value::Null;
    check(
        "start_listening",
        none.clone(),
        (true, false),
        Some(ConsoleOrder::Listen),
    );
    check("start_listening", none.clone(), (false, false), None);
    check("start_listening", none.clone(), (true, true), None);
    check(
        "stop_pipeline",
        none.clone(),
        (false, false),
        Some(ConsoleOrder::Stop),
    );
    check("stop_pipeline", none.clone(), (true, false), None);
    check(
        "stop_timer_ringing",
        none.clone(),
        (false, false),
        Some(ConsoleOrder::Stop),
    );
    check(
        "mute_mic",
        none.clone(),
        (true, false),
        Some(ConsoleOrder::Mute(true)),
    );
    check("mute_mic", none.clone(), (true, true), None);
    check(
        "unmute_mic",
        none.clone(),
        (true, true),
        Some(ConsoleOrder::Mute(false)),
    );
    check(
        "volume_up",
        none.clone(),
        (true, false),
        Some(ConsoleOrder::Volume(100)),
    );
    check(
        "volume_down",
        none.clone(),
        (true, false),
        Some(ConsoleOrder::Volume(93)),
    );
    let volume = |volume: Value| json!({"volume": volume});
    check(
        "set_volume",
        volume(json!(0.6)),
        (true, false),
        Some(ConsoleOrder::Volume(60)),
    );
    check(
        "set_volume",
        volume(json!(7)),
        (true, false),
        Some(ConsoleOrder::Volume(100)),
    );
    check("set_volume", volume(json!("loud")), (true, false), None);
    check(
        "register_light",
        json!({"object_id": "leds"}),
        (true, false),
        None,
    );
    check("button_single_press", none.clone(), (true, false), None);
    check("format_disk", none, (true, false), None);
}
