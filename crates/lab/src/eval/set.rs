//! A labelled set as it lies on the disk.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use mynah_core::model::Settings;

/// The label of what must not act.
pub(super) const NONE: &str = "none";

/// The labels of a folder.
const LABELS: &str = "labels.jsonl";

/// Why a set cannot be measured.
#[derive(Debug, Error)]
pub(super) enum SetError {
    /// Not there, or not ours to read.
    #[error("cannot read `{}`: {cause}\nhint: give a folder of recordings or a file of JSON lines", path.display())]
    Unreadable {
        /// The set.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A folder of recordings of which nothing is known.
    #[error("`{}` has no {LABELS}\nhint: write one, or say `--none` if nothing in it may act", path.display())]
    Unlabelled {
        /// The folder.
        path: PathBuf,
    },
    /// A line that is no label.
    #[error("{}:{line}: {cause}\nhint: each line is {{\"file\" or \"text\": ..., \"intent\": ..., \"slots\": {{...}}}}", path.display())]
    BadLine {
        /// The labels.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
    /// Nothing in it.
    #[error("`{}` has no items\nhint: a folder needs .wav or .flac files", path.display())]
    Empty {
        /// The set.
        path: PathBuf,
    },
}

/// What is given to the engine.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Input {
    /// Words.
    Text(String),
    /// A recording.
    Sound(PathBuf),
}

/// One intent as a label or an answer names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Meant {
    /// The intent's name.
    pub intent: String,
    /// Its slots.
    pub slots: Map<String, Value>,
    /// When it is to be done, as JSON, if not at once.
    pub when: Option<Value>,
}

impl Meant {
    /// From the label `[INTENT, {SLOTS}, {WHEN}?]`.
    fn of_label(label: &Value) -> Option<Self> {
        let [intent, slots, when @ ..] = label.as_array()?.as_slice() else {
            return None;
        };
        Some(Self {
            intent: intent.as_str()?.to_owned(),
            slots: slots.as_object()?.clone(),
            when: when.first().cloned(),
        })
    }
}

/// One item with its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    /// How it is called: the file's name or the line's number.
    pub id: String,
    /// What is said.
    pub input: Input,
    /// The intent's name, or [`NONE`]; of several outcomes the first.
    pub intent: String,
    /// The slots that were said.
    pub slots: Map<String, Value>,
    /// The outcomes that are acceptable, each the intents of one; empty for
    /// nothing done. Where the label names one intent only, there are none.
    pub outcomes: Vec<Vec<Meant>>,
    /// Of a question to a text: what the answer must have, all of it; empty where there
    /// is none. Then nothing else of the label counts.
    pub answer: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct SetRow {
    file: Option<PathBuf>,
    text: Option<String>,
    id: Option<Value>,
    intent: Option<String>,
    want: Option<Vec<Value>>,
    answer: Option<Vec<String>>,
    #[serde(default)]
    slots: Map<String, Value>,
}

/// Reads a folder or a file. With `none`, nothing in it may act.
///
/// # Errors
/// Every kind of [`SetError`].
pub(super) fn read(path: &Path, none: bool) -> Result<Vec<Case>, SetError> {
    let labels = if path.is_dir() {
        path.join(LABELS)
    } else {
        path.to_owned()
    };
    let cases = if path.is_dir() && !labels.exists() {
        if !none {
            return Err(SetError::Unlabelled { path: path.into() });
        }
        recordings(path)?
    } else {
        labelled(&labels, none)?
    };
    if cases.is_empty() {
        return Err(SetError::Empty { path: path.into() });
    }
    Ok(cases)
}

fn labelled(labels: &Path, none: bool) -> Result<Vec<Case>, SetError> {
    let text = std::fs::read_to_string(labels).map_err(|cause| SetError::Unreadable {
        path: labels.into(),
        cause,
    })?;
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    lines
        .map(|(text, line)| {
            case(labels, text, line, none).map_err(|cause| SetError::BadLine {
                path: labels.into(),
                line,
                cause,
            })
        })
        .collect()
}

fn case(labels: &Path, text: &str, number: usize, none: bool) -> Result<Case, String> {
    let line: SetRow = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let input = match (line.file, line.text) {
        (Some(file), None) => Input::Sound(labels.with_file_name(file)),
        (None, Some(text)) => Input::Text(text),
        (Some(_), Some(_)) => return Err("both `file` and `text`".into()),
        (None, None) => return Err("neither `file` nor `text`".into()),
    };
    let outcomes = match line.want {
        Some(want) if !none => outcomes(&want)?,
        _ => Vec::new(),
    };
    let first = outcomes.iter().find_map(|outcome| outcome.first());
    let (intent, slots) = match (line.intent, first) {
        _ if none => (NONE.to_owned(), Map::new()),
        (Some(intent), _) => (intent, line.slots),
        (None, Some(first)) => (first.intent.clone(), first.slots.clone()),
        (None, None) if !outcomes.is_empty() || line.answer.is_some() => {
            (NONE.to_owned(), Map::new())
        }
        (None, None) => return Err("no `intent`".into()),
    };
    let id = match (line.id, &input) {
        (Some(Value::String(id)), _) => id,
        (Some(id), _) => id.to_string(),
        (None, Input::Sound(file)) => name(file),
        (None, Input::Text(_)) => number.to_string(),
    };
    Ok(Case {
        id,
        input,
        intent,
        slots,
        outcomes,
        answer: line.answer.filter(|_| !none),
    })
}

