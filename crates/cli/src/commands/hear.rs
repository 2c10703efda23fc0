//! `mynah hear`: processes recorded commands.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Common, Exit};
use mynah_appliance::runtime::engine::Session;
use mynah_appliance::runtime::events::{answer_json, answer_lines};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::{ClipOutcome, hear};
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;

const EXAMPLES: &str = "\
Examples:
  mynah hear command.wav                   transcribe, understand, act, answer
  mynah hear --dry-run --json clips/*.wav  one JSON object per clip

Each clip is one spoken command without a wake word: WAV or FLAC of any rate.
Exit status: 0 done, 1 a clip could not be read or an action failed, 2 wrong
usage or configuration.";

/// Arguments of `mynah hear`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HearArgs {
    /// The recordings
    #[arg(required = true, value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Carry out no actions; say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &HearArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let store = Store::discover();
    let wants = Wants {
        speech: true,
        voice: false,
        dry_run: args.dry_run,
        patient: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, &store, wants)?;
    let mut vad = Vad::load(&store)?;
    let mut exit = Exit::Done;
    let mut session = Session::default();
    for file in &args.files {
        // Each clip is a conversation of its own, as each line of a batch is.
        session.begin_anew();
        let heard = hear(&mut engine, &mut session, &mut vad, file);
        let failed = match &heard {
            Ok(heard) => heard.answer.outcomes.iter().any(|outcome| !outcome.ok),
            Err(_) => true,
        };
        if failed {
            exit = Exit::Failed;
        }
        if common.json {
            println!("{}", as_json(file, &heard));
        } else {
            print_for_people(file, &heard);
        }
    }
    Ok(exit)
}

fn as_json(file: &Path, heard: &Result<ClipOutcome, String>) -> Value {
    let file = file.display().to_string();
    match heard {
        Ok(heard) => {
            let fields = json!({
                "file": file,
                "audio_s": (heard.audio_s * 1000.0).round() / 1000.0,
                "text": heard.transcript.text,
                "transcript_route": heard.transcript.route,
            });
            let fields: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
            answer_json(fields, &heard.answer, heard.stt_ms)
        }
        Err(error) => json!({"file": file, "error": error}),
    }
}

fn print_for_people(file: &Path, heard: &Result<ClipOutcome, String>) {
    match heard {
        Ok(heard) => println!(
            "{}  ({:.1} s)\n  heard    \"{}\"  ({} ms)\n{}",
            file.display(),
            heard.audio_s,
            heard.transcript.text,
            heard.stt_ms,
            answer_lines(&heard.answer)
        ),
        Err(error) => eprintln!("{error}"),
    }
}
