//! How timers, alarms, reminders and scheduled commands are spoken of.

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use super::book::Book;
use super::entry::{Entry, Kind, State, When};
use super::moment::Moment;
use super::trace::TakenBack;
use crate::intent::values::{read_text, say_duration, say_time};
use crate::model::SlotKind;
use crate::turn::{Intent, Ring, SlotValue};

/// Beyond this, seconds are not worth saying.
const EXACT_MS: u64 = 10 * 60_000;

/// More than these in one breath nobody remembers.
const MAX_TOLD: usize = 5;

const MINUTE_MS: u64 = 60_000;

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
/// Both files of the book were damaged.
pub const LOST: &str = "My notes of your timers and alarms were damaged, so some or all of them are lost. Please ask me which are left.";

/// The book on disk cannot be read.
pub const UNREADABLE: &str =
    "I cannot read my notes, so I do not know which timers and alarms are set.";

/// The book on disk is of a later version of the program.
pub const LATER: &str =
    "A newer version of me has written my notes, so I do not know which timers and alarms are set.";

/// What is to be heard now: all that rings; else, when somebody is there,
/// all that was missed.
#[must_use]
pub fn ring(book: &Book, now: &Moment, attended: bool) -> Option<Ring> {
    let ringing = book.ringing();
    let missed = book.missed();
    let (entries, once) = match (ringing.is_empty(), missed.is_empty()) {
        (false, _) => (ringing, false),
        (true, false) if attended => (missed, true),
        _ => return None,
    };
    let mut said: Vec<String> = entries
        .iter()
        .take(MAX_TOLD)
        .map(|entry| {
            if once {
                missed_sentence(entry, now)
            } else {
                due_sentence(entry, now)
            }
        })
        .collect();
    if once && entries.iter().any(|entry| entry.kind != Kind::Command) {
        said.insert(0, "You have missed something.".into());
    }
    Some(Ring {
        ids: entries.iter().map(|entry| entry.id).collect(),
        text: said.join(" "),
        once,
    })
}

fn due_sentence(entry: &Entry, now: &Moment) -> String {
    match entry.kind {
        Kind::Timer => format!("Your {} is done.", name(entry)),
        Kind::Alarm => {
            let due = entry.due(now);
            format!("It is {}. This is your alarm.", clock(due))
        }
        Kind::Reminder => format!("A reminder: {}.", turned(&entry.label)),
        // Commands do not ring.
        Kind::Command => format!("{}.", order(entry, "")),
    }
}

fn missed_sentence(entry: &Entry, now: &Moment) -> String {
    let due = entry.due(now);
    let when = format!("{}{}", clock(due), past_day(due, now));
    let begun = matches!(entry.state, State::Missed { begun: true, .. });
    match entry.kind {
        Kind::Timer => format!("Your {} ended at {when}.", name(entry)),
        Kind::Alarm => format!("Your alarm was due at {when}."),
        Kind::Reminder => format!("I was to remind you at {when}: {}.", turned(&entry.label)),
        Kind::Command if begun => format!(
            "I was cut off at {when}. I may not have done this: {}.",
            turned(&entry.label)
        ),
        Kind::Command => format!("I was off at {when} and did not {}.", order(entry, "")),
    }
}

/// What a command is to do, as it follows "I will" or "I did not", with `when`
/// in its place: "turn off the lights at noon", "take this back at noon: turn
/// on the light". What does not begin like an order is told apart: "do this
/// at noon: good night".
#[must_use]
pub fn order(entry: &Entry, when: &str) -> String {
    let deed = turned(&entry.label);
    let spaced = if when.is_empty() {
        String::new()
    } else {
        format!(" {when}")
    };
    let takes_back = entry.command.as_ref().and_then(Intent::undone).is_some();
    let first = deed.split(' ').next().unwrap_or_default();
    if takes_back {
        format!("take this back{spaced}: {deed}")
    } else if ORDERS.contains(&first) {
        format!("{deed}{spaced}")
    } else {
        format!("do this{spaced}: {deed}")
    }
}

/// When a command is carried out: "at half past ten in the morning tomorrow",
/// or "in thirty seconds" where the clock on the wall would not tell.
#[must_use]
pub fn command_when(entry: &Entry, now: &Moment) -> String {
    let due = entry.due(now);
    if now.is_set() && MINUTE_MS <= entry.left_ms(now) {
        format!("at {}{}", clock(due), day(due, now))
    } else {
        format!("in {}", left(entry, now))
    }
}

