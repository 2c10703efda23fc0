//! `mynah doctor`

use clap::Args;

use super::{Common, Exit};

/// Arguments of `mynah doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {}

/// Runs the command.
///
/// # Errors
/// What stopped it, for people.
pub fn run(_args: &DoctorArgs, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
