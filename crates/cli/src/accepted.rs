//! The last text of the owner's file that this installation accepted. A system update
//! that is rolled back may leave a file with keys of the newer version behind, and an
//! editor a mistake: an appliance that is started with such a file goes on with the
//! last good one and says so, where it would else not start at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use mynah_config::{ConfigError, Source};
use mynah_core::model::Settings;
use mynah_system::files::small_text;
use mynah_system::state::state_dir;
use serde::{Deserialize, Serialize};

/// In the folder of the state.
const FILE: &str = "configuration.accepted.json";

/// The version of the form that is written. A later one is read as far as it is
/// understood.
const VERSION: u32 = 1;

/// The text of the owner's file in JSON.
const MAX_BYTES: u64 = 16 << 20;

#[derive(Serialize, Deserialize)]
struct Accepted {
    version: u32,
    /// Of which file it is the text.
    path: PathBuf,
    text: String,
}

/// What an appliance starts with.
pub(crate) struct Start {
    /// The settings that count.
    pub settings: Settings,
    /// What is wrong with the file, if an earlier text of it counts.
    pub instead: Option<ConfigError>,
}

/// Where the installed appliance remembers it; nobody who tries a file by hand does.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os("STATE_DIRECTORY")?;
    state_dir()
}

/// Reads the file that is named, or else found. The last good text counts in its place
/// if `state` has it.
///
/// # Errors
/// When the file is wrong or cannot be read, and no earlier text of it is known.
pub(crate) fn load(named: Option<&Path>, state: Option<&Path>) -> Result<Start, ConfigError> {
    let place = mynah_config::place(named);
    let loaded = mynah_config::discover(named)
        .and_then(|source| source.settings().map(|settings| (source, settings)));
    match loaded {
        Ok((source, settings)) => {
            if let (Some(place), Some(state)) = (&place, state) {
                keep(state, place, &source.text);
            }
            Ok(Start {
                settings,
                instead: None,
            })
        }
        Err(error) => {
            let former = place.zip(state);
            let former = former.and_then(|(place, state)| former_text(state, &place));
            match former.and_then(|source| source.settings().ok()) {
                Some(settings) => Ok(Start {
                    settings,
                    instead: Some(error),
                }),
                None => Err(error),
            }
        }
    }
}

/// Remembers the text of a file that was accepted. Where it cannot be written, only the
/// next start with a broken file is worse for it.
pub(crate) fn keep(state: &Path, place: &Path, text: &str) {
    if former_text(state, place).is_some_and(|former| former.text == text) {
        return;
    }
    if let Err(error) = write(state, place, text) {
        tracing::warn!(
            "cannot remember the configuration in `{}`: {error}",
            state.display()
        );
    }
}

fn write(state: &Path, place: &Path, text: &str) -> io::Result<()> {
    let accepted = Accepted {
        version: VERSION,
        path: std::path::absolute(place)?,
        text: text.into(),
    };
    fs::create_dir_all(state)?;
    // Made for its owner alone: addresses stand in it.
    let mut file = tempfile::NamedTempFile::new_in(state)?;
    file.write_all(&serde_json::to_vec_pretty(&accepted)?)?;
    file.as_file().sync_all()?;
    file.persist(state.join(FILE))
        .map_err(|error| error.error)?;
    Ok(())
}

fn former_text(state: &Path, place: &Path) -> Option<Source> {
    let text = small_text(&state.join(FILE), MAX_BYTES).ok()?;
    let accepted: Accepted = serde_json::from_str(&text).ok()?;
    let same = std::path::absolute(place).ok()? == accepted.path;
    same.then(|| Source {
        name: place.display().to_string(),
        text: accepted.text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[[intent]]\nname = \"hello\"\nphrases = [\"good day\"]\nreply = \"Hello\"\n";

    /// The intents that count with a text in the file, and whether it is an earlier one.
    fn start(folder: &Path, text: &str) -> Option<(usize, bool)> {
        let (file, state) = (folder.join("mynah.toml"), folder.join("state"));
        fs::write(&file, text).expect("it can be written");
        let start = load(Some(&file), Some(&state)).ok()?;
        Some((start.settings.intents.len(), start.instead.is_some()))
    }

    #[test]
    fn a_file_of_a_later_version_leaves_the_last_good_one_in_effect() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let later = format!("[telepathy]\nrange_m = 5\n\n{GOOD}");
        assert_eq!(start(folder, &later), None, "none is known yet");
        let (_, instead) = start(folder, GOOD).expect("it is right");
        assert!(!instead);
        let good = start(folder, GOOD);
        let counts = good.map(|(intents, _)| (intents, true));
        assert_eq!(start(folder, &later), counts);
        assert_eq!(start(folder, "\0"), counts);
        fs::remove_file(folder.join("mynah.toml")).expect("it is there");
        assert!(
            load(
                Some(&folder.join("mynah.toml")),
                Some(&folder.join("state"))
            )
            .is_ok()
        );
        // The text of another file does not count.
        let other = folder.join("other.toml");
        fs::write(&other, &later).expect("it can be written");
        assert!(load(Some(&other), Some(&folder.join("state"))).is_err());
        // A form of a later version, and a damaged one.
        let kept = folder.join("state").join(FILE);
        let text = fs::read_to_string(&kept).expect("it is there");
        let newer = text.replace("\"version\": 1,", "\"version\": 2, \"more\": [],");
        fs::write(&kept, newer).expect("it can be written");
        assert_eq!(start(folder, &later), counts);
        fs::write(&kept, &text[..9]).expect("it can be written");
        assert_eq!(start(folder, &later), None);
    }
}
