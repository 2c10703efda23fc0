//! Several actions as one: in order, up to the first failure, after which what
//! was done is taken back.

use serde_json::{Map, Value};

use super::{ActionError, ActionOutput};
use mynah_core::model::{ActionSpec, Step};

/// Performs an action.
type Perform<'a> = &'a dyn Fn(&ActionSpec) -> Result<ActionOutput, ActionError>;

/// Runs the steps. The result carries the results of all of them as `steps`,
/// and each part of them under its own name, the last one's if several have it.
pub(super) fn run(steps: &[Step], perform: Perform<'_>) -> Result<ActionOutput, ActionError> {
    let mut result = Map::new();
    let mut results = Vec::new();
    let mut details = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (failed, detail, own) = match perform(&step.action) {
            Ok(ActionOutput { detail, result }) => (false, detail, result),
            Err(ActionError { detail, result }) => (true, detail, result),
        };
        if let Value::Object(parts) = &own {
            result.extend(parts.clone());
        }
        results.push(own);
        if failed {
            let undone = take_back(&steps[..index], perform);
            result.insert("steps".into(), results.into());
            return Err(ActionError {
                detail: format!("step {} of {}: {detail}{undone}", index + 1, steps.len()),
                result: result.into(),
            });
        }
        details.push(detail);
    }
    result.insert("steps".into(), results.into());
    Ok(ActionOutput {
        detail: details.join("; then "),
        result: result.into(),
    })
}

/// Undoes steps that were done, the last first. One that cannot be undone does
/// not keep the others from it.
fn take_back(done: &[Step], perform: Perform<'_>) -> String {
    let mut told = String::new();
    for undo in done.iter().rev().filter_map(|step| step.undo.as_ref()) {
        match perform(undo) {
            Ok(ActionOutput { detail, .. }) => told = format!("{told}; undone: {detail}"),
            Err(ActionError { detail, .. }) => {
                tracing::error!("a step could not be undone: {detail}");
                told = format!("{told}; NOT undone: {detail}");
            }
        }
    }
    told
}

/// What becomes of a failed action whose failure is no failure of the turn:
/// what `instead` gives, or success when there is nothing to be done instead.
pub(super) fn otherwise(
    tried: Result<ActionOutput, ActionError>,
    instead: impl FnOnce() -> Option<Result<ActionOutput, ActionError>>,
) -> Result<ActionOutput, ActionError> {
    let Err(failed) = tried else {
        return tried;
    };
    tracing::warn!("failed, as the file allows: {}", failed.detail);
    match instead() {
        None => Ok(ActionOutput {
            detail: format!("ignored: {}", failed.detail),
            result: failed.result,
        }),
        Some(Ok(done)) => Ok(ActionOutput {
            detail: format!("{}; instead: {}", failed.detail, done.detail),
            result: done.result,
        }),
        Some(Err(undone)) => Err(ActionError {
            detail: format!("{}; instead: {}", failed.detail, undone.detail),
            result: undone.result,
        }),
    }
}
