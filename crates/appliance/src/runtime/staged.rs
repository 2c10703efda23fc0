//! A spoken conversation in scripted time: the event loop of a microphone hears
//! sentences that lie ready as samples, each one when the conversation is ready
//! for it. Between them time passes as the script says; nothing waits.

use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clips::Clips;
use super::engine::Engine;
use super::engine_thread::EngineThread;
use super::inbox::Inbox;
use super::listen::{EventLoop, LoopParts, Pace};
use super::load;
use super::orders::RemoteOrder;
use crate::timers::{Keeper, ScriptClock};
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, Quiet, SampleTime, Source};
use mynah_core::conversation::{Limits, TurnEvent};
use mynah_core::timers::{Entry, Moment};
use mynah_speech::ear::Hearing;

/// How long the worker may take before stream time goes on without it.
const PATIENCE: Duration = Duration::from_mins(2);

/// After a wait, the sound goes on so long: what is due is found each second, and
/// nothing rings in the two seconds after a turn.
const AFTER_WAIT_MS: u64 = 3_500;

/// A turn that has not ended after so much silence is given up: longer than every
/// time limit of a conversation.
const LONGEST_MS: u64 = 60_000;

/// Before a wait, the conversation may take so long to come to rest.
const TO_REST_MS: u64 = 20_000;

/// What happens next in a script.
#[derive(Clone, Debug)]
pub enum Cue {
    /// Somebody says this: 16 kHz mono samples. Where nobody is listened to, a
    /// button is pressed before.
    Say(Vec<f32>),
    /// So many seconds pass in silence.
    Wait(u32),
}

/// What came of a cue.
#[derive(Clone, Debug)]
pub struct Came {
    /// In order.
    pub happenings: Vec<TurnEvent>,
    /// Everything that is set afterwards.
    pub entries: Vec<Entry>,
    /// The time afterwards.
    pub now: Moment,
}

/// An engine on its thread, for one conversation after the other.
pub struct Stage {
    engine: EngineThread,
    limits: Limits,
    clock: Arc<ScriptClock>,
}

impl Stage {
    /// A stage for an engine that goes by `clock` and carries nothing out.
    #[must_use]
    pub fn new(engine: Engine, clock: Arc<ScriptClock>) -> Self {
        Self {
            limits: load::limits(engine.settings()),
            engine: EngineThread::start(engine, |_| {}),
            clock,
        }
    }

    /// Plays a conversation in which nothing is set at first. Gives one result for
    /// each cue.
    #[must_use]
    pub fn play(&self, ear: Box<dyn Hearing>, cues: Vec<Cue>) -> Vec<Came> {
        let keeper = Arc::clone(self.engine.sessions().keeper());
        keeper.change(|book, _| {
            let ids: Vec<u64> = book.entries().iter().map(|entry| entry.id).collect();
            for id in ids {
                book.cancel(id);
            }
        });
        let door = EventLoop::default();
        let scene = Arc::new(Mutex::new(Scene::default()));
        let person = Person {
            scene: Arc::clone(&scene),
            inbox: door.sender(),
            clock: Arc::clone(&self.clock),
            keeper,
            cues: cues.into_iter(),
            cue: None,
            phase: Phase::Ready,
            at: SampleTime(0),
            since: SampleTime(0),
            rests: 0,
        };
        let parts = LoopParts {
            source: Box::new(person),
            ear,
            speaker: &mut Quiet,
            clips: Clips::default(),
            limits: self.limits,
            pace: Pace::File { patience: PATIENCE },
            report: &mut |report| lock(&scene).note(&report.what),
        };
        door.run_on(parts, &self.engine);
        std::mem::take(&mut lock(&scene).came)
    }
}

/// Whether somebody may speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ear {
    /// A wake word is waited for.
    #[default]
    Idle,
    /// The microphone is open.
    Open,
    /// Something is being done or said.
    Busy,
}

/// What is known of the conversation.
#[derive(Default)]
struct Scene {
    ear: Ear,
    /// How often it became idle or open.
    rests: u32,
    /// Since the last cue began.
    happenings: Vec<TurnEvent>,
    came: Vec<Came>,
}

impl Scene {
    fn note(&mut self, what: &TurnEvent) {
        self.ear = match what {
            TurnEvent::Device(_) | TurnEvent::Dismissed(..) => return,
            TurnEvent::Idle => Ear::Idle,
            TurnEvent::Listening { .. } => Ear::Open,
            _ => Ear::Busy,
        };
        self.rests += u32::from(self.ear != Ear::Busy);
        self.happenings.push(what.clone());
    }
}

