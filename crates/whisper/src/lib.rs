//! Whisper on a few processor cores, for short utterances that are decoded
//! more than once.
//!
//! What it does that a general implementation does not: the silence behind an
//! utterance, which is most of Whisper's window of 30 s, is worked out once
//! for many positions ([`Whisper::encode`]); texts are fed as a tree, many
//! branches in one pass over the weights ([`Whisper::feed`]); and whoever
//! asked may change their mind in the middle.
//!
//! Architecture: Radford and others, "Robust Speech Recognition via
//! Large-Scale Weak Supervision", 2022. Weights: a ggml file.

mod attention;
mod decoder;
mod encoder;
mod file;
mod layer;
mod math;
mod matrix;
mod mel;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::path::Path;

use ndarray::Array2;
use thiserror::Error;

pub use decoder::{Feed, Place, Text};
pub use encoder::Sound;
pub use file::f32_from_half;
pub use math::log_shares;
pub use vocabulary::{Specials, Token};

use decoder::Decoder;
use encoder::Encoder;
use file::Ggml;
use mel::Mel;
use vocabulary::Vocabulary;

/// Samples a second of what is heard.
pub const SAMPLE_RATE: usize = 16_000;

/// Samples of one encoder position: 20 ms.
pub const POSITION_SAMPLES: usize = SAMPLE_RATE / 50;

/// Why a model does not work.
#[derive(Debug, Error)]
pub enum WhisperError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is no Whisper that is understood.
    #[error("{0}")]
    Format(String),
    /// A text is longer than the model can remember.
    #[error("a text of more than {0} tokens")]
    TooLong(usize),
    /// Whoever asked does not want to know any more.
    #[error("given up")]
    Unwanted,
}

/// A loaded model. Holds no state of an utterance.
#[derive(Debug)]
pub struct Whisper {
    mel: Mel,
    encoder: Encoder,
    decoder: Decoder,
    vocabulary: Vocabulary,
}

impl Whisper {
    /// Loads a ggml file of 16-bit weights, which are kept in eight bits.
    ///
    /// # Errors
    /// When it cannot be read or is not such a file.
    pub fn load(path: &Path) -> Result<Self, WhisperError> {
        let (file, filters, words) = Ggml::open(path)?;
        Ok(Self {
            mel: Mel::new(file.shape.mels, filters),
            encoder: Encoder::load(&file)?,
            decoder: Decoder::load(&file)?,
            vocabulary: Vocabulary::new(words, file.shape.vocabulary),
        })
    }

    /// Encodes 16 kHz samples, at most 30 s of them, as if silence followed to
    /// the end of the window.
    ///
    /// # Errors
    /// [`WhisperError::Unwanted`] within a layer's time when it is no longer
    /// `wanted`.
    pub fn encode(
        &self,
        samples: &[f32],
        wanted: &dyn Fn() -> bool,
    ) -> Result<Sound, WhisperError> {
        let window = self.encoder.positions() * POSITION_SAMPLES;
        let samples = &samples[..samples.len().min(window)];
        let spectrum = self.mel.spectrum(samples);
        let states = self.encoder.pass(&spectrum, wanted)?;
        Ok(self.decoder.listen_to(states))
    }

    /// Feeds tokens, each after a place of `text` or the very beginning, all
    /// in one pass. Gives the logits of what follows the last `scored` of
    /// them: `scored` x vocabulary. Their places are numbered on from
    /// [`Text::len`].
    ///
    /// # Errors
    /// [`WhisperError::TooLong`] past the model's memory.
    pub fn feed(
        &self,
        sound: &Sound,
        text: &mut Text,
        feeds: &[Feed],
        scored: usize,
    ) -> Result<Array2<f32>, WhisperError> {
        self.decoder.feed(sound, text, feeds, scored)
    }

    /// A text without a token.
    #[must_use]
    pub fn text(&self) -> Text {
        self.decoder.text()
    }

    /// The tokens that are no words.
    #[must_use]
    pub fn specials(&self) -> Specials {
        self.vocabulary.specials()
    }

    /// The bytes of every word token, from token 0 on.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.vocabulary.words()
    }

    /// The bytes of a token; none of a special one.
    #[must_use]
    pub fn bytes(&self, token: Token) -> &[u8] {
        self.vocabulary.bytes(token)
    }

    /// The tokens of a text.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        self.vocabulary.tokens(text)
    }
}
