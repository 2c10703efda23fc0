//! Intents of the file as checked: their slots, actions, replies and tests.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::builtin::BuiltinAction;
use super::deeds::{
    AnswerSpec, CommandSpec, DbusSpec, HomeAssistantSpec, HttpSpec, MqttSpec, Step,
};
use crate::phrase::Phrase;

/// One `[[intent]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct IntentSpec {
    /// Unique.
    pub name: String,
    /// What it does, for the language model and for people.
    pub description: String,
    /// Parsed, rules already put in their places.
    pub phrases: Vec<Phrase>,
    /// In the file's order.
    pub slots: Vec<SlotSpec>,
    /// Asked before acting; a template over the slots.
    pub confirm: Option<String>,
    /// Whether taking it back needs a yes although the deed does not: "lock the
    /// door" is taken back by unlocking it.
    pub asks_back: bool,
    /// What is done; `None` only answers.
    pub action: Option<ActionSpec>,
    /// What takes the action back.
    pub undo: Option<ActionSpec>,
    /// What is said afterwards.
    pub reply: ReplySpec,
    /// What a screen shows with it.
    pub show: Option<Show>,
    /// How long the ear opens after the reply, in milliseconds; 0 is not at all.
    pub follow_up_ms: u32,
    /// Whether the language model may choose it; a phrase always may.
    pub llm: bool,
    /// Whether it may be given for later, or for a while.
    pub later: bool,
}

impl IntentSpec {
    /// What takes the action back: `undo`, else the `undo` of every step of a
    /// sequence, the last first. `None` where a part could not be taken back.
    #[must_use]
    pub fn inverse(&self) -> Option<ActionSpec> {
        if self.undo.is_some() {
            return self.undo.clone();
        }
        let Some(ActionSpec::Sequence(steps)) = &self.action else {
            return None;
        };
        let acting = steps.iter().rev().filter(|step| !step.action.only_asks());
        let undo = acting.map(|step| {
            Some(Step {
                action: step.undo.clone()?,
                undo: None,
            })
        });
        let undo: Vec<Step> = undo.collect::<Option<_>>()?;
        (!undo.is_empty()).then_some(ActionSpec::Sequence(undo))
    }

    /// The slot of that name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&SlotSpec> {
        self.slots.iter().find(|slot| slot.name == name)
    }
}

/// One slot of an intent.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotSpec {
    /// Unique in its intent.
    pub name: String,
    /// What may fill it.
    pub kind: SlotKind,
    /// May stay empty.
    pub optional: bool,
    /// One or two words that are not among the values are a value too.
    pub open: bool,
    /// The value it takes when nobody says one, as in the file.
    pub default: Option<String>,
    /// The question when it is missing.
    pub ask: Option<String>,
    /// A number that may also be changed by an amount: "by ten percent".
    pub relative: bool,
}

impl SlotSpec {
    /// What the owner wrote beside a canonical value: `{slot.field}`.
    #[must_use]
    pub fn field(&self, value: &str, field: &str) -> Option<&str> {
        let SlotKind::Values(choices) = &self.kind else {
            return None;
        };
        let choice = choices.iter().find(|choice| choice.value == value)?;
        choice.fields.get(field).map(String::as_str)
    }
}

/// What may fill a slot.
#[derive(Clone, Debug, PartialEq)]
pub enum SlotKind {
    /// One of these values.
    Values(Vec<SlotChoice>),
    /// A number.
    Number {
        /// Smallest allowed.
        min: Option<f64>,
        /// Largest allowed.
        max: Option<f64>,
        /// A word that may follow it: `percent`, `degrees`.
        unit: Option<String>,
    },
    /// A stretch of time.
    Duration,
    /// A time of day.
    Time,
    /// A day.
    Date,
    /// Free words.
    Text,
}

/// One allowed value of an enumerated slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotChoice {
    /// Canonical, for actions and JSON.
    pub value: String,
    /// How people say it; never empty, the first is how Mynah says it.
    pub say: Vec<String>,
    /// What else is known of it, for templates: `{slot.field}`.
    pub fields: BTreeMap<String, String>,
}

/// What an intent does.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionSpec {
    /// Runs a program.
    Command(CommandSpec),
    /// Makes a web request.
    Http(HttpSpec),
    /// Publishes a message.
    Mqtt(MqttSpec),
    /// Asks Home Assistant.
    HomeAssistant(HomeAssistantSpec),
    /// Calls a method on D-Bus.
    Dbus(DbusSpec),
    /// One after the other; the first failure ends it, and what was done is
    /// undone, the last first.
    Sequence(Vec<Step>),
    /// An action whose failure is no failure of the turn.
    Otherwise {
        /// What is tried.
        action: Box<ActionSpec>,
        /// What is done when it failed, and decides then; `None` lets it pass.
        instead: Option<Box<ActionSpec>>,
    },
    /// Answers from a text of the owner's.
    Answer(AnswerSpec),
    /// What Mynah does by itself.
    Builtin(BuiltinAction),
    /// Does nothing but answer.
    Say,
}

/// `reply`: templates over slots (in their spoken form) and `{result...}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplySpec {
    /// After success.
    pub ok: Vec<String>,
    /// After failure.
    pub fail: Vec<String>,
    /// Several wordings are taken at random; otherwise in turn.
    pub random: bool,
}

/// `show` and `suggest`: wordings as in `reply`, for a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Show {
    /// A paragraph.
    pub text: Option<String>,
    /// Points.
    pub list: Vec<String>,
    /// The content of a QR code.
    pub qr: Option<String>,
    /// A picture's file, and the picture in words.
    pub image: Option<(PathBuf, String)>,
    /// Sentences that somebody may say next, as they are.
    pub suggest: Vec<String>,
}

/// One `[[test]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct TestSpec {
    /// The sentence.
    pub say: String,
    /// The intent it must give; `none` where nothing may be done, `asks` where
    /// a question must come.
    pub intent: String,
    /// The slots it must give, as JSON: exactly these.
    pub slots: serde_json::Map<String, serde_json::Value>,
    /// When it must be done, as JSON; `None` for at once.
    pub when: Option<serde_json::Value>,
    /// Line of the test in the file, from 1.
    pub line: usize,
}
