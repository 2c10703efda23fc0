//! `mynah bench faults`: puts one fault after the other into the real appliance, with a
//! file for a microphone, and reports what came of each: whether it survived, what it
//! said, when it answered again, and whether anything was lost.

mod list;
mod sound;
mod trouble;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::{ms_since, now};
use list::{FAULTS, Fault};
use mynah_appliance::runtime::demo;
use mynah_audio::wav;
use mynah_command::{Common, Exit};
use mynah_models::Store;
use trouble::Server;

const EXAMPLES: &str = "\
Each fault is put into a box of its own: a folder with a configuration, a kept timer and
a recording, in which a command is said that the fault hits, and then one that must be
understood all the same. No fault needs special rights; docs/decisions/074 names those
that do, and where they are tried.

Examples:
  mynah bench faults                   all of them, some twenty minutes
  mynah bench faults --only sound      those of one class, or whose name has the word
  mynah bench faults --list

Exit status: 0 every fault was survived, 1 one was not.";

/// The kept timer must outlive every fault.
const KEPT: &str = "set a pasta timer for three hours";

/// One that takes longer hangs, in seconds. A start takes a few on a quiet machine.
const HANGS_S: &str = "240";

const CONFIG: &str = include_str!("faults/box.toml");

/// Arguments of `mynah bench faults`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FaultsArgs {
    /// Only faults of this class, or with this word in their name
    #[arg(long, value_name = "WORD")]
    only: Option<String>,
    /// Name the faults, and put none in
    #[arg(long)]
    list: bool,
    /// Keep each box in this folder, with its log and events
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// What came of a fault.
struct Outcome {
    /// It ended as it should, and answered the command after the fault.
    survived: bool,
    /// What was said of the command that was hit; empty: nothing.
    said: String,
    /// From the end of that command to the answer of the next, seconds of the recording;
    /// `None`: there was none.
    recovered_s: Option<f64>,
    /// The kept timer is gone.
    lost: bool,
    /// Why it did not survive.
    why: String,
    wall_ms: f64,
}

