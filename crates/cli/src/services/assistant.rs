//! The appliance as the services know it: sessions of the engine, voice activity
//! and wake word models, behind the traits of `mynah-serve`.

mod gate;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Map;

use self::gate::{Gate, Inside};

use mynah_appliance::runtime::engine::TurnAnswer;
use mynah_appliance::runtime::events::{answer_json, slots_json};
use mynah_appliance::runtime::load::limits;
use mynah_appliance::runtime::sessions::{SessionError, SessionHandle, Sessions};
use mynah_core::frame::AudioFrame;
use mynah_core::model::{Settings, Wake};
use mynah_core::turn::{Completion, Failure, SessionKind, Utterance};
use mynah_models::Store;
use mynah_models::manifest::Manifest;
use mynah_serve::assistant::{
    Acts, Answer, Assistant, Attribution, Conversation, Hints, Info, Intent, Listener, Model,
    Outcome, Sound, Unavailable, Watcher,
};
use mynah_serve::listening::{ByMeaning, Recogniser, VoiceActivity, patience};
use mynah_speech::ear::vad::Vad;
use mynah_speech::ear::wake::WakeWords;

/// Sample rate of the voices of the manifest.
const VOICE_RATE: u32 = 22_050;

/// Streams that are watched for wake words at once: each has models of its own.
const WATCHED: usize = 8;

/// Voice activity detectors that are kept for the next stream.
const KEPT: usize = 8;

/// The appliance, to be shared with every service.
pub(super) struct ApplianceAssistant {
    sessions: Sessions,
    store: Store,
    /// With the configuration that it is of.
    info: Mutex<Option<(Arc<Settings>, Info)>>,
    dry_run: bool,
    gate: Arc<Gate>,
    detectors: Arc<Mutex<Vec<Vad>>>,
    watched: Arc<AtomicUsize>,
}

impl ApplianceAssistant {
    /// The appliance behind `sessions`. Of a `dry_run` nothing is carried out.
    #[must_use]
    pub(super) fn new(sessions: Sessions, store: Store, dry_run: bool) -> Self {
        Self {
            sessions,
            store,
            info: Mutex::default(),
            dry_run,
            gate: Arc::default(),
            detectors: Arc::default(),
            watched: Arc::default(),
        }
    }

    fn vad(&self) -> Result<Detector, Unavailable> {
        let kept = lock(&self.detectors).pop();
        let vad = match kept {
            Some(mut vad) => {
                vad.reset();
                vad
            }
            None => Vad::load(&self.store).map_err(|error| broken(&error))?,
        };
        Ok(Detector {
            vad: Some(vad),
            home: Arc::clone(&self.detectors),
        })
    }
}

/// What the appliance consists of, with the makers that the manifest names.
fn info_of(settings: &Settings) -> Info {
    let manifest = Manifest::built_in();
    let model = |name: &str| {
        let known = manifest.model(name).ok();
        let home = known.map_or("", |known| known.home.as_str());
        Model {
            name: name.into(),
            description: known.map_or_else(|| name.into(), |known| known.what.clone()),
            by: Attribution {
                name: home.trim_start_matches("https://").into(),
                url: home.into(),
            },
        }
    };
    let words = settings.wake.words.iter().map(|word| Model {
        description: word.name.replace('_', " "),
        ..model(&word.name)
    });
    Info {
        device: settings.device.name.clone(),
        area: settings.device.area.clone(),
        version: env!("CARGO_PKG_VERSION").into(),
        languages: vec![settings.device.language.clone()],
        ears: Some(model(&settings.stt.model)),
        voice: Some(model(&settings.voice.model)),
        voice_rate: VOICE_RATE,
        wake_words: words.collect(),
    }
}

impl Assistant for ApplianceAssistant {
    fn info(&self) -> Info {
        let settings = self.sessions.settings();
        let mut info = lock(&self.info);
        if !info
            .as_ref()
            .is_some_and(|(of, _)| Arc::ptr_eq(of, &settings))
        {
            *info = None;
        }
        info.get_or_insert_with(|| (Arc::clone(&settings), info_of(&settings)))
            .1
            .clone()
    }

    fn listen(&self, hints: &Hints) -> Result<Box<dyn Listener>, Unavailable> {
        let recogniser = Ears {
            session: self.sessions.open(SessionKind::Remote, true),
            gate: Arc::clone(&self.gate),
            names: hints.names.iter().chain(&hints.terms).cloned().collect(),
            reserved: None,
        };
        let patience = patience(limits(&self.sessions.settings()).command, hints.pause);
        Ok(Box::new(ByMeaning::new(self.vad()?, recogniser, patience)))
    }

