//! Makes a wake word of its text: synthetic speakers say it, and much else; embeddings of
//! both, varied as rooms and microphones vary them, are what its classifier is fitted to.
//!
//! The pure half (fit, variation, near misses, cut-offs, the file) is `mynah_wake`.

mod bank;
mod scenes;
mod speakers;

use std::path::PathBuf;

use thiserror::Error;

use crate::ear::EarError;
use crate::ear::embedding::Embedding;
pub use crate::ear::read_word;
use crate::voice::VoiceError;
use crate::voice::kokoro::Kokoro;
use mynah_models::Store;
use mynah_wake::cut::FalseAlarms;
use mynah_wake::fit::{Example, Scale, fit};
use mynah_wake::text::{Unfit, WordText};
use mynah_wake::word::{Quality, Word, WordCutOffs};
use mynah_wake::{Classifier, Rng, WIDTH, near, sigmoid};

use bank::Bank;
use scenes::{Scenes, Stream};
use speakers::Speakers;

/// What draws are made of: the same training gives the same word.
const SEED: u64 = 0x006d_796e_6168;

/// The penalty on large weights. 0.005 to 0.05 make no difference on held-out voices.
const PENALTY: f32 = 0.02;

/// Near misses that the classifier is fitted to, and that it is tested with.
const NEAR: usize = 36;
const NEAR_TEST: usize = 12;

/// Detections by the lower cut-off, an hour, for each false alarm an hour that is allowed:
/// the recogniser verifies them.
const CANDIDATES: f32 = 40.0;

/// Languages whose words can be trained: the name of espeak's voice for American voices
/// and for the others.
const LANGUAGES: [(&str, &str, &str); 5] = [
    ("en", "en-us", "en"),
    ("es", "es", "es"),
    ("fr", "fr", "fr"),
    ("it", "it", "it"),
    ("pt", "pt-br", "pt-br"),
];

/// Why a word was not made.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The text cannot be a wake word.
    #[error("{why}\nhint: {hint}")]
    Unfit {
        /// What is wrong.
        why: String,
        /// What to do.
        hint: String,
    },
    /// The speakers are missing or failed.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// The embedding is missing or failed.
    #[error(transparent)]
    Ear(#[from] EarError),
    /// The words of other speech are missing.
    #[error(
        "there are no words to make other speech of: {0}\nhint: run `mynah models fetch all-minilm-l6-v2`"
    )]
    Words(String),
    /// The speech that is kept for the next training cannot be written.
    #[error("cannot write `{}`: {cause}\nhint: make room, or run it as the owner of that folder", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl From<Unfit> for TrainError {
    fn from(unfit: Unfit) -> Self {
        Self::Unfit {
            why: unfit.why,
            hint: unfit.hint.into(),
        }
    }
}

/// What to train.
#[derive(Clone, Debug)]
pub struct Task {
    /// The word.
    pub text: WordText,
    /// The language of its pronunciation: one of [`languages`].
    pub language: String,
    /// False alarms an hour of speech that are allowed.
    pub allowed_per_hour: f32,
    /// The owner's recordings of the word, 16 kHz.
    pub recordings: Vec<Vec<f32>>,
}

/// A step of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Other speech is synthesised, which is kept for later trainings.
    OtherSpeech,
    /// The word and its near misses are synthesised.
    Word,
    /// Speech is varied and embedded.
    Embedding,
    /// The classifier is fitted.
    Fitting,
}

/// Gets the stage, and how much of it is done.
pub type Progress<'a> = dyn FnMut(Stage, usize, usize) + 'a;

/// A word, and what to tell its owner.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The word.
    pub word: Word,
    /// Its sounds, as Kokoro writes them.
    pub phonemes: String,
    /// That it is short.
    pub warning: Option<String>,
    /// Of the owner's recordings, how many it is found in.
    pub recordings_found: usize,
}

/// The languages whose words can be trained.
pub fn languages() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(code, ..)| *code)
}

/// The word's sounds, by American voices and by others. Needs no model.
///
/// # Errors
/// When the language is not known, or the word is too short.
pub fn pronounce(task: &Task) -> Result<([String; 2], Option<String>), TrainError> {
    let known = LANGUAGES.iter().find(|(code, ..)| *code == task.language);
    let Some((_, american, other)) = known else {
        return Err(TrainError::Unfit {
            why: format!("no synthetic speaker speaks `{}`", task.language),
            hint: format!("take one of {}", languages().collect::<Vec<_>>().join(", ")),
        });
    };
    crate::voice::provide_pronunciation()?;
    let text = &task.text.spoken;
    let phonemes = [american, other].map(|language| Kokoro::phonemes(text, language));
    let [american, other] = phonemes;
    let phonemes = [american?, other?];
    let warning = task.text.check_sounds(&phonemes[0])?;
    Ok((phonemes, warning))
}

