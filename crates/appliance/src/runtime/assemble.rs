//! Puts the appliance together: models, the engine on its thread, observers, the
//! event loop. The one place for it: `mynah run`, the demonstration, the
//! benchmarks and the tests differ in where sound comes from and goes to.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use super::clips::Clips;
use super::cores;
use super::engine::Engine;
use super::engine_thread::EngineThread;
use super::listen::{EventLoop, Inbox, LoopParts, Pace};
use super::load::{self, Wants};
use super::sessions::Sessions;
use crate::observers::duck::Ducker;
use crate::observers::lamp::Lamp;
use crate::observers::wakes::Wakes;
use crate::observers::{Observer, Observers, Telling, mqtt};
use crate::timers::{Clock, StreamClock, SystemClock};
use mynah_actions::World;
use mynah_audio::{Source, Speaker};
use mynah_core::conversation::{EventRecord, Limits};
use mynah_core::language::{Announcement, Tongue, speak};
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_panel::light::Light;
use mynah_speech::ear::Hearing;

/// With an input file, how long the worker may take before stream time goes on
/// without it: far more than any stage needs.
const PATIENCE: Duration = Duration::from_mins(2);

/// How an appliance runs.
#[derive(Default)]
pub struct How {
    /// Sound comes from a file, and time is the file's.
    pub from_file: bool,
    /// Nothing is carried out.
    pub dry_run: bool,
    /// Every sentence that the file foresees is synthesised before the start.
    pub spoken_ahead: bool,
    /// Besides those of the configuration.
    pub observers: Vec<Box<dyn Observer>>,
    /// To be said once, as soon as somebody is there.
    pub notice: Option<Announcement<'static>>,
}

/// Where the sound of one microphone comes from and goes to.
pub struct Sound<'a> {
    /// The microphone, or a file.
    pub source: Box<dyn Source>,
    /// Wake words and voice activity.
    pub ear: Box<dyn Hearing>,
    /// The loudspeaker, or a file.
    pub speaker: &'a mut dyn Speaker,
}

/// An appliance that is ready to run.
pub struct Appliance {
    // Dropped in this order: what reports ends before those who are told.
    engine: EngineThread,
    observers: Observers,
    door: EventLoop,
    clips: Clips,
    limits: Limits,
    tongue: Tongue,
    pace: Pace,
}

impl Appliance {
    /// Loads the models and starts the engine's thread and the observers.
    ///
    /// # Errors
    /// When a model is missing or damaged.
    pub fn new(settings: Settings, store: &Store, how: How) -> anyhow::Result<Self> {
        let wants = Wants {
            speech: true,
            voice: true,
            dry_run: how.dry_run,
            patient: how.from_file,
            ..Wants::default()
        };
        let machine = SystemClock::default();
        let clock: Arc<dyn Clock> = if how.from_file {
            Arc::new(StreamClock::new(machine.now()))
        } else {
            // The sound cards' threads are already running, the slow ones begin
            // here.
            cores::keep_one();
            Arc::new(machine)
        };
        let mut engine = load::engine_by(clock, settings, store, wants)?;
        if let Some(notice) = how.notice {
            engine.keeper().announce(notice);
        }
        let clips = load::clips(&mut engine, !how.from_file);
        while how.spoken_ahead && engine.prepare(&|| true) {}
        Ok(Self::of(engine, clips, how))
    }

    /// An appliance with an engine that is loaded already.
    #[must_use]
    pub fn of(engine: Engine, clips: Clips, how: How) -> Self {
        let tongue = engine.settings().device.language;
        let _speaking = speak(tongue);
        let limits = load::limits(engine.settings());
        let door = EventLoop::default();
        let observers = observers(&engine, &door, how.observers, (how.from_file, how.dry_run));
        let observers = Observers::start(observers, how.from_file);
        let telling = observers.telling();
        Self {
            engine: EngineThread::start(engine, move |report| telling.tell(report)),
            observers,
            door,
            clips,
            tongue,
            limits,
            pace: if how.from_file {
                Pace::File { patience: PATIENCE }
            } else {
                Pace::Live
            },
        }
    }

    /// Stops the appliance from any thread, and takes orders.
    #[must_use]
    pub fn inbox(&self) -> SyncSender<Inbox> {
        self.door.sender()
    }

    /// Opens sessions for other front ends.
    #[must_use]
    pub fn sessions(&self) -> Sessions {
        self.engine.sessions()
    }

    /// Where others hand in what happens.
    #[must_use]
    pub fn telling(&self) -> Telling {
        self.observers.telling()
    }

    /// Runs until it is stopped or the sound ends. `also` gets each report at
    /// once, on the thread of the event loop, and must not wait.
    pub fn run(self, sound: Sound<'_>, also: &mut dyn FnMut(&EventRecord)) {
        let Self {
            engine,
            observers,
            door,
            clips,
            limits,
            tongue,
            pace,
        } = self;
        let _speaking = speak(tongue);
        let telling = observers.telling();
        let parts = LoopParts {
            source: sound.source,
            ear: sound.ear,
            speaker: sound.speaker,
            clips,
            limits,
            pace,
            report: &mut |report| {
                also(report);
                telling.tell(report);
            },
        };
        door.run_on(parts, &engine);
        drop(engine);
        drop(observers);
    }
}

/// Those of the configuration and the others.
fn observers(
    engine: &Engine,
    door: &EventLoop,
    others: Vec<Box<dyn Observer>>,
    (from_file, dry_run): (bool, bool),
) -> Vec<Box<dyn Observer>> {
    let settings = engine.settings();
    let mut all = others;
    all.push(Box::new(Wakes::default()));
    if let Some(light) = settings.light.clone().filter(|_| !from_file) {
        let lamp = Lamp::new(Light::new(light), engine.keeper().muted());
        all.push(Box::new(lamp));
    }
    if dry_run {
        return all;
    }
    if settings.events.is_some() || (!from_file && settings.mqtt.is_some()) {
        let inbox = door.sender();
        let order = move |order| inbox.try_send(Inbox::Order(order)).is_ok();
        all.extend(mqtt::of(settings, engine.keeper(), order));
    }
    if let Some(duck) = settings.audio.duck.clone() {
        all.push(Box::new(Ducker::new(Box::new(World::new(settings)), duck)));
    }
    all
}
