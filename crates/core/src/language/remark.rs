//! What the box says, by its meaning, with the values that are said in it.
//! [`super::Language::remark`] puts it into words; `said` does so in the language
//! that is spoken with the box.

use jiff::civil::{Date, Time};

use super::entry::{CommandEntry, DayTime, Due, Item, Noun, Phrase, Told};
use super::spoken;

/// A sentence to be spoken.
#[derive(Clone, Debug, PartialEq)]
pub enum Remark<'a> {
    /// Done, and there is no more to say.
    Okay,
    /// It can be heard again.
    Audible,
    /// It cannot be louder.
    Loudest,
    /// The volume is so many percent now.
    Volume(u8),
    /// What the clock shows.
    Time(Time),
    /// What was said of a time before may be wrong, like the clock.
    ClockDoubtful,
    /// The date of today.
    Date(Date),
    /// The date of another day.
    DateOf {
        /// Which.
        date: Date,
        /// The date of today.
        today: Date,
        /// The words by which it was asked for; may be empty.
        asked: &'a str,
    },
    /// How many days it is to a date; negative: it has been.
    DaysUntil {
        /// How many.
        days: i32,
        /// Until when.
        date: Date,
    },
    /// What it can do; `more`: that is not all.
    Can {
        /// Descriptions, as they follow "I can".
        deeds: &'a [String],
        /// There are others.
        more: bool,
    },
    /// There is nothing that it can do.
    CanNothing,
    /// A command was taken back.
    ActionError,
    /// Nothing was said that could be repeated.
    NothingSaid,
    /// Nothing was heard that could be repeated.
    NothingHeard,
    /// What was heard.
    Heard(&'a str),
    /// The owner's text has no answer to a question.
    NotInText,
    /// The person thanked.
    Welcome,
    /// Of what is kept for later.
    Timer(TimerRemark<'a>),
    /// What is said without being asked for.
    Announcement(Announcement<'a>),
    /// Why something is not done.
    Refusal(Refusal<'a>),
    /// What only the person can tell.
    Question(Question<'a>),
}

/// What is answered of timers, alarms, reminders and commands for later. Lengths
/// are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum TimerRemark<'a> {
    /// A timer is set; its name may be empty.
    TimerSet {
        /// Its name.
        name: &'a str,
        /// For how long.
        seconds: u64,
    },
    /// An alarm is set.
    AlarmSet(Due),
    /// A reminder is set.
    ReminderSet {
        /// Of what.
        of: &'a str,
        /// For when.
        due: Due,
    },
    /// It was set before.
    SetAlready,
    /// It is set, but a power cut would lose it.
    NotKept,
    /// A command is kept for later.
    Will(CommandEntry<'a>),
    /// What was just done will be taken back.
    WillTakeBack(Due),
    /// What was to be taken back then stays as it was just set.
    WillNotTakeBack(Due),
    /// A command is cancelled.
    WillNot(CommandEntry<'a>),
    /// An entry is cancelled.
    Cancelled(Item<'a>),
    /// So many entries are cancelled.
    CancelledMany(Noun, usize),
    /// No entry of a kind is set.
    NoneSet(Noun),
    /// No entry of a kind is set for a day, in the person's words.
    NoneOn(Noun, &'a str),
    /// No command is kept for later.
    NothingScheduled,
    /// All entries of a kind that were asked for, at least one.
    AllSet(Noun, Vec<Told<'a>>),
    /// How timers are now, after they were changed.
    Now(Vec<Told<'a>>),
    /// The same, as the answer to how much time they were to have.
    ChangedTo(Vec<Told<'a>>),
    /// What timers have left, after it was made more or less.
    LeftNow(Vec<u64>),
    /// What rings is silent for a while.
    Snoozed(u64),
    /// An alarm has another time.
    AlarmMoved(Due),
    /// An alarm is left out once; the day on which it rings next.
    RingsNext(Item<'a>, DayTime),
}

/// What is said of what rings, of what nobody took notice of, and of the file in
/// which all of it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Announcement<'a> {
    /// What was kept is damaged.
    NotesLost,
    /// What is kept cannot be read.
    NotesUnreadable,
    /// What is kept is of a later version of the program.
    NotesLater,
    /// The owner's file cannot be used, and the one of before counts.
    FormerFile,
    /// A timer rings.
    TimerOver(Item<'a>),
    /// An alarm rings, at its time.
    AlarmRings(Time),
    /// A reminder rings.
    Reminds(&'a str),
    /// A command is due.
    CommandDue(CommandEntry<'a>),
    /// Opens what is said of entries that nobody took notice of.
    MissedSomething,
    /// A timer rang, or should have.
    MissedTimer(Item<'a>, DayTime),
    /// An alarm rang, or should have.
    MissedAlarm(DayTime),
    /// A reminder rang, or should have.
    MissedReminder(&'a str, DayTime),
    /// A power cut came while a command was carried out.
    CutOff(&'a str, DayTime),
    /// A command was due, and it could not be carried out.
    WasOff(CommandEntry<'a>, DayTime),
}

/// What was missing in a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// For how long.
    Length,
    /// By how much.
    Change,
    /// Of what to remind.
    Text,
    /// For when.
    When,
    /// To what time.
    NewTime,
    /// Until which day.
    Date,
    /// How loud.
    Volume,
}

/// Why something is not done. A deed is what was wanted, as a person says it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal<'a> {
    /// A part of the command was not heard.
    NotHeard(Missing),
    /// The time was asked for, and the clock is not set.
    TimeUnknown,
    /// The date is needed, and the clock is not set.
    DateUnknown,
    /// Something is to be done at a time, and the clock is not set.
    ClockNotSet,
    /// The time for something is over.
    TimeOver,
    /// What should be taken back is over.
    Over,
    /// The time for something is too far away.
    TooFar,
    /// It cannot be done for a while.
    OnlyForGood(&'a str),
    /// It cannot be done later.
    OnlyAtOnce(&'a str),
    /// It cannot be taken back after a while.
    NotTakenBack(&'a str),
    /// It was to be done now, and is not known any more.
    Forgotten(&'a str),
    /// There is no command to undo.
    NothingToUndo,
    /// The command to undo had not worked.
    NothingWasDone,
    /// A command cannot be undone.
    CannotUndo,
    /// A command was to be undone, and that failed.
    NotUndone,
    /// Nothing is known of how it is done.
    UnknownDeed,
    /// No more entries can be set.
    TooMany,
    /// It is not known what is set.
    NotesUnreadable,
    /// There is no such entry.
    NoSuch(Noun),
    /// There is no entry of this name.
    NoneNamed(Noun, &'a str),
    /// There is no entry of this length in seconds.
    NoneOfLength(Noun, u64),
    /// There is no entry for this time, whose half of the day may not have been said.
    NoneAtTime(Noun, Time, bool),
    /// There is no entry at this place, counted from 1.
    NoneAtPlace(Noun, u64),
    /// A timer to pause does not run.
    NotRunning,
    /// A timer to resume is not paused.
    NotPaused,
    /// A timer cannot be started again.
    NotRestarted,
    /// A timer has not that much time left.
    NotThatMuchLeft,
    /// There is no ring to put off.
    NothingRings,
    /// Only one alarm can be moved at a time.
    OneAlarmOnly,
    /// Only the next ring of an alarm can be left out.
    OnlyNextRing,
    /// Things, at least one, do not answer.
    NoAnswer(&'a [String]),
    /// Things, at least one, do not show yet that something was done with them.
    NotSeen(&'a [String]),
}

/// What the box asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// Which of these was meant.
    Meant(&'a [&'a str]),
    /// Whether a thing was meant of which only a part was said.
    MeantThing(&'a str),
    /// Whether a command was meant, by the words of a phrase of it.
    MeantCommand(&'a str),
    /// Whether a command is to be taken back, by the words of a phrase of it.
    TakeBack(&'a str),
    /// Whether a deed that opens a house when its time is over is really wanted.
    ForAWhile(&'a str),
    /// Whether a command is to be carried out now, where the time said is loose.
    DoNow(&'a str),
    /// Whether these words were said.
    SaidWords(&'a str),
    /// The value of a slot, by the name of the slot in words.
    Value(&'a str),
    /// Which of these entries.
    WhichOne(&'a [&'a str]),
    /// In which direction the volume is to be changed.
    LouderOrQuieter,
}

impl Remark<'_> {
    /// The sentence.
    #[must_use]
    pub fn said(&self) -> String {
        spoken().remark(self)
    }
}

impl TimerRemark<'_> {
    /// The sentence.
    #[must_use]
    pub fn said(self) -> String {
        Remark::Timer(self).said()
    }
}

impl Announcement<'_> {
    /// The sentence.
    #[must_use]
    pub fn said(self) -> String {
        Remark::Announcement(self).said()
    }
}

impl Refusal<'_> {
    /// The sentence.
    #[must_use]
    pub fn said(self) -> String {
        Remark::Refusal(self).said()
    }
}

impl Question<'_> {
    /// The sentence.
    #[must_use]
    pub fn said(self) -> String {
        Remark::Question(self).said()
    }
}

impl Phrase<'_> {
    /// The words.
    #[must_use]
    pub fn said(self) -> String {
        spoken().phrase(&self)
    }
}
