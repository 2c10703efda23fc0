//! `mynah hear`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah hear`.
#[derive(Debug, Args)]
pub struct HearArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &HearArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
