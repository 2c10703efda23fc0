//! A loaded Whisper model: encodes an utterance once, then scores any number
//! of texts against it. Knows nothing of intents.

use std::path::Path;

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState,
};

use super::SttError;
use super::decode::{self, Landmarks, Scorer, Token};

/// A ggml Whisper model with room for one utterance.
pub struct Model {
    context: WhisperContext,
    state: WhisperState,
    threads: usize,
}

/// Where a text begins, after everything that is fed before it.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// The last token before the text, not yet fed.
    pub last: Token,
    /// Its position.
    pub position: usize,
    /// The model's own probability that nobody speaks.
    pub no_speech: f32,
}

impl Model {
    /// Loads the ggml file at `path`.
    ///
    /// # Errors
    /// When it is missing or damaged.
    pub fn load(path: &Path, threads: usize) -> Result<Self, SttError> {
        let failed = |cause: String| SttError::Load {
            path: path.display().to_string(),
            cause,
        };
        // whisper.cpp says no more than "failed" of a file that is not there.
        if !path.is_file() {
            return Err(failed("no such file".into()));
        }
        whisper_rs::install_logging_hooks();
        let context = WhisperContext::new_with_params(path, WhisperContextParameters::default())
            .map_err(|e| failed(e.to_string()))?;
        let state = context.create_state().map_err(|e| failed(e.to_string()))?;
        Ok(Self {
            context,
            state,
            threads: threads.max(1),
        })
    }

    /// Encodes 16 kHz samples in a window of `positions` (20 ms each).
    ///
    /// # Errors
    /// When the model fails.
    pub fn encode(&mut self, samples: &[f32], positions: usize) -> Result<(), SttError> {
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        params.set_n_threads(count(self.threads));
        params.set_audio_ctx(count(positions));
        params.set_language(Some("en"));
        params.set_no_timestamps(true);
        params.set_no_context(true);
        params.set_single_segment(true);
        params.set_temperature_inc(0.0);
        params.set_print_progress(false);
        params.set_print_special(false);
        params.set_print_realtime(false);
        // Only `full` sets the window; of its work, what the encoder leaves
        // in the state is wanted, and the decoder stops at once.
        params.set_max_tokens(1);
        self.state.full(params, samples).map_err(failed)
    }

    /// The most encoder positions: 1,500, for 30 s.
    #[must_use]
    pub fn window(&self) -> usize {
        self.context.model_n_audio_ctx().unsigned_abs() as usize
    }

    /// Feeds the text before (`prompt` may be empty) and the start marks.
    ///
    /// # Errors
    /// When the model fails.
    pub fn open(&mut self, prompt: &[Token]) -> Result<Opening, SttError> {
        let mut position = 0;
        if !prompt.is_empty() {
            let before: Vec<Token> = std::iter::once(self.context.token_prev())
                .chain(prompt.iter().copied())
                .collect();
            self.pass(&before, 0)?;
            position = before.len();
        }
        let silence = self.context.token_nosp();
        let start = self.context.token_sot();
        let no_speech = decode::probability(self.feed(start, position)?, silence);
        position += 1;
        if self.context.is_multilingual() {
            // Language 0 is English.
            for token in [self.context.token_lang(0), self.context.token_transcribe()] {
                self.feed(token, position)?;
                position += 1;
            }
        }
        Ok(Opening {
            last: self.context.token_not(),
            position,
            no_speech,
        })
    }

    /// The tokens that matter to a search.
    #[must_use]
    pub fn landmarks(&self) -> Landmarks {
        Landmarks {
            end: self.context.token_eot(),
            blank: self.tokens(" ").first().copied().unwrap_or_default(),
        }
    }

    /// The bytes of every text token, from token 0 on.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.context.token_eot()).map(|t| self.context.token_to_bytes(t).unwrap_or_default())
    }

    /// Tokens of a text; none if it is too long for the model.
    #[must_use]
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let most = self.context.n_text_ctx().unsigned_abs() as usize;
        self.context.tokenize(text, most).unwrap_or_default()
    }

    /// Text of tokens.
    #[must_use]
    pub fn text(&self, tokens: &[Token]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&t| self.context.token_to_bytes(t).unwrap_or_default())
            .copied()
            .collect();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

impl Scorer for Model {
    // One token at a time: of a longer batch whisper-rs shows the first row
    // of logits, and whisper.cpp fills only the last.
    fn feed(&mut self, token: Token, position: usize) -> Result<&[f32], SttError> {
        self.state
            .decode(&[token], position, self.threads)
            .map_err(failed)?;
        self.state.get_logits().map_err(failed)
    }

    fn pass(&mut self, tokens: &[Token], position: usize) -> Result<(), SttError> {
        self.state
            .decode(tokens, position, self.threads)
            .map_err(failed)
    }
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn failed(error: whisper_rs::WhisperError) -> SttError {
    SttError::Decode(error.to_string())
}
