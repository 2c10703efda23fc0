//! The owner's texts that questions are answered from: beside the configuration, read
//! and checked with it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::check::Checker;
use super::place::{Places, line_and_column};
use super::written::Reply;
use mynah_core::answer::Document;
use mynah_core::model::{ActionSpec, Problem, Settings, SlotSpec};
use mynah_system::files::small_text;

/// About two hundred pages: its sentences are encoded in a few minutes, once.
const MAX_BYTES: u64 = 512 * 1024;

/// Checks the rest of an intent that answers from a text.
pub(crate) fn intent(
    checker: &mut Checker<'_>,
    key: &str,
    reply: Option<&Reply>,
    slots: &[SlotSpec],
    later: Option<bool>,
) {
    if reply.is_some_and(|reply| reply.ok.is_some()) {
        checker.report(
            &format!("{key}.reply"),
            "the text is the reply",
            "write `reply = { fail = \"...\" }`: it is said where the text has no answer",
        );
    }
    if !slots.is_empty() {
        let hint = "write whole questions as phrases, without slots";
        let message = "an answer is found by the words of the question, and has no slots";
        checker.report(&format!("{key}.slots"), message, hint);
    }
    if later == Some(true) {
        let message = "a question is answered at once";
        checker.report(&format!("{key}.later"), message, "take `later` out");
    }
}

/// Reads the texts of all intents. `named`: the configuration's file; `None` where it is
/// none. Gives what is wrong with them.
pub(crate) fn read(settings: &mut Settings, text: &str, named: &Path) -> Vec<Problem> {
    let timeout_ms = settings.llm.timeout_ms;
    let mut problems = Vec::new();
    let answers = settings.intents.iter_mut().enumerate();
    for (index, intent) in answers {
        let Some(ActionSpec::Answer(spec)) = &mut intent.action else {
            continue;
        };
        spec.timeout_ms = timeout_ms;
        let path = beside(named, &spec.from);
        match document(&path) {
            Ok(document) => spec.text = document,
            Err((message, hint)) => problems.push((index, message, hint)),
        }
    }
    if problems.is_empty() {
        return Vec::new();
    }
    let places = Places::read(text);
    let problem = |(index, message, hint)| {
        let key = format!("intent[{index}].action.from");
        let at = places
            .find(&key)
            .map(|span| line_and_column(text, span.start));
        let (line, column) = at.unwrap_or((0, 0));
        Problem {
            line,
            column,
            key,
            message,
            hint,
        }
    };
    problems.into_iter().map(problem).collect()
}

/// Where a text lies: beside the configuration, unless its path says where.
#[must_use]
pub fn beside(config: &Path, named: &Path) -> PathBuf {
    config.parent().unwrap_or(Path::new("")).join(named)
}

/// A text that can be answered from; else what is wrong with it, and what to do.
fn document(path: &Path) -> Result<Document, (String, String)> {
    let shown = path.display();
    let text = small_text(path, MAX_BYTES).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::NotFound => {
                "write it, or name another: a path is one from the configuration's folder".into()
            }
            ErrorKind::PermissionDenied => {
                format!("let the user of Mynah read it: chmod a+r {shown}")
            }
            _ => format!(
                "take a text or Markdown file in UTF-8 of at most {} kB; long ones may be parted",
                MAX_BYTES / 1024
            ),
        };
        (format!("cannot read the text `{shown}`: {error}"), hint)
    })?;
    let document = Document::read(text.strip_prefix('\u{feff}').unwrap_or(&text));
    if document.passages.is_empty() {
        let hint = "write what visitors ask about, in whole sentences under headings";
        return Err((format!("the text `{shown}` has no sentence"), hint.into()));
    }
    Ok(document)
}
