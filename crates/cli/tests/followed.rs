//! `mynah serve` follows the names of a Home Assistant: a renamed lamp is
//! understood without a restart, and the last name while Home Assistant is away.

#[path = "../../actions/src/tests/house.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of the reader, which use more of it"
)]
mod house;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use house::FakeHomeAssistant;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// From a new name to being understood by it, also on a machine that builds
/// something else.
const SOON: Duration = Duration::from_secs(20);

struct Program {
    child: Child,
    wyoming: SocketAddr,
}

impl Program {
    fn start(folder: &Path, home_assistant: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let wyoming = listener.local_addr().expect("it is bound");
        drop(listener);
        let token = folder.join("token");
        std::fs::write(&token, "long-lived").expect("a file");
        let config = folder.join("mynah.toml");
        let text = format!(
            r#"
            [device]
            name = "Desk"
            area = "Office"
            [llm]
            backend = "none"
            [stt]
            threads = 1
            [serve]
            wyoming = "{wyoming}"
            [home_assistant]
            url = "{home_assistant}"
            token_file = "{}"
            follow = true
            [[intent]]
            name = "light"
            phrases = ["turn {{state}} [the] {{light}}"]
            slots.state = {{ values = ["on", "off"] }}
            action = {{ type = "say" }}
            reply = "{{light.entity}} is {{state}}"
            [[intent]]
            name = "lights"
            phrases = ["turn {{state}} [the] lights [in [the] {{area}}]"]
            slots.state = {{ values = ["on", "off"] }}
            slots.area = {{ list = "area", default = "here" }}
            action = {{ type = "say" }}
            reply = "{{area}} lights are {{state}}"
            "#,
            token.display()
        );
        std::fs::write(&config, text).expect("a file");
        let mut child = Command::new(env!("CARGO_BIN_EXE_mynah"))
            .args(["serve", "--config"])
            .arg(&config)
            .env("STATE_DIRECTORY", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let stdout = child.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert!(line.starts_with("Serving Wyoming at "), "{line}");
        Self { child, wyoming }
    }

    /// The reply to a sentence; empty where it is not understood.
    fn reply(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(self.wyoming).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let event = json!({"type": "transcript", "data": {"text": text}});
        stream
            .write_all(format!("{event}\n").as_bytes())
            .expect("it reads");
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let header: Value = serde_json::from_str(&line).expect("JSON");
        let length = header["data_length"].as_u64().unwrap_or(0);
        let mut data = vec![0; usize::try_from(length).expect("small")];
        reader.read_exact(&mut data).expect("a block");
        let data: Value = serde_json::from_slice(&data).unwrap_or_default();
        let handled = header["type"] == "handled";
        data["text"]
            .as_str()
            .filter(|_| handled)
            .unwrap_or_default()
            .to_owned()
    }

    /// Asks again until the reply is the expected one; how long that took.
    fn until(&self, text: &str, expected: &str) -> Duration {
        let (_pause, never) = channel::<()>();
        let began = now();
        loop {
            let reply = self.reply(text);
            let took = now().duration_since(began);
            if reply == expected {
                return took;
            }
            assert!(
                took < PATIENCE,
                "`{text}`: `{reply}` instead of `{expected}`"
            );
            let _nothing = never.recv_timeout(Duration::from_millis(200));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program runs in the machine's time"
)]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn a_renamed_lamp_is_understood_without_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = FakeHomeAssistant::start();
    let program = Program::start(folder.path(), &house.url);
    program.until("turn on the reading light", "light.desk is on");
    // The box stands in the office, which is an alias of the study.
    assert_eq!(program.reply("turn on the lights"), "study lights are on");
    assert_eq!(
        program.reply("turn off the lights in the kitchen"),
        "kitchen lights are off"
    );

    house.rename("Banker's lamp", &["Green lamp"]);
    let took = program.until("turn off the banker's lamp", "light.desk is off");
    assert!(took < SOON, "it took {took:?}");
    assert_eq!(program.reply("turn on the green lamp"), "light.desk is on");
    assert_eq!(program.reply("turn on the reading light"), "");

    // Home Assistant goes away and comes back with another name.
    house.set_away(true);
    assert_eq!(program.reply("turn on the green lamp"), "light.desk is on");
    house.rename("Old lamp", &[]);
    house.set_away(false);
    program.until("turn on the old lamp", "light.desk is on");

    // A box that starts while it is away has the last names.
    house.set_away(true);
    drop(program);
    let program = Program::start(folder.path(), &house.url);
    assert_eq!(program.reply("turn off the old lamp"), "light.desk is off");
}
