//! `mynah models`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah models`.
#[derive(Debug, Args)]
pub struct ModelsArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &ModelsArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
