//! Web requests against a server that is good, bad, slow and gone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::{act, intent, settings};
use crate::action::{Actor as _, DryRun};
use crate::config::ActionSpec;

/// Starts a server; gives its address and the requests that it reads.
fn server() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let (seen, requests) = sync_channel(16);
    thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let request = read(&stream);
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let answer = match path.split(['/', '?']).nth(1).unwrap_or_default() {
                "ok" => answer("200 OK", r#"{"degrees": 21.5}"#),
                "text" => answer("201 Created", " plain \n"),
                "large" => answer("200 OK", &"x".repeat(1_000_000)),
                "slow" => {
                    kept.push(stream);
                    continue;
                }
                "garbage" => "what is this?\r\n\r\n".into(),
                _ => answer("404 Not Found", "no such thing"),
            };
            // The peer may have heard enough of a large answer.
            let _ = stream.write_all(answer.as_bytes());
            let _ = seen.try_send(request);
        }
    });
    (format!("http://{address}"), requests)
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn read(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request).expect("a request") == 0 {
            return request;
        }
    }
    let length = request.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("the body");
    request + &String::from_utf8(body).expect("UTF-8")
}

fn get(url: String, timeout_ms: u32) -> ActionSpec {
    ActionSpec::Http {
        method: "GET".into(),
        url,
        headers: Vec::new(),
        body: None,
        timeout_ms,
    }
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
    let spec = ActionSpec::Http {
        method: "POST".into(),
        url: format!("{server}/ok/{{x}}"),
        headers: vec![("X-Said".into(), "{x}".into())],
        body: Some(r#"{"said": "{x}"}"#.into()),
        timeout_ms: 20_000,
    };
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
