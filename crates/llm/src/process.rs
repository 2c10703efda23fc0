//! The model's process as its parent holds it: two pipes with a thread each,
//! so that nothing the process does can block the parent.

use std::ffi::OsString;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use crate::client::now;
use crate::wire::{PipeLine, Reply, WorkerReport, read_line};

/// Lines that may wait in either direction.
const WAITING: usize = 8;

/// How long a killed process may take to go. One that a driver holds may never.
const REAP: Duration = Duration::from_secs(2);

/// The file name of the worker.
const WORKER: &str = "mynah-llm";

/// Memory of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Resident now, kB.
    pub resident_kb: u64,
    /// The most that was ever resident, kB.
    pub peak_kb: u64,
}

/// Where the worker lies: beside the running program, else on the `PATH`.
/// (Cargo puts tests and examples one folder below the programs.)
#[must_use]
pub fn find_worker() -> Option<PathBuf> {
    let program = env::current_exe().ok();
    let beside = program
        .iter()
        .flat_map(|program| program.ancestors().skip(1).take(2));
    let path = env::var_os("PATH").unwrap_or_default();
    beside
        .map(Path::to_path_buf)
        .chain(env::split_paths(&path))
        .map(|folder| folder.join(WORKER))
        .find(|file| file.is_file())
}

/// A running worker. Killed and reaped when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Option<Child>,
    requests: SyncSender<String>,
    replies: Receiver<PipeLine>,
    /// When it last wrote a line.
    sign: Arc<Mutex<Instant>>,
}

impl Process {
    /// Starts the program.
    pub(crate) fn spawn(program: &Path, args: &[OsString]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let (requests, outgoing) = sync_channel(WAITING);
        let (incoming, replies) = sync_channel(WAITING);
        let sign = Arc::new(Mutex::new(now()));
        if let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) {
            let sign = Arc::clone(&sign);
            thread::spawn(move || write_lines(stdin, &outgoing));
            thread::spawn(move || read_lines(stdout, &incoming, &sign));
        }
        Ok(Self {
            child: Some(child),
            requests,
            replies,
            sign,
        })
    }

    /// When it last wrote a line, progress messages included; at first when
    /// it was started.
    pub(crate) fn last_sign(&self) -> Instant {
        *self.sign.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over a line. `false`: the process does not read, or has gone.
    pub(crate) fn send(&self, line: String) -> bool {
        self.requests.try_send(line).is_ok()
    }

    /// Waits for a line. `None`: none came in time.
    pub(crate) fn receive(&self, wait: Duration) -> Option<PipeLine> {
        match self.replies.recv_timeout(wait) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(PipeLine::End),
        }
    }

    /// How it ended, if it has.
    pub(crate) fn ending(&mut self) -> Option<String> {
        let status = self.child.as_mut()?.try_wait().ok()??;
        Some(status.to_string())
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> Option<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?)).ok()?;
        let field = |name: &str| -> Option<u64> {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        Some(Memory {
            resident_kb: field("VmRSS:")?,
            peak_kb: field("VmHWM:")?,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // Fails only when the process has ended already.
        let _ = child.kill();
        let (done, reaped) = sync_channel::<()>(1);
        thread::spawn(move || {
            let _ = child.wait();
            let _ = done.try_send(());
        });
        if reaped.recv_timeout(REAP).is_err() {
            tracing::error!("the language model's process does not die");
        }
    }
}

fn write_lines(mut pipe: ChildStdin, lines: &Receiver<String>) {
    while let Ok(mut line) = lines.recv() {
        line.push('\n');
        if pipe
            .write_all(line.as_bytes())
            .and_then(|()| pipe.flush())
            .is_err()
        {
            return;
        }
    }
}

/// Hands every line on but progress messages: those only move `sign`, so that
/// any number of them fits while nobody reads.
fn read_lines(pipe: ChildStdout, lines: &SyncSender<PipeLine>, sign: &Mutex<Instant>) {
    let mut pipe = BufReader::new(pipe);
    loop {
        let line = read_line(&mut pipe).unwrap_or(PipeLine::End);
        *sign.lock().unwrap_or_else(PoisonError::into_inner) = now();
        if is_progress(&line) {
            continue;
        }
        let more = matches!(line, PipeLine::Text(_));
        if lines.send(line).is_err() || !more {
            return;
        }
    }
}

fn is_progress(line: &PipeLine) -> bool {
    let PipeLine::Text(text) = line else {
        return false;
    };
    matches!(
        serde_json::from_str::<Reply>(text),
        Ok(Reply {
            result: WorkerReport::Progress { .. },
            ..
        })
    )
}
