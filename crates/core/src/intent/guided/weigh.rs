//! The account of an intent and its slots: what of the words they leave unused.

use jiff::civil::DateTime;

use super::slots::Filled;
use super::{Said, fill, prompt};
use crate::grammar;
use crate::intent::account::{Account, Balance};
use crate::intent::values;
use crate::language::spoken;
use crate::model::{IntentSpec, SlotKind};
use crate::turn::{Slot, SlotValue};

/// What the intent leaves unused of the words.
pub(super) fn weigh(spec: &IntentSpec, filled: &Filled, said: &Said, now: DateTime) -> Balance {
    if let Some(objection) = &filled.objection {
        return Balance {
            objection: Some(objection.clone()),
            ..Balance::default()
        };
    }
    let mut account = Account::open(&said.sentence, spoken());
    for at in &filled.used {
        account.use_range(at.start, at.end);
    }
    let mut names = false;
    for slot in &filled.slots {
        let kind = spec.slot(&slot.name).map(|spec| &spec.kind);
        if let Some(SlotKind::Values(choices)) = kind {
            let value = slot.value.to_string();
            let choice = choices.iter().find(|choice| choice.value == value);
            account.use_forms(choice.iter().flat_map(|choice| &choice.say));
            names |= !fill::may_be_inferred(choices);
        }
        // "Half as bright, fifty percent": one value, said twice.
        for mark in said.sentence.marks.iter().filter(|mark| mark.is_value()) {
            let words = said.words[mark.from..mark.to].iter();
            let words: Vec<&str> = words.map(String::as_str).collect();
            let again = kind.and_then(|kind| values::read(kind, &words, now).ok());
            if again.is_some_and(|again| again.value == slot.value) {
                account.use_range(mark.from, mark.to);
            }
        }
    }
    let mut own = prompt::own_words(spec);
    own.extend(grammar::canonical(&spec.description));
    let mut balance = account.balance(spec, &own, names);
    balance.doubtful |=
        prompt::half_named(spec, &said.words) || changes_a_length(spec, filled, said);
    balance.doubtful |= names_nothing(spec, filled, said);
    balance
}

/// Whether a pronoun stands for the thing, and no word or name is the intent's own:
/// "make it fifty percent" may be said of anything that has percents.
fn names_nothing(spec: &IntentSpec, filled: &Filled, said: &Said) -> bool {
    let table = spoken().meaning();
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    if !said
        .request
        .iter()
        .any(|word| is(spoken().fragments().pronouns, word))
    {
        return false;
    }
    let order = spoken().order();
    let carriers = [
        order.switching,
        order.switching_too,
        order.setting,
        order.setting_too,
        order.particles,
        table.function,
        table.articles,
        table.nameless,
    ];
    let own = prompt::own_words(spec);
    let names = |word: &String| own.contains(word) && !carriers.iter().any(|list| is(list, word));
    let is_name = |slot: &Slot| {
        let kind = spec.slot(&slot.name).map(|spec| &spec.kind);
        matches!(kind, Some(SlotKind::Values(_)))
            && filled.heard.iter().any(|(name, _)| *name == slot.name)
    };
    !said.request.iter().any(names) && !filled.slots.iter().any(is_name)
}

/// Whether a length of time is said with a word of change that the intent does
/// not know: "knock five minutes off" sets no timer of five minutes.
fn changes_a_length(spec: &IntentSpec, filled: &Filled, said: &Said) -> bool {
    let lasts = |slot: &Slot| matches!(slot.value, SlotValue::Duration(_));
    if !filled.slots.iter().any(lasts) {
        return false;
    }
    let table = spoken().meaning();
    let own = prompt::own_words(spec);
    let changes = |word: &String| {
        let turns = [table.upward, table.downward, table.taken_away];
        turns.iter().any(|list| list.contains(&word.as_str())) && !own.contains(word)
    };
    said.words.iter().any(changes)
}
