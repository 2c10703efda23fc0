//! The words of natural language that understanding rests on: one folder a
//! language, read through [`Language`] so that no other module names them.

pub mod en;

/// What a module needs to know of a language to account for the words of a
/// sentence. All runs of words are in canonical form
/// ([`crate::grammar::canonical`]), words separated by one space.
pub trait Language: Sync {
    /// Words that carry meaning by themselves.
    fn meaning(&self) -> &'static MeaningWords;

    /// What the box says of words that it cannot account for.
    fn objection(&self, objection: &Objection) -> String;
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
    /// A time that is no time of the clock: "later".
    pub vague_time: &'static [&'static str],
    /// Begin a repetition ("every") or are one ("daily").
    pub recurrence: &'static [&'static str],
    /// Stand before the amount of a change: "by".
    pub change_before: &'static [&'static str],
    /// Stand after the amount of a change: "percent brighter".
    pub change_after: &'static [&'static str],
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
    /// A time, for something that cannot be scheduled.
    NotLater,
    /// Two different times, or a time and a length of time.
    Times,
    /// Two values for one slot.
    Values(Vec<String>),
    /// These words are left over.
    Words(String),
}
