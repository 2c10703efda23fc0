//! `mynah doctor --hailo-bringup`: the first hour with a HAT. Tries on the real
//! device what was so far only read about, and writes down how it went.

mod trials;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use mynah_llm_link::WorkerClient;
use mynah_llm_link::timing::{self, Timing};

use super::llm::{self, Probe, cma_mb};
use super::{Common, Exit, Finding, Verdict, for_people};

use mynah_appliance::runtime::backends;
use mynah_models::Store;
use trials::{Bench, TRIALS};

/// What a reader of the report has to know.
const HEAD: &str = "\
How the AI HAT+ 2 fares with Mynah. For your own use: the licence of the
device's firmware forbids publishing figures that were measured with it.
";

/// Options of the bring-up.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Where the report of --hailo-bringup goes
    #[arg(long, value_name = "FILE", default_value = "hailo-bringup.txt")]
    report: PathBuf,
    /// Commands of its endurance test
    #[arg(long, value_name = "N", default_value_t = 1000)]
    soak: u32,
}

/// Runs the checks. Exit status 1 when one failed, or there is no HAT.
///
/// # Errors
/// When the configuration is wrong or the report cannot be written.
pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let store = Store::discover();
    let mut report = BringupOutput {
        as_json: common.json,
        text: HEAD.to_owned(),
        failed: false,
    };
    let bench = prepare(&mut report, &llm::probe(), || {
        let hef = backends::hef(&settings.llm, &store)?;
        let timing = figures(&hef);
        let mut options = backends::hailo_options(&hef, &store);
        // Every restart here is wanted.
        options.budget = None;
        Ok((options, timing))
    })?;
    match bench {
        Ok((start, timing)) => {
            let mut bench = Bench::new(WorkerClient::idle(start), timing, options.soak);
            try_all(&mut bench, &mut report)?;
        }
        Err(reason) => skip_all(&reason, &mut report)?,
    }
    std::fs::write(&options.report, &report.text)
        .with_context(|| format!("cannot write the report `{}`", options.report.display()))?;
    if !common.json {
        println!("\nThe report is in `{}`.", options.report.display());
    }
    Ok(if report.failed {
        Exit::Failed
    } else {
        Exit::Done
    })
}

/// What the trials start with.
type Start = (mynah_llm_link::Options, &'static Timing);

/// Looks at what must be there before anything is tried. The inner error is
/// the reason why nothing can be.
fn prepare(
    report: &mut BringupOutput,
    probe: &Probe,
    start: impl FnOnce() -> anyhow::Result<Start>,
) -> anyhow::Result<Result<Start, String>> {
    let driver = llm::hailo(probe, true);
    let there = driver.iter().all(|f| f.verdict == Verdict::Ok);
    for finding in driver {
        report.add(&finding)?;
    }
    if !there {
        return Ok(Err("the HAT cannot be used".into()));
    }
    match start() {
        Ok(start) => {
            report.add(&Finding::ok("model", start.1.file))?;
            Ok(Ok(start))
        }
        Err(error) => {
            report.add(&failure("model", &error.to_string()))?;
            Ok(Err("there is no model for the HAT".into()))
        }
    }
}

/// The published figures of a model's file; of an unknown one those of the
/// default, which is as good as any other to compare with.
fn figures(hef: &Path) -> &'static Timing {
    let stem = hef.file_stem().unwrap_or_default().to_string_lossy();
    timing::find(&stem).unwrap_or(&timing::MODELS[0])
}

fn try_all(bench: &mut Bench, report: &mut BringupOutput) -> anyhow::Result<()> {
    let meminfo = || std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let before = cma_mb(&meminfo());
    let mut usable = true;
    for (index, (check, trial)) in TRIALS.into_iter().enumerate() {
        if !usable {
            report.add(&skipped(check, "the model does not load"))?;
            continue;
        }
        match trial(bench) {
            Ok(finding) => report.add(&finding.named(check))?,
            Err(error) => {
                report.add(&failure(check, &error.to_string()))?;
                // Everything else needs the first, which loads the model.
                usable = 0 < index;
            }
        }
    }
    let after = cma_mb(&meminfo());
    report.add(&match before.zip(after) {
        None => skipped("cma", "this kernel tells nothing of contiguous memory"),
        Some(((total, before), (_, after))) => Finding::ok(
            "cma",
            format!("{before} MB free of {total} before loading, {after} at the end"),
        ),
    })
}

fn skip_all(reason: &str, report: &mut BringupOutput) -> anyhow::Result<()> {
    for (check, _) in TRIALS {
        report.add(&skipped(check, reason))?;
    }
    report.add(&skipped("cma", reason))
}

fn skipped(check: &str, reason: &str) -> Finding {
    Finding::new(check, Verdict::Skip, reason, "")
}

fn failure(check: &str, text: &str) -> Finding {
    let (detail, hint) = text.split_once("\nhint: ").unwrap_or((text, ""));
    Finding::new(check, Verdict::Fail, detail, hint)
}

/// What is printed and written at once.
struct BringupOutput {
    as_json: bool,
    text: String,
    failed: bool,
}

impl BringupOutput {
    fn add(&mut self, finding: &Finding) -> anyhow::Result<()> {
        self.failed |= finding.verdict == Verdict::Fail;
        let line = for_people(finding);
        if self.as_json {
            println!("{}", serde_json::to_string(finding)?);
        } else {
            println!("{line}");
        }
        let _ = writeln!(self.text, "{line}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mynah_llm_link::Options as Start;

    use super::*;

    /// The checks that a back end of canned answers allows: it has no device
    /// and no time, but every trial runs through.
    #[test]
    fn every_trial_runs_through_on_a_back_end_without_a_device() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let script = folder.path().join("script");
        std::fs::write(&script, "* => one two three four\n").expect("it can be written");
        let start = Start::of("script", 20_000).arg("--script", &script);
        let mut bench = Bench::new(WorkerClient::idle(start), &timing::MODELS[0], 20);
        let mut report = BringupOutput {
            as_json: true,
            text: String::new(),
            failed: false,
        };
        try_all(&mut bench, &mut report).expect("it can be printed");
        let verdicts: Vec<String> = report
            .text
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line[..line.len().min(20)].trim().to_owned())
            .collect();
        insta::assert_snapshot!(verdicts.join("\n"), @r"
        ok    load
        ok    load again
        skip  versions
        ok    prefix
        ok    blocks
        ok    tokens
        skip  saved context
        ok    same answers
        ok    stop
        ok    follow-up
        ok    cut short
        ok    deadline
        ok    two at once
        ok    overflow
        ok    endurance
        skip  heat and power
        skip  cma
        ");
    }

    #[test]
    fn a_model_that_does_not_load_leaves_the_rest_out() {
        let start = Start::of("script", 20_000).arg("--script", "/nowhere/script");
        let mut bench = Bench::new(WorkerClient::idle(start), &timing::MODELS[0], 1);
        let mut report = BringupOutput {
            as_json: true,
            text: String::new(),
            failed: false,
        };
        try_all(&mut bench, &mut report).expect("it can be printed");
        assert!(report.failed);
        let skipped = report.text.matches("the model does not load").count();
        assert_eq!(skipped, TRIALS.len() - 1, "{}", report.text);
    }
}
