//! `[[test]]`: what the owner expects of the intents.

use serde_json::{Map, Value};

use super::check::Checker;
use super::written;
use mynah_core::model::{IntentSpec, TestSpec};
use mynah_core::suggest;

/// Checks `[[test]]`.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    written: Vec<written::Test>,
    intents: &[IntentSpec],
) -> Vec<TestSpec> {
    let mut tests = Vec::new();
    for (index, test) in written.into_iter().enumerate() {
        let key = format!("test[{index}]");
        checker.not_blank(&format!("{key}.say"), &test.say);
        let slots = meaning(checker, &key, (&test.intent, test.slots.0), intents);
        tests.push(TestSpec {
            line: checker.line(&key),
            say: test.say,
            intent: test.intent,
            slots,
            when: test.when.and_then(|when| serde_json::to_value(when).ok()),
        });
    }
    tests
}

/// Checks an expected intent and its slots; gives the slots as JSON.
pub(crate) fn meaning(
    checker: &mut Checker<'_>,
    key: &str,
    (name, written): (&str, Vec<(String, toml::Value)>),
    intents: &[IntentSpec],
) -> Map<String, Value> {
    let intent = intents.iter().find(|intent| intent.name == name);
    let special = ["none", "asks"].contains(&name);
    if intent.is_none() && !special {
        let names = intents.iter().map(|intent| intent.name.as_str());
        let hint = suggest::among(
            name,
            names.chain(["none", "asks"]),
            "name an intent of this file, \"none\" or \"asks\"",
        );
        let message = format!("there is no intent `{name}`");
        checker.report(&format!("{key}.intent"), message, hint);
    }
    let mut slots = Map::new();
    for (name, value) in written {
        let key = format!("{key}.slots.{name}");
        let value = json(value);
        if let Some(intent) = intent {
            expected(checker, &key, &name, &value, intent);
        } else if special {
            let hint = "take the slots out, or name an intent";
            checker.report(&key, "where nothing is understood there are no slots", hint);
        }
        slots.insert(name, value);
    }
    slots
}

fn expected(checker: &mut Checker<'_>, key: &str, name: &str, value: &Value, intent: &IntentSpec) {
    let Some(slot) = intent.slot(name) else {
        let names = intent.slots.iter().map(|slot| &slot.name);
        let hint = suggest::among(name, names, "take it out");
        let message = format!("the intent `{}` has no slot `{name}`", intent.name);
        checker.report(key, message, hint);
        return;
    };
    if let Err(refusal) = slot.accepts(value) {
        checker.report(key, refusal.message, refusal.hint);
    }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, json(value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}
