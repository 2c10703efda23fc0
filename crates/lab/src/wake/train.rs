//! `mynah wake train`: a wake word of its text.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use clap::Args;
use cpu_time::ProcessTime;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use mynah_audio::wav;
use mynah_command::{Common, Exit};
use mynah_models::Store;
use mynah_models::manifest::{Kind, Manifest};
use mynah_speech::training::{self, Stage, Task, TrainError, Trained};
use mynah_system::files::replace;
use mynah_wake::augment::trimmed;
use mynah_wake::text::WordText;
use mynah_wake::word::{Quality, Word};

const EXAMPLES: &str = "\
54 synthetic speakers and blends of them say the word and much else, in rooms and
noise that are drawn; a small classifier is fitted to it. Nothing leaves this
machine, and nothing but the models is needed (`mynah models fetch kokoro`, once).
The first training also makes other speech, which later ones use again.

Examples:
  mynah wake train \"smart mirror\"
  mynah wake train \"smart mirror\" --add me/*.wav --replace    also your own voice
  mynah wake train \"mon miroir\" --language fr

Then name it in the configuration: [wake] words = [\"smart_mirror\"].
Exit status: 0 done, 1 it failed, 2 such a word cannot work.";

/// Recordings that are taken into account.
const MOST_RECORDINGS: usize = 200;

/// A recording of a word is not longer, in seconds.
const LONGEST_S: u32 = 10;

/// Samples at 16 kHz that a spoken word has.
const SPOKEN: std::ops::RangeInclusive<usize> = 3_200..=40_000;

/// Test clips that may be missed, in percent, by a word that is good, and by one that is
/// passable. One that misses more than the third is not kept.
const MISSED: [f32; 3] = [5.0, 15.0, 50.0];

/// Arguments of `mynah wake train`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TrainArgs {
    /// The word as it is spoken, one to four words
    text: String,
    /// Recordings of the word by you: WAV or FLAC, one word each
    #[arg(long, value_name = "RECORDING", num_args = 1..)]
    add: Vec<PathBuf>,
    /// The language of its pronunciation
    #[arg(long, value_name = "en|es|fr|it|pt", default_value = "en")]
    language: String,
    /// False alarms that are allowed in an hour of speech
    #[arg(long, value_name = "N", default_value = "0.5", value_parser = rate)]
    false_alarms: f32,
    /// Replace a word of this name, or stand in for a built-in one
    #[arg(long)]
    replace: bool,
}

