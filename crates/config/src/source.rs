//! Finds the file, reads it, and shows what is wrong in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::place::{Places, line_and_column};
use super::{Names, Problem, house, parse_followed, parse_with, texts};
use mynah_core::model::Settings;
use mynah_system::files::small_file;

/// The built-in example, used when there is no file.
pub const EXAMPLE: &str = include_str!("../../../assets/examples/home.toml");

/// A house has some hundred intents of some hundred bytes.
const MAX_BYTES: u64 = 4 << 20;

/// A longer line is shown as far as the problem needs.
const SHOWN: usize = 240;

/// Where a file is looked for when none is named, in this order.
const PLACES: [&str; 2] = ["mynah.toml", "/etc/mynah/mynah.toml"];

/// Why there are no settings.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error("cannot read the configuration `{path}`: {why}; hint: {}", remedy(why))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The file is no text in UTF-8.
    #[error(
        "the configuration `{path}` is not text in UTF-8: the first other byte is in line {line}; \
         hint: save it as UTF-8 in your editor"
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
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

fn remedy(why: &std::io::Error) -> &'static str {
    match why.kind() {
        std::io::ErrorKind::InvalidData => "save it as a text file in UTF-8",
        std::io::ErrorKind::PermissionDenied => {
            "run this with `sudo`, or name another with --config"
        }
        _ => "name another with --config",
    }
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
    let bytes = match small_file(&path, MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(why) => return Err(ConfigError::Unreadable { path, why }),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source {
            name: path.display().to_string(),
            text,
        }),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count();
            Err(ConfigError::NotUtf8 { path, line })
        }
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
        self.checked(None).map_err(|problems| ConfigError::Wrong {
            report: self.report(&problems),
            problems,
        })
    }

    /// Checks the text together with the names that Home Assistant is known to
    /// have, where the file follows them. By who knows which models there are, as
    /// [`parse_with`](super::parse_with).
    ///
    /// # Errors
    /// Everything that is wrong in the text. Names that would make it wrong are
    /// left out.
    pub fn checked(&self, names: Option<&Names>) -> Result<Settings, Vec<Problem>> {
        let mut settings = self.with_house(names)?;
        let wrong = texts::read(&mut settings, &self.text, Path::new(&self.name));
        if wrong.is_empty() {
            Ok(settings)
        } else {
            Err(wrong)
        }
    }

    fn with_house(&self, names: Option<&Names>) -> Result<Settings, Vec<Problem>> {
        let without = parse_with(&self.text, names)?;
        let Some(house) = without.home_assistant.as_ref().filter(|house| house.follow) else {
            return Ok(without);
        };
        let kept = house::kept_at(is_the_system_s(Path::new(&self.name)));
        let followed = kept.map_or_else(|| Ok(Vec::new()), |path| house::read(&path, &house.url));
        let hint = "they are read again when Home Assistant answers";
        let warn = |without: Settings, message: String| {
            let mut settings = without;
            settings.warnings.push(Problem {
                line: 0,
                column: 0,
                key: "home_assistant.follow".into(),
                message,
                hint: hint.into(),
            });
            Ok(settings)
        };
        match followed {
            Ok(followed) if followed.is_empty() => {
                let message = "the names of Home Assistant are not known yet";
                warn(without, message.into())
            }
            Ok(followed) => match parse_followed(&self.text, names, &followed) {
                Ok(settings) => Ok(settings),
                Err(problems) => {
                    let why = problems.first().map_or("", |problem| &problem.message);
                    let message = format!("the names of Home Assistant cannot be used: {why}");
                    warn(without, message)
                }
            },
            Err(error) => {
                let message = format!("the kept names of Home Assistant cannot be read: {error}");
                warn(without, message)
            }
        }
    }

    /// Line and column, from 1, of what is written at a dotted path such as
    /// `intent[0].phrases[1]`.
    #[must_use]
    pub fn place(&self, key: &str) -> Option<(usize, usize)> {
        let span = Places::read(&self.text).exactly(key)?;
        Some(line_and_column(&self.text, span.start))
    }

    /// The problems for people: each with its line, a caret and a hint.
    #[must_use]
    pub fn report(&self, problems: &[Problem]) -> String {
        let mut report = self.listed("error", problems);
        let count = problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        let _ = write!(report, "{count} {noun} in {}", self.name);
        report
    }

    /// The same of what is allowed, and hardly meant; empty where there is none.
    #[must_use]
    pub fn warnings(&self, warnings: &[Problem]) -> String {
        self.listed("warning", warnings)
    }

    fn listed(&self, word: &str, problems: &[Problem]) -> String {
        let mut report = String::new();
        for problem in problems {
            let _ = writeln!(report, "{word}: {}", problem.message);
            let number = problem.line.to_string();
            let margin = " ".repeat(number.len());
            let place = match problem.line {
                0 => self.name.clone(),
                line => format!("{}:{line}:{}", self.name, problem.column),
            };
            let _ = writeln!(
                report,
                "{margin}--> {}",
                format!("{place}  {}", problem.key).trim_end()
            );
            if let Some(line) = self.text.lines().nth(problem.line.wrapping_sub(1)) {
                let (line, column) = excerpt(line, problem.column);
                let before: String = line
                    .chars()
                    .take(column.saturating_sub(1))
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
        report
    }
}

/// A line as it is shown, and the column in that: of a very long one, what is
/// around the problem.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    let start = match column.checked_sub(SHOWN / 2) {
        Some(start) if line.chars().nth(SHOWN).is_some() => start,
        _ => 0,
    };
    let shown = line.chars().skip(start).take(SHOWN).collect();
    (shown, column - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_only_the_place_is_shown() {
        let check = |line: &str, column: usize, length: usize, at: usize| {
            let (shown, place) = excerpt(line, column);
            assert_eq!((shown.chars().count(), place), (length, at));
            assert_eq!(shown.chars().nth(place - 1), line.chars().nth(column - 1));
        };
        check("key = 1", 5, 7, 5);
        let long: String = ('a'..='z').cycle().take(100_000).collect();
        check(&long, 1, SHOWN, 1);
        check(&long, 50_000, SHOWN, SHOWN / 2);
        check(&long, 100_000, SHOWN / 2, SHOWN / 2);
        let source = Source {
            name: "file".into(),
            text: format!("x = [{}", "[".repeat(100_000)),
        };
        let report = source.settings().expect_err("it is wrong").to_string();
        assert!(report.len() < 2_000, "{} bytes", report.len());
    }
}
