//! A model that is loaded, what its context holds, and its evaluation: block
//! by block, by as many threads as the pace says.

mod kept;

use std::num::NonZeroU32;
use std::path::Path;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::context::session::{LlamaStateSeqFlags, SeqState};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token_type::LlamaTokenAttr;
use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask, Prompt};

use super::deadline::Deadline;
use super::pace::{Cost, Pace};
use super::{BLOCK, count};
use crate::backend::BackendError;
use crate::chat::{Chat, Own};
use crate::clock::Stopwatch;
use crate::generate::Growing;
use crate::state::States;
use crate::watch::Watch;

/// Tokens of the batch that is timed to find out what threads are worth.
const TIMED: usize = 16;

/// A loaded model and what its context holds.
pub(super) struct Session {
    model: &'static LlamaModel,
    backend: LlamaBackend,
    capacity: NonZeroU32,
    pub(super) pace: Pace,
    /// The context still has more threads than it is to have.
    slowed: bool,
    /// Since when that many threads are used, or more were tried last.
    settled: Stopwatch,
    context: LlamaContext<'static>,
    batch: LlamaBatch<'static>,
    chat: Chat,
    /// The token that ends an answer by the template, besides those that the
    /// file names.
    end: Option<LlamaToken>,
    /// Tokens in the KV cache.
    pub(super) used: usize,
    /// How many of them are the primed prefix.
    prefix: usize,
    /// The last token generated: said, but not yet in the KV cache, as on the
    /// Hailo.
    pending: Option<LlamaToken>,
    pub(super) states: Option<States>,
    /// The primed prefix, while a question that stands alone is in the KV cache.
    aside: Option<SeqState>,
}

fn new_context(
    model: &'static LlamaModel,
    backend: &LlamaBackend,
    capacity: NonZeroU32,
    threads: usize,
) -> Result<LlamaContext<'static>, String> {
    let threads = i32::try_from(threads).unwrap_or(1);
    let params = LlamaContextParams::default()
        .with_n_ctx(Some(capacity))
        .with_n_batch(count(BLOCK))
        .with_n_ubatch(count(BLOCK))
        .with_n_threads(threads)
        .with_n_threads_batch(threads)
        .with_no_perf(true);
    model
        .new_context(backend, params)
        .map_err(|error| error.to_string())
}

/// What the file brings to write conversations with.
fn own(model: &LlamaModel) -> Own {
    let vocab = model.vocab();
    let text = |token: LlamaToken| {
        if token.0 < 0 {
            return String::new();
        }
        let piece = vocab.token_to_piece(token, true, None);
        String::from_utf8_lossy(&piece).into_owned()
    };
    let marked = |token: &LlamaToken| {
        let attributes = vocab.attr(*token);
        attributes.contains(LlamaTokenAttr::Control)
            || attributes.contains(LlamaTokenAttr::UserDefined)
    };
    let known = (0..vocab.n_tokens()).map(LlamaToken::new);
    Own {
        template: model.meta_val_str("tokenizer.chat_template").ok(),
        bos: Some(text(vocab.bos())),
        marks: Some(known.filter(marked).map(text).collect()),
        ends: vec![text(vocab.eos())],
    }
}

impl Session {
    /// Loads a model, to be evaluated by at most so many threads.
    pub(super) fn load(
        path: &Path,
        most: usize,
        capacity: NonZeroU32,
    ) -> Result<Self, BackendError> {
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
        let context = new_context(model, &backend, capacity, 1).map_err(|error| broken(&error))?;
        let chat = Chat::new(path, own(model))?;
        let mut session = Self {
            model,
            backend,
            capacity,
            pace: Pace::new(vec![Cost::new(1.0, 1.0, 1)]),
            slowed: false,
            settled: Stopwatch::start(),
            context,
            batch: LlamaBatch::new(BLOCK, 1),
            chat,
            end: None,
            used: 0,
            prefix: 0,
            pending: None,
            states: None,
            aside: None,
        };
        if 1 < most {
            session.find_pace(most)?;
        }
        Ok(session)
    }

    /// Measures every number of threads and takes the best.
    fn find_pace(&mut self, most: usize) -> Result<(), BackendError> {
        let alone = self.cost(f64::INFINITY)?;
        let mut costs = vec![alone];
        for threads in 2..=most {
            self.change_threads(threads)?;
            costs.push(self.cost(alone.step)?);
        }
        self.pace = Pace::new(costs);
        self.settled = Stopwatch::start();
        self.change_threads(self.pace.threads())
    }

    /// What evaluation takes with the present threads. Where the first token
    /// takes longer than `limit`, ms, nothing else is measured: threads that
    /// wait for a core would take seconds. Leaves the context as it was.
    fn cost(&mut self, limit: f64) -> Result<Cost, BackendError> {
        // The first evaluation of a context makes its threads.
        self.time(1)?;
        let step = self.time(1)?;
        if limit < step {
            return Ok(Cost::new(step, step * f64::from(count(TIMED)), TIMED));
        }
        let step = step.min(self.time(1)?);
        let batch = self.time(TIMED)?;
        Ok(Cost::new(step, batch, TIMED))
    }

    /// The time of evaluating so many tokens, ms, of which nothing is left.
    fn time(&mut self, tokens: usize) -> Result<f64, BackendError> {
        let (used, pending) = (self.used, self.pending);
        let clock = Stopwatch::start();
        self.decode(&vec![LlamaToken::new(0); tokens])?;
        let took = clock.elapsed();
        self.cut(used)?;
        self.pending = pending;
        Ok(took.as_secs_f64() * 1000.0)
    }

