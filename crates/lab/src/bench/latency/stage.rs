//! The two ends of the loop for a measurement in real time: a source that
//! speaks clip after clip, each when the one before is answered, and a
//! loudspeaker that notes when a sound would be heard.

use std::collections::VecDeque;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::super::{now, seconds};
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, SAMPLE_RATE, SampleTime, Source, Speaker};
use mynah_core::conversation::Happening;

/// Between the end of an answer, or of a clip that woke nobody, and the next
/// clip: longer than the ear is deaf after a wake word.
const GAP_FRAMES: u32 = 80;

/// Frames of a second, nearly.
const FRAMES_A_S: u32 = 31;

/// A spoken command; places are in samples.
pub(super) struct Clip {
    /// Its words, or its file.
    pub said: String,
    /// Wake word, pause and command, 16 kHz mono.
    pub samples: Vec<f32>,
    /// The last sound of the wake word.
    pub wake_end: usize,
    /// Where the command begins.
    pub begin: usize,
    /// The last sound of the command.
    pub end: usize,
}

/// Something worth a time.
#[derive(Clone, Debug)]
pub(super) enum Note {
    /// The mind said so.
    Happened(Happening),
    /// A sound begins to be heard then.
    Sound(Instant),
}

/// A note and its time.
#[derive(Clone, Debug)]
pub(super) struct Timed {
    /// When.
    pub at: Instant,
    /// What.
    pub note: Note,
}

/// What the two ends and the log share.
#[derive(Debug, Default)]
pub(super) struct Scene {
    /// When the first sample was heard.
    began: OnceLock<Instant>,
    /// Whether a turn is under way.
    busy: AtomicBool,
    /// Stream time at which each clip began.
    starts: Mutex<Vec<SampleTime>>,
    notes: Mutex<Vec<Timed>>,
    /// CPU of the process in silence, in percent of a core.
    idle_cpu: OnceLock<f64>,
}

impl Scene {
    /// Notes what the mind reports.
    pub(super) fn happened(&self, what: &Happening) {
        match what {
            Happening::Wake(..) => self.busy.store(true, Ordering::Release),
            Happening::Idle => self.busy.store(false, Ordering::Release),
            _ => {}
        }
        self.note(Note::Happened(what.clone()));
    }

    fn note(&self, note: Note) {
        lock(&self.notes).push(Timed { at: now(), note });
    }

    /// All notes so far.
    pub(super) fn notes(&self) -> Vec<Timed> {
        lock(&self.notes).clone()
    }

    /// When a clip began to be spoken, and when the next did.
    pub(super) fn window(&self, index: usize) -> Option<(Instant, Instant)> {
        let starts = lock(&self.starts);
        let began = *self.began.get()?;
        let at =
            |start: &SampleTime| began + length(usize::try_from(start.0).unwrap_or(usize::MAX));
        let first = at(starts.get(index)?);
        Some((first, starts.get(index + 1).map_or_else(now, at)))
    }

    /// CPU of the process in silence, in percent of a core.
    pub(super) fn idle_cpu(&self) -> Option<f64> {
        self.idle_cpu.get().copied()
    }

    /// A loudspeaker that notes when its sounds begin.
    pub(super) fn speaker(self: &Arc<Self>) -> Listener {
        Listener {
            scene: Arc::clone(self),
            until: now(),
        }
    }
}

/// Speaks clips in real time.
pub(super) struct Paced {
    clips: VecDeque<Vec<f32>>,
    playing: VecDeque<f32>,
    scene: Arc<Scene>,
    frames: u64,
    /// Frames of silence in which nothing was under way.
    quiet: u32,
    /// Frames before the first clip.
    lead: u32,
    /// CPU time when the measurement of the idle machine began.
    cpu_before: Option<f64>,
}

impl Paced {
    /// Will speak `clips` after so many seconds.
    pub(super) fn new(clips: &[Clip], idle_s: u32, scene: Arc<Scene>) -> Self {
        Self {
            clips: clips.iter().map(|clip| clip.samples.clone()).collect(),
            playing: VecDeque::new(),
            scene,
            frames: 0,
            quiet: 0,
            lead: idle_s.saturating_mul(FRAMES_A_S),
            cpu_before: None,
        }
    }

    /// Between clips: whether the next one, or the end, is due.
    fn is_due(&mut self) -> bool {
        if self.scene.busy.load(Ordering::Acquire) {
            self.quiet = 0;
            return false;
        }
        self.quiet += 1;
        if self.lead == 0 {
            return GAP_FRAMES < self.quiet;
        }
        // The first second still belongs to the start.
        if self.quiet == GAP_FRAMES.min(self.lead) {
            self.cpu_before = cpu_s();
        }
        if self.quiet <= self.lead + GAP_FRAMES {
            return false;
        }
        if let (Some(before), Some(after)) = (self.cpu_before, cpu_s()) {
            let frames = self.quiet - GAP_FRAMES.min(self.lead);
            let wall_s = (length(FRAME_SAMPLES) * frames).as_secs_f64();
            // Set once: the lead is over with it.
            let _ = self.scene.idle_cpu.set((after - before) / wall_s * 100.0);
        }
        self.lead = 0;
        true
    }
}

impl Source for Paced {
    fn next(&mut self) -> Captured {
        let start = SampleTime(self.frames * FRAME_SAMPLES as u64);
        if self.playing.is_empty() && self.is_due() {
            let Some(clip) = self.clips.pop_front() else {
                return Captured::End;
            };
            lock(&self.scene.starts).push(start);
            self.playing.extend(clip);
            self.quiet = 0;
        }
        let mut samples = [0.0; FRAME_SAMPLES];
        let left = self.playing.len().min(FRAME_SAMPLES);
        for (sample, spoken) in samples.iter_mut().zip(self.playing.drain(..left)) {
            *sample = spoken;
        }
        self.frames += 1;
        // A frame is there when its last sample is.
        let began = *self.scene.began.get_or_init(now);
        let frames = u32::try_from(self.frames).unwrap_or(u32::MAX);
        wait_until(began + length(FRAME_SAMPLES) * frames);
        Captured::Frame(AudioFrame { start, samples })
    }
}

/// Plays nothing, in the time that it would take.
pub(super) struct Listener {
    scene: Arc<Scene>,
    /// When what is queued will have been heard.
    until: Instant,
}

impl Speaker for Listener {
    fn play(&mut self, samples: &[f32], rate: u32) {
        let from = self.until.max(now());
        self.until = from + Duration::from_secs_f64(seconds(samples.len(), rate.max(1)));
        self.scene.note(Note::Sound(from));
    }

    fn stop(&mut self) {
        self.until = now();
    }

    fn pending(&self) -> bool {
        now() < self.until
    }

    fn advance(&mut self, _now: SampleTime) {}
}

/// How long so many samples take.
pub(super) fn length(samples: usize) -> Duration {
    Duration::from_secs_f64(seconds(samples, SAMPLE_RATE))
}

/// Milliseconds from one moment to another; negative when it lies before.
pub(super) fn ms(from: Instant, to: Instant) -> f64 {
    if from <= to {
        (to - from).as_secs_f64() * 1000.0
    } else {
        -((from - to).as_secs_f64() * 1000.0)
    }
}

/// A field of this process' memory.
pub(crate) fn memory_mb(field: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// CPU time of this process so far; Linux counts it in hundredths of a second
/// on every machine.
fn cpu_s() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is a name and may hold blanks; it ends with `)`.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a source in real time waits as a microphone does"
)]
pub(super) fn wait_until(time: Instant) {
    thread::sleep(time.saturating_duration_since(now()));
}
