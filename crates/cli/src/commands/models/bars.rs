//! How far a fetch or a check has come, for people.

use std::cell::RefCell;
use std::io::IsTerminal as _;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use mynah_models::digest::Progress;

/// Progress for people: a bar on a terminal, a line a step elsewhere.
pub(super) struct Bars {
    terminal: bool,
    bar: RefCell<ProgressBar>,
}

impl Bars {
    pub(super) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self {
            terminal,
            bar: RefCell::new(ProgressBar::hidden()),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, bytes: u64) {
        if !self.terminal {
            if bytes == 0 {
                eprintln!("{what}");
            } else {
                eprintln!("{what} ({})", HumanBytes(bytes));
            }
            return;
        }
        if bytes == 0 {
            let style = ProgressStyle::with_template("{msg:<44!} {bytes:>10} {bytes_per_sec:>12}");
            let bar = ProgressBar::no_length().with_message(what.to_owned());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            *self.bar.borrow_mut() = bar;
            return;
        }
        let style = ProgressStyle::with_template(
            "{msg:<44!} {bar:20} {bytes:>10} / {total_bytes:<10} {bytes_per_sec:>12}",
        );
        let bar = ProgressBar::new(bytes).with_message(what.to_owned());
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        *self.bar.borrow_mut() = bar;
    }

    fn position(&self, bytes: u64) {
        self.bar.borrow().set_position(bytes);
    }

    fn end(&self) {
        self.bar.borrow().finish_and_clear();
    }

    fn say(&self, line: &str) {
        self.bar.borrow().suspend(|| eprintln!("{line}"));
    }
}
