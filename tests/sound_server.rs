//! The appliance on sound cards that are no files: a sound server with two
//! null sinks stands in for microphone and loudspeaker, in real time. It is
//! missing at first, comes, dies in the middle and comes back; `mynah run`
//! stays the same process.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use mynah::audio::convert::resample;
use mynah::audio::{SAMPLE_RATE, wav};
use mynah::models::Store;
use mynah::voice::{Piper, Synthesizer as _};
use serde_json::Value;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

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

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that is a home and a sound server's.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(place.path(".asoundrc"), ALSA).expect("a folder to write in");
        fs::write(place.path("mynah.toml"), CONFIG).expect("a folder to write in");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A command whose sound server is this place's.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.0.path())
            .env("PULSE_RUNTIME_PATH", self.0.path())
            .env(
                "PULSE_SERVER",
                format!("unix:{}", self.path("socket").display()),
            )
            .stdin(Stdio::null());
        command
    }

    /// Starts the server and waits until it answers.
    fn serve(&self) -> Running {
        let socket = self.path("socket");
        let _ = fs::remove_file(&socket);
        let native = format!(
            "module-native-protocol-unix auth-anonymous=1 socket={}",
            socket.display()
        );
        let server = self
            .command("pulseaudio")
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--use-pid-file=no", "--log-target=stderr", "-L", &native])
            .args([
                "-L",
                "module-null-sink sink_name=microphone rate=16000 channels=1",
            ])
            .args([
                "-L",
                "module-null-sink sink_name=speaker rate=48000 channels=2",
            ])
            .stdout(Stdio::null())
            .stderr(File::create(self.path("server.log")).expect("a folder to write in"))
            .spawn()
            .expect("pulseaudio is installed; ./test does it");
        let server = Running(server);
        for _ in 0..600 {
            if UnixStream::connect(&socket).is_ok() {
                return server;
            }
            pause();
        }
        let log = fs::read_to_string(self.path("server.log")).unwrap_or_default();
        panic!("the sound server does not answer: {log}");
    }

    /// Plays a recording into the microphone, to its end.
    fn say(&self, recording: &Path) {
        let played = self
            .command("paplay")
            .args(["--device", "microphone"])
            .arg(recording)
            .status()
            .expect("pulseaudio-utils is installed; ./test does it");
        assert!(played.success(), "paplay: {played}");
    }

    /// Records what the loudspeaker plays, as 16 kHz mono in 16 bits.
    fn record(&self, file: &str) -> Running {
        let recorder = self
            .command("parec")
            .args(["--device", "speaker.monitor", "--rate=16000"])
            .args(["--channels=1", "--format=s16le", "--raw"])
            .stdout(File::create(self.path(file)).expect("a folder to write in"))
            .spawn()
            .expect("pulseaudio-utils is installed; ./test does it");
        Running(recorder)
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

#[expect(
    clippy::disallowed_methods,
    reason = "a sound server says to nobody that it is ready"
)]
fn pause() {
    thread::sleep(Duration::from_millis(50));
}

/// `mynah run` and its events.
struct Appliance {
    _process: Running,
    events: Receiver<Value>,
    seen: Vec<Value>,
}

impl Appliance {
    fn start(place: &Place) -> Self {
        let mut process = place
            .command(env!("CARGO_BIN_EXE_mynah"))
            .args(["run", "--events", "--config"])
            .arg(place.path("mynah.toml"))
            .env("MYNAH_MODELS", Store::discover().root())
            .env("STATE_DIRECTORY", place.0.path())
            .stdout(Stdio::piped())
            .stderr(File::create(place.path("mynah.log")).expect("a folder to write in"))
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
            _process: Running(process),
            events,
            seen: Vec::new(),
        }
    }

    /// Waits for the next event of which `wanted` are fields.
    fn wait(&mut self, wanted: &Value) -> Value {
        let wanted = wanted.as_object().expect("fields");
        loop {
            let event = self.events.recv_timeout(PATIENCE).unwrap_or_else(|_| {
                panic!("no {wanted:?} after {:#?}", self.seen);
            });
            self.seen.push(event.clone());
            if wanted
                .iter()
                .all(|(name, value)| event.get(name) == Some(value))
            {
                return event;
            }
        }
    }

    /// Waits for a change of both sound cards, in whatever order.
    fn wait_for_cards(&mut self, state: &str) {
        let mut missing = vec!["input", "output"];
        while !missing.is_empty() {
            let event = self.wait(&serde_json::json!({"event": "device", "state": state}));
            missing.retain(|direction| event["direction"] != *direction);
        }
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
    let place = Place::new();
    let mut voice = Piper::load(&Store::discover(), "en_US-joe-medium", 1.0)
        .expect("the models; fetch them with `mynah models fetch`");
    let command = place.path("command.wav");
    speak(&mut voice, "Hey Jarvis, turn on the light.", &command);
    drop(voice);
    let is = |event: &str| serde_json::json!({"event": event});

    let mut appliance = Appliance::start(&place);
    appliance.wait_for_cards("lost");

    let server = place.serve();
    appliance.wait_for_cards("found");
    let recorder = place.record("reply.raw");
    place.say(&command);
    appliance.wait(&is("wake"));
    let intent = appliance.wait(&is("intent"));
    assert_eq!(intent["intents"][0]["slots"]["state"], "on", "{intent}");
    appliance.wait(&is("spoken"));
    appliance.wait(&is("idle"));
    drop(recorder);
    let heard_s = place.sounding_s("reply.raw");
    assert!(0.7 < heard_s, "the reply: {heard_s} s of sound");

    drop(server);
    appliance.wait_for_cards("lost");
    let _server = place.serve();
    appliance.wait_for_cards("found");
    place.say(&command);
    appliance.wait(&is("wake"));
    appliance.wait(&is("spoken"));
}
