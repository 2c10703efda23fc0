//! What an intent says: replies, and every template's names.

use super::check::Checker;
use super::written;
use mynah_core::model::{ActionSpec, ReplySpec, SlotKind, SlotSpec};
use mynah_core::reply::template::{Piece, SECRET, pieces};
use mynah_core::reply::wording;
use mynah_core::reply::wording::Wrong;
use mynah_core::suggest;

/// What a template may use besides slots.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed<'a> {
    /// The parts that `{result...}` has there.
    pub results: &'a [&'a str],
    /// Whether `{secret:NAME}` may stand there.
    pub secrets: bool,
    /// Whether `{{ ... }}` and `{% ... %}` are read.
    pub expressions: bool,
}

impl Allowed<'_> {
    /// Slots alone.
    pub(crate) const SLOTS: Self = Self {
        results: &[],
        secrets: false,
        expressions: false,
    };
    /// Slots and secrets.
    pub(crate) const SECRETS: Self = Self {
        secrets: true,
        ..Self::SLOTS
    };
}

/// Checks a reply.
pub(crate) fn reply(
    checker: &mut Checker<'_>,
    key: &str,
    reply: written::Reply,
    slots: &[SlotSpec],
    results: &[&str],
) -> ReplySpec {
    let allowed = Allowed {
        results,
        expressions: true,
        ..Allowed::SLOTS
    };
    let random = match reply.pick.as_deref() {
        None | Some("turn") => false,
        Some("random") => true,
        Some(other) => {
            let key = format!("{key}.pick");
            checker.not_among(&key, "way to pick a wording", other, &["turn", "random"]);
            false
        }
    };
    let mut texts = |part: &str, texts: Option<written::Texts>| {
        let Some(written::Texts { array, texts }) = texts else {
            return Vec::new();
        };
        let key = if reply.table {
            format!("{key}.{part}")
        } else {
            key.to_owned()
        };
        for (index, text) in texts.iter().enumerate() {
            let key = if array {
                format!("{key}[{index}]")
            } else {
                key.clone()
            };
            template(checker, &key, text, slots, allowed);
        }
        texts
    };
    ReplySpec {
        ok: texts("ok", reply.ok),
        fail: texts("fail", reply.fail),
        random,
    }
}

/// What `{result...}` has after an action.
pub(crate) fn results(action: &ActionSpec) -> Vec<&'static str> {
    let mut parts: Vec<&'static str> = match action {
        ActionSpec::Command(_) => vec!["stdout", "stderr", "status", "json"],
        ActionSpec::Http(_) => vec!["status", "body", "json"],
        ActionSpec::Mqtt(mqtt) if mqtt.answer_topic.is_some() => vec!["body", "json"],
        ActionSpec::Mqtt(_) | ActionSpec::Say => Vec::new(),
        ActionSpec::Answer(_) => vec!["say", "heading", "passage"],
        ActionSpec::HomeAssistant(call) if call.service.is_some() => vec!["status", "json", "say"],
        ActionSpec::HomeAssistant(_) => vec!["state", "name", "unit", "attributes", "json"],
        ActionSpec::Dbus(_) => vec!["body", "values"],
        ActionSpec::Builtin(_) => vec!["say"],
        ActionSpec::Sequence(steps) => {
            let own = steps.iter().flat_map(|step| results(&step.action));
            own.chain(["steps"]).collect()
        }
        ActionSpec::Otherwise { action, instead } => {
            let instead = instead.iter().flat_map(|instead| results(instead));
            results(action).into_iter().chain(instead).collect()
        }
    };
    let mut seen = Vec::new();
    parts.retain(|part| {
        !seen.contains(part) && {
            seen.push(part);
            true
        }
    });
    parts
}

/// Every part that any action has: for the reply to an action that is wrong
/// itself, so that it is not blamed too.
pub(crate) const ANY_RESULT: [&str; 14] = [
    "stdout",
    "stderr",
    "status",
    "json",
    "body",
    "state",
    "name",
    "unit",
    "attributes",
    "values",
    "steps",
    "say",
    "heading",
    "passage",
];

fn result_hint(results: &[&str]) -> String {
    if results.is_empty() {
        return "the action leaves no result; `command`, `http`, `home_assistant`, `dbus`, `answer` and `builtin` do"
            .into();
    }
    let names: Vec<String> = results.iter().map(|r| format!("{{result.{r}}}")).collect();
    format!("there is {}", suggest::list(&names))
}

