//! What is known of natural language: word tables, and the readers and
//! speakers of numbers, durations, clock times, dates and repetitions. One
//! folder a language: the tables of a [`Language`], so that no other module names
//! them, and the rules that no table holds.
//!
//! A value is defined once, as a [`form::Form`]: the words that it may be said
//! in, and what they mean. The grammar's automaton and the reader both come
//! from that definition. This module depends on no other.

mod asking;
mod choice;
mod de;
mod definition;
mod en;
mod entry;
pub mod form;
mod fragment;
mod guided;
mod letters;
mod moment;
mod remark;
mod request;
mod shared;
mod sign;
mod tables;
mod value;
mod word;

pub use asking::AskingWords;
use definition::language;

pub use choice::{Speaking, Tongue, adopt, carried, speak, spoken, tongue};
pub use definition::Language;
pub use entry::{CommandEntry, DayTime, Due, Item, MAX_TOLD, Noun, Phrase, Standing, Told};
pub use fragment::{FragmentWords, Sign};
pub use guided::{Contrary, MoodWords, PromptTexts, Samples, UnrealWords};
pub use moment::{ClockTime, DayPart, Half, Settled, same_clock_time, settle, settle_waking};
pub use remark::{Announcement, Missing, Question, Refusal, Remark, TimerRemark};
pub use request::{BesideWords, RequestWords};
pub use sign::{is_sign, is_sign_word};
pub use tables::{
    AnswerWords, ControlWords, CourtesyWords, Labels, MeaningWords, OrderWords, PhraseWords,
    SameVerbs, Sentences, Wrap,
};
pub use value::{Amount, Day, Value, WhichDay};
pub use word::{Word, canonical, normalize};

/// Some days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WeekdaySet(u8);

impl WeekdaySet {
    /// Monday to Sunday.
    pub const DAILY: Self = Self(0b111_1111);
    /// Monday to Friday.
    pub const WORKING: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// One day; 0 is Monday.
    #[must_use]
    pub const fn one(day: usize) -> Self {
        Self(1 << (day % 7))
    }

    /// From one day to another, both included, over the end of the week if
    /// need be.
    #[must_use]
    pub fn range(from: usize, to: usize) -> Self {
        let count = (to + 7 - from) % 7;
        (0..=count)
            .map(|ahead| Self::one(from + ahead))
            .fold(Self::default(), Self::with)
    }

    /// The days of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether no day is one of them.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a day is one of them; 0 is Monday.
    #[must_use]
    pub const fn has(self, day: usize) -> bool {
        self.0 & (1 << (day % 7)) != 0
    }

    /// The days, Monday (0) first.
    pub fn days(self) -> impl Iterator<Item = usize> {
        (0..7).filter(move |day| self.has(*day))
    }
}

/// How a word is a form of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inflection {
    /// More than one of a noun.
    Plural,
    /// A verb of what goes on: "turning".
    Progressive,
    /// A verb of what is over: "turned".
    Past,
}

/// What repeats, as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// On these days of every week.
    Days(WeekdaySet),
    /// A repetition that is no set of weekdays: every other day, every two
    /// hours, the first of every month.
    Unsupported,
}

/// Lower-case words without marks; an apostrophe joins, and a sign is a word.
#[must_use]
pub fn plain_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.to_lowercase().chars() {
        match words.last_mut() {
            Some(word) if c.is_alphanumeric() => word.push(c),
            _ if matches!(c, '\'' | '’') => {}
            _ if is_sign(c) => words.extend([c.to_string(), String::new()]),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Why words that no slot accounts for keep a command from being carried out.
#[derive(Clone, Debug, PartialEq)]
pub enum Objection {
    /// A number outside the slot's range.
    OutOfRange {
        /// The least value.
        min: Option<f64>,
        /// The greatest value.
        max: Option<f64>,
        /// The unit, as the file has it.
        unit: Option<String>,
    },
    /// A place or thing that the file does not know.
    Unknown(String),
    /// An exception: "except the kitchen".
    Exception,
    /// A condition that nothing here can watch.
    Condition,
    /// A change by an amount, where only values can be set.
    Change,
    /// A repetition, where something is done once.
    Recurrence,
    /// A time without a time of the clock: "later".
    VagueTime,
    /// The same, of which now may be a part: "tonight", "for a while".
    LooseTime,
    /// A time, for something that cannot be scheduled.
    NotLater,
    /// Two different times, or a time and a length of time.
    Times,
    /// A day or a time that the calendar or the clock does not have.
    NoSuchMoment,
    /// Two values for one slot.
    Values(Vec<String>),
    /// These words are left over.
    Words(String),
}
