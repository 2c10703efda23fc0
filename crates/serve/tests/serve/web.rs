//! The local API and its pages, by requests over sockets.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use mynah_core::model::Serve;
use mynah_serve::web::{Hub, Server};
use serde_json::{Value, json};

use crate::script::{Script, Shared};

/// A server on a free port.
pub(crate) struct Web {
    pub server: Server,
    pub script: Arc<Script>,
    pub hub: Arc<Hub>,
}

pub(crate) fn serve() -> Web {
    serve_by(&Serve::default())
}

pub(crate) fn serve_by(serve: &Serve) -> Web {
    let script = Arc::new(Script::default());
    let hub = Arc::new(Hub::default());
    let assistant = Arc::new(Shared(Arc::clone(&script)));
    let console = Arc::new(Shared(Arc::clone(&script)));
    let server = Server::start("127.0.0.1:0", serve, assistant, console, Arc::clone(&hub));
    Web {
        server: server.expect("a free port"),
        script,
        hub,
    }
}

impl Web {
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.server.address()).expect("it listens");
        // A test that would hang fails instead.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a socket");
        stream
    }

    /// Sends a request with a right `Host`, and reads the whole answer.
    pub(crate) fn request(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let host = format!("Host: {}", self.server.address());
        let length = format!("Content-Length: {}", body.len());
        let mut all = vec![host.as_str(), "Connection: close"];
        if !body.is_empty() {
            all.push(&length);
        }
        all.extend(headers);
        self.raw(&format!(
            "{line} HTTP/1.1\r\n{}\r\n\r\n{body}",
            all.join("\r\n")
        ))
    }

    /// Sends bytes as they are.
    pub(crate) fn raw(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        Answer {
            status: status.unwrap_or(0),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self, line: &str, body: &Value) -> Answer {
        self.request(line, &["Content-Type: application/json"], &body.to_string())
    }
}

pub(crate) struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON: {}", self.body))
    }
}

#[test]
fn the_state_is_what_the_box_and_its_events_say() {
    let web = serve();
    web.hub
        .tell(&json!({"event": "wake", "word": "hey_jarvis"}));
    web.hub
        .tell(&json!({"event": "transcript", "text": "<b>on</b>"}));
    let answer = web.request("GET /api/state", &[], "");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.value(),
        json!({
            "state": "listening", "device": "Kitchen", "area": "kitchen", "version": "1.2.3",
            "turn": {"heard": "<b>on</b>", "reply": "", "question": false}, "screen_s": null,
            "wakes": {"accepted": 1, "rejected": 0}, "microphone": true, "sensitivity": "normal",
            "muted": false, "volume": 70, "llm": null, "temperature_c": null, "memory_bytes": null,
            "timers": [{"id": 7, "kind": "timer", "text": "tea <3", "left_s": 90}],
        })
    );
}

#[test]
fn orders_reach_the_box() {
    let web = serve();
    let check = |line: &str, body: Value, status: u16, expected: &[&str]| {
        let answer = web.json(line, &body);
        assert_eq!(answer.status, status, "{line} {body}: {}", answer.body);
        let noted = web.script.noted();
        assert_eq!(noted, expected, "{line} {body}");
        if status != 200 {
            let fault = answer.value();
            let remedy = fault["hint"].as_str().unwrap_or_default();
            assert!(!remedy.is_empty() && fault["error"].is_string(), "{fault}");
        }
    };
    check(
        "POST /api/say",
        json!({"text": " Dinner "}),
        200,
        &["Say(\"Dinner\")"],
    );
    check("POST /api/listen", json!({}), 200, &["Listen"]);
    check("POST /api/stop", json!({}), 200, &["Stop"]);
    check("POST /api/mute", json!({"on": true}), 200, &["Mute(true)"]);
    check(
        "POST /api/volume",
        json!({"percent": 40}),
        200,
        &["Volume(40)"],
    );
    check("DELETE /api/timers/7", json!({}), 200, &["cancel 7"]);
    check("DELETE /api/timers/8", json!({}), 404, &["cancel 8"]);
    check("DELETE /api/timers/x", json!({}), 404, &[]);
    check("POST /api/volume", json!({"percent": 101}), 422, &[]);
    check("POST /api/volume", json!({"percent": -1}), 422, &[]);
    check("POST /api/mute", json!({"on": "yes"}), 422, &[]);
    check("POST /api/mute", json!({}), 422, &[]);
    check("POST /api/say", json!({"text": ""}), 422, &[]);
    check("POST /api/say", json!({"text": "a".repeat(501)}), 422, &[]);
    check(
        "POST /api/say",
        json!({"text": "a", "loud": true}),
        422,
        &[],
    );
    check(
        "POST /api/ask",
        json!({"text": "a".repeat(70_000)}),
        413,
        &[],
    );
    check("POST /api/state", json!({}), 405, &[]);
    check("POST /api/other", json!({}), 404, &[]);
    check("GET /../../etc/passwd", json!({}), 404, &[]);
    check("GET /%2e%2e/%2e%2e/etc/passwd", json!({}), 404, &[]);
}

