//! What is known of natural language: word tables, and the readers and
//! speakers of numbers, durations, clock times, dates and repetitions. One
//! folder a language, whose tables are read through [`Language`], so that no
//! other module names them.
//!
//! A value is defined once, as a [`form::Form`]: the words that it may be said
//! in, and what they mean. The grammar's automaton and the reader both come
//! from that definition. This module depends on no other.

mod asking;
mod choice;
mod de;
mod en;
mod entry;
pub mod form;
mod fragment;
mod guided;
mod letters;
mod moment;
mod remark;
mod request;
mod sign;
mod tables;
mod value;
mod word;

use form::Form;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use asking::AskingWords;
pub use choice::{Speaking, Tongue, adopt, carried, speak, spoken, tongue};
pub use entry::{CommandEntry, DayTime, Due, Item, MAX_TOLD, Noun, Phrase, Standing, Told};
pub use fragment::{FragmentWords, Sign};
pub use guided::{Contrary, MoodWords, PromptTexts, Samples, UnrealWords};
pub use moment::{ClockTime, DayPart, Half, Settled, same_clock_time, settle};
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

/// What a module needs to know of a language to account for the words of a
/// sentence. All runs of words are in canonical form
/// ([`crate::grammar::canonical`]), words separated by one space.
pub trait Language: Sync {
    /// Words that carry meaning by themselves.
    fn meaning(&self) -> &'static MeaningWords;

    /// What the box says of words that it cannot account for.
    fn objection(&self, objection: &Objection) -> String;

    /// What words weigh in a command.
    fn phrases(&self) -> &'static PhraseWords;

    /// Verbs that only carry a command.
    fn order(&self) -> &'static OrderWords;

    /// Words of short answers.
    fn answers(&self) -> &'static AnswerWords;

    /// Words that steer the box itself.
    fn control(&self) -> &'static ControlWords;

    /// Words of courtesy around a command.
    fn courtesy(&self) -> &'static CourtesyWords;

    /// What other programs call its parts.
    fn labels(&self) -> &'static Labels;

    /// What the box says of itself.
    fn sentences(&self) -> &'static Sentences;

    /// Words around a part of a command.
    fn fragments(&self) -> &'static FragmentWords;

    /// Words by which a sentence shows what it wants.
    fn moods(&self) -> &'static MoodWords;

    /// Words by which a sentence shows the form of a request.
    fn requests(&self) -> &'static RequestWords;

    /// Words of questions to a text.
    fn asking(&self) -> &'static AskingWords;

    /// What the forms of one word have in common.
    fn stem(&self, word: &str) -> String;

    /// Contrary sides, of which values may be hinted at. Earlier ones come
    /// first.
    fn contraries(&self) -> &'static [Contrary];

    /// What the language model reads.
    fn prompt(&self) -> &'static PromptTexts;

    /// The canonical words of a text, in order, with their places in it: lower
    /// case, accents folded, numbers spelled out, one spelling a word.
    fn normalize(&self, text: &str) -> Vec<Word>;

    /// Numbers of a unit in canonical form; `None`: of any.
    fn number(&self, unit: Option<&str>) -> Form<Amount>;

    /// Lengths of time, in seconds.
    fn duration(&self) -> Form<u32>;

    /// Times of day.
    fn time(&self) -> Form<ClockTime>;

    /// Days, with the part of the day where one is said behind it.
    fn day(&self) -> Form<(Day, Option<DayPart>)>;

    /// Parts of the day, as they stand beside a time.
    fn part_of_day(&self) -> Form<DayPart>;

    /// Parts of the day as they say when a command is to be carried out, with
    /// the days from today where the words say so.
    fn part_of_some_day(&self) -> Form<(DayPart, Option<i8>)>;

    /// Parts of many days: "every morning".
    fn recurring_part_of_day(&self) -> Form<DayPart>;

    /// Repetitions.
    fn recurrence(&self) -> Form<Recurrence>;

    /// Rules of the phrase language that a file has without writing them, by name:
    /// articles and prepositions in their forms.
    fn rules(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The infinitive of an imperative, where an order may have its verb at its end.
    fn infinitive(&self, _imperative: &str) -> Option<&'static str> {
        None
    }

    /// Whether every noun is written with a capital, so that one shows no name.
    fn nouns_have_capitals(&self) -> bool {
        false
    }

    /// Whether a word is a numeral, an ordinal one, or part of a number.
    fn is_numeral(&self, word: &str) -> bool;

    /// Whether a word is the name of a digit.
    fn is_digit(&self, word: &str) -> bool;

    /// Whether a word is a day of the week, or many of them.
    fn is_weekday(&self, word: &str) -> bool;

    /// A whole number in canonical words.
    fn cardinal(&self, number: u64) -> String;

    /// How one word is a form of a shorter one, if it is.
    fn inflection(&self, short: &str, long: &str) -> Option<Inflection>;

    /// A rough phonetic spelling of a word: one sign for each sound.
    fn sound(&self, word: &str) -> String;

    /// What a text is heard as at worst. Texts that differ and are equal in
    /// this may be taken for each other.
    fn worst_heard(&self, text: &str) -> String;

    /// A written text as it is said: figures, times, units and signs in words.
    /// Timestamps of other zones are said in `zone`.
    fn verbalise(&self, text: &str, zone: &TimeZone) -> String;

    /// A value in words that the readers understand.
    fn say(&self, value: Value) -> String;

    /// How a day of the calendar is called back that was said in `words`.
    fn say_day(
        &self,
        day: Day,
        part: Option<DayPart>,
        words: &[&str],
        date: Date,
        today: Date,
    ) -> String;

    /// The plural of a noun.
    fn plural(&self, noun: &str) -> String;

    /// Things one after the other, with `word` before the last one; `None`: the
    /// word for "and".
    fn listing(&self, items: &[String], word: Option<&str>) -> String;

    /// A sentence that the box says, with values in it.
    fn remark(&self, remark: &Remark<'_>) -> String;

    /// A part of a sentence.
    fn phrase(&self, phrase: &Phrase<'_>) -> String;
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
