//! The slots of one intent: declared, or implied by its phrases.

use std::collections::HashMap;

use super::check::Checker;
use super::choices::{Lists, choices};
use super::written;
use mynah_core::grammar::canonical;
use mynah_core::model::{SlotChoice, SlotKind, SlotSpec};
use mynah_core::phrase::SlotUse;
use mynah_core::suggest;

/// A slot in a phrase: the phrase's key, its text, and the place in it.
pub(crate) struct Mention<'a> {
    pub key: String,
    pub text: &'a str,
    pub slot: SlotUse,
}

/// A default that stands for the area of the box.
const HERE: &str = "here";

const TYPES: [&str; 5] = ["number", "duration", "time", "date", "text"];

/// Checks the slots of the intent at `key`. `whole`: no phrase of it is
/// broken, so that what no phrase mentions is in none.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    key: &str,
    declared: Vec<(String, written::Slot)>,
    mentions: &[Mention<'_>],
    lists: &Lists,
    whole: bool,
) -> Vec<SlotSpec> {
    let mut slots = Vec::new();
    for (name, slot) in declared {
        let key = format!("{key}.slots.{name}");
        let named: Vec<&Mention<'_>> = mentions.iter().filter(|m| m.slot.name == name).collect();
        if whole && named.is_empty() && slot.default.is_none() && slot.ask.is_none() {
            unmentioned(checker, &key, &name, slot.optional);
        }
        slots.push(declaration(checker, &key, name, slot, &named, lists));
    }
    implied(checker, &mut slots, mentions, lists);
    slots
}

