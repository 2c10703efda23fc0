//! Where presses come from, and the thread that watches one such place.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use thiserror::Error;

/// How long a source waits before it looks for hardware that was plugged in.
pub(crate) const WAIT: Duration = Duration::from_secs(1);

/// Between two attempts on a source that failed.
const RETRY: Duration = Duration::from_secs(2);

/// A button goes down or up, or is there no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the configuration.
    pub button: usize,
    /// Its state now.
    pub to: ButtonState,
}

/// The state of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonState {
    /// It is pressed.
    Down,
    /// It is released.
    Up,
    /// It was pressed when its device failed or was unplugged: nobody knows.
    Lost,
}

impl ButtonState {
    pub(crate) const fn pressed(down: bool) -> Self {
        if down { Self::Down } else { Self::Up }
    }
}

/// Why no presses come from a source.
#[derive(Debug, Error)]
#[error("{what}: {why}; hint: {hint}")]
pub struct SourceError {
    /// The device or file.
    pub what: String,
    /// The reason.
    pub why: io::Error,
    /// The remedy.
    pub hint: &'static str,
}

/// Gives presses. One implementation is hardware, another a pipe.
pub trait ButtonSource: Send {
    /// For the log.
    fn name(&self) -> String;

    /// Waits for the next changes, about a second at most. It opens what is there, and
    /// opens it again after an error.
    ///
    /// # Errors
    /// When there are no presses to be had at the moment.
    fn wait(&mut self) -> Result<Vec<Change>, SourceError>;
}

/// Watches a source on a thread of its own, until `tell` returns false. The thread is
/// detached: a driver that hangs holds up nothing else.
///
/// # Errors
/// When there is no room for another thread.
pub fn watch(
    mut source: Box<dyn ButtonSource>,
    mut tell: impl FnMut(Change) -> bool + Send + 'static,
) -> io::Result<()> {
    let thread = thread::Builder::new().name("buttons".into());
    let run = move || {
        let mut held = BTreeSet::new();
        let mut failure = None;
        loop {
            let (changes, failed) = attempt(source.as_mut(), &mut held);
            if failed.is_some() && failed != failure {
                tracing::warn!(
                    "{}: {}",
                    source.name(),
                    failed.as_deref().unwrap_or_default()
                );
            }
            if failed.is_none() && failure.is_some() {
                tracing::info!("{} is there", source.name());
            }
            failure = failed;
            if !changes.into_iter().all(&mut tell) {
                return;
            }
            if failure.is_some() {
                rest();
            }
        }
    };
    thread.spawn(run).map(drop)
}

/// The next changes, and why there can be no more. Buttons that were held are
/// lost then.
fn attempt(
    source: &mut dyn ButtonSource,
    held: &mut BTreeSet<usize>,
) -> (Vec<Change>, Option<String>) {
    let failed = match catch_unwind(AssertUnwindSafe(|| source.wait())) {
        Ok(Ok(changes)) => {
            let known: Vec<Change> = changes
                .into_iter()
                .filter(|change| {
                    if change.to == ButtonState::Down {
                        held.insert(change.button)
                    } else {
                        held.remove(&change.button)
                    }
                })
                .collect();
            return (known, None);
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it panicked".into(),
    };
    let released = std::mem::take(held).into_iter();
    let released = released.map(|button| Change {
        button,
        to: ButtonState::Lost,
    });
    (released.collect(), Some(failed))
}

#[expect(
    clippy::disallowed_methods,
    reason = "hardware that is away is looked for now and then, by a thread that does nothing else"
)]
fn rest() {
    thread::sleep(RETRY);
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};
    use std::io;

    use super::{ButtonSource, ButtonState, Change, SourceError, attempt};

    /// `1 down`, `1 up`; `gone` is an error, `panic` panics.
    struct Script(VecDeque<&'static str>);

    impl ButtonSource for Script {
        fn name(&self) -> String {
            "script".into()
        }

        fn wait(&mut self) -> Result<Vec<Change>, SourceError> {
            let line = self.0.pop_front().expect("a line");
            match line.split_once(' ') {
                Some((button, what)) => Ok(vec![Change {
                    button: button.parse().expect("a number"),
                    to: ButtonState::pressed(what == "down"),
                }]),
                None if line == "panic" => panic!("the script says so"),
                None => Err(SourceError {
                    what: "script".into(),
                    why: io::ErrorKind::NotFound.into(),
                    hint: "plug it in",
                }),
            }
        }
    }

    fn check(script: &[&'static str], expected: &str) {
        let mut source = Script(script.iter().copied().collect());
        let mut held = BTreeSet::new();
        let mut log = Vec::new();
        while !source.0.is_empty() {
            let (changes, failed) = attempt(&mut source, &mut held);
            let sign = |change: &Change| match change.to {
                ButtonState::Down => '+',
                ButtonState::Up => '-',
                ButtonState::Lost => '?',
            };
            log.extend(changes.iter().map(|c| format!("{}{}", sign(c), c.button)));
            log.extend(failed.map(|_| "!".to_owned()));
        }
        assert_eq!(log.join(" "), expected);
    }

    #[test]
    fn a_button_that_is_unplugged_while_it_is_held_is_lost() {
        check(&["1 down", "1 up", "1 down"], "+1 -1 +1");
        check(&["1 down", "2 down", "gone", "1 down"], "+1 +2 ?1 ?2 ! +1");
        check(&["3 down", "panic", "gone"], "+3 ?3 ! !");
        // Nothing is told twice, such as what another device with this key does.
        check(&["1 up", "1 down", "1 down", "1 up", "1 up"], "+1 -1");
    }
}