/// Runs the command.
///
/// # Errors
/// When the recording cannot be made, or a box not be set up.
pub(super) fn run(args: &FaultsArgs, common: &Common) -> anyhow::Result<Exit> {
    let wanted = |fault: &&Fault| {
        args.only
            .as_ref()
            .is_none_or(|word| fault.class == word || fault.name.contains(word.as_str()))
    };
    let chosen: Vec<&Fault> = FAULTS.iter().filter(wanted).collect();
    if args.list {
        for fault in &chosen {
            println!("{:<9} {}", fault.class, fault.name);
        }
        return Ok(Exit::Done);
    }
    anyhow::ensure!(
        !chosen.is_empty(),
        "no fault is called so\nhint: `mynah bench faults --list`"
    );
    let scratch = std::env::temp_dir().join(format!("mynah-faults-{}", std::process::id()));
    let root = args.keep.clone().unwrap_or_else(|| scratch.clone());
    fs::create_dir_all(&root).with_context(|| format!("cannot make `{}`", root.display()))?;
    let bench = Bench::new(&root)?;
    let mut failed = 0;
    for (number, fault) in chosen.iter().enumerate() {
        let outcome = bench.put_in(fault)?;
        failed += usize::from(!outcome.survived || outcome.lost);
        print(fault, &outcome, (number + 1, chosen.len()), common.json);
    }
    if !common.json {
        println!("{} faults, {failed} not survived", chosen.len());
    }
    if args.keep.is_none() {
        // What is left over harms nobody.
        let _ = fs::remove_dir_all(&scratch);
    }
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn print(fault: &Fault, outcome: &Outcome, (number, of): (usize, usize), as_json: bool) {
    if as_json {
        let line = json!({
            "class": fault.class, "fault": fault.name, "survived": outcome.survived,
            "said": outcome.said, "recovered_s": outcome.recovered_s, "lost": outcome.lost,
            "why": outcome.why, "ms": outcome.wall_ms,
        });
        println!("{line}");
        return;
    }
    let verdict = match (outcome.survived, outcome.lost) {
        (true, false) => "survived",
        (true, true) => "LOST",
        (false, _) => "FAILED",
    };
    let back = outcome
        .recovered_s
        .map_or_else(|| "-".into(), |seconds| format!("{seconds:.1} s"));
    let said = if outcome.said.is_empty() {
        "(nothing)"
    } else {
        &outcome.said
    };
    println!(
        "{number:>2}/{of} {verdict:<8} {:<9} {:<52} {back:>7}  {said}{}",
        fault.class,
        fault.name,
        if outcome.why.is_empty() {
            String::new()
        } else {
            format!("  [{}]", outcome.why)
        }
    );
}

/// What all boxes share.
struct Bench {
    root: PathBuf,
    program: PathBuf,
    store: PathBuf,
    /// The two commands, as a person says them.
    recording: Vec<f32>,
    /// A folder of state with the kept timer.
    state: PathBuf,
}

impl Bench {
    fn new(root: &Path) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("a running program has a path")?;
        let store = Store::discover();
        fs::write(root.join("token"), "a-token-of-the-bench")?;
        let text = config(root, list::WORKS, "9");
        let settings = mynah_config::parse(&text)
            .map_err(|problems| anyhow::anyhow!("the configuration of the bench: {problems:?}"))?;
        let file = root.join("commands.wav");
        eprintln!("speaking the commands into `{}`", file.display());
        demo::record(&settings, &store, &file)?;
        let recording = wav::read(&file, 120)?.samples;
        let bench = Self {
            root: root.to_owned(),
            program,
            store: store.root().to_owned(),
            recording,
            state: root.join("state"),
        };
        let file = root.join("box.toml");
        fs::write(&file, text)?;
        let set = bench
            .command(&bench.state)
            .args(["ask", KEPT, "--config"])
            .arg(&file)
            .output()?;
        anyhow::ensure!(
            bench.keeps(&bench.state)?,
            "the timer that must be kept cannot be set: {}{}",
            String::from_utf8_lossy(&set.stdout),
            String::from_utf8_lossy(&set.stderr)
        );
        Ok(bench)
    }

    fn command(&self, state: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env("STATE_DIRECTORY", state)
            .env("MYNAH_MODELS", &self.store)
            .stdin(Stdio::null());
        command
    }

    /// Whether the kept timer is there.
    fn keeps(&self, state: &Path) -> anyhow::Result<bool> {
        let output = self.command(state).args(["timers", "--json"]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).contains("pasta"))
    }

    /// Puts a fault into a box of its own.
    fn put_in(&self, fault: &Fault) -> anyhow::Result<Outcome> {
        let folder = self.root.join(fault.name.replace(' ', "-"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("state"))?;
        for entry in fs::read_dir(&self.state)? {
            let entry = entry?;
            fs::copy(entry.path(), folder.join("state").join(entry.file_name()))?;
        }
        let server = fault.server.map(Server::start).transpose()?;
        let port = server.as_ref().map_or(9, Server::port).to_string();
        let text = config(&self.root, fault.action, &port);
        fs::write(folder.join("box.toml"), text)?;
        sound::write(&folder.join("in.wav"), &self.recording, fault.sound)?;
        let began = now();
        // A group of its own, which ends as a whole if it hangs.
        let output = Command::new("timeout")
            .args(["-k", "5", HANGS_S, "sh", "-c", &script(fault)])
            .current_dir(&folder)
            .env("BOX", &folder)
            .env("STATE", folder.join("state"))
            .env("STATE_DIRECTORY", folder.join("state"))
            .env("REAL_MODELS", &self.store)
            .env("MYNAH_MODELS", &self.store)
            .env("MYNAH", &self.program)
            .stdin(Stdio::null())
            .output()
            .context("there is no `timeout`")?;
        let wall_ms = ms_since(began);
        fs::write(folder.join("log.txt"), &output.stderr)?;
        let events = fs::read_to_string(folder.join("events.txt")).unwrap_or_default();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
        let mut outcome = judge(fault, &events, &log, status.trim());
        outcome.lost = fault.keeps && !self.keeps(&folder.join("state"))?;
        outcome.wall_ms = wall_ms;
        Ok(outcome)
    }
}

