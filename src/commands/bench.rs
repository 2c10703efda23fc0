//! `mynah bench`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &BenchArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
