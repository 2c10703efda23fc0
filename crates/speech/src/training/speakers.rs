//! The synthetic speakers: who says what, and how fast. Some say nothing that the
//! classifier is fitted to, so that it can be tested with them.

use super::{NEAR, Progress, Stage, TrainError};
use crate::voice::kokoro::{Kokoro, Speaker};
use mynah_models::Store;
use mynah_wake::{Rng, augment};

/// Every so manieth voice is kept for the test.
const HELD_OUT: usize = 6;

/// Blends of two voices, beside the voices themselves.
const BLENDS: usize = 25;
const BLENDS_TEST: usize = 6;

/// Ends of a sentence, which change the melody.
const ENDS: [&str; 4] = [".", "!", "?", ","];

/// Voices whose English has no foreign accent.
const ENGLISH: std::ops::Range<usize> = 0..28;

/// 16 kHz clips, trimmed.
#[derive(Default)]
pub(super) struct Clips {
    pub(super) train: Vec<Vec<f32>>,
    pub(super) test: Vec<Vec<f32>>,
}

impl Clips {
    fn add(&mut self, clip: Vec<f32>, is_test: bool) {
        let clips = if is_test {
            &mut self.test
        } else {
            &mut self.train
        };
        clips.push(clip);
    }
}

pub(super) struct Speakers {
    kokoro: Kokoro,
    train: Vec<usize>,
    test: Vec<usize>,
}

impl Speakers {
    pub(super) fn load(store: &Store, threads: usize) -> Result<Self, TrainError> {
        let voices = 0..Kokoro::voices();
        let (test, train) = voices.partition(|voice| voice % HELD_OUT == HELD_OUT - 1);
        Ok(Self {
            kokoro: Kokoro::load(store, threads)?,
            train,
            test,
        })
    }

    /// The word by every voice and by blends. The phonemes are those of American voices,
    /// then those of others.
    pub(super) fn say_word(
        &mut self,
        phonemes: &[String; 2],
        rng: &Rng,
        progress: &mut Progress<'_>,
    ) -> Result<Clips, TrainError> {
        let mut rng = rng.fork(10);
        let mut cast = Vec::new();
        for (voices, blends, is_test) in [
            (&self.train, BLENDS, false),
            (&self.test, BLENDS_TEST, true),
        ] {
            let alone = voices.iter().map(|voice| (alone(*voice), is_test));
            cast.extend(alone);
            for _ in 0..blends {
                cast.push((blend(voices, &mut rng), is_test));
            }
        }
        let total = cast.len();
        let mut clips = Clips::default();
        for (done, (speaker, is_test)) in cast.into_iter().enumerate() {
            progress(Stage::Word, done, total);
            let british = Kokoro::language(speaker.first) == 'b';
            let text = format!("{}{}", phonemes[usize::from(british)], rng.pick(&ENDS));
            let speed = rng.between(0.75, 1.3);
            let Some(clip) = self.say(&text, speaker, speed)? else {
                continue;
            };
            clips.add(clip, is_test);
        }
        Ok(clips)
    }

    /// Near misses, the last ones by voices that are kept for the test.
    pub(super) fn say_near(
        &mut self,
        near: &[String],
        rng: &Rng,
        progress: &mut Progress<'_>,
    ) -> Result<Clips, TrainError> {
        let mut rng = rng.fork(11);
        let mut clips = Clips::default();
        for (number, phonemes) in near.iter().enumerate() {
            progress(Stage::Word, number, near.len());
            let is_test = NEAR <= number;
            let voices = if is_test { &self.test } else { &self.train };
            let english: Vec<usize> = voices
                .iter()
                .copied()
                .filter(|v| ENGLISH.contains(v))
                .collect();
            let speaker = alone(*rng.pick(&english));
            let text = format!("{phonemes}{}", rng.pick(&ENDS));
            let speed = rng.between(0.8, 1.25);
            let Some(clip) = self.say(&text, speaker, speed)? else {
                continue;
            };
            clips.add(clip, is_test);
        }
        Ok(clips)
    }

    /// A sentence by any voice of the training, or of the test.
    pub(super) fn say_sentence(
        &mut self,
        text: &str,
        is_test: bool,
        rng: &mut Rng,
    ) -> Result<Option<Vec<f32>>, TrainError> {
        let voices = if is_test { &self.test } else { &self.train };
        let speaker = if rng.chance(0.3) {
            blend(voices, rng)
        } else {
            alone(*rng.pick(voices))
        };
        let phonemes = Kokoro::phonemes(text, "en-us")?;
        let speed = rng.between(0.85, 1.3);
        self.say(&format!("{phonemes}."), speaker, speed)
    }

    /// A trimmed clip; `None` when nothing was audible.
    fn say(
        &mut self,
        phonemes: &str,
        speaker: Speaker,
        speed: f32,
    ) -> Result<Option<Vec<f32>>, TrainError> {
        let sound = self.kokoro.speak(phonemes, speaker, speed)?;
        let clip = augment::trimmed(&sound);
        Ok((!clip.is_empty()).then(|| clip.to_vec()))
    }
}

const fn alone(voice: usize) -> Speaker {
    Speaker {
        first: voice,
        second: voice,
        share: 1.0,
    }
}

fn blend(voices: &[usize], rng: &mut Rng) -> Speaker {
    Speaker {
        first: *rng.pick(voices),
        second: *rng.pick(voices),
        share: rng.between(0.3, 0.7),
    }
}
