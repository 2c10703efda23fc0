//! `mynah schema`: the JSON Schema of the configuration's intents.

use clap::Args;

use super::{Common, Exit};
use mynah_config::ConfigError;
use mynah_core::intent::schema::schema;

const EXAMPLES: &str = "\
Examples:
  mynah schema                        for the file that `mynah run` would use
  mynah schema --config kiosk.toml    for another file
  mynah schema --json                 in one line

It describes {\"intent\": ..., \"slots\": {...}} as `mynah ask --json` prints it.";

/// Arguments of `mynah schema`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SchemaArgs {}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn run(_args: &SchemaArgs, common: &Common) -> anyhow::Result<Exit> {
    let settings = match mynah_config::load(common.config.as_deref()) {
        Ok(settings) => settings,
        Err(wrong @ ConfigError::Wrong { .. }) => {
            eprintln!("{wrong}");
            return Ok(Exit::Usage);
        }
        Err(unreadable) => return Err(unreadable.into()),
    };
    let schema = schema(&settings);
    if common.json {
        println!("{schema}");
    } else {
        println!("{schema:#}");
    }
    Ok(Exit::Done)
}
