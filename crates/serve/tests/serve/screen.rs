//! The box's own screen: off after a while, on with the conversation; and the script that
//! switches it, with a stand-in for the compositor's program.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mynah_core::model::Serve;
use serde_json::json;

use crate::web::{Watcher, Web, serve, serve_by};

const OFF: Duration = Duration::from_millis(400);

fn with_screen() -> Web {
    serve_by(&Serve {
        screen_off: Some(OFF),
        ..Serve::default()
    })
}

/// What `/api/screen` says, and after which time.
fn ask(web: &Web, query: &str) -> (bool, Duration) {
    #[expect(clippy::disallowed_methods, reason = "the answer is to take a while")]
    let began = Instant::now();
    let answer = web.request(&format!("GET /api/screen{query}"), &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    (answer.value()["on"] == true, began.elapsed())
}

#[test]
fn a_change_of_the_screen_is_told_when_it_comes() {
    let web = with_screen();
    let (on, took) = ask(&web, "?on=true");
    assert!(!on && OFF / 2 < took, "{took:?}");
    assert!(!ask(&web, "").0);
    // While somebody speaks with the box it stays on.
    web.hub
        .tell(&json!({"event": "wake", "word": "hey_jarvis"}));
    assert!(ask(&web, "?on=false").0);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| ask(&web, "?on=true"));
        std::thread::park_timeout(2 * OFF);
        assert!(!asked.is_finished());
        web.hub.tell(&json!({"event": "idle"}));
        let (on, took) = asked.join().expect("no panic");
        assert!(!on && 2 * OFF < took, "{took:?}");
    });
    assert_eq!(web.request("GET /api/screen?on=2", &[], "").status, 422);
    assert!(ask(&serve(), "").0, "without the setting it stays on");
}

#[test]
fn a_tap_switches_the_screen_on() {
    let web = with_screen();
    assert!(!ask(&web, "?on=true").0);
    let mut page = Watcher::of(&web, "").expect("room");
    page.text();
    // A client's frame is masked, here with zeros.
    let frame = [b"\x81\x86\0\0\0\0".as_slice(), b"tapped"].concat();
    page.0.get_mut().write_all(&frame).expect("it reads");
    assert!(ask(&web, "?on=false").0);
}

/// Ends the script with the test.
struct Switch(Child);

impl Drop for Switch {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

#[test]
fn the_kiosk_switches_the_screen_as_the_box_says() {
    let web = with_screen();
    let folder = tempfile::tempdir().expect("a folder");
    let (program, list) = (folder.path().join("screen"), folder.path().join("list"));
    let text = format!("#!/bin/sh\necho \"$1\" >>'{}'\n", list.display());
    fs::write(&program, text).expect("a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a file");
    let kiosk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/kiosk");
    let child = Command::new("bash")
        .arg(kiosk)
        .args(["--switch", "http", "127.0.0.1"])
        .arg(web.server.address().port().to_string())
        .env("MYNAH_KIOSK_SCREEN", &program)
        .stdin(Stdio::null())
        .spawn();
    let _switch = Switch(child.expect("bash is there"));
    let shown = |expected: &str| {
        for _ in 0..1_000 {
            let found = fs::read_to_string(&list).unwrap_or_default();
            if found.split_whitespace().collect::<Vec<_>>().join(" ") == expected {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
        panic!("{expected}: {:?}", fs::read_to_string(&list));
    };
    shown("off");
    web.hub
        .tell(&json!({"event": "wake", "word": "hey_jarvis"}));
    shown("off on");
    web.hub.tell(&json!({"event": "idle"}));
    shown("off on off");
    web.hub.tell(&json!({"event": "ring", "reply": "Tea"}));
    shown("off on off on");
}
