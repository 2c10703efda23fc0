//! The values of one turn, from utterance to reply, as they travel between
//! the rooms. Plain data: no room's machinery is needed to hold one.

mod answered;
mod inquiry;
mod session;
mod shown;

use std::fmt;

pub use answered::{Answered, Source, Worded};
pub use inquiry::{Inquiry, InquiryAnswer, InquiryOutcome};
pub use session::{SessionId, SessionKind};
pub use shown::Shown;

use serde::{Deserialize, Serialize};

use crate::frame::SampleTime;
use crate::language::spoken;

/// One wake to one answer. Answers that carry an older turn are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TurnId(pub u32);

/// What was said in one turn: 16 kHz mono samples in -1..1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Utterance {
    /// Stream time of the first sample.
    pub start: SampleTime,
    /// The samples, pre-roll included.
    pub samples: Vec<f32>,
    /// The wake word that it begins with, by its name in the configuration.
    pub wake: Option<String>,
}

impl Utterance {
    /// The same sound, of which it is known that it begins with a wake word.
    #[must_use]
    pub fn after(self, wake: Option<String>) -> Self {
        Self { wake, ..self }
    }
}

/// Which decoding the transcript came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TranscriptRoute {
    /// Held to the words of the intents.
    Constrained,
    /// Whatever the model heard.
    Free,
}

/// An utterance written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// The words, as the recogniser wrote them.
    pub text: String,
    /// Mean log-probability of the text's tokens (natural logarithm).
    pub logprob: f32,
    /// The recogniser's own probability that nobody spoke, 0..1.
    pub no_speech: f32,
    /// Which decoding this is.
    pub route: TranscriptRoute,
    /// Other ways to hear it, best first.
    pub alternatives: Vec<Hypothesis>,
}

/// Another way to hear an utterance.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// The words.
    pub text: String,
    /// How much likelier than this the transcript is, in nats; negative where
    /// the transcript is preferred for other reasons.
    pub behind: f32,
    /// Which decoding this is.
    pub route: TranscriptRoute,
}

/// A slot's canonical value: what actions and JSON carry. As it is serialised
/// here, with its kind, it is kept on disk; [`SlotValue::to_json`] is for others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotValue {
    /// An enumerated value or free words.
    Text(String),
    /// A number, in the slot's unit.
    Number(f64),
    /// By how much a number is to change, in the slot's unit; signed.
    Change(f64),
    /// Seconds.
    Duration(u32),
    /// A time of day.
    Time {
        /// 0..=23
        hour: u8,
        /// 0..=59
        minute: u8,
        /// Whether nothing said which half of the day is meant, so that
        /// twelve hours earlier or later may be.
        #[serde(default)]
        open: bool,
    },
    /// A day.
    Date {
        /// Gregorian year.
        year: i16,
        /// 1..=12
        month: u8,
        /// 1..=31
        day: u8,
    },
    /// Several values of one list: the days on which something comes again.
    List(Vec<String>),
}

impl SlotValue {
    /// The value as `DESIGN` promises it in JSON: numbers and durations as
    /// numbers, times as `HH:MM`, dates as `YYYY-MM-DD`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "guarded: the number is whole and far inside i64"
            )]
            Self::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => (*n as i64).into(),
            Self::Number(n) => (*n).into(),
            Self::Change(n) => serde_json::json!({"change": Self::Number(*n).to_json()}),
            Self::Duration(seconds) => (*seconds).into(),
            Self::List(values) => values.clone().into(),
            text => text.to_string().into(),
        }
    }
}

impl fmt::Display for SlotValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(n) => write!(f, "{n}"),
            Self::Change(n) => write!(f, "{n:+}"),
            Self::Duration(seconds) => write!(f, "{seconds}"),
            Self::Time { hour, minute, .. } => write!(f, "{hour:02}:{minute:02}"),
            Self::Date { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
            Self::List(values) => f.write_str(&values.join(",")),
        }
    }
}

/// One filled slot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// The slot's name in the owner's file.
    pub name: String,
    /// What actions and JSON carry.
    pub value: SlotValue,
    /// How a person says it: what replies carry ("living room").
    pub spoken: String,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The intent's name in the owner's file.
    pub name: String,
    /// The slots that were filled, in the file's order.
    pub slots: Vec<Slot>,
    /// When it is to be done, if not now and for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// When an intent is to be carried out, other than at once and for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Once, so many seconds from now.
    After {
        /// 1 and more.
        seconds: u32,
    },
    /// Once, at a time of day: the next one, or that of `date`.
    At {
        /// The time of day; whole minutes.
        time: jiff::civil::Time,
        /// The day, where one was said.
        date: Option<jiff::civil::Date>,
    },
    /// At once, and taken back after so many seconds.
    For {
        /// 1 and more.
        seconds: u32,
    },
}

impl When {
    /// `{"after_s":600}`, `{"at":"23:00","date":"2026-12-01"}` or
    /// `{"for_s":600}`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::After { seconds } => serde_json::json!({"after_s": seconds}),
            Self::For { seconds } => serde_json::json!({"for_s": seconds}),
            Self::At { time, date } => {
                let mut at = serde_json::json!({"at": time.strftime("%H:%M").to_string()});
                if let Some(date) = date {
                    at["date"] = date.to_string().into();
                }
                at
            }
        }
    }
}

