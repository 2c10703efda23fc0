//! Actions on this machine: programs, D-Bus, and answers from a text.

use std::path::PathBuf;

use super::{Part, Role};
use crate::check::Checker;
use crate::written;
use mynah_core::model::{ActionSpec, AnswerSpec, Bus, CommandSpec, DbusSpec};

/// D-Bus types that an argument may have: text, object, signature, truth,
/// the whole numbers by size, and a number with a fraction.
const LETTERS: &str = "sogbynqiuxtd";

pub(super) fn command(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let run = action.run.unwrap_or_default();
    let Some(program) = run.first().filter(|program| !program.trim().is_empty()) else {
        let hint = "write the program and its arguments: run = [\"/usr/bin/date\", \"+%H\"]";
        checker.report(&part.key("run"), "there is no program to run", hint);
        return None;
    };
    if mynah_core::reply::template::has_names(program) {
        let message = "what people say cannot choose the program itself";
        let hint = "use slots in its arguments only";
        checker.report(&part.key("run[0]"), message, hint);
    }
    shell_line(checker, part, program, run.len() == 1);
    for (index, argument) in run.iter().enumerate().skip(1) {
        part.template(checker, &format!("run[{index}]"), argument);
    }
    if let Some(user) = &action.user {
        checker.not_blank(&part.key("user"), user);
        part.plain(
            checker,
            "user",
            user,
            "what people say cannot choose the user",
        );
    }
    Some(ActionSpec::Command(CommandSpec {
        run,
        user: action.user,
        timeout_ms,
    }))
}

/// Reports a line for a shell that stands in the place of a program. `alone`:
/// nothing stands behind it.
fn shell_line(checker: &mut Checker<'_>, part: &Part<'_>, program: &str, alone: bool) {
    const SIGNS: [char; 8] = ['|', '>', '<', '&', ';', '`', '$', '*'];
    let words: Vec<&str> = program.split_whitespace().collect();
    let for_a_shell = program.contains(SIGNS);
    // The name of a program may have blanks; one in a folder is taken as it is.
    let blanks = 1 < words.len() && !words[0].contains('/') && alone;
    if !for_a_shell && !blanks {
        return;
    }
    let message = format!("there is no shell, and no program is called `{program}`");
    let hint = if for_a_shell {
        format!("let a shell read it: run = [\"sh\", \"-c\", {program:?}]")
    } else {
        let quoted: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
        format!(
            "each argument in quotes of its own: run = [{}]",
            quoted.join(", ")
        )
    };
    checker.report(&part.key("run[0]"), message, hint);
}

pub(super) fn dbus(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    action: written::Action,
    timeout_ms: u32,
) -> Option<ActionSpec> {
    let bus = bus(checker, part, action.bus.as_deref());
    let mut need = |name: &str, text: Option<String>, example: &str| {
        if text.is_none() {
            let hint = format!("add `{name} = \"{example}\"`");
            checker.report(part.key, format!("there is no `{name}` to call"), hint);
        }
        text
    };
    let service = need("service", action.service, "org.freedesktop.systemd1");
    let path = need("path", action.path, "/org/freedesktop/systemd1");
    let interface = need(
        "interface",
        action.interface,
        "org.freedesktop.systemd1.Manager",
    );
    let method = need("method", action.method, "RestartUnit");
    let (service, path, interface, method) = (service?, path?, interface?, method?);
    part.template(checker, "service", &service);
    name(
        checker,
        &part.key("service"),
        "service",
        &sample(&service),
        true,
    );
    name(
        checker,
        &part.key("interface"),
        "interface",
        &interface,
        true,
    );
    name(checker, &part.key("method"), "method", &method, false);
    object_path(checker, part, &path);
    let args = args(
        checker,
        part,
        action.args.unwrap_or_default(),
        action.signature.as_deref(),
    )?;
    Some(ActionSpec::Dbus(DbusSpec {
        bus,
        service,
        path,
        interface,
        method,
        args,
        timeout_ms,
    }))
}

