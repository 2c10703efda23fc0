//! `mynah transcribe`: speech to text.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::{Common, Exit};
use mynah_audio::{SampleTime, wav};
use mynah_core::dialogue::Expected;
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_core::turn::{Transcript, Utterance};
use mynah_models::Store;
use mynah_speech::stt::{Expect, Transcriber as _, Whisper};

const EXAMPLES: &str = "\
Examples:
  mynah transcribe note.wav                    free dictation
  mynah transcribe --biased --json clips/*.wav as `mynah hear` does

WAV or FLAC of any rate, up to 30 s. Exit status: 0 done, 1 a clip could not be
read, 2 wrong usage or configuration.";

/// Length of Whisper's window, in seconds.
const LONGEST_S: u32 = 30;

/// Arguments of `mynah transcribe`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TranscribeArgs {
    /// The recordings
    #[arg(required = true, value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Bias the recogniser to the intents of the configuration
    #[arg(long)]
    biased: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &TranscribeArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let mut whisper = load(&settings)?;
    let expect = if args.biased {
        Expect::Commands
    } else {
        Expect::Anything
    };
    let mut exit = Exit::Done;
    for file in &args.files {
        let line = match transcribe(&mut whisper, file, expect) {
            Ok(line) => line,
            Err(error) => {
                exit = Exit::Failed;
                json!({"file": file.display().to_string(), "error": format!("{error:#}")})
            }
        };
        print_line(&line, common.json);
    }
    Ok(exit)
}

fn load(settings: &Settings) -> anyhow::Result<Whisper> {
    let path = Store::discover().need(&settings.stt.model)?.swap_remove(0);
    let grammar = Expected::always(settings).grammar();
    Ok(Whisper::load(&path, None, settings, &grammar)?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command reports how long it took"
)]
fn transcribe(whisper: &mut Whisper, file: &Path, expect: Expect<'_>) -> anyhow::Result<Value> {
    let sound = wav::read(file, LONGEST_S)?;
    let audio_s = sound.seconds();
    let utterance = Utterance {
        start: SampleTime(0),
        samples: sound.samples,
        wake: None,
    };
    let began = Instant::now();
    let heard = whisper.transcribe(&utterance, expect, &|| true)?;
    let Transcript { text, logprob, .. } = heard.context("nothing was written down")?;
    Ok(json!({
        "file": file.display().to_string(),
        "text": text,
        "logprob": logprob,
        "audio_s": audio_s,
        "ms": u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }))
}

fn print_line(line: &Value, as_json: bool) {
    if as_json {
        println!("{line}");
    } else if let Some(error) = line["error"].as_str() {
        eprintln!("{error}");
    } else {
        println!(
            "{}: {}",
            line["file"].as_str().unwrap_or_default(),
            line["text"].as_str().unwrap_or_default()
        );
    }
}
