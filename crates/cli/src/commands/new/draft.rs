//! An intent on its way into the file: what a person said of it, as TOML.

use std::fmt::Write as _;

use anyhow::bail;
use serde_json::{Map, Value, json};

use super::IntentArgs;
use mynah_core::phrase::{Rules, SlotUse, Written};
use mynah_core::suggest;

/// What is known of the new intent so far. Tables are as they are written.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub name: String,
    pub description: String,
    pub phrases: Vec<String>,
    pub slots: Vec<(String, String)>,
    pub confirm: String,
    pub action: String,
    pub undo: String,
    pub reply: String,
    pub follow_up: bool,
    pub tests: Vec<Test>,
}

/// A sentence, and what it was understood as.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub say: String,
    pub slots: Map<String, Value>,
    pub pass: bool,
    pub got: String,
}

impl Test {
    pub(super) fn json(&self) -> Value {
        json!({"say": self.say, "slots": self.slots, "pass": self.pass, "got": self.got})
    }
}

impl Draft {
    /// As it is appended to the file.
    pub(super) fn text(&self) -> String {
        let mut text = format!("[[intent]]\nname = {}\n", quoted(&self.name));
        let mut line = |key: &str, value: String| {
            let _ = writeln!(text, "{key} = {value}");
        };
        if !self.description.is_empty() {
            line("description", quoted(&self.description));
        }
        match self.phrases.as_slice() {
            [one] => line("phrases", format!("[{}]", quoted(one))),
            several => {
                let rows = several.iter().map(|phrase| quoted(phrase));
                let rows: Vec<String> = rows.collect();
                line("phrases", format!("[\n  {},\n]", rows.join(",\n  ")));
            }
        }
        for (name, table) in &self.slots {
            line(&format!("slots.{name}"), table.clone());
        }
        if !self.confirm.is_empty() {
            line("confirm", quoted(&self.confirm));
        }
        for (key, table) in [("action", &self.action), ("undo", &self.undo)] {
            if !table.is_empty() {
                line(key, table.clone());
            }
        }
        if !self.reply.is_empty() {
            line("reply", quoted(&self.reply));
        }
        if self.follow_up {
            line("follow_up", "true".into());
        }
        for test in &self.tests {
            let _ = write!(
                text,
                "\n[[test]]\nsay = {}\nintent = {}\n",
                quoted(&test.say),
                quoted(&self.name)
            );
            // A scalar of JSON is one of TOML too.
            let slots: Vec<String> = test
                .slots
                .iter()
                .map(|(name, value)| match value {
                    Value::String(value) => format!("{name} = {}", quoted(value)),
                    other => format!("{name} = {other}"),
                })
                .collect();
            if !slots.is_empty() {
                let _ = writeln!(text, "slots = {{ {} }}", slots.join(", "));
            }
        }
        text
    }

    /// For a person: the text, and how the tests went.
    pub(super) fn shown(&self) -> String {
        let mut shown = format!("This comes into the file:\n\n{}\n", self.text());
        for test in &self.tests {
            let result = if test.pass { "passes" } else { "FAILS" };
            let _ = writeln!(shown, "{result}: \"{}\" -> {}", test.say, test.got);
        }
        shown
    }

    /// Slots that the phrases mention and that nothing describes yet.
    pub(super) fn open_slots(&self, file: &str) -> Vec<String> {
        let lists = table(file, "lists");
        let mut open: Vec<String> = Vec::new();
        for slot in self.uses(file) {
            let known = slot.list.is_some()
                || lists.contains_key(&slot.name)
                || self.slots.iter().any(|(name, _)| *name == slot.name)
                || open.contains(&slot.name);
            if !known {
                open.push(slot.name);
            }
        }
        open
    }

    /// Slots that the phrases mention.
    fn mentioned(&self, file: &str) -> Vec<String> {
        let mut names: Vec<String> = self.uses(file).into_iter().map(|slot| slot.name).collect();
        names.sort();
        names.dedup();
        names
    }

    fn uses(&self, file: &str) -> Vec<SlotUse> {
        let rules: Rules = table(file, "rules")
            .into_iter()
            .filter_map(|(name, text)| Some((name, Written::parse(text.as_str()?).ok()?)))
            .collect();
        self.phrases
            .iter()
            .filter_map(|phrase| Written::parse(phrase).ok()?.resolve(&rules).ok())
            .flat_map(|(_, uses)| uses)
            .collect()
    }
}

/// A table of the file, by its name; empty where there is none.
fn table(file: &str, name: &str) -> toml::Table {
    let file: toml::Table = file.parse().unwrap_or_default();
    let table = file.get(name).and_then(toml::Value::as_table);
    table.cloned().unwrap_or_default()
}