fn rate(text: &str) -> Result<f32, String> {
    let number = text.parse().ok();
    number
        .filter(|rate| (0.01..=20.0).contains(rate))
        .ok_or_else(|| "it is a number from 0.01 to 20".into())
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(super) fn run(args: &TrainArgs, common: &Common) -> anyhow::Result<Exit> {
    let store = Store::discover();
    let begin = (now(), ProcessTime::now());
    let trained = match train(args, common, &store) {
        Ok(trained) => trained,
        Err(error) => {
            let Some(TrainError::Unfit { .. }) = error.downcast_ref() else {
                return Err(error);
            };
            eprintln!("mynah: {error}");
            return Ok(Exit::Usage);
        }
    };
    let path = store.word(&trained.word.name);
    replace(&path, &trained.word.write()).with_context(|| {
        format!(
            "cannot write `{}`; the word of before, if there was one, is unchanged\nhint: make room, or run it as the owner of that folder",
            path.display()
        )
    })?;
    if common.json {
        let mut line = as_json(&trained, &path);
        line["seconds"] = json!(begin.0.elapsed().as_secs());
        line["cpu_s"] = json!(begin.1.elapsed().as_secs());
        println!("{line}");
    } else {
        print(&trained, &path);
    }
    Ok(Exit::Done)
}

fn train(args: &TrainArgs, common: &Common, store: &Store) -> anyhow::Result<Trained> {
    let text = WordText::parse(&args.text).map_err(TrainError::from)?;
    is_free(&text.name, args.replace, store)?;
    let mut task = Task {
        text,
        language: args.language.clone(),
        allowed_per_hour: args.false_alarms,
        recordings: Vec::new(),
    };
    // What is wrong with it is said before anything is loaded.
    training::pronounce(&task)?;
    task.recordings = recordings(&args.add)?;
    writes_to(store.words())?;
    let bar = if common.json {
        ProgressBar::hidden()
    } else {
        let style = "{spinner} {msg} {wide_bar} {pos}/{len}";
        let style = ProgressStyle::with_template(style).expect("the template is right");
        ProgressBar::new(1).with_style(style)
    };
    let trained = training::train(store, &task, &mut |stage, done, total| {
        bar.set_message(match stage {
            Stage::OtherSpeech => "other speech, once",
            Stage::Word => "speaking the word",
            Stage::Embedding => "rooms and noise",
            Stage::Fitting => "fitting",
        });
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let trained = trained?;
    let missed = trained.word.quality.missed_percent;
    if MISSED[2] < missed {
        return Err(TrainError::Unfit {
            why: format!(
                "`{}` cannot be told from other speech: {missed} % of the test clips were missed",
                trained.word.text
            ),
            hint: "take a longer word, or allow more false alarms with `--false-alarms`".into(),
        }
        .into());
    }
    Ok(trained)
}

/// Whether a word of this name may be made.
fn is_free(name: &str, may_replace: bool, store: &Store) -> Result<(), TrainError> {
    if may_replace {
        return Ok(());
    }
    let manifest = Manifest::built_in();
    let is_built_in = store
        .names(&manifest, Kind::Wake)
        .iter()
        .any(|known| known == name)
        && !store.word(name).exists();
    let (why, hint) = if is_built_in {
        (
            format!("`{name}` is a built-in wake word"),
            "use it as it is; or train one that stands in for it with `--replace`",
        )
    } else if store.word(name).exists() {
        (
            format!("there is a trained word `{name}` already"),
            "train it anew with `--replace`",
        )
    } else {
        return Ok(());
    };
    Err(TrainError::Unfit {
        why,
        hint: hint.into(),
    })
}

/// Fails now, and not after minutes of work.
fn writes_to(folder: &Path) -> anyhow::Result<()> {
    let probe = folder.join(".probe");
    replace(&probe, b"")
        .and_then(|()| std::fs::remove_file(&probe))
        .with_context(|| {
            format!(
                "cannot write in `{}`\nhint: run it as the owner of that folder, or name another one in STATE_DIRECTORY",
                folder.display()
            )
        })
}

fn recordings(files: &[PathBuf]) -> anyhow::Result<Vec<Vec<f32>>> {
    if MOST_RECORDINGS < files.len() {
        bail!(
            "{} recordings are too many\nhint: take up to {MOST_RECORDINGS}",
            files.len()
        );
    }
    let read = |file: &PathBuf| {
        let samples = wav::read(file, LONGEST_S)?.samples;
        let spoken = trimmed(&samples).len();
        if !SPOKEN.contains(&spoken) {
            #[expect(clippy::cast_precision_loss, reason = "seconds")]
            let seconds = spoken as f32 / 16_000.0;
            bail!(
                "`{}` has {seconds:.1} s of sound, not a word\nhint: record the word alone, in a quiet room",
                file.display()
            );
        }
        Ok(samples)
    };
    files.iter().map(read).collect()
}

/// How good a word is likely to be.
pub(super) fn grade(quality: &Quality) -> &'static str {
    if quality.missed_percent <= MISSED[0] {
        "good"
    } else if quality.missed_percent <= MISSED[1] {
        "passable"
    } else {
        "bad"
    }
}

pub(super) fn quality_json(word: &Word) -> serde_json::Value {
    let quality = &word.quality;
    let rounded = |value: f32| (f64::from(value) * 1000.0).round() / 1000.0;
    json!({
        "word": word.name,
        "text": word.text,
        "language": word.language,
        "grade": grade(quality),
        "test_clips": quality.clips,
        "missed_percent": rounded(quality.missed_percent),
        "near_miss_percent": rounded(quality.near_percent),
        "test_hours": rounded(quality.hours),
        "false_alarms_per_hour": rounded(quality.false_per_hour),
        "recordings": quality.recordings,
    })
}

fn as_json(trained: &Trained, path: &Path) -> serde_json::Value {
    let mut line = quality_json(&trained.word);
    line["phonemes"] = json!(trained.phonemes);
    line["frames"] = json!(trained.word.classifier().frames());
    line["recordings_found"] = json!(trained.recordings_found);
    line["warning"] = json!(trained.warning);
    line["file"] = json!(path);
    line
}

fn print(trained: &Trained, path: &Path) {
    let word = &trained.word;
    let quality = &word.quality;
    println!("{} ({}): {}", word.name, trained.phonemes, grade(quality));
    println!(
        "  {} test clips by voices that it was not trained with: {} % missed",
        quality.clips, quality.missed_percent
    );
    println!("  near misses: {} % woke", quality.near_percent);
    println!(
        "  other speech: {} false alarms an hour expected, from {:.2} h",
        quality.false_per_hour, quality.hours
    );
    if 0 < quality.recordings {
        println!(
            "  your recordings: found in {} of {}, which it was trained with",
            trained.recordings_found, quality.recordings
        );
    }
    if let Some(warning) = &trained.warning {
        println!("  {warning}");
    }
    println!("All of this is synthetic speech: expect more misses and false alarms of people.");
    println!("It is in `{}`.\n", path.display());
    println!("[wake]\nwords = [\"{}\"]", word.name);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time of a training is told, nothing is decided by it"
)]
fn now() -> Instant {
    Instant::now()
}
