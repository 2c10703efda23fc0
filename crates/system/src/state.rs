//! The folder for what must outlive the process.

use std::path::{Path, PathBuf};

/// The service's state, as its unit says.
const SERVICE_STATE: &str = "/var/lib/mynah";

/// Where an appliance of this user keeps what must outlive it:
/// `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/mynah`, else
/// `~/.local/state/mynah`.
#[must_use]
pub fn state_dir() -> Option<PathBuf> {
    let folder = |name: &str| {
        let path = std::env::var_os(name).filter(|path| !path.is_empty());
        path.map(PathBuf::from)
    };
    // systemd gives several, separated by colons, to a unit that wants several.
    let by_unit = std::env::var("STATE_DIRECTORY").ok();
    let by_unit = by_unit.as_deref().and_then(|all| all.split(':').next());
    by_unit
        .filter(|path| !path.is_empty())
        .map(PathBuf::from)
        .or_else(|| folder("XDG_STATE_HOME").map(|path| path.join("mynah")))
        .or_else(|| folder("HOME").map(|path| path.join(".local/state/mynah")))
}

/// Where the appliance of this machine keeps it, for who is not the appliance:
/// as [`state_dir`], but with a configuration of the `system`, which its
/// service runs with, the service's folder.
#[must_use]
pub fn appliance_state_dir(system: bool) -> Option<PathBuf> {
    let by_unit = std::env::var_os("STATE_DIRECTORY").is_some_and(|path| !path.is_empty());
    of_service(system && !by_unit, Path::new(SERVICE_STATE)).or_else(state_dir)
}

/// The service's folder, where it is meant and is there.
fn of_service(meant: bool, folder: &Path) -> Option<PathBuf> {
    (meant && folder.is_dir()).then(|| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_has_its_own_timers() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing");
        assert_eq!(of_service(true, folder.path()), Some(folder.path().into()));
        assert_eq!(of_service(false, folder.path()), None);
        assert_eq!(of_service(true, &missing), None);
    }
}
