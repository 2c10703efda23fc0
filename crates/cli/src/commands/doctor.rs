//! `mynah doctor`: checks this machine and suggests remedies.

#[cfg(feature = "lab")]
mod bringup;
mod hef;
mod llm;
mod machine;
mod microphone;
mod network;
mod own;
mod panel;
mod sound;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::say::{self, SayArgs};
use super::{Common, Exit};
use mynah_appliance::runtime::likeness;
use mynah_audio::devices;
use mynah_core::language;
use mynah_core::model::{LlmBackend, Settings};
use mynah_models::manifest::{Kind, Manifest};
use mynah_models::{ModelError, Store};
use mynah_serve::announce::GROUPS;
use mynah_speech::training::read_word;

const EXAMPLES: &str = "\
Checks the configuration and the files and programs that it names, the models,
the microphone, the loudspeaker, the language model, the HAT, the network as far
as it is used, the timers, and the machine.
Exit status: 0 nothing failed, 1 something did.";

/// Arguments of `mynah doctor`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that have nothing to do with each other"
)]
pub(crate) struct DoctorArgs {
    /// Test the HAT for about an hour, and write a report
    #[cfg(feature = "lab")]
    #[arg(long)]
    hailo_bringup: bool,
    #[cfg(feature = "lab")]
    #[command(flatten)]
    bringup: bringup::Options,
    /// Play a tone, and check that the microphone hears it
    #[arg(long)]
    tone: bool,
    /// Measure each channel of the microphone for ten seconds, or of a recording of it:
    /// say something meanwhile
    #[arg(long, value_name = "RECORDING", num_args = 0..=1)]
    #[expect(
        clippy::option_option,
        reason = "the form in which clap gives an option's own value"
    )]
    microphone: Option<Option<PathBuf>>,
    /// Verify the content of the models, which takes a few seconds
    #[arg(long)]
    hashes: bool,
    /// Announce the result by voice
    #[arg(long)]
    spoken: bool,
    /// Only list the hosts and networks that the configuration names, one per line
    #[arg(long)]
    #[cfg_attr(feature = "lab", arg(conflicts_with = "hailo_bringup"))]
    hosts: bool,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
    /// Not checked, for the reason given.
    Skip,
}

/// One check.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    check: String,
    verdict: Verdict,
    detail: String,
    /// The remedy; empty if there is no problem.
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
/// When the result cannot be printed; a failed check is a result.
pub(crate) fn run(args: &DoctorArgs, common: &Common) -> anyhow::Result<Exit> {
    #[cfg(feature = "lab")]
    if args.hailo_bringup {
        return bringup::run(&args.bringup, common);
    }
    if args.hosts {
        return hosts(common);
    }
    if let Some(recording) = &args.microphone {
        return microphone::run(recording.as_deref(), common);
    }
    let store = Store::discover();
    let mut findings = Vec::new();
    let settings = match mynah_config::load(common.config.as_deref()) {
        Ok(settings) => {
            findings.push(Finding::ok(
                "configuration",
                format!("{} intents", settings.intents.len()),
            ));
            Some(settings)
        }
        Err(error) => {
            findings.push(Finding::new(
                "configuration",
                Verdict::Fail,
                error.to_string().lines().next().unwrap_or_default(),
                "`mynah check` says where and what would be right",
            ));
            None
        }
    };
    if let Some(settings) = &settings {
        findings.extend(models(settings, &store, args.hashes));
        // Optional: most sentences are understood without it.
        findings.push(judge(likeness::MODEL, &store, args.hashes, Verdict::Warn));
        findings.extend(llm::findings(settings, &store, args.hashes));
        findings.extend(sound::cards(settings, &devices::list()));
        findings.extend(sound::heard(settings, args.tone));
        findings.extend(network::findings(settings));
        findings.extend(panel::findings(settings));
    }
    findings.extend(own::findings(settings.as_ref(), common.config.as_deref()));
    findings.extend(machine::findings(settings.as_ref(), &store));
    for finding in &findings {
        if common.json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            println!("{}", for_people(finding));
        }
    }
    if args.spoken {
        speak(&findings, common)?;
    }
    let failed = findings.iter().any(|f| f.verdict == Verdict::Fail);
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn speak(findings: &[Finding], common: &Common) -> anyhow::Result<()> {
    let args = SayArgs {
        text: summary(findings),
        output: None,
    };
    // The line that `say` prints is not one of the checks.
    let quiet = Common {
        json: false,
        ..common.clone()
    };
    say::run(&args, &quiet).map(drop)
}