/// The configuration of a box.
fn config(root: &Path, action: &str, port: &str) -> String {
    CONFIG
        .replace("@ACTION@", action)
        .replace("@PORT@", port)
        .replace("@TOKEN@", &root.join("token").to_string_lossy())
}

/// What the shell does: the fault's part before, then the appliance with the fault
/// around it (`$me` is its process), whose exit status is written down.
fn script(fault: &Fault) -> String {
    let (before, around) = (fault.before, fault.around);
    format!(
        "{before}\n( me=$(exec sh -c 'echo $PPID')\n{around}\nexec \"$MYNAH\" run --config \
         \"$BOX/box.toml\" --wav \"$BOX/in.wav\" --speak \"$BOX/out.wav\" --events \
         >\"$BOX/events.txt\" )\necho $? >\"$BOX/status\"\n"
    )
}

fn judge(fault: &Fault, events: &str, log: &str, status: &str) -> Outcome {
    let events: Vec<Value> = events
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let of = |name: &'static str| events.iter().filter(move |event| event["event"] == name);
    let replies: Vec<&Value> = of("reply").chain(of("failure")).chain(of("ring")).collect();
    let text = |event: &Value| event["reply"].as_str().unwrap_or_default().to_owned();
    let again = replies.iter().find(|event| text(event) == list::AGAIN);
    let before =
        |event: &&&Value| again.is_none_or(|again| event["t_s"].as_f64() < again["t_s"].as_f64());
    let said: Vec<String> = replies
        .iter()
        .filter(before)
        .map(|event| text(event))
        .collect();
    let hit = of("endpoint")
        .next()
        .and_then(|event| event["t_s"].as_f64());
    let recovered_s = again
        .and_then(|event| event["t_s"].as_f64())
        .zip(hit)
        .map(|(again, hit)| again - hit);
    let mut why = Vec::new();
    if !fault.ends.contains(&status) {
        let last = log.lines().last().unwrap_or_default();
        why.push(format!("exit status {status}: {last}"));
    }
    if log.contains("panicked") {
        why.push("a panic".into());
    }
    if fault.answers && again.is_none() {
        why.push("the next command was not answered".into());
    }
    let said = said.join(" ");
    if !fault.says.is_empty() && !fault.says.iter().any(|words| said.contains(words)) {
        why.push(format!("it should say `{}`", fault.says.join("` or `")));
    }
    Outcome {
        survived: why.is_empty(),
        said,
        recovered_s,
        lost: false,
        why: why.join("; "),
        wall_ms: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own_and_a_configuration_that_is_right() {
        let mut names: Vec<&str> = FAULTS.iter().map(|fault| fault.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FAULTS.len());
        assert!(60 <= FAULTS.len(), "{}", FAULTS.len());
        for fault in FAULTS {
            let text = config(Path::new("/tmp"), fault.action, "1");
            let parsed = mynah_config::parse(&text);
            assert!(parsed.is_ok(), "{}: {parsed:?}", fault.name);
        }
    }

    #[test]
    fn what_came_of_it_is_read_from_events_and_exit_status() {
        let fault = &FAULTS[0];
        let event = |t: f64, name: &str, reply: &str| {
            json!({"t_s": t, "event": name, "reply": reply}).to_string()
        };
        let good = [
            event(2.0, "endpoint", ""),
            event(2.0, "reply", "The lamp does not answer."),
            event(12.5, "reply", list::AGAIN),
        ]
        .join("\n");
        let check = |events: &str, log: &str, status: &str, expected: &str| {
            let outcome = judge(fault, events, log, status);
            assert_eq!(outcome.why, expected);
            assert_eq!(outcome.survived, expected.is_empty());
        };
        check(&good, "", "0", "");
        let outcome = judge(fault, &good, "", "0");
        assert_eq!(outcome.recovered_s, Some(10.5));
        assert_eq!(outcome.said, "The lamp does not answer.");
        check(&good, "x\nkilled", "137", "exit status 137: killed");
        check(&good, "thread panicked at", "0", "a panic");
        check(
            &event(1.0, "reply", "The lamp is on."),
            "",
            "0",
            "the next command was not answered; it should say `does not answer`",
        );
    }
}
