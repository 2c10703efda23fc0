//! The commands of the program, one file each: read arguments, call the other modules,
//! print.

pub mod ask;
pub mod backup;
pub mod bench;
pub mod check;
mod collisions;
pub mod devices;
pub mod doctor;
pub mod eval;
mod files;
pub mod hear;
pub mod import;
pub mod models;
pub mod new;
mod noise;
pub mod restore;
pub mod run;
mod samples;
pub mod say;
pub mod schema;
pub mod test;
pub mod timers;
pub mod transcribe;
pub mod wake;

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
