//! `mynah test`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah test`.
#[derive(Debug, Args)]
pub struct TestArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &TestArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
