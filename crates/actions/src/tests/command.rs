//! Programs are run whole, bounded and without a shell.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::{act, intent, settings};
use crate::{Actor as _, DryRun};
use mynah_core::model::{ActionSpec, CommandSpec};
use mynah_core::turn::Outcome;

fn run(arguments: &[&str], timeout_ms: u32, text: &str) -> Outcome {
    act(&command(arguments, timeout_ms), text)
}

fn command(arguments: &[&str], timeout_ms: u32) -> ActionSpec {
    ActionSpec::Command(CommandSpec {
        run: arguments.iter().map(ToString::to_string).collect(),
        user: None,
        timeout_ms,
    })
}

/// Whether the tests are root, whose programs run as somebody else.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A folder that everybody may write to.
fn open_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(), open).expect("the folder is ours");
    folder
}

/// Runs a program with `x` = `kitchen`: whether it worked, and its detail.
fn check(arguments: &[&str], ok: bool, detail: &str) -> Outcome {
    let outcome = run(arguments, 20_000, "kitchen");
    assert_eq!((outcome.ok, outcome.detail.as_str()), (ok, detail));
    assert_eq!(outcome.kind, "command");
    outcome
}

#[test]
fn a_program_gets_its_arguments_and_gives_its_output() {
    let outcome = check(
        &["printf", "%s-%s", "{x}", "{y}"],
        true,
        "printf %s-%s kitchen \"\"",
    );
    assert_eq!(outcome.result["stdout"], "kitchen-");
    assert_eq!(outcome.result["status"], 0);
    let outcome = check(
        &["echo", r#"{"degrees": 21, "in": "{x}"}"#],
        true,
        r#"echo "{\"degrees\": 21, \"in\": \"kitchen\"}""#,
    );
    assert_eq!(outcome.result["json"]["degrees"], 21);
    assert_eq!(outcome.result["json"]["in"], "kitchen");
}

#[test]
fn failures_say_why() {
    let whom = if is_root() { " as `nobody`" } else { "" };
    check(
        &["/no/such/program"],
        false,
        &format!("cannot run `/no/such/program`{whom}: No such file or directory (os error 2)"),
    );
    let outcome = check(
        &[
            "sh",
            "-c",
            "echo out; echo first >&2; echo last words >&2; exit 3",
        ],
        false,
        &format!(
            "sh -c \"echo out; echo first >&2; echo last words >&2; exit 3\": exit status 3{whom}: \
             last words"
        ),
    );
    assert_eq!(outcome.result["stdout"], "out");
    assert_eq!(outcome.result["status"], 3);
    check(
        &["sh", "-c", "kill -9 $$"],
        false,
        "sh -c \"kill -9 $$\": ended by signal 9",
    );
    assert!(!run(&["echo", "{x}"], 20_000, "nul\0").ok);
    assert!(!run(&[], 20_000, "").ok);
}

#[test]
fn output_is_bounded_and_does_not_block() {
    let outcome = run(&["seq", "1", "200000"], 60_000, "");
    assert!(outcome.ok, "{}", outcome.detail);
    let stdout = outcome.result["stdout"].as_str().expect("text");
    assert!(stdout.starts_with("1\n2\n") && stdout.len() <= 64 * 1024);
}

#[test]
fn only_named_variables_reach_the_program() {
    let outcome = run(&["env"], 20_000, "two words");
    let stdout = outcome.result["stdout"].as_str().expect("text");
    let mut own = Vec::new();
    for line in stdout.lines() {
        let (name, value) = line.split_once('=').expect("NAME=VALUE");
        match name {
            "PATH" | "HOME" | "LANG" | "TZ" => {}
            _ => own.push((name, value)),
        }
    }
    own.sort_unstable();
    assert_eq!(
        own,
        [("MYNAH_INTENT", "test"), ("MYNAH_SLOT_X", "two words")]
    );
}

#[test]
fn a_program_runs_as_one_who_may_do_little() {
    let as_user = |user: &str| {
        let spec = CommandSpec {
            run: vec!["id".into(), "-un".into()],
            user: Some(user.into()),
            timeout_ms: 20_000,
        };
        act(&ActionSpec::Command(spec), "")
    };
    let nobody = as_user("nobody");
    let unknown = as_user("no-such-user");
    assert!(
        !unknown.ok && unknown.detail.contains("no user `no-such-user`"),
        "{}",
        unknown.detail
    );
    if is_root() {
        assert_eq!(nobody.result["stdout"], "nobody");
        assert_eq!(run(&["id", "-un"], 20_000, "").result["stdout"], "nobody");
        assert_eq!(run(&["id", "-G"], 20_000, "").result["stdout"], "65534");
        assert_eq!(as_user("root").result["stdout"], "root");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let closed = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path(), closed).expect("the folder is ours");
        let folder = folder.path().to_string_lossy();
        assert!(!run(&["ls", "{x}"], 20_000, &folder).ok);
    } else {
        assert!(nobody.detail.contains("only root"), "{}", nobody.detail);
        assert!(run(&["true"], 20_000, "").ok);
    }
}

#[test]
fn a_program_that_takes_too_long_dies_with_its_children() {
    let folder = open_folder();
    let file = folder.path().join("pid");
    let script = "sleep 600 & echo $! > \"$1\"; wait";
    let outcome = run(
        &["sh", "-c", script, "sh", "{x}"],
        3_000,
        &file.to_string_lossy(),
    );
    assert!(!outcome.ok);
    assert!(outcome.detail.contains("3000 ms"), "{}", outcome.detail);
    let child = fs::read_to_string(&file).expect("the script wrote its child's number");
    let alive = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        stat.is_ok_and(|stat| !stat.contains(") Z"))
    };
    let dead = (0..1_000_000).any(|_| {
        std::thread::yield_now();
        !alive()
    });
    assert!(dead, "the child {child} lives on");
}

#[test]
fn a_child_left_behind_is_not_waited_for() {
    let outcome = run(&["sh", "-c", "sleep 20 & echo done"], 15_000, "");
    assert!(outcome.ok, "{}", outcome.detail);
    assert_eq!(outcome.result["stdout"], "done");
}

#[test]
fn a_dry_run_runs_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("made");
    let made = file.to_string_lossy();
    let outcome = DryRun::new(&settings(None)).act(&command(&["touch", "{x}"], 1), &intent(&made));
    assert!(outcome.ok && !file.exists());
    assert_eq!(outcome.detail, format!("dry run: touch {made}"));
}
