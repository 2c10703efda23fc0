//! Scenes: the word, or other speech, with what may come before and after it, as a
//! microphone in some room hears it, as embeddings.

use super::bank::Bank;
use super::speakers::Clips;
use super::{Progress, Stage, TrainError};
use crate::ear::embedding::{Embedding, SPAN, STEP};
use mynah_wake::resample::resample;
use mynah_wake::{Rng, WIDTH, augment};

/// Scenes of each clip of the word, for the fit and for the test.
const OF_CLIP: usize = 10;
const OF_CLIP_TEST: usize = 6;

/// Scenes of each recording of the owner: few recordings, of the voice that counts.
const OF_RECORDING: usize = 40;

/// What an example of such a scene counts, beside one of a synthetic voice.
const WEIGHT_OF_RECORDING: f32 = 2.0;

/// Scenes of each clip of other speech, of near misses, and of the word's halves.
const OF_OTHER: usize = 4;
const OF_OTHER_TEST: usize = 6;
const OF_NEAR: usize = 4;
const OF_HALF: usize = 2;

/// Stretches of noise without speech, of 4 s.
const BACKGROUNDS: usize = 60;

/// Embeddings that a classifier looks at, at least and at most.
const FRAMES: (usize, usize) = (7, 20);

/// The word ends so long before the end of its window, in samples: what a stream has
/// whose steps fall anywhere, and one step more.
const AFTER: (f32, f32) = (0.0, 1_280.0);
/// Windows of a scene with the word: one, and that of the next step.
const WINDOWS: usize = 2;

/// Embeddings of a scene.
pub(super) struct Stream {
    pub(super) embeddings: Vec<f32>,
    /// What its windows count in the fit.
    pub(super) weight: f32,
}

/// Scenes that the classifier was not fitted to.
pub(super) struct Test {
    pub(super) word: Vec<Stream>,
    pub(super) near: Vec<Stream>,
    pub(super) other: Vec<Stream>,
}

/// Makes scenes.
pub(super) struct Scenes<'a> {
    pub(super) embedding: &'a mut Embedding,
    pub(super) bank: &'a Bank,
    /// Embeddings of a window.
    pub(super) frames: usize,
    pub(super) rng: Rng,
}

/// Embeddings that a classifier for these clips looks at: nearly all of them fit in, with
/// the network's own span to spare.
pub(super) fn frames(clips: &[Vec<f32>]) -> usize {
    let mut lengths: Vec<usize> = clips.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let long = lengths.get(lengths.len() * 9 / 10).copied().unwrap_or(0);
    long.div_ceil(STEP).clamp(FRAMES.0, FRAMES.1)
}