/// Checks that every name of a template will have a value.
pub(crate) fn template(
    checker: &mut Checker<'_>,
    key: &str,
    text: &str,
    slots: &[SlotSpec],
    allowed: Allowed<'_>,
) {
    if allowed.expressions && wording::has_expressions(text) {
        expressions(checker, key, text, slots, allowed);
        return;
    }
    for piece in pieces(text) {
        if let Piece::Name(path, at) = piece
            && let Some((message, hint)) = unknown(checker, path, slots, allowed)
        {
            checker.report_inside(key, text, at, message, hint);
        }
    }
}

/// Checks a wording with `{{ ... }}` in it.
fn expressions(
    checker: &mut Checker<'_>,
    key: &str,
    text: &str,
    slots: &[SlotSpec],
    allowed: Allowed<'_>,
) {
    let names = match wording::names(text) {
        Ok(names) => names,
        Err(Wrong { at, message, hint }) => {
            checker.report_inside(key, text, at, message, hint);
            return;
        }
    };
    for name in names {
        // The place of the first mention is near enough.
        let last = name.rsplit('.').next().unwrap_or(&name);
        let at = text.find(&name).or_else(|| text.find(last)).unwrap_or(0);
        let (head, rest) = name.split_once('.').unwrap_or((&name, ""));
        let wrong = match head {
            "result" => unknown(checker, &name, slots, allowed),
            "value" => {
                let slot = rest.split('.').next().unwrap_or_default();
                unknown(checker, slot, slots, allowed).filter(|_| !rest.is_empty())
            }
            "field" if rest.contains('.') => unknown(checker, rest, slots, allowed),
            "field" => None,
            _ if wording::MOMENT.contains(&head) => None,
            slot if !rest.is_empty() && slots.iter().any(|known| known.name == slot) => Some((
                format!("`{slot}` is what was said, and has no parts"),
                format!("write `field.{name}` or `value.{slot}`"),
            )),
            _ => unknown(checker, &name, slots, allowed),
        };
        if let Some((message, hint)) = wrong {
            checker.report_inside(key, text, at, message, hint);
        }
    }
}

/// Why a name would have no value, and what would be right.
fn unknown(
    checker: &Checker<'_>,
    path: &str,
    slots: &[SlotSpec],
    allowed: Allowed<'_>,
) -> Option<(String, String)> {
    if let Some(secret) = path.strip_prefix(SECRET) {
        return unknown_secret(checker, secret, allowed.secrets);
    }
    let (name, field) = match path.split_once('.') {
        Some((name, field)) => (name, Some(field)),
        None => (path, None),
    };
    if name == "result" {
        let part = field.and_then(|field| field.split('.').next());
        if part.is_some_and(|part| allowed.results.contains(&part)) {
            return None;
        }
        let message = format!("there is no `{{{path}}}` here");
        return Some((message, result_hint(allowed.results)));
    }
    let Some(slot) = slots.iter().find(|slot| slot.name == name) else {
        let names = slots.iter().map(|slot| &slot.name);
        let hint = suggest::among(name, names, "use a slot of this intent");
        return Some((format!("there is no slot `{name}`"), hint));
    };
    field.and_then(|field| no_field(slot, field))
}

fn unknown_secret(checker: &Checker<'_>, name: &str, allowed: bool) -> Option<(String, String)> {
    if !allowed {
        let message = format!("the secret `{name}` would be seen or heard here");
        let hint = "secrets may stand in the `url`, `headers` and `body` of `http`, and in the `payload` of `mqtt`";
        return Some((message, hint.into()));
    }
    if checker.secrets.contains_key(name) {
        return None;
    }
    let otherwise = format!("add a table: [secrets] {name} = \"/etc/mynah/{name}\"");
    let hint = suggest::among(name, checker.secrets.keys(), &otherwise);
    Some((format!("there is no secret `{name}`"), hint))
}

/// Why `{slot.field}` has no value, if it may have none.
fn no_field(slot: &SlotSpec, field: &str) -> Option<(String, String)> {
    if slot.relative && field == "change" {
        return None;
    }
    let SlotKind::Values(choices) = &slot.kind else {
        let message = format!("the slot `{}` has no fields", slot.name);
        return Some((message, format!("write `{{{}}}`", slot.name)));
    };
    let lacking = choices
        .iter()
        .find(|choice| !choice.fields.contains_key(field))?;
    let known = choices.iter().flat_map(|choice| choice.fields.keys());
    let otherwise = format!(
        "write {{ value = \"{}\", {field} = \"...\" }}",
        lacking.value
    );
    Some((
        format!(
            "the value `{}` of the slot `{}` has no field `{field}`",
            lacking.value, slot.name
        ),
        if choices
            .iter()
            .any(|choice| choice.fields.contains_key(field))
        {
            otherwise
        } else {
            suggest::among(field, known, &otherwise)
        },
    ))
}
