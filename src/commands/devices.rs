//! `mynah devices`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah devices`.
#[derive(Debug, Args)]
pub struct DevicesArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &DevicesArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
