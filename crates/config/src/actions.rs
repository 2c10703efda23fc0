//! What an intent does: the actions of the file, checked.

mod local;
mod network;

use std::time::Duration;

use super::check::Checker;
use super::replies::{Allowed, template};
use super::{builtin, written};
use mynah_core::model::{ActionSpec, SlotSpec, Step};
use mynah_core::suggest;

const TYPES: [&str; 9] = [
    "command",
    "http",
    "mqtt",
    "home_assistant",
    "dbus",
    "sequence",
    "answer",
    "say",
    "builtin",
];
const DEFAULT_TIMEOUT_S: f64 = 5.0;
/// A person is waiting.
const MAX_TIMEOUT_S: f64 = 120.0;
/// More belongs into a program.
const MAX_STEPS: usize = 16;
const ON_FAILURE: [&str; 2] = ["fail", "ignore"];

/// Where an action stands, which decides what may be in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The intent's own.
    Whole,
    /// What takes the intent's own back.
    Inverse,
    /// One of a sequence.
    Step,
    /// Done after another one: to take it back, or in its place.
    Other,
}

/// Checks an action. `None` when its type is unknown or a part is missing,
/// which is reported.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    key: &str,
    mut action: written::Action,
    slots: &[SlotSpec],
    role: Role,
) -> Option<ActionSpec> {
    let kind = action.r#type.clone();
    if !TYPES.contains(&kind.as_str()) {
        checker.not_among(&format!("{key}.type"), "action type", &kind, &TYPES);
        return None;
    }
    strangers(checker, key, &action);
    if action.undo.is_some()
        && role != Role::Step
        && !["sequence", "say", "answer"].contains(&kind.as_str())
    {
        checker.report(
            &format!("{key}.undo"),
            "only a step of a `sequence` has its `undo` inside",
            "write it beside `action`: undo = { type = ... }",
        );
    }
    let timeout_ms = timeout(checker, &format!("{key}.timeout_s"), action.timeout_s);
    let on_failure = action.on_failure.take();
    let part = Part { key, slots };
    let spec = match kind.as_str() {
        "command" => local::command(checker, &part, action, timeout_ms),
        "dbus" => local::dbus(checker, &part, action, timeout_ms),
        "http" => network::http(checker, &part, action, timeout_ms),
        "mqtt" => network::mqtt(checker, &part, action, timeout_ms),
        "home_assistant" => network::home_assistant(checker, &part, action, timeout_ms),
        "sequence" => sequence(checker, &part, action, role),
        "answer" => local::answer(checker, &part, action.from, role),
        "builtin" => built_in(checker, key, &action, role),
        _ => Some(ActionSpec::Say),
    };
    let Some(on_failure) = on_failure else {
        return spec;
    };
    let instead = otherwise(checker, &part, on_failure)?;
    spec.map(|spec| match instead {
        Otherwise::Fail => spec,
        Otherwise::Ignore => ActionSpec::Otherwise {
            action: Box::new(spec),
            instead: None,
        },
        Otherwise::Instead(instead) => ActionSpec::Otherwise {
            action: Box::new(spec),
            instead: Some(Box::new(instead)),
        },
    })
}

/// An action's place in the file, and the slots that it may use.
struct Part<'a> {
    key: &'a str,
    slots: &'a [SlotSpec],
}

impl Part<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.key)
    }

    /// Checks a template over the slots, at a key of the action.
    fn template(&self, checker: &mut Checker<'_>, name: &str, text: &str) {
        template(checker, &self.key(name), text, self.slots, Allowed::SLOTS);
    }

    /// As [`Part::template`], where `{secret:NAME}` may stand.
    fn secret_template(&self, checker: &mut Checker<'_>, name: &str, text: &str) {
        template(checker, &self.key(name), text, self.slots, Allowed::SECRETS);
    }

    /// Reports a text in which no slot may stand, and says why.
    fn plain(&self, checker: &mut Checker<'_>, name: &str, text: &str, why: &str) {
        if mynah_core::reply::template::has_names(text) {
            checker.report(&self.key(name), why, "write it out, without slots");
        }
    }
}

