//! `mynah wake`: where the wake words fire in recordings.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use cpu_time::ProcessTime;
use serde_json::json;

use super::{Common, Exit};
use crate::audio::{AudioError, WavSource};
use crate::config::{self, ConfigError, Sensitivity, WakeWord};
use crate::ear::EarError;
use crate::ear::wake::{Detection, TAIL_MS, WakeWords};
use crate::models::Store;

/// Arguments of `mynah wake`.
#[derive(Debug, Args)]
pub struct WakeArgs {
    /// The recordings: WAV or FLAC, of any length
    #[arg(required = true, value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Listen for these words instead of the configuration's
    #[arg(long, value_delimiter = ',', value_name = "WORD,...")]
    words: Option<Vec<String>>,
    /// How easily those words fire
    #[arg(long, value_name = "low|normal|high", default_value = "normal", requires = "words",
          value_parser = sensitivity)]
    sensitivity: Sensitivity,
    /// Sum up: detections in all and per hour, which are false alarms where
    /// nobody says a wake word
    #[arg(long)]
    summary: bool,
}

fn sensitivity(name: &str) -> Result<Sensitivity, String> {
    match name {
        "low" => Ok(Sensitivity::Low),
        "normal" => Ok(Sensitivity::Normal),
        "high" => Ok(Sensitivity::High),
        _ => Err("it is `low`, `normal` or `high`".into()),
    }
}

/// Over all recordings.
#[derive(Default)]
struct Total {
    recordings: usize,
    /// Recordings in which a word was heard.
    with_word: usize,
    detections: usize,
    audio_s: f64,
}

/// What was found in one recording.
struct Found {
    detections: Vec<Detection>,
    audio_s: f64,
    /// Of this process: decoding and listening. Emptying the models between
    /// two recordings is not in it, because a stream never does that.
    cpu_ms: f64,
}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(args: &WakeArgs, common: &Common) -> anyhow::Result<Exit> {
    let mut wake = match config::load(common.config.as_deref()) {
        Ok(settings) => settings.wake,
        Err(error @ ConfigError::Wrong { .. }) => {
            eprintln!("{error}");
            return Ok(Exit::Usage);
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(words) = &args.words {
        wake.words = words
            .iter()
            .map(|name| WakeWord {
                name: name.clone(),
                sensitivity: args.sensitivity,
            })
            .collect();
    }
    let mut words = match WakeWords::load(&Store::discover(), &wake) {
        Ok(words) => words,
        Err(error @ EarError::UnknownWord { .. }) => {
            eprintln!("mynah: {error}");
            return Ok(Exit::Usage);
        }
        Err(error) => return Err(error.into()),
    };
    let mut exit = Exit::Done;
    let mut total = Total::default();
    for file in &args.files {
        let found = listen(&mut words, file)?;
        match &found {
            Ok(found) => total.add(found),
            Err(_) => exit = Exit::Failed,
        }
        if common.json {
            println!("{}", as_json(file, &found));
        } else {
            print_for_people(file, &found);
        }
    }
    if args.summary {
        total.print(common.json);
    }
    Ok(exit)
}

impl Total {
    fn add(&mut self, found: &Found) {
        self.recordings += 1;
        self.with_word += usize::from(!found.detections.is_empty());
        self.detections += found.detections.len();
        self.audio_s += found.audio_s;
    }

    fn print(&self, as_json: bool) {
        let hours = self.audio_s / 3600.0;
        #[expect(clippy::cast_precision_loss, reason = "detections are few")]
        let per_hour = self.detections as f64 / hours.max(f64::MIN_POSITIVE);
        if as_json {
            let summary = json!({
                "recordings": self.recordings,
                "with_word": self.with_word,
                "detections": self.detections,
                "audio_s": rounded(self.audio_s),
                "per_hour": rounded(per_hour),
            });
            println!("{}", json!({ "summary": summary }));
        } else {
            println!(
                "{} of {} recordings have a wake word; {} detections in {hours:.2} h, \
                 {per_hour:.2} an hour",
                self.with_word, self.recordings, self.detections
            );
        }
    }
}

/// Listens to one recording; the inner error is that of the recording alone.
fn listen(words: &mut WakeWords, file: &Path) -> anyhow::Result<Result<Found, AudioError>> {
    words.reset().context("between two recordings")?;
    let begin = ProcessTime::now();
    let mut detections = Vec::new();
    let mut frames = || -> Result<f64, AudioError> {
        let mut source = WavSource::open(file, TAIL_MS)?;
        while let Some(frame) = source.next_frame()? {
            detections.extend(words.hear(&frame));
        }
        Ok(source.file_end().seconds())
    };
    Ok(frames().map(|audio_s| Found {
        detections,
        audio_s,
        cpu_ms: begin.elapsed().as_secs_f64() * 1000.0,
    }))
}

fn as_json(file: &Path, found: &Result<Found, AudioError>) -> serde_json::Value {
    let file = file.display().to_string();
    match found {
        Ok(found) => json!({
            "file": file,
            "detections": found.detections.iter().map(|d| json!({
                "word": d.word,
                "t_s": rounded(d.at.seconds()),
                "score": rounded(d.score.into()),
            })).collect::<Vec<_>>(),
            "audio_s": rounded(found.audio_s),
            "cpu_ms": rounded(found.cpu_ms),
        }),
        Err(error) => json!({ "file": file, "error": error.to_string() }),
    }
}

fn print_for_people(file: &Path, found: &Result<Found, AudioError>) {
    let file = file.display();
    match found {
        Ok(found) if found.detections.is_empty() => {
            println!("{file}: no wake word in {:.1} s", found.audio_s);
        }
        Ok(found) => {
            for d in &found.detections {
                let (word, at, score) = (&d.word, d.at.seconds(), d.score);
                println!("{file}: {word} at {at:.2} s (score {score:.2})");
            }
        }
        Err(error) => eprintln!("{error}"),
    }
}

/// To the millisecond, or the thousandth.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
