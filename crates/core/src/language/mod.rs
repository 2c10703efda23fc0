//! What is known of natural language: word tables, and the readers and
//! speakers of numbers, durations, clock times, dates and repetitions. One
//! folder a language, whose tables are read through [`Language`], so that no
//! other module names them.
//!
//! A value is defined once, as a [`form::Form`]: the words that it may be said
//! in, and what they mean. The grammar's automaton and the reader both come
//! from that definition. This module depends on no other.

pub mod en;
pub mod form;
mod moment;

pub use moment::{ClockTime, DayPart, Half, Settled, same_clock_time, settle};

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

    /// What the box says of itself.
    fn sentences(&self) -> &'static Sentences;
}

/// The language that is spoken with the box.
#[must_use]
pub fn spoken() -> &'static dyn Language {
    &en::English
}

/// Lower-case words without marks; an apostrophe joins.
#[must_use]
pub fn plain_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What a run of words around a command costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// As much as a word of courtesy.
    Polite,
    /// As much as a word that wraps a command.
    Filler,
}

/// Words by what they do in a command, in canonical form.
#[derive(Debug)]
pub struct PhraseWords {
    /// Courtesy and hesitation.
    pub courtesy: &'static [&'static str],
    /// Wrap a command without changing it.
    pub wrappers: &'static [&'static str],
    /// Articles and the like.
    pub articles: &'static [&'static str],
    /// Small words that join the parts of a phrase, so that it is rarely said
    /// without them.
    pub joining: &'static [&'static str],
    /// Small words that may be too many or too few.
    pub prepositions: &'static [&'static str],
    /// Turn a command into something else: negations, questions, reports,
    /// conditions, quantities, exceptions, times, and a change of mind.
    pub turning: &'static [&'static str],
    /// Words of which one is the other's contrary: none of them ever stands
    /// for a word that merely sounds like it.
    pub contraries: &'static [&'static str],
    /// Prefixes that make a word its own contrary.
    pub reversing: &'static [&'static str],
    /// Runs of words that wrap a command, wherever they stand.
    pub wrapping: &'static [(&'static str, Wrap)],
    /// Runs of words that wrap a command when it begins with them; elsewhere
    /// they may be the title of a song.
    pub opening: &'static [(&'static str, Wrap)],
    /// Assistants' names that people say from habit.
    pub names: &'static [&'static str],
    /// By which people correct themselves.
    pub corrections: &'static [&'static str],
    /// End what takes everything back.
    pub takes_back: &'static [&'static str],
    /// Make what is said no command: a negation, a question, a condition, a
    /// report. Narrower than `turning`, most of which a recogniser may as well
    /// have misheard.
    pub no_command: &'static [&'static str],
}

/// Verbs that only carry a command, so that they may stand for each other or
/// be left out, and the small words that go with them. All in canonical form.
#[derive(Debug)]
pub struct OrderWords {
    /// Runs of words before a command that only say that it is wished for.
    pub opening: &'static [&'static str],
    /// Verbs of phrases that switch something, with a particle: "turn" (on).
    pub switching: &'static [&'static str],
    /// Verbs that are said in the place of those: "get" (the light on).
    pub switching_too: &'static [&'static str],
    /// Stand right behind such a verb, or behind what it switches.
    pub particles: &'static [&'static str],
    /// Verbs of phrases that give something a value: "set" (it to fifty).
    pub setting: &'static [&'static str],
    /// Verbs that are said in the place of those: "bring" (it down to fifty).
    pub setting_too: &'static [&'static str],
    /// Stands before the value in phrases.
    pub set_to: &'static str,
    /// What is said in its place.
    pub before_value: &'static [&'static str],
    /// Runs of two words of which the second adds nothing, and the first.
    pub redundant: &'static [(&'static str, &'static str)],
}

/// Words of short answers, as [`plain_words`] gives them.
#[derive(Debug)]
pub struct AnswerWords {
    /// One of these makes an answer a yes, unless something else speaks
    /// against it.
    pub yes: &'static [&'static str],
    /// As `yes`, of more than one word.
    pub yes_phrases: &'static [&'static str],
    /// One of these makes an answer a no, whatever else is in it: a door that
    /// stays locked by mistake is the smaller harm.
    pub no: &'static [&'static str],
    /// Words that change nothing in a yes.
    pub neutral: &'static [&'static str],
    /// Whole answers that end a command.
    pub cancel: &'static [&'static str],
    /// Words that change nothing in such an answer.
    pub around_cancel: &'static [&'static str],
    /// The numbers of choices, the first one first.
    pub numbers: &'static [&'static str],
    /// The places of choices, the first one first.
    pub places: &'static [&'static [&'static str]],
    /// The place of the last choice.
    pub last: &'static [&'static str],
    /// Words around an answer that may be a part of a value: "the desk one".
    pub around_part: &'static [&'static str],
}

