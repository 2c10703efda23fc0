//! `mynah wake`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah wake`.
#[derive(Debug, Args)]
pub struct WakeArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &WakeArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
