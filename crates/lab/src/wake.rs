//! `mynah wake`: detects wake words in recordings; false accepts per hour where nobody
//! says one. `train`, `list` and `remove`: the owner's own words.

mod listen;
mod train;
mod words;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use self::listen::{Found, Listener, Look};
use super::noise::Noise;
use mynah_appliance::runtime::names::names;
use mynah_audio::AudioError;
use mynah_command::{Common, Exit};
use mynah_config::ConfigError;
use mynah_core::model::{Sensitivity, Settings, Verify, WakeWord};
use mynah_core::suggest;
use mynah_models::Store;
use mynah_speech::ear::EarError;
use mynah_speech::ear::crossing::CutOffs;

const EXAMPLES: &str = "\
Examples:
  mynah wake clip.wav                           as the appliance would hear it
  mynah wake --words alexa clips/*.wav --noise kitchen.wav --snr 10
  mynah wake --verify never clips/*.wav         without verification
  mynah wake --summary hours/*.wav              false accepts per hour
  mynah wake train \"smart mirror\"              a word of your own
  mynah wake list                               all words that there are

Detections near the cut-off are verified by Whisper, as `wake.verify` of the
configuration says. Exit status: 0 done, 1 a recording could not be read,
2 wrong usage or configuration.";

/// Arguments of `mynah wake`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true,
          subcommand_negates_reqs = true, subcommand_precedence_over_arg = true)]
pub struct WakeArgs {
    #[command(subcommand)]
    command: Option<WakeCommand>,
    /// The recordings: WAV or FLAC, of any length
    #[arg(required = true, value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Detect these words instead of the configuration's
    #[arg(long, value_delimiter = ',', value_name = "WORD,...")]
    words: Option<Vec<String>>,
    /// Sensitivity of those words
    #[arg(long, value_name = "low|normal|high", default_value = "normal", requires = "words",
          value_parser = sensitivity)]
    sensitivity: Sensitivity,
    /// When Whisper verifies [default: as configured]
    #[arg(long, value_name = "never|doubtful|always", value_parser = verify)]
    verify: Option<Verify>,
    /// Cut-off for a detection, instead of the models' own
    #[arg(long, value_name = "P", value_parser = probability)]
    cut_off: Option<f32>,
    /// Cut-off for verification, instead of Mynah's own
    #[arg(long, value_name = "P", value_parser = probability)]
    candidates: Option<f32>,
    /// Noise to mix into each recording, which may then last at most ten minutes
    #[arg(long, value_name = "WAV", requires = "snr")]
    noise: Option<PathBuf>,
    /// Signal-to-noise ratio in dB
    #[arg(
        long,
        value_name = "DB",
        requires = "noise",
        allow_hyphen_values = true
    )]
    snr: Option<i32>,
    /// Also print the detections in total and per hour
    #[arg(long)]
    summary: bool,
}

/// What is done with the owner's own words.
#[derive(Debug, Subcommand)]
enum WakeCommand {
    /// Make a wake word of its text
    Train(train::TrainArgs),
    /// List the wake words
    List,
    /// Remove words of your own
    Remove(words::RemoveArgs),
}

fn sensitivity(name: &str) -> Result<Sensitivity, String> {
    match name {
        "low" => Ok(Sensitivity::Low),
        "normal" => Ok(Sensitivity::Normal),
        "high" => Ok(Sensitivity::High),
        _ => Err("it is `low`, `normal` or `high`".into()),
    }
}

fn verify(name: &str) -> Result<Verify, String> {
    match name {
        "never" => Ok(Verify::Never),
        "doubtful" => Ok(Verify::Doubtful),
        "always" => Ok(Verify::Always),
        _ => Err("it is `never`, `doubtful` or `always`".into()),
    }
}

fn probability(text: &str) -> Result<f32, String> {
    let number = text.parse().ok();
    number
        .filter(|p| (0.0..1.0).contains(p))
        .ok_or_else(|| "it is a number from 0 to 1".into())
}

/// Totals of all recordings.
#[derive(Default)]
struct Total {
    recordings: usize,
    /// Recordings with a detection.
    with_word: usize,
    detections: usize,
    looks: usize,
    rejected: usize,
    audio_s: f64,
    cpu_ms: f64,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub fn run(args: &WakeArgs, common: &Common) -> anyhow::Result<Exit> {
    match &args.command {
        Some(WakeCommand::Train(args)) => train::run(args, common),
        Some(WakeCommand::List) => words::list(common),
        Some(WakeCommand::Remove(args)) => words::remove(args, common),
        None => detect(args, common),
    }
}

fn detect(args: &WakeArgs, common: &Common) -> anyhow::Result<Exit> {
    let mut settings = match mynah_config::load(common.config.as_deref()) {
        Ok(settings) => settings,
        Err(error @ ConfigError::Wrong { .. }) => {
            eprintln!("{error}");
            return Ok(Exit::Usage);
        }
        Err(error) => return Err(error.into()),
    };
    apply(args, &mut settings);
    let store = Store::discover();
    let known = names(&store).wake;
    for word in args.words.iter().flatten() {
        if !known.contains(word) {
            let hint = suggest::among(word, &known, "`mynah models list` has all that there are");
            eprintln!("mynah: there is no wake word `{word}`\nhint: {hint}");
            return Ok(Exit::Usage);
        }
    }
    if args.verify.is_none()
        && settings.wake.verify != Verify::Never
        && let Err(error) = store.need(&settings.stt.model)
    {
        eprintln!("mynah: nobody looks again: {error:#}");
        settings.wake.verify = Verify::Never;
    }
    let noise = args.noise.as_deref().map(Noise::read).transpose()?;
    let noise = noise.zip(args.snr);
    let change = |cut| cut_offs(args, settings.wake.verify, cut);
    let mut listener = match Listener::load(&store, &settings, noise, &change) {
        Ok(listener) => listener,
        Err(error) => {
            let Some(EarError::UnknownWord { .. }) = error.downcast_ref() else {
                return Err(error);
            };
            eprintln!("mynah: {error}");
            return Ok(Exit::Usage);
        }
    };
    let mut exit = Exit::Done;
    let mut total = Total::default();
    let bar = progress(common.json);
    for (file, number) in args.files.iter().zip(1..) {
        let mut heard = |seconds: f64| {
            bar.set_message(format!(
                "{number} of {} recordings, {:.2} h, {} detections",
                args.files.len(),
                (total.audio_s + seconds) / 3600.0,
                total.detections
            ));
            bar.tick();
        };
        let found = listener.listen(file, &mut heard)?;
        match &found {
            Ok(found) => total.add(found),
            Err(_) => exit = Exit::Failed,
        }
        bar.suspend(|| {
            if common.json {
                println!("{}", as_json(file, &found));
            } else {
                print_for_people(file, &found);
            }
        });
    }
    bar.finish_and_clear();
    if args.summary {
        total.print(common.json);
    }
    Ok(exit)
}

fn apply(args: &WakeArgs, settings: &mut Settings) {
    let wake = &mut settings.wake;
    if let Some(words) = &args.words {
        wake.words = words
            .iter()
            .map(|name| WakeWord {
                name: name.clone(),
                sensitivity: args.sensitivity,
            })
            .collect();
    }
    if let Some(verify) = args.verify {
        wake.verify = verify;
    }
}

fn cut_offs(args: &WakeArgs, verify: Verify, mut cut: CutOffs) -> CutOffs {
    if let Some(sure) = args.cut_off {
        cut.sure = sure;
    }
    if let Some(maybe) = args.candidates {
        cut.maybe = maybe;
    }
    if verify == Verify::Never {
        cut.maybe = cut.sure;
    }
    cut.maybe = cut.maybe.min(cut.sure);
    cut
}

/// Progress for people.
fn progress(as_json: bool) -> ProgressBar {
    if as_json {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg}").expect("the template is right");
    ProgressBar::new_spinner().with_style(style)
}

impl Total {
    fn add(&mut self, found: &Found) {
        self.recordings += 1;
        self.with_word += usize::from(!found.detections.is_empty());
        self.detections += found.detections.len();
        self.looks += found.looks.len();
        self.rejected += found.looks.iter().filter(|look| !look.said).count();
        self.audio_s += found.audio_s;
        self.cpu_ms += found.cpu_ms;
    }

    fn print(&self, as_json: bool) {
        let hours = self.audio_s / 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "detections are few")]
        let per_hour = |count: usize| count as f64 / hours.max(f64::MIN_POSITIVE);
        let cpu = self.cpu_ms / 10.0 / self.audio_s.max(f64::MIN_POSITIVE);
        if as_json {
            let summary = json!({
                "recordings": self.recordings,
                "with_word": self.with_word,
                "detections": self.detections,
                "second_looks": self.looks,
                "rejected": self.rejected,
                "audio_s": rounded(self.audio_s),
                "per_hour": rounded(per_hour(self.detections)),
                "cpu_percent": rounded(cpu),
            });
            println!("{}", json!({ "summary": summary }));
        } else {
            println!(
                "{} of {} recordings have a wake word; {} detections in {hours:.2} h, \
                 {:.2} an hour",
                self.with_word,
                self.recordings,
                self.detections,
                per_hour(self.detections)
            );
            println!(
                "{} second looks, {:.2} an hour, rejected {}; {cpu:.2} % of a core in real time",
                self.looks,
                per_hour(self.looks),
                self.rejected
            );
        }
    }
}

fn as_json(file: &Path, found: &Result<Found, AudioError>) -> Value {
    let file = file.display().to_string();
    match found {
        Ok(found) => json!({
            "file": file,
            "detections": found.detections.iter().map(|d| json!({
                "word": d.word,
                "t_s": rounded(d.at.seconds()),
                "score": rounded(d.score.into()),
            })).collect::<Vec<_>>(),
            "second_looks": found.looks.iter().map(look_json).collect::<Vec<_>>(),
            "audio_s": rounded(found.audio_s),
            "cpu_ms": rounded(found.cpu_ms),
        }),
        Err(error) => json!({ "file": file, "error": error.to_string() }),
    }
}

fn look_json(look: &Look) -> Value {
    let Look {
        of, said, evidence, ..
    } = look;
    json!({
        "word": of.word,
        "t_s": rounded(of.at.seconds()),
        "score": rounded(of.score.into()),
        "said": said,
        "text": evidence.text,
        "gap": rounded(evidence.gap.into()),
        "cpu_ms": rounded(look.cpu_ms),
    })
}

fn print_for_people(file: &Path, found: &Result<Found, AudioError>) {
    let file = file.display();
    match found {
        Ok(found) => {
            if found.detections.is_empty() {
                println!("{file}: no wake word in {:.1} s", found.audio_s);
            }
            for d in &found.detections {
                let (word, at, score) = (&d.word, d.at.seconds(), d.score);
                let by = if d.sure { "" } else { ", by a second look" };
                println!("{file}: {word} at {at:.2} s (score {score:.2}{by})");
            }
            for look in found.looks.iter().filter(|look| !look.said) {
                let (word, at, score) = (&look.of.word, look.of.at.seconds(), look.of.score);
                let text = &look.evidence.text;
                println!("{file}: not {word} at {at:.2} s (score {score:.2}), but \"{text}\"");
            }
        }
        Err(error) => eprintln!("{error}"),
    }
}

/// Rounded to three decimal places.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
