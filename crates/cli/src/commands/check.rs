//! `mynah check`: what is wrong in the configuration, and what would be right.

use clap::Args;

use super::{Common, Exit};
use mynah_config::Names;
use mynah_core::model::Settings;
use mynah_models::Store;
use mynah_models::manifest::{Kind, Manifest};

const EXAMPLES: &str = "\
Examples:
  mynah check                        the file that `mynah run` would take
  mynah check --config kiosk.toml    another file
  mynah check --json                 one JSON object per problem and line

Exit status: 0 the file is good, 1 it cannot be read, 2 something is wrong.";

/// Arguments of `mynah check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read.
pub fn run(_args: &CheckArgs, common: &Common) -> anyhow::Result<Exit> {
    let source = mynah_config::discover(common.config.as_deref())?;
    match mynah_config::parse_with(&source.text, Some(&names(&Store::discover()))) {
        Ok(settings) => {
            if !common.json {
                println!("{} is good: {}.", source.name, summary(&settings));
            }
            Ok(Exit::Done)
        }
        Err(problems) => {
            if common.json {
                for problem in &problems {
                    println!("{}", serde_json::to_string(problem)?);
                }
            } else {
                println!("{}", source.report(&problems));
            }
            Ok(Exit::Usage)
        }
    }
}

/// The models that a file may name: those of the manifest, whether or not they
/// are fetched, and those that the owner put into the store.
pub(super) fn names(store: &Store) -> Names {
    let manifest = Manifest::built_in();
    let of = |kind| store.names(&manifest, kind);
    Names {
        wake: of(Kind::Wake),
        stt: of(Kind::Stt),
        llm: of(Kind::Llm),
        voice: of(Kind::Voice),
    }
}

fn summary(settings: &Settings) -> String {
    let phrases = settings.intents.iter().map(|i| i.phrases.len()).sum();
    format!(
        "{}, {}, {}",
        count(settings.intents.len(), "intent"),
        count(phrases, "phrase"),
        count(settings.tests.len(), "test")
    )
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
