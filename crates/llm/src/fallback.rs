//! Several back ends behind one seam, best first. One that fails twice is left
//! for the next; it is tried again on a schedule and taken back when it is
//! ready, while nobody speaks with the other.

mod plan;

use std::collections::VecDeque;
use std::time::Instant;

use crate::client::now;
use crate::wire::Device;
use crate::{
    Answer, Ask, ErrorClass, Heed, LanguageModel, LlmError, NO_DEADLINE, Prompt, WorkerClient,
};

pub use plan::{BackEnd, BackendReport, Schedule, Stand};

/// Failures within [`Schedule::forgive`] after which a back end is left: the
/// first is answered by starting its process anew.
const STRIKES: usize = 2;

/// From this throttling on, the accelerator has stopped working for heat.
const OVERHEATED: u8 = 5;

/// How long an idle accelerator may take to say how it is, ms.
const LOOK_MS: u32 = 3_000;

struct End {
    name: String,
    present: Box<dyn Fn() -> bool + Send>,
    client: WorkerClient,
    failures: VecDeque<Instant>,
    /// In a row, for the schedule.
    falls_in_row: u32,
    falls: u32,
    retry_at: Option<Instant>,
    reason: String,
}

/// A language model that changes its place when it must.
pub struct Fallback {
    ends: Vec<End>,
    schedule: Schedule,
    /// The one that answers, or will.
    at: Option<usize>,
    /// A better one that is being tried.
    trial: Option<usize>,
    last_ask: Option<Instant>,
    looked: Option<Instant>,
    device: Option<Device>,
}

impl Fallback {
    /// Starts the best back end that is there, and returns at once.
    #[must_use]
    pub fn start(ends: Vec<BackEnd>, schedule: Schedule) -> Self {
        let ends = ends.into_iter().map(|end| End {
            name: end.name,
            present: end.present,
            client: WorkerClient::idle(end.options),
            failures: VecDeque::new(),
            falls_in_row: 0,
            falls: 0,
            retry_at: None,
            reason: String::new(),
        });
        let mut model = Self {
            ends: ends.collect(),
            schedule,
            at: None,
            trial: None,
            last_ask: None,
            looked: None,
            device: None,
        };
        model.take_next(0);
        model
    }

    /// The name of the back end that answers or will; `None`: none does.
    #[must_use]
    pub fn current(&self) -> Option<&str> {
        Some(&self.ends[self.at?].name)
    }

    /// Whether a question can be answered, now or within that time.
    pub fn ready(&mut self, wait_ms: u32) -> bool {
        let Some(at) = self.at else {
            return false;
        };
        match self.ends[at].client.ready(wait_ms) {
            Ok(ready) => ready,
            Err(error) => {
                self.strike(at, &error);
                false
            }
        }
    }

    /// Waits until a question can be answered, however long loading takes.
    ///
    /// # Errors
    /// When no back end is left.
    pub fn wait(&mut self) -> Result<(), LlmError> {
        while let Some(at) = self.at {
            match self.ends[at].client.status(NO_DEADLINE) {
                Ok(status) => {
                    self.device = status.device;
                    return Ok(());
                }
                Err(error) => self.strike(at, &error),
            }
        }
        Err(self.away())
    }

    /// To be called every few seconds: finds out about failures between
    /// questions, tries what was left, and goes back to what is better.
    pub fn tick(&mut self) {
        let ready = self.ready(0);
        self.try_better();
        if ready && self.is_idle() {
            self.look_at_device();
        }
    }

    /// How all of them are, best first.
    #[must_use]
    pub fn reports(&mut self) -> Vec<BackendReport> {
        let ready = self.ready(0);
        let at = self.at.unwrap_or(self.ends.len());
        let report = |(index, end): (usize, &End)| BackendReport {
            name: end.name.clone(),
            stand: match (index == at, index > at) {
                (true, _) if ready => Stand::Serves,
                (true, _) => Stand::Loads,
                (_, true) if end.retry_at.is_none() => Stand::Spare,
                _ if !(end.present)() => Stand::Absent,
                _ => Stand::Failed,
            },
            reason: end.reason.clone(),
            falls: end.falls,
        };
        self.ends.iter().enumerate().map(report).collect()
    }

