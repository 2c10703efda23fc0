//! Every way in which the accelerator can fail, injected by the stand-in or
//! laid out in the file system: the client gets the class in time, and the next
//! command works where it can.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::standin::{PATIENT, WorkerFolder, command, gone, prefix};
use mynah_llm_link::{ErrorClass, LanguageModel, LlmError, NO_DEADLINE};
use serde_json::{Value, json};

fn class(error: &LlmError) -> Option<ErrorClass> {
    match error {
        LlmError::Failed { class, .. } => Some(*class),
        _ => None,
    }
}

/// A worker that cannot load says which class of failure it is.
fn check_start(desk: &WorkerFolder, want: ErrorClass, words: &str) {
    let mut client = desk.client();
    let error = client.status(PATIENT).expect_err("it cannot load");
    assert_eq!(class(&error), Some(want), "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(error.to_string().contains("hint: "), "{error}");
}

/// As [`check_start`], for a call that fails with a status.
fn check_start_status(name: &str, at: &str, status: i32, want: ErrorClass) {
    let faults = json!([{ "at": at, "how": { "status": status } }]);
    let desk = WorkerFolder::new(name, &json!({ "faults": faults }));
    check_start(&desk, want, &format!("({status})"));
}

#[test]
fn a_start_fails_by_its_class() {
    check_start_status("fail-driver", "open", 76, ErrorClass::VersionMismatch);
    check_start_status("fail-ioctl", "open", 36, ErrorClass::DeviceLost);
    check_start_status("fail-hef", "load", 26, ErrorClass::ModelBad);
    check_start_status("fail-chip", "load", 93, ErrorClass::ModelBad);
    check_start_status("fail-cma", "load", 81, ErrorClass::OutOfMemory);
    check_start_status("fail-gone", "load", 96, ErrorClass::DeviceLost);
    check_start_status("fail-odd", "usage", 8, ErrorClass::Other);
}

#[test]
fn a_device_that_stays_busy_is_told_by_its_class() {
    check_start_status("fail-used", "open", 73, ErrorClass::Busy);
    check_start_status("fail-taken", "open", 74, ErrorClass::Busy);
    check_start_status("fail-second", "load", 62, ErrorClass::Busy);
}

#[test]
fn a_library_that_will_not_do_is_told_by_its_class() {
    let desk = |name: &str, plan: Value| WorkerFolder::new(name, &plan);
    check_start(
        &desk("fail-library", json!({})).with(&["--library", "/nowhere/libhailort.so"]),
        ErrorClass::LibraryMissing,
        "`/nowhere/libhailort.so` cannot be loaded",
    );
    check_start(
        &desk("fail-shim", json!({})).with(&["--shim", "/nowhere/libmynah_hailo.so"]),
        ErrorClass::LibraryMissing,
        "`/nowhere/libmynah_hailo.so` cannot be loaded",
    );
    check_start(
        &desk("fail-foreign", json!({})).with(&["--shim", "libc.so.6"]),
        ErrorClass::SymbolMissing,
        "mynah_hailo_abi",
    );
    check_start(
        &desk("fail-no-hailort", json!({})).with(&["--library", "libc.so.6"]),
        ErrorClass::SymbolMissing,
        "hailo_get_library_version",
    );
    let faults = json!([{ "at": "abi", "how": { "status": 1 } }]);
    check_start(
        &desk("fail-abi", json!({ "faults": faults })),
        ErrorClass::SymbolMissing,
        "interface 0",
    );
    check_start(
        &desk("fail-old", json!({ "version": [5, 1, 0] })),
        ErrorClass::VersionTooOld,
        "5.1.0",
    );
}

#[test]
fn a_shim_with_a_symbol_that_the_library_lacks_names_it() {
    let desk = WorkerFolder::new("fail-symbol", &json!({}));
    desk.write(
        "shim.c",
        "int hailo_of_another_release(void);\nunsigned mynah_hailo_abi(void) { return hailo_of_another_release(); }\n",
    );
    let shim = desk.folder.join("shim.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&shim)
        .arg(desk.folder.join("shim.c"))
        .status()
        .expect("the C compiler that the other libraries need as well");
    assert!(built.success());
    check_start(
        &desk.with(&["--shim", &shim.to_string_lossy()]),
        ErrorClass::SymbolMissing,
        "hailo_of_another_release",
    );
}

#[test]
fn a_machine_without_the_device_is_told_by_its_class() {
    let desk = WorkerFolder::new("fail-driver-version", &json!({}));
    desk.write("root/sys/module/hailo1x_pci/version", "5.1.1\n");
    check_start(
        &desk,
        ErrorClass::VersionMismatch,
        "the driver is version 5.1.1",
    );

    let desk = WorkerFolder::new("fail-node", &json!({}));
    desk.remove("root/dev/hailo0");
    check_start(&desk, ErrorClass::NodeMissing, "dev/hailo0` is missing");

    desk.remove("root/sys/class");
    check_start(
        &desk,
        ErrorClass::NodeMissing,
        "the kernel shows no Hailo-10H",
    );

    desk.write("root/sys/bus/pci/devices/0001:01:00.0/vendor", "0x1e60\n");
    desk.write("root/sys/bus/pci/devices/0001:01:00.0/device", "0x45c4\n");
    check_start(&desk, ErrorClass::NodeMissing, "no driver has taken it");

    desk.write(
        "root/sys/class/hailo1x/h1x-0/board_location",
        "0001:01:00.0\n",
    );
    desk.write("root/dev/h1x-0", "");
    desk.client().status(PATIENT).expect("as of 5.3");

    desk.write("root/sys/class/hailo1x/h1x-0/device/device", "0x2864\n");
    check_start(&desk, ErrorClass::NodeMissing, "no driver has taken it");

    let desk = WorkerFolder::new("fail-model", &json!({})).with(&["--model", "/nowhere/model.hef"]);
    check_start(
        &desk,
        ErrorClass::ModelMissing,
        "`/nowhere/model.hef` is missing",
    );
}

/// A command that makes the device fail once, then others.
fn check_failure(name: &str, how: &Value, at: &str, stall_ms: u32, fits: fn(&LlmError) -> bool) {
    let faults = json!([{ "at": at, "how": how, "when": "bad", "times": 1 }]);
    let desk = WorkerFolder::new(name, &json!({ "faults": faults })).with(&["--memory", "256"]);
    let mut client = desk.client_that_waits(stall_ms);
    let tokens = client.prime(&prefix()).expect("it primes");
    let pid = client.pid().expect("it runs");
    let error = client
        .ask(&command("bad", NO_DEADLINE))
        .expect_err("it fails");
    assert!(fits(&error), "{name}: {error}");
    assert!(gone(pid), "{name}: process {pid} is left over");
    for words in ["good", "better"] {
        let answer = client
            .ask(&command(words, PATIENT))
            .expect("a new worker answers");
        assert_eq!(answer.text, words, "{name}");
    }
    assert_eq!(client.prefix_tokens(), tokens, "{name}: primed as before");
    let pid = client.pid().expect("it runs");
    drop(client);
    assert!(gone(pid), "{name}: process {pid} is left over");
}

#[test]
fn a_device_that_hangs_is_seen_by_the_lack_of_progress() {
    let hung = |error: &LlmError| matches!(error, LlmError::Hung(1000));
    check_failure("fail-hang-read", &json!("hang"), "read", 1000, hung);
    check_failure("fail-hang-prefill", &json!("hang"), "generate", 1000, hung);
}

#[test]
fn a_library_that_crashes_takes_only_the_worker_with_it() {
    let ended = |error: &LlmError| matches!(error, LlmError::Gone(_));
    check_failure("fail-crash", &json!("crash"), "read", PATIENT, ended);
}

#[test]
fn a_session_that_ends_is_told_by_its_class() {
    let closed = |error: &LlmError| class(error) == Some(ErrorClass::SessionClosed);
    let status = |status: i32| json!({ "status": status });
    check_failure("fail-closed", &status(62), "read", PATIENT, closed);
    check_failure("fail-silent", &status(6), "read", PATIENT, closed);
    let lost = |error: &LlmError| class(error) == Some(ErrorClass::DeviceLost);
    check_failure("fail-lost", &status(96), "generate", PATIENT, lost);
}

#[test]
fn memory_that_runs_out_and_answers_that_are_none_are_told_by_their_class() {
    let memory = |error: &LlmError| class(error) == Some(ErrorClass::OutOfMemory);
    check_failure("fail-eat", &json!("eat"), "generate", PATIENT, memory);
    let noise = |error: &LlmError| class(error) == Some(ErrorClass::BadOutput);
    check_failure("fail-garbage", &json!("garbage"), "read", PATIENT, noise);
}

#[test]
fn a_slow_answer_is_refused_and_the_worker_lives() {
    // 320 ms for the block, and 123 ms for each of eleven further tokens.
    let desk = WorkerFolder::new("fail-slow", &json!({ "speed": 1.0, "context_ms": 10.0 }));
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let pid = client.pid();
    let long = "one two three four five six seven eight nine ten eleven twelve";
    let error = client.ask(&command(long, 1200)).expect_err("too slow");
    assert!(matches!(error, LlmError::TooSlow(1200)), "{error}");
    let answer = client.ask(&command("good", PATIENT)).expect("it lives");
    assert_eq!(answer.text, "good");
    assert_eq!(client.pid(), pid, "nothing was killed");
}

#[test]
fn what_may_pass_is_tried_again() {
    for (name, at, status) in [("fail-again", "open", 97), ("fail-held", "load", 62)] {
        let faults = json!([{ "at": at, "how": { "status": status }, "times": 1 }]);
        let desk = WorkerFolder::new(name, &json!({ "faults": faults }));
        desk.client().status(PATIENT).expect("the second try");
    }
}

#[test]
fn a_worker_that_cannot_let_go_does_not_outlive_its_parent() {
    let faults = json!([{ "at": "close", "how": "hang" }]);
    let desk = WorkerFolder::new("fail-close", &json!({ "faults": faults }));
    let mut child = Command::new(env!("CARGO_BIN_EXE_mynah-llm"))
        .args(desk.args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the worker starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all(b"{\"id\":1,\"do\":\"load\"}\n")
        .expect("it reads");
    let mut reply = String::new();
    BufReader::new(child.stdout.take().expect("piped"))
        .read_line(&mut reply)
        .expect("it writes");
    assert!(reply.contains("\"loaded\":true"), "{reply}");
    drop(stdin);
    // Waits for ever, and so fails, if the worker does.
    child.wait().expect("it can be waited for");
}

#[test]
fn a_failure_while_nobody_listens_is_told_at_the_next_question() {
    let faults = json!([{ "at": "abort", "how": { "status": 62 }, "times": 1 }]);
    let desk =
        WorkerFolder::new("fail-rest", &json!({ "faults": faults })).with(&["--rest-after", "0"]);
    let mut client = desk.client();
    client.prime(&prefix()).expect("it primes");
    let mut ask = command("good", PATIENT);
    ask.choices = vec!["good".into()];
    client.ask(&ask).expect("cut short, and so aborted later");
    let error = client.ask(&ask).expect_err("the session is closed");
    assert_eq!(class(&error), Some(ErrorClass::SessionClosed), "{error}");
    client.ask(&ask).expect("a new worker answers");
}

#[test]
fn the_probe_tells_without_opening() {
    let check = |desk: &WorkerFolder, code: i32, want: &Value| {
        let args = desk.args();
        let place = args
            .chunks(2)
            .filter(|pair| {
                ["--root", "--library", "--shim"]
                    .iter()
                    .any(|name| pair[0] == *name)
            })
            .flatten();
        let out = Command::new(env!("CARGO_BIN_EXE_mynah-llm"))
            .arg("probe")
            .args(place)
            .output()
            .expect("it runs");
        assert_eq!(out.status.code(), Some(code));
        let found: Value = serde_json::from_slice(&out.stdout).expect("JSON");
        for (key, value) in want.as_object().expect("an object") {
            assert_eq!(&found[key], value, "{found}");
        }
    };
    let desk = WorkerFolder::new("probe", &json!({}));
    check(
        &desk,
        0,
        &json!({ "class": null, "library": "5.2.0", "allowed": true }),
    );
    desk.remove("root/dev/hailo0");
    check(
        &desk,
        1,
        &json!({ "class": "node_missing", "library": null }),
    );
}

#[test]
fn a_shim_is_built_only_against_the_vendor_s_headers() {
    let desk = WorkerFolder::new("build-shim", &json!({}));
    let build = || {
        let out = Command::new(env!("CARGO_BIN_EXE_mynah-llm"))
            .args(["build-shim", "--include"])
            .arg(&desk.folder)
            .arg("--output")
            .arg(desk.folder.join("built.so"))
            .output()
            .expect("it runs");
        assert_eq!(out.status.code(), Some(1));
        assert!(!desk.folder.join("built.so").exists());
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    let words = build();
    assert!(
        words.contains("there is no `hailo/genai/llm/llm.hpp`"),
        "{words}"
    );
    assert!(words.contains("hint: install the package"), "{words}");
    desk.write("hailo/genai/llm/llm.hpp", "#error \"no such release\"\n");
    let words = build();
    assert!(
        words.contains("does not compile against the headers"),
        "{words}"
    );
    assert!(words.contains("no such release"), "{words}");
}

#[test]
fn every_class_is_documented() {
    let table = include_str!("../../../../docs/hailo.md");
    for class in ErrorClass::ALL {
        assert!(table.contains(&format!("\n| `{class}` | ")), "{class}");
    }
}
