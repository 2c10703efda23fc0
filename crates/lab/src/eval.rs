//! `mynah eval`: accuracy on a labelled set of recordings or texts, without actions.

mod report;
mod score;
mod set;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressStyle};

use mynah_appliance::runtime::recorded::{self, hear_samples, typed};
use mynah_command::{Common, Exit};

use super::noise::Noise;
use mynah_audio::wav;
use mynah_audio::wav::Sound;

use mynah_appliance::runtime::engine::{Engine, Session};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;
use score::{Item, Tally};
use set::{Case, Input};

const EXAMPLES: &str = "\
Examples:
  mynah eval --config orders.toml clips/             clips/labels.jsonl and its recordings
  mynah eval clips/ --noise kitchen.wav --snr 24,12,6
  mynah eval sentences.jsonl --json                  one JSON object per item, then the summaries
  mynah eval questions.jsonl                         from your text: {\"text\": ..., \"answer\": [...]}
  mynah eval chatter.jsonl --none                    whatever the labels say, nothing may act

A labels file has a line for each item: {\"file\": \"a.wav\", ...} beside the
recordings or {\"text\": \"...\", ...}, with \"intent\" (\"none\": nothing may act) and
\"slots\" {name: value}, those that were said. Right: one intent, the labelled
one, and every labelled slot has its value. Wrong action: something would have
been done, and it is not right. A folder without labels.jsonl needs --none.
Instead of \"intent\" a line may list the outcomes that are acceptable, and then
every slot counts: \"want\": [\"no\", [INTENT, {slots}, {when}]]; \"no\" is a question
or a refusal.
A question to a text of yours has \"answer\": [\"1884\"] instead: the reply must have
all of these words; [] where the text has no answer, and then none may come.
Noise at S dB: S is the energy of the loudest 2048 samples of the speech over
that of the noise.

Exit status: 0 measured, 1 an item could not be read, 2 wrong usage or
configuration.";

/// Arguments of `mynah eval`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct EvalArgs {
    /// Folders of recordings with their labels.jsonl, or JSON lines of texts
    #[arg(required = true, value_name = "DIR|FILE")]
    sets: Vec<PathBuf>,
    /// Nothing in these sets may act, whatever its label
    #[arg(long)]
    none: bool,
    /// Noise to mix in
    #[arg(long, value_name = "WAV", requires = "snr")]
    noise: Option<PathBuf>,
    /// Signal-to-noise ratios in dB; each is a run of its own
    #[arg(long, value_name = "DB", value_delimiter = ',', requires = "noise")]
    #[arg(allow_negative_numbers = true)]
    snr: Vec<i32>,
    /// Use only N items of each set, spread evenly
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Print every item that is not right, not only wrong actions
    #[arg(long)]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub fn run(args: &EvalArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = mynah_core::language::speak(settings.device.language);
    let mut sets = Vec::new();
    for path in &args.sets {
        let mut cases = match set::read(path, args.none) {
            Ok(cases) => cases,
            Err(error) => {
                eprintln!("mynah: {error}");
                return Ok(Exit::Usage);
            }
        };
        if let Some(limit) = args.limit {
            cases = set::spread(cases, limit as usize);
        }
        sets.push((path.as_path(), cases));
    }
    for name in set::unknown_intents(&sets, &settings) {
        eprintln!("mynah: the configuration has no intent `{name}`, so its items cannot be right");
    }
    let noise = args.noise.as_deref().map(Noise::read).transpose()?;
    let store = Store::discover();
    let threads = settings.stt.threads;
    let speech = sets
        .iter()
        .flat_map(|(_, cases)| cases)
        .any(|case| matches!(case.input, Input::Sound(_)));
    let wants = Wants {
        speech,
        dry_run: true,
        patient: true,
        ..Wants::default()
    };
    let mut measuring = Measuring {
        engine: load::engine(settings, &store, wants)?,
        vad: speech.then(|| Vad::load(&store)).transpose()?,
        json: common.json,
    };
    let levels: Vec<Option<i32>> = if args.snr.is_empty() {
        vec![None]
    } else {
        args.snr.iter().copied().map(Some).collect()
    };
    let mut exit = Exit::Done;
    for (path, cases) in &sets {
        let mut tallies = Vec::new();
        for &level in &levels {
            let mixed = noise.as_ref().zip(level);
            let tally = measuring.set(path, cases, mixed)?;
            if 0 < tally.unreadable {
                exit = Exit::Failed;
            }
            report::summary(path, level, threads, &tally, args.all, common.json);
            tallies.push(tally);
        }
        if tallies.len() > 1 {
            report::mean(path, &tallies, common.json);
        }
    }
    Ok(exit)
}

/// The engine under measurement.
struct Measuring {
    engine: Engine,
    vad: Option<Vad>,
    json: bool,
}

impl Measuring {
    fn set(
        &mut self,
        path: &Path,
        cases: &[Case],
        noise: Option<(&Noise, i32)>,
    ) -> anyhow::Result<Tally> {
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}")
            .context("the progress bar's template")?;
        let bar = ProgressBar::new(cases.len() as u64).with_style(style);
        bar.set_message(path.display().to_string());
        let mut tally = Tally::default();
        let began = ProcessTime::now();
        for case in cases {
            let item = self.case(case, noise)?;
            if self.json {
                println!("{}", report::item(&item, noise.map(|(_, level)| level)));
            }
            tally.count(item);
            bar.inc(1);
        }
        tally.cpu_s = began.elapsed().as_secs_f64();
        bar.finish_and_clear();
        Ok(tally)
    }

    fn case(&mut self, case: &Case, noise: Option<(&Noise, i32)>) -> anyhow::Result<Item> {
        // Each item is a conversation of its own.
        let mut session = Session::default();
        let file = match &case.input {
            Input::Text(text) => {
                let answer = self.engine.in_session(&mut session).ask(&typed(text));
                return Ok(Item::new(case, typed(text), answer, None));
            }
            Input::Sound(file) => file,
        };
        let sound = match wav::read(file, recorded::LONGEST_S) {
            Ok(sound) => sound,
            Err(error) => return Ok(Item::unreadable(case, error.to_string())),
        };
        let sound = match noise {
            Some((noise, level)) => Sound {
                samples: noise.over(&sound.samples, &case.id, level),
                ..sound
            },
            None => sound,
        };
        let Some(vad) = &mut self.vad else {
            bail!("speech is measured without speech detection");
        };
        Ok(
            match hear_samples(&mut self.engine, &mut session, vad, &sound.samples) {
                Ok(heard) => Item::new(case, heard.transcript, heard.answer, Some(heard.stt_ms)),
                Err(error) => Item::unreadable(case, error),
            },
        )
    }
}
