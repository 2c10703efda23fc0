//! The sentence that answers a command: the owner's wording with what was
//! said and what came of it.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use super::DRY_RUN;
use super::line::one_line;
use crate::language::{self, Remark};
use crate::model::{IntentSpec, Settings, SlotKind};
use crate::reply::template::{has_names, render_spoken};
use crate::reply::wording;
use crate::turn::{Failure, Intent, Outcome, Shown};

/// About a minute of speech. Nobody listens longer to a command's answer.
pub(super) const REPLY_CHARS: usize = 1000;

/// What a program or server answered may be long; the sentence around it
/// should still be heard to its end.
const VALUE_CHARS: usize = 600;

/// When and where a reply is given.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// The wall clock.
    pub now: DateTime,
    /// What the box is called.
    pub device: &'a str,
    /// Replies given so far: of several wordings the next is taken.
    pub turn: u32,
}

/// The reply to `intent` after `outcome`. Slots appear as people say them,
/// `{result.stdout}` and the like as the action left them; what is missing
/// leaves nothing.
#[must_use]
pub fn render_reply(
    spec: &IntentSpec,
    intent: &Intent,
    outcome: &Outcome,
    moment: Moment<'_>,
) -> String {
    let (wordings, default) = if outcome.ok {
        (&spec.reply.ok, Remark::Okay.said())
    } else {
        (
            &spec.reply.fail,
            Failure::ActionFailed.sentence().to_owned(),
        )
    };
    let turn = if spec.reply.random {
        // A hasher's own seed is as random as a wording needs to be.
        RandomState::new().hash_one(moment.turn)
    } else {
        moment.turn.into()
    };
    let many = u64::try_from(wordings.len().max(1)).unwrap_or(1);
    let wording = usize::try_from(turn % many)
        .ok()
        .and_then(|index| wordings.get(index));
    let Some(wording) = wording else {
        // An action that failed may know better than a general apology.
        let say = outcome.result["say"].as_str().filter(|_| !outcome.ok);
        return say.map_or(default, |say| one_line(say, REPLY_CHARS));
    };
    if outcome.ok && lacks_result(wording, outcome) {
        return Remark::Okay.said();
    }
    let values = Values { intent, spec };
    let reply = one_line(&worded(wording, values, outcome, moment), REPLY_CHARS);
    if reply.chars().any(char::is_alphanumeric) {
        reply
    } else {
        default
    }
}

/// What was only tried has no result to be worded.
fn lacks_result(wording: &str, outcome: &Outcome) -> bool {
    let empty = outcome.result.as_object().is_some_and(Map::is_empty);
    empty && outcome.detail.starts_with(DRY_RUN) && wording.contains("result")
}

/// What a screen shows with the reply to `intent` after `outcome`; nothing after a
/// failure. Wordings are filled as those of the reply, and left out where nothing is
/// left of them.
#[must_use]
pub fn render_show(
    spec: &IntentSpec,
    intent: &Intent,
    outcome: &Outcome,
    moment: Moment<'_>,
) -> Option<Shown> {
    let show = spec.show.as_ref().filter(|_| outcome.ok)?;
    let values = Values { intent, spec };
    let fill = |wording: &String| {
        let lacking = lacks_result(wording, outcome);
        let text = (!lacking).then(|| worded(wording, values, outcome, moment));
        one_line(&text.unwrap_or_default(), REPLY_CHARS)
    };
    let list = show.list.iter().map(fill);
    Some(Shown {
        intent: spec.name.clone(),
        text: show.text.as_ref().map(fill).unwrap_or_default(),
        list: list.filter(|point| !point.is_empty()).collect(),
        qr: show.qr.as_ref().map(fill).unwrap_or_default(),
        alt: show
            .image
            .as_ref()
            .map(|(_, alt)| alt.clone())
            .unwrap_or_default(),
        suggest: show.suggest.clone(),
    })
}

/// A wording with its names filled.
fn worded(wording: &str, values: Values<'_>, outcome: &Outcome, moment: Moment<'_>) -> String {
    if !wording::has_expressions(wording) {
        return plain(wording, values, outcome);
    }
    wording::render(wording, &context(values, outcome, moment)).unwrap_or_else(|error| {
        let intent = &values.intent.name;
        tracing::error!(intent, "cannot word the reply: {error}");
        String::new()
    })
}

/// What a wording's names stand for.
#[derive(Clone, Copy)]
struct Values<'a> {
    intent: &'a Intent,
    /// The intent in the owner's file, for `{slot.field}`.
    spec: &'a IntentSpec,
}

impl Values<'_> {
    /// A field of the value that fills a slot.
    fn field(&self, slot: &str, field: &str) -> Option<String> {
        let value = self.intent.slot(slot)?.value.to_string();
        let field = self.spec.slot(slot)?.field(&value, field)?;
        Some(field.to_owned())
    }
}

/// A wording of plain names.
fn plain(wording: &str, values: Values<'_>, outcome: &Outcome) -> String {
    render_spoken(wording, &|path| {
        let value = value(path, values, outcome);
        if value.is_none() {
            let intent = &values.intent.name;
            tracing::debug!(intent, path, "the reply has no such value");
        }
        value.map(|value| one_line(&value, VALUE_CHARS))
    })
}

/// What a wording with expressions knows: slots as spoken, `value.SLOT` as
/// actions get them, `field.SLOT.FIELD`, `result`, and the moment.
fn context(values: Values<'_>, outcome: &Outcome, moment: Moment<'_>) -> Value {
    let mut context = Map::new();
    let mut canonical = Map::new();
    let mut fields = Map::new();
    for slot in &values.intent.slots {
        context.insert(slot.name.clone(), slot.spoken.as_str().into());
        canonical.insert(slot.name.clone(), slot.value.to_json());
        let kind = values.spec.slot(&slot.name);
        if let Some(SlotKind::Values(choices)) = kind.map(|slot| &slot.kind) {
            let value = slot.value.to_string();
            let choice = choices.iter().find(|choice| choice.value == value);
            fields.insert(slot.name.clone(), json!(choice.map(|c| &c.fields)));
        }
    }
    context.insert("value".into(), canonical.into());
    context.insert("field".into(), fields.into());
    context.insert("result".into(), outcome.result.clone());
    let now = moment.now;
    context.insert("time".into(), now.strftime("%H:%M").to_string().into());
    context.insert("date".into(), now.strftime("%Y-%m-%d").to_string().into());
    context.insert(
        "weekday".into(),
        language::Value::Weekday(now.date()).said().into(),
    );
    context.insert("hour".into(), now.hour().into());
    context.insert("device".into(), moment.device.into());
    context.into()
}

/// The sentences that replies and questions of this file consist of when
/// nothing has to be filled in: the same for everybody, whenever they are said.
#[must_use]
pub fn fixed_sentences(settings: &Settings) -> Vec<String> {
    let failures = [
        Failure::NotHeard,
        Failure::NotUnderstood,
        Failure::Cancelled,
        Failure::CannotDo,
        Failure::ActionFailed,
        Failure::TooSlow,
        Failure::OnlySimple,
        Failure::Broken,
    ];
    let wordings = settings.intents.iter().flat_map(|spec| {
        let asked = spec.slots.iter().filter_map(|slot| slot.ask.as_ref());
        spec.reply.ok.iter().chain(&spec.reply.fail).chain(asked)
    });
    failures
        .map(Failure::sentence)
        .into_iter()
        .map(str::to_owned)
        .chain([Remark::Okay.said()])
        .chain(
            wordings
                .filter(|text| !has_names(text) && !wording::has_expressions(text))
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
