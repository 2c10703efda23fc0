//! Every way in which the process can fail its parent, shown by the scripted
//! back end: the parent gets an error in time, and its next question works.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use mynah_llm_link::{Ask, LanguageModel, LlmError, NO_DEADLINE, Options, Prompt, WorkerClient};

/// A script in a file of its own.
struct Script(PathBuf);

impl Script {
    fn new(name: &str, text: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.script"));
        fs::write(&path, text).expect("the folder for test files can be written");
        Self(path)
    }

    fn client(&self) -> WorkerClient {
        self.client_that_waits(PATIENT)
    }

    /// A client that takes a worker for hung after so long without a sign.
    fn client_that_waits(&self, stall_ms: u32) -> WorkerClient {
        let args = ["--backend", "script", "--script"].map(Into::into);
        WorkerClient::start(Options {
            program: Some(env!("CARGO_BIN_EXE_mynah-llm").into()),
            args: args.into_iter().chain([self.0.clone().into()]).collect(),
            start_ms: 20_000,
            stall_ms,
            budget: None,
        })
    }
}

fn question(text: &str, deadline_ms: u32) -> Ask {
    Ask {
        user: text.into(),
        max_tokens: 8,
        stops: vec!["\n".into()],
        deadline_ms,
        ..Ask::default()
    }
}

/// Long enough for a busy machine.
const PATIENT: u32 = 20_000;

/// Longer than a progress message may take, ms.
const STALL: u32 = 2000;

fn gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

/// Asks what makes the worker fail, then something else.
fn check_failure(name: &str, failure: &str, stall_ms: u32, fits: fn(&LlmError) -> bool) {
    let script = Script::new(name, &format!("bad => {failure}\n* => fine\n"));
    let mut client = script.client_that_waits(stall_ms);
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let first = client.pid().expect("it runs");
    let error = client
        .ask(&question("bad", NO_DEADLINE))
        .expect_err("it fails");
    assert!(fits(&error), "{name}: {error}");
    assert!(gone(first), "{name}: process {first} is left over");
    let answer = client
        .ask(&question("good", PATIENT))
        .expect("a new worker answers");
    assert_eq!(answer.text, "fine", "{name}");
    assert_eq!(
        client.prefix_tokens(),
        2,
        "{name}: the new worker is primed"
    );
    let second = client.pid().expect("it runs");
    drop(client);
    assert!(gone(second), "{name}: process {second} is left over");
}

#[test]
fn a_crash_is_survived() {
    check_failure("crash", "!crash", PATIENT, |e| {
        matches!(e, LlmError::Gone(_))
    });
}

#[test]
fn garbage_is_survived() {
    check_failure("garbage", "!garbage", PATIENT, |e| {
        matches!(e, LlmError::Gone(_))
    });
}

#[test]
fn an_endless_line_is_survived() {
    check_failure("flood", "!flood", PATIENT, |e| {
        matches!(e, LlmError::Gone(_))
    });
}

#[test]
fn a_hang_is_seen_by_the_lack_of_progress() {
    check_failure("hang", "!hang", STALL, |e| {
        matches!(e, LlmError::Hung(STALL))
    });
}

#[test]
fn who_gives_up_earlier_leaves_the_hang_to_the_next_look() {
    let script = Script::new("hang-later", "bad => !hang\n* => fine\n");
    let mut client = script.client_that_waits(STALL);
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let pid = client.pid().expect("it runs");
    let error = client.ask(&question("bad", 100)).expect_err("it hangs");
    assert!(matches!(error, LlmError::TooSlow(100)), "{error}");
    assert_eq!(client.pid(), Some(pid), "it might only be slow");
    let found = (0..100).find_map(|_| {
        thread::park_timeout(Duration::from_millis(50));
        client.ready(0).err()
    });
    assert!(matches!(found, Some(LlmError::Hung(STALL))), "{found:?}");
    assert!(gone(pid), "process {pid} is left over");
    let answer = client.ask(&question("good", PATIENT)).expect("a new one");
    assert_eq!(answer.text, "fine");
}

#[test]
fn a_slow_worker_that_makes_progress_is_waited_for() {
    let words = (0..30).map(|number| format!("w{number}"));
    let words = words.collect::<Vec<_>>().join(" ");
    let script = Script::new("slow", &format!("slow => !slow {words}\n"));
    let mut client = script.client_that_waits(STALL);
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let pid = client.pid();
    let mut ask = question("slow", NO_DEADLINE);
    ask.max_tokens = 100;
    let answer = client.ask(&ask).expect("it takes three seconds");
    assert_eq!(answer.text, words);
    assert_eq!(client.pid(), pid, "nothing was killed");
}

#[test]
fn a_slow_worker_is_told_to_stop_and_not_killed() {
    let pieces = "word ".repeat(500);
    let script = Script::new("stop", &format!("slow => !slow {pieces}\n* => fine\n"));
    let mut client = script.client();
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let pid = client.pid();
    let mut ask = question("slow", 300);
    ask.max_tokens = 1000;
    let error = client.ask(&ask).expect_err("it takes 50 s");
    assert!(matches!(error, LlmError::TooSlow(300)), "{error}");
    // If it were not told, this would wait for the rest of the 50 s.
    let answer = client.ask(&question("good", PATIENT)).expect("it stopped");
    assert_eq!(answer.text, "fine");
    assert_eq!(client.pid(), pid, "nothing was killed");
}

