//! One loaded model and what its context holds: questions, their answers, and
//! the way back to the primed prefix between two commands.
//!
//! The vendor's reading thread fetches tokens whether or not we want them. An
//! answer that the host cuts short is therefore handed over at once, and its
//! generation is ended before the next call; what the device wrote meanwhile
//! (the surplus) stands in the context and is reckoned with.

use mynah_llm_link::wire::{Device, ErrorClass};
use mynah_llm_link::{Answer, Ask, Prompt};

use super::load::{Npu, State};
use super::prefix::Prefix;
use super::status::{Fault, Stage, TIMEOUT};
use super::tokens::Counter;
use crate::backend::BackendError;
use crate::chat::Chat;
use crate::clock::Stopwatch;
use crate::generate::Growing;
use crate::watch::Watch;

/// What byte-pair vocabularies merge with a stop text into one token, before
/// it and after it: the device compares tokens, not texts.
const MERGED: [(&str, &str); 8] = [
    ("", ""),
    ("", "\n"),
    ("", ","),
    ("", "}"),
    (".", ""),
    ("\"", ""),
    (",", ""),
    (";", ""),
];

/// The longest single wait for a token, ms.
const READ_MS: u32 = 2000;

/// Waits for the end of a generation that was aborted.
const SETTLE_READS: u32 = 5;

/// The device is asked how it is at most so often, ms.
const HEALTH_MS: u32 = 15_000;

/// A loaded model.
pub(super) struct Session {
    npu: Npu,
    counter: Counter,
    chat: Chat,
    capacity: usize,
    prefill_only: bool,
    /// Texts that end the model's turn.
    ends: Vec<String>,
    /// What the device was told last to stop at, besides.
    stops: Vec<String>,
    prefix: Prefix,
    talk: Talk,
    device: Device,
    health_asked: Option<Stopwatch>,
}

/// The conversation since the prefix.
#[derive(Default)]
struct Talk {
    /// The context holds the prefix and nothing else.
    fresh: bool,
    /// Everything said since, as the asker knows it.
    said: String,
    /// What the device wrote after an answer was cut short.
    surplus: String,
    /// Tokens in the context, the pending one included.
    used: usize,
    /// The last token is evaluated with what follows.
    pending: bool,
    /// A generation has not been ended yet.
    open: bool,
}

impl Session {
    /// Readies a device with a loaded model.
    pub(super) fn new(
        mut npu: Npu,
        counter: Counter,
        chat: Chat,
        ends: Vec<String>,
        prefill_only: bool,
        device: Device,
    ) -> Result<Self, BackendError> {
        let (_, capacity) = npu.usage().map_err(|fault| ready(&fault))?;
        // What would be added after each answer of bounded length is noise.
        npu.set_recovery("").map_err(|fault| ready(&fault))?;
        npu.set_stops(&ends).map_err(|fault| ready(&fault))?;
        Ok(Self {
            npu,
            counter,
            chat,
            capacity,
            prefill_only,
            ends,
            stops: Vec::new(),
            prefix: Prefix::default(),
            talk: Talk::default(),
            device,
            health_asked: None,
        })
    }

    /// Tokens in the context, and how many it can hold.
    pub(super) fn usage(&self) -> (usize, usize) {
        (self.talk.used, self.capacity)
    }

    /// The device, asked how it is if that was long ago.
    pub(super) fn device(&mut self) -> Device {
        if self
            .health_asked
            .is_none_or(|clock| clock.ms() >= HEALTH_MS)
        {
            self.health_asked = Some(Stopwatch::start());
            match self.npu.health() {
                Ok(health) => {
                    if health.throttling > self.device.health.throttling.max(Some(0)) {
                        tracing::warn!(?health, "the accelerator is throttled");
                    }
                    self.device.health = health;
                }
                Err(fault) => tracing::debug!(%fault, "the device does not say how it is"),
            }
        }
        self.device.clone()
    }

