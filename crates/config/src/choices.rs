//! Lists and values: what an enumerated slot may be, and how it is spoken.

use std::collections::{BTreeMap, HashMap};

use super::check::Checker;
use super::written;
use mynah_core::language;
use mynah_core::model::SlotChoice;
use mynah_core::phrase::{Rules, Token, Written, variants};
use mynah_core::suggest;

/// Values of one list, spoken forms of one value.
const MAX_EXPANSIONS: usize = 5_000;

/// The `[lists]` of a file, by name.
pub(crate) type Lists = HashMap<String, Vec<SlotChoice>>;

/// Checks `[lists]`.
pub(crate) fn lists(
    checker: &mut Checker<'_>,
    lists: Vec<(String, Vec<written::Choice>)>,
) -> Lists {
    let mut by_name = Lists::new();
    for (name, values) in lists {
        let key = format!("lists.{name}");
        if !suggest::is_name(&name) {
            checker.report(&key, format!("`{name}` is not a name"), suggest::NAME_RULE);
        }
        let choices = choices(checker, &key, values);
        by_name.insert(name, choices);
    }
    by_name
}

/// Checks the values at a key.
pub(crate) fn choices(
    checker: &mut Checker<'_>,
    key: &str,
    values: Vec<written::Choice>,
) -> Vec<SlotChoice> {
    let mut choices = Vec::new();
    // The key of each choice, for pointing at it.
    let mut keys = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let key = format!("{key}[{index}]");
        let found = choice(checker, &key, value);
        keys.resize(keys.len() + found.len(), key);
        choices.extend(found);
    }
    if keys.is_empty() {
        checker.report(key, "there are no values", "write at least one");
    } else if MAX_EXPANSIONS < choices.len() {
        checker.report(
            key,
            format!("there are more than {MAX_EXPANSIONS} values"),
            "use fewer alternatives, or split the slot in two",
        );
        choices.truncate(MAX_EXPANSIONS);
    }
    clashes(checker, &choices, &keys);
    choices
}

fn choice(checker: &mut Checker<'_>, key: &str, written: written::Choice) -> Vec<SlotChoice> {
    match written {
        written::Choice::Plain(text) if is_pattern(&text) => expanded(checker, key, &text)
            .into_iter()
            .map(|value| SlotChoice {
                say: vec![value.clone()],
                value,
                fields: BTreeMap::new(),
            })
            .collect(),
        written::Choice::Plain(value) => {
            let spoken = as_spoken(&value);
            speakable(checker, key, &spoken);
            vec![SlotChoice {
                value,
                say: vec![spoken],
                fields: BTreeMap::new(),
            }]
        }
        written::Choice::Full { value, say, fields } => {
            checker.not_blank(&format!("{key}.value"), &value);
            let say = say.map_or_else(
                || vec![as_spoken(&value)],
                |say| spoken_forms(checker, &format!("{key}.say"), &say),
            );
            for (name, _) in &fields {
                if !suggest::is_name(name) {
                    let key = format!("{key}.{name}");
                    checker.report(&key, format!("`{name}` is not a name"), suggest::NAME_RULE);
                }
            }
            vec![SlotChoice {
                value,
                say,
                fields: fields.into_iter().collect(),
            }]
        }
    }
}

fn spoken_forms(checker: &mut Checker<'_>, key: &str, say: &[String]) -> Vec<String> {
    if say.is_empty() {
        let hint = "write how people say it, or leave `say` out";
        checker.report(key, "there is no spoken form", hint);
    }
    let mut forms: Vec<String> = Vec::new();
    for (index, text) in say.iter().enumerate() {
        let key = match say.len() {
            1 => key.to_owned(),
            _ => format!("{key}[{index}]"),
        };
        if is_pattern(text) {
            forms.extend(expanded(checker, &key, text));
        } else {
            speakable(checker, &key, text);
            forms.push(text.clone());
        }
    }
    let mut seen = std::collections::HashSet::new();
    forms.retain(|form| seen.insert(form.to_lowercase()));
    forms
}

/// The texts that a text with alternatives stands for.
fn expanded(checker: &mut Checker<'_>, key: &str, text: &str) -> Vec<String> {
    let resolved = Written::parse(text).and_then(|written| written.resolve(&Rules::new()));
    let (phrase, slots) = match resolved {
        Ok(resolved) => resolved,
        Err(wrong) => {
            checker.report_inside(key, text, wrong.at, wrong.message, wrong.hint);
            return Vec::new();
        }
    };
    if let Some(slot) = slots.first() {
        let message = format!("a value cannot hold the slot `{}`", slot.name);
        checker.report_inside(key, text, slot.at, message, "write the words themselves");
        return Vec::new();
    }
    if phrase.fits_silence() {
        let hint = "one word at least must stand outside square brackets";
        checker.report(key, "this may be nothing at all", hint);
    }
    let found = variants(&phrase, MAX_EXPANSIONS);
    if found.cut {
        checker.report(
            key,
            format!("this stands for more than {MAX_EXPANSIONS} values"),
            "use fewer alternatives, or split the slot in two",
        );
    }
    let mut seen = std::collections::HashSet::new();
    found
        .sentences
        .iter()
        .map(|sentence| {
            let words: Vec<&str> = sentence
                .iter()
                .map(|token| match token {
                    Token::Word(word) | Token::Slot(word) => *word,
                })
                .collect();
            words.join(" ")
        })
        .filter(|text| !text.is_empty() && seen.insert(text.clone()))
        .collect()
}

/// Reports values that are there twice, and words that mean two values.
fn clashes(checker: &mut Checker<'_>, choices: &[SlotChoice], keys: &[String]) {
    let mut values: HashMap<&str, &str> = HashMap::new();
    let mut spoken: HashMap<String, &SlotChoice> = HashMap::new();
    let mut heard: HashMap<String, (&SlotChoice, &str)> = HashMap::new();
    for (choice, key) in choices.iter().zip(keys) {
        if values.insert(&choice.value, key).is_some() {
            checker.report(
                key,
                format!("the value `{}` is there twice", choice.value),
                "join the two, with all spoken forms in `say`",
            );
            continue;
        }
        for say in &choice.say {
            let other = spoken.entry(say.to_lowercase()).or_insert(choice);
            if other.value != choice.value {
                let message = format!(
                    "`{say}` is said for both `{}` and `{}`",
                    other.value, choice.value
                );
                checker.report(key, message, "take it out of one of them");
                continue;
            }
            let (near, form) = heard
                .entry(language::spoken().worst_heard(say))
                .or_insert((choice, say));
            if near.value != choice.value {
                let message = format!("`{say}` and `{form}` differ by one sound");
                let hint = "a microphone may take one for the other: let one of the two be said \
                            in other words";
                checker.warn(key, message, hint);
            }
        }
    }
}

fn speakable(checker: &mut Checker<'_>, key: &str, text: &str) {
    if !text.contains(char::is_alphanumeric) {
        let hint = "write words, as people say them";
        checker.report(key, format!("`{text}` cannot be spoken"), hint);
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['(', '[', '|'])
}

fn as_spoken(value: &str) -> String {
    value.replace('_', " ").trim().to_owned()
}
