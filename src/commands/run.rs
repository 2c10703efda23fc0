//! `mynah run`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah run`.
#[derive(Debug, Args)]
pub struct RunArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &RunArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
