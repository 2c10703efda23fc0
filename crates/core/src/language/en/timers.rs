//! What the box says, in English, of timers, alarms, reminders and commands for
//! later.

use super::speak::{self, SPEAK};
use crate::language::shared::speak::capital;
use crate::language::shared::told::{self, All, Away};
use crate::language::{
    Announcement, CommandEntry, DayTime, Due, Item, Noun, Phrase, Standing, TimerRemark, Told,
    WeekdaySet,
};

/// What orders begin with. A command that begins otherwise ("good night",
/// "what is the temperature") makes no sentence behind "I will".
#[rustfmt::skip]
const ORDERS: &[&str] = &[
    "activate", "add", "arm", "begin", "boil", "bring", "call", "cancel", "change", "charge",
    "clean", "close", "cool", "deactivate", "decrease", "dim", "disable", "disarm", "enable",
    "end", "feed", "give", "heat", "increase", "lift", "lock", "lower", "make", "move", "mute",
    "open", "pause", "play", "put", "raise", "read", "resume", "ring", "run", "say", "send",
    "set", "show", "shut", "skip", "start", "stop", "switch", "tell", "turn", "unlock", "unmute",
    "unplug", "vacuum", "warm", "water",
];

/// The whole sentence.
pub(super) fn say(remark: &TimerRemark<'_>) -> String {
    match remark {
        TimerRemark::TimerSet { name: "", seconds } => {
            format!("Your timer is set for {}.", SPEAK.duration(*seconds))
        }
        TimerRemark::TimerSet { name, seconds } => format!(
            "Your {} is set for {}.",
            item(&Item::Timer(name)),
            SPEAK.duration(*seconds)
        ),
        TimerRemark::AlarmSet(at) => format!("Your alarm is set {}.", due(at)),
        TimerRemark::ReminderSet { of, due: at } => {
            format!("I will remind you {}: {}.", due(at), turned(of))
        }
        TimerRemark::SetAlready => "That was set already.".into(),
        TimerRemark::NotKept => "But I cannot write it down, so a power cut would lose it.".into(),
        TimerRemark::Will(deed) => format!("I will {}.", order(deed)),
        TimerRemark::WillNotTakeBack(at) => format!("I will not change that {}.", due(at)),
        TimerRemark::WillTakeBack(at) => format!("I will take that back {}.", due(at)),
        TimerRemark::WillNot(deed) => format!("I will not {}.", order(deed)),
        TimerRemark::Cancelled(one) => format!("Your {} is cancelled.", item(one)),
        TimerRemark::CancelledMany(kind, count) => {
            format!("{count} {} are cancelled.", plural(*kind))
        }
        TimerRemark::NoneSet(kind) => format!("There are no {}.", plural(*kind)),
        TimerRemark::NoneOn(kind, day) => format!("There is no {} {day}.", noun(*kind)),
        TimerRemark::NothingScheduled => "Nothing is scheduled.".into(),
        TimerRemark::AllSet(kind, entries) => all_set(*kind, entries),
        TimerRemark::Now(entries) => capital(&format!("{}.", listed(&clauses(entries)))),
        TimerRemark::ChangedTo(entries) => format!("Okay, {}.", listed(&clauses(entries))),
        TimerRemark::LeftNow(left) => {
            let left = left.iter().map(|left| standing(&Standing::Left(*left)));
            format!("Okay, {}.", listed(&left.collect::<Vec<_>>()))
        }
        TimerRemark::Snoozed(seconds) => format!("Again in {}.", SPEAK.duration(*seconds)),
        TimerRemark::AlarmMoved(at) => format!("Your alarm is now {}.", due(at)),
        TimerRemark::RingsNext(one, next) => format!(
            "Your {} rings next{}.",
            item(one),
            match day(next) {
                day if day.is_empty() => " today".into(),
                day => day,
            }
        ),
    }
}

