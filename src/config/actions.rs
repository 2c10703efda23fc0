//! What an intent does and says: actions, replies and their templates.

use std::time::Duration;

use super::check::Checker;
use super::settings::{ActionSpec, ReplySpec, SlotKind, SlotSpec};
use super::template::{Piece, pieces};
use super::{builtin, suggest, written};

const TYPES: [&str; 5] = ["command", "http", "mqtt", "say", "builtin"];
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const DEFAULT_TIMEOUT_S: f64 = 5.0;
/// A person is waiting.
const MAX_TIMEOUT_S: f64 = 120.0;

/// Checks an action. `None` when its type is unknown or a part is missing,
/// which is reported.
pub fn check(
    checker: &mut Checker<'_>,
    key: &str,
    action: written::Action,
    slots: &[SlotSpec],
) -> Option<ActionSpec> {
    if !TYPES.contains(&action.r#type.as_str()) {
        checker.not_among(
            &format!("{key}.type"),
            "action type",
            &action.r#type,
            &TYPES,
        );
        return None;
    }
    strangers(checker, key, &action);
    let timeout_ms = timeout(checker, &format!("{key}.timeout_s"), action.timeout_s);
    match action.r#type.as_str() {
        "command" => command(checker, key, action, slots, timeout_ms),
        "http" => http(checker, key, action, slots, timeout_ms),
        "mqtt" => mqtt(checker, key, action, slots, timeout_ms),
        "builtin" => builtin::action(checker, key, action.r#do.as_deref()),
        _ => Some(ActionSpec::Say),
    }
}

/// Reports keys that belong to another type of action.
fn strangers(checker: &mut Checker<'_>, key: &str, action: &written::Action) {
    let kind = action.r#type.as_str();
    let keys = [
        ("run", action.run.is_some(), &["command"][..]),
        ("do", action.r#do.is_some(), &["builtin"]),
        ("method", action.method.is_some(), &["http"]),
        ("url", action.url.is_some(), &["http"]),
        ("headers", action.headers.is_some(), &["http"]),
        ("body", action.body.is_some(), &["http"]),
        ("topic", action.topic.is_some(), &["mqtt"]),
        ("payload", action.payload.is_some(), &["mqtt"]),
        ("retain", action.retain.is_some(), &["mqtt"]),
        ("qos", action.qos.is_some(), &["mqtt"]),
        (
            "timeout_s",
            action.timeout_s.is_some(),
            &["command", "http", "mqtt"],
        ),
    ];
    for (name, given, kinds) in keys {
        if given && !kinds.contains(&kind) {
            checker.report(
                &format!("{key}.{name}"),
                format!("`{name}` does not belong to a `{kind}` action"),
                format!("it is for {}: take it out", suggest::list(kinds)),
            );
        }
    }
}

fn command(
    checker: &mut Checker<'_>,
    key: &str,
    action: written::Action,
    slots: &[SlotSpec],
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let key = format!("{key}.run");
    let run = action.run.unwrap_or_default();
    let Some(program) = run.first().filter(|program| !program.trim().is_empty()) else {
        let hint = "write the program and its arguments: run = [\"/usr/bin/date\", \"+%H\"]";
        checker.report(&key, "there is no program to run", hint);
        return None;
    };
    if pieces(program).iter().any(|p| matches!(p, Piece::Name(..))) {
        let message = "what people say cannot choose the program itself";
        let hint = "use slots in its arguments only";
        checker.report(&format!("{key}[0]"), message, hint);
    }
    for (index, argument) in run.iter().enumerate().skip(1) {
        template(checker, &format!("{key}[{index}]"), argument, slots, &[]);
    }
    Some(ActionSpec::Command { run, timeout_ms })
}

fn http(
    checker: &mut Checker<'_>,
    key: &str,
    action: written::Action,
    slots: &[SlotSpec],
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let url_key = format!("{key}.url");
    let Some(url) = action.url else {
        checker.report(key, "there is no address", "add `url = \"http://...\"`");
        return None;
    };
    if !url.starts_with("http://") && !url.starts_with("https://") {
        let hint = "an address begins with http:// or https://";
        checker.report(&url_key, format!("`{url}` is not a web address"), hint);
    }
    template(checker, &url_key, &url, slots, &[]);
    let method = match action.method {
        Some(method) => {
            let upper = method.to_uppercase();
            if !METHODS.contains(&upper.as_str()) {
                checker.not_among(&format!("{key}.method"), "method", &method, &METHODS);
            }
            upper
        }
        None if action.body.is_some() => "POST".into(),
        None => "GET".into(),
    };
    let headers = action.headers.unwrap_or_default().0;
    for (name, value) in &headers {
        template(checker, &format!("{key}.headers.{name}"), value, slots, &[]);
    }
    if let Some(body) = &action.body {
        template(checker, &format!("{key}.body"), body, slots, &[]);
    }
    Some(ActionSpec::Http {
        method,
        url,
        headers,
        body: action.body,
        timeout_ms,
    })
}

fn mqtt(
    checker: &mut Checker<'_>,
    key: &str,
    action: written::Action,
    slots: &[SlotSpec],
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let topic_key = format!("{key}.topic");
    let Some(topic) = action.topic else {
        checker.report(key, "there is no topic", "add `topic = \"home/...\"`");
        return None;
    };
    checker.not_blank(&topic_key, &topic);
    if topic.contains(['+', '#']) {
        let hint = "`+` and `#` are for listening: name one topic";
        checker.report(&topic_key, "a message goes to one topic", hint);
    }
    template(checker, &topic_key, &topic, slots, &[]);
    let payload = action.payload.unwrap_or_default();
    template(checker, &format!("{key}.payload"), &payload, slots, &[]);
    let qos = match action.qos {
        None | Some(0) => 0,
        Some(1) => 1,
        Some(2) => 2,
        Some(other) => {
            let message = format!("there is no quality of service {other}");
            checker.report(&format!("{key}.qos"), message, "take 0, 1 or 2");
            0
        }
    };
    Some(ActionSpec::Mqtt {
        topic,
        payload,
        retain: action.retain.unwrap_or(false),
        qos,
        timeout_ms,
    })
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

/// Checks a reply.
pub fn reply(
    checker: &mut Checker<'_>,
    key: &str,
    reply: written::Reply,
    slots: &[SlotSpec],
    results: &[&str],
) -> ReplySpec {
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
            template(checker, &key, text, slots, results);
        }
        texts
    };
    ReplySpec {
        ok: texts("ok", reply.ok),
        fail: texts("fail", reply.fail),
    }
}

