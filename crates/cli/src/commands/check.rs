//! `mynah check`: reports mistakes in the configuration, with remedies.

use clap::Args;

use super::{Common, Exit, collisions};
use mynah_appliance::runtime::names::names;
use mynah_config::{Problem, Source};
use mynah_core::language;
use mynah_core::model::Settings;
use mynah_models::Store;

const EXAMPLES: &str = "\
Examples:
  mynah check                        the file that `mynah run` would use
  mynah check --config kiosk.toml    another file
  mynah check --json                 one JSON object per problem and line

A warning is about what works and is hardly meant; its JSON has a key `warning`.

Exit status: 0 the file is good, 1 it cannot be read, 2 something is wrong.";

/// Arguments of `mynah check`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArgs {}

/// Runs the command.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn run(_args: &CheckArgs, common: &Common) -> anyhow::Result<Exit> {
    let source = mynah_config::discover(common.config.as_deref())?;
    match source.checked(Some(&names(&Store::discover()))) {
        Ok(settings) => {
            let _speaking = language::speak(settings.device.language);
            let warnings = warnings(&source, &settings);
            if common.json {
                for warning in &warnings {
                    let mut line = serde_json::to_value(warning)?;
                    line["warning"] = true.into();
                    println!("{line}");
                }
            } else {
                print!("{}", source.warnings(&warnings));
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

/// What is allowed and hardly meant: what the reading of the file has found,
/// and sentences that are understood as something else too.
fn warnings(source: &Source, settings: &Settings) -> Vec<Problem> {
    let mut warnings = settings.warnings.clone();
    for collision in collisions::find(settings) {
        let Some(intent) = settings
            .intents
            .iter()
            .position(|intent| intent.name == collision.intent)
        else {
            continue;
        };
        let key = format!("intent[{intent}].phrases[{}]", collision.phrase);
        // What is built in has no place in the file.
        let Some((line, column)) = source.place(&key) else {
            continue;
        };
        warnings.push(Problem {
            line,
            column,
            key,
            message: format!(
                "`{}` is not clear: it is understood as {}",
                collision.sentence, collision.got
            ),
            hint: "it would be asked about each time: let one of the two be said in other words"
                .into(),
        });
    }
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    warnings
}

fn summary(settings: &Settings) -> String {
    let phrases = settings.intents.iter().map(|i| i.phrases.len()).sum();
    let mut counts = vec![
        count(settings.intents.len(), "intent"),
        count(phrases, "phrase"),
        count(settings.tests.len(), "test"),
    ];
    if !settings.dialogues.is_empty() {
        counts.push(count(settings.dialogues.len(), "dialogue"));
    }
    counts.join(", ")
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
