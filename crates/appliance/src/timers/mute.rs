//! Whether the box is to hear nothing. It outlasts a restart by a file of its own,
//! because a box that keeps no timers is muted as well.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// There while the box is muted.
const NAME: &str = "muted";

/// The switch.
#[derive(Debug, Default)]
pub(super) struct Mute {
    on: AtomicBool,
    /// `None`: it is forgotten with the process.
    file: Option<PathBuf>,
}

impl Mute {
    /// As it was left in this folder.
    pub(super) fn kept(folder: &Path) -> Self {
        let file = folder.join(NAME);
        Self {
            on: AtomicBool::new(file.exists()),
            file: Some(file),
        }
    }

    pub(super) fn is_on(&self) -> bool {
        self.on.load(Ordering::Acquire)
    }

    /// It is on or off at once, whether or not that can be written down.
    pub(super) fn set(&self, on: bool) -> io::Result<()> {
        self.on.store(on, Ordering::Release);
        let Some(file) = &self.file else {
            return Ok(());
        };
        if on {
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            return File::create(file)?.sync_all();
        }
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Mute;

    #[test]
    fn it_outlasts_its_process() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let state = folder.path().join("state");
        let check = |expected: bool, then: bool| {
            let mute = Mute::kept(&state);
            assert_eq!(mute.is_on(), expected);
            mute.set(then).expect("it can be written");
            mute.set(then).expect("it can be written twice");
            assert_eq!(mute.is_on(), then);
        };
        check(false, true);
        check(true, false);
        check(false, false);
        let forgetful = Mute::default();
        forgetful.set(true).expect("nothing is written");
        assert!(forgetful.is_on());
    }
}