    /// The accelerator as it was last, if the model runs on one.
    #[must_use]
    pub const fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }

    /// The current worker's process id.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.ends[self.at?].client.pid()
    }

    fn away(&self) -> LlmError {
        let reasons = self
            .ends
            .iter()
            .filter(|end| !end.reason.is_empty())
            .map(|end| format!("`{}`: {}", end.name, end.reason));
        let reasons: Vec<String> = reasons.collect();
        LlmError::Away(reasons.join("; "))
    }

    fn is_idle(&self) -> bool {
        self.last_ask
            .is_none_or(|last| self.schedule.idle <= now() - last)
    }

    /// A failure of the one that answers.
    fn strike(&mut self, index: usize, error: &LlmError) {
        let (now, forgive) = (now(), self.schedule.forgive);
        let end = &mut self.ends[index];
        end.reason = one_line(error);
        end.failures.push_back(now);
        end.failures.retain(|then| now - *then < forgive);
        if STRIKES <= end.failures.len() || is_lasting(error) || !(end.present)() {
            self.leave(index);
        }
    }

    /// Stops a back end, sets the time of its next trial, and goes on with the
    /// next one if it was the one that answered.
    fn leave(&mut self, index: usize) {
        let end = &mut self.ends[index];
        let pause = self
            .schedule
            .retry
            .saturating_mul(4_u32.saturating_pow(end.falls_in_row))
            .min(self.schedule.longest);
        end.client.stop();
        end.failures.clear();
        end.falls += 1;
        end.falls_in_row += 1;
        end.retry_at = Some(now() + pause);
        if self.at == Some(index) {
            self.device = None;
            self.looked = None;
            self.take_next(index + 1);
            tracing::error!(
                reason = self.ends[index].reason,
                again_s = pause.as_secs(),
                "the language model is lost on `{}`; {}",
                self.ends[index].name,
                self.current().map_or_else(
                    || "only phrases are understood".to_owned(),
                    |name| format!("it goes on on `{name}`")
                ),
            );
        } else {
            tracing::info!(reason = end.reason, "`{}` is still lost", end.name);
        }
    }

    /// Starts the first one from `first` on that is there and need not wait.
    fn take_next(&mut self, first: usize) {
        self.at = (first..self.ends.len()).find(|index| self.is_due(*index));
        if let Some(at) = self.at {
            // A failure shows at the next look.
            let _ = self.ends[at].client.ready(0);
        }
    }

    fn is_due(&self, index: usize) -> bool {
        let end = &self.ends[index];
        end.retry_at.is_none_or(|at| at <= now()) && (end.present)()
    }

    /// Tries one that is better than the current one, and takes it when it is
    /// ready and nobody is in the middle of a conversation.
    fn try_better(&mut self) {
        let worse = self.at.unwrap_or(self.ends.len());
        self.trial = self
            .trial
            .filter(|index| *index < worse)
            .or_else(|| (0..worse).find(|index| self.is_due(*index)));
        let Some(index) = self.trial else {
            return;
        };
        match self.ends[index].client.ready(0) {
            Ok(true) if self.at.is_none() || self.is_idle() => self.promote(index),
            Ok(_) => {}
            Err(error) => {
                self.trial = None;
                self.ends[index].reason = one_line(&error);
                self.leave(index);
            }
        }
    }

    fn promote(&mut self, index: usize) {
        if let Some(at) = self.at {
            self.ends[at].client.stop();
        }
        self.at = Some(index);
        self.trial = None;
        self.looked = None;
        let end = &mut self.ends[index];
        end.retry_at = None;
        tracing::warn!("the language model is back on `{}`", end.name);
    }

    /// Asks the accelerator how it is. One that is too hot to work may rest.
    fn look_at_device(&mut self) {
        let due = self
            .looked
            .is_none_or(|then| self.schedule.look <= now() - then);
        let (Some(at), true) = (self.at, due) else {
            return;
        };
        // What runs on no accelerator is asked once.
        if self.looked.is_some() && self.device.is_none() {
            return;
        }
        self.looked = Some(now());
        let device = match self.ends[at].client.status(LOOK_MS) {
            Ok(status) => status.device,
            // It is still at a question that was given up.
            Err(LlmError::TooSlow(_)) => return,
            Err(error) => {
                self.strike(at, &error);
                return;
            }
        };
        let throttling = |device: &Option<Device>| {
            let level = device.as_ref().and_then(|device| device.health.throttling);
            level.unwrap_or(0)
        };
        let (before, after) = (throttling(&self.device), throttling(&device));
        let celsius = device.as_ref().and_then(|device| device.health.chip_c);
        self.device = device;
        if after != before {
            tracing::warn!(
                before,
                after,
                ?celsius,
                "the accelerator's throttling has changed"
            );
        }
        if OVERHEATED <= after {
            self.ends[at].reason = format!("too hot (throttling {after} of 6)");
            self.leave(at);
        }
    }
}

impl LanguageModel for Fallback {
    fn prime(&mut self, prompt: &Prompt) -> Result<u32, LlmError> {
        self.prime_later(prompt)?;
        self.wait()?;
        Ok(self.at.map_or(0, |at| self.ends[at].client.prefix_tokens()))
    }

    fn prime_later(&mut self, prompt: &Prompt) -> Result<(), LlmError> {
        for end in &mut self.ends {
            end.client.keep_prompt(prompt);
        }
        match self.at {
            Some(at) => self.ends[at].client.prime_later(prompt),
            None => Ok(()),
        }
    }

    fn ask(&mut self, ask: &Ask) -> Result<Answer, LlmError> {
        self.ask_aloud(ask, &mut |_| true)
    }

    fn ask_aloud(&mut self, ask: &Ask, heed: &mut Heed<'_>) -> Result<Answer, LlmError> {
        self.last_ask = Some(now());
        let Some(at) = self.at else {
            return Err(self.away());
        };
        if let Err(error) = self.ends[at].client.ready(0) {
            self.strike(at, &error);
            return Err(error);
        }
        let end = &mut self.ends[at];
        let starts = end.client.starts();
        match end.client.ask_aloud(ask, heed) {
            Ok(answer) => {
                end.falls_in_row = 0;
                end.reason.clear();
                Ok(answer)
            }
            Err(error) => {
                let sound = end.client.starts() == starts && end.client.pid().is_some();
                if !sound {
                    self.strike(at, &error);
                }
                Err(error)
            }
        }
    }
}

/// Whether starting anew at once cannot help.
fn is_lasting(error: &LlmError) -> bool {
    let LlmError::Failed { class, .. } = error else {
        return false;
    };
    !matches!(
        class,
        ErrorClass::DeviceLost
            | ErrorClass::SessionClosed
            | ErrorClass::BadOutput
            | ErrorClass::Timeout
            | ErrorClass::Other
    )
}

fn one_line(error: &LlmError) -> String {
    error.to_string().replace('\n', "; ")
}
