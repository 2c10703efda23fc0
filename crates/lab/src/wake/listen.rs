//! Listens to recordings for wake words as the appliance does, with its state
//! machine and its second look, but in one thread and as fast as it can. An hour takes no more
//! memory than a second, unless noise is to be mixed in.

use std::path::Path;

use anyhow::Context as _;
use cpu_time::ProcessTime;

use super::Noise;
use mynah_appliance::runtime::history::History;
use mynah_appliance::runtime::load::limits;
use mynah_audio::{AudioError, AudioFrame, FRAME_SAMPLES, SampleTime, WavSource, wav};
use mynah_core::conversation::{
    Command, Event, EventRecord, LOOK_BACK_MS, Limits, Mind, TurnEvent,
};
use mynah_core::grammar::Grammar;
use mynah_core::model::{Settings, Verify};
use mynah_core::percept::{Percept, Wake};
use mynah_core::turn::Utterance;
use mynah_models::Store;
use mynah_speech::ear::crossing::CutOffs;
use mynah_speech::ear::wake::{Detection, TAIL_MS, WakeWords};
use mynah_speech::stt::{Evidence, WakeVerifier as _, Whisper};

/// The longest recording into which noise is mixed, in seconds: how loud the
/// noise is to be is only known when all of it was read.
const LONGEST_S: u32 = 600;

/// Frames from one word on the progress to the next: about a minute of sound.
const FRAMES_A_WORD: u64 = 2_000;

/// What was found in one recording.
pub(super) struct Found {
    /// What woke.
    pub detections: Vec<Detection>,
    /// What was looked at again.
    pub looks: Vec<Look>,
    /// How long the recording is.
    pub audio_s: f64,
    /// Of this process: decoding, listening and looking again. Emptying the
    /// models between two recordings is not in it, because a stream never
    /// does that.
    pub cpu_ms: f64,
}

/// A second look.
pub(super) struct Look {
    /// What was looked at.
    pub of: Detection,
    /// Whether the word was said.
    pub said: bool,
    /// Why.
    pub evidence: Evidence,
    /// What it took.
    pub cpu_ms: f64,
}

/// The ear for wake words, and who looks again.
pub(super) struct Listener {
    words: WakeWords,
    limits: Limits,
    whisper: Option<Whisper>,
    noise: Option<(Noise, i32)>,
    refractory_ms: u64,
}

/// One recording, frame by frame.
enum Sound {
    Streamed(Box<WavSource>),
    Mixed { samples: Vec<f32>, at: usize },
}

impl Listener {
    /// Loads the models.
    ///
    /// # Errors
    /// When one is unknown, missing or damaged.
    pub(super) fn load(
        store: &Store,
        settings: &Settings,
        noise: Option<(Noise, i32)>,
        change: &dyn Fn(CutOffs) -> CutOffs,
    ) -> anyhow::Result<Self> {
        let words = WakeWords::load_with(store, &settings.wake, change)?;
        let whisper = match settings.wake.verify {
            Verify::Never => None,
            Verify::Doubtful | Verify::Always => {
                let model = store.need(&settings.stt.model)?.swap_remove(0);
                let grammar = Grammar::compile(settings);
                Some(Whisper::load(&model, None, settings, &grammar)?)
            }
        };
        Ok(Self {
            words,
            limits: limits(settings),
            whisper,
            noise,
            refractory_ms: settings.wake.refractory_ms.into(),
        })
    }