    /// Makes a prompt the beginning of every conversation. Gives its tokens.
    pub(super) fn prime(&mut self, prompt: &Prompt) -> Result<usize, BackendError> {
        self.settle()?;
        self.talk = Talk::default();
        self.prefix = Prefix::default();
        let mut text = self.chat.prime(prompt)?.to_owned();
        let mut tokens = self.counter.compare(&mut self.npu, &text)?;
        if matches!(self.counter, Counter::Device) {
            self.chat.distrust_marks();
            let other = self.chat.prime(prompt)?.to_owned();
            if other != text {
                tokens = self.counter.compare(&mut self.npu, &other)?;
                text = other;
            }
        }
        let pieces = self.chat.pieces();
        let roles = [pieces.open.clone(), pieces.answer.clone()];
        let end = pieces.end.clone();
        if !self.ends.contains(&end) {
            self.ends.push(end);
            self.stops.clear();
            self.npu
                .set_stops(&self.ends)
                .map_err(|fault| ready(&fault))?;
        }
        self.require(tokens)?;
        self.prefix = Prefix::prime(
            &mut self.npu,
            &text,
            &roles,
            tokens,
            self.prefill_only,
            &self.counter,
            &mut self.device,
        )?;
        self.is_fresh();
        Ok(tokens)
    }

    /// Between two commands: back to the prefix, so that the next command
    /// need not wait for it. A question that follows all the same is answered
    /// from what was said.
    pub(super) fn rest(&mut self) -> Result<(), BackendError> {
        self.settle()?;
        if !self.talk.fresh {
            self.reset()?;
        }
        self.device();
        Ok(())
    }

