//! Several back ends behind one seam, each a process with its own script: who
//! answers when one fails, and when it is well again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use mynah_llm_link::{
    Ask, BackEnd, Budget, Fallback, LanguageModel, LlmError, NO_DEADLINE, Options, Prompt,
    Schedule, Stand,
};

/// Long enough for a busy machine.
const PATIENT: u32 = 20_000;

/// Nothing is waited for.
const AT_ONCE: Schedule = Schedule {
    forgive: Duration::from_mins(5),
    retry: Duration::ZERO,
    longest: Duration::ZERO,
    idle: Duration::ZERO,
    look: Duration::from_hours(1),
};

/// What failed stays so.
const NEVER: Schedule = Schedule {
    retry: Duration::from_hours(1),
    longest: Duration::from_hours(1),
    ..AT_ONCE
};

/// Scripts of a test's back ends, in a folder of their own, and when a worker
/// is taken for hung, ms.
struct Scene(PathBuf, u32);

impl Scene {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder, PATIENT)
    }

    fn script(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("it can be written");
    }

    /// A back end with the script of that name; it is there while the script is.
    fn end(&self, name: &str, text: &str) -> BackEnd {
        self.script(name, text);
        let script = self.0.join(name);
        let mut options = Options::of("script", PATIENT).arg("--script", &script);
        options.stall_ms = self.1;
        options.program = Some(env!("CARGO_BIN_EXE_mynah-llm").into());
        BackEnd {
            name: name.into(),
            options,
            present: Box::new(move || script.exists()),
        }
    }
}

fn ask(model: &mut Fallback, text: &str, deadline_ms: u32) -> Result<String, LlmError> {
    let answer = model.ask(&Ask {
        user: text.into(),
        max_tokens: 8,
        stops: vec!["\n".into()],
        deadline_ms,
        ..Ask::default()
    });
    answer.map(|answer| answer.text)
}

/// Ticks until that back end serves.
fn until(model: &mut Fallback, name: &str) {
    let (_alive, wait) = channel::<()>();
    for _ in 0..2000 {
        model.tick();
        if model.current() == Some(name) && model.ready(0) {
            return;
        }
        let _ = wait.recv_timeout(Duration::from_millis(10));
    }
    panic!("`{name}` never serves: {:?}", model.reports());
}

fn stands(model: &mut Fallback) -> Vec<Stand> {
    let reports = model.reports();
    reports.iter().map(|report| report.stand).collect()
}

/// The best back end fails at each question; the person's third is answered.
fn check_failure(name: &str, failure: &str, stall_ms: u32) {
    let mut scene = Scene::new(name);
    scene.1 = stall_ms;
    let first = scene.end("first", &format!("bad => {failure}\n* => one\n"));
    let second = scene.end("second", "* => two\n");
    let mut model = Fallback::start(vec![first, second], NEVER);
    model
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "one");
    ask(&mut model, "bad", NO_DEADLINE).expect_err("it fails");
    assert_eq!(
        model.current(),
        Some("first"),
        "{name}: it gets a second chance"
    );
    model.wait().expect("it starts anew");
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "one");
    ask(&mut model, "bad", NO_DEADLINE).expect_err("it fails again");
    assert_eq!(model.current(), Some("second"), "{name}: enough");
    model.wait().expect("the other one starts");
    assert_eq!(ask(&mut model, "bad", PATIENT).expect("well"), "two");
    assert_eq!(stands(&mut model), [Stand::Failed, Stand::Serves]);
    assert!(!model.reports()[0].reason.is_empty());
}

#[test]
fn a_back_end_that_fails_twice_is_left() {
    check_failure("twice-crash", "!crash", PATIENT);
    check_failure("twice-garbage", "!garbage", PATIENT);
    check_failure("twice-hang", "!hang", 1000);
}

#[test]
fn a_back_end_that_is_well_again_is_taken_back() {
    let scene = Scene::new("back");
    let first = scene.end("first", "load: => no device\n* => one\n");
    let second = scene.end("second", "* => two\n");
    let mut model = Fallback::start(vec![first, second], AT_ONCE);
    model
        .prime(&Prompt::system("a prefix"))
        .expect("the second allows it");
    assert_eq!(model.current(), Some("second"));
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "two");
    let pid = model.pid().expect("it runs");
    scene.script("first", "* => one\n");
    until(&mut model, "first");
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "one");
    assert_eq!(stands(&mut model), [Stand::Serves, Stand::Spare]);
    let gone = !Path::new(&format!("/proc/{pid}")).exists();
    assert!(gone, "the process of the second is left over");
}

#[test]
fn without_any_back_end_there_is_an_error_at_once_and_later_an_answer() {
    let scene = Scene::new("alone");
    let only = scene.end("only", "load: => no device\n");
    let mut model = Fallback::start(vec![only], AT_ONCE);
    model
        .prime_later(&Prompt::system("a prefix"))
        .expect("it only sends");
    let error = model.wait().expect_err("nothing can answer").to_string();
    assert!(error.contains("away: `only`: "), "{error}");
    assert!(error.contains("no device"), "{error}");
    assert_eq!(model.current(), None);
    let error = ask(&mut model, "good", PATIENT).expect_err("nothing can answer");
    assert!(matches!(error, LlmError::Away(_)), "{error}");
    scene.script("only", "* => fine\n");
    until(&mut model, "only");
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "fine");
}

#[test]
fn a_back_end_that_is_not_there_is_not_started_and_one_that_appears_is() {
    let scene = Scene::new("absent");
    let first = scene.end("first", "* => one\n");
    let second = scene.end("second", "* => two\n");
    fs::remove_file(scene.0.join("first")).expect("it is there");
    let mut model = Fallback::start(vec![first, second], AT_ONCE);
    model.wait().expect("the second is there");
    assert_eq!(stands(&mut model), [Stand::Absent, Stand::Serves]);
    model.tick();
    assert_eq!(model.current(), Some("second"));
    scene.script("first", "* => one\n");
    until(&mut model, "first");
}

#[test]
fn a_process_that_dies_between_questions_is_noticed_and_started_anew() {
    let scene = Scene::new("between");
    let only = scene.end("only", "* => fine\n");
    let mut model = Fallback::start(vec![only], NEVER);
    model
        .prime(&Prompt::system("a prefix"))
        .expect("the script allows it");
    let pid = model.pid().expect("it runs");
    let kill = std::process::Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status();
    assert!(kill.expect("kill is there").success());
    let (_alive, wait) = channel::<()>();
    for _ in 0..2000 {
        model.tick();
        if model.pid() != Some(pid) {
            break;
        }
        let _ = wait.recv_timeout(Duration::from_millis(10));
    }
    model.wait().expect("it starts anew");
    assert_ne!(model.pid(), Some(pid));
    assert_eq!(ask(&mut model, "good", PATIENT).expect("well"), "fine");
}

#[test]
fn restarts_are_bounded_until_the_machine_starts_anew() {
    let scene = Scene::new("budget");
    let mut only = scene.end("only", "* => !crash\n");
    only.options.budget = Some(Budget::new(scene.0.join("restarts"), 2));
    let mut model = Fallback::start(vec![only], AT_ONCE);
    let mut last = String::new();
    let (_alive, wait) = channel::<()>();
    for _ in 0..200 {
        model.tick();
        if let Err(error) = ask(&mut model, "good", PATIENT) {
            last = error.to_string();
        }
        if last.contains("restarted 2 times") {
            return;
        }
        let _ = wait.recv_timeout(Duration::from_millis(10));
    }
    panic!("it is restarted for ever: {last}");
}