impl Scenes<'_> {
    /// What the classifier is fitted to: windows with the word, and scenes without it.
    pub(super) fn training(
        &mut self,
        word: &[Vec<f32>],
        recordings: &[Vec<f32>],
        near: &Clips,
        progress: &mut Progress<'_>,
    ) -> Result<(Vec<Stream>, Vec<Stream>), TrainError> {
        let total = word.len() + recordings.len() + near.train.len() + self.bank.train.len();
        let mut done = 0;
        let mut step = || {
            progress(Stage::Embedding, done, total);
            done += 1;
        };
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for clip in word {
            step();
            for _ in 0..OF_CLIP {
                with.push(self.with_word(clip, 1.0, false)?);
            }
            let (first, last) = clip.split_at(clip.len() / 2);
            for _ in 0..OF_HALF {
                without.push(self.without_word(first, false)?);
                without.push(self.without_word(last, false)?);
            }
        }
        for clip in recordings {
            step();
            for _ in 0..OF_RECORDING {
                let clip = augment::trimmed(clip);
                with.push(self.with_word(clip, WEIGHT_OF_RECORDING, false)?);
            }
        }
        for clip in &near.train {
            step();
            for _ in 0..OF_NEAR {
                without.push(self.without_word(clip, false)?);
            }
        }
        let bank = self.bank;
        for clip in &bank.train {
            step();
            for _ in 0..OF_OTHER {
                without.push(self.without_word(clip, false)?);
            }
        }
        for _ in 0..BACKGROUNDS {
            let sound = augment::background(4.0, &mut self.rng);
            without.push(self.embedded(&sound, 1.0)?);
        }
        Ok((with, without))
    }

    /// What it is tested with, and its cut-offs are chosen by.
    pub(super) fn test(
        &mut self,
        word: &[Vec<f32>],
        near: &Clips,
        progress: &mut Progress<'_>,
    ) -> Result<Test, TrainError> {
        let mut test = Test {
            word: Vec::new(),
            near: Vec::new(),
            other: Vec::new(),
        };
        let total = word.len() + near.test.len() + self.bank.test.len();
        let mut done = 0;
        let mut step = || {
            progress(Stage::Embedding, done, total);
            done += 1;
        };
        for clip in word {
            step();
            for _ in 0..OF_CLIP_TEST {
                test.word.push(self.with_word(clip, 1.0, true)?);
            }
        }
        for clip in &near.test {
            step();
            test.near.push(self.without_word(clip, true)?);
        }
        let bank = self.bank;
        for clip in &bank.test {
            step();
            for _ in 0..OF_OTHER_TEST {
                test.other.push(self.without_word(clip, true)?);
            }
        }
        Ok(test)
    }

    /// The owner's recordings as they are, with silence around.
    pub(super) fn recordings(
        &mut self,
        recordings: &[Vec<f32>],
    ) -> Result<Vec<Stream>, TrainError> {
        let silence = self.frames * STEP + SPAN;
        let embed = |clip: &Vec<f32>| {
            let mut sound: Vec<f32> = (0..silence).map(|_| 1e-4 * self.rng.normal()).collect();
            sound.extend_from_slice(augment::trimmed(clip));
            sound.extend((0..4 * STEP).map(|_| 1e-4 * self.rng.normal()));
            self.embedded(&sound, 1.0)
        };
        recordings.iter().map(embed).collect()
    }

    /// A scene with the word at its end, of just the windows that have it.
    fn with_word(
        &mut self,
        clip: &[f32],
        weight: f32,
        is_test: bool,
    ) -> Result<Stream, TrainError> {
        let clip = self.another_pitch(clip);
        let length = SPAN + (self.frames - 1 + WINDOWS - 1) * STEP;
        // The last window ends one step later than the first.
        let after = sample_count(self.rng.between(AFTER.0, AFTER.1)) + (WINDOWS - 1) * STEP;
        let mut scene = vec![0.0; length];
        let end = length - after;
        add(&mut scene, &clip, end, 1.0);
        let gain = self.rng.between(0.3, 1.0);
        if self.rng.chance(0.4) {
            let pause = sample_count(self.rng.between(800.0, 8_000.0));
            let before = end.saturating_sub(clip.len() + pause);
            let other = self.other(is_test);
            add(&mut scene, &other, before, gain);
        }
        if self.rng.chance(0.4) {
            // A command that follows at once.
            let begin = (end + sample_count(self.rng.between(0.0, 1_600.0))).min(length);
            let other = self.other(is_test);
            let room = (length - begin).min(other.len());
            for (sample, of_other) in scene[begin..].iter_mut().zip(&other[..room]) {
                *sample += gain * of_other;
            }
        }
        let sound = augment::distort(&scene, &mut self.rng);
        self.embedded(&sound, weight)
    }

    /// A scene of other speech, with half a second around it.
    fn without_word(&mut self, clip: &[f32], _is_test: bool) -> Result<Stream, TrainError> {
        let clip = self.another_pitch(clip);
        let before = SPAN + (self.frames - 1) * STEP - STEP;
        let mut scene = vec![0.0; before + clip.len() + 8_000];
        add(&mut scene, &clip, before + clip.len(), 1.0);
        let sound = augment::distort(&scene, &mut self.rng);
        self.embedded(&sound, 1.0)
    }

    fn other(&mut self, is_test: bool) -> Vec<f32> {
        let clips = if is_test {
            &self.bank.test
        } else {
            &self.bank.train
        };
        self.rng.pick(clips).clone()
    }

    /// Higher or lower, as of a smaller or larger speaker.
    fn another_pitch(&mut self, clip: &[f32]) -> Vec<f32> {
        if self.rng.chance(0.3) {
            return clip.to_vec();
        }
        resample(clip, f64::from(self.rng.between(0.88, 1.14)))
    }

    fn embedded(&mut self, sound: &[f32], weight: f32) -> Result<Stream, TrainError> {
        let embeddings = self.embedding.of(sound)?;
        debug_assert!(embeddings.len().is_multiple_of(WIDTH));
        Ok(Stream { embeddings, weight })
    }
}

/// Adds a clip that ends at `end`; what lies before the beginning is left out.
fn add(scene: &mut [f32], clip: &[f32], end: usize, gain: f32) {
    let length = clip.len().min(end);
    let clip = &clip[clip.len() - length..];
    for (sample, of_clip) in scene[end - length..end].iter_mut().zip(clip) {
        *sample += gain * of_clip;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "thousands"
)]
fn sample_count(samples: f32) -> usize {
    samples as usize
}