/// Trains a word. Takes a minute or more; gives the same word each time.
///
/// # Errors
/// When the text cannot be a word, or a model is missing.
pub fn train(
    store: &Store,
    task: &Task,
    progress: &mut Progress<'_>,
) -> Result<Trained, TrainError> {
    let (phonemes, warning) = pronounce(task)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut embedding = Embedding::load(store, 1)?;
    let mut speakers = Speakers::load(store, threads)?;
    let bank = Bank::open(store, &mut speakers, progress)?;
    let rng = Rng::new(SEED);
    let said = speakers.say_word(&phonemes, &rng, progress)?;
    let near = near::near_misses(&phonemes[0], NEAR + NEAR_TEST, &mut rng.fork(1));
    let near = speakers.say_near(&near, &rng, progress)?;
    drop(speakers);
    let frames = scenes::frames(&said.train);
    let mut scenes = Scenes {
        embedding: &mut embedding,
        bank: &bank,
        frames,
        rng: rng.fork(2),
    };
    let (mut word, mut other) = scenes.training(&said.train, &task.recordings, &near, progress)?;
    progress(Stage::Fitting, 0, 1);
    let fitted = fitted(&mut word, &mut other, frames);
    let held_out = scenes.test(&said.test, &near, progress)?;
    let (classifier, cut_offs) = cut(&fitted, &held_out, task.allowed_per_hour);
    let found = scenes.recordings(&task.recordings)?;
    let finds = |stream: &&Stream| best(&classifier, &stream.embeddings) > 0.0;
    let text = &task.text;
    let language = &task.language;
    let mut made = Word::new(
        &text.name,
        &text.spoken,
        language,
        embedding.sha256(),
        &classifier,
    );
    made.cut_offs = cut_offs;
    made.quality = quality(&classifier, &held_out, task.recordings.len());
    Ok(Trained {
        word: made,
        warning,
        recordings_found: found.iter().filter(finds).count(),
        phonemes: phonemes[0].clone(),
    })
}

/// Fits the classifier to windows with the word, and to all windows of other speech.
fn fitted(word: &mut [Stream], other: &mut [Stream], frames: usize) -> Classifier {
    let scale = Scale::of(
        word.iter()
            .chain(other.iter())
            .map(|s| s.embeddings.as_slice()),
    );
    for stream in word.iter_mut().chain(other.iter_mut()) {
        scale.apply(&mut stream.embeddings);
    }
    let size = frames * WIDTH;
    let windows = |stream: &Stream| -> usize {
        (stream.embeddings.len() + WIDTH).saturating_sub(size) / WIDTH
    };
    let mut examples = Vec::new();
    for (streams, is_word) in [(&*word, true), (&*other, false)] {
        for stream in streams {
            examples.extend((0..windows(stream)).map(|at| Example {
                window: &stream.embeddings[at * WIDTH..at * WIDTH + size],
                is_word,
                weight: stream.weight,
            }));
        }
    }
    scale.unscaled(&fit(&examples, PENALTY))
}

/// The classifier with its cut-off at log odds 0, and the cut-offs of the sensitivities.
fn cut(fitted: &Classifier, test: &scenes::Test, allowed: f32) -> (Classifier, WordCutOffs) {
    let mut alarms = FalseAlarms::default();
    for stream in &test.other {
        alarms.add(&logits(fitted, &stream.embeddings));
    }
    let level = alarms.level(allowed);
    let score = |factor: f32| sigmoid(alarms.level(allowed * factor) - level);
    let cut_offs = WordCutOffs {
        low: score(1.0 / 3.0),
        normal: 0.5,
        high: score(3.0).min(0.5),
        candidate: score(CANDIDATES).min(0.5),
    };
    let classifier = Classifier {
        bias: fitted.bias - level,
        ..fitted.clone()
    };
    (classifier, cut_offs)
}

fn logits(classifier: &Classifier, embeddings: &[f32]) -> Vec<f32> {
    let size = classifier.weights.len();
    let windows = (embeddings.len() + WIDTH).saturating_sub(size) / WIDTH;
    (0..windows)
        .map(|at| classifier.logit(&embeddings[at * WIDTH..at * WIDTH + size]))
        .collect()
}

/// The highest log odds.
fn best(classifier: &Classifier, embeddings: &[f32]) -> f32 {
    let logits = logits(classifier, embeddings);
    logits.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

fn quality(classifier: &Classifier, test: &scenes::Test, recordings: usize) -> Quality {
    let mut alarms = FalseAlarms::default();
    for stream in &test.other {
        alarms.add(&logits(classifier, &stream.embeddings));
    }
    let percent = |streams: &[Stream], wanted: bool| {
        let is = |stream: &&Stream| (0.0 < best(classifier, &stream.embeddings)) == wanted;
        let count = streams.iter().filter(is).count();
        #[expect(clippy::cast_precision_loss, reason = "hundreds")]
        let percent = 100.0 * count as f32 / streams.len().max(1) as f32;
        (percent * 10.0).round() / 10.0
    };
    let rounded = |value: f32| (value * 1000.0).round() / 1000.0;
    Quality {
        clips: test.word.len(),
        missed_percent: percent(&test.word, false),
        near_percent: percent(&test.near, true),
        hours: rounded(alarms.hours()),
        false_per_hour: rounded(alarms.expected(0.0)),
        recordings,
    }
}