impl Intent {
    /// An intent without slots, to be done at once.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            slots: Vec::new(),
            when: None,
        }
    }

    /// What stands before the name of an intent that is to be taken back; no
    /// name in a file has a colon.
    const UNDO: &str = "undo:";

    /// The intent that takes this one back.
    #[must_use]
    pub fn undoing(&self) -> Self {
        Self {
            name: format!("{}{}", Self::UNDO, self.name),
            slots: self.slots.clone(),
            when: None,
        }
    }

    /// The intent that this one takes back, if it is such a one.
    #[must_use]
    pub fn undone(&self) -> Option<Self> {
        let name = self.name.strip_prefix(Self::UNDO)?;
        Some(Self {
            name: name.to_owned(),
            slots: self.slots.clone(),
            when: None,
        })
    }

    /// The slot of an intent that takes back a change to the book of timers:
    /// the number of that change.
    const CHANGE: &str = "change_number";

    /// The intent that takes back what this one changed in the book of timers.
    #[must_use]
    pub fn unchanging(&self, change: u64) -> Self {
        let mut intent = self.undoing();
        intent.slots.push(Slot {
            name: Self::CHANGE.into(),
            value: SlotValue::Text(change.to_string()),
            spoken: change.to_string(),
        });
        intent
    }

    /// The change to the book of timers that this intent takes back.
    #[must_use]
    pub fn change(&self) -> Option<u64> {
        self.undone()?;
        self.slot(Self::CHANGE)?.spoken.parse().ok()
    }

    /// The slot of that name, if it was filled.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }
}

/// Who understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// A phrase of the file.
    Phrase,
    /// The language model.
    Llm,
    /// A text of the owner's, which has an answer.
    Text,
    /// Nobody.
    #[default]
    None,
}

/// What the language model cost, for the latency that it means on the HAT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LlmCost {
    /// New prompt tokens, beyond the primed prefix.
    pub prompt_tokens: u32,
    /// Tokens that the model produced, stop tokens included.
    pub decoded_tokens: u32,
    /// Times that it was asked.
    pub questions: u32,
}

impl std::ops::AddAssign for LlmCost {
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens += other.prompt_tokens;
        self.decoded_tokens += other.decoded_tokens;
        self.questions += other.questions;
    }
}

/// What a transcript means.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Understanding {
    /// The things to do, in the order said. Empty: nothing was understood.
    pub intents: Vec<Intent>,
    /// Other readings that fit as well as `intents[0]`. Never guessed between.
    pub rivals: Vec<Intent>,
    /// It is not sure: this is asked, and nothing is done before a yes.
    pub doubt: Option<String>,
    /// Nothing is done, and this sentence says why: a part of what was said
    /// that the intent cannot account for.
    pub objection: Option<String>,
    /// Who understood.
    pub route: Route,
    /// 0..=1
    pub confidence: f32,
    /// What the language model cost.
    pub llm: LlmCost,
}

/// What the words of a command amount to before it is known to have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completion {
    /// A command that no phrase continues, understood beyond doubt.
    Complete,
    /// A command, understood beyond doubt, that some phrase continues.
    Whole,
    /// Anything else.
    #[default]
    MayContinue,
    /// A beginning that asks for more: "set a timer for".
    Open,
}

/// What an action did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// `command`, `http`, `mqtt` or `say`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether it worked.
    pub ok: bool,
    /// One line for a log: what was done, or why not.
    pub detail: String,
    /// What the reply may use as `{result...}`: a command's output, a body.
    #[serde(skip)]
    pub result: serde_json::Value,
    /// For a screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show: Option<Shown>,
    /// Of a question to a text, what it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<Answered>>,
}

/// What Mynah says of its own accord: what rings, until somebody answers, or
/// what was missed, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// The timers, alarms and reminders that it speaks for.
    pub ids: Vec<u64>,
    /// What is said.
    pub text: String,
    /// Said once, and then done with.
    pub once: bool,
}

/// A scheduled command whose time has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Its entry in the book of timers.
    pub id: u64,
    /// What is to be carried out now; without a time of its own.
    pub intent: Intent,
}

/// Why a turn has no action, as a value with a sentence to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// A wake word, then nothing.
    NotHeard,
    /// Words that no intent fits.
    NotUnderstood,
    /// The person said no, or never mind.
    Cancelled,
    /// It was understood and cannot be done as it was said.
    CannotDo,
    /// The action ran and failed, and the intent has no sentence of its own.
    ActionFailed,
    /// An answer did not come in time.
    TooSlow,
    /// No phrase fits, and the language model is away; said once.
    OnlySimple,
    /// A part of Mynah broke; the log says which.
    Broken,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Self; 8] = [
        Self::NotHeard,
        Self::NotUnderstood,
        Self::Cancelled,
        Self::CannotDo,
        Self::ActionFailed,
        Self::TooSlow,
        Self::OnlySimple,
        Self::Broken,
    ];

    /// Whether the words were never judged, because a part of Mynah was away,
    /// broke or was too slow: nothing follows from it about what was said.
    #[must_use]
    pub const fn is_fault(self) -> bool {
        matches!(self, Self::TooSlow | Self::OnlySimple | Self::Broken)
    }

    /// What the person hears.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        let sentences = spoken().sentences();
        match self {
            Self::NotHeard => sentences.not_heard,
            Self::NotUnderstood => sentences.not_understood,
            Self::Cancelled => sentences.cancelled,
            Self::CannotDo => sentences.cannot_do,
            Self::ActionFailed => sentences.action_failed,
            Self::TooSlow => sentences.too_slow,
            Self::OnlySimple => sentences.only_simple,
            Self::Broken => sentences.broken,
        }
    }
}
