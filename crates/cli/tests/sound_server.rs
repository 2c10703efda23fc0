//! The appliance on sound cards that are no files: a sound server with two
//! null sinks stands in for microphone and loudspeaker, in real time. It is
//! missing at first, comes, is killed in the middle and comes back, hangs and
//! goes on; `mynah run` stays the same process. Every wait ends.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_models::Store;
use mynah_speech::voice::{Piper, Synthesizer as _};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A command is said so often at most.
const TRIES: u32 = 4;

/// A wake word that was not heard by then was missed.
const A_WAKE: Duration = Duration::from_secs(15);

const CONFIG: &str = r#"
    [wake]
    words = ["hey_jarvis"]

    [llm]
    backend = "none"

    [stt]
    threads = 1

    [[intent]]
    name = "light"
    description = "Switch the light"
    phrases = ["turn {state} the [kitchen] light"]
    slots.state = { values = ["on", "off"] }
    reply.ok = "The light is {state}."
"#;

const ALSA: &str = r#"
pcm.!default { type asym playback.pcm "speaker" capture.pcm "microphone" }
pcm.microphone { type pulse device "microphone.monitor" }
pcm.speaker { type pulse device "speaker" }
ctl.!default { type pulse }
"#;

#[expect(
    clippy::disallowed_methods,
    reason = "other processes keep no stream's time"
)]
fn now() -> Instant {
    Instant::now()
}

/// Asks again and again until there is an answer; panics with `what` when
/// there is none for too long.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let until = now() + PATIENCE;
    while now() < until {
        if let Some(answer) = ask() {
            return answer;
        }
        pause();
    }
    panic!("{what}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a sound server says to nobody that it is ready"
)]
fn pause() {
    thread::sleep(Duration::from_millis(50));
}

/// A process that does not outlive its test.
struct Running(Child);

