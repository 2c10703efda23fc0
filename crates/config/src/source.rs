//! Finds the file, reads it, and shows what is wrong in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{Problem, parse};
use mynah_core::model::Settings;

/// The built-in example, used when there is no file.
pub const EXAMPLE: &str = include_str!("../../../assets/examples/home.toml");

/// Where a file is looked for when none is named, in this order.
const PLACES: [&str; 2] = ["mynah.toml", "/etc/mynah/mynah.toml"];

/// Why there are no settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error("cannot read the configuration `{path}`: {why}; hint: name another with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The file can be read and is wrong.
    #[error("{report}")]
    Wrong {
        /// What is wrong, in the file's order; never empty.
        problems: Vec<Problem>,
        /// The same for people, with the lines it is about.
        report: String,
    },
}

/// A configuration's text and what to call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's name, or `built-in example`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The file that [`discover`] reads; `None`: the built-in example.
#[must_use]
pub fn place(named: Option<&Path>) -> Option<PathBuf> {
    let usual = || PLACES.iter().map(PathBuf::from).find(|path| path.exists());
    named.map(Path::to_path_buf).or_else(usual)
}

/// Whether it is the file that the installed appliance reads.
#[must_use]
pub fn is_the_system_s(path: &Path) -> bool {
    path == Path::new(PLACES[1])
}

/// Finds the text: the file named, else `./mynah.toml`, else
/// `/etc/mynah/mynah.toml`, else the built-in example.
///
/// # Errors
/// When the file is there, or is named, and cannot be read as UTF-8.
pub fn discover(named: Option<&Path>) -> Result<Source, ConfigError> {
    let Some(path) = place(named) else {
        return Ok(Source {
            name: "built-in example".into(),
            text: EXAMPLE.into(),
        });
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Source {
            name: path.display().to_string(),
            text,
        }),
        Err(why) => Err(ConfigError::Unreadable { path, why }),
    }
}

/// Finds, reads and checks the configuration (see [`discover`]).
///
/// # Errors
/// When it cannot be read or is wrong.
pub fn load(named: Option<&Path>) -> Result<Settings, ConfigError> {
    discover(named)?.settings()
}

impl Source {
    /// Checks the text.
    ///
    /// # Errors
    /// [`ConfigError::Wrong`] with everything that is wrong.
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        parse(&self.text).map_err(|problems| ConfigError::Wrong {
            report: self.report(&problems),
            problems,
        })
    }

    /// The problems for people: each with its line, a caret and a hint.
    #[must_use]
    pub fn report(&self, problems: &[Problem]) -> String {
        let mut report = String::new();
        for problem in problems {
            let _ = writeln!(report, "error: {}", problem.message);
            let number = problem.line.to_string();
            let margin = " ".repeat(number.len());
            let place = format!("{}:{}:{}", self.name, problem.line, problem.column);
            let _ = writeln!(
                report,
                "{margin}--> {}",
                format!("{place}  {}", problem.key).trim_end()
            );
            if let Some(line) = self.text.lines().nth(problem.line.wrapping_sub(1)) {
                let before: String = line
                    .chars()
                    .take(problem.column.saturating_sub(1))
                    .map(|c| if c == '\t' { '\t' } else { ' ' })
                    .collect();
                let _ = writeln!(
                    report,
                    "{margin} |\n{number} | {line}\n{margin} | {before}^"
                );
            }
            if !problem.hint.is_empty() {
                let _ = writeln!(report, "{margin} = hint: {}", problem.hint);
            }
            report.push('\n');
        }
        let count = problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        let _ = write!(report, "{count} {noun} in {}", self.name);
        report
    }
}