/// What `{result...}` has after an action; everything when the action is
/// `written` and wrong, so that the reply is not blamed too.
pub fn results(written: bool, action: Option<&ActionSpec>) -> &'static [&'static str] {
    match action {
        None if written => &["stdout", "stderr", "status", "json", "body"],
        Some(ActionSpec::Command { .. }) => &["stdout", "stderr", "status", "json"],
        Some(ActionSpec::Http { .. }) => &["status", "body", "json"],
        Some(ActionSpec::Builtin(_)) => &["say"],
        Some(ActionSpec::Mqtt { .. } | ActionSpec::Say) | None => &[],
    }
}

fn result_hint(results: &[&str]) -> String {
    if results.is_empty() {
        return "only the reply to a `command`, `http` or `builtin` action has a result".into();
    }
    let names: Vec<String> = results.iter().map(|r| format!("{{result.{r}}}")).collect();
    format!("there is {}", suggest::list(&names))
}

/// Checks that every `{name}` of a template will have a value. `results` are
/// the parts that `{result...}` has there.
pub fn template(
    checker: &mut Checker<'_>,
    key: &str,
    text: &str,
    slots: &[SlotSpec],
    results: &[&str],
) {
    for piece in pieces(text) {
        let Piece::Name(path, at) = piece else {
            continue;
        };
        let (name, field) = match path.split_once('.') {
            Some((name, field)) => (name, Some(field)),
            None => (path, None),
        };
        if name == "result" {
            let part = field.and_then(|field| field.split('.').next());
            if !part.is_some_and(|part| results.contains(&part)) {
                let message = format!("there is no `{{{path}}}` here");
                checker.report_inside(key, text, at, message, result_hint(results));
            }
            continue;
        }
        let Some(slot) = slots.iter().find(|slot| slot.name == name) else {
            let names = slots.iter().map(|slot| &slot.name);
            let hint = suggest::among(name, names, "use a slot of this intent");
            checker.report_inside(key, text, at, format!("there is no slot `{name}`"), hint);
            continue;
        };
        if let Some((message, hint)) = field.and_then(|field| no_field(slot, field)) {
            checker.report_inside(key, text, at, message, hint);
        }
    }
}

/// Why `{slot.field}` has no value, if it may have none.
fn no_field(slot: &SlotSpec, field: &str) -> Option<(String, String)> {
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