#[test]
fn a_sentence_is_answered_like_mynah_ask_does() {
    let web = serve();
    let ask = |body: Value, expected: &str| {
        let answer = web.json("POST /api/ask", &body);
        assert_eq!(
            (answer.status, answer.value()["reply"].as_str()),
            (200, Some(expected))
        );
    };
    ask(
        json!({"text": "light on", "conversation": "a"}),
        "0 before; light on",
    );
    ask(
        json!({"text": "which", "conversation": "a"}),
        "1 before; which",
    );
    ask(json!({"text": "light on"}), "0 before; light on");
    assert_eq!(web.script.noted().len(), 3);
    ask(json!({"text": "hello", "aloud": true}), "0 before; hello");
    assert_eq!(
        web.script.noted(),
        ["Yes: hello", "Say(\"0 before; hello\")"]
    );
    let broken = web.json("POST /api/ask", &json!({"text": "broken"}));
    assert_eq!(broken.status, 500);
}

#[test]
fn a_configuration_is_read_and_a_wrong_one_changes_nothing() {
    let web = serve();
    let read = || web.request("GET /api/config", &[], "");
    assert_eq!((read().status, read().body.as_str()), (200, "# none\n"));
    let toml = ["Content-Type: application/toml"];
    let wrong = web.request("PUT /api/config", &toml, "wrong");
    assert_eq!(wrong.status, 422);
    assert_eq!(
        wrong.value(),
        json!([{"line": 1, "column": 2, "key": "a", "message": "it is wrong", "hint": "right it"}])
    );
    assert_eq!(read().body, "# none\n");
    let new = web.request("PUT /api/config", &toml, "# new\n");
    let expected = json!({"ok": true, "restart": ["audio.input"]});
    assert_eq!((new.status, new.value()), (200, expected));
    assert_eq!(read().body, "# new\n");
    let taken = web.json("PUT /api/config", &json!({"text": "# newer\n"}));
    assert_eq!((taken.status, read().body.as_str()), (200, "# newer\n"));
    let conflict = web.request("PUT /api/config", &toml, "unwritable");
    assert_eq!(conflict.status, 409);
    let busy = web.request("PUT /api/config", &toml, "busy");
    assert_eq!((busy.status, &busy.value()["hint"]), (503, &json!("wait")));
}

#[test]
fn counters_are_there_for_prometheus() {
    let web = serve();
    web.hub
        .tell(&json!({"event": "wake", "word": "hey_jarvis"}));
    web.request("GET /api/state", &["Origin: http://evil.example"], "");
    let answer = web.request("GET /metrics", &[], "");
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .contains("content-type: text/plain; version=0.0.4"),
        "{}",
        answer.head
    );
    for line in [
        "mynah_info{version=\"1.2.3\"} 1",
        "mynah_wakes_total{word=\"hey_jarvis\"} 1",
        "mynah_requests_refused_total{status=\"403\"} 1",
        "mynah_volume_percent 70",
        "mynah_timers 1",
    ] {
        assert!(
            answer.body.lines().any(|found| found == line),
            "{line}: {}",
            answer.body
        );
    }
    for line in answer.body.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        assert!(
            name.starts_with("mynah_") && value.parse::<f64>().is_ok(),
            "{line}"
        );
    }
}

