//! `mynah hear`: processes recorded commands.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Common, Exit};
use crate::audio::wav::Sound;
use crate::audio::{SampleTime, wav};
use crate::config;
use crate::ear::vad::Vad;
use crate::models::Store;
use crate::runtime::engine::{Engine, Timed, TurnAnswer};
use crate::runtime::events::{answer_json, answer_lines};
use crate::runtime::load::{self, Wants};
use crate::turn::{Failure, Transcript, TurnId, Utterance};

const EXAMPLES: &str = "\
Examples:
  mynah hear command.wav                   transcribe, understand, act, answer
  mynah hear --dry-run --json clips/*.wav  one JSON object per clip

Each clip is one spoken command without a wake word: WAV or FLAC of any rate.
Exit status: 0 done, 1 a clip could not be read or an action failed, 2 wrong
usage or configuration.";

/// Length of the recogniser's window, in seconds.
pub(super) const LONGEST_S: u32 = 30;

/// Arguments of `mynah hear`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct HearArgs {
    /// The recordings
    #[arg(required = true, value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Carry out no actions; say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// The result for one clip.
pub(super) struct Heard {
    pub(super) audio_s: f64,
    pub(super) transcript: Transcript,
    pub(super) stt_ms: u32,
    pub(super) answer: TurnAnswer,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub fn run(args: &HearArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = config::load(common.config.as_deref())?;
    let store = Store::discover();
    let wants = Wants {
        speech: true,
        voice: false,
        dry_run: args.dry_run,
        patient: true,
    };
    let mut engine = load::engine(settings, &store, wants)?;
    let mut vad = Vad::load(&store)?;
    let mut exit = Exit::Done;
    for (file, turn) in args.files.iter().zip(1..) {
        let heard = hear(&mut engine, &mut vad, TurnId(turn), file);
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

/// Processes one file.
pub(super) fn hear(
    engine: &mut Engine,
    vad: &mut Vad,
    turn: TurnId,
    file: &Path,
) -> Result<Heard, String> {
    let sound = wav::read(file, LONGEST_S).map_err(|error| error.to_string())?;
    hear_sound(engine, vad, turn, &sound)
}

/// Processes one command.
pub(super) fn hear_sound(
    engine: &mut Engine,
    vad: &mut Vad,
    turn: TurnId,
    sound: &Sound,
) -> Result<Heard, String> {
    let audio_s = sound.seconds();
    // Trims silence, as the endpointer does in the stream: it costs time and makes the
    // recogniser hallucinate.
    let speech = vad.speech(&sound.samples).unwrap_or_default();
    let utterance = Utterance {
        start: SampleTime(speech.start as u64),
        samples: sound.samples[speech].to_vec(),
        wake: None,
    };
    let Timed { value, ms: stt_ms } = engine.hear(&utterance);
    let transcript = value.map_err(|_| "speech recognition failed; the log says why")?;
    let answer = if transcript.text.trim().is_empty() {
        TurnAnswer {
            reply: Failure::NotHeard.sentence().into(),
            failure: Some(Failure::NotHeard),
            ..TurnAnswer::default()
        }
    } else {
        engine.turn(turn, &transcript)
    };
    Ok(Heard {
        audio_s,
        transcript,
        stt_ms,
        answer,
    })
}

fn as_json(file: &Path, heard: &Result<Heard, String>) -> Value {
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

fn print_for_people(file: &Path, heard: &Result<Heard, String>) {
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
