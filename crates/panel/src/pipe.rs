//! Buttons for other programs, and for a desk without hardware: words in a named pipe.
//!
//! `echo talk down` presses the button `pipe:talk`, `echo talk up` releases it, and
//! `echo talk` does both.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};

use crate::source::{ButtonSource, ButtonState, Change, SourceError, WAIT};

/// The pipe's name in its folder.
pub const NAME: &str = "buttons";

/// A line is shorter.
const LONGEST: usize = 256;

/// The pipe.
pub struct Pipe {
    path: PathBuf,
    /// A button's place in the configuration, and its word.
    words: Vec<(usize, String)>,
    file: Option<File>,
    /// The beginning of a line.
    rest: Vec<u8>,
}

impl Pipe {
    /// The pipe in this folder, which its own user may write into.
    #[must_use]
    pub fn new(folder: &Path, words: Vec<(usize, String)>) -> Self {
        Self {
            path: folder.join(NAME),
            words,
            file: None,
            rest: Vec::new(),
        }
    }

    fn open(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mode = Mode::RUSR | Mode::WUSR;
        match mknodat(CWD, &self.path, FileType::Fifo, mode, 0) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        // For writing too: else it would end with each program that has written.
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0))
            .open(&self.path)?;
        if !file.metadata()?.file_type().is_fifo() {
            return Err(io::Error::other("it is no pipe"));
        }
        Ok(file)
    }

    fn read(&mut self) -> io::Result<Vec<Change>> {
        if self.file.is_none() {
            self.file = Some(self.open()?);
        }
        let Some(file) = &mut self.file else {
            return Ok(Vec::new());
        };
        let wait = Timespec::try_from(WAIT).ok();
        match poll(&mut [PollFd::new(&*file, PollFlags::IN)], wait.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Vec::new()),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        let mut bytes = [0; 4096];
        let length = match file.read(&mut bytes) {
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(error) => return Err(error),
        };
        self.rest.extend(&bytes[..length]);
        Ok(self.lines())
    }

    /// The whole lines so far.
    fn lines(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            changes.extend(self.line(&String::from_utf8_lossy(&line)));
        }
        if LONGEST < self.rest.len() {
            self.rest.clear();
        }
        changes
    }

    fn line(&self, line: &str) -> Vec<Change> {
        let mut parts = line.split_whitespace();
        let Some(word) = parts.next() else {
            return Vec::new();
        };
        let downs: &[bool] = match parts.next() {
            None => &[true, false],
            Some("down") => &[true],
            Some("up") => &[false],
            Some(_) => &[],
        };
        let of = self.words.iter().filter(|(_, own)| own == word);
        let changes: Vec<Change> = of
            .flat_map(|(button, _)| {
                downs.iter().map(|down| Change {
                    button: *button,
                    to: ButtonState::pressed(*down),
                })
            })
            .collect();
        if changes.is_empty() {
            let known: Vec<&str> = self.words.iter().map(|(_, word)| word.as_str()).collect();
            let known = known.join(", ");
            let line = line.trim().escape_debug().to_string();
            tracing::warn!(
                "`{line}` is no button; there is: {known} (`WORD`, `WORD down`, `WORD up`)"
            );
        }
        changes
    }
}

impl ButtonSource for Pipe {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn wait(&mut self) -> Result<Vec<Change>, SourceError> {
        self.read().map_err(|why| {
            self.file = None;
            SourceError {
                what: format!("`{}`", self.path.display()),
                why,
                hint: "remove it, and let Mynah write into its folder",
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::io::Write as _;
    use std::path::Path;
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    use super::Pipe;
    use crate::source::{ButtonSource as _, ButtonState, Change, watch};

    fn pipe(folder: &Path) -> Pipe {
        Pipe::new(folder, vec![(0, "talk".into()), (1, "mute".into())])
    }

    #[test]
    fn lines_are_presses() {
        let check = |text: &str, expected: &[(usize, bool)]| {
            let folder = tempfile::tempdir().expect("a folder");
            let mut pipe = pipe(folder.path());
            pipe.rest.extend(text.as_bytes());
            let found: Vec<_> = pipe
                .lines()
                .iter()
                .map(|c| (c.button, c.to == ButtonState::Down))
                .collect();
            assert_eq!(found, expected);
        };
        check("talk\n", &[(0, true), (0, false)]);
        check("talk down\n mute  up \n", &[(0, true), (1, false)]);
        check("talk up", &[]);
        check("sing\n\ntalk loudly\n\u{1b}[2J\n", &[]);
    }

    #[test]
    fn presses_come_through_the_pipe() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(super::NAME);
        let (tell, told) = sync_channel(8);
        watch(Box::new(pipe(folder.path())), move |change| {
            tell.send(change).is_ok()
        })
        .expect("a thread");
        let write = |text: &str| {
            // It is made by the thread.
            while !fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
                std::thread::yield_now();
            }
            let mut file = OpenOptions::new()
                .write(true)
                .open(&path)
                .expect("the pipe");
            file.write_all(text.as_bytes()).expect("it is read");
        };
        let next = || {
            told.recv_timeout(Duration::from_secs(20))
                .expect("a change")
        };
        write("talk down\n");
        assert_eq!(
            next(),
            Change {
                button: 0,
                to: ButtonState::Down
            }
        );
        write("talk up\n");
        assert_eq!(
            next(),
            Change {
                button: 0,
                to: ButtonState::Up
            }
        );
    }

    #[test]
    fn a_file_in_its_place_is_an_error_with_a_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(super::NAME), "x").expect("a file");
        let error = pipe(folder.path()).wait().expect_err("a file").to_string();
        assert!(error.contains("hint: remove it"), "{error}");
    }
}
