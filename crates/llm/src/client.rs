//! The parent's side of the seam: starts the worker, tells it to stop when it
//! is late, kills it when it hangs or talks garbage, and starts it again,
//! primed as before, a bounded number of times.

mod asking;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::options::Options;
use crate::process::{Memory, Process, find_worker};
use crate::wire::{MAX_LINE, PipeLine, Reply, Request, Status, WorkerOrder, WorkerReport};
use crate::{Heed, LlmError, Prompt};
use asking::with_own_deadline;

/// Restarts allowed within [`RESTART_WINDOW`]. A wedged Hailo may lose memory
/// with every restart, and only a cold start of the machine gives it back.
const RESTARTS: usize = 5;

/// How often an asker is asked whether it still wants its answer.
const LOOK: Duration = Duration::from_millis(50);

/// After this long a restart is forgotten.
const RESTART_WINDOW: Duration = Duration::from_mins(10);

/// A language model in a process of its own.
#[derive(Debug)]
pub struct WorkerClient {
    options: Options,
    process: Option<Process>,
    prompt: Option<Prompt>,
    prefix_tokens: u32,
    last_id: u64,
    /// The last request that is to be answered, and the last that was.
    owed: u64,
    answered: u64,
    /// When the first request was sent that is not answered yet.
    owed_since: Instant,
    /// Requests of the start whose replies have not come yet.
    starting: VecDeque<u64>,
    start_until: Instant,
    /// Processes started so far.
    starts: u32,
    restarts: VecDeque<Instant>,
    /// The last question was answered: there is something to continue.
    followable: bool,
}

impl WorkerClient {
    /// Starts the worker and returns at once; it loads meanwhile. A failure
    /// shows at the first use.
    #[must_use]
    pub fn start(options: Options) -> Self {
        let mut client = Self::idle(options);
        if let Err(error) = client.run() {
            tracing::warn!(%error, "the language model does not start");
        }
        client
    }

    /// A client whose worker is started at the first use.
    #[must_use]
    pub fn idle(options: Options) -> Self {
        Self {
            options,
            process: None,
            prompt: None,
            prefix_tokens: 0,
            last_id: 0,
            owed: 0,
            answered: 0,
            owed_since: now(),
            starting: VecDeque::new(),
            start_until: now(),
            starts: 0,
            restarts: VecDeque::new(),
            followable: false,
        }
    }

    /// Ends the worker. The next use starts another.
    pub fn stop(&mut self) {
        self.process = None;
        self.starting.clear();
    }

    /// What the next worker is primed with.
    pub(crate) fn keep_prompt(&mut self, prompt: &Prompt) {
        self.prompt = Some(prompt.clone());
    }

    /// How its worker is started.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// The longest that loading and priming together may take, ms.
    #[must_use]
    pub const fn start_ms(&self) -> u32 {
        self.options.start_ms
    }

    /// Memory of the worker, while it runs.
    #[must_use]
    pub fn memory(&self) -> Option<Memory> {
        self.process.as_ref()?.memory()
    }

