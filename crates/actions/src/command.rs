//! Runs a program for an intent: an argument vector and never a shell, as a
//! user who may do little, in a process group of its own that dies whole when
//! its time is up.

use std::io::{Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use nix::unistd::User;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use serde_json::{Map, Value, json};

use super::deadline::Deadline;
use super::fill::Values;
use super::{ActionError, ActionOutput};
use mynah_core::model::CommandSpec;

/// Kept of each of standard output and error; the rest is read and dropped,
/// so that a talkative program is never blocked.
const OUTPUT_BYTES: usize = 64 * 1024;

/// How long output is waited for after the program's end. It is there at once
/// unless the program left a child behind that still holds the pipe.
const DRAIN: Duration = Duration::from_millis(200);

/// The caller's variables that a program sees; with them the intent's own.
const INHERITED: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];

/// Whom programs of a Mynah that is root run as unless the file says otherwise.
const NOBODY: &str = "nobody";

/// A program that is ready to be run.
pub(super) struct Program<'a> {
    /// The argument vector.
    pub arguments: Vec<String>,
    /// Whom it runs as, see [`CommandSpec::user`].
    pub user: Option<&'a str>,
    /// Variables of its own.
    pub variables: Vec<(String, String)>,
    /// What it gets on its standard input.
    pub input: Option<String>,
    /// Killed after this long.
    pub timeout_ms: u32,
}

/// Runs a program with the intent's slots in its arguments. The result carries
/// `stdout`, `stderr`, `status`, and, when standard output is a JSON object,
/// that object as `json`.
pub(super) fn run(spec: &CommandSpec, values: Values<'_>) -> Result<ActionOutput, ActionError> {
    let intent = values.intent;
    let slots = intent.slots.iter();
    let slots = slots.map(|slot| (variable(&slot.name), slot.value.to_string()));
    Program {
        arguments: arguments(&spec.run, values)?,
        user: spec.user.as_deref(),
        variables: [("MYNAH_INTENT".to_owned(), intent.name.clone())]
            .into_iter()
            .chain(slots)
            .collect(),
        input: None,
        timeout_ms: spec.timeout_ms,
    }
    .run()
}

impl Program<'_> {
    pub(super) fn run(self) -> Result<ActionOutput, ActionError> {
        let timeout_ms = self.timeout_ms;
        let shown = shown(&self.arguments);
        let Some((name, rest)) = self.arguments.split_first() else {
            return Err(ActionError::new("`run` names no program"));
        };
        let person = person(self.user)?;
        let whom = match &person {
            Some(person) => format!(" as `{}`", person.name),
            None => String::new(),
        };
        let mut child = command(name, rest, &self.variables, person, self.input.is_some())
            .spawn()
            .map_err(|error| ActionError::new(format!("cannot run `{name}`{whom}: {error}")))?;
        if let (Some(input), Some(mut pipe)) = (self.input, child.stdin.take()) {
            // A program that does not read must not hold anybody up.
            thread::spawn(move || pipe.write_all(input.as_bytes()));
        }
        let stdout = Collector::start(child.stdout.take());
        let stderr = Collector::start(child.stderr.take());
        let Some(status) = end(&mut child, Deadline::after_ms(timeout_ms)) else {
            return Err(ActionError::new(format!(
                "{shown}: stopped after {timeout_ms} ms without an end"
            )));
        };
        let (stdout, stderr) = (stdout.text(), stderr.text());
        let result = result(&stdout, &stderr, status);
        if status.success() {
            return Ok(ActionOutput {
                detail: shown,
                result,
            });
        }
        let why = match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit status {code}{whom}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "ended strangely".into(),
        };
        let last_words = stderr.lines().rfind(|line| !line.trim().is_empty());
        let detail = match last_words {
            Some(line) => format!("{shown}: {why}: {}", line.trim()),
            None => format!("{shown}: {why}"),
        };
        Err(ActionError { detail, result })
    }
}

/// Whom a program runs as; `None` for whom Mynah itself runs as.
fn person(user: Option<&str>) -> Result<Option<User>, ActionError> {
    let own = rustix::process::geteuid();
    let name = match user {
        None if !own.is_root() => return Ok(None),
        None => NOBODY,
        Some("root") if own.is_root() => return Ok(None),
        Some(name) => name,
    };
    let person = User::from_name(name)
        .map_err(|error| ActionError::new(format!("cannot look up the user `{name}`: {error}")))?;
    let person = person.ok_or_else(|| {
        ActionError::new(format!(
            "this machine has no user `{name}`: set `user` to one"
        ))
    })?;
    if person.uid.as_raw() == own.as_raw() {
        return Ok(None);
    }
    if !own.is_root() {
        return Err(ActionError::new(format!(
            "only root can run programs as `{name}`: take `user` out, or let it be Mynah's own"
        )));
    }
    Ok(Some(person))
}