#[test]
fn pages_escape_what_comes_from_outside_and_stay_small() {
    let web = serve();
    let mut bytes = 0;
    for path in ["/", "/kiosk", "/style.css", "/pages.js", "/theme.css"] {
        let answer = web.request(&format!("GET {path}"), &[], "");
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.head.contains("default-src 'none'"), "{path}");
        assert!(
            answer.head.contains("x-content-type-options: nosniff"),
            "{path}"
        );
        bytes += answer.body.len();
    }
    assert!(bytes < 200_000, "{bytes} bytes");
    let kiosk = web.request("GET /kiosk", &[], "").body;
    assert!(
        kiosk.contains("What&lt;b&gt; is on?") || kiosk.contains("What&lt;b> is on?"),
        "{kiosk}"
    );
    assert!(!kiosk.contains("What<b>"), "{kiosk}");
    for needed in [
        "lang=\"en\"",
        "aria-live=\"assertive\"",
        "aria-live=\"polite\"",
        "<h1>",
    ] {
        assert!(kiosk.contains(needed), "{needed}");
    }
    // Styles and scripts stand in files of their own only.
    let owner = web.request("GET /", &[], "").body;
    for page in [&kiosk, &owner] {
        assert!(
            !page.contains(" style=") && !page.contains(" onclick="),
            "{page}"
        );
    }
}

/// Opens a WebSocket and reads its texts.
pub(crate) struct Watcher(pub BufReader<TcpStream>);

impl Watcher {
    pub(crate) fn of(web: &Web, headers: &str) -> Result<Self, String> {
        Self::at(web, "/api/events", headers)
    }

    /// A WebSocket at a path.
    pub(crate) fn at(web: &Web, path: &str, headers: &str) -> Result<Self, String> {
        let mut stream = web.connect();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n",
            web.server.address()
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut reader = BufReader::new(stream);
        let mut status = String::new();
        reader.read_line(&mut status).expect("an answer");
        if !status.contains(" 101 ") {
            return Err(status);
        }
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            reader.read_line(&mut line).expect("a header");
        }
        Ok(Self(reader))
    }

    /// The next text message; frames of a server are not masked.
    pub(crate) fn text(&mut self) -> Value {
        loop {
            let mut head = [0; 2];
            self.0.read_exact(&mut head).expect("a frame");
            let length = match head[1] {
                126 => {
                    let mut more = [0; 2];
                    self.0.read_exact(&mut more).expect("a length");
                    usize::from(u16::from_be_bytes(more))
                }
                short => usize::from(short),
            };
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).expect("a message");
            if head[0] == 0x81 {
                return serde_json::from_slice(&body).expect("JSON");
            }
        }
    }
}

#[test]
fn watchers_get_a_snapshot_and_then_every_event() {
    let web = serve();
    let mut watcher = Watcher::of(&web, "").expect("a WebSocket");
    let snapshot = watcher.text();
    assert_eq!(snapshot["event"], "snapshot");
    assert_eq!(snapshot["state"]["state"], "idle");
    for number in 0..3 {
        web.hub.tell(&json!({"event": "idle", "turn": number}));
    }
    for number in 0..3 {
        assert_eq!(watcher.text(), json!({"event": "idle", "turn": number}));
    }
    // One that was rejected is only counted.
    web.hub.tell(&json!({"event": "no_wake", "word": "alexa"}));
    web.hub.tell(&json!({"event": "stopped"}));
    assert_eq!(watcher.text()["event"], "stopped");
    let refused = Watcher::of(&web, "Origin: http://evil.example\r\n").err();
    assert!(refused.is_some_and(|status| status.contains(" 403 ")));
    assert_eq!(web.request("GET /api/events", &[], "").status, 426);
}

