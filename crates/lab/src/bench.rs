//! `mynah bench`: the time of each stage on this machine, with real models, on synthesised
//! speech or given recordings.

mod echo;
mod endpoint;
mod faults;
mod latency;
mod llm;
mod phrases;
mod soak;

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use serde_json::json;

use mynah_appliance::runtime::engine::{Engine, Session};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::{hear_samples, typed};
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, convert, wav};
use mynah_command::{Common, Exit};
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_core::turn::Route;
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;
use mynah_speech::ear::{Ear, Hearing as _};
use mynah_speech::voice::{Piper, Synthesizer as _};

const EXAMPLES: &str = "\
Synthesises the sentences of the configuration's tests, recognises, understands
and answers them without acting, and prints median and worst of each stage. With
WAVs, those are used instead. Compare figures only with figures of the same
machine and run.";

/// More sentences do not improve the figures.
const SENTENCES: usize = 12;

/// Arguments of `mynah bench`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// Recorded commands instead of synthesised ones
    #[arg(value_name = "WAV")]
    files: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Predict the time of a set of commands on the HAT
    Llm(llm::LlmArgs),
    /// Count the wake words detected over Mynah's own voice
    Echo(echo::EchoArgs),
    /// Measure cut-off commands and the delay of the endpoint
    Endpoint(endpoint::EndpointArgs),
    /// Measure the time from the end of speech to the first sound
    Latency(latency::LatencyArgs),
    /// Put faults into the appliance, and report what it makes of them
    Faults(faults::FaultsArgs),
    /// Measure phrases, and sentences that none explains
    Phrases(phrases::PhrasesArgs),
    /// Run a conversation for an hour and count losses
    Soak(soak::SoakArgs),
}

/// One measured quantity.
struct Figure {
    name: &'static str,
    unit: &'static str,
    values: Vec<f64>,
}

/// Runs the command.
///
/// # Errors
/// When a model is missing or a recording cannot be read.
pub fn run(args: &BenchArgs, common: &Common) -> anyhow::Result<Exit> {
    match &args.what {
        Some(What::Llm(args)) => return llm::run(args, common),
        Some(What::Echo(args)) => return echo::run(args, common),
        Some(What::Endpoint(args)) => return endpoint::run(args, common),
        Some(What::Latency(args)) => return latency::run(args, common),
        Some(What::Faults(args)) => return faults::run(args, common),
        Some(What::Phrases(_)) => return phrases::run(common),
        Some(What::Soak(args)) => return soak::run(args, common),
        None => {}
    }
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let store = Store::discover();
    let sentences: Vec<String> = settings
        .tests
        .iter()
        .take(SENTENCES)
        .map(|test| test.say.clone())
        .collect();
    let mut figures = Vec::new();
    let spoken = synthesis(&settings, &store, &sentences, &mut figures)?;
    let clips = if args.files.is_empty() {
        spoken
    } else {
        args.files
            .iter()
            .map(|file| Ok(wav::read(file, settings.stt.max_s)?.samples))
            .collect::<anyhow::Result<_>>()?
    };
    ear(&settings, &store, &clips, &mut figures)?;
    let wants = Wants {
        patient: true,
        speech: true,
        voice: false,
        dry_run: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, &store, wants)?;
    let mut vad = Vad::load(&store)?;
    understanding(&mut engine, &mut vad, &clips, &mut figures);
    memory(&mut figures);
    for figure in figures.iter().filter(|f| !f.values.is_empty()) {
        print_figure(figure, common.json);
    }
    Ok(Exit::Done)
}

/// Synthesises the sentences, at 16 kHz.
fn synthesis(
    settings: &Settings,
    store: &Store,
    sentences: &[String],
    figures: &mut Vec<Figure>,
) -> anyhow::Result<Vec<Vec<f32>>> {
    let mut piper = Piper::load(store, &settings.voice.model, settings.voice.speed)?;
    let rate = piper.sample_rate();
    let mut first = Vec::new();
    let mut factor = Vec::new();
    let mut clips = Vec::new();
    for sentence in sentences {
        let mut samples = Vec::new();
        let mut first_ms = None;
        let began = now();
        piper.speak(sentence, &mut |piece| {
            first_ms.get_or_insert_with(|| ms_since(began));
            samples.extend(piece);
            true
        })?;
        first.extend(first_ms);
        factor.push(ms_since(began) / 1000.0 / seconds(samples.len(), rate));
        clips.push(convert::resample(&samples, rate, SAMPLE_RATE));
    }
    figures.push(Figure {
        name: "tts_first_audio",
        unit: "ms",
        values: first,
    });
    figures.push(Figure {
        name: "tts_real_time_factor",
        unit: "",
        values: factor,
    });
    Ok(clips)
}

