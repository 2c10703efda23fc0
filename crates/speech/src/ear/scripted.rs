//! Scripted detections, for tests of everything behind the detectors, without models
//! or recordings.

use std::ops::Range;

use super::{Hearing, Percept, Wake, level_db};
use mynah_audio::{AudioFrame, SampleTime};

/// A script of wake words and speech over the stream's time.
#[derive(Clone, Debug, Default)]
pub struct ScriptedEar {
    wakes: Vec<(SampleTime, String, bool)>,
    speech: Vec<Range<SampleTime>>,
}

impl ScriptedEar {
    /// An empty script.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a detection of `word` at `at`.
    #[must_use]
    pub fn wake(mut self, at: SampleTime, word: &str) -> Self {
        self.wakes.push((at, word.into(), true));
        self
    }

    /// Adds a candidate of `word` at `at`.
    #[must_use]
    pub fn maybe(mut self, at: SampleTime, word: &str) -> Self {
        self.wakes.push((at, word.into(), false));
        self
    }

    /// Adds speech during `when`.
    #[must_use]
    pub fn speech(mut self, when: Range<SampleTime>) -> Self {
        self.speech.push(when);
        self
    }
}

impl Hearing for ScriptedEar {
    fn hear(&mut self, frame: &AudioFrame) -> Percept {
        let now = frame.start..frame.end();
        let woke = self.wakes.iter().find(|(at, ..)| now.contains(at));
        let spoken = self
            .speech
            .iter()
            .any(|when| when.start < now.end && now.start < when.end);
        Percept {
            end: frame.end(),
            woke: woke.map(|(_, word, sure)| Wake {
                word: word.clone(),
                score: if *sure { 1.0 } else { 0.6 },
                sure: *sure,
            }),
            speech: if spoken { 1.0 } else { 0.0 },
            level_db: if spoken { -20.0 } else { level_db(frame) },
        }
    }
}
