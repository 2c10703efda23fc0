//! The HAT's models in what `mynah models list` and `verify` print: no list of
//! models has them, and nothing but their digests tells what they are.

use std::path::Path;

use indicatif::HumanBytes;
use serde_json::{Value, json};

use super::bars::Bars;
use mynah_command::Exit;
use mynah_models::digest;
use mynah_models::digest::Progress as _;
use mynah_models::hat;
use mynah_models::hat::FOLDER;
use mynah_models::manifest::Hef;
use mynah_models::{ModelError, Store};

const KIND: &str = "llm";

/// Prints what is here.
pub(super) fn list(store: &Store, as_json: bool) {
    for path in hat::held(store) {
        let bytes = bytes(&path);
        if as_json {
            println!("{}", line(&path, Ok(None)));
            continue;
        }
        println!(
            "{FOLDER:<20} {KIND:<8} {:>10}  {:<11} {:<9} {}",
            HumanBytes(bytes).to_string(),
            "its maker's",
            "yes",
            what(&path)
        );
    }
}

/// Checks what is here. With `asked` it is an error if nothing is.
///
/// # Errors
/// When a damaged file cannot be moved aside.
pub(super) fn verify(
    store: &Store,
    known: &[Hef],
    asked: bool,
    quarantine: bool,
    as_json: bool,
) -> anyhow::Result<Exit> {
    let files = hat::held(store);
    if files.is_empty() && asked {
        let missing = store.root().join(FOLDER);
        eprintln!(
            "mynah: there is no model for the HAT in `{}`",
            missing.display()
        );
        return Ok(Exit::Failed);
    }
    let bars = Bars::new();
    let mut exit = Exit::Done;
    for path in files {
        let checked = verify_one(&path, known, quarantine, &bars)?;
        if checked.is_err() {
            exit = Exit::Failed;
        }
        match &checked {
            _ if as_json => println!("{}", line(&path, checked)),
            Ok(Some(release)) => println!("{FOLDER}: good (for HailoRT {release})"),
            Ok(None) => println!("{FOLDER}: good (vouched for by you)"),
            Err(error) => println!("{FOLDER}: {error}"),
        }
    }
    Ok(exit)
}

/// The release that it is for, or what is wrong.
fn verify_one(
    path: &Path,
    known: &[Hef],
    quarantine: bool,
    bars: &Bars,
) -> Result<Result<Option<String>, String>, ModelError> {
    bars.begin(
        &format!("checking {}", digest::file_name(path)),
        bytes(path),
    );
    let checked = hat::verify(path, known, bars);
    bars.end();
    Ok(match checked {
        Ok(release) => Ok(release),
        Err(error @ ModelError::Hash { .. }) if quarantine => {
            let aside = digest::set_aside(path)?;
            Err(format!("{error} (it was moved to `{}`)", aside.display()))
        }
        Err(error) => Err(error.to_string()),
    })
}

fn line(path: &Path, checked: Result<Option<String>, String>) -> Value {
    let mut line = json!({
        "name": FOLDER,
        "kind": KIND,
        "what": what(path),
        "bytes": bytes(path),
        "default": false,
        "present": true,
        "ok": checked.is_ok(),
        "path": path,
    });
    match checked {
        Ok(Some(release)) => line["release"] = release.into(),
        Ok(None) => {}
        Err(error) => line["error"] = error.into(),
    }
    line
}

fn what(path: &Path) -> String {
    format!("Language model for the HAT: {}", digest::file_name(path))
}

fn bytes(path: &Path) -> u64 {
    path.metadata().map_or(0, |found| found.len())
}