/// The file's text with more behind it.
pub(super) fn appended(before: &str, more: &str) -> String {
    let between = match before {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{before}{between}{more}")
}

/// How an intent of the file describes a slot of that name.
pub(super) fn known_slot(file: &str, name: &str) -> Option<String> {
    let document: toml_edit::DocumentMut = file.parse().ok()?;
    let intents = document.get("intent")?.as_array_of_tables()?;
    intents.iter().find_map(|intent| {
        let slot = intent.get("slots")?.as_table_like()?.get(name)?;
        Some(slot.as_value()?.to_string().trim().to_owned())
    })
}

/// The draft that the command line describes.
pub(super) fn of_arguments(args: &IntentArgs, file: &str) -> anyhow::Result<Draft> {
    let mut draft = Draft {
        name: args.name.clone().unwrap_or_default(),
        description: args.description.clone().unwrap_or_default(),
        phrases: args.phrase.clone(),
        confirm: args.confirm.clone().unwrap_or_default(),
        action: action(args.action.as_deref().unwrap_or_default())?,
        undo: action(args.undo.as_deref().unwrap_or_default())?,
        reply: args.reply.clone().unwrap_or_default(),
        follow_up: args.follow_up,
        ..Draft::default()
    };
    let pairs = |texts: &[String], what: &str| -> anyhow::Result<Vec<(String, String)>> {
        let pair = |text: &String| match text.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => bail!("`--{what} {text}` has no `=`\nhint: write --{what} 'NAME=...'"),
        };
        texts.iter().map(pair).collect()
    };
    let asks = pairs(&args.ask, "ask")?;
    let question = |name: &str| {
        let found = asks.iter().find(|(asked, _)| asked == name);
        found.map_or("", |(_, question)| question.as_str())
    };
    let mut slots = Vec::new();
    for (name, values) in pairs(&args.slot, "slot")? {
        slots.push((name.clone(), slot(&values, question(&name))?));
    }
    let mentioned = draft.mentioned(file);
    for (name, asked) in &asks {
        if !mentioned.contains(name) {
            bail!(
                "no phrase has `{{{name}}}`, which --ask asks for\nhint: put it into a phrase, or \
                 name one of those that are there: {}",
                suggest::list(&mentioned)
            );
        }
        if slots.iter().all(|(known, _)| known != name) {
            let list = format!("list {name}");
            slots.push((name.clone(), slot(&list, asked)?));
        }
    }
    draft.slots = slots;
    if let Some(open) = draft.open_slots(file).first() {
        bail!("nothing says what `{open}` takes\nhint: add --slot '{open}=one, another'");
    }
    Ok(draft)
}

