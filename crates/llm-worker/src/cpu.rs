//! The model on the processor, by llama.cpp: greedy, with the primed prefix
//! kept in the KV cache, and nothing offered that the Hailo could not.

mod deadline;
mod pace;
mod session;

use std::num::{NonZero, NonZeroU32};
use std::path::PathBuf;
use std::thread::available_parallelism;

use mynah_llm_link::wire::ErrorClass;
use mynah_llm_link::{Answer, Ask, Prompt};

use crate::backend::{Backend, BackendError};
use crate::state::States;
use crate::watch::Watch;
use session::Session;

/// Tokens evaluated at once. The Hailo's block is 96; between two blocks the
/// deadline is looked at.
const BLOCK: usize = 96;

/// llama.cpp with one model.
pub(crate) struct Cpu {
    path: PathBuf,
    /// The most threads; `None`: one fewer than there are cores, which
    /// something else may want.
    threads: Option<u32>,
    capacity: NonZeroU32,
    /// Where primed states are kept; `None`: nowhere.
    states: Option<PathBuf>,
    session: Option<Session>,
}

impl Cpu {
    /// A back end whose model is not loaded yet.
    pub(crate) fn new(
        path: PathBuf,
        threads: Option<u32>,
        capacity: NonZeroU32,
        states: Option<PathBuf>,
    ) -> Self {
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
            let most = self.threads.map_or_else(spare_cores, |most| most as usize);
            let mut session = Session::load(&self.path, most, self.capacity)?;
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

    fn prime(&mut self, prompt: &Prompt, watch: &mut Watch) -> Result<u32, BackendError> {
        self.session()?.prime(prompt, watch)
    }

    fn ask(&mut self, ask: &Ask, watch: &mut Watch) -> Result<Answer, BackendError> {
        self.session()?.ask(ask, watch)
    }

    fn rest(&mut self) -> Result<(), BackendError> {
        self.session.as_mut().map_or(Ok(()), Session::rest)
    }

    fn threads(&self) -> u32 {
        let session = self.session.as_ref();
        session.map_or(0, |session| count(session.pace.threads()))
    }
}

/// All cores of this process but one, which something else may want.
fn spare_cores() -> usize {
    let cores = available_parallelism().map_or(1, NonZero::get);
    cores.saturating_sub(1).max(1)
}

fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}
