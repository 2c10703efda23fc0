//! The demonstration that needs no sound card: the appliance's own voice says
//! the wake word and some commands of the owner's file into a recording.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

use crate::observers::Observer;
use mynah_audio::convert::resample;
use mynah_audio::{AudioFrame, SampleTime};
use mynah_audio::{FRAME_SAMPLES, SAMPLE_RATE, wav};
use mynah_core::conversation::{EventRecord, TurnEvent};
use mynah_core::model::{Settings, TestSpec};
use mynah_models::Store;
use mynah_speech::ear::wake::{TAIL_MS, WakeWords};
use mynah_speech::voice::{Piper, Synthesizer};

/// Commands in a demonstration.
const COMMANDS: usize = 4;

/// Between the wake word and the command.
const PAUSE_MS: u64 = 700;

/// After a command: the time to understand it and to speak the answer.
const ANSWER_MS: u64 = 7_000;

/// Paces at which the wake word is tried, in the order tried: models are
/// trained on people, and one voice may only be recognised at some pace.
const PACES: [f32; 5] = [1.0, 0.85, 1.15, 0.7, 1.3];

/// Speaks the demonstration into `path`. Gives the commands.
///
/// # Errors
/// When the voice or the wake words cannot be loaded, when no wake word is
/// recognised in this voice, or the file cannot be written.
pub fn record(settings: &Settings, store: &Store, path: &Path) -> anyhow::Result<Vec<String>> {
    let commands = commands(settings);
    anyhow::ensure!(
        !commands.is_empty(),
        "the configuration has no `[[test]]` to demonstrate\nhint: add one for each intent"
    );
    let wake = spoken_wake_word(settings, store)?;
    let mut voice = Piper::load(store, &settings.voice.model, settings.voice.speed)?;
    let mut track = silence(PAUSE_MS);
    for command in &commands {
        track.extend(&wake);
        track.extend(silence(PAUSE_MS));
        track.extend(say(&mut voice, command)?);
        track.extend(silence(ANSWER_MS));
    }
    wav::write(path, &track, SAMPLE_RATE)?;
    Ok(commands)
}

/// The first test of each of several intents, those that ask nothing back.
fn commands(settings: &Settings) -> Vec<String> {
    let acts = |test: &&TestSpec| {
        let spec = settings.intent(&test.intent);
        spec.is_some_and(|spec| {
            let given = |name: &str| test.slots.contains_key(name);
            spec.confirm.is_none()
                && spec
                    .slots
                    .iter()
                    .all(|slot| slot.optional || slot.default.is_some() || given(&slot.name))
        })
    };
    let mut chosen: Vec<&TestSpec> = Vec::new();
    for test in settings.tests.iter().filter(acts) {
        if chosen.len() < COMMANDS && chosen.iter().all(|other| other.intent != test.intent) {
            chosen.push(test);
        }
    }
    chosen.iter().map(|test| test.say.clone()).collect()
}

/// The first configured wake word, at a pace, that the ear recognises, at
/// 16 kHz.
///
/// # Errors
/// When the voice or the wake words cannot be loaded, or none is recognised.
pub fn spoken_wake_word(settings: &Settings, store: &Store) -> anyhow::Result<Vec<f32>> {
    let mut ear = WakeWords::load(store, &settings.wake)?;
    for word in &settings.wake.words {
        let text = word.name.replace('_', " ");
        for pace in PACES {
            let mut voice = Piper::load(store, &settings.voice.model, pace)?;
            let samples = say(&mut voice, &format!("{text}."))?;
            ear.reset().context("between two tries")?;
            if fires(&mut ear, &samples) {
                return Ok(samples);
            }
            tracing::info!(text, pace, "the wake word is not recognised in this voice");
        }
    }
    anyhow::bail!(
        "the voice `{}` says no configured wake word as the ear knows it\nhint: add another word to `wake.words`",
        settings.voice.model
    )
}

fn fires(ear: &mut WakeWords, samples: &[f32]) -> bool {
    let padded: Vec<f32> = silence(PAUSE_MS)
        .into_iter()
        .chain(samples.iter().copied())
        .chain(silence(TAIL_MS + PAUSE_MS))
        .collect();
    let mut start = SampleTime(0);
    padded.chunks_exact(FRAME_SAMPLES).any(|chunk| {
        let mut samples = [0.0; FRAME_SAMPLES];
        samples.copy_from_slice(chunk);
        let frame = AudioFrame { start, samples };
        start = frame.end();
        ear.hear(&frame).iter().any(|detection| detection.sure)
    })
}

/// 16 kHz samples.
fn say(voice: &mut Piper, text: &str) -> anyhow::Result<Vec<f32>> {
    let rate = voice.sample_rate();
    let mut samples = Vec::new();
    voice.speak(text, &mut |clause| {
        samples.extend(clause);
        true
    })?;
    Ok(resample(&samples, rate, SAMPLE_RATE))
}

fn silence(ms: u64) -> Vec<f32> {
    let samples = SampleTime(0).plus_ms(ms).0;
    vec![0.0; usize::try_from(samples).unwrap_or(0)]
}

/// Counts the commands of a demonstration that were carried out.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    understood: Arc<AtomicUsize>,
}

impl Tally {
    /// Commands that were understood and, in a dry run, carried out.
    #[must_use]
    pub fn understood(&self) -> usize {
        self.understood.load(Ordering::Acquire)
    }
}

impl Observer for Tally {
    fn name(&self) -> &'static str {
        "demonstration"
    }

    fn observe(&mut self, report: &EventRecord) {
        if let TurnEvent::Action { outcomes, .. } = &report.what
            && outcomes.iter().all(|outcome| outcome.ok)
        {
            self.understood.fetch_add(1, Ordering::AcqRel);
        }
    }
}