    /// Listens to one recording and says now and then how many seconds of it
    /// were heard; the inner error is that of the recording alone.
    ///
    /// # Errors
    /// When a model fails.
    pub(super) fn listen(
        &mut self,
        file: &Path,
        heard: &mut dyn FnMut(f64),
    ) -> anyhow::Result<Result<Found, AudioError>> {
        self.words.reset().context("between two recordings")?;
        let begin = ProcessTime::now();
        let mut sound = match self.open(file) {
            Ok(sound) => sound,
            Err(error) => return Ok(Err(error)),
        };
        let mut history = History::new(LOOK_BACK_MS);
        let mut found = Found {
            detections: Vec::new(),
            looks: Vec::new(),
            audio_s: 0.0,
            cpu_ms: 0.0,
        };
        loop {
            let frame = match sound.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(error) => return Ok(Err(error)),
            };
            history.push(&frame);
            for detection in self.words.hear(&frame) {
                self.take(&detection, &history, frame.end(), &mut found)?;
            }
            if (frame.start.0 / FRAME_SAMPLES as u64).is_multiple_of(FRAMES_A_WORD) {
                heard(frame.start.seconds());
            }
        }
        found.audio_s = sound.seconds();
        found.cpu_ms = begin.elapsed().as_secs_f64() * 1000.0;
        Ok(Ok(found))
    }

    fn open(&self, file: &Path) -> Result<Sound, AudioError> {
        let Some((noise, level)) = &self.noise else {
            return WavSource::open(file, TAIL_MS).map(|source| Sound::Streamed(Box::new(source)));
        };
        let speech = wav::read(file, LONGEST_S)?.samples;
        let name = file.file_name().unwrap_or(file.as_os_str());
        Ok(Sound::Mixed {
            samples: noise.over(&speech, &name.to_string_lossy(), *level),
            at: 0,
        })
    }

    /// Lets the conversation's state machine decide about a detection, and sends it
    /// back to wait for the next one.
    fn take(
        &mut self,
        detection: &Detection,
        history: &History,
        now: SampleTime,
        found: &mut Found,
    ) -> anyhow::Result<()> {
        let mut mind = Mind::new(self.limits);
        let percept = Percept {
            end: now,
            woke: Some(Wake {
                word: detection.word.clone(),
                score: detection.score,
                sure: detection.sure,
            }),
            ..Percept::default()
        };
        let mut commands = mind.step(Event::Percept(percept));
        while let Some(command) = commands.pop() {
            match command {
                Command::Confirm {
                    candidate,
                    word,
                    from,
                    to,
                } => {
                    let utterance = history.cut(from, to);
                    let said = self.look(&utterance, &word, detection, found)?;
                    let answer = Event::Confirmed {
                        candidate,
                        said,
                        ms: 0,
                    };
                    commands.extend(mind.step(answer));
                }
                Command::EventRecord(EventRecord {
                    what: TurnEvent::Wake(..),
                    ..
                }) => self.woken(detection, found),
                _ => {}
            }
        }
        Ok(())
    }

    /// Verifies a detection.
    fn look(
        &mut self,
        utterance: &Utterance,
        word: &str,
        of: &Detection,
        found: &mut Found,
    ) -> anyhow::Result<bool> {
        let begin = ProcessTime::now();
        let whisper = self.whisper.as_mut().context("no recogniser is loaded")?;
        let evidence = whisper.verify(utterance, word)?;
        let said = evidence.believes();
        found.looks.push(Look {
            of: of.clone(),
            said,
            evidence,
            cpu_ms: begin.elapsed().as_secs_f64() * 1000.0,
        });
        Ok(said)
    }

    /// Counts a wake word, once if its candidate was confirmed a moment before.
    fn woken(&self, detection: &Detection, found: &mut Found) {
        let again = found.detections.iter().rev().any(|before| {
            before.word == detection.word && detection.at < before.at.plus_ms(self.refractory_ms)
        });
        if !again {
            found.detections.push(detection.clone());
        }
    }
}

impl Sound {
    fn next_frame(&mut self) -> Result<Option<AudioFrame>, AudioError> {
        match self {
            Self::Streamed(source) => source.next_frame(),
            Self::Mixed { samples, at } => {
                let tail = usize::try_from(SampleTime(0).plus_ms(TAIL_MS).0).unwrap_or(0);
                if samples.len() + tail <= *at {
                    return Ok(None);
                }
                let start = *at;
                *at += FRAME_SAMPLES;
                Ok(Some(AudioFrame {
                    start: SampleTime(start as u64),
                    samples: std::array::from_fn(|i| {
                        samples.get(start + i).copied().unwrap_or(0.0)
                    }),
                }))
            }
        }
    }

    fn seconds(&self) -> f64 {
        match self {
            Self::Streamed(source) => source.file_end().seconds(),
            Self::Mixed { samples, .. } => SampleTime(samples.len() as u64).seconds(),
        }
    }
}
