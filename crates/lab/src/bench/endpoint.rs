//! `mynah bench endpoint`: how often a pause within a command is taken for
//! its end, and how long after its end it is known to have ended.
//!
//! The mind and the models are the appliance's own; time is the sound's, and
//! an answer of the recogniser comes as late as it took.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::quantile;
use mynah_appliance::runtime::engine::{Engine, Session};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_audio::convert::resample;
use mynah_audio::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, wav};
use mynah_command::{Common, Exit};
use mynah_core::conversation::{Command, Event, Limits, Mind, TurnEvent};
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_core::percept::{Percept, Wake};
use mynah_core::turn::{Completion, Transcript, TurnId, Utterance};
use mynah_models::Store;
use mynah_speech::ear::{Ear, Hearing as _};
use mynah_speech::voice::{Piper, Synthesizer as _};

/// Sentences of the configuration's tests that are spoken.
const SENTENCES: usize = 16;

/// Before a clip, so that it is no part of a wake word; and after it, longer
/// than any endpoint waits.
const BEFORE_MS: u64 = 500;
const AFTER_MS: u64 = 2_500;

/// Pauses within a sentence, in milliseconds.
const PAUSES_MS: [u64; 6] = [200, 400, 600, 800, 1_000, 1_200];

/// Above this part of the peak there is speech.
const AUDIBLE: f32 = 0.02;

/// Arguments of `mynah bench endpoint`.
#[derive(Debug, Args)]
pub(super) struct EndpointArgs {
    /// Pauses for each sentence, each at another place
    #[arg(long, value_name = "N", default_value_t = 2)]
    pauses: usize,
    /// Recorded commands instead of synthesised ones
    #[arg(value_name = "WAV")]
    files: Vec<PathBuf>,
}

/// Speech, and when it really ends.
struct Clip {
    kind: &'static str,
    samples: Vec<f32>,
    end: SampleTime,
}

/// What the recogniser made of a span of a clip.
type Known = HashMap<(usize, u64, u64), (Transcript, Completion, u32)>;

/// Runs the command.
///
/// # Errors
/// When a model is missing or a recording cannot be read.
pub(super) fn run(args: &EndpointArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = mynah_config::load(common.config.as_deref())?;
    let _speaking = language::speak(settings.device.language);
    let store = Store::discover();
    let clips = if args.files.is_empty() {
        spoken(&settings, &store, args.pauses)?
    } else {
        let read = |file: &PathBuf| {
            Ok(clip(
                "recordings",
                wav::read(file, settings.stt.max_s)?.samples,
            ))
        };
        args.files.iter().map(read).collect::<anyhow::Result<_>>()?
    };
    let by_words = load::limits(&settings);
    let mut fixed = by_words;
    fixed.command.by_words = None;
    let wake = settings.wake.clone();
    let wants = Wants {
        speech: true,
        dry_run: true,
        ..Wants::default()
    };
    let mut engine = load::engine(settings, &store, wants)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut known = Known::new();
    for (index, clip) in clips.iter().enumerate() {
        let percepts = percepts(&mut Ear::load(&store, &wake)?, clip);
        for (rule, limits) in [("fixed", fixed), ("by words", by_words)] {
            let ended = ended(limits, &percepts, &mut |from, to| {
                let key = (index, from.0, to.0);
                known
                    .entry(key)
                    .or_insert_with(|| guess(&mut engine, clip, from, to))
                    .clone()
            });
            let there = rows.iter().position(|row| row.is(clip.kind, rule));
            let at = there.unwrap_or_else(|| {
                rows.push(Row::new(clip.kind, rule));
                rows.len() - 1
            });
            rows[at].count(ended, clip.end);
        }
    }
    for row in &rows {
        row.print(common.json);
    }
    Ok(Exit::Done)
}

/// The tests' commands, one by one and in pairs, as they are and with a pause
/// at some place between two words.
fn spoken(settings: &Settings, store: &Store, pauses: usize) -> anyhow::Result<Vec<Clip>> {
    let mut voice = Piper::load(store, &settings.voice.model, settings.voice.speed)?;
    let says: Vec<&str> = settings
        .tests
        .iter()
        .filter(|test| test.intent != "none")
        .map(|test| test.say.trim_end_matches(['.', '!', '?']))
        .take(SENTENCES)
        .collect();
    let pairs = says.chunks_exact(2).map(|pair| pair.join(" and "));
    let ones = says
        .iter()
        .map(|say| ("one command", "one command, a pause", (*say).to_owned()));
    let twos = pairs.map(|pair| ("two commands", "two commands, a pause", pair));
    let mut clips = Vec::new();
    for (number, (plain, paused, say)) in ones.chain(twos).enumerate() {
        clips.push(clip(plain, speak(&mut voice, &say)?));
        let words: Vec<&str> = say.split_whitespace().collect();
        for pause in 0..pauses {
            // Places and lengths go round, each at its own pace.
            let Some(at) = (number * 3 + pause * 2).checked_rem(words.len() - 1) else {
                continue;
            };
            let silent_ms = PAUSES_MS[(number + pause * 5) % PAUSES_MS.len()];
            let (before, after) = words.split_at(at + 1);
            let mut samples = speak(&mut voice, &format!("{},", before.join(" ")))?;
            samples.extend(silence(silent_ms));
            samples.extend(speak(&mut voice, &after.join(" "))?);
            clips.push(clip(paused, samples));
        }
    }
    Ok(clips)
}

/// A text at 16 kHz.
pub(super) fn speak(voice: &mut Piper, text: &str) -> anyhow::Result<Vec<f32>> {
    let rate = voice.sample_rate();
    let mut samples = Vec::new();
    voice.speak(text, &mut |clause| {
        samples.extend(clause);
        true
    })?;
    Ok(resample(&samples, rate, SAMPLE_RATE))
}

