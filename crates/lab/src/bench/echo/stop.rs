//! How often a bare "stop" is heard over Mynah's own voice, and how often it
//! is heard where somebody says something else or nobody anything.

use serde_json::json;

use super::{GAP_S, REPLY, loudness, reverberate};
use crate::bench::endpoint::speak;
use mynah_appliance::runtime::engine::Engine;
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_audio::echo::{Echo, EchoCanceller};
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, convert};
use mynah_command::Exit;
use mynah_core::conversation::{Barge, is_stop};
use mynah_core::model::Settings;
use mynah_core::percept::Percept;
use mynah_core::turn::Utterance;
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;
use mynah_speech::voice::Piper;

/// What a person says to stop it, and what stops nothing.
const STOPPING: [&str; 4] = ["Stop.", "Stop!", "Stop it.", "Be quiet."];
const CHATTER: [&str; 8] = [
    "Did you feed the cat?",
    "Yes.",
    "No, I don't think so.",
    "Where are my keys?",
    "Look at that.",
    "What time is it?",
    "The shop is over there.",
    "Let's start.",
];

/// Paces, and rates at which what was spoken is taken to be: other voices.
const PACES: [f32; 3] = [0.85, 1.0, 1.25];
const PITCHES: [u32; 3] = [14_000, 16_000, 19_000];

/// Whoever is heard at all is heard within this time.
const LATEST_MS: u64 = 1_500;

/// A reply played for so long before somebody speaks over it.
const LEAD_MS: u64 = 3_000;

struct Said {
    stops: bool,
    samples: Vec<f32>,
}

/// What was heard in one run.
#[derive(Default)]
struct StopCounts {
    stops: usize,
    chatter: usize,
    nobody: usize,
}

pub(super) fn run(
    settings: Settings,
    store: &Store,
    levels: &[f32],
    as_json: bool,
) -> anyhow::Result<Exit> {
    let said = people(&settings, store)?;
    let voice = &settings.voice;
    let reply = speak(&mut Piper::load(store, &voice.model, voice.speed)?, REPLY)?;
    let wants = Wants {
        speech: true,
        dry_run: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, store, wants)?;
    let stops = said.iter().filter(|said| said.stops).count();
    let quiet = [(None, false)].into_iter();
    let loud = levels
        .iter()
        .flat_map(|at| [(Some(*at), false), (Some(*at), true)]);
    for (level, cancels) in quiet.chain(loud) {
        let heard = listen(&mut engine, store, &said, &reply, level, cancels)?;
        tell((stops, said.len() - stops), level, cancels, &heard, as_json);
    }
    Ok(Exit::Done)
}

/// All sentences in all voices.
fn people(settings: &Settings, store: &Store) -> anyhow::Result<Vec<Said>> {
    let mut said = Vec::new();
    for pace in PACES {
        let mut voice = Piper::load(store, &settings.voice.model, pace)?;
        for (text, stops) in STOPPING
            .map(|text| (text, true))
            .into_iter()
            .chain(CHATTER.map(|text| (text, false)))
        {
            let spoken = speak(&mut voice, text)?;
            said.extend(PITCHES.map(|rate| Said {
                stops,
                samples: convert::resample(&spoken, rate, SAMPLE_RATE),
            }));
        }
    }
    Ok(said)
}

/// Hears one after the other while the reply is played over and over.
fn listen(
    engine: &mut Engine,
    store: &Store,
    said: &[Said],
    reply: &[f32],
    level: Option<f32>,
    cancels: bool,
) -> anyhow::Result<StopCounts> {
    let echo = reverberate(reply);
    let mut vad = Vad::load(store)?;
    let mut canceller = EchoCanceller::default();
    let mut barge = Barge::default();
    let mut heard = StopCounts::default();
    let mut track: Vec<f32> = Vec::new();
    for said in said {
        let factor = level.map_or(0.0, |level| {
            10_f32.powf(level / 20.0) * loudness(&said.samples) / loudness(&echo)
        });
        let lead = samples(LEAD_MS).max(GAP_S * SAMPLE_RATE as usize);
        let begin = track.len() + lead;
        let end = begin + said.samples.len();
        let whole = (end + samples(LATEST_MS)).next_multiple_of(FRAME_SAMPLES);
        let (mut stopped, mut early) = (false, false);
        while track.len() < whole {
            let at = track.len();
            let mut frame = AudioFrame {
                start: SampleTime(at as u64),
                samples: std::array::from_fn(|index| {
                    let person = (at + index).checked_sub(begin);
                    let person = person.and_then(|at| said.samples.get(at)).unwrap_or(&0.0);
                    (person + factor * echo[(at + index) % echo.len()]).clamp(-1.0, 1.0)
                }),
            };
            let mut only_echo = false;
            if cancels {
                let played: [f32; FRAME_SAMPLES] =
                    std::array::from_fn(|index| reply[(at + index) % reply.len()]);
                canceller.played(&played);
                only_echo = canceller.cancel(&mut frame) == Echo::Only;
            }
            track.extend(frame.samples);
            let speech = vad.hear(&frame);
            let percept = Percept {
                end: frame.end(),
                speech: if only_echo { 0.0 } else { speech },
                ..Percept::default()
            };
            let Some((from, to)) = barge.hear(&percept) else {
                continue;
            };
            let place = |time: SampleTime| usize::try_from(time.0).unwrap_or(usize::MAX);
            let (from, to) = (place(from), place(to).min(track.len()));
            let utterance = Utterance {
                start: SampleTime(from as u64),
                samples: track[from..to].to_vec(),
                wake: None,
            };
            if engine
                .overhear(&utterance)
                .is_some_and(|transcript| is_stop(&transcript.text))
            {
                if begin < to {
                    stopped = true;
                } else {
                    early = true;
                }
            }
        }
        heard.stops += usize::from(stopped && said.stops);
        heard.chatter += usize::from(stopped && !said.stops);
        heard.nobody += usize::from(early);
    }
    Ok(heard)
}

fn samples(ms: u64) -> usize {
    usize::try_from(SampleTime(0).plus_ms(ms).0).unwrap_or(usize::MAX)
}

fn tell(
    (stops, chatter): (usize, usize),
    level: Option<f32>,
    cancels: bool,
    heard: &StopCounts,
    as_json: bool,
) {
    let canceller = if cancels { "with" } else { "without" };
    if as_json {
        let line = json!({"level_db": level, "canceller": canceller, "stops": stops,
            "heard": heard.stops, "chatter": chatter, "chatter_heard": heard.chatter,
            "nobody_heard": heard.nobody});
        println!("{line}");
        return;
    }
    let what = level.map_or("nothing played".to_owned(), |level| {
        format!("reply at {level:+} dB, {canceller} canceller")
    });
    println!(
        "{what}: {} of {stops} stops heard; stopped by {} of {chatter} other sentences, {} times \
         by nobody",
        heard.stops, heard.chatter, heard.nobody
    );
}