#[test]
fn a_hundred_watchers_and_one_that_never_reads_delay_no_event() {
    let web = serve();
    let mut watchers: Vec<Watcher> = (0..100)
        .map(|_| Watcher::of(&web, "").expect("a WebSocket"))
        .collect();
    let deaf = Watcher::of(&web, "").expect("a WebSocket");
    for watcher in &mut watchers {
        assert_eq!(watcher.text()["event"], "snapshot");
    }
    let text = "x".repeat(200);
    // One after the other, so that who reads misses nothing.
    for number in 0..300 {
        web.hub
            .tell(&json!({"event": "reply", "turn": number, "reply": text}));
        for watcher in &mut watchers {
            assert_eq!(watcher.text()["turn"], number);
        }
    }
    // A request is answered all the same.
    assert_eq!(web.request("GET /api/state", &[], "").status, 200);
    drop(deaf);
}

/// A client that asks without a pause is answered at a bounded pace, and a watcher gets its
/// events all the while.
#[test]
fn a_flood_of_requests_waits() {
    let web = serve();
    let mut watcher = Watcher::of(&web, "").expect("room");
    watcher.text();
    let flood = |requests: usize| {
        let mut reader = BufReader::new(web.connect());
        let host = web.server.address();
        let request = format!("GET /api/screen HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let mut refused = 0;
        for _ in 0..requests {
            let stream = reader.get_mut();
            stream.write_all(request.as_bytes()).expect("it reads");
            // The body before has no end of line.
            let mut line = String::new();
            while !line.contains("HTTP/1.1 ") {
                line.clear();
                let count = reader.read_line(&mut line).expect("an answer");
                assert!(0 < count, "the connection was closed");
            }
            refused += usize::from(line.contains(" 429 "));
        }
        refused
    };
    #[expect(clippy::disallowed_methods, reason = "the pace is to be seen")]
    let began = std::time::Instant::now();
    assert_eq!([flood(150), flood(150)], [0, 0], "a burst passes");
    assert_eq!(
        flood(150),
        0,
        "what one connection asks for waits for its turn"
    );
    let took = began.elapsed();
    assert!(Duration::from_secs(1) < took, "{took:?}");
    std::thread::scope(|scope| {
        for _ in 0..120 {
            scope.spawn(|| flood(1));
        }
        web.hub.tell(&json!({"event": "idle"}));
        assert_eq!(watcher.text()["event"], "idle");
    });
}

#[test]
fn other_sites_and_other_names_are_refused() {
    let web = serve();
    let address = web.server.address();
    let foreign =
        web.raw("POST /api/stop HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(foreign.status, 421);
    let none = web.raw("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(none.status, 421);
    let local = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
        address.port()
    );
    assert_eq!(web.raw(&local).status, 200);
    let origin = web.request("POST /api/stop", &["Origin: http://evil.example"], "");
    assert_eq!(origin.status, 403);
    let own = format!("Origin: http://{address}");
    assert_eq!(web.request("POST /api/stop", &[&own], "").status, 200);
    let form = "Content-Type: application/x-www-form-urlencoded";
    assert_eq!(web.request("POST /api/say", &[form], "text=a").status, 415);
    assert_eq!(web.script.noted(), ["Stop"]);
}

#[test]
fn half_requests_and_long_headers_harm_nobody() {
    let web = serve();
    let mut slow: Vec<TcpStream> = (0..100).map(|_| web.connect()).collect();
    for stream in &mut slow {
        stream
            .write_all(b"POST /api/ask HTTP/1.1\r\nHo")
            .expect("it reads");
    }
    assert_eq!(web.request("GET /api/state", &[], "").status, 200);
    let long = format!("X-Long: {}", "x".repeat(100_000));
    let mut stream = web.connect();
    // It may hang up in the middle.
    let _cut = stream.write_all(format!("GET / HTTP/1.1\r\n{long}\r\n\r\n").as_bytes());
    let mut answer = String::new();
    let _reset = stream.read_to_string(&mut answer);
    assert!(!answer.contains(" 200 "), "{answer}");
    drop(slow);
    assert_eq!(web.request("GET /api/state", &[], "").status, 200);
}