    /// The worker's process id, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref()?.pid()
    }

    /// Tokens of the primed prefix; 0 before it is primed.
    #[must_use]
    pub fn prefix_tokens(&self) -> u32 {
        self.prefix_tokens
    }

    /// How the worker is, once it has loaded.
    ///
    /// # Errors
    /// When it fails to load or does not answer in time.
    pub fn status(&mut self, wait_ms: u32) -> Result<Status, LlmError> {
        match self.request(WorkerOrder::Status, wait_ms)? {
            WorkerReport::Status(status) => Ok(status),
            other => Err(self.confused(&other)),
        }
    }

    /// Whether the worker has loaded and is primed, or is so within that time.
    /// Starts one where none runs.
    ///
    /// # Errors
    /// When it has failed or cannot be started. The next call tries again.
    pub fn ready(&mut self, wait_ms: u32) -> Result<bool, LlmError> {
        self.run()?;
        let ending = self.process.as_mut().and_then(Process::ending);
        if ending.is_some() && self.starting.is_empty() {
            return Err(self.fail("it ended"));
        }
        match self.settle(now() + millis(wait_ms), wait_ms) {
            Ok(()) => {
                if self.answered < self.owed {
                    // A question that was given up: fails if the worker hangs.
                    self.reply(self.owed, now())?;
                }
                Ok(true)
            }
            Err(LlmError::TooSlow(_)) if self.process.is_some() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Processes started so far: more than before, and the last one failed.
    #[must_use]
    pub fn starts(&self) -> u32 {
        self.starts
    }

    /// Makes sure that a worker runs, at least loading.
    fn run(&mut self) -> Result<(), LlmError> {
        if self.process.is_some() {
            return Ok(());
        }
        self.note_start()?;
        let program = self.options.program.clone().or_else(find_worker).ok_or_else(|| {
            LlmError::Gone(
                "there is no `mynah-llm` beside this program or on the PATH\nhint: build it with `cargo build --release --workspace`".into(),
            )
        })?;
        let process = Process::spawn(&program, &self.options.args).map_err(|error| {
            LlmError::Gone(format!(
                "`{}` cannot be started: {error}\nhint: `mynah doctor` says what is missing",
                program.display()
            ))
        })?;
        self.process = Some(process);
        self.followable = false;
        self.starting.clear();
        self.answered = self.last_id;
        self.start_until = now() + millis(self.options.start_ms);
        let load = self.send(WorkerOrder::Load)?;
        self.starting.push_back(load);
        self.send_prefix()
    }

    /// Every start but the first counts against the budget of restarts.
    fn note_start(&mut self) -> Result<(), LlmError> {
        self.starts += 1;
        if self.starts == 1 {
            return Ok(());
        }
        let now = now();
        while self
            .restarts
            .front()
            .is_some_and(|then| now - *then > RESTART_WINDOW)
        {
            self.restarts.pop_front();
        }
        if let Some(first) = self
            .restarts
            .front()
            .filter(|_| self.restarts.len() >= RESTARTS)
        {
            let rest = RESTART_WINDOW.saturating_sub(now - *first);
            return Err(LlmError::Gone(format!(
                "it failed {RESTARTS} times in {} minutes and is left alone for {} s\nhint: `mynah doctor` says what is wrong",
                RESTART_WINDOW.as_secs() / 60,
                rest.as_secs() + 1
            )));
        }
        if let Some(budget) = &self.options.budget {
            budget.take()?;
        }
        self.restarts.push_back(now);
        Ok(())
    }

    fn send_prefix(&mut self) -> Result<(), LlmError> {
        self.prefix_tokens = 0;
        if let Some(prompt) = self.prompt.clone() {
            let id = self.send(WorkerOrder::Prime { prompt })?;
            self.starting.push_back(id);
        }
        Ok(())
    }

    fn send(&mut self, order: WorkerOrder) -> Result<u64, LlmError> {
        self.last_id += 1;
        let id = self.last_id;
        if order != WorkerOrder::Cancel {
            if self.owed <= self.answered {
                self.owed_since = now();
            }
            self.owed = id;
        }
        let line = serde_json::to_string(&Request { id, order })
            .map_err(|error| LlmError::Refused(error.to_string()))?;
        if line.len() >= MAX_LINE {
            return Err(LlmError::Refused(format!(
                "{} bytes are too long a text",
                line.len()
            )));
        }
        let sent = self
            .process
            .as_ref()
            .is_some_and(|process| process.send(line));
        if sent {
            Ok(id)
        } else {
            Err(self.fail("it does not read its requests"))
        }
    }

    /// Waits for the replies of a start. The time of the person who waits may
    /// be over long before that of the start; then the worker lives on.
    fn settle(&mut self, until: Instant, waited_ms: u32) -> Result<(), LlmError> {
        while let Some(&id) = self.starting.front() {
            match self.reply(id, until)? {
                Some(WorkerReport::Status(status)) if status.loaded => {}
                Some(WorkerReport::Primed { tokens }) => self.prefix_tokens = tokens,
                Some(WorkerReport::Error { class, text }) => {
                    self.process = None;
                    return Err(LlmError::Failed { class, text });
                }
                Some(other) => return Err(self.confused(&other)),
                None => return Err(LlmError::TooSlow(waited_ms)),
            }
            self.starting.pop_front();
        }
        Ok(())
    }

    /// One request and its reply. A late worker is told to stop, and may still
    /// be at it when this returns.
    fn request(&mut self, order: WorkerOrder, wait_ms: u32) -> Result<WorkerReport, LlmError> {
        self.request_aloud(order, wait_ms, &mut |_| true)
    }

    /// The same, whose pieces `heed` gets as they come.
    fn request_aloud(
        &mut self,
        order: WorkerOrder,
        wait_ms: u32,
        heed: &mut Heed<'_>,
    ) -> Result<WorkerReport, LlmError> {
        let until = now() + millis(wait_ms);
        self.run()?;
        self.settle(until, wait_ms)?;
        let order = match order {
            WorkerOrder::Ask(ask) => WorkerOrder::Ask(with_own_deadline(ask, until)),
            order => order,
        };
        let id = self.send(order)?;
        loop {
            // Who does not want the answer any more need not wait for a piece of it.
            let look = until.min(now() + LOOK);
            match self.reply(id, look)? {
                Some(WorkerReport::Piece { text }) if heed(&text) => {}
                None if now() < until && heed("") => {}
                None if until <= now() => {
                    tracing::warn!(wait_ms, "the language model is late and is told to stop");
                    self.send(WorkerOrder::Cancel)?;
                    return Err(LlmError::TooSlow(wait_ms));
                }
                Some(WorkerReport::Piece { .. }) | None => {
                    self.send(WorkerOrder::Cancel)?;
                    return Err(LlmError::Unwanted);
                }
                Some(report) => return Ok(report),
            }
        }
    }

    /// When the worker, if it writes nothing until then, has hung.
    fn hangs_at(&self) -> Option<Instant> {
        let process = self.process.as_ref()?;
        let sign = process.last_sign().max(self.owed_since);
        let hangs = sign + millis(self.options.stall_ms);
        // Loading makes no progress that could be seen.
        let loads = !self.starting.is_empty();
        Some(if loads {
            hangs.max(self.start_until)
        } else {
            hangs
        })
    }

    /// The reply of that id; `None` when it does not come in time.
    fn reply(&mut self, id: u64, until: Instant) -> Result<Option<WorkerReport>, LlmError> {
        loop {
            let (Some(process), Some(hangs)) = (self.process.as_ref(), self.hangs_at()) else {
                return Err(LlmError::Gone("it is not running".into()));
            };
            let wait = until.min(hangs).saturating_duration_since(now());
            match process.receive(wait) {
                None => {
                    let now = now();
                    // Progress may have come meanwhile.
                    if self.hangs_at().is_some_and(|hangs| hangs <= now) {
                        return Err(self.hung());
                    }
                    if until <= now {
                        return Ok(None);
                    }
                }
                Some(PipeLine::Text(line)) => match serde_json::from_str::<Reply>(&line) {
                    Ok(reply) if matches!(reply.result, WorkerReport::Piece { .. }) => {
                        if reply.id == id {
                            return Ok(Some(reply.result));
                        }
                    }
                    Ok(reply) if reply.id == id => {
                        self.answered = id;
                        return Ok(Some(reply.result));
                    }
                    // A late answer to a question that was given up.
                    Ok(reply) if reply.id != 0 && reply.id < id => {
                        self.answered = self.answered.max(reply.id);
                        self.owed_since = now();
                    }
                    Ok(reply) => return Err(self.confused(&reply.result)),
                    Err(_) => return Err(self.fail("it wrote what is no reply")),
                },
                Some(PipeLine::Garbage) => return Err(self.fail("it wrote what is no reply")),
                Some(PipeLine::End) => return Err(self.fail("it ended")),
            }
        }
    }

    fn confused(&mut self, report: &WorkerReport) -> LlmError {
        self.fail(&format!("its reply does not fit the request: {report:?}"))
    }

    /// Kills a worker that makes no progress. One that loads is not replaced.
    fn hung(&mut self) -> LlmError {
        let ms = if self.starting.is_empty() {
            self.options.stall_ms
        } else {
            self.options.start_ms.max(self.options.stall_ms)
        };
        tracing::error!(ms, "the language model makes no progress and is killed");
        self.process = None;
        if self.starting.is_empty() {
            self.restart();
        } else {
            self.starting.clear();
        }
        LlmError::Hung(ms)
    }

    /// Kills the worker and starts another in the background.
    fn fail(&mut self, why: &str) -> LlmError {
        let ending = self.process.as_mut().and_then(Process::ending);
        self.process = None;
        let why = ending.map_or_else(|| why.to_owned(), |ending| format!("{why} ({ending})"));
        tracing::error!(%why, "the language model failed");
        if self.starting.is_empty() {
            self.restart();
        }
        LlmError::Gone(why)
    }

    /// Starts again at once, so that the next command finds a worker that is
    /// already loading; a failure shows there.
    fn restart(&mut self) {
        if let Err(error) = self.run() {
            tracing::error!(%error, "the language model does not start again");
        }
    }
}

fn millis(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is held to real deadlines"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
