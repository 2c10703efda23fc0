//! `mynah ask` with a HAT that fails: a sentence that could not be put to the
//! model is an error and never "not understood", the phrases go on, later
//! sentences work once the worker is back, and nothing is left over. The HAT is
//! the stand-in of the worker's tests.

use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The longest that one sentence may take: twice the time after which a worker
/// without a sign of life is killed, twice its start, and a busy machine.
const LONGEST_MS: u64 = 90_000;

const PHRASE: &str = "switch on the lamp";
const WORDS: &str = "I would love some brightness over here";
const DONE: &str = "The lamp is on.";

/// `mynah ask` on a pipe, and its worker with the stand-in.
struct AskProcess {
    folder: PathBuf,
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
    workers: Vec<u32>,
}

impl AskProcess {
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
                "[llm]\nbackend = \"hailo\"\nhef = \"{}\"\ntimeout_ms = 3000\n\n[[intent]]\nname = \"light_on\"\ndescription = \"Switch the lamp on\"\nphrases = [\"{PHRASE}\"]\nreply.ok = \"{DONE}\"\n",
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

    /// The reply; `None` where the sentence could not be judged.
    fn hears(&mut self, text: &str) -> Option<String> {
        let line = json!({"text": text}).to_string();
        let input = self.input.as_mut().expect("open until the end");
        writeln!(input, "{line}").expect("the program reads");
        let answer = self.output.next().expect("an answer").expect("text");
        let answer: Value = serde_json::from_str(&answer).expect("a JSON line");
        let ms = answer["ms"]["intent"].as_u64().expect("a time");
        assert!(ms <= LONGEST_MS, "{answer}");
        let workers = children(self.child.id());
        assert!(workers.len() <= 1, "{workers:?}");
        self.workers.extend(workers);
        let reply = answer["reply"].as_str().expect("a reply").to_owned();
        answer["error"].is_null().then_some(reply)
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

/// A failure in the middle of an answer.
fn check(name: &str, how: &Value) {
    let desk = json!([{"at": "generate", "how": how, "when": "crystal"}]);
    let mut desk = AskProcess::new(&format!("degrade-{name}"), &desk);
    let done = || Some(DONE.to_owned());
    let failing = "I would love some crystal brightness over here";
    assert_eq!(desk.hears(WORDS), done(), "{name}");
    let descriptors = desk.descriptors();
    assert_eq!(desk.hears(failing), None, "{name}");
    assert_eq!(desk.hears(PHRASE), done(), "{name}");
    // It was asked twice, and a back end that fails twice is left for a while.
    let later = desk.hears(WORDS);
    assert!(later.is_none() || later == done(), "{name}: {later:?}");
    assert_eq!(desk.hears(PHRASE), done(), "{name}");
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
    let mut desk = AskProcess::new("degrade-memory", &faults);
    let done = || Some(DONE.to_owned());
    assert_eq!(desk.hears(WORDS), done());
    let failing = "I would love some crystal brightness over here";
    assert_eq!(desk.hears(failing), None);
    assert_eq!(desk.hears(WORDS), None);
    assert_eq!(desk.hears(PHRASE), done());
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
