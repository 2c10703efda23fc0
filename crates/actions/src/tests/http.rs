//! Web requests against a server that is good, bad, slow and gone.

use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Receiver;

use super::server::{answer, serve, serve_encrypted};
use super::{act, data, intent, settings};
use crate::{Actor as _, DryRun, World};
use mynah_core::model::{ActionSpec, HttpSpec};

/// A server that is good and bad; gives its address and its requests.
fn server() -> (String, Receiver<String>) {
    let busy = AtomicU32::new(0);
    serve(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path.split(['/', '?']).nth(1).unwrap_or_default() {
            "ok" => Some(answer("200 OK", r#"{"degrees": 21.5}"#)),
            "text" => Some(answer("201 Created", " plain \n")),
            "large" => Some(answer("200 OK", &"x".repeat(1_500_000))),
            "slow" => None,
            "busy" if busy.fetch_add(1, Ordering::Relaxed) < 2 => {
                Some(answer("503 Service Unavailable", "later"))
            }
            "busy" => Some(answer("200 OK", "now")),
            "garbage" => Some("what is this?\r\n\r\n".into()),
            _ => Some(answer("404 Not Found", "no such thing")),
        }
    })
}

fn get(url: String, timeout_ms: u32) -> ActionSpec {
    ActionSpec::Http(HttpSpec {
        method: "GET".into(),
        url,
        timeout_ms,
        ..HttpSpec::default()
    })
}

#[test]
fn each_kind_of_answer_is_told_apart() {
    let (server, _requests) = server();
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("a bound socket"))
    };
    for (url, timeout_ms, ok, detail) in [
        (
            format!("{server}/ok?key=secret"),
            20_000,
            true,
            "/ok: status 200",
        ),
        (format!("{server}/text"), 20_000, true, "status 201"),
        (format!("{server}/nothing"), 20_000, false, "status 404"),
        (
            format!("{server}/slow"),
            500,
            false,
            "no answer within 500 ms",
        ),
        (format!("{server}/garbage"), 20_000, false, "GET http"),
        (gone, 20_000, false, "refused"),
        ("http://no host/".into(), 20_000, false, "not a web address"),
    ] {
        let outcome = act(&get(url.clone(), timeout_ms), "");
        assert_eq!(outcome.ok, ok, "{url}: {}", outcome.detail);
        assert!(outcome.detail.contains(detail), "{url}: {}", outcome.detail);
        assert!(!outcome.detail.contains("secret"));
    }
}

#[test]
fn the_answer_is_in_the_result() {
    let (server, _requests) = server();
    let result = |path: &str| act(&get(format!("{server}/{path}"), 20_000), "").result;
    assert_eq!(result("ok")["json"]["degrees"], 21.5);
    assert_eq!(result("text")["body"], "plain");
    assert_eq!(result("text")["json"], serde_json::Value::Null);
    assert_eq!(result("nothing")["status"], 404);
    let large = result("large");
    assert_eq!(large["body"].as_str().expect("text").len(), 256 * 1024);
}