/// What has become of a change that was taken back, as sentences.
#[must_use]
pub fn taken_back(taken: &TakenBack, now: &Moment) -> String {
    let gone = taken.removed.iter().map(|entry| match entry.kind {
        Kind::Command => format!("I will not {}.", order(entry, &command_when(entry, now))),
        _ => format!("Your {} is cancelled.", name(entry)),
    });
    let back = taken.restored.iter().map(|entry| match entry.kind {
        Kind::Command => format!("I will {}.", order(entry, &command_when(entry, now))),
        Kind::Timer => capital(&format!("{}.", until(entry, now))),
        Kind::Alarm => format!("Your alarm is set {}.", alarm_when(entry, now)),
        Kind::Reminder => format!(
            "I will remind you {}: {}.",
            alarm_when(entry, now),
            turned(&entry.label)
        ),
    });
    let all: Vec<String> = gone.chain(back).take(MAX_TOLD).collect();
    all.join(" ")
}

/// "pasta timer", "ten minute timer", "alarm for seven o'clock in the
/// morning", "reminder to call your mum".
#[must_use]
pub fn name(entry: &Entry) -> String {
    match (entry.kind, &entry.when) {
        (Kind::Timer, When::After { total_ms, .. }) if entry.label.is_empty() => {
            format!("{} timer", as_adjective(&length(*total_ms)))
        }
        (Kind::Timer, _) => format!("{} timer", entry.label),
        (Kind::Alarm, When::At { due, repeat, .. }) => {
            let days = Some(repeat.spoken()).filter(|days| !days.is_empty());
            let days = days.map(|days| format!(" {days}"));
            format!("alarm for {}{}", clock(*due), days.unwrap_or_default())
        }
        (Kind::Alarm, When::After { total_ms, .. }) => {
            format!("{} alarm", as_adjective(&length(*total_ms)))
        }
        (Kind::Reminder, _) => format!("reminder to {}", turned(&entry.label)),
        (Kind::Command, _) => order(entry, ""),
    }
}

/// What is said of an entry beside others: like its name, with what is left
/// where the name alone would not tell them apart.
#[must_use]
pub fn choice(entry: &Entry, among: &[&Entry], now: &Moment) -> String {
    let own = name(entry);
    let same = among.iter().filter(|other| name(other) == own).count();
    if entry.kind == Kind::Command {
        return order(entry, &command_when(entry, now));
    }
    if same < 2 {
        return format!("the {own}");
    }
    match &entry.when {
        When::After { .. } => format!("the one with {} left", left(entry, now)),
        When::At { .. } => format!("the one {}", alarm_when(entry, now)),
    }
}

/// "three minutes and ten seconds"
fn left(entry: &Entry, now: &Moment) -> String {
    length(entry.left_ms(now))
}

/// Whole seconds, and of long stretches whole minutes, as people say them.
#[must_use]
pub fn length(ms: u64) -> String {
    let unit = if ms <= EXACT_MS { 1_000 } else { 60_000 };
    let seconds = (ms.saturating_add(unit / 2) / unit) * (unit / 1_000);
    say_duration(u32::try_from(seconds.max(1)).unwrap_or(u32::MAX))
}

/// "at half past six in the morning tomorrow", "in ten minutes", "at seven
/// o'clock in the morning every Monday".
#[must_use]
pub fn alarm_when(entry: &Entry, now: &Moment) -> String {
    match &entry.when {
        When::After { .. } => format!("in {}", left(entry, now)),
        When::At { due, repeat, .. } if repeat.is_once() => {
            format!("at {}{}", clock(*due), day(*due, now))
        }
        When::At { due, repeat, .. } => format!("at {} {}", clock(*due), repeat.spoken()),
    }
}

/// What an entry is doing, with its name: "the pasta timer has three minutes
/// left".
#[must_use]
pub fn until(entry: &Entry, now: &Moment) -> String {
    let name = name(entry);
    match (&entry.state, entry.kind) {
        (_, Kind::Command) => order(entry, &command_when(entry, now)),
        (State::Ringing { .. }, _) => format!("the {name} is ringing"),
        (State::Missed { due, .. }, _) => {
            format!(
                "the {name} was due at {}{}",
                clock(*due),
                past_day(*due, now)
            )
        }
        (State::Paused, _) => format!("the {name} is paused with {} left", left(entry, now)),
        (State::Waiting, Kind::Timer) => format!("the {name} has {} left", left(entry, now)),
        (State::Waiting, Kind::Alarm) => format!("one {}", alarm_when(entry, now)),
        (State::Waiting, Kind::Reminder) => {
            format!("{}, {}", turned(&entry.label), alarm_when(entry, now))
        }
    }
}

