//! `mynah transcribe`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah transcribe`.
#[derive(Debug, Args)]
pub struct TranscribeArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &TranscribeArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
