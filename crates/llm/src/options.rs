//! How the model's process is started, and what it is allowed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::budget::Budget;

/// Longer than one block of a prompt takes on one core that others want too.
const STALL_MS: u32 = 60_000;

/// How the worker is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program; `None` looks for it with [`crate::find_worker`].
    pub program: Option<PathBuf>,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// The longest that loading and priming together may take without a sign
    /// of progress, ms.
    pub start_ms: u32,
    /// A worker that owes an answer and wrote no line for so long hangs, ms:
    /// longer than its longest step.
    pub stall_ms: u32,
    /// Restarts allowed until the machine starts anew, where each may cost
    /// what only that gives back.
    pub budget: Option<Budget>,
}

impl Options {
    /// A model on the processor, with at most so many threads; `None`: as many
    /// as prove useful when they are measured.
    #[must_use]
    pub fn cpu(model: &Path, threads: Option<u32>) -> Self {
        let options = Self::of("cpu", 300_000).arg("--model", model);
        match threads {
            Some(most) => options.arg("--threads", most.to_string()),
            None => options,
        }
    }

    /// A worker with that back end, to be given its arguments.
    #[must_use]
    pub fn of(backend: &str, start_ms: u32) -> Self {
        Self {
            program: None,
            args: vec!["--backend".into(), backend.into()],
            start_ms,
            stall_ms: STALL_MS,
            budget: None,
        }
    }

    /// With one more argument and its value.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.args.extend([name.into(), value.into()]);
        self
    }
}
