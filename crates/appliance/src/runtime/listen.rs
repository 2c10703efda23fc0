//! The loop: sound to the ear, percepts to the mind, the mind's commands to
//! the worker and the loudspeaker. It waits only for its inbox.
//!
//! From a microphone, frames come when they come. From a file, time stands
//! still while the worker is busy, so that a recording gives the same
//! conversation on every machine, faster than real time.

use std::sync::Arc;
mod aside;

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::bell::Bell;
use super::capture_thread::Capture;
pub use super::clips::{Clip, Clips};
use super::cores;
use super::engine::Engine;
use super::engine_thread::EngineThread;
use super::history::History;
pub use super::inbox::Inbox;
use super::orders::{Orders, RemoteOrder, SAYING};
use super::worker::{Answer, Job, Worker};
use mynah_audio::echo::{Echo, EchoCanceller};
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, Gain, SampleTime, Source, Speaker};
use mynah_core::conversation::{Command, Event, EventRecord, Limits, Mind, State, TurnEvent};
use mynah_core::turn::{Failure, TurnId};
use mynah_speech::ear::Hearing;

/// Two seconds of frames: longer than the loop ever takes for one.
const INBOX: usize = 64;

/// Beyond the limit of a command's length: its wake word, and the silence behind.
const HISTORY_MARGIN_MS: u64 = 5_000;

/// Who drives time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The sound card.
    Live,
    /// The loop, which waits for the worker before each frame, but no longer
    /// than this: then a stuck worker is noticed by the mind's deadlines.
    File {
        /// How long to wait.
        patience: Duration,
    },
}

/// Everything that the loop joins.
pub struct LoopParts<'a> {
    /// Where sound comes from.
    pub source: Box<dyn Source>,
    /// Who hears it.
    pub ear: Box<dyn Hearing>,
    /// Where sound goes.
    pub speaker: &'a mut dyn Speaker,
    /// Sounds at hand.
    pub clips: Clips,
    /// How long the mind waits.
    pub limits: Limits,
    /// Who drives time.
    pub pace: Pace,
    /// Who is told what happens.
    pub report: &'a mut dyn FnMut(&EventRecord),
}

/// The inbox before the loop runs: its sender stops the loop.
pub struct EventLoop {
    sender: SyncSender<Inbox>,
    inbox: Receiver<Inbox>,
}

impl Default for EventLoop {
    fn default() -> Self {
        let (sender, inbox) = sync_channel(INBOX);
        Self { sender, inbox }
    }
}

impl EventLoop {
    /// A sender that can stop the loop from any thread.
    #[must_use]
    pub fn sender(&self) -> SyncSender<Inbox> {
        self.sender.clone()
    }

    /// As [`EventLoop::run_on`], with an engine of its own.
    pub fn run(self, parts: LoopParts<'_>, engine: Engine) {
        self.run_on(parts, &EngineThread::start(engine, |_| {}));
    }

    /// Runs one microphone until it is stopped or the sound ends.
    pub fn run_on(self, parts: LoopParts<'_>, engine: &EngineThread) {
        let LoopParts {
            source,
            ear,
            speaker,
            clips,
            limits,
            pace,
            report,
        } = parts;
        let worker = engine.microphone(self.sender.clone());
        let keeper = Arc::clone(engine.sessions().keeper());
        let history = History::new(history_ms(&limits));
        let mut mind = Mind::new(limits);
        mind.session = worker.session();
        let mut orders = Orders::default();
        // A recording is heard all the same.
        orders.mute(pace == Pace::Live && keeper.muted());
        let gain = keeper.gain();
        let state = Loop {
            mind,
            ear,
            history,
            worker,
            percent: gain.percent(),
            gain,
            bell: Bell::start(keeper, self.sender.clone()),
            speaker,
            echo: EchoCanceller::default(),
            clips,
            speech: None,
            orders,
            now: SampleTime(0),
            report,
            live: pace == Pace::Live,
            stopped: false,
        };
        match pace {
            Pace::Live => {
                let capture = state.live(source, &self.sender, &self.inbox);
                // Nobody takes its sound any more, so it ends; the sound card
                // must be closed before the process is.
                drop(self.inbox);
                capture.wait();
            }
            Pace::File { patience } => state.file(source, &self.inbox, patience),
        }
    }
}

/// The longest utterance that must be remembered.
fn history_ms(limits: &Limits) -> u64 {
    limits.command.max_ms.max(limits.answer.max_ms) + HISTORY_MARGIN_MS
}

