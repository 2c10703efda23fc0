//! `mynah bench latency`: what a person feels. Commands are spoken to the
//! real loop in real time, wake word included, and each stage is timed from
//! the true end of speech on; the same clips can be sent to a Wyoming
//! pipeline in the same run.

mod picture;
mod stage;
mod wyoming;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::endpoint::{last_audible, silence, speak};
use super::quantile;
use mynah_appliance::runtime::assemble::{Appliance, How, Sound};
use mynah_appliance::runtime::demo;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_command::{Common, Exit};
use mynah_core::conversation::TurnEvent;
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_core::turn::Route;
use mynah_models::Store;
use mynah_speech::ear::Ear;
use mynah_speech::voice::Piper;

pub(super) use stage::memory_mb;
use stage::{Clip, Note, Paced, Scene, Timed};
use wyoming::Pipeline;

const EXAMPLES: &str = "\
Examples:
  mynah bench latency                                 the configuration's tests, spoken
  mynah bench latency a.wav b.wav --svg picture.svg   recorded commands, no wake word
  mynah bench latency --wyoming-stt 127.0.0.1:10300 --wyoming-tts 127.0.0.1:10200

It acts on nothing. Replies that the configuration foresees are spoken
beforehand, as the appliance does when idle. A Wyoming pipeline is taken to
find the end of speech by silence alone, and to understand and act at no cost.";

/// Between the wake word and the command.
const PAUSE_MS: u64 = 400;

/// Arguments of `mynah bench latency`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct LatencyArgs {
    /// Recorded commands, before which the wake word is spoken, instead of
    /// synthesised ones
    #[arg(value_name = "WAV")]
    files: Vec<PathBuf>,
    /// Commands of the configuration's tests
    #[arg(long, value_name = "N", default_value_t = 12)]
    commands: usize,
    /// Seconds of silence at the beginning, in which idle CPU is measured
    #[arg(long, value_name = "S", default_value_t = 10)]
    idle_s: u32,
    /// A Wyoming server for speech to text, to compare with
    #[arg(long, value_name = "HOST:PORT", requires = "wyoming_tts")]
    wyoming_stt: Option<String>,
    /// A Wyoming server for speech synthesis
    #[arg(long, value_name = "HOST:PORT", requires = "wyoming_stt")]
    wyoming_tts: Option<String>,
    /// Silence that the Wyoming pipeline waits for
    #[arg(long, value_name = "MS", default_value_t = 700)]
    wyoming_silence_ms: u32,
    /// Write a picture of the stages
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// One command, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Timing {
    said: String,
    heard: String,
    reply: String,
    by_phrase: bool,
    /// From the end of the wake word to its detection.
    wake: Option<f64>,
    /// From the end of speech to the end of the command, and then of each
    /// stage: speech to text, intent, action, first sound.
    stages: [f64; 5],
    /// From the end of speech to the first sound; `None` without one.
    total: Option<f64>,
    wyoming: Option<Compared>,
}

/// The same clip by Wyoming, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq)]
struct Compared {
    heard: String,
    /// Silence, speech to text, first sound.
    stages: [f64; 3],
}

