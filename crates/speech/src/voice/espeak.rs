//! Phonemes by espeak-ng, and the location of its data.
//!
//! The library has the build machine's path to the data compiled in. A program that was
//! moved or installed needs it beside itself, as `espeak-ng-data`.

use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::VoiceError;

/// The name of the data folder, given by the library.
const DATA: &str = "espeak-ng-data";

/// The library's environment variable: the folder that contains `espeak-ng-data`.
const VARIABLE: &str = "PIPER_ESPEAKNG_DATA_DIRECTORY";

/// The library has one global state and no lock.
static LIBRARY: Mutex<()> = Mutex::new(());

/// Makes the data available to the library. A program in cargo's target folder gets a
/// link to the data of the build.
///
/// # Errors
/// When the data is missing.
pub(super) fn provide_data() -> Result<(), VoiceError> {
    let missing = |place: &Path, cause: &str| VoiceError::Pronunciation {
        path: place.join(DATA).display().to_string(),
        cause: cause.to_owned(),
    };
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let here = std::env::current_dir().ok();
    if named.iter().chain(&here).any(|folder| holds_data(folder)) {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|e| missing(Path::new("."), &e.to_string()))?;
    let beside = program.parent().unwrap_or(Path::new("/"));
    if holds_data(beside) {
        return Ok(());
    }
    let built = built_data(beside).ok_or_else(|| missing(beside, "not found"))?;
    match symlink(built, beside.join(DATA)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(missing(beside, &error.to_string()))
        }
        _ => Ok(()),
    }
}

/// The phonemes of a text in the International Phonetic Alphabet; empty if there is
/// nothing to pronounce.
///
/// # Errors
/// When the library does not know `language`.
pub(super) fn phonemes(text: &str, language: &str) -> Result<String, VoiceError> {
    let _held = LIBRARY
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    espeak_rs::text_to_phonemes(text, language, None)
        .map(|sentences| sentences.join(" "))
        .map_err(|error| VoiceError::Synthesis(error.to_string()))
}

fn holds_data(folder: &Path) -> bool {
    folder.join(DATA).join("phontab").is_file()
}

/// The data of the build, if `folder` is cargo's `release` or, for tests, a folder in it.
fn built_data(folder: &Path) -> Option<PathBuf> {
    [Some(folder), folder.parent()]
        .into_iter()
        .flatten()
        .filter_map(|folder| folder.join("build").read_dir().ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("out/share")))
        .find(|share| holds_data(share))
        .map(|share| share.join(DATA))
}