/// What an entry is doing, for a table that has its name beside: "three
/// minutes left", "at seven o'clock in the morning tomorrow".
#[must_use]
pub fn status(entry: &Entry, now: &Moment) -> String {
    match (&entry.state, entry.kind) {
        (State::Missed { due, .. }, _) => {
            format!("was due at {}{}", clock(*due), past_day(*due, now))
        }
        (State::Ringing { .. }, Kind::Command) => "is being carried out".into(),
        (State::Ringing { .. }, _) => "is ringing".into(),
        (State::Paused, _) => format!("is paused with {} left", left(entry, now)),
        (State::Waiting, Kind::Timer) => format!("{} left", left(entry, now)),
        (State::Waiting, Kind::Command) => command_when(entry, now),
        (State::Waiting, Kind::Alarm | Kind::Reminder) => alarm_when(entry, now),
    }
}

/// "a, b and c"; of many only the first.
#[must_use]
pub fn listed(items: &[String]) -> String {
    let shown = &items[..items.len().min(MAX_TOLD)];
    let more = items.len() - shown.len();
    match (shown, more) {
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        ([head @ .., last], 0) => format!("{} and {last}", head.join(", ")),
        (all, more) => format!("{} and {more} more", all.join(", ")),
    }
}

/// What a person said of themselves, said to them: "call my mum" becomes
/// "call your mum".
#[must_use]
pub fn turned(text: &str) -> String {
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

/// "two hours and thirty minutes" becomes "two hour and thirty minute".
#[must_use]
pub fn as_adjective(length: &str) -> String {
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

/// "half past six in the morning"
#[must_use]
pub fn clock(at: DateTime) -> String {
    // Hours and minutes of a time are in 0..60.
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    say_time(part(at.hour()), part(at.minute()))
}

/// "today", "tomorrow", "on Tuesday", "on March 3".
#[must_use]
pub fn day_of(at: DateTime, now: &Moment) -> String {
    let day = day(at, now);
    if day.is_empty() {
        "today".into()
    } else {
        day.trim_start().to_owned()
    }
}

/// " tomorrow", " on Tuesday"; nothing today.
fn day(at: DateTime, now: &Moment) -> String {
    let today = now.local.date();
    let ahead = (at.date() - today).get_days();
    match ahead {
        0 => String::new(),
        1 => " tomorrow".into(),
        2..=6 => format!(" on {}", at.strftime("%A")),
        _ => format!(" on {}", at.strftime("%B %-d")),
    }
}

/// " yesterday", " on Tuesday"; nothing today.
fn past_day(at: DateTime, now: &Moment) -> String {
    let today = now.local.date();
    match at.date() {
        date if date == today => String::new(),
        date if date.checked_add(1.day()).is_ok_and(|next| next == today) => " yesterday".into(),
        date if date.checked_add(7.days()).is_ok_and(|week| today < week) => {
            format!(" on {}", at.strftime("%A"))
        }
        _ => format!(" on {}", at.strftime("%B %-d")),
    }
}

impl Book {
    /// The entries of a kind that a name fits: the label, part of it, or for
    /// one without a label its length ("ten minute").
    #[must_use]
    pub fn named(&self, kind: Kind, said: &str, now: &Moment) -> Vec<&Entry> {
        let said = plain(said);
        let of_kind = || self.entries().iter().filter(|entry| entry.kind == kind);
        let exact: Vec<&Entry> = of_kind()
            .filter(|entry| plain(&entry.label) == said)
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let seconds = match read_text(&SlotKind::Duration, &said, now.local) {
            Ok(reading) => match reading.value {
                SlotValue::Duration(seconds) => Some(u64::from(seconds)),
                _ => None,
            },
            Err(_) => None,
        };
        let long = |entry: &&Entry| matches!(entry.when, When::After { total_ms, .. } if seconds == Some(total_ms / 1000));
        let by_length: Vec<&Entry> = of_kind().filter(long).collect();
        if !by_length.is_empty() {
            return by_length;
        }
        let holds = |entry: &&Entry| {
            let label = format!(" {} ", plain(&entry.label));
            !said.is_empty() && label.contains(&format!(" {said} "))
        };
        of_kind().filter(holds).collect()
    }
}

/// Lower-case words without punctuation and articles.
fn plain(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty() && !matches!(*word, "the" | "a" | "an" | "my"));
    words.collect::<Vec<_>>().join(" ")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
