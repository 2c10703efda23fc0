//! `[rules]` and `[[intent]]`.

use std::collections::HashMap;

use super::actions::{self, Role};
use super::check::Checker;
use super::choices::Lists;
use super::replies::{self, Allowed};
use super::safety;
use super::show;
use super::slots::{self, Mention};
use super::texts;
use super::written;
use mynah_core::language::{Remark, spoken};
use mynah_core::model::ActionSpec;
use mynah_core::model::{IntentSpec, ReplySpec, SlotKind, SlotSpec};
use mynah_core::phrase::{Phrase, Rules, SlotUse, Written, verb_last};
use mynah_core::reply::wording;
use mynah_core::suggest;

/// Checks `[rules]`.
pub(crate) fn rules(checker: &mut Checker<'_>, written: &[(String, String)]) -> Rules {
    let own = spoken().rules().iter();
    let mut rules: Rules = own
        .filter_map(|(name, text)| Some(((*name).to_owned(), Written::parse(text).ok()?)))
        .collect();
    for (name, text) in written {
        let key = format!("rules.{name}");
        if !suggest::is_name(name) {
            checker.report(&key, format!("`{name}` is not a name"), suggest::NAME_RULE);
        }
        match Written::parse(text) {
            Ok(rule) => {
                rules.insert(name.clone(), rule);
            }
            Err(wrong) => {
                checker.report_inside(&key, text, wrong.at, wrong.message, wrong.hint);
                // An empty place-holder, so that its users are not blamed too.
                if let Ok(word) = Written::parse(name.as_str()) {
                    rules.insert(name.clone(), word);
                }
            }
        }
    }
    for (name, text) in written {
        if let Some(Err(wrong)) = rules.get(name).map(|rule| rule.resolve(&rules)) {
            let key = format!("rules.{name}");
            checker.report_inside(&key, text, wrong.at, wrong.message, wrong.hint);
        }
    }
    rules
}

/// Checks `[[intent]]`. As many come back as go in.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    written: Vec<written::Intent>,
    lists: &Lists,
    rules: &Rules,
) -> Vec<IntentSpec> {
    let mut lines: HashMap<String, usize> = HashMap::new();
    let mut intents = Vec::new();
    let unasked = |intent: &written::Intent| intent.confirm.as_deref() == Some(safety::NO_QUESTION);
    let unasked: Vec<bool> = written.iter().map(unasked).collect();
    for (index, intent) in written.into_iter().enumerate() {
        let key = format!("intent[{index}]");
        let name_key = format!("{key}.name");
        name(checker, &name_key, &intent.name);
        let line = checker.line(&name_key);
        if let Some(other) = lines.insert(intent.name.clone(), line) {
            checker.report(
                &name_key,
                format!(
                    "the intent `{}` is there already, in line {other}",
                    intent.name
                ),
                "give one of them another name, or join them",
            );
        }
        intents.push(one(checker, &key, intent, lists, rules));
    }
    safety::guard_undo(&mut intents, &unasked);
    intents
}

fn name(checker: &mut Checker<'_>, key: &str, name: &str) {
    if name == "none" {
        let hint = "give it another name: `none` means that nothing was understood";
        checker.report(key, "an intent cannot be called `none`", hint);
    } else if !suggest::is_name(name) {
        checker.report(key, format!("`{name}` is not a name"), suggest::NAME_RULE);
    }
}

fn one(
    checker: &mut Checker<'_>,
    key: &str,
    intent: written::Intent,
    lists: &Lists,
    rules: &Rules,
) -> IntentSpec {
    let listed = |slot: &str| {
        let declared = intent.slots.0.iter().find(|(name, _)| name == slot);
        match declared.map(|(_, slot)| slot) {
            None => lists.contains_key(slot).then(|| slot.to_owned()),
            Some(declared) => declared.list.clone(),
        }
    };
    let (phrases, mentions) = phrases(checker, key, &intent.name, &intent.phrases, rules, &listed);
    let whole = phrases.len() == intent.phrases.len();
    let slots = slots::check(checker, key, intent.slots.0, &mentions, lists, whole);
    if whole {
        free_text(checker, key, &phrases, &slots);
    }
    if let Some(confirm) = &intent.confirm {
        let key = format!("{key}.confirm");
        checker.not_blank(&key, confirm);
        if wording::has_expressions(confirm) {
            let hint = "write plain names, such as `{room}`";
            checker.report(&key, "only replies have expressions", hint);
        }
        replies::template(checker, &key, confirm, &slots, Allowed::SLOTS);
    }
    let acts = intent.action.is_some();
    let action = intent.action.and_then(|action| {
        let key = format!("{key}.action");
        actions::check(checker, &key, action, &slots, Role::Whole)
    });
    let undo = intent.undo.and_then(|undo| {
        let key = format!("{key}.undo");
        if !acts {
            checker.report(
                &key,
                "there is no action to take back",
                "add `action = { type = ... }`",
            );
        }
        actions::check(checker, &key, undo, &slots, Role::Inverse)
    });
    let results = match &action {
        None if acts => replies::ANY_RESULT.to_vec(),
        None => Vec::new(),
        Some(action) => replies::results(action),
    };
    let built_in = matches!(action, Some(ActionSpec::Builtin(_)));
    let answers = matches!(action, Some(ActionSpec::Answer(_)));
    if answers {
        texts::intent(checker, key, intent.reply.as_ref(), &slots, intent.later);
    }
    let reply = match intent.reply {
        Some(reply) => replies::reply(checker, &format!("{key}.reply"), reply, &slots, &results),
        None => ReplySpec {
            ok: vec![Remark::Okay.said()],
            ..ReplySpec::default()
        },
    };
    let show = show::show(
        checker,
        key,
        intent.show,
        intent.suggest,
        (&slots, &results),
    );
    let described = intent.description;
    let description = described.unwrap_or_else(|| intent.name.replace('_', " "));
    let said = (description.as_str(), intent.phrases.as_slice());
    let asks_back = intent.confirm.as_deref() != Some(safety::NO_QUESTION)
        && safety::undo_opens(action.as_ref(), undo.as_ref(), &slots);
    let confirm = safety::question(checker, key, intent.confirm, action.as_ref(), &slots, said);
    // Behind those of the file, whose places are counted.
    let last: Vec<Phrase> = phrases.iter().filter_map(verb_last).collect();
    let phrases = [phrases, last].concat();
    IntentSpec {
        show,
        description,
        name: intent.name,
        phrases,
        slots,
        confirm,
        asks_back,
        action,
        undo,
        reply,
        follow_up_ms: 0,
        // Questions reach it by their words; which command is meant is no matter of it.
        llm: intent.llm.unwrap_or(true) && !answers,
        later: intent.later.unwrap_or(!built_in) && !answers,
    }
}