/// The argument vector: one argument for each template, whatever is in the
/// slots. The program itself is taken as written, since nobody should choose a
/// program by speaking. Fails when what was said could become an option, see
/// [`Values::argument`]; behind a `--` of the owner's nothing is an option.
pub(super) fn arguments(run: &[String], values: Values<'_>) -> Result<Vec<String>, ActionError> {
    let options = run.iter().position(|argument| argument == "--");
    run.iter()
        .enumerate()
        .map(|(index, template)| match index {
            0 => Ok(template.clone()),
            _ if options.is_some_and(|end| end < index) => Ok(values.plain(template)),
            _ => values.argument(template),
        })
        .collect()
}

/// The command as a line of a log: arguments that are not plain words quoted.
pub(super) fn shown(arguments: &[String]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    let quoted: Vec<String> = arguments
        .iter()
        .map(|argument| {
            if !argument.is_empty() && argument.chars().all(plain) {
                argument.clone()
            } else {
                format!("{argument:?}")
            }
        })
        .collect();
    quoted.join(" ")
}

fn command(
    program: &str,
    arguments: &[String],
    variables: &[(String, String)],
    person: Option<User>,
    reads: bool,
) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(
            INHERITED
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(if reads { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if let Some(person) = person {
        // With a user of its own, a program loses Mynah's further groups too.
        command
            .uid(person.uid.as_raw())
            .gid(person.gid.as_raw())
            .env("HOME", person.dir);
    }
    command
}

/// `living-room` becomes `MYNAH_SLOT_LIVING_ROOM`.
fn variable(slot: &str) -> String {
    let name = slot.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    format!("MYNAH_SLOT_{}", name.to_ascii_uppercase())
}

/// How the program ended; `None` when its time was up and its process group
/// had to be killed.
fn end(child: &mut Child, deadline: Deadline) -> Option<ExitStatus> {
    let pid = Pid::from_child(child);
    let (ended, end) = sync_channel(1);
    // Waits without reaping, so that the group's number stays taken until the
    // decision whether to kill it has been made.
    thread::spawn(move || {
        let seen = waitid(
            WaitId::Pid(pid),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        );
        let _ = ended.send(seen);
    });
    let waited = end.recv_timeout(deadline.left());
    let in_time = !matches!(waited, Err(RecvTimeoutError::Timeout));
    if !in_time && let Err(error) = kill_process_group(pid, Signal::KILL) {
        tracing::warn!(%error, "cannot kill a program that took too long");
    }
    let status = child.wait();
    in_time.then(|| status.ok()).flatten()
}

fn result(stdout: &str, stderr: &str, status: ExitStatus) -> Value {
    let mut result = Map::new();
    result.insert("stdout".into(), stdout.trim().into());
    result.insert("stderr".into(), stderr.trim().into());
    result.insert(
        "status".into(),
        status.code().map_or(Value::Null, Value::from),
    );
    if let Ok(object @ Value::Object(_)) = serde_json::from_str(stdout) {
        result.insert("json".into(), object);
    }
    json!(result)
}

/// Reads a pipe to its end in a thread of its own and keeps the beginning.
/// When a background child of the program keeps the pipe, the thread stays
/// with it, so that the child may go on writing.
struct Collector {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Collector {
    fn start(pipe: Option<impl Read + Send + 'static>) -> Self {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = sync_channel(1);
        if let Some(mut pipe) = pipe {
            let kept = Arc::clone(&kept);
            thread::spawn(move || {
                let mut block = [0; 4096];
                while let Ok(count @ 1..) = pipe.read(&mut block) {
                    let mut kept = kept.lock().expect("no holder of this lock panics");
                    let room = OUTPUT_BYTES - kept.len();
                    kept.extend_from_slice(&block[..count.min(room)]);
                }
                let _ = end.send(());
            });
        }
        Self { kept, ended }
    }

    fn text(&self) -> String {
        let _ = self.ended.recv_timeout(DRAIN);
        let kept = self.kept.lock().expect("no holder of this lock panics");
        String::from_utf8_lossy(&kept).into_owned()
    }
}
