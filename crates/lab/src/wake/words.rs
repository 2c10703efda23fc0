//! `mynah wake list` and `remove`.

use clap::Args;
use serde_json::json;

use super::train::{grade, quality_json};
use mynah_command::{Common, Exit};
use mynah_core::suggest;
use mynah_models::Store;
use mynah_models::manifest::{Kind, Manifest};
use mynah_speech::training::read_word;

/// Arguments of `mynah wake remove`.
#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    /// Their names, as `mynah wake list` has them
    #[arg(required = true)]
    names: Vec<String>,
}

/// Lists the built-in words, then the owner's own.
///
/// # Errors
/// None that is not in a line.
#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(super) fn list(common: &Common) -> anyhow::Result<Exit> {
    let store = Store::discover();
    let manifest = Manifest::built_in();
    let trained = store.trained();
    let mut exit = Exit::Done;
    for name in store.names(&manifest, Kind::Wake) {
        if trained.contains(&name) {
            continue;
        }
        let there = store.path(&name, &format!("{name}.tflite")).is_file();
        if common.json {
            println!(
                "{}",
                json!({"word": name, "built_in": true, "there": there})
            );
        } else {
            let state = if there { "" } else { ", not fetched" };
            println!("{name:<24} built-in{state}");
        }
    }
    for name in trained {
        match read_word(&store.word(&name)) {
            Ok(word) if common.json => {
                let mut line = quality_json(&word);
                line["built_in"] = json!(false);
                println!("{line}");
            }
            Ok(word) => {
                let quality = &word.quality;
                println!(
                    "{name:<24} \"{}\", {}: {} % missed, {} false alarms an hour (synthetic)",
                    word.text,
                    grade(quality),
                    quality.missed_percent,
                    quality.false_per_hour
                );
            }
            Err(error) => {
                exit = Exit::Failed;
                if common.json {
                    println!("{}", json!({"word": name, "error": error.to_string()}));
                }
                eprintln!("mynah: {error}");
            }
        }
    }
    Ok(exit)
}

/// Removes the owner's own words.
///
/// # Errors
/// When a file cannot be removed.
pub(super) fn remove(args: &RemoveArgs, common: &Common) -> anyhow::Result<Exit> {
    let store = Store::discover();
    let trained = store.trained();
    for name in &args.names {
        if !trained.contains(name) {
            let hint = suggest::among(name, &trained, "`mynah wake list` has all that there are");
            eprintln!("mynah: there is no trained word `{name}`\nhint: {hint}");
            return Ok(Exit::Usage);
        }
    }
    let settings = mynah_config::load(common.config.as_deref()).ok();
    for name in &args.names {
        std::fs::remove_file(store.word(name))?;
        if common.json {
            println!("{}", json!({"word": name, "removed": true}));
        } else {
            println!("removed {name}");
        }
        let words = settings.iter().flat_map(|settings| &settings.wake.words);
        if words.into_iter().any(|word| word.name == *name) {
            eprintln!(
                "mynah: the configuration still names `{name}`\nhint: take it out of `wake.words`, or the appliance will not start"
            );
        }
    }
    Ok(Exit::Done)
}
