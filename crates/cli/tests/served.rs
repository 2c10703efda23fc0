//! `mynah serve` as a whole, with its models: a client lets it speak a command,
//! sends the sound back, and gets the command in writing; the same command is
//! carried out by a conversation; the API shows what happened.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A port that nobody has at the moment.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it is bound")
}

/// The running program.
struct Program(Child);

impl Program {
    fn start(folder: &Path, wyoming: SocketAddr, web: SocketAddr) -> Self {
        let config = folder.join("mynah.toml");
        let text = config_text(folder, wyoming, web);
        std::fs::write(&config, text).expect("a file");
        let child = Command::new(env!("CARGO_BIN_EXE_mynah"))
            .args(["serve", "--config"])
            .arg(&config)
            .env("STATE_DIRECTORY", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut program = Self(child);
        let stdout = program.0.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("Serving Wyoming at "), "{line}");
        program
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(id, signal);
        }
    }
}

fn config_text(folder: &Path, wyoming: SocketAddr, web: SocketAddr) -> String {
    let lit = folder.join("lit");
    let lit = lit.display();
    format!(
        r#"
            [device]
            name = "Desk"
            [llm]
            backend = "none"
            [stt]
            threads = 1
            [serve]
            wyoming = "{wyoming}"
            web = "{web}"
            [builtin]
            timers = true
            [[intent]]
            name = "light"
            phrases = ["turn {{state}} the [kitchen] light"]
            slots.state = {{ values = ["on", "off"] }}
            action = {{ type = "command", run = ["/usr/bin/touch", "{lit}"] }}
            undo = {{ type = "command", run = ["/usr/bin/rm", "{lit}"] }}
            reply.ok = "The light is {{state}}."
            "#
    )
}

impl Drop for Program {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        let _ = self.0.wait();
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn of(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        Self(BufReader::new(stream))
    }

    fn send(&mut self, kind: &str, data: &Value, payload: &[u8]) -> bool {
        let header = json!({"type": kind, "data": data, "payload_length": payload.len()});
        let mut bytes = format!("{header}\n").into_bytes();
        bytes.extend_from_slice(payload);
        self.0.get_mut().write_all(&bytes).is_ok()
    }

    fn event(&mut self) -> (String, Value, Vec<u8>) {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a header");
        let header: Value = serde_json::from_str(&line).expect("JSON");
        let mut block = |name: &str| {
            let mut bytes =
                vec![0; usize::try_from(header[name].as_u64().unwrap_or(0)).expect("small")];
            self.0.read_exact(&mut bytes).expect("a block");
            bytes
        };
        let data = block("data_length");
        let data = serde_json::from_slice(&data).unwrap_or_default();
        let payload = block("payload_length");
        (
            header["type"].as_str().expect("a type").into(),
            data,
            payload,
        )
    }
}

/// Lets the box speak: 16-bit sound and its rate.
fn spoken(address: SocketAddr, text: &str) -> (Vec<u8>, Value) {
    let mut client = Client::of(address);
    assert!(client.send("synthesize", &json!({"text": text}), &[]));
    let (kind, start, _) = client.event();
    assert_eq!(kind, "audio-start");
    let mut sound = Vec::new();
    loop {
        match client.event() {
            (kind, _, part) if kind == "audio-chunk" => sound.extend(part),
            (kind, ..) => {
                assert_eq!(kind, "audio-stop");
                return (sound, start["rate"].clone());
            }
        }
    }
}

/// Sends sound, then silence, and never ends it: the box has to.
fn transcript(address: SocketAddr, sound: &[u8], rate: &Value) -> String {
    let mut client = Client::of(address);
    assert!(client.send("transcribe", &json!({"language": "en"}), &[]));
    let format = json!({"rate": rate, "width": 2, "channels": 1});
    assert!(client.send("audio-start", &format, &[]));
    let silence = vec![0; 200_000];
    for part in [&silence[..20_000], sound, &silence].concat().chunks(4_096) {
        if !client.send("audio-chunk", &format, part) {
            break;
        }
    }
    let (kind, data, _) = client.event();
    assert_eq!(kind, "transcript", "{data}");
    data["text"].as_str().expect("a text").to_lowercase()
}

fn say(address: SocketAddr, text: &str) -> (String, String) {
    let mut client = Client::of(address);
    let context = json!({"conversation_id": "one"});
    assert!(client.send(
        "transcript",
        &json!({"text": text, "context": context}),
        &[]
    ));
    let (kind, data, _) = client.event();
    (kind, data["text"].as_str().unwrap_or_default().to_owned())
}

