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
                sensitivity: Sensitivity::Normal,
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
    for file in &args.files {
        let found = listen(&mut words, file)?;
        if found.is_err() {
            exit = Exit::Failed;
        }
        if common.json {
            println!("{}", as_json(file, &found));
        } else {
            print_for_people(file, &found);
        }
    }
    Ok(exit)
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