/// A reply on the loudspeaker.
struct Speech {
    turn: TurnId,
    /// Time until its first sound; `None` while parts are still to come.
    ended_ms: Option<u32>,
}

struct Loop<'a> {
    mind: Mind,
    ear: Box<dyn Hearing>,
    history: History,
    worker: Worker,
    gain: Gain,
    /// The volume that was reported last.
    percent: u8,
    bell: Bell,
    speaker: &'a mut dyn Speaker,
    echo: EchoCanceller,
    clips: Clips,
    speech: Option<Speech>,
    orders: Orders,
    now: SampleTime,
    report: &'a mut dyn FnMut(&EventRecord),
    /// Whether idle time is there for being used.
    live: bool,
    stopped: bool,
}

impl Loop<'_> {
    fn live(
        mut self,
        source: Box<dyn Source>,
        sender: &SyncSender<Inbox>,
        inbox: &Receiver<Inbox>,
    ) -> Capture {
        // The worker and the bell are there already, on the other cores.
        cores::take_all();
        let capture = Capture::start(source, sender.clone());
        self.worker.rest(true);
        while !self.stopped
            && let Ok(message) = inbox.recv()
        {
            self.take(message);
        }
        capture
    }

    fn file(mut self, mut source: Box<dyn Source>, inbox: &Receiver<Inbox>, patience: Duration) {
        let mut stuck = false;
        while !self.stopped {
            while !self.stopped && (self.worker.busy() || self.bell.busy()) && !stuck {
                match inbox.recv_timeout(patience) {
                    Ok(message) => self.take(message),
                    Err(RecvTimeoutError::Timeout) => stuck = true,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            while let Ok(message) = inbox.try_recv() {
                stuck = false;
                self.take(message);
            }
            if !self.stopped {
                self.take(Inbox::Captured(source.next()));
            }
        }
    }

    fn take(&mut self, message: Inbox) {
        match message {
            Inbox::Captured(Captured::Frame(frame)) => self.hear(&frame),
            Inbox::Captured(Captured::News(news)) => self.device(news),
            // What has begun is brought to its end in silence.
            Inbox::Captured(Captured::End) => {
                self.tell(Event::EndOfStream);
                if !self.stopped {
                    self.hear(&AudioFrame {
                        start: self.now,
                        samples: [0.0; FRAME_SAMPLES],
                    });
                }
            }
            Inbox::Worker(answer) => self.answered(answer),
            Inbox::Bell(ring, due) => {
                self.bell.answered();
                self.tell(Event::Due(due));
                self.tell(Event::Bell(ring));
            }
            Inbox::Order(order) => self.order(order),
            Inbox::Configured(limits, wake) => {
                self.ear.retune(&wake);
                self.history.reach(history_ms(&limits));
                self.mind.limit(limits);
            }
            Inbox::Stop => self.tell(Event::Stop),
        }
    }

    fn hear(&mut self, frame: &AudioFrame) {
        self.now = frame.end();
        let mut frame = self.orders.heard(frame);
        let echo = self.echo.hear(&mut frame, self.speaker);
        self.history.push(&frame);
        self.speaker.advance(self.now);
        while let Some(news) = self.speaker.news() {
            self.device(news);
        }
        self.bell.advance(self.now);
        self.volume();
        self.ear.attend(self.mind.attends());
        let mut percept = self.ear.hear(&frame);
        // Nobody speaks where there is only the appliance's own voice.
        if echo == Echo::Only && matches!(self.mind.state(), State::Speaking { .. }) {
            percept.speech = 0.0;
        }
        self.tell(Event::Percept(percept));
        if let Some(Speech {
            turn,
            ended_ms: Some(ms),
        }) = self.speech
            && !self.speaker.pending()
        {
            self.speech = None;
            self.tell(Event::Spoken { turn, ms });
        }
        if self.speech.is_none() {
            match self.orders.saying() {
                Some(RemoteOrder::Say(text)) => self.say(SAYING, text),
                Some(RemoteOrder::Ask(inquiry)) => self.tell(Event::Inquire(inquiry)),
                Some(RemoteOrder::Run(text)) => self.tell(Event::Given(text)),
                _ => {}
            }
        }
    }

    fn say(&mut self, turn: TurnId, text: String) {
        self.speech = Some(Speech {
            turn,
            ended_ms: None,
        });
        self.worker.ask(turn, Job::Speak(text));
    }

    /// Follows what the mind is at. A saying gives way to a person.
    fn note(&mut self, report: &EventRecord) {
        // A candidate that was none changes nothing.
        if !matches!(report.what, TurnEvent::Dismissed(..)) {
            self.orders.idle = matches!(report.what, TurnEvent::Idle);
        }
        self.worker.rest(self.live && self.orders.idle);
        if matches!(report.what, TurnEvent::Wake(..)) {
            self.bell.attended(self.now);
        }
        if !self.orders.idle {
            self.hush();
        }
        (self.report)(report);
    }

    fn answered(&mut self, answer: Answer) {
        match answer {
            Answer::Event(event) => {
                self.caption(&event);
                let acted = matches!(event, Event::Acted { .. });
                self.tell(event);
                // It may have set what is due, or silenced it.
                if acted {
                    self.bell.look(self.now);
                }
            }
            Answer::Piece {
                turn,
                samples,
                rate,
            } => {
                if self
                    .speech
                    .as_ref()
                    .is_some_and(|speech| speech.turn == turn)
                {
                    self.play(turn, &samples, rate);
                }
            }
            Answer::SpeechEnd { turn, ms } => {
                if let Some(speech) = self.speech.as_mut().filter(|speech| speech.turn == turn) {
                    speech.ended_ms = Some(ms);
                }
            }
            Answer::Finished => self.worker.finished(),
        }
    }

    fn play(&mut self, turn: TurnId, samples: &[f32], rate: u32) {
        self.sound(samples, rate);
        let audio_ms = samples.len() as u64 * 1000 / u64::from(rate.max(1));
        self.tell(Event::SpeechReady { turn, audio_ms });
    }

    /// Hands sound to the loudspeaker, as loud as it is to be.
    fn sound(&mut self, samples: &[f32], rate: u32) {
        self.sound_at(self.gain.factor(self.mind.rings()), samples, rate);
    }

    fn sound_at(&mut self, factor: f32, samples: &[f32], rate: u32) {
        let samples: Vec<f32> = samples.iter().map(|sample| sample * factor).collect();
        self.speaker.play(&samples, rate);
    }

    fn tell(&mut self, event: Event) {
        for command in self.mind.step(event) {
            self.obey(command);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Chime(chime) => {
                self.chime(chime);
            }
            Command::Transcribe {
                turn,
                from,
                to,
                wake,
            } => {
                let utterance = self.history.cut(from, to).after(wake);
                self.worker.ask(turn, Job::Transcribe(utterance));
            }
            Command::Confirm {
                candidate,
                word,
                from,
                to,
            } => {
                let job = Job::Confirm {
                    utterance: self.history.cut(from, to),
                    word,
                    candidate,
                };
                // A person may be waiting: nothing else is begun now.
                self.worker.rest(false);
                self.worker.ask(self.mind.turn(), job);
            }
            Command::Overhear { turn, from, to } => {
                let utterance = self.history.cut(from, to);
                self.worker.ask(turn, Job::Overhear(utterance));
            }
            Command::Guess {
                turn,
                from,
                to,
                wake,
            } => {
                let job = Job::Guess {
                    utterance: self.history.cut(from, to).after(wake),
                    from,
                    to,
                };
                self.worker.ask(turn, job);
            }
            Command::Understand {
                turn,
                transcript,
                purpose,
            } => {
                let job = Job::Understand {
                    transcript,
                    purpose,
                };
                self.worker.ask(turn, job);
            }
            Command::Inquire { turn, inquiry } => self.worker.ask(turn, Job::Inquire(inquiry)),
            Command::Act { turn, intents } => self.worker.ask(turn, Job::Act(intents)),
            Command::CarryOut { turn, id } => self.worker.ask(turn, Job::CarryOut(id)),
            Command::Speak { turn, text } => self.say(turn, text),
            Command::Apologise { turn, failure } => self.apologise(turn, failure),
            Command::Told(ids) => self.bell.told(ids),
            Command::Abandon => self.worker.abandon(),
            Command::Silence => {
                self.speech = None;
                self.speaker.stop();
            }
            Command::EventRecord(report) => self.note(&report),
            Command::Stop => self.stopped = true,
        }
    }

    fn apologise(&mut self, turn: TurnId, failure: Failure) {
        let Some(clip) = self.clips.apologies.get(&failure).cloned() else {
            return self.say(turn, failure.sentence().into());
        };
        self.speech = Some(Speech {
            turn,
            ended_ms: Some(0),
        });
        self.play(turn, &clip.samples, clip.rate);
    }
}