pub(super) fn silence(ms: u64) -> Vec<f32> {
    vec![0.0; usize::try_from(SampleTime(0).plus_ms(ms).0).unwrap_or(0)]
}

/// The last sample that belongs to the speech.
pub(super) fn last_audible(samples: &[f32]) -> usize {
    let peak = samples.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
    let last = samples.iter().rposition(|s| peak * AUDIBLE < s.abs());
    last.unwrap_or(0)
}

/// A clip between silences.
fn clip(kind: &'static str, samples: Vec<f32>) -> Clip {
    let before = SampleTime(0).plus_ms(BEFORE_MS);
    Clip {
        kind,
        end: SampleTime(before.0 + last_audible(&samples) as u64),
        samples: [silence(BEFORE_MS), samples, silence(AFTER_MS)].concat(),
    }
}

/// What is heard of a clip, with a wake word before it.
fn percepts(ear: &mut Ear, clip: &Clip) -> Vec<Percept> {
    let frames = clip.samples.as_chunks::<FRAME_SAMPLES>().0;
    let mut percepts: Vec<Percept> = frames
        .iter()
        .zip(0..)
        .map(|(samples, number)| {
            let heard = ear.hear(&AudioFrame {
                start: SampleTime(number * FRAME_SAMPLES as u64),
                samples: *samples,
            });
            Percept {
                woke: None,
                ..heard
            }
        })
        .collect();
    if let Some(first) = percepts.first_mut() {
        first.woke = Some(Wake {
            word: "bench".into(),
            score: 1.0,
            sure: true,
        });
    }
    percepts
}

/// When the command was taken to have ended.
fn ended(
    limits: Limits,
    percepts: &[Percept],
    guess: &mut dyn FnMut(SampleTime, SampleTime) -> (Transcript, Completion, u32),
) -> Option<SampleTime> {
    let mut mind = Mind::new(limits);
    let mut coming: Option<(SampleTime, Event)> = None;
    // The recogniser does one thing at a time, and what nobody wants any more
    // may take it as long as what is wanted.
    let mut free = SampleTime(0);
    for percept in percepts {
        let due = coming.take_if(|(at, _)| *at <= percept.end);
        let answers = due.map_or_else(Vec::new, |(at, event)| {
            mind.step(event)
                .into_iter()
                .map(|command| (at, command))
                .collect()
        });
        let heard = mind.step(Event::Percept(percept.clone()));
        let heard = heard.into_iter().map(|command| (percept.end, command));
        for (at, command) in answers.into_iter().chain(heard) {
            match command {
                Command::Guess { turn, from, to, .. } => {
                    let (transcript, completion, ms) = guess(from, to);
                    let event = Event::Guessed {
                        turn,
                        from,
                        to,
                        transcript,
                        completion,
                        ms,
                    };
                    free = at.max(free).plus_ms(ms.into());
                    coming = Some((free, event));
                }
                Command::Abandon => coming = None,
                Command::EventRecord(report)
                    if matches!(report.what, TurnEvent::Endpoint { .. }) =>
                {
                    return Some(at);
                }
                _ => {}
            }
        }
    }
    None
}

fn guess(
    engine: &mut Engine,
    clip: &Clip,
    from: SampleTime,
    to: SampleTime,
) -> (Transcript, Completion, u32) {
    let index = |time: SampleTime| usize::try_from(time.0).unwrap_or(usize::MAX);
    let end = index(to).min(clip.samples.len());
    let utterance = Utterance {
        start: from,
        samples: clip.samples[index(from).min(end)..end].to_vec(),
        wake: None,
    };
    let mut session = Session::default();
    let mut within = engine.in_session(&mut session);
    let guessed = within.guess(TurnId(0), &utterance, &|| true);
    let (transcript, completion) = guessed.value.ok().flatten().unwrap_or_else(|| {
        (
            mynah_appliance::runtime::recorded::typed(""),
            Completion::MayContinue,
        )
    });
    tracing::info!(clip.kind, text = transcript.text, ?completion, "guessed");
    (transcript, completion, guessed.ms)
}

/// One kind of speech under one rule.
struct Row {
    kind: &'static str,
    rule: &'static str,
    clips: usize,
    cut: usize,
    unheard: usize,
    delays_ms: Vec<f64>,
}

impl Row {
    const fn new(kind: &'static str, rule: &'static str) -> Self {
        Self {
            kind,
            rule,
            clips: 0,
            cut: 0,
            unheard: 0,
            delays_ms: Vec::new(),
        }
    }

    fn is(&self, kind: &str, rule: &str) -> bool {
        self.kind == kind && self.rule == rule
    }

    fn count(&mut self, ended: Option<SampleTime>, end: SampleTime) {
        self.clips += 1;
        match ended {
            None => self.unheard += 1,
            Some(at) if at < end => self.cut += 1,
            Some(at) => self.delays_ms.push((at.seconds() - end.seconds()) * 1000.0),
        }
    }

    fn print(&self, as_json: bool) {
        let (median, p95) = (
            quantile(&self.delays_ms, 0.5),
            quantile(&self.delays_ms, 0.95),
        );
        if as_json {
            let line = json!({"speech": self.kind, "rule": self.rule, "clips": self.clips,
                "cut_off": self.cut, "unheard": self.unheard,
                "delay_ms": {"median": median, "p95": p95}});
            println!("{line}");
        } else {
            let Self {
                kind,
                rule,
                clips,
                cut,
                unheard,
                ..
            } = self;
            println!(
                "{kind:<22} {rule:<9} {cut:>3} of {clips:>3} cut off, {unheard} unheard; \
                 known after {median:>4.0} ms (95 %: {p95:.0})"
            );
        }
    }
}
