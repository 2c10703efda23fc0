//! `[[dialogue]]`: conversations that the owner expects, turn by turn.

use jiff::civil::{Date, DateTime, Time};

use super::check::Checker;
use super::trials;
use super::written::{self, Dialogues};
use mynah_core::grammar::canonical;
use mynah_core::intent::values::read;
use mynah_core::model::{DialogueSpec, DialogueTurn, IntentSpec, SetFor, SlotKind, TurnInput};
use mynah_core::turn::SlotValue;

/// A dialogue begins at noon unless it says otherwise.
const NOON: Time = Time::constant(12, 0, 0, 0);

/// Expectations beside the names of intents.
const SPECIAL: [&str; 3] = ["none", "asks", "undo"];

/// The longest time that passes in one turn: a month.
const LONGEST_S: u32 = 31 * 86_400;

/// Checks the dialogues. What has settings alone is none.
pub(crate) fn check(
    checker: &mut Checker<'_>,
    written: Dialogues,
    intents: &[IntentSpec],
) -> Vec<DialogueSpec> {
    let Dialogues { list, array } = written;
    let mut dialogues = Vec::new();
    for (index, dialogue) in list.into_iter().enumerate() {
        let key = if array {
            format!("dialogue[{index}]")
        } else {
            "dialogue".to_owned()
        };
        let is_test = dialogue.name.is_some() || dialogue.at.is_some();
        if dialogue.turns.is_empty() {
            if is_test || array && dialogue.follow_up.is_none() {
                let hint = "write turns = [{ say = \"...\", reply = \"...\" }]";
                checker.report(&key, "a dialogue without turns tests nothing", hint);
            }
            continue;
        }
        let (date, time) = begin(checker, &key, dialogue.at.as_deref());
        let turns = dialogue.turns.into_iter().enumerate();
        let turns = turns.filter_map(|(at, turn)| {
            let key = format!("{key}.turns[{at}]");
            self::turn(checker, &key, turn, intents)
        });
        let turns = turns.collect();
        dialogues.push(DialogueSpec {
            line: checker.line(&key),
            name: dialogue.name,
            date,
            time,
            turns,
        });
    }
    dialogues
}

/// The usual `follow_up` of the file, which one of the dialogues may have.
pub(crate) fn usual_follow_up(
    checker: &mut Checker<'_>,
    written: &Dialogues,
) -> (Option<written::FollowUp>, String) {
    let mut found = (None, "dialogue.follow_up".to_owned());
    for (index, dialogue) in written.list.iter().enumerate() {
        let Some(follow_up) = dialogue.follow_up else {
            continue;
        };
        let key = if written.array {
            format!("dialogue[{index}].follow_up")
        } else {
            "dialogue.follow_up".to_owned()
        };
        if found.0.is_some() {
            let hint = "it is for the whole file: write it once";
            checker.report(&key, "`follow_up` is there twice", hint);
        }
        found = (Some(follow_up), key);
    }
    found
}

fn begin(checker: &mut Checker<'_>, key: &str, at: Option<&str>) -> (Option<Date>, Time) {
    let Some(at) = at else { return (None, NOON) };
    let parsed = match at.trim().split_once([' ', 'T']) {
        Some(_) => at.trim().replace(' ', "T").parse::<DateTime>().ok(),
        None => None,
    };
    if let Some(moment) = parsed {
        return (Some(moment.date()), moment.time());
    }
    if let Ok(time) = at.trim().parse::<Time>() {
        return (None, time);
    }
    let hint = "write a time, or a day and a time: \"07:30\", \"2026-12-01 07:30\"";
    let message = format!("`{at}` is no time at which a dialogue can begin");
    checker.report(&format!("{key}.at"), message, hint);
    (None, NOON)
}

fn turn(
    checker: &mut Checker<'_>,
    key: &str,
    turn: written::Turn,
    intents: &[IntentSpec],
) -> Option<DialogueTurn> {
    let written::Turn {
        say,
        wait,
        intent,
        slots,
        when,
        reply,
        timers,
    } = turn;
    let names = intent.map(|intent| intent.texts).unwrap_or_default();
    let input = match (say, wait) {
        (Some(say), None) => {
            checker.not_blank(&format!("{key}.say"), &say);
            TurnInput::Say(say)
        }
        (None, Some(wait)) => {
            if !names.is_empty() || !slots.0.is_empty() || when.is_some() {
                let hint = "expect the sentence of what rings or is done meanwhile, as `reply`";
                checker.report(key, "while time passes nothing is understood", hint);
            }
            TurnInput::Wait(seconds(checker, &format!("{key}.wait"), &wait)?)
        }
        _ => {
            let hint = "write what is said, or how long nobody says anything: wait = \"5 minutes\"";
            checker.report(key, "a turn has either `say` or `wait`", hint);
            return None;
        }
    };
    let slots = meaning(checker, key, (&names, slots.0), intents);
    if names.is_empty() && when.is_some() {
        let hint = "name the `intent` that has it";
        checker.report(key, "`when` belongs to an intent", hint);
    }
    let timers = timers.map(|timers| {
        let all = timers.iter().enumerate();
        all.filter_map(|(at, timer)| set_for(checker, &format!("{key}.timers[{at}]"), timer))
            .collect()
    });
    Some(DialogueTurn {
        line: checker.line(key),
        input,
        intents: names,
        slots,
        when: when.and_then(|when| serde_json::to_value(when).ok()),
        replies: reply.map(|reply| reply.texts).unwrap_or_default(),
        timers,
    })
}

/// Checks the intents of which a turn must give one, and the slots that the one
/// of the file has.
fn meaning(
    checker: &mut Checker<'_>,
    key: &str,
    (names, slots): (&[String], Vec<(String, toml::Value)>),
    intents: &[IntentSpec],
) -> serde_json::Map<String, serde_json::Value> {
    let special = |name: &&String| SPECIAL.contains(&name.as_str());
    let mut own = names.iter().filter(|name| !special(name));
    if let Some(first) = own.next() {
        if own.next().is_some() {
            let hint = "name one, beside it \"none\", \"asks\" or \"undo\"";
            checker.report(key, "a turn has two intents of the file", hint);
        }
        return trials::meaning(checker, key, (first, slots), intents);
    }
    if !slots.is_empty() {
        let hint = "name the `intent` that has them";
        checker.report(key, "`slots` belong to an intent", hint);
    }
    serde_json::Map::new()
}

/// When something that is set must ring: `"15 minutes"` from now, or at `"07:30"`.
fn set_for(checker: &mut Checker<'_>, key: &str, text: &str) -> Option<SetFor> {
    match text.trim().parse::<Time>() {
        Ok(time) => Some(SetFor::At(time)),
        Err(_) => seconds(checker, key, text).map(SetFor::After),
    }
}

fn seconds(checker: &mut Checker<'_>, key: &str, wait: &str) -> Option<u32> {
    let words = canonical(wait);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // A length of time is the same on every day.
    let reading = read(
        &SlotKind::Duration,
        &words,
        DateTime::constant(2026, 1, 1, 0, 0, 0, 0),
    );
    match reading.map(|reading| reading.value) {
        Ok(SlotValue::Duration(seconds)) if seconds <= LONGEST_S => Some(seconds),
        Ok(_) => {
            checker.report(
                key,
                "that is too long for a dialogue",
                "write at most 31 days",
            );
            None
        }
        Err(_) => {
            let message = format!("`{wait}` is no length of time");
            let hint = "write it as it is said: \"5 minutes\", \"1 hour and 30 minutes\"";
            checker.report(key, message, hint);
            None
        }
    }
}