/// What steers the box itself, as whole utterances.
#[derive(Debug)]
pub struct ControlWords {
    /// Silence the voice.
    pub stop: &'static [&'static str],
    /// Words around those that change nothing.
    pub around_stop: &'static [&'static str],
    /// Take the last command back.
    pub undo: &'static [&'static str],
    /// The same, but only right after something was done; otherwise they end a
    /// command.
    pub cancel_last: &'static [&'static str],
    /// What is counted in ordinals that are a unit of time as well: "the second
    /// timer". The ordinal, what follows it, and what shows the unit before it.
    pub ordinal_unit: (&'static str, &'static [&'static str], &'static str),
    /// Ask what the box said.
    pub repeat: &'static [&'static str],
    /// Ask what the box heard.
    pub heard: &'static [&'static str],
    /// Words around those two that change nothing.
    pub around_repeat: &'static [&'static str],
}

/// What the box says of itself, in whole sentences.
#[derive(Debug)]
pub struct Sentences {
    /// A wake word, then nothing.
    pub not_heard: &'static str,
    /// Words that no intent fits.
    pub not_understood: &'static str,
    /// The person said no, or never mind.
    pub cancelled: &'static str,
    /// It is understood and cannot be had.
    pub cannot_do: &'static str,
    /// An action failed that has no sentence of its own.
    pub action_failed: &'static str,
    /// An answer did not come in time.
    pub too_slow: &'static str,
    /// No phrase fits, and the language model is away.
    pub only_simple: &'static str,
    /// A part of the program broke.
    pub broken: &'static str,
    /// The microphone is gone.
    pub microphone_lost: &'static str,
    /// The microphone works again.
    pub microphone_found: &'static str,
    /// Only a restart can find the microphone again.
    pub microphone_stuck: &'static str,
    /// The loudspeaker works again.
    pub loudspeaker_found: &'static str,
}

/// Words of courtesy, in canonical form.
#[derive(Debug)]
pub struct CourtesyWords {
    /// What people say around a command: before, after, or not at all.
    pub around: &'static [&'static str],
    /// Words that are fused with the word before, with their fused form.
    pub fused: &'static [(&'static str, &'static str)],
}

/// Runs of words that carry meaning by themselves, by what they do to a
/// command.
#[derive(Debug)]
pub struct MeaningWords {
    /// Leave something out: "except".
    pub exception: &'static [&'static str],
    /// Make the command depend on something: "if".
    pub condition: &'static [&'static str],
    /// Contain a word of `condition` and condition nothing: "if you can".
    pub no_condition: &'static [&'static str],
    /// Speak of all of a kind: "all".
    pub quantity: &'static [&'static str],
    /// A length of time that is none of the clock, from now on: "for a while".
    pub loose_time: &'static [&'static str],
    /// A time that is no time of the clock: "later".
    pub vague_time: &'static [&'static str],
    /// Begin a repetition ("every") or are one ("daily").
    pub recurrence: &'static [&'static str],
    /// Stand before the amount of a change: "by".
    pub change_before: &'static [&'static str],
    /// Stand after the amount of a change: "percent brighter".
    pub change_after: &'static [&'static str],
    /// Say that something grows: "brighter".
    pub upward: &'static [&'static str],
    /// Say that something shrinks: "down".
    pub downward: &'static [&'static str],
    /// Stand before the value that a number is set to: "to".
    pub set_to: &'static str,
    /// Units that stand behind a number: "percent".
    pub units: &'static [&'static str],
    /// Stand before a delay: "in" (ten minutes).
    pub delay_before: &'static [&'static str],
    /// Stand after a delay: (ten minutes) "from now".
    pub delay_after: &'static [&'static str],
    /// Stand before a time of day at which something begins: "at".
    pub at: &'static [&'static str],
    /// Stand before a time of day until which something lasts: "until".
    pub until: &'static [&'static str],
    /// Stand before a length of time that something lasts: "for".
    pub span_before: &'static [&'static str],
    /// Parts of the day.
    pub part_of_day: &'static [PartOfDay],
    /// Words by which a time of day shows what it is: "pm", "o'clock".
    pub time_marks: &'static [&'static str],
    /// Take the value before them back for the one behind: "no", "I mean".
    pub correction: &'static [&'static str],
    /// Begin the request behind a report: "can you" (turn it off).
    pub request: &'static [&'static str],
    /// Places of a house and its surroundings.
    pub places: &'static [&'static str],
    /// Stand before a place.
    pub before_place: &'static [&'static str],
    /// Stand before a thing.
    pub before_thing: &'static [&'static str],
    /// Articles and the like, between those and the noun.
    pub articles: &'static [&'static str],
    /// Nouns that name no place or thing to act on: "bit", "moment".
    pub empty_nouns: &'static [&'static str],
    /// Words without content of their own.
    pub function: &'static [&'static str],
    /// Report that something is the case, before what is asked for.
    pub report: &'static [&'static str],
}

/// A part of the day as people say it.
#[derive(Debug)]
pub struct PartOfDay {
    /// Its words.
    pub said: &'static str,
    /// What says the same behind a time of day: (six) "in the morning".
    pub behind_time: &'static str,
    /// Days from today, where the words say so.
    pub days: Option<i8>,
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
    /// Two values for one slot.
    Values(Vec<String>),
    /// These words are left over.
    Words(String),
}