fn bus(checker: &mut Checker<'_>, part: &Part<'_>, bus: Option<&str>) -> Bus {
    match bus {
        None | Some("system") => Bus::System,
        Some("session") => Bus::Session,
        Some(address) if address.contains(':') && address.contains('=') => {
            part.plain(
                checker,
                "bus",
                address,
                "what people say cannot choose the bus",
            );
            Bus::Address(address.into())
        }
        Some(other) => {
            checker.not_among(&part.key("bus"), "bus", other, &["system", "session"]);
            Bus::System
        }
    }
}

fn object_path(checker: &mut Checker<'_>, part: &Part<'_>, path: &str) {
    let steps = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '/';
    let whole = path == "/" || !path.ends_with('/');
    if !path.starts_with('/') || !whole || path.contains("//") || !path.chars().all(steps) {
        let message = format!("`{path}` is not the path of an object");
        let hint = "it begins with `/` and has letters, digits, `_` and `/`";
        checker.report(&part.key("path"), message, hint);
    }
}

/// The template with a letter in the place of each slot.
fn sample(template: &str) -> String {
    mynah_core::reply::template::render(template, &|_| Some("x".into()))
}

fn name(checker: &mut Checker<'_>, key: &str, what: &str, name: &str, dotted: bool) {
    let element = |part: &str| {
        !part.is_empty()
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || (c == '-' && what == "service"))
    };
    let right = if dotted {
        name.contains('.') && name.split('.').all(element)
    } else {
        element(name)
    };
    if !right {
        let example = match what {
            "service" => "org.freedesktop.systemd1",
            "interface" => "org.freedesktop.systemd1.Manager",
            _ => "RestartUnit",
        };
        checker.report(
            key,
            format!("`{name}` is not the name of a D-Bus {what}"),
            format!("it looks like `{example}`"),
        );
    }
}

/// The arguments with their types: those of `signature`, else those of TOML.
fn args(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    written: Vec<toml::Value>,
    signature: Option<&str>,
) -> Option<Vec<(char, String)>> {
    if let Some(signature) = signature {
        let key = part.key("signature");
        if let Some(other) = signature.chars().find(|c| !LETTERS.contains(*c)) {
            let message = format!("the D-Bus type `{other}` cannot be passed on");
            checker.report(
                &key,
                message,
                format!("take one letter of `{LETTERS}` for each argument"),
            );
            return None;
        }
        if signature.len() != written.len() {
            let message = format!(
                "the signature `{signature}` does not fit {} arguments",
                written.len()
            );
            checker.report(&key, message, "one letter stands for each argument");
            return None;
        }
    }
    let mut letters = signature.unwrap_or_default().chars();
    let mut args = Vec::new();
    for (index, value) in written.into_iter().enumerate() {
        let (own, text) = match value {
            toml::Value::String(text) => ('s', text),
            toml::Value::Integer(number) => ('i', number.to_string()),
            toml::Value::Float(number) => ('d', number.to_string()),
            toml::Value::Boolean(truth) => ('b', truth.to_string()),
            other => {
                let message = format!("an argument cannot be a TOML {}", other.type_str());
                let hint = "write a text, a number, true or false";
                checker.report(&part.key(&format!("args[{index}]")), message, hint);
                return None;
            }
        };
        part.template(checker, &format!("args[{index}]"), &text);
        args.push((letters.next().unwrap_or(own), text));
    }
    Some(args)
}

/// An answer from a text; the file is read where the configuration's own place is known.
pub(super) fn answer(
    checker: &mut Checker<'_>,
    part: &Part<'_>,
    from: Option<PathBuf>,
    role: Role,
) -> Option<ActionSpec> {
    if role != Role::Whole {
        let message = "an answer cannot be a part of another action";
        checker.report(part.key, message, "give it an intent of its own");
        return None;
    }
    let Some(from) = from.filter(|from| !from.as_os_str().is_empty()) else {
        let hint = "name a file beside this one: from = \"museum.md\"";
        checker.report(part.key, "there is no text to answer from", hint);
        return None;
    };
    part.plain(
        checker,
        "from",
        &from.to_string_lossy(),
        "what people say cannot choose the file",
    );
    Some(ActionSpec::Answer(AnswerSpec {
        from,
        ..AnswerSpec::default()
    }))
}
