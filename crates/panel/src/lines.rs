//! Buttons on GPIO lines, debounced by the kernel.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gpiocdev::Request;
use gpiocdev::line::{Bias, EdgeDetection, EdgeKind, Value};

use crate::source::{ButtonSource, ButtonState, Change, SourceError, WAIT};

/// Contacts of cheap buttons bounce for less.
const DEBOUNCE: Duration = Duration::from_millis(10);

/// What lets a user request lines.
pub const RIGHTS: &str = "let the user of Mynah be in the group `gpio`";

/// A line that is a button.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The button's place in the configuration.
    pub button: usize,
    /// The line's number.
    pub line: u32,
    /// Whether it is low while the button is pressed; it is pulled up then, else down.
    pub active_low: bool,
}

/// The buttons of one chip.
pub struct Lines {
    chip: PathBuf,
    watched: Vec<Line>,
    request: Option<Request>,
}

impl Lines {
    /// Buttons on lines of a chip such as `/dev/gpiochip0`.
    #[must_use]
    pub fn new(chip: &Path, lines: Vec<Line>) -> Self {
        Self {
            chip: chip.to_owned(),
            watched: lines,
            request: None,
        }
    }

    fn open(&self) -> gpiocdev::Result<Request> {
        let mut builder = Request::builder();
        builder.on_chip(&self.chip).with_consumer("mynah");
        for line in &self.watched {
            builder.with_line(line.line).as_input();
            if line.active_low {
                builder.as_active_low().with_bias(Bias::PullUp);
            } else {
                builder.as_active_high().with_bias(Bias::PullDown);
            }
            builder
                .with_edge_detection(EdgeDetection::BothEdges)
                .with_debounce_period(DEBOUNCE);
        }
        builder.request()
    }

    fn changes(&mut self) -> gpiocdev::Result<Vec<Change>> {
        let Some(request) = &self.request else {
            let request = self.open()?;
            let mut changes = Vec::new();
            for line in &self.watched {
                if request.value(line.line)? == Value::Active {
                    changes.push(Change {
                        button: line.button,
                        to: ButtonState::Down,
                    });
                }
            }
            self.request = Some(request);
            return Ok(changes);
        };
        if !request.wait_edge_event(WAIT)? {
            return Ok(Vec::new());
        }
        let event = request.read_edge_event()?;
        let of = self.watched.iter().filter(|line| line.line == event.offset);
        Ok(of
            .map(|line| Change {
                button: line.button,
                to: ButtonState::pressed(event.kind == EdgeKind::Rising),
            })
            .collect())
    }
}

impl ButtonSource for Lines {
    fn name(&self) -> String {
        self.chip.display().to_string()
    }

    fn wait(&mut self) -> Result<Vec<Change>, SourceError> {
        let changes = self.changes();
        changes.map_err(|error| {
            self.request = None;
            let denied = std::fs::File::open(&self.chip)
                .is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
            SourceError {
                what: format!("`{}`", self.chip.display()),
                why: io::Error::other(error),
                hint: if denied {
                    RIGHTS
                } else {
                    "`mynah devices` lists the chips; another program may hold the line"
                },
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};
    use crate::source::ButtonSource as _;

    #[test]
    fn a_chip_that_is_not_there_is_an_error_with_a_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let line = Line {
            button: 0,
            line: 17,
            active_low: true,
        };
        let mut lines = Lines::new(&folder.path().join("gpiochip0"), vec![line]);
        let error = lines.wait().expect_err("there is no chip").to_string();
        assert!(
            error.contains("gpiochip0") && error.contains("hint: "),
            "{error}"
        );
    }
}