/// The whole sentence.
pub(super) fn announce(heard: &Announcement<'_>) -> String {
    match heard {
        Announcement::NotesLost => "My notes of your timers and alarms were damaged, so some or all of them are lost. Please ask me which are left.".into(),
        Announcement::NotesUnreadable => {
            "I cannot read my notes, so I do not know which timers and alarms are set.".into()
        }
        Announcement::NotesLater => "A newer version of me has written my notes, so I do not know which timers and alarms are set.".into(),
        Announcement::FormerFile => "There is a mistake in my configuration, so I go on with the one that I had before.".into(),
        Announcement::TimerOver(timer) => format!("Your {} is done.", item(timer)),
        Announcement::AlarmRings(time) => {
            format!("It is {}. This is your alarm.", speak::time(*time))
        }
        Announcement::Reminds(of) => format!("A reminder: {}.", turned(of)),
        Announcement::CommandDue(deed) => format!("{}.", order(deed)),
        Announcement::MissedSomething => "You have missed something.".into(),
        Announcement::MissedTimer(timer, at) => {
            format!("Your {} ended at {}.", item(timer), past(at))
        }
        Announcement::MissedAlarm(at) => format!("Your alarm was due at {}.", past(at)),
        Announcement::MissedReminder(of, at) => {
            format!("I was to remind you at {}: {}.", past(at), turned(of))
        }
        Announcement::CutOff(deed, at) => format!(
            "I was cut off at {}. I may not have done this: {}.",
            past(at),
            turned(deed)
        ),
        Announcement::WasOff(deed, at) => {
            format!("I was off at {} and did not {}.", past(at), order(deed))
        }
    }
}

/// A part of a sentence.
pub(super) fn phrase(phrase: &Phrase<'_>) -> String {
    match phrase {
        Phrase::Item(one) => item(one),
        Phrase::Noun(kind) => noun(*kind).into(),
        Phrase::Told(told) => clause(told),
        Phrase::Standing(how) => standing(how),
        Phrase::The(one) => format!("the {}", item(one)),
        Phrase::OneWithLeft(seconds) => {
            format!("the one with {} left", SPEAK.duration(*seconds))
        }
        Phrase::OneDue(at) => format!("the one {}", due(at)),
        Phrase::AllOfThem => "all of them".into(),
        Phrase::Without => "without".into(),
        Phrase::List(items) => listed(items),
    }
}

/// "a, b and c"; of many only the first.
pub(super) fn listed(items: &[String]) -> String {
    told::listed(items, SPEAK.and, |rest| format!("{rest} more"))
}

/// "two hours and thirty minutes" becomes "two hour and thirty minute".
pub(super) fn as_adjective(length: &str) -> String {
    let singular = |word: &str| match word {
        "days" | "hours" | "minutes" | "seconds" => word[..word.len() - 1].to_owned(),
        "days," | "hours," | "minutes," => format!("{},", &word[..word.len() - 2]),
        word => word.to_owned(),
    };
    length
        .split(' ')
        .map(singular)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) const fn noun(kind: Noun) -> &'static str {
    match kind {
        Noun::Timer => "timer",
        Noun::Alarm => "alarm",
        Noun::Reminder => "reminder",
        Noun::Command => "scheduled command",
    }
}

fn plural(kind: Noun) -> String {
    format!("{}s", noun(kind))
}

