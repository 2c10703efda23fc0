//! What the stand-in is told to do: a JSON file in the place of the model.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, process, thread};

use serde::Deserialize;

/// `HAILO_OUT_OF_HOST_MEMORY`.
const OUT_OF_HOST_MEMORY: i32 = 3;

/// The whole plan; everything has a default.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// The version that the library claims.
    pub version: [u32; 3],
    /// The version that the shim was made for; `None`: that of the library.
    pub made_for: Option<[u32; 3]>,
    /// Whose published times to keep; see [`Timing::of`].
    pub model: String,
    /// Whose form the model wants: `chatml`, `qwen3`, `llama3`, `deepseek-r1`.
    pub family: String,
    /// The chat template in the model's file.
    pub template: Option<String>,
    /// How much faster than real to be.
    pub speed: f64,
    /// How much each time varies, as a share of it.
    pub jitter: f64,
    /// Milliseconds that saving or restoring a context takes.
    pub context_ms: f64,
    /// Tokens that the context holds.
    pub capacity: usize,
    /// Whether the model writes the newline after a role or an end mark.
    pub newline: bool,
    /// Tokens that the device is ahead of the host when it is aborted.
    pub ahead: usize,
    /// What the user's last turn contains, and the answer to it. `*` fits any;
    /// an answer `=` repeats the turn.
    pub answers: Vec<(String, String)>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            version: [5, 2, 0],
            made_for: None,
            model: "qwen2.5-coder-1.5b".into(),
            family: "chatml".into(),
            template: None,
            speed: 1000.0,
            jitter: 0.03,
            context_ms: 250.0,
            capacity: 2048,
            newline: true,
            ahead: 1,
            answers: vec![("*".into(), "=".into())],
            faults: Vec::new(),
        }
    }
}

/// Something that goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// In which call: `open`, `load`, `generate`, `read`, `save` and so on.
    pub at: String,
    /// What happens.
    pub how: How,
    /// Only when the text of the call, or of the generation, contains this.
    #[serde(default)]
    pub when: String,
    /// How often, over all processes with this plan; 0 for always.
    #[serde(default)]
    pub times: usize,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The call never returns.
    Hang,
    /// The process dies.
    Crash,
    /// Memory is taken until there is no more.
    Eat,
    /// The piece is no text.
    Garbage,
    /// The answer ends in the middle of a character.
    Half,
    /// The call fails with this status.
    Status(i32),
}

impl Plan {
    /// Reads the file that the command line names as the model.
    pub fn read() -> Self {
        let line = fs::read("/proc/self/cmdline").unwrap_or_default();
        let mut args = line.split(|byte| *byte == 0);
        let path = args
            .find(|arg| *arg == b"--model")
            .and_then(|_| args.next())
            .map(|path| String::from_utf8_lossy(path).into_owned());
        let Some(path) = path else {
            return Self::default();
        };
        let text = fs::read_to_string(&path).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_else(|error| {
            eprintln!("stand-in: `{path}`: {error}");
            process::exit(3)
        })
    }

    /// Lets happen what is to happen in this call. `Some`: the call does it.
    pub fn strike(&self, at: &str, text: &str) -> Option<How> {
        let (index, fault) = self.faults.iter().enumerate().find(|(index, fault)| {
            fault.at == at
                && text.contains(&fault.when)
                && (fault.times == 0 || fired(*index) < fault.times)
        })?;
        note_fired(index);
        match fault.how {
            How::Hang => loop {
                thread::park();
            },
            How::Crash => process::abort(),
            How::Eat => {
                eat();
                Some(How::Status(OUT_OF_HOST_MEMORY))
            }
            how => Some(how),
        }
    }
}

/// Takes memory and uses it until the system refuses.
fn eat() {
    const MOUTHFUL: usize = 8 * 1024 * 1024;
    let mut eaten: Vec<Vec<u8>> = Vec::with_capacity(4096);
    while eaten.len() < eaten.capacity() {
        let mut more = Vec::new();
        if more.try_reserve_exact(MOUTHFUL).is_err() {
            return;
        }
        more.resize(MOUTHFUL, 1);
        eaten.push(more);
    }
}

/// Where the stand-in may write: the folder of the vendor's log.
fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("HAILORT_LOGGER_PATH")?);
    folder.is_dir().then_some(folder)
}

/// How often a fault has happened, in every process that had this folder.
fn fired(index: usize) -> usize {
    folder()
        .and_then(|folder| fs::read(folder.join(format!("fault{index}"))).ok())
        .map_or(0, |bytes| bytes.len())
}

fn note_fired(index: usize) {
    append(&format!("fault{index}"), b"x");
}

/// Adds a line to the log of what was done.
pub(crate) fn log(line: &str) {
    append("standin.log", format!("{line}\n").as_bytes());
}

fn append(name: &str, bytes: &[u8]) {
    if let Some(folder) = folder() {
        let file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join(name));
        // The tests see what is missing.
        let _ = file.and_then(|mut file| file.write_all(bytes));
    }
}

/// How long things take on the real device, milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// A block of up to 96 prompt tokens; its first output token is included.
    pub block: f64,
    /// Each further token.
    pub token: f64,
    /// Loading the model.
    pub load: f64,
}

impl Timing {
    /// As the vendor publishes them for 5.3.0, but for 3B, which is of 5.1.1.
    pub(crate) fn of(model: &str) -> Self {
        let (block, token, load) = match model {
            "qwen2-1.5b" => (320.0, 124.0, 3660.0),
            "qwen2.5-1.5b" => (370.0, 136.0, 5170.0),
            "llama3.2-1b" => (350.0, 101.0, 3470.0),
            "qwen3-1.7b" => (620.0, 209.0, 6750.0),
            // Two blocks, for its prompts are evaluated in two parts.
            "deepseek-r1-1.5b" => (365.0, 125.6, 4990.0),
            "llama3.2-3b" => (1470.0, 375.0, 12_610.0),
            _ => (320.0, 123.0, 4750.0),
        };
        Self { block, token, load }
    }
}

/// Lets time pass as on the device, only faster.
#[derive(Debug)]
pub(crate) struct Pace {
    speed: f64,
    jitter: f64,
    seed: u64,
}

impl Pace {
    /// As the plan says.
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            speed: plan.speed.max(f64::EPSILON),
            jitter: plan.jitter,
            seed: 1,
        }
    }

    /// Real time for so many milliseconds of the device.
    pub(crate) fn real(&mut self, ms: f64) -> Duration {
        // Marsaglia's xorshift: any spread will do, if it repeats.
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        let share = f64::from(u32::try_from(self.seed >> 40).unwrap_or(0)) / f64::from(1 << 24);
        let varied = ms * (1.0 + self.jitter * (2.0 * share - 1.0));
        Duration::from_secs_f64((varied / self.speed / 1000.0).clamp(0.0, 3600.0))
    }

    /// Waits so many milliseconds of the device.
    pub(crate) fn pass(&mut self, ms: f64) {
        sleep(self.real(ms));
    }
}

/// Waits.
#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in takes the time that the device would"
)]
pub(crate) fn sleep(time: Duration) {
    thread::sleep(time);
}