fn get(address: SocketAddr, path: &str) -> String {
    request(address, &format!("GET {path}"), "")
}

fn request(address: SocketAddr, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: \
         application/toml\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn it_understands_itself_over_the_network() {
    let folder = folder();
    let (wyoming, web) = (free(), free());
    let program = Program::start(folder.path(), wyoming, web);
    let lit = folder.path().join("lit");

    let (sound, rate) = spoken(wyoming, "Turn on the kitchen light.");
    assert!(20_000 < sound.len(), "{} bytes", sound.len());
    let text = transcript(wyoming, &sound, &rate);
    assert_eq!(text.trim_end_matches('.'), "turn on the kitchen light");
    assert!(!lit.exists(), "a transcription does nothing");

    let (kind, reply) = say(wyoming, &text);
    assert_eq!(
        (kind.as_str(), reply.as_str()),
        ("handled", "The light is on.")
    );
    assert!(lit.exists());
    // A new connection of the same conversation.
    let (kind, _) = say(wyoming, "undo that");
    assert_eq!(kind, "handled");
    assert!(!lit.exists());
    let (kind, _) = say(wyoming, "what a lovely day");
    assert_eq!(kind, "not-recognized");

    let state = get(web, "/api/state");
    assert!(state.contains("\"device\":\"Desk\""), "{state}");
    assert!(get(web, "/kiosk").contains("<h1>Desk</h1>"));
    assert!(get(web, "/metrics").contains("mynah_resident_memory_bytes "));
    drop(program);
}

/// A folder in which programs of root's Mynah, which run as `nobody`, may write.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let everybody = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder.path(), everybody).expect("our own folder");
    folder
}

/// `mynah reload`: its exit status, and everything that it prints.
fn reload(folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["reload", "--config"])
        .arg(folder.join("mynah.toml"))
        .env("STATE_DIRECTORY", folder)
        .output()
        .expect("the program");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    (output.status.code(), printed)
}

#[test]
fn a_new_configuration_counts_without_a_restart() {
    let folder = folder();
    let (wyoming, web) = (free(), free());
    let program = Program::start(folder.path(), wyoming, web);
    let first = config_text(folder.path(), wyoming, web);
    let with = |reply: &str| first.replace("The light is {state}.", reply);
    let write = |text: &str| std::fs::write(folder.path().join("mynah.toml"), text);
    let light = || say(wyoming, "turn on the kitchen light").1;
    assert_eq!(light(), "The light is on.");
    say(wyoming, "set a timer for ten minutes");

    let wrong = request(web, "PUT /api/config", &with("The light is {stat}."));
    assert!(wrong.contains(" 422 "), "{wrong}");
    assert!(wrong.contains("\"hint\""), "{wrong}");
    assert_eq!(light(), "The light is on.");
    let right = request(web, "PUT /api/config", &with("One: {state}."));
    assert!(right.contains("{\"ok\":true,\"restart\":[]}"), "{right}");
    assert_eq!(light(), "One: on.");

    let louder = with("Two: {state}.").replace("[stt]", "[audio]\nchimes = false\n[stt]");
    write(&louder).expect("a file");
    let (status, printed) = reload(folder.path());
    assert_eq!(status, Some(0), "{printed}");
    assert!(
        printed.contains("`audio.chimes` after a restart"),
        "{printed}"
    );
    assert_eq!(light(), "Two: on.");
    write(&with("Three: {stat}.")).expect("a file");
    let (status, printed) = reload(folder.path());
    assert_eq!(status, Some(2), "{printed}");
    assert!(
        printed.contains("mynah.toml:") && printed.contains("stat"),
        "{printed}"
    );
    assert_eq!(light(), "Two: on.");

    write(&with("Three: {state}.")).expect("a file");
    program.signal(Signal::HUP);
    // Each answer takes its time; a signal cannot be waited for.
    let mut tries = 0..1_000;
    assert!(tries.any(|_| light() == "Three: on."));
    let state = get(web, "/api/state");
    assert!(state.contains("\"kind\":\"timer\""), "{state}");
    drop(program);
    let (status, printed) = reload(folder.path());
    assert_eq!(status, Some(1), "{printed}");
    assert!(printed.contains("no appliance runs"), "{printed}");
}
