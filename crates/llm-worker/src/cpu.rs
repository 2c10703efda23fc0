//! The model on the processor, by llama.cpp: greedy, with the primed prefix
//! kept in the KV cache, and nothing offered that the Hailo could not.

use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask};

use crate::backend::{Backend, BackendError};
use crate::generate::Growing;
use crate::state::States;

/// Tokens evaluated at once. The Hailo's block is 96; between two blocks the
/// deadline is looked at.
const BLOCK: usize = 96;

/// Tokens that end the model's turn, whatever the file says about them.
const END_OF_TURN: [&str; 2] = ["<|im_end|>", "<|endoftext|>"];

/// llama.cpp with one model.
pub struct Cpu {
    path: PathBuf,
    threads: u32,
    capacity: NonZeroU32,
    /// Where primed states are kept; `None`: nowhere.
    states: Option<PathBuf>,
    session: Option<Session>,
}

/// A loaded model and what its context holds.
struct Session {
    model: &'static LlamaModel,
    context: LlamaContext<'static>,
    batch: LlamaBatch<'static>,
    ends: Vec<LlamaToken>,
    /// Tokens in the KV cache.
    used: usize,
    /// How many of them are the primed prefix.
    prefix: usize,
    /// The last token generated: said, but not yet in the KV cache, as on the
    /// Hailo.
    pending: Option<LlamaToken>,
    states: Option<States>,
}

impl Cpu {
    /// A back end whose model is not loaded yet.
    pub fn new(path: PathBuf, threads: u32, capacity: NonZeroU32, states: Option<PathBuf>) -> Self {
        Self {
            path,
            threads,
            capacity,
            states,
            session: None,
        }
    }

    fn session(&mut self) -> Result<&mut Session, BackendError> {
        self.session
            .as_mut()
            .ok_or_else(|| BackendError::new(ErrorClass::BadRequest, "no model is loaded"))
    }

    /// A state fits only a context of the same size, filled in the same blocks.
    fn open_states(&self) -> Option<States> {
        let parameters = format!("context {} block {BLOCK}", self.capacity);
        States::new(self.states.as_ref()?, &self.path, &parameters)
            .inspect_err(|error| tracing::warn!(%error, "no primed states are kept"))
            .ok()
    }
}

impl Backend for Cpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn load(&mut self) -> Result<(), BackendError> {
        if self.session.is_none() {
            if !self.path.is_file() {
                return Err(BackendError::new(
                    ErrorClass::ModelMissing,
                    format!("the language model `{}` is missing", self.path.display()),
                ));
            }
            let mut session = Session::load(&self.path, self.threads, self.capacity)?;
            session.states = self.open_states();
            self.session = Some(session);
        }
        Ok(())
    }

    fn loaded(&self) -> bool {
        self.session.is_some()
    }

    fn usage(&self) -> (u32, u32) {
        let used = self.session.as_ref().map_or(0, |session| session.used);
        (count(used), self.capacity.get())
    }

    fn prime(&mut self, prefix: &str) -> Result<u32, BackendError> {
        self.session()?.prime(prefix)
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, BackendError> {
        self.session()?.ask(ask)
    }
}

impl Session {
    fn load(path: &PathBuf, threads: u32, capacity: NonZeroU32) -> Result<Self, BackendError> {
        let broken = |error: &dyn std::fmt::Display| {
            BackendError::new(
                ErrorClass::ModelBad,
                format!(
                    "the language model `{}` cannot be loaded: {error}",
                    path.display()
                ),
            )
        };
        let mut backend = LlamaBackend::init().map_err(|error| broken(&error))?;
        if !tracing::enabled!(tracing::Level::DEBUG) {
            backend.void_logs();
        }
        let model = LlamaModel::load_from_file(&backend, path, &LlamaModelParams::default())
            .map_err(|error| broken(&error))?;
        // The process holds one model for all its life, and a context must not
        // outlive its model.
        let model: &'static LlamaModel = Box::leak(Box::new(model));
        let threads = i32::try_from(threads).unwrap_or(1);
        let params = LlamaContextParams::default()
            .with_n_ctx(Some(capacity))
            .with_n_batch(count(BLOCK))
            .with_n_ubatch(count(BLOCK))
            .with_n_threads(threads)
            .with_n_threads_batch(threads)
            .with_no_perf(true);
        let context = model
            .new_context(&backend, params)
            .map_err(|error| broken(&error))?;
        std::mem::forget(backend);
        let ends = END_OF_TURN
            .iter()
            .filter_map(
                |end| match model.vocab().tokenize(end.as_bytes(), false, true)[..] {
                    [token] => Some(token),
                    _ => None,
                },
            )
            .collect();
        Ok(Self {
            model,
            context,
            batch: LlamaBatch::new(BLOCK, 1),
            ends,
            used: 0,
            prefix: 0,
            pending: None,
            states: None,
        })
    }

    fn prime(&mut self, prefix: &str) -> Result<u32, BackendError> {
        self.cut(0)?;
        self.prefix = 0;
        let tokens = self.tokenize(prefix);
        self.require(tokens.len())?;
        if !self.restore(prefix, &tokens)? {
            self.evaluate(&tokens, None)?;
            self.keep(prefix, &tokens);
        }
        self.prefix = self.used;
        Ok(count(self.used))
    }