/// A spoken summary: the failed checks, else the warnings.
fn summary(findings: &[Finding]) -> String {
    const TOLD: usize = 3;
    let of = |verdict| -> Vec<&Finding> {
        let mut chosen: Vec<_> = findings.iter().filter(|f| f.verdict == verdict).collect();
        chosen.dedup_by_key(|f| &f.check);
        chosen
    };
    let (failed, warned) = (of(Verdict::Fail), of(Verdict::Warn));
    let (told, begin) = if !failed.is_empty() {
        (failed, "Something is wrong. ")
    } else if warned.is_empty() {
        return "Everything is in order.".into();
    } else {
        (warned, "It works, but look at this. ")
    };
    let mut text = begin.to_owned();
    for finding in told.iter().take(TOLD) {
        // Without signs that are not pronounced.
        let plain = |text: &str| text.replace('`', "").replace('_', " ");
        let (check, detail) = (plain(&finding.check), plain(&finding.detail));
        let _ = write!(text, "The {check}: {}. ", detail.trim());
    }
    if told.len() > TOLD {
        let _ = write!(text, "And {} more.", told.len() - TOLD);
    }
    text.trim_end().to_owned()
}

fn hosts(common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    for host in network::hosts(&settings) {
        if common.json {
            println!("{}", serde_json::to_string(&host)?);
        } else {
            println!("{}", host.name);
        }
    }
    let groups = GROUPS.iter().filter(|_| settings.serve.discover);
    let groups = groups.map(|group| (*group, "serve.discover"));
    let allowed = settings.serve.allow.iter();
    for (network, wanted_by) in allowed
        .map(|network| (network.as_str(), "serve"))
        .chain(groups)
    {
        if common.json {
            println!(
                "{}",
                serde_json::json!({"network": network, "wanted_by": wanted_by})
            );
        } else {
            println!("{network}");
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

fn models(settings: &Settings, store: &Store, hashes: bool) -> Vec<Finding> {
    let words = settings.wake.words.iter().map(|word| word.name.as_str());
    let is_trained = |name: &&str| store.word(name).is_file();
    let (trained, mut needed): (Vec<&str>, Vec<&str>) = words.partition(is_trained);
    if !trained.is_empty() {
        needed.push("speech-embedding");
    }
    needed.extend([
        "onnxruntime",
        "silero_vad",
        &settings.stt.model,
        &settings.voice.model,
    ]);
    needed.extend(settings.stt.second.as_deref());
    if matches!(settings.llm.backend, LlmBackend::Auto | LlmBackend::Cpu) {
        needed.push(&settings.llm.model);
    }
    // What is small, or code, is compared each time.
    let always = |model: &str| ["onnxruntime", "silero_vad"].contains(&model);
    let models = needed
        .into_iter()
        .map(|model| judge(model, store, hashes || always(model), Verdict::Fail));
    trained
        .into_iter()
        .map(|name| trained_word(name, store))
        .chain(models)
        .collect()
}

fn trained_word(name: &str, store: &Store) -> Finding {
    match read_word(&store.word(name)) {
        Ok(_) => Finding::ok("model", name),
        Err(error) => {
            let text = error.to_string();
            let (detail, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
            Finding::new("model", Verdict::Fail, detail, hint)
        }
    }
}

fn judge(model: &str, store: &Store, hashes: bool, worst: Verdict) -> Finding {
    match whole(model, store, hashes) {
        Ok(()) => Finding::ok("model", model),
        Err(error) => {
            let text = error.to_string();
            let (detail, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
            Finding::new("model", worst, detail, hint)
        }
    }
}

/// Whether a model is installed and, with `hashes`, intact.
fn whole(name: &str, store: &Store, hashes: bool) -> Result<(), ModelError> {
    let manifest = Manifest::built_in();
    let own = |kind| store.has_own(kind, name);
    if manifest.model(name).is_err() && (own(Kind::Wake) || own(Kind::Voice)) {
        return Ok(());
    }
    if hashes {
        store.need_whole(name).map(drop)
    } else {
        store.need(name).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_models_are_named() {
        let settings = mynah_config::parse("[audio]\ninput = \"Desk\"\n").expect("a good file");
        let empty = tempfile::tempdir().expect("a folder");
        let findings = models(&settings, &Store::at(empty.path()), true);
        assert!(findings.iter().all(|f| f.verdict == Verdict::Fail));
        assert!(
            findings
                .iter()
                .all(|f| f.hint.contains("mynah models fetch"))
        );
    }

    #[test]
    fn the_summary_tells_the_worst_first() {
        let warn = |check: &str| Finding::new(check, Verdict::Warn, "`x` is odd", "");
        let fail = |check: &str| Finding::new(check, Verdict::Fail, "it is gone", "");
        let check = |findings: &[Finding], expected: &str| {
            assert_eq!(summary(findings), expected);
        };
        check(&[Finding::ok("disk", "")], "Everything is in order.");
        check(
            &[warn("clock"), Finding::ok("disk", "")],
            "It works, but look at this. The clock: x is odd.",
        );
        check(
            &[warn("a"), fail("b"), fail("c"), fail("d"), fail("e")],
            "Something is wrong. The b: it is gone. The c: it is gone. The d: it is gone. And 1 more.",
        );
    }
}
