//! The program with a HAT that fails: the person hears a sentence, the phrases
//! go on, the next command works or is told that only simple ones do, and
//! nothing is left over. The HAT is the stand-in of the worker's tests.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const LLM_MS: u64 = 3_000;

/// What a command of a busy machine may take beyond its deadline.
const SLACK_MS: u64 = 10_000;

const PHRASE: &str = "switch on the lamp";
const WORDS: &str = "I would love some brightness over here";
const DONE: &str = "The lamp is on.";
const SIMPLE: &str = "Sorry, I can only understand simple commands right now.";
const NOT_UNDERSTOOD: &str = "Sorry, I did not understand that.";

/// `mynah ask` on a pipe, and its worker with the stand-in.
struct Desk {
    folder: PathBuf,
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    workers: Vec<u32>,
}

impl Desk {
    fn new(name: &str, faults: &Value) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        for part in [
            "log",
            "models",
            "root/dev",
            "root/sys/class/hailo_chardev/hailo0",
        ] {
            fs::create_dir_all(folder.join(part)).expect("a folder for the test");
        }
        let write = |name: &str, text: &str| {
            fs::write(folder.join(name), text).expect("it can be written");
        };
        write("root/dev/hailo0", "");
        let answers = json!([["Did the speaker", "yes"], ["*", "light_on"]]);
        write(
            "model.hef",
            &json!({"answers": answers, "faults": faults}).to_string(),
        );
        write(
            "mynah.toml",
            &format!(
                "[llm]\nbackend = \"hailo\"\nhef = \"{}\"\ntimeout_ms = {LLM_MS}\n\n[[intent]]\nname = \"light_on\"\ndescription = \"Switch the lamp on\"\nphrases = [\"{PHRASE}\"]\nreply.ok = \"{DONE}\"\n",
                folder.join("model.hef").display()
            ),
        );
        let program = install(&folder);
        let mut child = Command::new(program)
            .args(["ask", "--json", "--batch", "-", "--config"])
            .arg(folder.join("mynah.toml"))
            .env("MYNAH_MODELS", folder.join("models"))
            .env("MYNAH_HAILO_ROOT", folder.join("root"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = child.stdout.take().expect("piped");
        Self {
            folder,
            input: child.stdin.take(),
            output: BufReader::new(output).lines(),
            child,
            workers: Vec::new(),
        }
    }

    /// What the person hears.
    fn hears(&mut self, text: &str) -> String {
        let line = json!({"text": text}).to_string();
        let input = self.input.as_mut().expect("open until the end");
        writeln!(input, "{line}").expect("the program reads");
        let answer = self.output.next().expect("an answer").expect("text");
        let answer: Value = serde_json::from_str(&answer).expect("a JSON line");
        let ms = answer["ms"]["intent"].as_u64().expect("a time");
        assert!(ms <= LLM_MS + SLACK_MS, "{answer}");
        let workers = children(self.child.id());
        assert!(workers.len() <= 1, "{workers:?}");
        self.workers.extend(workers);
        answer["reply"].as_str().expect("a reply").to_owned()
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .expect("the program runs")
            .count()
    }

    /// Ends the program; nothing may be left of it.
    fn end(mut self) {
        drop(self.input.take());
        self.child.wait().expect("it ends");
        for worker in &self.workers {
            let left = Path::new(&format!("/proc/{worker}")).exists();
            assert!(!left, "process {worker} is left over");
        }
        assert!(!self.workers.is_empty());
        fs::remove_dir_all(&self.folder).expect("it can be removed");
    }
}

/// The program, beside a worker that takes the stand-in for the library.
fn install(folder: &Path) -> PathBuf {
    let real = Path::new(env!("CARGO_BIN_EXE_mynah"));
    let worker = real.with_file_name("mynah-llm");
    assert!(
        worker.is_file(),
        "the program `mynah-llm` is missing\nhint: run `cargo build --release --workspace`"
    );
    let tests = std::env::current_exe().expect("a running test has a path");
    let standin = tests.with_file_name("libmynah_standin.so");
    assert!(standin.is_file(), "`{}` is missing", standin.display());
    let program = folder.join("mynah");
    fs::hard_link(real, &program).expect("tests lie beside the programs");
    let script = folder.join("mynah-llm");
    let text = format!(
        "#!/bin/sh\nexec '{}' \"$@\" --library '{}' --shim '{}' --log '{}' --memory 256\n",
        worker.display(),
        standin.display(),
        standin.display(),
        folder.join("log").display()
    );
    fs::write(&script, text).expect("it can be written");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it is ours");
    program
}

fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("a system with processes");
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let zombie = status.contains("\nState:\tZ");
            !zombie && status.contains(&format!("\nPPid:\t{parent}\n"))
        })
        .collect()
}

/// A failure in the middle of a command, and again later.
fn check(name: &str, how: &Value) {
    let desk = json!([{"at": "generate", "how": how, "when": "crystal"}]);
    let mut desk = Desk::new(&format!("degrade-{name}"), &desk);
    let failing = "I would love some crystal brightness over here";
    assert_eq!(desk.hears(WORDS), DONE, "{name}");
    let descriptors = desk.descriptors();
    assert_eq!(desk.hears(failing), SIMPLE, "{name}");
    assert_eq!(desk.hears(PHRASE), DONE, "{name}");
    assert_eq!(desk.hears(WORDS), DONE, "{name}: it starts anew");
    assert_eq!(desk.hears(failing), SIMPLE, "{name}");
    // Twice is enough: it is left alone for a while, which was said.
    assert_eq!(desk.hears(WORDS), NOT_UNDERSTOOD, "{name}");
    assert_eq!(desk.hears(PHRASE), DONE, "{name}");
    assert!(desk.descriptors() <= descriptors, "{name}");
    desk.end();
}

#[test]
fn a_crash_is_heard_and_survived() {
    check("crash", &json!("crash"));
}

#[test]
fn a_hang_is_heard_and_survived() {
    check("hang", &json!("hang"));
}

#[test]
fn a_closed_session_is_heard_and_survived() {
    check("closed", &json!({"status": 62}));
}

#[test]
fn out_of_memory_is_heard_and_the_hat_left_alone() {
    let faults = json!([{"at": "generate", "how": "eat", "when": "crystal"}]);
    let mut desk = Desk::new("degrade-memory", &faults);
    assert_eq!(desk.hears(WORDS), DONE);
    assert_eq!(
        desk.hears("I would love some crystal brightness over here"),
        SIMPLE
    );
    assert_eq!(desk.hears(WORDS), NOT_UNDERSTOOD);
    assert_eq!(desk.hears(PHRASE), DONE);
    desk.end();
}

#[test]
fn without_a_hat_the_bring_up_says_so_and_fails() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-hat");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("root")).expect("a folder for the test");
    let report = folder.join("report.txt");
    let done = Command::new(env!("CARGO_BIN_EXE_mynah"))
        .args(["doctor", "--hailo-bringup", "--report"])
        .arg(&report)
        .env("MYNAH_HAILO_ROOT", folder.join("root"))
        .output()
        .expect("the program starts");
    assert_eq!(done.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&done.stdout);
    assert!(
        printed.contains("FAIL  hailo          node_missing"),
        "{printed}"
    );
    assert!(
        printed.contains("skip  endurance      the HAT cannot be used"),
        "{printed}"
    );
    let written = fs::read_to_string(report).expect("the report is written");
    assert!(written.contains("forbids publishing"), "{written}");
}
