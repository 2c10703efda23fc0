//! `mynah ask`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah ask`.
#[derive(Debug, Args)]
pub struct AskArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &AskArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