/// Reports keys that belong to another type of action.
fn strangers(checker: &mut Checker<'_>, key: &str, action: &written::Action) {
    let kind = action.r#type.as_str();
    for (name, kinds) in action.keys() {
        if !kinds.contains(&kind) {
            checker.report(
                &format!("{key}.{name}"),
                format!("`{name}` does not belong to a `{kind}` action"),
                format!("it is for {}: take it out", suggest::list(kinds)),
            );
        }
    }
}

/// What Mynah does by itself stands in front of what reaches out, not in it.
fn built_in(
    checker: &mut Checker<'_>,
    key: &str,
    action: &written::Action,
    role: Role,
) -> Option<ActionSpec> {
    if role != Role::Whole {
        let hint = "give it an intent of its own";
        let message = "what is built in cannot be a part of another action";
        checker.report(key, message, hint);
        return None;
    }
    builtin::action(checker, key, action.r#do.as_deref())
}

fn sequence(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    role: Role,
) -> Option<ActionSpec> {
    let key = part.key("steps");
    if !matches!(role, Role::Whole | Role::Inverse) {
        let hint = "list the steps of both in one `sequence`";
        checker.report(
            part.key,
            "a sequence cannot be a part of another action",
            hint,
        );
        return None;
    }
    let written = action.steps.unwrap_or_default();
    if written.is_empty() {
        let hint = "write them down: steps = [{ type = ... }, { type = ... }]";
        checker.report(&key, "there are no steps", hint);
        return None;
    }
    if MAX_STEPS < written.len() {
        let message = format!("{} steps are more than {MAX_STEPS}", written.len());
        checker.report(&key, message, "let a program do them: type = \"command\"");
    }
    let mut steps = Vec::new();
    let mut whole = true;
    for (index, mut step) in written.into_iter().enumerate() {
        let key = format!("{key}[{index}]");
        let undo = step.undo.take().and_then(|undo| {
            check(
                checker,
                &format!("{key}.undo"),
                *undo,
                part.slots,
                Role::Other,
            )
        });
        match check(checker, &key, step, part.slots, Role::Step) {
            Some(action) => steps.push(Step { action, undo }),
            None => whole = false,
        }
    }
    whole.then_some(ActionSpec::Sequence(steps))
}

enum Otherwise {
    Fail,
    Ignore,
    Instead(ActionSpec),
}

fn otherwise(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    on_failure: written::OnFailure,
) -> Option<Otherwise> {
    let key = part.key("on_failure");
    match on_failure {
        written::OnFailure::Word(word) if word == "fail" => Some(Otherwise::Fail),
        written::OnFailure::Word(word) if word == "ignore" => Some(Otherwise::Ignore),
        written::OnFailure::Word(word) => {
            let hint = match suggest::closest(&word, ON_FAILURE) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "take `fail`, `ignore` or another action in braces".into(),
            };
            let message = format!("`{word}` is nothing that can be done after a failure");
            checker.report(&key, message, hint);
            None
        }
        written::OnFailure::Instead(action) => {
            check(checker, &key, *action, part.slots, Role::Other).map(Otherwise::Instead)
        }
    }
}

fn timeout(checker: &mut Checker<'_>, key: &str, seconds: Option<f64>) -> u32 {
    let seconds = seconds.unwrap_or(DEFAULT_TIMEOUT_S);
    if !(0.001..=MAX_TIMEOUT_S).contains(&seconds) {
        let message = format!("an action cannot take {seconds} seconds");
        let hint = format!("take more than 0 and at most {MAX_TIMEOUT_S}");
        checker.report(key, message, hint);
        return 0;
    }
    u32::try_from(Duration::from_secs_f64(seconds).as_millis()).unwrap_or(u32::MAX)
}