#[test]
fn a_kill_from_outside_is_survived() {
    let script = Script::new("kill", "* => fine\n");
    let mut client = script.client();
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let pid = client.pid().expect("it runs");
    let kill = std::process::Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status();
    assert!(kill.expect("kill is there").success());
    let error = client
        .ask(&question("one", PATIENT))
        .expect_err("it is dead");
    assert!(matches!(error, LlmError::Gone(_)), "{error}");
    assert_eq!(
        client
            .ask(&question("two", PATIENT))
            .expect("it is back")
            .text,
        "fine"
    );
}

#[test]
fn restarts_are_bounded() {
    let script = Script::new("bounded", "* => !crash\n");
    let mut client = script.client();
    let mut last = String::new();
    for _ in 0..8 {
        last = client
            .ask(&question("one", PATIENT))
            .expect_err("it always fails")
            .to_string();
    }
    assert!(last.contains("5 times in 10 minutes"), "{last}");
    assert_eq!(client.pid(), None);
}

#[test]
fn a_refused_load_names_the_remedy() {
    let mut client = WorkerClient::start(Options {
        program: Some(env!("CARGO_BIN_EXE_mynah-llm").into()),
        ..Options::cpu(Path::new("/nowhere/model.gguf"), Some(1))
    });
    let error = client
        .ask(&question("one", PATIENT))
        .expect_err("no model")
        .to_string();
    assert!(
        error.contains("`/nowhere/model.gguf` is missing"),
        "{error}"
    );
    assert!(error.contains("mynah models fetch"), "{error}");
}

#[test]
fn a_missing_worker_is_named() {
    let mut client = WorkerClient::start(Options {
        program: Some("/nowhere/mynah-llm".into()),
        args: Vec::new(),
        start_ms: 1000,
        stall_ms: 1000,
        budget: None,
    });
    let error = client
        .ask(&question("one", PATIENT))
        .expect_err("no program")
        .to_string();
    assert!(
        error.contains("`/nowhere/mynah-llm` cannot be started"),
        "{error}"
    );
}

#[test]
fn an_impatient_question_does_not_kill_a_loading_worker() {
    let script = Script::new("loading", "prime: => !hang\n* => fine\n");
    let mut client = script.client();
    client
        .prime_later(&Prompt::system("a prefix"))
        .expect("it only sends");
    let pid = client.pid();
    let error = client
        .ask(&question("one", 100))
        .expect_err("it still starts");
    assert!(matches!(error, LlmError::TooSlow(100)), "{error}");
    assert_eq!(client.pid(), pid);
    assert!(pid.is_some());
}

#[test]
fn what_does_not_fit_is_refused_and_what_follows_needs_an_answer() {
    let script = Script::new("overflow", "* => one two three\n");
    let mut client = script.client();
    let long = client
        .ask(&question(&"word ".repeat(3000), PATIENT))
        .expect_err("too long");
    assert!(
        long.to_string().contains("do not fit a context of 2048"),
        "{long}"
    );
    let follow = Ask {
        follow: Some("one two three".into()),
        ..question("more", PATIENT)
    };
    let early = client.ask(&follow).expect_err("nothing to follow");
    assert!(matches!(early, LlmError::Refused(_)), "{early}");
    assert_eq!(
        client.ask(&question("hello", PATIENT)).expect("fits").text,
        "one two three"
    );
    assert_eq!(
        client.ask(&follow).expect("now it follows").text,
        "one two three"
    );
    let status = client.status(PATIENT).expect("it runs");
    assert_eq!((status.backend.as_str(), status.used), ("script", 8));
    assert!(
        client
            .memory()
            .is_some_and(|memory| memory.peak_kb >= memory.resident_kb)
    );
}

#[test]
fn the_worker_ends_with_its_input_even_when_stuck() {
    let script = Script::new("orphan", "load: => !hang\n");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_mynah-llm"))
        .args(["--backend", "script", "--script"])
        .arg(&script.0)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the worker starts");
    let mut stdin = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut stdin, b"{\"id\":1,\"do\":\"load\"}\n").expect("it reads");
    drop(stdin);
    // Waits for ever, and so fails, if the worker does.
    child.wait().expect("it can be waited for");
}

#[test]
fn an_answer_comes_in_pieces_and_may_be_given_up() {
    let script = Script::new("pieces", "mill => !slow It was built in 1794.\n* => fine\n");
    let mut client = script.client();
    client
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let ask = Ask {
        prompt: Some(Prompt::system("Answer from the text.")),
        stream: true,
        max_tokens: 20,
        ..question("the mill", PATIENT)
    };
    let mut pieces = Vec::new();
    let mut note = |piece: &str| {
        pieces.extend((!piece.is_empty()).then(|| piece.to_owned()));
        true
    };
    let answer = client.ask_aloud(&ask, &mut note).expect("it answers");
    assert_eq!(answer.text, "It was built in 1794.");
    assert!(2 < pieces.len(), "{pieces:?}");
    assert_eq!(pieces.concat(), answer.text);
    let given_up = client.ask_aloud(&ask, &mut |piece| piece.is_empty());
    assert!(matches!(given_up, Err(LlmError::Unwanted)), "{given_up:?}");
    let answer = client.ask(&question("good", PATIENT)).expect("it goes on");
    assert_eq!(answer.text, "fine");
    assert_eq!(client.starts(), 1, "nothing was killed for it");
    let whole = Ask {
        stream: false,
        ..ask
    };
    let mut calls = Vec::new();
    let heed = &mut |piece: &str| {
        calls.extend((!piece.is_empty()).then(|| piece.to_owned()));
        true
    };
    client.ask_aloud(&whole, heed).expect("it answers");
    assert_eq!(calls, ["It was built in 1794."]);
}
