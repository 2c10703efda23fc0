//! A worker with the accelerator's stand-in: a folder with a plan in the place
//! of the model, a file system in which the kernel shows a device, and the log
//! of what the stand-in was asked.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use mynah_llm_link::{Ask, Options, Prompt, WorkerClient};
use serde_json::Value;

/// Long enough for a busy machine, ms.
pub(crate) const PATIENT: u32 = 20_000;

/// Instructions and an example, as `mynah` gives them.
pub(crate) fn prefix() -> Prompt {
    Prompt::system("Answer with a name.").shot("good morning", "none")
}

/// The stand-in: cargo lays it beside the tests that depend on it.
pub(crate) fn library() -> PathBuf {
    let program = env::current_exe().expect("a running test has a path");
    let library = program.with_file_name("libmynah_standin.so");
    assert!(library.is_file(), "`{}` is missing", library.display());
    library
}

/// A folder for one worker.
pub(crate) struct WorkerFolder {
    /// Where it is.
    pub folder: PathBuf,
    args: Vec<OsString>,
}

impl WorkerFolder {
    /// A device that does as planned.
    pub(crate) fn new(name: &str, plan: &Value) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Left over from the last run, if there was one.
        let _ = fs::remove_dir_all(&folder);
        let desk = Self {
            folder,
            args: Vec::new(),
        };
        desk.write("model.hef", &plan.to_string());
        desk.write(
            "root/sys/class/hailo_chardev/hailo0/board_location",
            "0001:01:00.0\n",
        );
        desk.write("root/dev/hailo0", "");
        fs::create_dir_all(desk.folder.join("log")).expect("a folder for tests can be written");
        desk
    }

    /// Further arguments; of two alike the later counts.
    pub(crate) fn with(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(Into::into));
        self
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.folder.join(name);
        let folder = file.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("a folder for tests can be written");
        fs::write(file, text).expect("a file for tests can be written");
    }

    /// Removes a part of the file system that the worker sees.
    pub(crate) fn remove(&self, name: &str) {
        let path = self.folder.join(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
        removed.expect("it was there");
    }

    /// The worker's command line.
    pub(crate) fn args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["--backend".into(), "hailo".into()];
        for (name, value) in [
            ("--model", self.folder.join("model.hef")),
            ("--root", self.folder.join("root")),
            ("--log", self.folder.join("log")),
            ("--library", library()),
            ("--shim", library()),
        ] {
            if !self.args.iter().any(|arg| arg == name) {
                args.extend([name.into(), value.into()]);
            }
        }
        args.extend(self.args.iter().cloned());
        args
    }

    /// A client whose worker is starting.
    pub(crate) fn client(&self) -> WorkerClient {
        self.client_that_waits(PATIENT)
    }

    /// As above; it takes a worker for hung after so long without a sign.
    pub(crate) fn client_that_waits(&self, stall_ms: u32) -> WorkerClient {
        WorkerClient::start(Options {
            program: Some(env!("CARGO_BIN_EXE_mynah-llm").into()),
            args: self.args(),
            start_ms: PATIENT,
            stall_ms,
            budget: None,
        })
    }

    /// What the stand-in did since the worker was started.
    pub(crate) fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("log/standin.log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// A command.
pub(crate) fn command(words: &str, deadline_ms: u32) -> Ask {
    Ask {
        user: words.into(),
        max_tokens: 12,
        stops: vec!["\n".into()],
        deadline_ms,
        ..Ask::default()
    }
}

/// Whether a process has ended and was reaped.
pub(crate) fn gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}
