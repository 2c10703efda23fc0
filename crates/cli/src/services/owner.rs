//! What the owner's page asks for beyond orders: the account of a sentence, the
//! file's tests, and the program's own commands, which run beside the appliance.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mynah_appliance::runtime::events::{answer_json, intents_json};
use mynah_appliance::runtime::sessions::Sessions;
use mynah_core::intent::account::{Entry, Sentence, entries};
use mynah_core::language::{self, spoken};
use mynah_core::model::{Sensitivity, Settings};
use mynah_core::turn::SessionKind;
use mynah_serve::assistant::Unavailable;
use mynah_serve::console::{NewIntent, NotTaken};
use serde_json::{Map, Value, json};

use super::assistant::refused;
use crate::commands::ask::candidates;
use crate::commands::test::{passes, test_json};

/// A line of `mynah ask --explain --json`; nothing is carried out.
pub(super) fn explain(sessions: &Sessions, text: &str) -> Result<Value, Unavailable> {
    let _speaking = language::speak(sessions.settings().device.language);
    let mut session = sessions.open(SessionKind::Text, true);
    let answer = session.ask(text).map_err(refused)?;
    let now = sessions.keeper().now().local;
    let sentence = Sentence::read(text, spoken(), now);
    let account = entries(
        &sentence,
        &sessions.settings(),
        &answer.understanding.intents,
    );
    let head = Map::from_iter([("text".to_owned(), text.into())]);
    let mut line = answer_json(head, &answer, 0);
    line["account"] = account.iter().map(Entry::to_json).collect();
    line["candidates"] = intents_json(&candidates(&answer));
    Ok(line)
}

/// Runs each `[[test]]` of the configuration in use, as `mynah test --json` does.
/// Each is a conversation of its own, and nothing is carried out.
pub(super) fn test(sessions: &Sessions) -> Result<Value, Unavailable> {
    let settings = sessions.settings();
    let mut lines = Vec::new();
    for test in &settings.tests {
        let mut session = sessions.open(SessionKind::Text, true);
        let answer = session.ask(&test.say).map_err(refused)?;
        lines.push(test_json(test, passes(test, &answer), &answer));
    }
    let passed = lines.iter().filter(|line| line["pass"] == true).count();
    Ok(json!({"passed": passed, "of": lines.len(), "tests": lines}))
}

/// `mynah doctor --json` as a list.
pub(super) fn doctor(config: Option<&Path>) -> Result<Value, Unavailable> {
    let output = program(["doctor", "--json"], config).map_err(|error| {
        tracing::error!("cannot run `mynah doctor`: {error}");
        Unavailable::Broken
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    Ok(Value::Array(lines.collect()))
}

/// `mynah new intent`, which writes into the file.
pub(super) fn add_intent(intent: &NewIntent, config: &Path) -> Result<(), NotTaken> {
    let mut arguments: Vec<OsString> = ["new", "intent", "--yes"].map(Into::into).into();
    // With `=`, no value can pass for an option.
    let mut give = |name: &str, value: &str| {
        if !value.trim().is_empty() {
            arguments.push(format!("--{name}={}", value.trim()).into());
        }
    };
    give("name", &intent.name);
    give("description", &intent.description);
    give("action", &intent.action);
    give("reply", &intent.reply);
    give("confirm", &intent.confirm);
    for (name, values) in [
        ("phrase", &intent.phrases),
        ("slot", &intent.slots),
        ("test", &intent.tests),
    ] {
        for value in values {
            give(name, value);
        }
    }
    let output = program(arguments, Some(config)).map_err(|error| unwritable(&error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(NotTaken::Refused {
        why: said(&output),
        hint: "put this right; nothing was written",
    })
}

/// The bytes of `mynah backup`.
pub(super) fn backup(config: Option<&Path>) -> Result<Vec<u8>, NotTaken> {
    let folder = tempfile::tempdir().map_err(|error| unwritable(&error))?;
    let file = folder.path().join("mynah-backup.zip");
    let arguments = [OsString::from("backup"), file.clone().into()];
    let output = program(arguments, config).map_err(|error| unwritable(&error))?;
    // It exits with 1 also where a file that the configuration names is missing.
    std::fs::read(&file).map_err(|_| NotTaken::Refused {
        why: said(&output),
        hint: "`mynah backup` in a terminal says more",
    })
}

/// `mynah restore` of these bytes.
pub(super) fn restore(zip: &[u8], config: Option<&Path>) -> Result<(), NotTaken> {
    let mut file = tempfile::NamedTempFile::new().map_err(|error| unwritable(&error))?;
    file.write_all(zip).map_err(|error| unwritable(&error))?;
    let arguments = [OsString::from("restore"), file.path().into()];
    let output = program(arguments, config).map_err(|error| unwritable(&error))?;
    if output.status.success() {
        return Ok(());
    }
    Err(NotTaken::Refused {
        why: said(&output),
        hint: "nothing was changed",
    })
}

/// A configuration with another sensitivity of all wake words; the rest of the text
/// stays as it is.
pub(super) fn with_sensitivity(text: &str, name: &str) -> Result<String, NotTaken> {
    let parsed = text.parse::<toml_edit::DocumentMut>();
    let mut document = parsed.map_err(|error| NotTaken::Refused {
        why: error.to_string(),
        hint: "put the file right first",
    })?;
    let wake = document.entry("wake").or_insert(toml_edit::table());
    wake["sensitivity"] = toml_edit::value(name);
    Ok(document.to_string())
}

/// How easily the wake words fire; `None` where they differ.
pub(super) fn sensitivity(settings: &Settings) -> Option<&'static str> {
    let mut words = settings.wake.words.iter().map(|word| word.sensitivity);
    let first = words.next()?;
    words.all(|other| other == first).then_some(match first {
        Sensitivity::Low => "low",
        Sensitivity::Normal => "normal",
        Sensitivity::High => "high",
    })
}

/// Runs a command of this program to its end.
fn program<A: Into<OsString>>(
    arguments: impl IntoIterator<Item = A>,
    config: Option<&Path>,
) -> std::io::Result<Output> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments.into_iter().map(Into::into));
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.stdin(Stdio::null()).output()
}

/// What a command says against itself.
fn said(output: &Output) -> String {
    let text = [output.stderr.as_slice(), &output.stdout].concat();
    let text = String::from_utf8_lossy(&text);
    text.trim().trim_start_matches("mynah: ").to_owned()
}

fn unwritable(error: &std::io::Error) -> NotTaken {
    NotTaken::Unwritable {
        why: error.to_string(),
        hint: "the log and `mynah doctor` say more",
    }
}

#[cfg(test)]
mod tests {
    use super::with_sensitivity;

    #[test]
    fn the_sensitivity_changes_and_nothing_else() {
        let check = |text: &str, expected: &str| {
            let changed = with_sensitivity(text, "low").expect("the file is good");
            assert_eq!(changed, expected);
        };
        check(
            "# mine\n[wake]\nwords = [\"alexa\"] # one\nsensitivity = \"high\"\n",
            "# mine\n[wake]\nwords = [\"alexa\"] # one\nsensitivity = \"low\"\n",
        );
        check(
            "[device]\nname = \"Hall\"\n",
            "[device]\nname = \"Hall\"\n\n[wake]\nsensitivity = \"low\"\n",
        );
        assert!(with_sensitivity("[wake", "low").is_err());
    }
}