/// Runs the command.
///
/// # Errors
/// When a model is missing, a recording cannot be read, a server does not
/// answer, or the picture cannot be written.
pub(super) fn run(args: &LatencyArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let store = Store::discover();
    let clips = clips(args, &settings, &store)?;
    let scene = Arc::new(Scene::default());
    let notes = listen(settings, &store, &clips, args.idle_s, &scene)?;
    let mut timings: Vec<Timing> = clips
        .iter()
        .enumerate()
        .map(|(index, clip)| timing(clip, scene.window(index), &notes))
        .collect();
    if let (Some(stt), Some(tts)) = (&args.wyoming_stt, &args.wyoming_tts) {
        let pipeline = Pipeline { stt, tts };
        for (clip, timing) in clips.iter().zip(&mut timings) {
            timing.wyoming = Some(compare(&pipeline, clip, timing, args.wyoming_silence_ms)?);
        }
    }
    for timing in &timings {
        print_timing(timing, common.json);
    }
    summary(&timings, &scene, common.json);
    if let Some(path) = &args.svg {
        std::fs::write(path, picture::draw(&timings))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    let all = timings.iter().all(|timing| timing.total.is_some());
    Ok(if all { Exit::Done } else { Exit::Failed })
}

/// The commands behind a wake word.
fn clips(args: &LatencyArgs, settings: &Settings, store: &Store) -> anyhow::Result<Vec<Clip>> {
    let wake = demo::spoken_wake_word(settings, store)?;
    let mut voice = Piper::load(store, &settings.voice.model, settings.voice.speed)?;
    let mut commands = Vec::new();
    for file in &args.files {
        let said = file.display().to_string();
        commands.push((said, wav::read(file, settings.stt.max_s)?.samples));
    }
    if commands.is_empty() {
        let tests = settings.tests.iter().filter(|test| test.intent != "none");
        for test in tests.take(args.commands) {
            commands.push((test.say.clone(), speak(&mut voice, &test.say)?));
        }
    }
    let clip = |(said, command): (String, Vec<f32>)| {
        let pause = silence(PAUSE_MS);
        let begin = wake.len() + pause.len();
        Clip {
            said,
            wake_end: last_audible(&wake),
            begin,
            end: begin + last_audible(&command),
            samples: [wake.clone(), pause, command].concat(),
        }
    };
    Ok(commands.into_iter().map(clip).collect())
}

/// Speaks the clips to the appliance; gives what happened, and when.
fn listen(
    settings: Settings,
    store: &Store,
    clips: &[Clip],
    idle_s: u32,
    scene: &Arc<Scene>,
) -> anyhow::Result<Vec<Timed>> {
    let ear = Ear::load(store, &settings.wake)?;
    let how = How {
        dry_run: true,
        spoken_ahead: true,
        ..How::default()
    };
    let appliance = Appliance::new(settings, store, how)?;
    let mut speaker = scene.speaker();
    let sound = Sound {
        source: Box::new(Paced::new(clips, idle_s, Arc::clone(scene))),
        ear: Box::new(ear),
        speaker: &mut speaker,
    };
    appliance.run(sound, &mut |report| scene.happened(&report.what));
    Ok(scene.notes())
}

/// What became of one clip that was spoken between two moments.
fn timing(clip: &Clip, window: Option<(Instant, Instant)>, notes: &[Timed]) -> Timing {
    let mut timing = Timing {
        said: clip.said.clone(),
        ..Timing::default()
    };
    let Some((began, over)) = window else {
        return timing;
    };
    let wake_end = began + stage::length(clip.wake_end);
    let end = began + stage::length(clip.end);
    // The end of each stage so far; one that did not happen took no time.
    let mut ends = [end; 5];
    let mut reached = |stage: usize, at: Instant| ends[stage..].fill(at.max(end));
    let mut answers = false;
    for Timed { at, note } in notes.iter().filter(|n| began <= n.at && n.at < over) {
        match note {
            Note::Happened(TurnEvent::Wake(..)) => timing.wake = Some(stage::ms(wake_end, *at)),
            Note::Happened(TurnEvent::Endpoint { .. }) => reached(0, *at),
            Note::Happened(TurnEvent::Transcript { transcript, .. }) => {
                timing.heard.clone_from(&transcript.text);
                reached(1, *at);
            }
            Note::Happened(TurnEvent::Intent { understanding, .. }) => {
                timing.by_phrase = understanding.route == Route::Phrase;
                reached(2, *at);
            }
            Note::Happened(TurnEvent::Action { .. }) => reached(3, *at),
            Note::Happened(TurnEvent::Reply(text) | TurnEvent::Question(text)) => {
                timing.reply.clone_from(text);
                answers = true;
            }
            Note::Happened(TurnEvent::Failure(failure)) => {
                timing.reply = failure.sentence().into();
                answers = true;
            }
            Note::Sound(from) if answers => {
                reached(4, *from);
                timing.total = Some(stage::ms(end, *from));
                break;
            }
            _ => {}
        }
    }
    let begins = [end, ends[0], ends[1], ends[2], ends[3]];
    for (stage, (from, to)) in timing.stages.iter_mut().zip(begins.iter().zip(&ends)) {
        *stage = stage::ms(*from, *to);
    }
    timing
}

/// Sends a clip's command, without the wake word, through a pipeline.
fn compare(
    pipeline: &Pipeline<'_>,
    clip: &Clip,
    timing: &Timing,
    silence_ms: u32,
) -> anyhow::Result<Compared> {
    let command = &clip.samples[clip.begin..];
    let samples = [command, &silence(silence_ms.into())].concat();
    let (heard, stt) = pipeline.transcribe(&samples, SAMPLE_RATE)?;
    let reply = if timing.reply.is_empty() {
        "Okay."
    } else {
        &timing.reply
    };
    let tts = pipeline.first_sound(reply)?;
    Ok(Compared {
        heard,
        stages: [silence_ms.into(), stt, tts],
    })
}

impl Compared {
    fn total(&self) -> f64 {
        self.stages.iter().sum()
    }
}

fn print_timing(timing: &Timing, as_json: bool) {
    let [endpoint, stt, intent, action, voice] = timing.stages;
    if as_json {
        let route = if timing.by_phrase { "phrase" } else { "other" };
        let wyoming = timing.wyoming.as_ref().map(|other| {
            let [silence, stt, tts] = other.stages;
            json!({"text": other.heard, "ms": {"silence": silence, "stt": stt,
                   "first_sound": tts, "total": other.total()}})
        });
        let line = json!({"said": timing.said, "text": timing.heard, "route": route,
            "reply": timing.reply, "wyoming": wyoming,
            "ms": {"wake": timing.wake, "endpoint": endpoint, "stt": stt, "intent": intent,
                   "action": action, "first_sound": voice, "total": timing.total}});
        println!("{line}");
        return;
    }
    let total = timing
        .total
        .map_or("no answer".into(), |ms| format!("{ms:.0} ms"));
    println!("\"{}\": {total}", timing.said);
    println!(
        "    end of command {endpoint:.0}, speech to text {stt:.0}, intent {intent:.0}, action \
         {action:.0}, first sound {voice:.0} ms; heard \"{}\"",
        timing.heard
    );
    if let Some(other) = &timing.wyoming {
        let [silence, stt, tts] = other.stages;
        println!(
            "    Wyoming {:.0} ms: silence {silence:.0}, speech to text {stt:.0}, first sound \
             {tts:.0} ms; heard \"{}\"",
            other.total(),
            other.heard
        );
    }
}

/// Median and 95th percentile of each stage, of what a phrase understood.
fn summary(timings: &[Timing], scene: &Scene, as_json: bool) {
    let answered: Vec<&Timing> = timings
        .iter()
        .filter(|timing| timing.by_phrase && timing.total.is_some())
        .collect();
    let of = |value: &dyn Fn(&Timing) -> Option<f64>| -> Vec<f64> {
        answered.iter().filter_map(|timing| value(timing)).collect()
    };
    let mut figures = vec![("wake", of(&|timing| timing.wake))];
    let names = ["endpoint", "stt", "intent", "action", "first_sound"];
    for (at, name) in names.into_iter().enumerate() {
        figures.push((name, of(&|timing| Some(timing.stages[at]))));
    }
    figures.push(("total", of(&|timing| timing.total)));
    let wyoming =
        |value: &dyn Fn(&Compared) -> f64| of(&|timing| timing.wyoming.as_ref().map(value));
    figures.push(("wyoming_stt", wyoming(&|other| other.stages[1])));
    figures.push(("wyoming_first_sound", wyoming(&|other| other.stages[2])));
    figures.push(("wyoming_total", wyoming(&Compared::total)));
    for (name, values) in figures.iter().filter(|(_, values)| !values.is_empty()) {
        let (median, p95) = (quantile(values, 0.5), quantile(values, 0.95));
        print_figure(
            name,
            "ms",
            &[("median", median), ("p95", p95)],
            values.len(),
            as_json,
        );
    }
    let unheard = timings
        .iter()
        .filter(|timing| timing.total.is_none())
        .count();
    let machine = [
        (
            "unanswered",
            "",
            f64::from(u32::try_from(unheard).unwrap_or(u32::MAX)),
        ),
        ("idle_cpu", "% of a core", scene.idle_cpu().unwrap_or(0.0)),
        ("memory", "MB", stage::memory_mb("VmRSS:").unwrap_or(0.0)),
        (
            "peak_memory",
            "MB",
            stage::memory_mb("VmHWM:").unwrap_or(0.0),
        ),
    ];
    for (name, unit, value) in machine {
        print_figure(name, unit, &[("median", value)], 1, as_json);
    }
}

fn print_figure(name: &str, unit: &str, values: &[(&str, f64)], n: usize, as_json: bool) {
    if as_json {
        let mut line = json!({"figure": name, "unit": unit, "n": n});
        for (key, value) in values {
            line[*key] = Value::from(*value);
        }
        println!("{line}");
        return;
    }
    let values: Vec<String> = values
        .iter()
        .map(|(_, value)| format!("{value:.1}"))
        .collect();
    match values.as_slice() {
        [median, p95] => println!("{name:<20} {median:>8} {unit} (95 %: {p95}; {n} commands)"),
        values => println!("{name:<20} {:>8} {unit}", values.concat()),
    }
}

#[cfg(test)]
mod tests;
