//! `mynah check`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah check`.
#[derive(Debug, Args)]
pub struct CheckArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &CheckArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
