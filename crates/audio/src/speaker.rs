//! Sinks of sound: a sound card, a WAV file, or nothing.

use std::path::{Path, PathBuf};

use super::convert::resample;
use super::{AudioError, DeviceNews, SAMPLE_RATE, SampleTime, wav};

/// Plays queued sounds. One implementation is a sound card, another a file. None
/// fails: a sound that cannot be played is dropped and logged.
pub trait Speaker: Send {
    /// Queues mono samples in -1..1 at `rate` hertz behind what is queued.
    fn play(&mut self, samples: &[f32], rate: u32);
    /// Stops playback and drops what is queued.
    fn stop(&mut self);
    /// Whether something is being played or queued.
    fn pending(&self) -> bool;
    /// Takes the current time of the input stream.
    fn advance(&mut self, now: SampleTime);
    /// The device events since the last call.
    fn news(&mut self) -> Option<DeviceNews> {
        None
    }
    /// Appends the samples played since the last call, silence included, as 16 kHz
    /// mono, for the echo canceller. Nothing for sinks without an echo.
    fn played(&mut self, _reference: &mut Vec<f32>) {}
}

/// Plays nothing and is always idle.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Speaker for Quiet {
    fn play(&mut self, _samples: &[f32], _rate: u32) {}
    fn stop(&mut self) {}
    fn pending(&self) -> bool {
        false
    }
    fn advance(&mut self, _now: SampleTime) {}
}

/// A loudspeaker that writes a WAV file, parallel to the input stream: each sound is
/// at the time at which it would have been heard.
#[derive(Debug)]
pub struct WavSpeaker {
    path: PathBuf,
    /// Sample rate of the file, in hertz.
    rate: u32,
    /// The samples at the file's rate, from the beginning of the stream.
    track: Vec<f32>,
    now: SampleTime,
}

impl WavSpeaker {
    /// Will write to `path` at `rate` hertz; best is the voice's own rate, 22,050.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, rate: u32) -> Self {
        Self {
            path: path.into(),
            rate,
            track: Vec::new(),
            now: SampleTime::default(),
        }
    }

    /// Writes the file, with silence up to the current time.
    ///
    /// # Errors
    /// [`AudioError::Write`].
    pub fn finish(mut self) -> Result<(), AudioError> {
        let end = self.here().max(self.track.len());
        self.track.resize(end, 0.0);
        wav::write(&self.path, &self.track, self.rate)
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The current time, in samples of the file.
    fn here(&self) -> usize {
        let here = self.now.0 * u64::from(self.rate) / u64::from(SAMPLE_RATE);
        usize::try_from(here).unwrap_or(usize::MAX)
    }
}

impl Speaker for WavSpeaker {
    fn play(&mut self, samples: &[f32], rate: u32) {
        let start = self.here().max(self.track.len());
        self.track.resize(start, 0.0);
        self.track.extend(resample(samples, rate, self.rate));
    }

    fn stop(&mut self) {
        self.track.truncate(self.here());
    }

    fn pending(&self) -> bool {
        self.here() < self.track.len()
    }

    fn advance(&mut self, now: SampleTime) {
        self.now = self.now.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::{Speaker, WavSpeaker};
    use crate::{SampleTime, wav};

    /// A script of `play SAMPLES`, `at MS` and `stop`; after it, the track as
    /// runs of silence and sound in milliseconds.
    fn check(script: &[&str], expected: &str) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("out.wav");
        let mut speaker = WavSpeaker::new(&path, 16_000);
        for line in script {
            match line.split_once(' ') {
                Some(("play", ms)) => {
                    speaker.play(&vec![0.5; 16 * ms.parse::<usize>().expect("ms")], 16_000);
                }
                Some(("at", ms)) => {
                    speaker.advance(SampleTime(16 * ms.parse::<u64>().expect("ms")));
                }
                _ => speaker.stop(),
            }
        }
        let pending = speaker.pending();
        speaker.finish().expect("a folder that can be written");
        let sound = wav::read(&path, 60).expect("the track just written");
        let runs: Vec<String> = sound
            .samples
            .chunk_by(|a, b| (*a == 0.0) == (*b == 0.0))
            .map(|run| {
                format!(
                    "{}{}",
                    if run[0] == 0.0 { '-' } else { '+' },
                    run.len() / 16
                )
            })
            .collect();
        assert_eq!(format!("{} pending {pending}", runs.join(" ")), expected);
    }

    #[test]
    fn sound_stands_where_it_would_be_heard() {
        check(
            &["at 100", "play 50", "at 200"],
            "-100 +50 -50 pending false",
        );
        check(
            &["at 100", "play 50", "play 70", "at 130"],
            "-100 +120 pending true",
        );
        check(
            &["at 100", "play 50", "at 120", "stop", "at 200", "play 10"],
            "-100 +20 -80 +10 pending true",
        );
        check(&["play 10", "at 10"], "+10 pending false");
    }

    #[test]
    fn another_rate_keeps_its_length() {
        let mut speaker = WavSpeaker::new("unused.wav", 22_050);
        speaker.play(&vec![0.1; 16_000], 16_000);
        speaker.advance(SampleTime(15_999));
        assert!(speaker.pending());
        speaker.advance(SampleTime(16_000));
        assert!(!speaker.pending());
    }
}
