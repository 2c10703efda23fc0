//! The sentence that answers a command: the owner's wording with what was
//! said and what came of it.

use serde_json::Value;

use super::fill::{Values, one_line};
use crate::config::template::{Piece, pieces, render_spoken};
use crate::config::{IntentSpec, Settings};
use crate::turn::{Failure, Intent, Outcome};

/// About a minute of speech. Nobody listens longer to a command's answer.
const REPLY_CHARS: usize = 1000;

/// What a program or server answered may be long; the sentence around it
/// should still be heard to its end.
const VALUE_CHARS: usize = 600;

/// When the owner gave no wording.
const DONE: &str = "Okay.";

/// The reply to `intent` after `outcome`. Slots appear as people say them,
/// `{result.stdout}` and the like as the action left them; what is missing
/// leaves nothing. Of several wordings, `turn` takes the next.
#[must_use]
pub fn render_reply(spec: &IntentSpec, intent: &Intent, outcome: &Outcome, turn: u32) -> String {
    let (wordings, default) = if outcome.ok {
        (&spec.reply.ok, DONE)
    } else {
        (&spec.reply.fail, Failure::ActionFailed.sentence())
    };
    let Some(wording) = wordings.get(turn as usize % wordings.len().max(1)) else {
        return default.into();
    };
    let values = Values {
        intent,
        spec: Some(spec),
    };
    let reply = render_spoken(wording, &|path| {
        let value = value(path, values, outcome);
        if value.is_none() {
            tracing::debug!(intent = intent.name, path, "the reply has no such value");
        }
        value.map(|value| one_line(&value, VALUE_CHARS))
    });
    let reply = one_line(&reply, REPLY_CHARS);
    if reply.chars().any(char::is_alphanumeric) {
        reply
    } else {
        default.into()
    }
}

/// The sentences that replies and questions of this file consist of when
/// nothing has to be filled in: the same for everybody, whenever they are said.
#[must_use]
pub fn fixed_sentences(settings: &Settings) -> Vec<String> {
    let failures = [
        Failure::NotHeard,
        Failure::NotUnderstood,
        Failure::Cancelled,
        Failure::ActionFailed,
        Failure::TooSlow,
        Failure::Broken,
    ];
    let wordings = settings.intents.iter().flat_map(|spec| {
        let asked = spec.slots.iter().filter_map(|slot| slot.ask.as_ref());
        spec.reply.ok.iter().chain(&spec.reply.fail).chain(asked)
    });
    failures
        .map(Failure::sentence)
        .into_iter()
        .chain([DONE])
        .map(str::to_owned)
        .chain(
            wordings
                .filter(|text| !pieces(text).iter().any(|p| matches!(p, Piece::Name(..))))
                .map(|text| one_line(&render_spoken(text, &|_| None), REPLY_CHARS)),
        )
        .collect()
}

fn value(path: &str, values: Values<'_>, outcome: &Outcome) -> Option<String> {
    if let Some(slot) = values.intent.slot(path) {
        return Some(slot.spoken.clone());
    }
    let mut steps = path.split('.');
    let first = steps.next()?;
    if first != "result" {
        return values.field(first, steps.next()?);
    }
    let found = steps.try_fold(&outcome.result, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })?;
    match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
