//! `/api/peripherals` as a controller of linux-voice-assistant uses it.

use std::io::Write as _;

use mynah_core::model::Serve;
use serde_json::{Value, json};

use crate::web::{Watcher, Web, serve, serve_by};

/// A text frame of a client, which must be masked; this mask changes nothing.
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("short");
    assert!(length < 126);
    let mut bytes = vec![0x81, 0x80 | length, 0, 0, 0, 0];
    bytes.extend(text.as_bytes());
    bytes
}

fn command(controller: &mut Watcher, command: &Value) {
    let stream = controller.0.get_mut();
    stream
        .write_all(&frame(&command.to_string()))
        .expect("it reads");
}

/// The next message that is none of the timers, which come when they come.
fn next(controller: &mut Watcher) -> Value {
    loop {
        let message = controller.text();
        if message["event"] != "timer_ticking" {
            return message;
        }
    }
}

/// What was ordered, once there is something.
fn ordered(web: &Web) -> Vec<String> {
    loop {
        let noted = web.script.noted();
        if !noted.is_empty() {
            return noted;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_controller_follows_and_commands_the_box() {
    let web = serve();
    for path in ["/api/peripherals", "/"] {
        let mut controller = Watcher::at(&web, path, "").expect("a WebSocket");
        let snapshot = next(&mut controller);
        assert_eq!(snapshot["event"], "snapshot", "{path}");
        assert_eq!(snapshot["data"]["volume"], 0.7);
        assert_eq!(snapshot["data"]["ha_connected"], true);
        web.hub.tell(&json!({"event": "wake", "word": "alexa"}));
        assert_eq!(
            next(&mut controller),
            json!({"event": "wake_word_detected"})
        );
        web.hub.tell(&json!({"event": "reply", "reply": "Yes."}));
        let text = json!({"event": "tts_text", "data": {"text": "Yes."}});
        assert_eq!(next(&mut controller), text);
        assert_eq!(next(&mut controller), json!({"event": "tts_speaking"}));
        command(&mut controller, &json!({"command": "stop_pipeline"}));
        assert_eq!(ordered(&web), ["Stop"]);
        web.hub.tell(&json!({"event": "idle"}));
        assert_eq!(next(&mut controller), json!({"event": "idle"}));
        let light = json!({"command": "register_light", "data": {"object_id": "leds"}});
        command(&mut controller, &light);
        command(&mut controller, &json!({"no": "command"}));
        command(&mut controller, &json!([7]));
        command(&mut controller, &json!({"command": "volume_up"}));
        assert_eq!(ordered(&web), ["Volume(75)"]);
        command(&mut controller, &json!({"command": "start_listening"}));
        assert_eq!(ordered(&web), ["Listen"]);
    }
    assert_eq!(web.request("GET /api/peripherals", &[], "").status, 426);
    assert_eq!(web.request("GET /", &[], "").status, 200);
}

#[test]
fn a_page_elsewhere_must_be_invited() {
    let invited = "http://127.0.0.1:9000";
    let web = serve_by(&Serve {
        origins: vec![invited.into()],
        ..Serve::default()
    });
    let check = |path: &str, origin: &str, expected: &str| {
        let opened = Watcher::at(&web, path, &format!("Origin: {origin}\r\n"));
        let status = opened.err().unwrap_or_else(|| "HTTP/1.1 101 ".into());
        assert!(status.contains(expected), "{path} {origin}: {status}");
    };
    check("/api/peripherals", invited, " 101 ");
    check("/", invited, " 101 ");
    check("/api/events", invited, " 403 ");
    check("/api/peripherals", "http://evil.example", " 403 ");
    check("/", "http://evil.example", " 403 ");
    check("/api/peripherals", "null", " 403 ");
}
