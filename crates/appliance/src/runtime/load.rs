//! Puts an engine together from the owner's file and the models on disk.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::answers::Answers;
use super::configured::Configured;
use super::engine::{Engine, Parts};
use super::listen::{Clip, Clips};
use super::llm;
use crate::builtin::Builtins;
use crate::timers::{Clock, Keeper, SystemClock, state_dir};
use mynah_actions::{Actor, DryRun, World};
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_core::conversation::{ByWords, Chime, Limits, Patience, SecondLook};
use mynah_core::dialogue::Expected;
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::language::speak;
use mynah_core::model::{ActionSpec, IntentSpec, Settings, Verify};
use mynah_core::reply::foreseen_sentences;
use mynah_core::turn::Failure;
use mynah_models::Store;
use mynah_speech::stt::{Transcriber, WakeVerifier, Whisper};
use mynah_speech::voice::{CachedVoice, Piper, Synthesizer, chime};

/// A person who has said the wake word begins within this time.
const START_MS: u64 = 5_000;
/// A person who was asked something may have to think.
const ANSWER_MS: u64 = 8_000;
/// Whisper needs less than a second for a command on the slowest machine that
/// is supported; this is for a machine in trouble.
const TRANSCRIBE_MS: u64 = 10_000;
/// What a stage may take beyond the time limits of its parts.
const MARGIN_MS: u64 = 2_000;
/// Between two rings, a person begins to say "stop" within this time.
const RING_START_MS: u64 = 4_000;
/// And needs no longer for it, nor for "snooze for ten minutes".
const RING_MAX_MS: u64 = 6_000;
/// A person waits for the end of a chime.
const LONGEST_CHIME_S: u32 = 10;
/// As for speech recognition.
const SPEAK_MS: u64 = 10_000;

/// What an engine is wanted for.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "six switches that have nothing to do with each other"
)]
pub struct Wants {
    /// Speech will come in.
    pub speech: bool,
    /// Somebody will listen.
    pub voice: bool,
    /// Act on nothing.
    pub dry_run: bool,
    /// Nobody waits for an answer: the language model may load first.
    pub patient: bool,
    /// Timers are kept in memory, apart from those of the machine.
    pub apart: bool,
    /// In a dry run: begin with a copy of the timers that are set on the machine.
    pub as_set: bool,
}

/// Loads everything that `wants` needs. Without a language model the phrases
/// still work, so that is a warning.
///
/// # Errors
/// When a model is missing or damaged.
pub fn engine(settings: Settings, store: &Store, wants: Wants) -> anyhow::Result<Engine> {
    engine_by(Arc::new(SystemClock::default()), settings, store, wants)
}

/// As [`engine`], by another clock than the machine's.
///
/// # Errors
/// As [`engine`].
pub fn engine_by(
    clock: Arc<dyn Clock>,
    settings: Settings,
    store: &Store,
    wants: Wants,
) -> anyhow::Result<Engine> {
    let _speaking = speak(settings.device.language);
    let whisper = if wants.speech {
        let first = store.need(&settings.stt.model)?.swap_remove(0);
        let second = settings.stt.second.as_ref();
        let second = second.map(|name| store.need(name)).transpose()?;
        let second = second.map(|mut files| files.swap_remove(0));
        let (own, expected) = heard(&settings);
        Some(Whisper::load(&first, second.as_deref(), &own, &expected)?)
    } else {
        None
    };
    let voice = if wants.voice {
        Some(voice(&settings, store)?)
    } else {
        None
    };
    let in_memory = wants.dry_run && !wants.as_set || wants.apart;
    let keeper = keeper(clock, &settings, in_memory);
    let keeper = Arc::new(if wants.dry_run && wants.as_set {
        keeper.copy()
    } else {
        keeper
    });
    let llm = llm::start(&settings, store, wants.patient);
    let lasting = Lasting {
        keeper: Arc::clone(&keeper),
        llm,
        store: store.clone(),
        dry_run: wants.dry_run,
        patient: wants.patient,
    };
    let llm_ready = lasting.llm.as_ref().filter(|_| wants.patient);
    let llm_ready = llm_ready.map(llm::Running::ready);
    let new = lasting.configured(settings, whisper.clone());
    let parts = Parts {
        transcriber: new.transcriber,
        verifier: new.verifier,
        phrases: new.phrases,
        llm: new.llm.map(|make| make()),
        llm_ready,
        actor: new.actor,
        answers: new.answers,
        voice,
        keeper,
        settings: new.settings,
    };
    Ok(Engine::new(parts).rebuilt_by(Arc::new(move |settings| {
        let _speaking = speak(settings.device.language);
        let whisper = whisper.as_ref().map(|whisper| {
            let (own, expected) = heard(&settings);
            whisper.biased(&own, &expected)
        });
        lasting.configured(settings, whisper)
    })))
}

/// The settings whose lists are the recogniser's prompt, and the grammar that
/// constrains it. The prompt is short: the owner's words are worth more in it, and
/// the grammar has the built-in ones as well.
fn heard(settings: &Settings) -> (Settings, Grammar) {
    let mut own = settings.clone();
    let is_built_in = |intent: &IntentSpec| matches!(intent.action, Some(ActionSpec::Builtin(_)));
    own.intents.retain(|intent| !is_built_in(intent));
    (own, Expected::always(settings).grammar())
}

/// The parts of an engine that outlast its configuration.
struct Lasting {
    keeper: Arc<Keeper>,
    llm: Option<llm::Running>,
    store: Store,
    dry_run: bool,
    patient: bool,
}

