//! Other speech: strings of common words by all voices. It is the same for every word, so
//! it is synthesised once and kept beside the models, as 16-bit samples.
//!
//! The words are those of the sentence encoder's vocabulary: its first few thousand are
//! the commonest of English, and with words in any order a few minutes have more of the
//! language's sequences of sounds than sentences have.

use std::fs;
use std::path::{Path, PathBuf};

use super::speakers::Speakers;
use super::{Progress, SEED, Stage, TrainError};
use mynah_audio::wav::to_i16;
use mynah_models::Store;
use mynah_system::files::replace;
use mynah_wake::Rng;

/// Sentences for the fit and for the test, of about three seconds each.
const SENTENCES: usize = 60;
const SENTENCES_TEST: usize = 25;

/// Words of a sentence.
const WORDS: std::ops::RangeInclusive<usize> = 6..=10;

/// Words that sentences are made of.
const VOCABULARY: usize = 6_000;

/// The version of what is kept: it changes with the voices, the words and their number.
const VERSION: u32 = 1;

/// Speech without the word.
pub(super) struct Bank {
    /// 16 kHz clips, trimmed.
    pub(super) train: Vec<Vec<f32>>,
    pub(super) test: Vec<Vec<f32>>,
}

impl Bank {
    /// The speech that an earlier training kept; else it is made.
    ///
    /// # Errors
    /// When it cannot be made or kept.
    pub(super) fn open(
        store: &Store,
        speakers: &mut Speakers,
        progress: &mut Progress<'_>,
    ) -> Result<Self, TrainError> {
        let path = place(store);
        if let Some(bank) = read(&path) {
            return Ok(bank);
        }
        let words = vocabulary(store)?;
        let mut rng = Rng::new(SEED).fork(20);
        let mut bank = Self {
            train: Vec::new(),
            test: Vec::new(),
        };
        let total = SENTENCES + SENTENCES_TEST;
        for number in 0..total {
            progress(Stage::OtherSpeech, number, total);
            let is_test = SENTENCES <= number;
            let count = WORDS.start() + rng.below(WORDS.end() - WORDS.start() + 1);
            let sentence: Vec<&str> = (0..count).map(|_| rng.pick(&words).as_str()).collect();
            let clip = speakers.say_sentence(&sentence.join(" "), is_test, &mut rng)?;
            let kind = if is_test {
                &mut bank.test
            } else {
                &mut bank.train
            };
            kind.extend(clip);
        }
        write(&path, &bank).map_err(|cause| TrainError::Io { path, cause })?;
        Ok(bank)
    }
}

fn place(store: &Store) -> PathBuf {
    let root = store.root();
    let folder = root.parent().unwrap_or(root).join("training");
    folder.join(format!("other-speech-{VERSION}.bin"))
}

/// The commonest words of the sentence encoder, in the order of its numbers.
fn vocabulary(store: &Store) -> Result<Vec<String>, TrainError> {
    let failed = |why: String| TrainError::Words(why);
    let paths = store.need("all-minilm-l6-v2");
    let paths = paths.map_err(|error| failed(error.to_string().replace("\nhint: ", "; ")))?;
    let path = paths.iter().find(|path| path.ends_with("tokenizer.json"));
    let path = path.ok_or_else(|| failed("its tokenizer is not named".into()))?;
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let Some(entries) = json["model"]["vocab"].as_object() else {
        return Err(failed("its tokenizer has no vocabulary".into()));
    };
    let is_word = |word: &str| 2 < word.len() && word.bytes().all(|b| b.is_ascii_lowercase());
    let mut words: Vec<(u64, &String)> = entries
        .iter()
        .filter(|(word, _)| is_word(word))
        .filter_map(|(word, id)| Some((id.as_u64()?, word)))
        .collect();
    words.sort_unstable();
    words.truncate(VOCABULARY);
    Ok(words.into_iter().map(|(_, word)| word.clone()).collect())
}

/// Each clip: its number of samples (u32), whether it is for the test (u32), its samples.
fn write(path: &Path, bank: &Bank) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    for (clips, is_test) in [(&bank.train, 0_u32), (&bank.test, 1)] {
        for clip in clips {
            let length = u32::try_from(clip.len()).unwrap_or(0);
            bytes.extend(length.to_le_bytes());
            bytes.extend(is_test.to_le_bytes());
            bytes.extend(clip.iter().flat_map(|s| to_i16(*s).to_le_bytes()));
        }
    }
    replace(path, &bytes)
}

/// `None` when nothing whole is there.
fn read(path: &Path) -> Option<Bank> {
    let bytes = fs::read(path).ok()?;
    let mut rest = bytes.as_slice();
    let mut bank = Bank {
        train: Vec::new(),
        test: Vec::new(),
    };
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk()?;
        let (is_test, after) = after.split_first_chunk()?;
        let length = 2 * usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let samples = after.get(..length)?;
        let clip = samples.as_chunks().0.iter();
        let clip = clip.map(|two| f32::from(i16::from_le_bytes(*two)) / 32_768.0);
        let kind = match u32::from_le_bytes(*is_test) {
            0 => &mut bank.train,
            1 => &mut bank.test,
            _ => return None,
        };
        kind.push(clip.collect());
        rest = &after[length..];
    }
    (!bank.train.is_empty() && !bank.test.is_empty()).then_some(bank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_what_is_cut_off_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("training/bank.bin");
        let bank = Bank {
            train: vec![vec![0.5, -0.25], vec![0.0; 5]],
            test: vec![vec![0.125]],
        };
        write(&path, &bank).unwrap();
        let again = read(&path).expect("it was just written");
        let near = |a: &[Vec<f32>], b: &[Vec<f32>]| {
            let pairs = a.iter().flatten().zip(b.iter().flatten());
            pairs.into_iter().all(|(a, b)| (a - b).abs() < 1e-4)
        };
        assert_eq!((again.train.len(), again.test.len()), (2, 1));
        assert!(near(&again.train, &bank.train) && near(&again.test, &bank.test));
        let bytes = fs::read(&path).unwrap();
        for length in [0, 3, 9, bytes.len() - 1] {
            fs::write(&path, &bytes[..length]).unwrap();
            assert!(read(&path).is_none(), "{length}");
        }
    }
}