/// The phrases that are right, and the slots that they mention.
fn phrases<'a>(
    checker: &mut Checker<'_>,
    key: &str,
    name: &str,
    texts: &'a [String],
    rules: &Rules,
    listed: &dyn Fn(&str) -> Option<String>,
) -> (Vec<Phrase>, Vec<Mention<'a>>) {
    let mut mentions = Vec::new();
    let mut phrases = Vec::new();
    if texts.is_empty() {
        checker.report(
            &format!("{key}.phrases"),
            format!("the intent `{name}` has no phrases"),
            "write what people say: phrases = [\"...\"]",
        );
    }
    for (index, text) in texts.iter().enumerate() {
        let key = format!("{key}.phrases[{index}]");
        match Written::parse(text).and_then(|written| written.resolve(rules)) {
            Err(wrong) => {
                checker.report_inside(&key, text, wrong.at, wrong.message, wrong.hint);
            }
            Ok((phrase, slots)) => {
                if phrase.fits_silence() {
                    checker.report(
                        &key,
                        "silence fits this phrase: all of it may be left out",
                        "one word or slot at least must stand outside square brackets",
                    );
                }
                twice(checker, (&key, text), &phrase, &slots, listed);
                mentions.extend(slots.into_iter().map(|slot| Mention {
                    key: key.clone(),
                    text,
                    slot,
                }));
                phrases.push(phrase);
            }
        }
    }
    (phrases, mentions)
}

/// Reports slots that one sentence of the phrase would fill twice. `listed`
/// gives the list that a slot takes its values from, if it takes one.
fn twice(
    checker: &mut Checker<'_>,
    (key, text): (&str, &str),
    phrase: &Phrase,
    slots: &[SlotUse],
    listed: &dyn Fn(&str) -> Option<String>,
) {
    let mut seen = Vec::new();
    for SlotUse { name, at, .. } in slots {
        if seen.contains(&name) && times(phrase, name) > 1 {
            let hint = match listed(name) {
                Some(list) => format!(
                    "give the second another name: `{{{list}:other_{name}}}` takes the list `{list}`"
                ),
                None => format!(
                    "give the second another name, `{{other_{name}}}`, and declare it: \
                     slots.other_{name} = {{ ... }}"
                ),
            };
            let message = format!("one sentence would fill the slot `{name}` twice");
            checker.report_inside(key, text, *at, message, hint);
            return;
        }
        seen.push(name);
    }
}

/// How often one sentence of the phrase may have the slot.
fn times(phrase: &Phrase, name: &str) -> usize {
    match phrase {
        Phrase::Word(_) => 0,
        Phrase::Slot(slot) => usize::from(slot == name),
        Phrase::Optional(inner) => times(inner, name),
        Phrase::Choice(parts) => parts
            .iter()
            .map(|part| times(part, name))
            .max()
            .unwrap_or(0),
        Phrase::Sequence(parts) | Phrase::AnyOrder(parts) => {
            parts.iter().map(|part| times(part, name)).sum()
        }
    }
}

/// Reports phrases that any sentence fits.
fn free_text(checker: &mut Checker<'_>, key: &str, phrases: &[Phrase], slots: &[SlotSpec]) {
    for (index, phrase) in phrases.iter().enumerate() {
        let free = |name: &str| {
            slots
                .iter()
                .any(|slot| slot.name == name && slot.kind == SlotKind::Text)
        };
        if only(phrase, &free) {
            checker.report(
                &format!("{key}.phrases[{index}]"),
                "any sentence fits this phrase: it is nothing but free text",
                "put a word before or after the slot",
            );
        }
    }
}

/// Whether some sentence of the phrase has nothing but slots that `free` names.
fn only(phrase: &Phrase, free: &dyn Fn(&str) -> bool) -> bool {
    match phrase {
        Phrase::Word(_) => false,
        Phrase::Slot(name) => free(name),
        Phrase::Sequence(parts) | Phrase::AnyOrder(parts) => {
            parts
                .iter()
                .all(|part| part.fits_silence() || only(part, free))
                && parts.iter().any(|part| only(part, free))
        }
        Phrase::Choice(parts) => parts.iter().any(|part| only(part, free)),
        Phrase::Optional(inner) => only(inner, free),
    }
}
