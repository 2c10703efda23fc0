//! What every command of the program takes, and how it ends. A crate of its own
//! because the program and its laboratory share it.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

/// Options that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Common {
    /// The configuration [default: ./mynah.toml, then /etc/mynah/mynah.toml,
    /// then the built-in example]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print one JSON object per line and nothing else
    #[arg(long, global = true)]
    pub json: bool,
}

/// The exit status of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Done,
    /// 1
    Failed,
    /// 2: wrong usage or configuration.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
        })
    }
}
