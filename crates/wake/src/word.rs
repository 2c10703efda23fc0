//! The file of a trained word: two lines of JSON. The first names the format and the
//! digest of the second, so that a damaged file is not taken for a word.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::{Classifier, WIDTH};

/// The format's name.
const FORMAT: &str = "mynah-wake-word";

/// The form that is written, and the newest that can be read.
const VERSION: u32 = 1;

/// A file is smaller than this, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;

/// Embeddings that a classifier may look at.
const FRAMES: std::ops::RangeInclusive<usize> = 4..=32;

/// Why a file is no word.
#[derive(Debug, Error)]
pub enum WordError {
    /// It is something else, or was changed.
    #[error("it is no trained wake word, or is damaged: {0}")]
    Damaged(String),
    /// A later version of the program wrote it.
    #[error("a later version of Mynah wrote it (form {0})")]
    Newer(u32),
}

/// A trained wake word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Its name in the configuration.
    pub name: String,
    /// As it is spoken.
    pub text: String,
    /// The language of its pronunciation, such as `en`.
    pub language: String,
    /// The sha256 of the network whose embeddings it was fitted to.
    pub embedding: String,
    /// Weights, oldest embedding first, as little-endian f32 in hexadecimal.
    weights: String,
    /// Added to the weighted sum, so that the cut-off has the score 0.5.
    bias: f32,
    /// Scores above which it is detected.
    pub cut_offs: WordCutOffs,
    /// How good it is on speech that it was not fitted to.
    pub quality: Quality,
}

/// Scores above which a word is detected, by sensitivity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordCutOffs {
    /// With sensitivity `low`: a third of the false alarms.
    pub low: f32,
    /// With sensitivity `normal`.
    pub normal: f32,
    /// With sensitivity `high`: three times the false alarms.
    pub high: f32,
    /// Above this the recogniser is asked, where it verifies.
    pub candidate: f32,
}

/// How good a word is, on synthetic voices and speech that it was not fitted to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Clips of the word, with and without noise.
    pub clips: usize,
    /// Of them missed, in percent.
    pub missed_percent: f32,
    /// Of near misses that woke, in percent.
    pub near_percent: f32,
    /// Hours of other speech.
    pub hours: f32,
    /// False alarms an hour in it, extrapolated.
    pub false_per_hour: f32,
    /// The owner's own recordings that it was fitted to.
    pub recordings: usize,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    sha256: String,
}

impl Word {
    /// A word of a classifier whose cut-off is the score 0.5.
    #[must_use]
    pub fn new(
        name: &str,
        text: &str,
        language: &str,
        embedding: &str,
        fitted: &Classifier,
    ) -> Self {
        let bytes = fitted
            .weights
            .iter()
            .flat_map(|weight| weight.to_le_bytes());
        Self {
            name: name.into(),
            text: text.into(),
            language: language.into(),
            embedding: embedding.into(),
            weights: hex::encode(bytes.collect::<Vec<u8>>()),
            bias: fitted.bias,
            cut_offs: WordCutOffs {
                low: 0.5,
                normal: 0.5,
                high: 0.5,
                candidate: 0.5,
            },
            quality: Quality::default(),
        }
    }

    /// Its classifier.
    #[must_use]
    pub fn classifier(&self) -> Classifier {
        let bytes = hex::decode(&self.weights).unwrap_or_default();
        let weights = bytes.as_chunks().0.iter();
        Classifier {
            weights: weights.map(|four| f32::from_le_bytes(*four)).collect(),
            bias: self.bias,
        }
    }

    /// The content of its file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let word = serde_json::to_string(self).expect("plain data becomes JSON");
        let head = Head {
            format: FORMAT.into(),
            version: VERSION,
            sha256: hex::encode(Sha256::digest(&word)),
        };
        let head = serde_json::to_string(&head).expect("plain data becomes JSON");
        format!("{head}\n{word}\n").into_bytes()
    }

    /// Reads the content of a file.
    ///
    /// # Errors
    /// When it is no word, is damaged, or is from a later version.
    pub fn read(content: &[u8]) -> Result<Self, WordError> {
        let damaged = |why: &str| WordError::Damaged(why.into());
        let text = str::from_utf8(content).map_err(|_| damaged("it is no text"))?;
        let (head, word) = text
            .split_once('\n')
            .ok_or_else(|| damaged("it is cut off"))?;
        let head: Head = serde_json::from_str(head).map_err(|_| damaged("its first line"))?;
        if head.format != FORMAT {
            return Err(damaged("it is another kind of file"));
        }
        if VERSION < head.version {
            return Err(WordError::Newer(head.version));
        }
        let word = word
            .strip_suffix('\n')
            .ok_or_else(|| damaged("it is cut off"))?;
        if hex::encode(Sha256::digest(word)) != head.sha256 {
            return Err(damaged("its digest is another one"));
        }
        let word: Self = serde_json::from_str(word).map_err(|error| damaged(&error.to_string()))?;
        word.check().map_err(damaged)?;
        Ok(word)
    }

    fn check(&self) -> Result<(), &'static str> {
        let classifier = self.classifier();
        let size = self.weights.len() / 8;
        if !size.is_multiple_of(WIDTH) || !FRAMES.contains(&classifier.frames()) {
            return Err("its weights have another number");
        }
        let numbers = classifier.weights.iter().chain([&classifier.bias]);
        if !numbers.into_iter().all(|number| number.is_finite()) {
            return Err("a weight is no number");
        }
        let WordCutOffs {
            low,
            normal,
            high,
            candidate,
        } = self.cut_offs;
        let rising = [0.0, candidate, high, normal, low, 1.0].is_sorted();
        rising.then_some(()).ok_or("its cut-offs are not in order")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word() -> Word {
        let classifier = Classifier {
            weights: (0..6 * 96_u16).map(|n| f32::from(n).sin()).collect(),
            bias: -1.25,
        };
        let word = Word::new("smart_mirror", "smart mirror", "en", "00ff", &classifier);
        assert_eq!(word.classifier(), classifier);
        word
    }

    #[test]
    fn a_word_is_read_as_it_was_written() {
        let bytes = word().write();
        assert_eq!(Word::read(&bytes).expect("it was just written"), word());
    }

    fn check(bytes: &[u8], expected: &str) {
        let error = Word::read(bytes).expect_err("it is no word").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn a_damaged_file_is_no_word() {
        let bytes = word().write();
        for length in 0..bytes.len() {
            assert!(Word::read(&bytes[..length]).is_err(), "{length}");
        }
        let text = String::from_utf8(bytes).unwrap();
        check(text.replace("smart", "spart").as_bytes(), "digest");
        check(
            text.replace("mynah-wake-word", "other").as_bytes(),
            "another kind",
        );
        check(
            text.replace("\"version\":1", "\"version\":2").as_bytes(),
            "later version",
        );
        check(&[0xff, 0xfe], "no text");
        let mut other = word();
        other.weights.truncate(80);
        check(&other.write(), "another number");
        let mut other = word();
        other.bias = f32::INFINITY;
        check(&other.write(), "");
        let mut other = word();
        other.cut_offs.high = 0.9;
        check(&other.write(), "not in order");
    }

    proptest! {
        #[test]
        fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Word::read(&bytes);
        }

        #[test]
        fn a_changed_byte_is_seen(at in 0_usize..5_000, to: u8) {
            let mut bytes = word().write();
            let at = at % bytes.len();
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            prop_assert!(Word::read(&bytes).is_err() || Word::read(&bytes).unwrap() == word());
        }
    }
}