/// Wake words and voice activity, frame by frame.
fn ear(
    settings: &Settings,
    store: &Store,
    clips: &[Vec<f32>],
    figures: &mut Vec<Figure>,
) -> anyhow::Result<()> {
    for (name, attends) in [
        ("ear_real_time_factor", true),
        // As while only a wake word is awaited.
        ("ear_idle_factor", false),
    ] {
        let mut ear = Ear::load(store, &settings.wake)?;
        ear.attend(attends);
        figures.push(Figure {
            name,
            unit: "",
            values: hear_all(&mut ear, clips),
        });
    }
    Ok(())
}

/// The real-time factor of each clip.
fn hear_all(ear: &mut Ear, clips: &[Vec<f32>]) -> Vec<f64> {
    let mut at = SampleTime(0);
    clips
        .iter()
        .map(|clip| {
            let began = now();
            for samples in clip.as_chunks::<FRAME_SAMPLES>().0 {
                let frame = AudioFrame {
                    start: at,
                    samples: *samples,
                };
                at = frame.end();
                ear.hear(&frame);
            }
            ms_since(began) / 1000.0 / seconds(clip.len(), SAMPLE_RATE)
        })
        .collect()
}

/// Speech to text, phrases, and the language model where no phrase fits.
fn understanding(
    engine: &mut Engine,
    vad: &mut Vad,
    clips: &[Vec<f32>],
    figures: &mut Vec<Figure>,
) {
    // The language model is loading and slows everything else. A sentence that no phrase
    // fits waits for it.
    let mut session = Session::default();
    let first = typed("is anybody there at all");
    engine.in_session(&mut session).ask(&first);
    let mut stt = Vec::new();
    let mut stt_factor = Vec::new();
    let mut phrases = Vec::new();
    let mut llm = Vec::new();
    let mut decoded = Vec::new();
    for clip in clips {
        session.begin_anew();
        let Ok(heard) = hear_samples(engine, &mut session, vad, clip) else {
            continue;
        };
        stt.push(f64::from(heard.stt_ms));
        stt_factor.push(f64::from(heard.stt_ms) / 1000.0 / heard.audio_s.max(0.001));
        let answer = heard.answer;
        let ms = f64::from(answer.intent_ms);
        let cost = answer.understanding.llm;
        if answer.understanding.route == Route::Phrase {
            phrases.push(ms);
        } else if 0 < cost.decoded_tokens {
            llm.push(ms);
            decoded.push(f64::from(cost.decoded_tokens));
        }
    }
    for (name, unit, values) in [
        ("stt", "ms", stt),
        ("stt_real_time_factor", "", stt_factor),
        ("intent_by_phrase", "ms", phrases),
        ("intent_by_llm", "ms", llm),
        ("llm_decoded_tokens", "tokens", decoded),
    ] {
        figures.push(Figure { name, unit, values });
    }
}

/// Peak memory of this process and of the language model's.
fn memory(figures: &mut Vec<Figure>) {
    let me = std::process::id().to_string();
    figures.push(Figure {
        name: "peak_memory",
        unit: "MB",
        values: peak_mb("self", None).into_iter().collect(),
    });
    let children = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        .filter_map(|pid| peak_mb(&pid, Some(&me)))
        .collect();
    figures.push(Figure {
        name: "llm_peak_memory",
        unit: "MB",
        values: children,
    });
}

/// `VmHWM` of a process; `None` unless its parent is the one wanted.
fn peak_mb(pid: &str, parent: Option<&str>) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
    };
    if parent.is_some() && field("PPid:") != parent {
        return None;
    }
    Some(field("VmHWM:")?.parse::<f64>().ok()? / 1024.0)
}

fn print_figure(figure: &Figure, as_json: bool) {
    let mut values = figure.values.clone();
    values.sort_by(f64::total_cmp);
    let median = values[values.len() / 2];
    let max = values[values.len() - 1];
    let Figure { name, unit, .. } = figure;
    if as_json {
        let n = values.len();
        println!(
            "{}",
            json!({"figure": name, "unit": unit, "median": median, "max": max, "n": n})
        );
    } else {
        println!(
            "{name:<22} {median:>9.3} {unit:<6} (worst of {}: {max:.3})",
            values.len()
        );
    }
}

/// The value below which such a part of the values lies; 0 without any.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a few hundred values"
)]
fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len().saturating_sub(1) as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or(0.0)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark asks the clock")]
fn now() -> Instant {
    Instant::now()
}

fn ms_since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a clip has few samples")]
fn seconds(samples: usize, rate: u32) -> f64 {
    samples.max(1) as f64 / f64::from(rate)
}
