//! What is kept for later, as the box speaks of it: timers, alarms, reminders
//! and commands by their names, and when they are due.

use jiff::civil::{Date, DateTime, Time};

use super::WeekdaySet;

/// More than these in one breath nobody remembers.
pub const MAX_TOLD: usize = 5;

/// A kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// Rings after a stretch of time.
    Timer,
    /// Wakes.
    Alarm,
    /// Says something.
    Reminder,
    /// Is carried out later.
    Command,
}

/// An entry by its name. Lengths are in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'a> {
    /// A timer by the name that it was given.
    Timer(&'a str),
    /// A timer without one, by its length.
    TimerOf(u64),
    /// An alarm by its time, and the days on which it comes again.
    Alarm(Time, WeekdaySet),
    /// An alarm that was set for a stretch of time.
    AlarmOf(u64),
    /// A reminder by what the person is reminded of, in the person's words.
    Reminder(&'a str),
    /// A command by what it does.
    Command(CommandEntry<'a>),
}

/// What a command is to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CommandEntry<'a> {
    /// The command, as a person says it.
    pub deed: &'a str,
    /// It takes that back.
    pub takes_back: bool,
    /// When, where that is to be said.
    pub due: Option<Due>,
}

/// A time with its day, as it is called from `today`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTime {
    /// Day and time.
    pub at: DateTime,
    /// The day on which it is spoken of.
    pub today: Date,
}

/// When an entry is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// After so many seconds.
    In(u64),
    /// Once, by the clock.
    At(DayTime),
    /// At a time, on these days of every week.
    Weekly(Time, WeekdaySet),
}

/// How far an entry has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It rings.
    Ringing,
    /// It is being carried out.
    Begun,
    /// It was due, and nobody took notice.
    Missed(DayTime),
    /// It stands still, with so many seconds left.
    Paused(u64),
    /// It runs, with so many seconds left.
    Left(u64),
    /// It waits for its time.
    Set(Due),
}

/// An entry and how far it has come. Of a command the order says both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told<'a> {
    /// Which.
    pub item: Item<'a>,
    /// How far it has come.
    pub standing: Standing,
}

/// A part of a sentence, for labels, tables and replies of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phrase<'a> {
    /// The name of an entry: "pasta timer".
    Item(Item<'a>),
    /// The kind of an entry: "alarm".
    Noun(Noun),
    /// An entry and how far it has come, as a clause.
    Told(Told<'a>),
    /// How far an entry has come, beside its name.
    Standing(Standing),
    /// An entry to be chosen, by its name.
    The(Item<'a>),
    /// An entry to be chosen, by the seconds that it has left.
    OneWithLeft(u64),
    /// An entry to be chosen, by when it is due.
    OneDue(Due),
    /// All entries that there are to choose from.
    AllOfThem,
    /// A command to be chosen, by lacking the value that the others have.
    Without,
    /// Things one after the other, of many only the first [`MAX_TOLD`].
    List(&'a [String]),
}