#[test]
fn slots_are_escaped_on_the_wire() {
    let (server, requests) = server();
    let spec = ActionSpec::Http(HttpSpec {
        method: "POST".into(),
        url: format!("{server}/ok/{{x}}"),
        headers: vec![("X-Said".into(), "{x}".into())],
        body: Some(r#"{"said": "{x}"}"#.into()),
        timeout_ms: 20_000,
        ..HttpSpec::default()
    });
    let outcome = act(&spec, "a/b \"c\"\r\nX-Evil: 1");
    assert!(outcome.ok, "{}", outcome.detail);
    let request = requests.recv().expect("the request");
    let (head, body) = request.split_once("\r\n\r\n").expect("head and body");
    assert!(head.starts_with("POST /ok/a%2Fb%20%22c%22%0D%0AX-Evil%3A%201 HTTP/1.1"));
    assert!(head.contains("a/b \"c\"  X-Evil: 1"), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, r#"{"said": "a/b \"c\"\r\nX-Evil: 1"}"#);
}

#[test]
fn a_slot_of_dots_does_not_climb() {
    for (url, said, ok) in [
        ("http://host/room/{x}/light", "..", false),
        ("http://host/room/{x}/light", ".", false),
        ("http://host/room/.{x}", ".", false),
        ("http://host/a/../b/{x}", "...", true),
        ("http://host/a?from={x}", "..", true),
    ] {
        let outcome = DryRun::new(&settings(None)).act(&get(url.into(), 1), &intent(said));
        assert_eq!(outcome.ok, ok, "{}", outcome.detail);
    }
}

#[test]
fn what_is_repeatable_is_tried_again() {
    let attempt = |method: &str, retries| {
        let (server, requests) = server();
        let spec = HttpSpec {
            method: method.into(),
            url: format!("{server}/busy"),
            retries,
            timeout_ms: 20_000,
            ..HttpSpec::default()
        };
        let outcome = act(&ActionSpec::Http(spec), "");
        (outcome.ok, requests.try_iter().count())
    };
    assert_eq!(attempt("GET", 2), (true, 3));
    assert_eq!(attempt("PUT", 1), (false, 2));
    assert_eq!(attempt("GET", 0), (false, 1));
    assert_eq!(attempt("POST", 2), (false, 1), "it may have been done");
}

#[test]
fn a_server_that_comes_late_is_reached_even_by_a_post() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("a bound socket").port()
    };
    let spec = HttpSpec {
        method: "POST".into(),
        url: format!("http://127.0.0.1:{port}/"),
        retries: 5,
        timeout_ms: 20_000,
        ..HttpSpec::default()
    };
    let caller = std::thread::spawn(move || act(&ActionSpec::Http(spec), ""));
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is still free");
    let (_, requests) = super::server::serve_on(listener, |_| Some(answer("200 OK", "")));
    let outcome = caller.join().expect("the caller ends");
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(requests.try_iter().count(), 1);
}

#[test]
fn only_the_expected_status_is_success() {
    let (server, _requests) = server();
    for (path, expect, ok) in [
        ("ok", vec![200], true),
        ("ok", vec![204], false),
        ("text", vec![200, 201], true),
        ("nothing", vec![404], true),
    ] {
        let spec = HttpSpec {
            method: "GET".into(),
            url: format!("{server}/{path}"),
            expect,
            timeout_ms: 20_000,
            ..HttpSpec::default()
        };
        let outcome = act(&ActionSpec::Http(spec), "");
        assert_eq!(outcome.ok, ok, "{path}: {}", outcome.detail);
    }
}