fn all_set(kind: Noun, entries: &[Told<'_>]) -> String {
    let told = listed(&clauses(entries));
    match told::all(kind, entries) {
        All::Commands => format!("I will {told}."),
        All::OneAlarm(at) => say(&TimerRemark::AlarmSet(at)),
        All::OneTimer => say(&TimerRemark::Now(entries.to_vec())),
        All::One => format!("There is one {}: {told}.", noun(kind)),
        All::Many(count) => format!("There are {count} {}: {told}.", plural(kind)),
    }
}

/// "pasta timer", "ten minute timer", "alarm for seven o'clock in the
/// morning", "reminder to call your mum".
fn item(item: &Item<'_>) -> String {
    match item {
        Item::Timer(name) => format!("{name} timer"),
        Item::TimerOf(seconds) => format!("{} timer", as_adjective(&SPEAK.duration(*seconds))),
        Item::Alarm(time, days) if days.is_empty() => format!("alarm for {}", speak::time(*time)),
        Item::Alarm(time, days) => {
            format!("alarm for {} {}", speak::time(*time), repeated(*days))
        }
        Item::AlarmOf(seconds) => format!("{} alarm", as_adjective(&SPEAK.duration(*seconds))),
        Item::Reminder(of) => format!("reminder to {}", turned(of)),
        Item::Command(deed) => order(deed),
    }
}

/// What a command is to do, as it follows "I will" or "I did not": "turn off
/// the lights at noon", "take this back at noon: turn on the light". What does
/// not begin like an order is told apart: "do this at noon: good night".
fn order(order: &CommandEntry<'_>) -> String {
    let deed = turned(order.deed);
    let when = order.due.as_ref();
    let when = when.map_or_else(String::new, |at| format!(" {}", due(at)));
    let first = deed.split(' ').next().unwrap_or_default();
    if order.takes_back {
        format!("take this back{when}: {deed}")
    } else if ORDERS.contains(&first) {
        format!("{deed}{when}")
    } else {
        format!("do this{when}: {deed}")
    }
}

fn clauses(entries: &[Told<'_>]) -> Vec<String> {
    entries.iter().map(clause).collect()
}

/// "the pasta timer has three minutes left"
fn clause(told: &Told<'_>) -> String {
    match (&told.item, &told.standing) {
        (Item::Command(deed), _) => order(deed),
        (Item::Reminder(of), Standing::Set(at)) => format!("{}, {}", turned(of), due(at)),
        (_, Standing::Set(at)) => format!("one {}", due(at)),
        (one, Standing::Left(_)) => format!("the {} has {}", item(one), standing(&told.standing)),
        (one, how) => format!("the {} {}", item(one), standing(how)),
    }
}

/// "three minutes left", "at seven o'clock in the morning tomorrow"
fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Ringing => "is ringing".into(),
        Standing::Begun => "is being carried out".into(),
        Standing::Missed(at) => format!("was due at {}", past(at)),
        Standing::Paused(left) => format!("is paused with {} left", SPEAK.duration(*left)),
        Standing::Left(left) => format!("{} left", SPEAK.duration(*left)),
        Standing::Set(at) => due(at),
    }
}

/// "at half past six in the morning tomorrow", "in ten minutes", "at seven
/// o'clock in the morning every Monday".
fn due(due: &Due) -> String {
    match due {
        Due::In(seconds) => format!("in {}", SPEAK.duration(*seconds)),
        Due::At(at) => format!("at {}{}", clock(at), day(at)),
        Due::Weekly(time, days) => format!("at {} {}", speak::time(*time), repeated(*days)),
    }
}

/// "seven o'clock in the morning yesterday"
fn past(at: &DayTime) -> String {
    format!("{}{}", clock(at), past_day(at))
}

fn clock(at: &DayTime) -> String {
    speak::time(at.at.time())
}

/// "every day", "every Monday and Friday"; nothing for no day.
fn repeated(days: WeekdaySet) -> String {
    let some = days != WeekdaySet::WORKING && days != WeekdaySet::WEEKEND;
    let names: Vec<String> = days.days().map(|day| SPEAK.weekday_name(day)).collect();
    if some && (3..7).contains(&names.len()) {
        format!("every {}", names.join(" and "))
    } else {
        SPEAK.days(days)
    }
}

/// " tomorrow", " on Tuesday"; nothing today.
fn day(time: &DayTime) -> String {
    named(time, told::ahead(time), "tomorrow")
}

/// " yesterday", " on Tuesday"; nothing today.
fn past_day(time: &DayTime) -> String {
    named(time, told::behind(time), "yesterday")
}

fn named(time: &DayTime, away: Away, next: &str) -> String {
    match away {
        Away::Today => String::new(),
        Away::OneDay => format!(" {next}"),
        Away::InWeek => format!(" on {}", time.at.strftime("%A")),
        Away::Far => format!(" on {}", time.at.strftime("%B %-d")),
    }
}

/// What a person said of themselves, said to them: "call my mum" becomes
/// "call your mum".
fn turned(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        match word.to_lowercase().as_str() {
            "my" => "your",
            "mine" => "yours",
            "me" | "i" => "you",
            "myself" => "yourself",
            "i'm" | "im" => "you are",
            _ => word,
        }
        .to_owned()
    });
    words.collect::<Vec<_>>().join(" ")
}