    /// While nobody waits: finds out whether one more thread would help again.
    fn try_more(&mut self) -> Result<(), BackendError> {
        let room = self.used + TIMED < self.context.n_ctx() as usize;
        let trial = self.pace.trial(self.settled.elapsed());
        let Some(more) = trial.filter(|_| room) else {
            return Ok(());
        };
        let now = self.cost(f64::INFINITY)?;
        self.change_threads(more)?;
        let cost = self.cost(now.step)?;
        if !self.pace.tried(now, cost) {
            self.change_threads(self.pace.threads())?;
        }
        self.settled = Stopwatch::start();
        let threads = self.pace.threads();
        tracing::debug!(more, ?now, ?cost, threads, "tried one thread more");
        Ok(())
    }

    /// Goes on with so many threads: a context has a number for all its life,
    /// so what it holds moves to a new one.
    fn change_threads(&mut self, threads: usize) -> Result<(), BackendError> {
        let held = self
            .context
            .state_seq_get(0, LlamaStateSeqFlags::empty())
            .map_err(failed)?;
        self.context =
            new_context(self.model, &self.backend, self.capacity, threads).map_err(failed)?;
        if 0 < self.used {
            self.context.state_seq_set(&held, 0).map_err(failed)?;
        }
        Ok(())
    }

    /// Makes a prompt the beginning of every conversation. Gives its tokens.
    pub(super) fn prime(
        &mut self,
        prompt: &Prompt,
        watch: &mut Watch,
    ) -> Result<u32, BackendError> {
        self.aside = None;
        self.cut(0)?;
        self.prefix = 0;
        let mut prefix = self.chat.prime(prompt)?.to_owned();
        let vocab = self.model.vocab();
        if vocab.should_add_bos() {
            let bos = String::from_utf8_lossy(&self.piece(vocab.bos())).into_owned();
            if !prefix.starts_with(&bos) {
                prefix.insert_str(0, &bos);
            }
        }
        self.end = match self.tokenize(&self.chat.pieces().end)[..] {
            [end] => Some(end),
            _ => None,
        };
        let tokens = self.tokenize(&prefix);
        self.require(tokens.len())?;
        if !self.restore(&prefix, &tokens)? {
            self.evaluate(&tokens, None, watch)?;
            self.keep(&prefix, &tokens);
        }
        self.prefix = self.used;
        Ok(count(self.used))
    }

    /// Answers a question.
    pub(super) fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        self.refuse_control(ask)?;
        let text = self.chat.question(ask)?;
        let answer = self.generate(ask, &text, watch);
        self.chat.answered(ask, answer)
    }

    /// What somebody said must have become no control token.
    fn refuse_control(&self, ask: &Ask) -> Result<(), BackendError> {
        let vocab = self.model.vocab();
        let ask = self.chat.clean_ask(ask);
        let said = [Some(&ask.user), Some(&ask.opener), ask.follow.as_ref()];
        let mut tokens = said.into_iter().flatten().flat_map(|t| self.tokenize(t));
        if tokens.any(|token| vocab.is_control(token)) {
            return Err(BackendError::new(
                ErrorClass::BadRequest,
                "a question that holds a control token",
            ));
        }
        Ok(())
    }

    fn generate(
        &mut self,
        ask: &Ask,
        text: &str,
        watch: &mut Watch,
    ) -> Result<Answer, BackendError> {
        let clock = Deadline::new(ask.deadline_ms);
        match (&ask.prompt, &ask.follow) {
            (Some(_), _) => self.put_aside()?,
            (None, None) => self.put_back()?,
            (None, Some(_)) => {}
        }
        let mut prompt: Vec<LlamaToken> = self.pending.take().into_iter().collect();
        if ask.prompt.is_some() && self.model.vocab().should_add_bos() {
            let bos = self.model.vocab().bos();
            let written = self.tokenize(text);
            prompt.extend((written.first() != Some(&bos)).then_some(bos));
        }
        prompt.extend(self.tokenize(text));
        self.require(prompt.len() + ask.max_tokens as usize)?;
        self.evaluate(&prompt, Some(&clock), watch)?;

        let mut growing = Growing::new(ask);
        let mut ended;
        loop {
            let token = self.most_likely();
            self.pending = Some(token);
            ended = self.end == Some(token) || self.model.vocab().is_eog(token);
            let piece = if ended { Vec::new() } else { self.piece(token) };
            let over = growing.push(&piece, ended);
            watch.said(&mut growing)?;
            if over {
                break;
            }
            self.evaluate(&[token], Some(&clock), watch)?;
        }
        let (text, decoded_tokens) = growing.finish();
        Ok(Answer {
            text,
            prompt_tokens: count(prompt.len()),
            decoded_tokens,
            ended,
            ms: clock.ms(),
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
        watch: &mut Watch,
    ) -> Result<(), BackendError> {
        for block in tokens.chunks(BLOCK) {
            if let Some(clock) = clock {
                clock.check()?;
            }
            if std::mem::take(&mut self.slowed) {
                self.settled = Stopwatch::start();
                let threads = self.pace.threads();
                tracing::info!(threads, "evaluation is slow and goes on with fewer threads");
                self.change_threads(threads)?;
            }
            let began = Stopwatch::start();
            self.decode(block)?;
            self.slowed = self.pace.note(block.len(), began.elapsed());
            watch.step(block.len())?;
        }
        Ok(())
    }

    /// Puts one block into the KV cache.
    fn decode(&mut self, block: &[LlamaToken]) -> Result<(), BackendError> {
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

fn failed(error: impl std::fmt::Display) -> BackendError {
    BackendError::new(ErrorClass::Other, error.to_string())
}
