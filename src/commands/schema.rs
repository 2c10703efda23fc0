//! `mynah schema`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &SchemaArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