    /// Answers a question.
    pub(super) fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        let text = self.chat.question(ask)?;
        let answer = self.generate(ask, &text, watch);
        self.chat.answered(ask, answer)
    }

    fn generate(
        &mut self,
        ask: &Ask,
        text: &str,
        watch: &mut Watch,
    ) -> Result<Answer, BackendError> {
        let clock = Stopwatch::start();
        self.settle()?;
        if ask.follow.is_none() {
            self.talk.said.clear();
        }
        let new = if ask.prompt.is_some() {
            self.empty()?;
            text.to_owned()
        } else {
            self.position(ask.follow.is_some(), text)?
        };
        let tokens = self.counter.count(&mut self.npu, &new)?;
        self.require(tokens + ask.max_tokens as usize)?;
        self.stop_at(&ask.stops)?;
        let prompt_tokens = tokens + usize::from(self.talk.pending);
        self.talk.fresh = false;
        self.talk.surplus.clear();
        self.npu
            .generate(&new, ask.max_tokens)
            .map_err(|fault| fault.at(Stage::Run, "asking"))?;
        self.talk.open = true;
        self.talk.used += tokens;
        self.talk.said.push_str(text);
        self.read(ask, clock, prompt_tokens, watch)
    }

    /// Brings the context to where the question goes on, and gives what has to
    /// be written there.
    fn position(&mut self, follow: bool, text: &str) -> Result<String, BackendError> {
        // The device takes the answers of a model that thinks back out of its
        // context.
        if follow && !self.talk.fresh && !self.chat.pieces().thinks {
            // What the device wrote ahead is what the asker would write, unless
            // the two differ.
            if let Some(new) = text.strip_prefix(self.talk.surplus.as_str())
                && !new.is_empty()
            {
                return Ok(new.to_owned());
            }
        }
        if !self.talk.fresh {
            self.reset()?;
        }
        Ok(format!("{}{}{text}", self.prefix.tail, self.talk.said))
    }

    /// Reads until the answer is whole, or is as good as whole.
    fn read(
        &mut self,
        ask: &Ask,
        clock: Stopwatch,
        prompt_tokens: usize,
        watch: &mut Watch,
    ) -> Result<Answer, BackendError> {
        let mut growing = Growing::with_ends(ask, &self.ends);
        loop {
            let left = clock.left_ms(ask.deadline_ms);
            if left == 0 {
                return Err(BackendError::too_slow(ask.deadline_ms.into()));
            }
            let (piece, state) = match self.npu.read(left.min(READ_MS)) {
                Err(fault) if fault.status == TIMEOUT => {
                    watch.wanted()?;
                    continue;
                }
                read => read.map_err(|fault| fault.at(Stage::Run, "answering"))?,
            };
            self.talk.used += 1;
            self.talk.pending = true;
            let over = growing.push(&piece, false);
            watch.said(&mut growing)?;
            if state != State::Generating {
                self.npu.finish();
                self.talk.open = false;
            }
            watch.step(1)?;
            if state == State::Aborted {
                return Err(BackendError::new(
                    ErrorClass::SessionClosed,
                    "the accelerator ended an answer by itself",
                ));
            }
            if over || !self.talk.open {
                break;
            }
        }
        let Some(raw) = growing.sound() else {
            return Err(BackendError::new(
                ErrorClass::BadOutput,
                "the model answered with what is no text",
            ));
        };
        self.talk.said.push_str(raw);
        let ended = growing.ended();
        let (text, decoded_tokens) = growing.finish();
        Ok(Answer {
            text,
            prompt_tokens: u32::try_from(prompt_tokens).unwrap_or(u32::MAX),
            decoded_tokens,
            ended,
            ms: clock.ms(),
        })
    }

    /// Ends a generation that was left running, and notes what it wrote.
    fn settle(&mut self) -> Result<(), BackendError> {
        if !self.talk.open {
            return Ok(());
        }
        let failed = |fault: &Fault| fault.at(Stage::Run, "ending an answer");
        self.npu.abort().map_err(|fault| failed(&fault))?;
        let mut surplus = Vec::new();
        let mut waits = 0;
        loop {
            match self.npu.read(READ_MS) {
                Ok((piece, state)) => {
                    surplus.extend(piece);
                    self.talk.used += usize::from(state != State::Aborted);
                    if state != State::Generating {
                        break;
                    }
                }
                Err(fault) if fault.status == TIMEOUT && waits < SETTLE_READS => waits += 1,
                Err(fault) => return Err(failed(&fault)),
            }
        }
        self.npu.finish();
        self.talk.open = false;
        self.talk.surplus = String::from_utf8_lossy(&surplus).into_owned();
        Ok(())
    }

    /// Back to the prefix. What was said is remembered.
    fn reset(&mut self) -> Result<(), BackendError> {
        self.prefix.put_back(&mut self.npu)?;
        self.is_fresh();
        Ok(())
    }

    /// Takes everything out of the context, for a question that stands alone; the prefix
    /// is put back when the device rests, or for the next command.
    fn empty(&mut self) -> Result<(), BackendError> {
        let emptied = self.npu.clear();
        emptied.map_err(|fault| fault.at(Stage::Run, "making room for a question"))?;
        self.talk = Talk::default();
        Ok(())
    }

    fn is_fresh(&mut self) {
        self.talk.fresh = true;
        self.talk.surplus.clear();
        self.talk.used = self.prefix.used;
        self.talk.pending = self.prefix.pending;
    }

    fn require(&self, wanted: usize) -> Result<(), BackendError> {
        if self.talk.used + wanted > self.capacity {
            return Err(BackendError::overflow(
                wanted,
                self.talk.used,
                self.capacity,
            ));
        }
        Ok(())
    }

    /// Tells the device what to stop at: saves the step that it would take
    /// until it is aborted. The host cuts for itself all the same.
    fn stop_at(&mut self, stops: &[String]) -> Result<(), BackendError> {
        if self.stops != stops {
            let mut all = self.ends.clone();
            for stop in stops.iter().filter(|stop| !stop.is_empty()) {
                all.extend(MERGED.map(|(before, after)| format!("{before}{stop}{after}")));
            }
            self.npu
                .set_stops(&all)
                .map_err(|fault| fault.at(Stage::Run, "setting stops"))?;
            self.stops = stops.to_vec();
        }
        Ok(())
    }
}

fn ready(fault: &Fault) -> BackendError {
    fault.at(Stage::Run, "readying the model")
}
