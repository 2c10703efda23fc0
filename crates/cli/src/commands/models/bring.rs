//! `mynah models fetch --from`: models from a stick, another folder or a file,
//! and the HAT's model also from an address.

use std::path::Path;

use serde_json::json;

use super::bars::Bars;
use super::{became, choose, print, usage};
use mynah_command::{Common, Exit};
use mynah_models::bring::Bring;
use mynah_models::hat::{ENDING, FOLDER, Hat, Installed};
use mynah_models::manifest::{Manifest, Model};
use mynah_models::shelf::Shelf;
use mynah_models::{ModelError, Store};

/// Which digests of a model for the HAT count, beside those that are known.
pub(super) struct Believed<'a> {
    /// By the owner's word.
    pub(super) sha256: Option<&'a str>,
    /// No others, not even one that lies beside the file.
    pub(super) known: bool,
}

/// Brings what is named, or all that is there.
///
/// # Errors
/// When the source cannot be read or the store not be written.
pub(super) fn run(
    from: &str,
    names: &[String],
    believed: &Believed,
    manifest: &Manifest,
    store: &Store,
    common: &Common,
) -> anyhow::Result<Exit> {
    let bars = Bars::new();
    let vouched = believed.sha256.map(str::to_lowercase);
    let hat = Hat {
        store,
        known: &manifest.hefs,
        vouched: vouched.as_deref(),
        beside: !believed.known,
        progress: &bars,
    };
    if from.starts_with("http://") || from.starts_with("https://") {
        if Path::new(from).extension().is_none_or(|end| end != ENDING) {
            eprintln!(
                "mynah: `{from}` is no address of a model for the HAT\nhint: it ends in `.hef`; other models come without `--from`"
            );
            return Ok(Exit::Usage);
        }
        return Ok(installed(from, hat.fetch(from), common.json));
    }
    // The HAT's models are known by the name of their folder.
    let (hats, names): (Vec<String>, Vec<String>) =
        names.iter().cloned().partition(|name| name == FOLDER);
    let chosen = match choose(manifest, &names, |_| false) {
        Ok(chosen) => chosen,
        Err(error) => return Ok(usage(&error)),
    };
    let shelf = Shelf::look(Path::new(from))?;
    let bring = Bring {
        store,
        shelf: &shelf,
        progress: &bars,
    };
    let all = names.is_empty() && hats.is_empty();
    let chosen = if all { bring.held(manifest) } else { chosen };
    let mut outcomes = bring.run(&chosen)?;
    if all {
        // By its size a file looked like one of theirs.
        outcomes.retain(|(_, outcome)| !matches!(outcome, Err(ModelError::NotOnShelf { .. })));
    }
    let mut found = outcomes.len();
    let mut exit = print(outcomes, store, common.json)?;
    if all || !hats.is_empty() {
        for lying in shelf.ending(ENDING) {
            found += 1;
            let name = lying.path.display().to_string();
            if installed(&name, hat.take(lying), common.json) == Exit::Failed {
                exit = Exit::Failed;
            }
        }
    }
    if found == 0 {
        return Err(ModelError::EmptyShelf(shelf.root().to_owned()).into());
    }
    if all && !common.json {
        still_missing(manifest, store);
    }
    Ok(exit)
}

/// What came of a file for the HAT.
fn installed(from: &str, outcome: Result<Installed, ModelError>, as_json: bool) -> Exit {
    let (line, exit) = match &outcome {
        Ok(it) => (
            json!({"name": FOLDER, "kind": "llm", "path": it.path, "sha256": it.sha256,
                   "release": it.release, "present": true, "ok": true}),
            Exit::Done,
        ),
        Err(error) => (
            json!({"name": FOLDER, "kind": "llm", "path": from, "ok": false,
                   "error": error.to_string()}),
            Exit::Failed,
        ),
    };
    match outcome {
        Err(error) => eprintln!("mynah: {FOLDER}: {error}"),
        Ok(_) if as_json => {}
        Ok(it) => {
            let release = it.release.map_or_else(
                || "vouched for by you".to_owned(),
                |release| format!("for HailoRT {release}"),
            );
            println!(
                "{FOLDER}: {} ({release}): {}",
                became(it.fetched),
                it.path.display()
            );
        }
    }
    if as_json {
        println!("{line}");
    }
    exit
}

fn still_missing(manifest: &Manifest, store: &Store) {
    let missing = |model: &&Model| model.default && store.need_of(model).is_err();
    let names: Vec<&str> = manifest
        .models
        .iter()
        .filter(missing)
        .map(|model| model.name.as_str())
        .collect();
    if !names.is_empty() {
        println!("Still missing: {}", names.join(", "));
    }
}