fn declaration(
    checker: &mut Checker<'_>,
    key: &str,
    name: String,
    slot: written::Slot,
    mentions: &[&Mention<'_>],
    lists: &Lists,
) -> SlotSpec {
    if !suggest::is_name(&name) {
        checker.report(key, format!("`{name}` is not a name"), suggest::NAME_RULE);
    } else if name == "result" {
        let hint = "give it another name: `{result}` is what an action gave";
        checker.report(key, "a slot cannot be called `result`", hint);
    }
    let (optional, open, relative) = (slot.optional, slot.open, slot.relative);
    let ask = slot.ask.clone();
    let mut default = slot.default.as_ref().map(|default| default.0.clone());
    if let Some(ask) = &ask {
        checker.not_blank(&format!("{key}.ask"), ask);
    }
    let here = default.as_deref() == Some(HERE);
    if ask.is_some() && (optional || (default.is_some() && !here)) {
        let (reason, verb) = match default {
            Some(_) => ("default", "has a"),
            None => ("optional", "is"),
        };
        checker.warn(
            &format!("{key}.ask"),
            format!("the question is never asked: the slot {verb} `{reason}`"),
            format!("take `ask` or `{reason}` out"),
        );
    }
    let kind = kind(checker, key, &name, slot, mentions, lists);
    if open && !matches!(kind, None | Some(SlotKind::Values(_))) {
        let hint = "take it out, or give the slot a `list` or `values`";
        checker.report(&format!("{key}.open"), "`open` is for lists", hint);
    }
    if let (true, Some(SlotKind::Values(choices))) = (here, &kind)
        && choices.iter().all(|choice| choice.value != HERE)
    {
        default = own_area(checker, key, choices);
    }
    if let (Some(default), Some(kind)) = (&default, &kind)
        && let Err(refusal) = kind.accepts(&kind.read_default(default))
    {
        checker.report(&format!("{key}.default"), refusal.message, refusal.hint);
    }
    SlotSpec {
        name,
        kind: kind.unwrap_or(SlotKind::Text),
        optional,
        open,
        default,
        ask,
        relative,
    }
}

/// The value of a list that `device.area` names, by its value or as it is said.
/// `None` where Home Assistant has no such area yet; the slot is then asked for.
fn own_area(checker: &mut Checker<'_>, key: &str, choices: &[SlotChoice]) -> Option<String> {
    let key = format!("{key}.default");
    let Some(area) = checker.area.clone() else {
        let message = "the box does not know where it is";
        checker.report(&key, message, "write `area = \"...\"` under [device]");
        return None;
    };
    let words = canonical(&area);
    let means = |choice: &&SlotChoice| {
        choice.value == area || choice.say.iter().any(|form| canonical(form) == words)
    };
    let found = choices
        .iter()
        .find(means)
        .map(|choice| choice.value.clone());
    if found.is_none() {
        let message = format!("the area `{area}` of the box is none of these values");
        let known = choices.iter().map(|choice| choice.value.as_str());
        let hint = suggest::among(&area, known, "change `area` under [device]");
        if checker.follows {
            checker.warn(&key, message, hint);
        } else {
            checker.report(&key, message, hint);
        }
    }
    found
}

fn unmentioned(checker: &mut Checker<'_>, key: &str, name: &str, optional: bool) {
    let message = if optional {
        format!("no phrase mentions the slot `{name}`")
    } else {
        format!("no phrase can fill the slot `{name}`")
    };
    let hint = format!("put `{{{name}}}` into a phrase, or give the slot a `default` or an `ask`");
    checker.report(key, message, hint);
}

/// `None` when something is wrong, which is reported.
fn kind(
    checker: &mut Checker<'_>,
    key: &str,
    name: &str,
    slot: written::Slot,
    mentions: &[&Mention<'_>],
    lists: &Lists,
) -> Option<SlotKind> {
    let ways = [
        ("list", slot.list.is_some()),
        ("values", slot.values.is_some()),
        ("type", slot.r#type.is_some()),
    ];
    let given: Vec<&str> = ways.iter().filter(|way| way.1).map(|way| way.0).collect();
    if let [first, second, ..] = given[..] {
        checker.report(
            &format!("{key}.{second}"),
            format!("`{first}` and `{second}` both say what the slot `{name}` takes"),
            "keep one of them",
        );
        return None;
    }
    number_options(checker, key, &slot);
    let own_list = mentions
        .iter()
        .find_map(|mention| mention.slot.list.as_ref());
    if let Some(list) = own_list
        && !given.is_empty()
        && slot.list.as_ref() != Some(list)
    {
        checker.report(
            key,
            format!("a phrase says `{{{list}:{name}}}`, and the slot says something else"),
            format!("write `{{{name}}}` in the phrase, or `list = \"{list}\"` here"),
        );
        return None;
    }
    if let Some(values) = slot.values {
        let choices = choices(checker, &format!("{key}.values"), values);
        return Some(SlotKind::Values(choices));
    }
    if let Some(kind) = slot.r#type.as_deref() {
        return typed(checker, key, kind, slot.min, slot.max, slot.unit);
    }
    let (list, at) = match (&slot.list, own_list) {
        (Some(list), _) => (list.as_str(), format!("{key}.list")),
        (None, Some(list)) => (list.as_str(), key.to_owned()),
        (None, None) => (name, key.to_owned()),
    };
    if let Some(values) = lists.get(list) {
        return Some(SlotKind::Values(values.clone()));
    }
    if slot.list.is_some() {
        unknown_list(checker, &at, list, lists);
    } else if own_list.is_none() {
        checker.report(
            &at,
            format!("the slot `{name}` does not say what it takes"),
            "add `list = \"...\"`, `values = [...]` or `type = \"number\"`",
        );
    }
    None
}

/// Reports options of numbers where no number is meant.
fn number_options(checker: &mut Checker<'_>, key: &str, slot: &written::Slot) {
    let is_number = slot.r#type.as_deref() == Some("number");
    let numeric = [
        ("min", slot.min.is_some()),
        ("max", slot.max.is_some()),
        ("unit", slot.unit.is_some()),
        ("relative", slot.relative),
    ];
    for (option, _) in numeric.iter().filter(|option| option.1 && !is_number) {
        checker.report(
            &format!("{key}.{option}"),
            format!("`{option}` is for numbers"),
            "add `type = \"number\"`, or take it out",
        );
    }
}

fn typed(
    checker: &mut Checker<'_>,
    key: &str,
    kind: &str,
    min: Option<f64>,
    max: Option<f64>,
    unit: Option<String>,
) -> Option<SlotKind> {
    match kind {
        "number" => {
            if let (Some(low), Some(high)) = (min, max)
                && high < low
            {
                let message = format!("`min` is {low} and `max` is {high}: nothing fits");
                checker.report(&format!("{key}.max"), message, "swap them");
            }
            if let Some(unit) = &unit {
                checker.not_blank(&format!("{key}.unit"), unit);
            }
            Some(SlotKind::Number { min, max, unit })
        }
        "duration" => Some(SlotKind::Duration),
        "time" => Some(SlotKind::Time),
        "date" => Some(SlotKind::Date),
        "text" => Some(SlotKind::Text),
        other => {
            checker.not_among(&format!("{key}.type"), "slot type", other, &TYPES);
            None
        }
    }
}

/// Adds the slots that are only mentioned: each takes the list of its own name,
/// or the one that `{list:slot}` names.
fn implied(
    checker: &mut Checker<'_>,
    slots: &mut Vec<SlotSpec>,
    mentions: &[Mention<'_>],
    lists: &Lists,
) {
    let mut first: HashMap<&str, &str> = HashMap::new();
    for mention in mentions {
        let SlotUse { name, list, at } = &mention.slot;
        let wanted = list.as_ref().unwrap_or(name);
        if !lists.contains_key(wanted) {
            let known = slots.iter().any(|slot| slot.name == *name);
            if list.is_some() {
                let message = format!("there is no list `{wanted}`");
                let hint = suggest::among(wanted, lists.keys(), "write it under [lists]");
                checker.report_inside(&mention.key, mention.text, *at, message, hint);
            } else if !known {
                let names: Vec<&String> =
                    slots.iter().map(|s| &s.name).chain(lists.keys()).collect();
                let otherwise = format!("declare it: `slots.{name} = {{ values = [\"...\"] }}`");
                let message = format!("the slot `{name}` is not declared");
                let hint = suggest::among(name, names, &otherwise);
                checker.report_inside(&mention.key, mention.text, *at, message, hint);
            }
            continue;
        }
        if slots.iter().all(|slot| slot.name != *name) {
            first.insert(name, wanted);
            slots.push(SlotSpec {
                name: name.clone(),
                kind: SlotKind::Values(lists[wanted].clone()),
                optional: false,
                open: false,
                default: None,
                ask: None,
                relative: false,
            });
        } else if first.get(name.as_str()).is_some_and(|one| one != wanted) {
            let one = first[name.as_str()];
            let message = format!("the slot `{name}` takes both `{one}` and `{wanted}`");
            let hint = "give the two slots different names";
            checker.report_inside(&mention.key, mention.text, *at, message, hint);
        }
    }
}

fn unknown_list(checker: &mut Checker<'_>, key: &str, list: &str, lists: &Lists) {
    let hint = suggest::among(list, lists.keys(), "write it under [lists]");
    checker.report(key, format!("there is no list `{list}`"), hint);
}