    /// Brings back a state of these tokens that an earlier process kept.
    /// `false`: there is none that can be used.
    fn restore(&mut self, prefix: &str, tokens: &[LlamaToken]) -> Result<bool, BackendError> {
        let Some(states) = &self.states else {
            return Ok(false);
        };
        let Some(file) = states.find(prefix) else {
            return Ok(false);
        };
        match self.context.state_seq_load_file(&file, 0, tokens.len()) {
            Ok((restored, _)) if restored == tokens => {
                self.used = tokens.len();
                tracing::info!(tokens = self.used, "the primed state is restored");
                Ok(true)
            }
            result => {
                let error = result.err().map(|error| error.to_string());
                tracing::warn!(?error, file = %file.display(), "a saved state does not fit and is not used");
                States::remove(&file);
                self.cut(0)?;
                Ok(false)
            }
        }
    }

    /// Without a kept state the next start takes longer, and no more.
    fn keep(&self, prefix: &str, tokens: &[LlamaToken]) {
        let Some(states) = &self.states else {
            return;
        };
        let kept = states.save(prefix, |path| {
            self.context
                .state_seq_save_file(path, 0, tokens)
                .map(drop)
                .map_err(io::Error::other)
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the primed state cannot be kept");
        }
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, BackendError> {
        let clock = Deadline::new(ask.deadline_ms);
        if !ask.follow {
            self.cut(self.prefix)?;
        }
        let mut prompt: Vec<LlamaToken> = self.pending.take().into_iter().collect();
        prompt.extend(self.tokenize(&ask.text));
        if prompt.is_empty() {
            return Err(BackendError::new(
                ErrorClass::BadRequest,
                "an empty question",
            ));
        }
        self.require(prompt.len() + ask.max_tokens as usize)?;
        self.evaluate(&prompt, Some(&clock))?;

        let mut growing = Growing::new(ask);
        let mut ended;
        loop {
            let token = self.most_likely();
            self.pending = Some(token);
            ended = self.ends.contains(&token) || self.model.vocab().is_eog(token);
            let piece = if ended { Vec::new() } else { self.piece(token) };
            if growing.push(&piece, ended) {
                break;
            }
            self.evaluate(&[token], Some(&clock))?;
        }
        let (text, decoded_tokens) = growing.finish();
        Ok(Answer {
            text,
            prompt_tokens: count(prompt.len()),
            decoded_tokens,
            ended,
            ms: u32::try_from(clock.elapsed().as_millis()).unwrap_or(u32::MAX),
        })
    }

    fn tokenize(&self, text: &str) -> Vec<LlamaToken> {
        self.model.vocab().tokenize(text.as_bytes(), false, true)
    }

    fn piece(&self, token: LlamaToken) -> Vec<u8> {
        self.model.vocab().token_to_piece(token, true, None)
    }

    /// Forgets everything after the first `keep` tokens.
    fn cut(&mut self, keep: usize) -> Result<(), BackendError> {
        self.context
            .kv_cache_seq_rm(0, Some(count(keep)), None)
            .map_err(failed)?;
        self.used = keep;
        self.pending = None;
        Ok(())
    }

    fn require(&self, wanted: usize) -> Result<(), BackendError> {
        let context = self.context.n_ctx() as usize;
        if self.used + wanted > context {
            return Err(BackendError::overflow(wanted, self.used, context));
        }
        Ok(())
    }

    /// Puts tokens into the KV cache, block by block.
    fn evaluate(
        &mut self,
        tokens: &[LlamaToken],
        clock: Option<&Deadline>,
    ) -> Result<(), BackendError> {
        for block in tokens.chunks(BLOCK) {
            if let Some(clock) = clock {
                clock.check()?;
            }
            self.batch.clear();
            for (i, token) in block.iter().enumerate() {
                let position = i32::try_from(self.used + i).map_err(failed)?;
                self.batch
                    .add(*token, position, &[0], i + 1 == block.len())
                    .map_err(failed)?;
            }
            self.context.decode(&mut self.batch).map_err(failed)?;
            self.used += block.len();
            self.pending = None;
        }
        Ok(())
    }

    /// The token with the highest logit after the last batch.
    fn most_likely(&self) -> LlamaToken {
        let logits = self.context.get_logits_ith(self.batch.n_tokens() - 1);
        let best = logits
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map_or(0, |(index, _)| index);
        LlamaToken::new(i32::try_from(best).unwrap_or(0))
    }
}

/// When to give up.
struct Deadline {
    start: Instant,
    limit: Duration,
}

impl Deadline {
    #[expect(
        clippy::disallowed_methods,
        reason = "an answer has a deadline in real time"
    )]
    fn new(limit_ms: u32) -> Self {
        Self {
            start: Instant::now(),
            limit: Duration::from_millis(limit_ms.into()),
        }
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn check(&self) -> Result<(), BackendError> {
        if self.elapsed() >= self.limit {
            return Err(BackendError::too_slow(self.limit.as_millis()));
        }
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> BackendError {
    BackendError::new(ErrorClass::Other, error.to_string())
}

fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}
