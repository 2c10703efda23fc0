//! Whisper inference on a few CPU cores, for short utterances that are decoded
//! more than once.
//!
//! Unlike a general implementation, it thins out the silence that fills
//! Whisper's window of 30 s ([`Whisper::encode`]), decodes a tree of token
//! sequences with a shared KV cache, all branches in one pass over the weights
//! ([`Whisper::feed`]), and can be cancelled between two layers.
//!
//! Architecture: Radford and others, "Robust Speech Recognition via
//! Large-Scale Weak Supervision", 2022. Weights: a file of tensors, quantised to 8 bits,
//! that [`write_model`] makes of any [`Checkpoint`].

#![deny(unsafe_code)]

mod decoder;
mod encoder;
pub mod kernels;
mod layer;
mod mel;
mod shape;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::path::Path;

use ndarray::Array2;
use thiserror::Error;

pub use decoder::{CacheIndex, KvCache, TokenAt};
pub use encoder::EncodedAudio;
pub use kernels::log_softmax;
pub use shape::{Checkpoint, write_model};
pub use vocabulary::{Specials, Token};

use decoder::Decoder;
use encoder::Encoder;
use kernels::{TensorError, Tensors};
use mel::Mel;
use vocabulary::Vocabulary;

/// Sample rate of the input, in hertz.
pub const SAMPLE_RATE: usize = 16_000;

/// Epsilon of the layer norms, from Whisper's own code.
const EPSILON: f32 = 1e-5;

/// Samples of one encoder position: 20 ms.
pub const POSITION_SAMPLES: usize = SAMPLE_RATE / 50;

/// Why a model cannot be loaded or run.
#[derive(Debug, Error)]
pub enum WhisperError {
    /// The file cannot be read, or is damaged.
    #[error(transparent)]
    Weights(#[from] TensorError),
    /// The file is not a Whisper model in the supported format.
    #[error("{0}")]
    Format(String),
    /// The text exceeds the decoder's context.
    #[error("a text of more than {0} tokens")]
    TooLong(usize),
    /// `keep_going` returned false.
    #[error("cancelled")]
    Cancelled,
}

/// A loaded model; it has no state per utterance.
#[derive(Debug)]
pub struct Whisper {
    mel: Mel,
    encoder: Encoder,
    decoder: Decoder,
    vocabulary: Vocabulary,
}

impl Whisper {
    /// Maps the file of a model, as [`write_model`] makes it. It must not be overwritten
    /// while the model is in use, only replaced by another file of its name.
    ///
    /// # Errors
    /// When it cannot be read or is not such a file.
    pub fn load(path: &Path) -> Result<Self, WhisperError> {
        let file = Tensors::open(path)?;
        let (shape, words) = shape::read(&file)?;
        let decoder = Decoder::load(&file, shape.decoder)?;
        Ok(Self {
            mel: Mel::new(shape.bands),
            encoder: Encoder::load(&file, shape.encoder)?,
            vocabulary: Vocabulary::new(words, decoder.vocabulary()),
            decoder,
        })
    }

    /// Encodes 16 kHz samples, at most 30 s of them, padded with silence to the
    /// whole window. `keep_going` is polled before each layer.
    ///
    /// # Errors
    /// [`WhisperError::Cancelled`] when `keep_going` returns false.
    pub fn encode(
        &self,
        samples: &[f32],
        keep_going: &dyn Fn() -> bool,
    ) -> Result<EncodedAudio, WhisperError> {
        let window = self.encoder.positions() * POSITION_SAMPLES;
        let samples = &samples[..samples.len().min(window)];
        let spectrum = self.mel.spectrum(samples);
        let states = self.encoder.forward(&spectrum, keep_going)?;
        Ok(self.decoder.cross_attention_cache(states))
    }

    /// Feeds tokens, each after a token of `cache` or as a first one, all in one
    /// pass. Gives the next-token logits of the last `scored` of them: `scored`
    /// x vocabulary. Their indices continue from [`KvCache::len`].
    ///
    /// # Errors
    /// [`WhisperError::TooLong`] past the decoder's context.
    pub fn feed(
        &self,
        audio: &EncodedAudio,
        cache: &mut KvCache,
        tokens: &[TokenAt],
        scored: usize,
    ) -> Result<Array2<f32>, WhisperError> {
        self.decoder.feed(audio, cache, tokens, scored)
    }

    /// An empty KV cache for this model.
    #[must_use]
    pub fn new_cache(&self) -> KvCache {
        self.decoder.new_cache()
    }

    /// The special tokens.
    #[must_use]
    pub fn specials(&self) -> Specials {
        self.vocabulary.specials()
    }

    /// The bytes of every text token, from token 0 on.
    pub fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.vocabulary.words()
    }

    /// The bytes of a token; empty for a special one.
    #[must_use]
    pub fn bytes(&self, token: Token) -> &[u8] {
        self.vocabulary.bytes(token)
    }

    /// Tokenises a text (byte-pair encoding).
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        self.vocabulary.tokens(text)
    }
}