fn lock(scene: &Mutex<Scene>) -> MutexGuard<'_, Scene> {
    scene.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the person of the script is at.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Waits until the conversation is ready for the cue.
    Ready,
    /// Has pressed the button.
    Pressed,
    /// Speaks; so many samples are said.
    Saying(usize),
    /// Has spoken.
    Said,
    /// So many seconds are still to pass.
    Passing(u32),
    /// They have passed.
    Passed,
}

/// The person of a script, as a source of sound.
struct Person {
    scene: Arc<Mutex<Scene>>,
    inbox: SyncSender<Inbox>,
    clock: Arc<ScriptClock>,
    keeper: Arc<Keeper>,
    cues: std::vec::IntoIter<Cue>,
    cue: Option<Cue>,
    phase: Phase,
    /// The end of the last frame.
    at: SampleTime,
    /// When the phase began.
    since: SampleTime,
    /// [`Scene::rests`] when speech began.
    rests: u32,
}

impl Source for Person {
    fn next(&mut self) -> Captured {
        loop {
            if self.cue.is_none() {
                self.cue = self.cues.next();
                self.enter(Phase::Ready);
                lock(&self.scene).happenings.clear();
            }
            let Some(cue) = self.cue.take() else {
                return Captured::End;
            };
            if let Some(samples) = self.live(&cue) {
                self.cue = Some(cue);
                let start = self.at;
                let frame = AudioFrame { start, samples };
                self.at = frame.end();
                return Captured::Frame(frame);
            }
            self.finish();
        }
    }
}

impl Person {
    const fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = self.at;
    }

    /// The next frame of a cue; `None` when the cue is over.
    fn live(&mut self, cue: &Cue) -> Option<[f32; FRAME_SAMPLES]> {
        let (ear, rests) = {
            let scene = lock(&self.scene);
            (scene.ear, scene.rests)
        };
        let phase_ms = self.at.ms_since(self.since);
        match (self.phase, cue) {
            (Phase::Ready, Cue::Say(_)) if ear == Ear::Idle => {
                // The inbox has room: the loop has just emptied it.
                let _ = self.inbox.try_send(Inbox::Order(RemoteOrder::Listen));
                self.enter(Phase::Pressed);
            }
            (Phase::Ready | Phase::Pressed, Cue::Say(_)) => {
                if ear == Ear::Open || LONGEST_MS <= phase_ms {
                    self.rests = rests;
                    self.enter(Phase::Saying(0));
                    return self.live(cue);
                }
            }
            (Phase::Ready, Cue::Wait(seconds)) => {
                if ear == Ear::Idle || TO_REST_MS <= phase_ms {
                    self.enter(Phase::Passing(*seconds));
                }
            }
            (Phase::Saying(said), Cue::Say(samples)) => {
                let rest = samples.get(said..).unwrap_or_default();
                if let Some(frame) = rest.first_chunk() {
                    self.phase = Phase::Saying(said + FRAME_SAMPLES);
                    return Some(*frame);
                }
                self.enter(Phase::Said);
            }
            (Phase::Passing(left), _) => {
                self.pass();
                match left.saturating_sub(1) {
                    0 => self.enter(Phase::Passed),
                    left => self.phase = Phase::Passing(left),
                }
            }
            (Phase::Passed, _) => {
                let settled = AFTER_WAIT_MS <= phase_ms && ear != Ear::Busy;
                if settled || LONGEST_MS <= phase_ms {
                    return None;
                }
            }
            (Phase::Said, _) => {
                let settled = ear != Ear::Busy && self.rests < rests;
                if settled || LONGEST_MS <= phase_ms {
                    return None;
                }
            }
            (Phase::Pressed | Phase::Saying(_), Cue::Wait(_)) => return None,
        }
        Some([0.0; FRAME_SAMPLES])
    }

    /// A second passes. What is due by then is found at once, as on a machine that
    /// was on all the time.
    fn pass(&self) {
        self.clock.pass(1_000);
        self.keeper.tick(false);
    }

    fn finish(&self) {
        let (entries, now) = self
            .keeper
            .look(|book, now| (book.entries().to_vec(), now.clone()));
        let mut scene = lock(&self.scene);
        let happenings = std::mem::take(&mut scene.happenings);
        scene.came.push(Came {
            happenings,
            entries,
            now,
        });
    }
}