/// The acceptable outcomes of `want`: `"no"`, `[INTENT, {SLOTS}, {WHEN}?]`, or
/// a list of such.
fn outcomes(want: &[Value]) -> Result<Vec<Vec<Meant>>, String> {
    let outcome = |label: &Value| -> Option<Vec<Meant>> {
        match label {
            Value::String(no) if no == "no" => Some(Vec::new()),
            Value::Array(parts) if parts.first().is_some_and(Value::is_array) => {
                parts.iter().map(Meant::of_label).collect()
            }
            label => Some(vec![Meant::of_label(label)?]),
        }
    };
    let outcomes: Option<Vec<_>> = want.iter().map(outcome).collect();
    outcomes
        .filter(|outcomes| !outcomes.is_empty())
        .ok_or_else(|| "`want` is no list of \"no\" or [INTENT, {SLOTS}, {WHEN}]".into())
}

/// The recordings of a folder, by name, none of which may act.
fn recordings(path: &Path) -> Result<Vec<Case>, SetError> {
    let unreadable = |cause| SetError::Unreadable {
        path: path.into(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let kind = file.extension().and_then(|kind| kind.to_str());
        if kind.is_some_and(|kind| ["wav", "flac"].contains(&kind.to_lowercase().as_str())) {
            files.push(file);
        }
    }
    files.sort();
    let case = |file: PathBuf| Case {
        id: name(&file),
        input: Input::Sound(file),
        intent: NONE.into(),
        slots: Map::new(),
        outcomes: Vec::new(),
        answer: None,
    };
    Ok(files.into_iter().map(case).collect())
}

fn name(file: &Path) -> String {
    file.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// `limit` of the cases, spread evenly.
pub(super) fn spread(cases: Vec<Case>, limit: usize) -> Vec<Case> {
    let count = cases.len();
    let chosen = |index: &usize| index * limit / count != (index + 1) * limit / count;
    cases
        .into_iter()
        .enumerate()
        .filter(|(index, _)| count <= limit || chosen(index))
        .map(|(_, case)| case)
        .collect()
}

/// Labels that no intent of the file answers to.
pub(super) fn unknown_intents(
    sets: &[(&Path, Vec<Case>)],
    settings: &Settings,
) -> BTreeSet<String> {
    let known = |name: &str| settings.intents.iter().any(|intent| intent.name == name);
    let labels = sets.iter().flat_map(|(_, cases)| cases);
    let names = |case: &'_ Case| {
        let meant = case.outcomes.iter().flatten();
        let mut names: Vec<String> = meant.map(|meant| meant.intent.clone()).collect();
        names.push(case.intent.clone());
        names
    };
    labels
        .flat_map(names)
        .filter(|name| *name != NONE && !known(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, none: bool, expected: &str) {
        let got = match case(Path::new("set/labels.jsonl"), line, 7, none) {
            Ok(case) => format!(
                "{} {:?} {} {}",
                case.id,
                case.input,
                case.intent,
                Value::Object(case.slots)
            ),
            Err(error) => format!("error: {error}"),
        };
        assert!(got.starts_with(expected), "{line}: {got}");
    }

    #[test]
    fn a_label_names_what_is_said_and_what_is_meant() {
        check(
            r#"{"file": "a.wav", "intent": "x", "slots": {"n": 2}, "more": 1}"#,
            false,
            r#"a.wav Sound("set/a.wav") x {"n":2}"#,
        );
        check(
            r#"{"text": "hello", "intent": "x"}"#,
            false,
            r#"7 Text("hello") x {}"#,
        );
        check(
            r#"{"id": 3, "text": "hello", "intent": "x", "slots": {"n": 2}}"#,
            true,
            r#"3 Text("hello") none {}"#,
        );
        check(r#"{"text": "hello"}"#, true, r#"7 Text("hello") none"#);
        check(r#"{"text": "hello"}"#, false, "error: no `intent`");
        check(r#"{"intent": "x"}"#, false, "error: neither");
        check(
            r#"{"text": "a", "file": "b", "intent": "x"}"#,
            false,
            "error: both",
        );
        check(
            r#"{"text": "a", "want": ["no", ["x", {"n": 2}, {"after_s": 60}]]}"#,
            false,
            r#"7 Text("a") x {"n":2}"#,
        );
        check(
            r#"{"text": "a", "want": ["no"]}"#,
            false,
            r#"7 Text("a") none {}"#,
        );
        check(r#"{"text": "a", "want": [7]}"#, false, "error: `want` is");
        check(
            r#"{"text": "how old is it", "answer": ["nine"]}"#,
            false,
            r#"7 Text("how old is it") none {}"#,
        );
        check("hello", false, "error: expected value");
    }

    #[test]
    fn a_part_is_spread_over_the_whole() {
        let cases: Vec<Case> = (0..10)
            .map(|n| Case {
                id: n.to_string(),
                input: Input::Text(String::new()),
                intent: NONE.into(),
                slots: Map::new(),
                outcomes: Vec::new(),
                answer: None,
            })
            .collect();
        let ids = |limit| -> Vec<String> {
            let part = spread(cases.clone(), limit);
            part.into_iter().map(|case| case.id).collect()
        };
        assert_eq!(ids(3), ["3", "6", "9"]);
        assert_eq!(ids(1), ["9"]);
        assert_eq!(ids(10).len(), 10);
        assert_eq!(ids(99).len(), 10);
    }
}
