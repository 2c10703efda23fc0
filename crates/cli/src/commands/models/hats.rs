//! The HAT's models in what `mynah models list` and `verify` print: the vendor
//! publishes them, and nothing but their digests tells what they are.

use std::path::{Path, PathBuf};

use indicatif::HumanBytes;
use mynah_llm_link::timing::{self, Timing};
use serde_json::{Value, json};

use super::bars::Bars;
use mynah_appliance::runtime::backends::model_of;
use mynah_command::Exit;
use mynah_models::digest;
use mynah_models::digest::Progress as _;
use mynah_models::hat;
use mynah_models::hat::FOLDER;
use mynah_models::manifest::Hef;
use mynah_models::{ModelError, Store};

const KIND: &str = "llm";

/// Prints every model that the vendor offers for the HAT, whether it is here
/// or not, and what else lies in the folder.
pub(super) fn list(store: &Store, hefs: &[Hef], as_json: bool) {
    let held = hat::held(store);
    for timing in &timing::MODELS {
        let here = held.iter().find(|path| model_of(path) == timing.model);
        if as_json {
            println!("{}", offered_line(timing, here, hefs));
        } else {
            let size = here.map_or_else(|| format!("{:.2} GB", timing.size_gb), |path| size(path));
            let here = if here.is_some() { "yes" } else { "for the HAT" };
            let what = offered(timing, hefs);
            println!(
                "{:<20} {KIND:<8} {size:>10}  {:<11} {here:<9} {what}",
                timing.model, timing.licence
            );
        }
    }
    for path in held
        .iter()
        .filter(|path| timing::find(&model_of(path)).is_none())
    {
        if as_json {
            println!("{}", line(path, Ok(None)));
            continue;
        }
        println!(
            "{FOLDER:<20} {KIND:<8} {:>10}  {:<11} {:<9} {}",
            size(path),
            "its maker's",
            "yes",
            what(path)
        );
    }
}

/// A model of the vendor's in a few words. The time is predicted from the
/// vendor's published figures.
fn offered(timing: &Timing, hefs: &[Hef]) -> String {
    let releases = releases(timing, hefs);
    let digest = if releases.is_empty() {
        "no digest known".to_owned()
    } else {
        format!("digest known for HailoRT {}", releases.join(", "))
    };
    format!(
        "{}.hef, {} tokens of context, a usual command in {:.0} ms; {digest}",
        timing.file,
        timing::CONTEXT,
        timing.usual_ms(),
    )
}

/// The releases of `HailoRT` for which the file's digest is known.
fn releases<'a>(timing: &Timing, hefs: &'a [Hef]) -> Vec<&'a str> {
    let file = format!("{}.hef", timing.file);
    let known = hefs.iter().filter(|hef| hef.file == file);
    known.map(|hef| hef.release.as_str()).collect()
}

fn offered_line(timing: &Timing, here: Option<&PathBuf>, hefs: &[Hef]) -> Value {
    json!({
        "name": timing.model,
        "kind": KIND,
        "what": format!("Language model for the HAT: {}.hef", timing.file),
        "licence": timing.licence,
        "bytes": here.map_or_else(|| published_bytes(timing), |path| bytes(path)),
        "default": false,
        "present": here.is_some(),
        "ok": here.is_some(),
        "path": here,
        "hat": true,
        "context": timing::CONTEXT,
        "usual_ms": timing.usual_ms().round(),
        "thinks": timing.thinks,
        "releases": releases(timing, hefs),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a file's size, as the vendor rounds it"
)]
fn published_bytes(timing: &Timing) -> u64 {
    (timing.size_gb * 1e9) as u64
}

fn size(path: &Path) -> String {
    HumanBytes(bytes(path)).to_string()
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
