//! `mynah reload`: lets the running appliance read its configuration anew.

use std::io::ErrorKind;

use anyhow::Context as _;
use clap::Args;

use super::{Common, Exit, backup};
use crate::control;

const EXAMPLES: &str = "\
Examples:
  mynah reload           after a change of the configuration
  sudo mynah reload      the appliance that runs as a service

It reads the file that it was started with, and swaps it in between two turns;
timers, open questions and connections stay. A wrong file changes nothing.
`systemctl reload mynah` does the same, and so does SIGHUP.
Exit status: 0 done, 1 no appliance runs or it is in use, 2 the file is wrong.";

/// Arguments of `mynah reload`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ReloadArgs {}

/// Runs the command.
///
/// # Errors
/// When no appliance can be reached.
pub(crate) fn run(_args: &ReloadArgs, common: &Common) -> anyhow::Result<Exit> {
    let config = mynah_config::place(common.config.as_deref());
    let folder = backup::state(config.as_deref())?;
    let reloaded = control::ask(&folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::ConnectionRefused => anyhow::anyhow!(
            "no appliance runs with its state in `{}`\nhint: start one with `mynah run`, or name \
             the folder in STATE_DIRECTORY",
            folder.display()
        ),
        ErrorKind::PermissionDenied => anyhow::anyhow!(
            "the appliance in `{}` belongs to another user\nhint: run this with `sudo`",
            folder.display()
        ),
        _ => anyhow::Error::new(error).context("the appliance does not answer"),
    })?;
    if common.json {
        let line = serde_json::to_string(&reloaded).context("cannot print the answer")?;
        println!("{line}");
    } else if !reloaded.ok {
        eprintln!("mynah: {}", reloaded.report.trim_end());
        eprintln!("The configuration of before still counts.");
    } else if reloaded.restart.is_empty() {
        println!("The configuration counts now.");
    } else {
        println!(
            "The configuration counts now, but `{}` after a restart.",
            reloaded.restart.join("`, `")
        );
    }
    Ok(match (reloaded.ok, reloaded.problems.is_empty()) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Usage,
        (false, true) => Exit::Failed,
    })
}
