//! A thousand commands through worker and stand-in: they take what the
//! published times predict, and neither side grows.

#[path = "hailo/standin.rs"]
#[expect(dead_code, reason = "the other tests of the accelerator use the rest")]
mod standin;

use std::time::Duration;
use std::{fs, thread};

use mynah_llm_link::LanguageModel;
use serde_json::json;
use standin::{PATIENT, WorkerFolder, command, gone, prefix};

/// The times of Qwen2.5-Coder-1.5B as the vendor publishes them, ms.
const BLOCK_MS: u32 = 320;
const TOKEN_MS: u32 = 123;

const COMMANDS: u32 = 1000;

/// What a worker may grow by once it is warm, kB.
const DRIFT_KB: u64 = 1024;

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux").count()
}

/// Device milliseconds of all lines that begin so.
fn spent(log: &[String], what: &str) -> f64 {
    log.iter()
        .filter_map(|line| line.strip_prefix(what)?.split_whitespace().next())
        .map(|ms| ms.parse::<f64>().expect("a number"))
        .sum()
}

// One test, so that nothing else opens files in this process.
#[test]
fn a_thousand_commands_take_what_was_predicted_and_leave_nothing_behind() {
    let answers = json!([["light", "light_set"], ["*", "="]]);
    let desk = WorkerFolder::new(
        "hailo-soak",
        &json!({ "speed": 20_000.0, "answers": answers }),
    )
    .with(&["--rest-after", "0"]);
    let files = open_files();
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    client.status(PATIENT).expect("it lives");
    let before = desk.log().len();
    let mut predicted = 0;
    let mut warm = 0;
    for number in 0..COMMANDS {
        let words = match number % 4 {
            0 => "make the light in the hall brighter".to_owned(),
            1 => format!("number {number}"),
            2 => "what a lovely day it has been so far".to_owned(),
            _ => "word ".repeat(number as usize % 150),
        };
        let answer = client.ask(&command(&words, PATIENT)).expect("it answers");
        predicted += answer.prompt_tokens.div_ceil(96) * BLOCK_MS
            + answer.decoded_tokens.saturating_sub(1) * TOKEN_MS;
        if number == COMMANDS / 10 {
            warm = client.memory().expect("it runs").resident_kb;
        }
    }
    client.status(PATIENT).expect("it lives");
    let log = &desk.log()[before..];
    let taken = spent(log, "generate ") + spent(log, "token ");
    assert!(
        (taken - f64::from(predicted)).abs() < 1.0,
        "predicted {predicted} ms, taken {taken} ms"
    );
    let generations = log
        .iter()
        .filter(|line| line.starts_with("generate"))
        .count();
    assert_eq!(generations, COMMANDS as usize, "one for each command");
    let restored = log
        .iter()
        .filter(|line| line.starts_with("restore"))
        .count();
    assert!(restored >= COMMANDS as usize - 1, "{restored} restored");
    assert!(!log.iter().any(|line| line == "overflow"));

    let memory = client.memory().expect("it runs");
    println!(
        "{COMMANDS} commands: {predicted} ms predicted, {taken} ms taken on the device's clock; worker {warm} kB when warm, {} kB at the end, {} kB at most",
        memory.resident_kb, memory.peak_kb
    );
    assert!(
        memory.resident_kb <= warm + DRIFT_KB,
        "grown from {warm} to {} kB",
        memory.resident_kb
    );
    let pid = client.pid().expect("it runs");
    drop(client);
    assert!(gone(pid), "process {pid} is left over");
    check_restarts_leak_nothing();
    // The threads of the pipes end by themselves, a moment after the process.
    let closed = (0..1000).any(|_| {
        thread::park_timeout(Duration::from_millis(5));
        open_files() == files
    });
    assert!(closed, "{} files are left open", open_files() - files);
}

fn check_restarts_leak_nothing() {
    let faults = json!([{ "at": "read", "how": "crash", "times": 4 }]);
    let desk = WorkerFolder::new("hailo-leak", &json!({ "faults": faults }));
    let mut client = desk.client();
    let mut pids = Vec::new();
    for number in 0..5 {
        pids.extend(client.pid());
        let answer = client.ask(&command("good", PATIENT));
        assert_eq!(answer.is_ok(), number == 4, "{answer:?}");
    }
    drop(client);
    for pid in pids {
        assert!(gone(pid), "process {pid} is left over");
    }
}
