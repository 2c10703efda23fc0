//! The requests of the owner's page, and what a screen shows besides words.

use mynah_core::model::Serve;
use serde_json::{Value, json};

use crate::web::{serve, serve_by};

#[test]
fn what_the_owner_asks_for_reaches_the_box() {
    let web = serve();
    let check = |line: &str, body: Value, status: u16, expected: Value, noted: &[&str]| {
        let answer = if line.starts_with("GET") {
            web.request(line, &[], "")
        } else {
            web.json(line, &body)
        };
        assert_eq!(
            (answer.status, answer.value()),
            (status, expected),
            "{line}"
        );
        assert_eq!(web.script.noted(), noted, "{line}");
    };
    let used = json!([{"words": "on", "kind": "verb", "used": null}]);
    let account = json!({"text": "on", "reply": "no", "account": used});
    check(
        "POST /api/explain",
        json!({"text": " on "}),
        200,
        account,
        &[],
    );
    let tests = json!({"passed": 1, "of": 1, "tests": [{"say": "on", "pass": true}]});
    check("POST /api/test", json!({}), 200, tests, &[]);
    let found = json!([{"check": "disk", "verdict": "warn", "detail": "full", "hint": "tidy"}]);
    check("GET /api/doctor", json!({}), 200, found, &[]);
    let fan = json!({"name": "fan", "phrases": ["fan {state}"], "slots": ["state=on, off"]});
    let done = json!({"ok": true, "restart": []});
    let added = "add fan [\"fan {state}\"]";
    check("POST /api/intents", fan, 200, done.clone(), &[added]);
    let twice = json!({"name": "twice", "phrases": ["on"]});
    let refused = json!({"error": "it is there already", "hint": "take another name"});
    check(
        "POST /api/intents",
        twice,
        422,
        refused,
        &["add twice [\"on\"]"],
    );
    let later = json!({"ok": true, "restart": ["wake.words"]});
    check(
        "PUT /api/wake",
        json!({"sensitivity": "low"}),
        200,
        later,
        &["sensitivity low"],
    );
    for wrong in [json!({"sensitivity": "lower"}), json!({})] {
        assert_eq!(web.json("PUT /api/wake", &wrong).status, 422);
    }
    for wrong in [
        json!({"name": "a"}),
        json!({"phrases": ["a"]}),
        json!({"text": "a"}),
    ] {
        assert_eq!(web.json("POST /api/intents", &wrong).status, 422, "{wrong}");
    }
    assert_eq!(web.request("DELETE /api/wake", &[], "").status, 405);
}

#[test]
fn a_backup_is_a_file_and_only_a_zip_comes_back() {
    let web = serve();
    let backup = web.request("GET /api/backup", &[], "");
    assert_eq!((backup.status, backup.body.as_str()), (200, "a zip"));
    assert!(backup.head.contains("mynah-backup.zip"), "{}", backup.head);
    let zip = ["Content-Type: application/zip"];
    assert_eq!(web.request("PUT /api/backup", &zip, "a zip").status, 200);
    assert_eq!(web.script.noted(), ["restore 5 bytes"]);
    let form = ["Content-Type: multipart/form-data"];
    assert_eq!(web.request("PUT /api/backup", &form, "a zip").status, 415);
    let foreign = [zip[0], "Origin: http://evil.example"];
    assert_eq!(
        web.request("PUT /api/backup", &foreign, "a zip").status,
        403
    );
}

#[test]
fn the_history_has_no_words_unless_the_owner_allows_them() {
    let web = serve();
    web.hub
        .tell(&json!({"event": "transcript", "text": "my secret"}));
    web.hub
        .tell(&json!({"event": "failure", "reply": "Sorry, my secret?"}));
    let history = web.request("GET /api/history", &[], "");
    assert_eq!(history.status, 200);
    assert_eq!(history.value()[0]["outcome"], "refused");
    assert!(!history.body.contains("secret"), "{}", history.body);
}

#[test]
fn a_screen_gets_pictures_codes_and_the_owner_s_style() {
    let web = serve();
    let owl = web.request("GET /api/pictures/owl", &[], "");
    assert_eq!((owl.status, owl.body.as_str()), (200, "an owl"));
    assert!(owl.head.contains("content-type: image/png"), "{}", owl.head);
    for missing in ["mouse", "..%2F..%2Fetc%2Fpasswd"] {
        let answer = web.request(&format!("GET /api/pictures/{missing}"), &[], "");
        assert_eq!(answer.status, 404, "{missing}");
    }
    let style = web.request("GET /theme.css", &[], "");
    assert_eq!(style.body, ".reply { color: gold; }");
    assert!(
        web.request("GET /kiosk", &[], "")
            .body
            .contains("/theme.css")
    );
    assert!(!web.request("GET /", &[], "").body.contains("/theme.css"));
    let code = web.request("GET /api/qr?text=http%3A%2F%2Fkitchen.local", &[], "");
    assert_eq!(code.status, 200);
    assert!(code.body.starts_with("<svg "), "{}", code.body);
    let long = format!("GET /api/qr?text={}", "a".repeat(501));
    assert_eq!(web.request(&long, &[], "").status, 422);
    assert_eq!(web.request("GET /api/qr", &[], "").status, 422);
}

#[test]
fn a_body_in_chunks_is_refused_at_once() {
    let web = serve();
    let request = format!(
        "POST /api/say HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: \
         application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n{{",
        web.server.address()
    );
    assert_eq!(web.raw(&request).status, 411);
    assert!(web.script.noted().is_empty());
}

#[test]
fn half_open_connections_make_room() {
    let web = serve();
    let idle: Vec<_> = (0..300).map(|_| web.connect()).collect();
    for _ in 0..20 {
        assert_eq!(web.request("GET /api/state", &[], "").status, 200);
    }
    drop(idle);
}

#[test]
fn where_there_is_a_token_it_is_needed_for_what_is_the_owner_s() {
    let token = "0123456789abcdef0123";
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), token).expect("a file");
    let web = serve_by(&Serve {
        token_file: Some(file.path().to_owned()),
        ..Serve::default()
    });
    let shown = format!("Authorization: Bearer {token}");
    let toml = "Content-Type: application/toml";
    let zip = "Content-Type: application/zip";
    let json = "Content-Type: application/json";
    let check = |line: &str, kind: &str, body: &str, expected: u16| {
        let status = |headers: &[&str]| web.request(line, headers, body).status;
        assert_eq!(status(&[kind]), expected, "{line}");
        assert_eq!(status(&[kind, &shown]), 200, "{line}");
    };
    check("PUT /api/config", toml, "# new", 401);
    check("PUT /api/backup", zip, "a zip", 401);
    check("GET /api/backup", json, "", 401);
    check("PUT /api/wake", json, r#"{"sensitivity": "low"}"#, 401);
    check(
        "POST /api/intents",
        json,
        r#"{"name": "a", "phrases": ["a"]}"#,
        401,
    );
    check("GET /api/config", json, "", 200);
    check("POST /api/stop", json, "", 200);
    let signed = web.request(&format!("GET /?token={token}"), &[], "");
    assert!(
        signed.head.contains("set-cookie: mynah_token="),
        "{}",
        signed.head
    );
}