impl Running {
    /// Waits for its end.
    fn end(&mut self, what: &str) -> ExitStatus {
        wait_for(&format!("{what} does not end"), || {
            self.0.try_wait().expect("a child of this process")
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn signal(process: &Running, signal: Signal) {
    let id = i32::try_from(process.0.id()).ok().and_then(Pid::from_raw);
    kill_process(id.expect("a process has a number"), signal).expect("a child of this process");
}

/// A folder that is a home and a sound server's.
struct ServerHome(tempfile::TempDir);

impl ServerHome {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(place.path(".asoundrc"), ALSA).expect("a folder to write in");
        fs::write(place.path("mynah.toml"), CONFIG).expect("a folder to write in");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn log(&self, name: &str) -> File {
        File::create(self.path(name)).expect("a folder to write in")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A command whose sound server is this place's.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        let server = format!("unix:{}", self.path("socket").display());
        command
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.0.path())
            .env("PULSE_RUNTIME_PATH", self.0.path())
            .env("PULSE_SERVER", server)
            .stdin(Stdio::null());
        command
    }

    /// Starts one of the sound server's programs.
    fn start(mut command: Command, package: &str) -> Running {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().unwrap_or_else(|error| {
            panic!("cannot start `{program}`: {error}; `./test` installs `{package}`")
        });
        Running(child)
    }

    /// Starts the server and waits until it answers.
    fn serve(&self) -> Running {
        let socket = self.path("socket");
        let _ = fs::remove_file(&socket);
        let mut command = self.command("pulseaudio");
        command
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--log-target=stderr"]);
        for module in [
            format!(
                "module-native-protocol-unix auth-anonymous=1 socket={}",
                socket.display()
            ),
            "module-null-sink sink_name=microphone rate=16000 channels=1".into(),
            "module-null-sink sink_name=speaker rate=48000 channels=2".into(),
        ] {
            command.args(["-L", &module]);
        }
        command.stdout(Stdio::null()).stderr(self.log("server.log"));
        let mut server = Self::start(command, "pulseaudio");
        let until = now() + PATIENCE;
        while UnixStream::connect(&socket).is_err() {
            let ended = server.0.try_wait().expect("a child of this process");
            assert!(
                ended.is_none() && now() < until,
                "the sound server does not answer ({ended:?}): {}",
                self.read("server.log")
            );
            pause();
        }
        // Where a server runs, Debian's ALSA takes its defaults, whatever
        // `.asoundrc` says.
        for default in [
            ["set-default-sink", "speaker"],
            ["set-default-source", "microphone.monitor"],
        ] {
            let mut command = self.command("pactl");
            command.args(default);
            let ended = Self::start(command, "pulseaudio-utils").end("pactl");
            assert!(ended.success(), "pactl {default:?}: {ended}");
        }
        server
    }

    /// Plays a recording into the microphone, to its end.
    fn say(&self, recording: &Path) {
        let mut command = self.command("paplay");
        command.args(["--device", "microphone"]).arg(recording);
        let ended = Self::start(command, "pulseaudio-utils").end("paplay");
        assert!(ended.success(), "paplay: {ended}");
    }

    /// Records what the loudspeaker plays, as 16 kHz mono in 16 bits.
    fn record(&self, file: &str) -> Running {
        let mut command = self.command("parec");
        command
            .args(["--device", "speaker.monitor", "--rate=16000"])
            .args([
                "--channels=1",
                "--format=s16le",
                "--raw",
                "--latency-msec=100",
            ])
            .stdout(self.log(file));
        Self::start(command, "pulseaudio-utils")
    }

    /// Seconds of `file` in which there is sound.
    fn sounding_s(&self, file: &str) -> f64 {
        let bytes = fs::read(self.path(file)).expect("what was recorded");
        let loud = bytes
            .chunks_exact(2)
            .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
            .collect::<Vec<_>>()
            .chunks(160)
            .filter(|piece| piece.iter().any(|sample| 300 < sample.abs()))
            .count();
        f64::from(u32::try_from(loud).expect("short")) / 100.0
    }
}

/// `mynah run` and its events.
struct Appliance {
    process: Running,
    events: Receiver<Value>,
    seen: Vec<Value>,
}

impl Appliance {
    fn start(place: &ServerHome) -> Self {
        let mut process = place
            .command(env!("CARGO_BIN_EXE_mynah"))
            .args(["run", "--events", "--config"])
            .arg(place.path("mynah.toml"))
            .env("MYNAH_MODELS", Store::discover().root())
            .env("STATE_DIRECTORY", place.0.path())
            .stdout(Stdio::piped())
            .stderr(place.log("mynah.log"))
            .spawn()
            .expect("the program was built");
        let lines = BufReader::new(process.stdout.take().expect("it is piped")).lines();
        let (sender, events) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("events are JSON");
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        Self {
            process: Running(process),
            events,
            seen: Vec::new(),
        }
    }

    /// Waits for the next event of which `wanted` are fields.
    fn wait(&mut self, wanted: &Value) -> Value {
        let found = self.first(&[wanted], PATIENCE);
        found.unwrap_or_else(|| panic!("no {wanted} after {:#?}", self.seen))
    }

    /// The next event of which one of `wanted` are fields, if it comes in time.
    fn first(&mut self, wanted: &[&Value], patience: Duration) -> Option<Value> {
        let is = |event: &Value, wanted: &Value| {
            let fields = wanted.as_object().expect("fields");
            fields
                .iter()
                .all(|(name, value)| event.get(name) == Some(value))
        };
        // Of all together: others may come again and again.
        let until = now() + patience;
        loop {
            let left = until.saturating_duration_since(now());
            let event = self.events.recv_timeout(left).ok()?;
            self.seen.push(event.clone());
            if wanted.iter().any(|wanted| is(&event, wanted)) {
                return Some(event);
            }
        }
    }

    /// Waits for a change of these sound cards, in whatever order.
    fn cards(&mut self, state: &str, mut directions: Vec<&str>) {
        while !directions.is_empty() {
            let event = self.wait(&json!({"event": "device", "state": state}));
            directions.retain(|direction| event["direction"] != *direction);
        }
    }

    /// Says a command until it is understood, each time anew, and waits for the
    /// answer; gives what was understood. On a machine that is busy with other
    /// things, what is played may break off, and recognising it may take too
    /// long.
    fn command(&mut self, place: &ServerHome, voice: &mut Piper) -> Value {
        let (intent, failure) = (json!({"event": "intent"}), json!({"event": "failure"}));
        let recording = place.path("command.wav");
        for _ in 0..TRIES {
            speak(voice, "Hey Jarvis, turn on the light.", &recording);
            place.say(&recording);
            if self.first(&[&json!({"event": "wake"})], A_WAKE).is_none() {
                continue;
            }
            let answer = self.first(&[&intent, &failure], PATIENCE);
            self.wait(&json!({"event": "idle"}));
            if let Some(answer) = answer.filter(|answer| answer["intents"][0].is_object()) {
                return answer;
            }
        }
        panic!("it is never understood: {:#?}", self.seen);
    }
}

/// The voice says `text` into a file, with a breath of silence behind it.
fn speak(voice: &mut Piper, text: &str, path: &Path) {
    let mut speech = Vec::new();
    voice
        .speak(text, &mut |clause| {
            speech.extend(clause);
            true
        })
        .expect("the voice can say this");
    let mut speech = resample(&speech, voice.sample_rate(), SAMPLE_RATE);
    speech.resize(speech.len() + SAMPLE_RATE as usize / 2, 0.0);
    wav::write(path, &speech, SAMPLE_RATE).expect("a folder to write in");
}

#[test]
fn sound_cards_may_be_missing_come_and_go() {
    let place = ServerHome::new();
    let mut voice = Piper::load(&Store::discover(), "en_US-joe-medium", 1.0)
        .expect("the models; fetch them with `mynah models fetch`");
    let on = |intent: &Value| assert_eq!(intent["intents"][0]["slots"]["state"], "on", "{intent}");

    // Missing at first.
    let mut appliance = Appliance::start(&place);
    appliance.cards("lost", vec!["input", "output"]);
    let server = place.serve();
    let recorder = place.record("reply.raw");
    appliance.cards("found", vec!["input", "output"]);
    on(&appliance.command(&place, &mut voice));
    wait_for("the reply was not heard", || {
        (0.7 < place.sounding_s("reply.raw")).then_some(())
    });
    drop(recorder);

    // Killed, and started again.
    drop(server);
    appliance.cards("lost", vec!["input", "output"]);
    let server = place.serve();
    appliance.cards("found", vec!["input", "output"]);
    on(&appliance.command(&place, &mut voice));

    // It hangs, and goes on.
    signal(&server, Signal::STOP);
    appliance.cards("lost", vec!["input", "output"]);
    signal(&server, Signal::CONT);
    appliance.cards("found", vec!["input", "output"]);
    on(&appliance.command(&place, &mut voice));

    assert!(appliance.process.0.try_wait().expect("a child").is_none());
}
