//! A loaded Whisper model: encodes an utterance once, then scores any number
//! of texts against it. Knows nothing of intents.

use std::path::Path;
use std::sync::Arc;

use mynah_whisper::{EncodedAudio, KvCache, Specials, TokenAt, WhisperError};

use super::decode::{DecodePosition, Landmarks, Scorer, Step, Token};
use super::{KeepGoing, SttError};

/// A Whisper model.
pub(super) struct Model {
    whisper: mynah_whisper::Whisper,
    specials: Specials,
}

/// An encoded utterance, and the KV cache of the texts fed to it.
pub(super) struct Encoded<'a> {
    model: &'a Model,
    audio: EncodedAudio,
    cache: KvCache,
}

/// The state after the prompt and the special tokens, at which a text begins.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    /// The last token before the text.
    pub step: Step,
    /// The model's own probability that nobody speaks.
    pub no_speech: f32,
}

impl Model {
    /// Maps the file of a model at `path`.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub(super) fn load(path: &Path) -> Result<Self, SttError> {
        let whisper = mynah_whisper::Whisper::load(path).map_err(|cause| SttError::Load {
            path: path.display().to_string(),
            cause: cause.to_string(),
        })?;
        Ok(Self {
            specials: whisper.specials(),
            whisper,
        })
    }

    /// Encodes 16 kHz samples.
    ///
    /// # Errors
    /// [`SttError::Unwanted`] when `wanted` returns false.
    pub(super) fn encode(
        &self,
        samples: &[f32],
        keep_going: KeepGoing<'_>,
    ) -> Result<Encoded<'_>, SttError> {
        Ok(Encoded {
            model: self,
            audio: self.whisper.encode(samples, keep_going).map_err(failed)?,
            cache: self.whisper.new_cache(),
        })
    }

    /// The special tokens that a search needs.
    #[must_use]
    pub(super) fn landmarks(&self) -> Landmarks {
        Landmarks {
            end: self.specials.end,
            blank: self.tokens(" ").first().copied().unwrap_or_default(),
        }
    }

    /// The bytes of every text token, from token 0 on.
    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.whisper.words()
    }

    /// Tokens of a text.
    #[must_use]
    pub(super) fn tokens(&self, text: &str) -> Vec<Token> {
        self.whisper.tokens(text)
    }

    /// Text of tokens.
    #[must_use]
    pub(super) fn text(&self, tokens: &[Token]) -> String {
        let bytes = tokens.iter().flat_map(|&token| self.whisper.bytes(token));
        let bytes: Vec<u8> = bytes.copied().collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

impl Encoded<'_> {
    /// Feeds `prompt` (may be empty), the special tokens, and `lead`, the tokens that
    /// the text is known to begin with.
    ///
    /// # Errors
    /// When the prompt is too long for the model.
    pub(super) fn open(&mut self, prompt: &[Token], lead: &[Token]) -> Result<Opening, SttError> {
        let marks = self.model.specials;
        let mut tokens = Vec::new();
        if !prompt.is_empty() {
            tokens.push(marks.previous);
            tokens.extend_from_slice(prompt);
        }
        tokens.push(marks.start);
        // The first logits after the start token have the probability of no speech;
        // the last ones are those of the text's first token.
        let started = tokens.len();
        tokens.extend(marks.english);
        tokens.extend(marks.transcribe);
        tokens.push(marks.no_timestamps);
        tokens.extend_from_slice(lead);
        let scored = tokens.len() - started + 1;
        let after = |n: usize| n.checked_sub(1);
        let numbered = tokens.iter().enumerate();
        let feeds: Vec<TokenAt> = numbered
            .map(|(n, &token)| TokenAt {
                parent: after(n),
                token,
            })
            .collect();
        let whisper = &self.model.whisper;
        let rows = whisper.feed(&self.audio, &mut self.cache, &feeds, scored);
        let rows = rows.map_err(failed)?;
        let mut first = rows.row(0).to_vec();
        mynah_whisper::log_softmax(&mut first);
        Ok(Opening {
            no_speech: first[index(marks.no_speech)].exp(),
            step: self.step(tokens.len() - 1, rows.row(scored - 1).to_vec()),
        })
    }

    fn step(&self, place: DecodePosition, mut logits: Vec<f32>) -> Step {
        logits.truncate(index(self.model.specials.end) + 1);
        mynah_whisper::log_softmax(&mut logits);
        Step {
            place,
            row: Arc::from(logits),
        }
    }
}

impl Scorer for Encoded<'_> {
    fn feed(&mut self, nexts: &[(DecodePosition, Token)]) -> Result<Vec<Step>, SttError> {
        let first = self.cache.len();
        let feeds: Vec<TokenAt> = nexts
            .iter()
            .map(|&(place, token)| TokenAt {
                parent: Some(place),
                token,
            })
            .collect();
        let whisper = &self.model.whisper;
        tracing::trace!(ways = feeds.len(), "fed");
        let rows = whisper.feed(&self.audio, &mut self.cache, &feeds, feeds.len());
        let rows = rows.map_err(failed)?;
        let rows = (first..).zip(rows.rows());
        Ok(rows
            .map(|(place, row)| self.step(place, row.to_vec()))
            .collect())
    }
}

fn index(token: Token) -> usize {
    usize::try_from(token).expect("a token fits")
}

fn failed(error: WhisperError) -> SttError {
    match error {
        WhisperError::Cancelled => SttError::Unwanted,
        error => SttError::Decode(error.to_string()),
    }
}
