//! `mynah say`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah say`.
#[derive(Debug, Args)]
pub struct SayArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &SayArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