#[test]
fn secrets_come_from_files_and_stay_out_of_the_log() {
    let (server, requests) = server();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("key");
    let mut settings = settings(None);
    settings.secrets.insert("key".into(), file.clone());
    let spec = ActionSpec::Http(HttpSpec {
        method: "POST".into(),
        url: format!("{server}/ok/{{secret:key}}"),
        headers: vec![("X-Key".into(), "{secret:key}".into())],
        body: Some(r#"{"key": "{secret:key}"}"#.into()),
        token_file: Some(file.clone()),
        timeout_ms: 20_000,
        ..HttpSpec::default()
    });
    let mut world = World::new(&settings);
    let outcome = world.act(&spec, &intent(""));
    assert!(!outcome.ok && outcome.detail.contains("cannot read the secret"));
    fs::write(&file, "s3\"cret\n").expect("a temporary file");
    let outcome = world.act(&spec, &intent(""));
    assert!(outcome.ok, "{}", outcome.detail);
    assert!(!outcome.detail.contains("cret"), "{}", outcome.detail);
    let request = requests.recv().expect("the request");
    for part in [
        "POST /ok/s3%22cret HTTP",
        "x-key: s3\"cret",
        "authorization: Bearer s3\"cret",
        r#"{"key": "s3\"cret"}"#,
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
    let planned = DryRun::new(&settings).act(&spec, &intent(""));
    assert!(
        planned.ok && planned.detail.ends_with("/ok/***"),
        "{}",
        planned.detail
    );
    // What a person says names no secret.
    let spoken = get(format!("{server}/ok/{{x}}"), 20_000);
    assert!(world.act(&spoken, &intent("{secret:key}")).ok);
    let request = requests.recv().expect("the request");
    assert!(
        request.starts_with("GET /ok/%7Bsecret%3Akey%7D "),
        "{request}"
    );
}

#[test]
fn secrets_are_sent_on_to_nobody_else() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See",
        "307 Temporary",
        "308 Permanent",
    ] {
        let (other, others) = serve(|_| Some(answer("200 OK", "")));
        let to = other.clone();
        let (server, requests) = serve(move |_| {
            let head = format!("{status}\r\nlocation: {to}/there");
            Some(answer(&head, ""))
        });
        let ask = |headers: &[(&str, &str)], method: &str, body: Option<&str>| {
            let spec = HttpSpec {
                method: method.into(),
                url: server.clone(),
                headers: headers
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_string()))
                    .collect(),
                body: body.map(str::to_owned),
                timeout_ms: 20_000,
                ..HttpSpec::default()
            };
            act(&ActionSpec::Http(spec), "")
        };
        let outcome = ask(&[("X-Api-Key", "secret")], "GET", None);
        assert!(
            !outcome.ok && outcome.detail.contains(&other),
            "{}",
            outcome.detail
        );
        let outcome = ask(&[], "POST", Some("secret"));
        assert!(!outcome.ok, "{status}: {}", outcome.detail);
        assert_eq!(others.try_iter().count(), 0, "{status}");
        // What holds no secret may go anywhere.
        let outcome = ask(&[("Accept", "text/plain")], "GET", None);
        assert!(outcome.ok, "{status}: {}", outcome.detail);
        assert_eq!(
            (requests.try_iter().count(), others.try_iter().count()),
            (3, 1)
        );
    }
}

#[test]
fn a_request_is_sent_on_whole_within_a_house() {
    let (server, requests) = serve(|request| {
        let moved = request.contains(" /old ");
        Some(if moved {
            answer("308 Moved\r\nlocation: /new", "")
        } else if request.contains(" /form ") {
            answer("303 See\r\nlocation: done", "")
        } else if request.contains(" /loop ") {
            answer("302 Found\r\nlocation: /loop", "")
        } else {
            answer("200 OK", "")
        })
    });
    let ask = |path: &str| {
        let spec = HttpSpec {
            method: "POST".into(),
            url: format!("{server}/{path}"),
            headers: vec![("X-Api-Key".into(), "secret".into())],
            body: Some("body".into()),
            timeout_ms: 20_000,
            ..HttpSpec::default()
        };
        let outcome = act(&ActionSpec::Http(spec), "");
        let seen: Vec<String> = requests.try_iter().collect();
        (outcome, seen)
    };
    let (outcome, seen) = ask("old");
    assert!(outcome.ok && seen[1].starts_with("POST /new "), "{seen:?}");
    assert!(seen[1].contains("x-api-key: secret") && seen[1].ends_with("body"));
    let (outcome, seen) = ask("form");
    assert!(outcome.ok && seen[1].starts_with("GET /done "), "{seen:?}");
    let (outcome, seen) = ask("loop");
    assert!(
        !outcome.ok && outcome.detail.ends_with("status 302"),
        "{}",
        outcome.detail
    );
    assert!(seen.len() < 10);
}

#[test]
fn an_encrypted_server_is_trusted_by_its_certificate() {
    let (port, _requests) = serve_encrypted(|_| Some(answer("200 OK", r#"{"a": 1}"#)));
    let ask = |ca_file| {
        let spec = HttpSpec {
            method: "GET".into(),
            url: format!("https://localhost:{port}/"),
            ca_file,
            timeout_ms: 20_000,
            ..HttpSpec::default()
        };
        act(&ActionSpec::Http(spec), "")
    };
    let trusted = ask(Some(data("tls/ca.pem")));
    assert!(trusted.ok, "{}", trusted.detail);
    assert_eq!(trusted.result["json"]["a"], 1);
    assert!(!ask(None).ok, "an unknown certificate was trusted");
    let missing = ask(Some(data("tls/nothing.pem")));
    assert!(
        missing.detail.contains("cannot use the certificates"),
        "{}",
        missing.detail
    );
}
