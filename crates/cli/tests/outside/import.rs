//! `mynah import home-assistant` against a server that answers as Home
//! Assistant's REST API does.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::server::{answer, serve};

/// A house of two rooms.
fn house() -> String {
    let (url, _) = serve(|request| {
        let head = request.split("\r\n\r\n").next().unwrap_or_default();
        if !head
            .to_ascii_lowercase()
            .contains("authorization: bearer token")
        {
            return Some(answer("401 Unauthorized", "401: Unauthorized"));
        }
        let line: Vec<&str> = head.split(' ').take(2).collect();
        Some(match line[..] {
            ["GET", "/api/states"] => answer("200 OK", &states().to_string()),
            ["POST", "/api/template"] => {
                let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
                let body: Value = serde_json::from_str(body).expect("JSON");
                assert!(
                    body["template"]
                        .as_str()
                        .expect("a template")
                        .contains("areas()")
                );
                answer(
                    "200 OK",
                    r#"[{"id": "kitchen", "name": "Kitchen", "entities": ["light.ceiling", "light.b"]},
                        {"id": "living_room", "name": "Lounge (big)", "entities": ["light.a"]}]"#,
                )
            }
            _ => answer("404 Not Found", "404: Not Found"),
        })
    });
    url
}

fn states() -> Value {
    let state = |id: &str, name: &str| {
        json!({"entity_id": id, "state": "off", "attributes": {"friendly_name": name},
               "last_changed": "2030-05-30T21:43:32.418320+00:00"})
    };
    json!([
        state("light.ceiling", "Ceiling Light"),
        state("light.a", "Desk"),
        state("light.b", "desk"),
        state("light.spot", "🦜"),
        state("sensor.power", "Power"),
        {"entity_id": "switch.pump", "state": "on", "attributes": {}},
    ])
}

fn import(folder: &Path, url: &str, token: &str, more: &[&str]) -> Output {
    fs::write(folder.join("token"), token).expect("a temporary file");
    Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args([
            "import",
            "home-assistant",
            "--url",
            url,
            "--token-file",
            "token",
        ])
        .args(more)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("output is UTF-8")
}

const EXPECTED: &str = r#"[lists]
area = [
  { value = "kitchen", say = ["kitchen"] },
  { value = "living_room", say = ["lounge big"] },
]
light = [
  { value = "a", say = ["lounge big desk"], entity = "light.a", area = "living_room" },
  { value = "b", say = ["kitchen desk"], entity = "light.b", area = "kitchen" },
  { value = "ceiling", say = ["ceiling light"], entity = "light.ceiling", area = "kitchen" },
  { value = "spot", say = ["spot"], entity = "light.spot", area = "" },
]
switch = [
  { value = "pump", say = ["pump"], entity = "switch.pump", area = "" },
]
"#;

#[test]
fn areas_and_entities_become_lists() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = house();
    let printed = import(folder.path(), &url, "token", &[]);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    assert_eq!(text(&printed.stdout), EXPECTED);
    let file = folder.path().join("mynah.toml");
    let dry = import(
        folder.path(),
        &url,
        "token",
        &["-o", "mynah.toml", "--dry-run"],
    );
    assert!(dry.status.success() && !file.exists());
    assert!(
        text(&dry.stderr).contains("3 lists: 7 new, 0 kept, 0 gone"),
        "{}",
        text(&dry.stderr)
    );
    let written = import(folder.path(), &url, "token", &["-o", "mynah.toml"]);
    assert!(written.status.success(), "{}", text(&written.stderr));
    assert_eq!(fs::read_to_string(&file).expect("the file"), EXPECTED);
    let again = import(
        folder.path(),
        &url,
        "token",
        &["-o", "mynah.toml", "--json"],
    );
    assert!(
        text(&again.stderr).contains("nothing new"),
        "{}",
        text(&again.stderr)
    );
    let lines: Vec<Value> = text(&again.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(lines.len(), 7);
    assert!(
        lines.iter().all(|line| line["status"] == "kept"),
        "{lines:?}"
    );
}

#[test]
fn a_file_that_would_be_wrong_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("mynah.toml");
    let before = "[lists]\narea = [\"kitchen\", \"attic\"]\n[[intent]]\nname = \"a\"\n\
                  phrases = [\"go to {area}\"]\naction = { type = \"mqtt\", topic = \"a/{light.lamp}\" }\n\
                  slots.light = { list = \"light\" }\n";
    let right = before
        .replace("light.lamp", "area")
        .replace("slots.light = { list = \"light\" }\n", "");
    for (text_before, changed) in [(right.as_str(), true), ("[lists\n", false)] {
        fs::write(&file, text_before).expect("a temporary file");
        let output = import(folder.path(), &house(), "token", &["-o", "mynah.toml"]);
        let after = fs::read_to_string(&file).expect("the file");
        assert_eq!(output.status.success(), changed, "{}", text(&output.stderr));
        assert_eq!(after != text_before, changed, "{after}");
    }
    // With this field in use, a list whose new values lack it would be wrong.
    let strict = "[lists]\narea = [{ value = \"attic\", floor = 2 }]\n[[intent]]\nname = \"a\"\n\
                  phrases = [\"go to {area}\"]\naction = { type = \"mqtt\", topic = \"a/{area.floor}\" }\n";
    fs::write(&file, strict).expect("a temporary file");
    let output = import(folder.path(), &house(), "token", &["-o", "mynah.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("has no field `floor`"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(fs::read_to_string(&file).expect("the file"), strict);
}

#[test]
fn what_went_wrong_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (other, _) = serve(|_| Some(answer("200 OK", "<html>")));
    let (missing, _) = serve(|_| Some(answer("404 Not Found", "")));
    for (url, token, why) in [
        (house(), "stale", "refuses the token"),
        (house(), "", "the file is empty"),
        (other, "token", "does not answer as Home Assistant does"),
        (missing, "token", "is not there"),
        ("http://127.0.0.1:1".into(), "token", "refused"),
    ] {
        let output = import(folder.path(), &url, token, &[]);
        assert_eq!(output.status.code(), Some(1), "{url}");
        assert!(
            text(&output.stderr).contains(why),
            "{why}: {}",
            text(&output.stderr)
        );
        assert!(!text(&output.stderr).contains("stale"));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["import", "home-assistant", "--url", "http://a"])
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
}