/// What a slot takes, as a table.
pub(super) fn slot(text: &str, ask: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.starts_with('{') {
        return Ok(text.to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut keys = match words.as_slice() {
        [] => bail!("a slot must take something"),
        ["list", list] => vec![format!("list = {}", quoted(list))],
        [kind @ ("number" | "duration" | "time" | "date" | "text")] => {
            vec![format!("type = {}", quoted(kind))]
        }
        ["number", range, unit @ ..] if dashed(range).is_some() => {
            let (min, max) = dashed(range).unwrap_or_default();
            return slot(&format!("number {min} to {max} {}", unit.join(" ")), ask);
        }
        ["number", min, "to" | "-", max, unit @ ..] => {
            let (Ok(min), Ok(max)) = (min.parse::<f64>(), max.parse::<f64>()) else {
                bail!("`{text}` is no range of numbers\nhint: write it like `number 0 to 100`");
            };
            let mut keys = vec![
                "type = \"number\"".to_owned(),
                format!("min = {min}"),
                format!("max = {max}"),
            ];
            if let Some(unit) = unit.first() {
                keys.push(format!("unit = {}", quoted(unit)));
            }
            keys
        }
        [word, rest @ ..] if !text.contains(',') && is_like_a_kind(word) => {
            let meant = suggest::closest(word, KINDS).unwrap_or_default();
            let range = rest.first().and_then(|range| dashed(range));
            let rest = match (meant.as_str(), range) {
                ("number", Some((min, max))) => format!("{min} to {max}"),
                ("number", None) => "0 to 100".into(),
                _ => rest.join(" "),
            };
            bail!(
                "`{text}` would be one value\nhint: did you mean `{}`? Values have commas between \
                 them",
                format!("{meant} {rest}").trim_end()
            );
        }
        _ => {
            let values = text.split(',').map(str::trim);
            let values: Vec<String> = values.filter(|v| !v.is_empty()).map(quoted).collect();
            vec![format!("values = [{}]", values.join(", "))]
        }
    };
    if !ask.is_empty() {
        keys.push(format!("ask = {}", quoted(ask)));
    }
    Ok(format!("{{ {} }}", keys.join(", ")))
}

/// The words that say what a slot takes.
const KINDS: [&str; 6] = ["list", "number", "duration", "time", "date", "text"];

/// Whether a word is nearly one of [`KINDS`].
fn is_like_a_kind(word: &str) -> bool {
    KINDS
        .iter()
        .any(|kind| word != *kind && word.trim_end_matches('s') == *kind)
}

/// `0-5`: its ends.
fn dashed(range: &str) -> Option<(f64, f64)> {
    let (min, max) = range.split_once(['-', '–'])?;
    Some((min.parse().ok()?, max.parse().ok()?))
}

/// What is done, as a table; nothing for nothing.
pub(super) fn action(text: &str) -> anyhow::Result<String> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('{') {
        return Ok(text.to_owned());
    }
    let words = arguments(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let pairs = match words.as_slice() {
        ["say"] => Vec::new(),
        ["command", run @ ..] if !run.is_empty() => {
            let run: Vec<String> = run.iter().map(|word| quoted(word)).collect();
            return Ok(format!(
                "{{ type = \"command\", run = [{}] }}",
                run.join(", ")
            ));
        }
        ["http", url] => vec![("url", (*url).to_owned())],
        ["http", method, url] => vec![
            ("method", method.to_uppercase()),
            ("url", (*url).to_owned()),
        ],
        ["mqtt", topic, payload @ ..] => vec![
            ("topic", (*topic).to_owned()),
            ("payload", payload.join(" ")),
        ],
        ["home_assistant", service] => vec![("service", (*service).to_owned())],
        ["home_assistant", service, entity] => vec![
            ("service", (*service).to_owned()),
            ("entity", (*entity).to_owned()),
        ],
        _ => bail!(
            "`{text}` is no action\nhint: take `say`, `command PROGRAM ...`, `http METHOD URL`, \
             `mqtt TOPIC PAYLOAD`, `home_assistant SERVICE ENTITY`, or a table: {{ type = ... }}"
        ),
    };
    let mut keys = vec![format!("type = {}", quoted(words[0]))];
    keys.extend(
        pairs
            .iter()
            .map(|(key, value)| format!("{key} = {}", quoted(value))),
    );
    Ok(format!("{{ {} }}", keys.join(", ")))
}

/// Words apart by spaces; quotes hold some together.
fn arguments(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{action, appended, slot};

    #[test]
    fn actions_and_slots_are_written_as_tables() {
        for (text, table) in [
            ("say", r#"{ type = "say" }"#),
            (
                "mqtt a/{b} it is on",
                r#"{ type = "mqtt", topic = "a/{b}", payload = "it is on" }"#,
            ),
            (
                "command echo 'two words' {x}",
                r#"{ type = "command", run = ["echo", "two words", "{x}"] }"#,
            ),
            (
                "http post http://a/b",
                r#"{ type = "http", method = "POST", url = "http://a/b" }"#,
            ),
            ("{ type = \"say\" }", r#"{ type = "say" }"#),
            ("", ""),
        ] {
            assert_eq!(action(text).expect("an action"), table, "{text}");
        }
        assert!(action("launch it").is_err());
        for (text, table) in [
            ("on, off", r#"{ values = ["on", "off"], ask = "Which?" }"#),
            ("list room", r#"{ list = "room", ask = "Which?" }"#),
            (
                "number 0 to 100 percent",
                r#"{ type = "number", min = 0, max = 100, unit = "percent", ask = "Which?" }"#,
            ),
            ("duration", r#"{ type = "duration", ask = "Which?" }"#),
        ] {
            assert_eq!(slot(text, "Which?").expect("a slot"), table, "{text}");
        }
        assert!(slot(" ", "").is_err());
        assert_eq!(
            slot("number 0-5", "").expect("a slot"),
            r#"{ type = "number", min = 0, max = 5 }"#
        );
        let wrong = slot("numbers 0-5", "")
            .expect_err("hardly a value")
            .to_string();
        assert!(wrong.contains("`number 0 to 5`"), "{wrong}");
    }

    #[test]
    fn what_was_there_stays_as_it_was() {
        for (before, expected) in [
            ("", "x\n"),
            ("a = 1 # mine", "a = 1 # mine\n\nx\n"),
            ("a = 1\n", "a = 1\n\nx\n"),
            ("a = 1\n\n", "a = 1\n\nx\n"),
        ] {
            assert_eq!(appended(before, "x\n"), expected);
        }
    }
}