    fn watch(&self, words: &[String]) -> Result<Box<dyn Watcher>, Unavailable> {
        let settings = self.sessions.settings();
        let own = &settings.wake;
        let wanted = |name: &String| words.is_empty() || words.contains(name);
        let wake = Wake {
            words: own
                .words
                .iter()
                .filter(|word| wanted(&word.name))
                .cloned()
                .collect(),
            ..own.clone()
        };
        if wake.words.len() < words.len() || wake.words.is_empty() {
            return Err(Unavailable::NotOffered("all of these wake words"));
        }
        let place = Watched::enter(&self.watched)?;
        let words = WakeWords::load(&self.store, &wake).map_err(|error| broken(&error))?;
        Ok(Box::new(Watch {
            words,
            _place: place,
        }))
    }

    fn speak(&self, text: &str, sink: &mut dyn FnMut(Sound) -> bool) -> Result<(), Unavailable> {
        let _turn = Gate::enter(&self.gate);
        let mut session = self.sessions.open(SessionKind::Remote, true);
        let said = session.say(text, &mut |samples, rate| sink(Sound { samples, rate }));
        said.map_err(refused)
    }

    fn converse(&self, acts: Acts) -> Box<dyn Conversation> {
        let dry_run = self.dry_run || acts == Acts::No;
        Box::new(Talk {
            session: self.sessions.open(SessionKind::Text, dry_run),
            gate: Arc::clone(&self.gate),
        })
    }
}

/// A conversation in writing.
struct Talk {
    session: SessionHandle,
    gate: Arc<Gate>,
}

impl Conversation for Talk {
    fn ask(&mut self, text: &str) -> Result<Answer, Unavailable> {
        let _turn = Gate::enter(&self.gate);
        let answer = self.session.ask(text).map_err(refused)?;
        let intents = answer.understanding.intents.iter().map(|intent| Intent {
            name: intent.name.clone(),
            slots: slots_json(intent),
            later: intent.when.is_some(),
        });
        let mut head = Map::new();
        head.insert("text".into(), text.into());
        Ok(Answer {
            outcome: outcome(&answer),
            intents: intents.collect(),
            line: answer_json(head, &answer, 0),
            reply: answer.reply,
        })
    }
}

fn outcome(answer: &TurnAnswer) -> Outcome {
    let failed = answer.outcomes.iter().any(|outcome| !outcome.ok);
    match answer.failure {
        _ if answer.question => Outcome::Asked,
        Some(Failure::NotHeard | Failure::NotUnderstood | Failure::OnlySimple) => {
            Outcome::NotUnderstood
        }
        Some(_) => Outcome::NotDone,
        None if failed => Outcome::NotDone,
        None => Outcome::Done,
    }
}

/// The recogniser of one stream.
struct Ears {
    session: SessionHandle,
    gate: Arc<Gate>,
    /// What the client expects to be said.
    names: Vec<String>,
    reserved: Option<Inside>,
}

impl Recogniser for Ears {
    fn reserve(&mut self) -> bool {
        self.reserved = Gate::enter_if_idle(&self.gate);
        self.reserved.is_some()
    }

    fn transcribe(&mut self, utterance: &Utterance) -> Result<(String, Completion), Unavailable> {
        let reserved = self.reserved.take();
        let _turn = reserved.unwrap_or_else(|| Gate::enter(&self.gate));
        let guessed = self.session.guess(utterance.clone(), &self.names);
        let (transcript, completion) = guessed.map_err(refused)?;
        Ok((transcript.text, completion))
    }
}

/// A voice activity detector that is given back for the next stream.
struct Detector {
    vad: Option<Vad>,
    home: Arc<Mutex<Vec<Vad>>>,
}

impl VoiceActivity for Detector {
    fn speech(&mut self, frame: &AudioFrame) -> f32 {
        self.vad.as_mut().map_or(0.0, |vad| vad.hear(frame))
    }
}

impl Drop for Detector {
    fn drop(&mut self) {
        let mut home = lock(&self.home);
        if home.len() < KEPT {
            home.extend(self.vad.take());
        }
    }
}

/// A stream that is watched for wake words.
struct Watch {
    words: WakeWords,
    _place: Watched,
}

impl Watcher for Watch {
    /// Candidates would have to be verified, which a client does not wait for.
    fn hear(&mut self, frame: &AudioFrame) -> Option<String> {
        let found = self.words.hear(frame).into_iter();
        let sure = found.filter(|detection| detection.sure);
        sure.max_by(|one, other| one.score.total_cmp(&other.score))
            .map(|detection| detection.word)
    }
}

/// One of the streams that are watched at once.
struct Watched(Arc<AtomicUsize>);

impl Watched {
    fn enter(count: &Arc<AtomicUsize>) -> Result<Self, Unavailable> {
        let before = count.fetch_add(1, Ordering::AcqRel);
        let place = Self(Arc::clone(count));
        if before < WATCHED {
            Ok(place)
        } else {
            Err(Unavailable::Busy)
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

pub(super) fn refused(error: SessionError) -> Unavailable {
    match error {
        SessionError::Busy => Unavailable::Busy,
        other => broken(&other),
    }
}

fn broken(error: &dyn std::error::Error) -> Unavailable {
    tracing::error!("{error}");
    Unavailable::Broken
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
