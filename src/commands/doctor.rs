//! `mynah doctor`: what is wrong with this appliance, and what to do.

mod bringup;
mod llm;
mod network;

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::{Common, Exit};
use crate::audio::devices::{self, Direction, SoundDevice};
use crate::config::{self, LlmBackend, Settings};
use crate::models::Store;

const EXAMPLES: &str = "\
Looks at the configuration, the models, the sound cards, the language model's
program, memory and disk. Exit status: 0 nothing failed, 1 something did.";

/// Below this the language model does not fit beside the rest.
const MEMORY_MB: u64 = 2_500;

/// Arguments of `mynah doctor`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArgs {
    /// Try everything that matters on the HAT, for about an hour, and write
    /// down how it went
    #[arg(long)]
    hailo_bringup: bool,
    #[command(flatten)]
    bringup: bringup::Options,
    /// Only name the machines that the configuration speaks with, one a line
    #[arg(long, conflicts_with = "hailo_bringup")]
    hosts: bool,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
    /// Not looked at, for the reason given.
    Skip,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    check: String,
    verdict: Verdict,
    detail: String,
    /// What to do; empty when all is well.
    hint: String,
}

impl Finding {
    fn new(check: &str, verdict: Verdict, detail: impl Into<String>, hint: &str) -> Self {
        Self {
            check: check.into(),
            verdict,
            detail: detail.into(),
            hint: hint.into(),
        }
    }

    /// The same under another name.
    fn named(mut self, check: &str) -> Self {
        check.clone_into(&mut self.check);
        self
    }

    fn ok(check: &str, detail: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, detail, "")
    }
}

/// Runs the command.
///
/// # Errors
/// When the report cannot be written: what is wrong is the answer.
pub fn run(args: &DoctorArgs, common: &Common) -> anyhow::Result<Exit> {
    if args.hailo_bringup {
        return bringup::run(&args.bringup, common);
    }
    if args.hosts {
        return hosts(common);
    }
    let mut findings = Vec::new();
    match config::load(common.config.as_deref()) {
        Ok(settings) => {
            findings.push(Finding::ok(
                "configuration",
                format!("{} intents", settings.intents.len()),
            ));
            findings.extend(models(&settings, &Store::discover()));
            findings.extend(llm::findings(&settings, &Store::discover()));
            findings.extend(sound(&settings, &devices::list()));
            findings.extend(network::findings(&settings));
        }
        Err(error) => findings.push(Finding::new(
            "configuration",
            Verdict::Fail,
            error.to_string().lines().next().unwrap_or_default(),
            "`mynah check` says where and what would be right",
        )),
    }
    findings.push(memory(
        &std::fs::read_to_string("/proc/meminfo").unwrap_or_default(),
    ));
    for finding in &findings {
        if common.json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            println!("{}", for_people(finding));
        }
    }
    let failed = findings.iter().any(|f| f.verdict == Verdict::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn hosts(common: &Common) -> anyhow::Result<Exit> {
    for host in network::hosts(&config::load(common.config.as_deref())?) {
        if common.json {
            println!("{}", serde_json::to_string(&host)?);
        } else {
            println!("{}", host.host);
        }
    }
    Ok(Exit::Done)
}

/// A finding as a person reads it.
fn for_people(finding: &Finding) -> String {
    let mark = match finding.verdict {
        Verdict::Ok => "ok  ",
        Verdict::Warn => "warn",
        Verdict::Fail => "FAIL",
        Verdict::Skip => "skip",
    };
    let mut text = format!("{mark}  {:<14} {}", finding.check, finding.detail);
    if !finding.hint.is_empty() {
        let _ = write!(text, "\n{:21}hint: {}", "", finding.hint);
    }
    text
}

/// Findings as a person reads them.
#[cfg(test)]
fn shown(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(for_people).collect();
    lines.join("\n")
}

fn models(settings: &Settings, store: &Store) -> Vec<Finding> {
    let mut needed: Vec<&str> = settings
        .wake
        .words
        .iter()
        .map(|word| word.name.as_str())
        .collect();
    needed.extend([
        "onnxruntime",
        "silero_vad",
        &settings.stt.model,
        &settings.voice.model,
    ]);
    if matches!(settings.llm.backend, LlmBackend::Auto | LlmBackend::Cpu) {
        needed.push(&settings.llm.model);
    }
    needed
        .into_iter()
        .map(|model| match store.need(model) {
            Ok(_) => Finding::ok("model", model),
            Err(error) => {
                let text = error.to_string();
                let (detail, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
                Finding::new("model", Verdict::Fail, detail, hint)
            }
        })
        .collect()
}

fn sound(settings: &Settings, devices: &[SoundDevice]) -> Vec<Finding> {
    [
        ("microphone", Direction::Input, &settings.audio.input),
        ("loudspeaker", Direction::Output, &settings.audio.output),
    ]
    .into_iter()
    .map(|(check, direction, wanted)| {
        let mut there = devices.iter().filter(|d| d.direction == direction);
        let found = if wanted == "default" {
            there.next()
        } else {
            there.find(|d| d.name == *wanted || d.description == *wanted)
        };
        match found {
            Some(device) => Finding::ok(check, &device.description),
            None => Finding::new(
                check,
                Verdict::Warn,
                format!("`{wanted}` is not there"),
                "plug it in, or name another one of `mynah devices` in the file",
            ),
        }
    })
    .collect()
}

/// Judges the text of `/proc/meminfo`.
fn memory(meminfo: &str) -> Finding {
    const CHECK: &str = "memory";
    let available = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kb| kb.parse::<u64>().ok());
    match available.map(|kb| kb / 1024) {
        None => Finding::new(CHECK, Verdict::Warn, "cannot be read", ""),
        Some(mb) if mb < MEMORY_MB => Finding::new(
            CHECK,
            Verdict::Warn,
            format!("{mb} MB available"),
            "the language model on the CPU needs 2,500 MB; set `llm.backend = \"none\"` to do without",
        ),
        Some(mb) => Finding::ok(CHECK, format!("{mb} MB available")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(findings: &[Finding], expected: &str) {
        let got: Vec<String> = findings
            .iter()
            .map(|f| format!("{:?} {}: {}", f.verdict, f.check, f.detail))
            .collect();
        assert_eq!(got.join("\n"), expected);
    }

    #[test]
    fn little_memory_is_a_warning() {
        check(
            &[
                memory("MemTotal: 8 kB\nMemAvailable:    4096000 kB\n"),
                memory("MemAvailable: 1024000 kB"),
                memory(""),
            ],
            "Ok memory: 4000 MB available\nWarn memory: 1000 MB available\nWarn memory: cannot be read",
        );
    }

    #[test]
    fn missing_models_and_cards_are_named() {
        let settings = config::parse("[audio]\ninput = \"Desk\"\n").expect("a good file");
        let empty = tempfile::tempdir().expect("a folder");
        let findings = models(&settings, &Store::at(empty.path()));
        assert!(findings.iter().all(|f| f.verdict == Verdict::Fail));
        assert!(
            findings
                .iter()
                .all(|f| f.hint.contains("mynah models fetch"))
        );
        check(
            &sound(&settings, &[]),
            "Warn microphone: `Desk` is not there\nWarn loudspeaker: `default` is not there",
        );
    }
}