impl Lasting {
    /// The parts that follow from `settings`.
    fn configured(&self, settings: Settings, whisper: Option<Whisper>) -> Configured {
        let beyond: Box<dyn Actor> = if self.dry_run {
            Box::new(DryRun::new(&settings))
        } else {
            Box::new(World::new(&settings))
        };
        let keeper = Arc::clone(&self.keeper);
        let actor = Builtins::new(beyond, keeper, &settings, self.dry_run);
        let grammar = Grammar::compile(&settings);
        let verifier = whisper.clone();
        let llm = self.llm.as_ref();
        Configured {
            transcriber: whisper.map(|whisper| Box::new(whisper) as Box<dyn Transcriber>),
            verifier: verifier.map(|whisper| Box::new(whisper) as Box<dyn WakeVerifier>),
            phrases: Box::new(PhraseParser::new(&settings, &grammar)),
            llm: llm.map(|llm| llm.parser(&settings, &self.store)),
            actor: Box::new(actor),
            answers: Answers::start(
                &settings,
                &self.store,
                llm.map(llm::Running::wording),
                self.patient,
            ),
            settings,
        }
    }
}

fn voice(settings: &Settings, store: &Store) -> anyhow::Result<Box<dyn Synthesizer>> {
    let piper =
        Piper::load(store, &settings.voice.model, settings.voice.speed).context("cannot speak")?;
    let fingerprint = piper.fingerprint().to_owned();
    let folder = store.root().parent().map(|root| root.join("speech"));
    let voice = CachedVoice::new(piper, fingerprint, folder).fixed(foreseen_sentences(settings));
    Ok(Box::new(voice))
}

/// What is to ring is kept where the machine keeps state, if the file can set
/// anything at all.
fn keeper(clock: Arc<dyn Clock>, settings: &Settings, in_memory: bool) -> Keeper {
    let remembers = settings.intents.iter().any(|intent| match intent.action {
        Some(ActionSpec::Builtin(deed)) => intent.later || deed.remembers(),
        _ => intent.later,
    });
    // Also where nothing remembers yet: a configuration that follows may.
    let folder = state_dir().filter(|_| !in_memory);
    if folder.is_none() && remembers && !in_memory {
        tracing::warn!("there is no place to keep timers; hint: set STATE_DIRECTORY");
    }
    let keeper = Keeper::new(folder.clone(), clock);
    match folder {
        Some(folder) => keeper.muted_as_in(&folder),
        None => keeper,
    }
}

/// How long the mind waits.
#[must_use]
pub fn limits(settings: &Settings) -> Limits {
    let command = Patience {
        start_ms: START_MS,
        endpoint_ms: settings.stt.endpoint_ms.into(),
        by_words: Some(ByWords {
            complete_ms: settings.stt.endpoint_complete_ms.into(),
            open_ms: settings.stt.endpoint_open_ms.into(),
        }),
        max_ms: u64::from(settings.stt.max_s) * 1000,
    };
    let slowest_action = settings
        .intents
        .iter()
        .flat_map(|intent| intent.action.iter().chain(&intent.undo))
        .map(ActionSpec::longest_ms)
        .max();
    Limits {
        command,
        answer: Patience {
            start_ms: ANSWER_MS,
            ..command
        },
        ring: Patience {
            start_ms: RING_START_MS,
            max_ms: RING_MAX_MS,
            ..command
        },
        follow_up: command,
        transcribe_ms: TRANSCRIBE_MS,
        understand_ms: u64::from(settings.llm.timeout_ms) + MARGIN_MS,
        act_ms: slowest_action.unwrap_or(0) * 2 + MARGIN_MS,
        speak_ms: SPEAK_MS,
        second_look: match settings.wake.verify {
            Verify::Never => SecondLook::Never,
            Verify::Doubtful => SecondLook::Doubtful,
            Verify::Always => SecondLook::Always,
        },
    }
}

/// A sound of the owner's; `None` where there is none that can be played.
fn own_sound(file: &Path) -> Option<Clip> {
    if !file.exists() {
        return None;
    }
    let sound = wav::read(file, LONGEST_CHIME_S)
        .inspect_err(|error| tracing::warn!("the usual chime is played instead: {error}"))
        .ok()?;
    Some(Clip {
        samples: sound.samples,
        rate: SAMPLE_RATE,
    })
}

/// The sounds that must be at hand at once. `apologies` speaks these now,
/// which takes a moment; without, the worker speaks them when needed.
pub fn clips(engine: &mut Engine, apologies: bool) -> Clips {
    const RATE: u32 = 22_050;
    let _speaking = engine.speaking();
    let audio = &engine.settings().audio;
    let clip = |name: &str, make: fn(u32) -> Vec<f32>| {
        let sounds = audio.sounds.as_deref();
        let own = sounds.and_then(|folder| own_sound(&folder.join(name)));
        own.unwrap_or_else(|| Clip {
            samples: make(RATE),
            rate: RATE,
        })
    };
    let mut clips = Clips {
        chime_volume: audio.chime_volume,
        ..Clips::default()
    };
    // Whoever wants no chimes still wants to be woken.
    clips
        .chimes
        .insert(Chime::Ring, clip("ring.wav", chime::ring));
    if audio.chimes {
        clips.chimes.extend([
            (Chime::Listening, clip("listening.wav", chime::listening)),
            (Chime::Heard, clip("heard.wav", chime::heard)),
            (Chime::Moment, clip("moment.wav", chime::moment)),
        ]);
    }
    if apologies {
        for failure in Failure::ALL {
            let mut spoken = Clip::default();
            engine.speak(failure.sentence(), &mut |samples, rate| {
                spoken.rate = rate;
                spoken.samples.extend(samples);
                true
            });
            if spoken.rate != 0 {
                clips.apologies.insert(failure, spoken);
            }
        }
    }
    clips
}
