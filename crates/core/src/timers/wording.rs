//! What is said of timers, alarms, reminders and scheduled commands: which
//! meaning, and with which values. The language module has the words.

use super::book::Book;
use super::entry::{Entry, Kind, State, When};
use super::moment::Moment;
use super::trace::TakenBack;
use crate::intent::values::read_text;
use crate::language::{
    Announcement, CommandEntry, DayTime, Due, Item, MAX_TOLD, Noun, Phrase, Standing, TimerRemark,
    Told, spoken,
};
use crate::model::SlotKind;
use crate::turn::{Intent, Ring, SlotValue};

/// Beyond this, seconds are not worth saying.
const EXACT_MS: u64 = 10 * 60_000;

const MINUTE_MS: u64 = 60_000;

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
    let opens = once && entries.iter().any(|entry| entry.kind != Kind::Command);
    let opening = opens.then_some(Announcement::MissedSomething);
    let told = entries.iter().take(MAX_TOLD).map(|entry| {
        if once {
            missed_entry(entry, now)
        } else {
            due_entry(entry, now)
        }
    });
    let said = opening.into_iter().chain(told);
    let said: Vec<String> = said.map(Announcement::said).collect();
    Some(Ring {
        ids: entries.iter().map(|entry| entry.id).collect(),
        text: said.join(" "),
        once,
    })
}

fn due_entry<'e>(entry: &'e Entry, now: &Moment) -> Announcement<'e> {
    match entry.kind {
        Kind::Timer => Announcement::TimerOver(item(entry)),
        Kind::Alarm => Announcement::AlarmRings(entry.due(now).time()),
        Kind::Reminder => Announcement::Reminds(&entry.label),
        // Commands do not ring.
        Kind::Command => Announcement::CommandDue(order(entry, None)),
    }
}

fn missed_entry<'e>(entry: &'e Entry, now: &Moment) -> Announcement<'e> {
    let when = due_at(entry, now);
    let begun = matches!(entry.state, State::Missed { begun: true, .. });
    match entry.kind {
        Kind::Timer => Announcement::MissedTimer(item(entry), when),
        Kind::Alarm => Announcement::MissedAlarm(when),
        Kind::Reminder => Announcement::MissedReminder(&entry.label, when),
        Kind::Command if begun => Announcement::CutOff(&entry.label, when),
        Kind::Command => Announcement::WasOff(order(entry, None), when),
    }
}

/// What a command is to do, and when, where that is to be said.
#[must_use]
pub fn order(entry: &Entry, due: Option<Due>) -> CommandEntry<'_> {
    CommandEntry {
        deed: &entry.label,
        takes_back: entry.command.as_ref().and_then(Intent::undone).is_some(),
        due,
    }
}

/// When a command is carried out: by the clock on the wall, or after a while
/// where that would not tell.
#[must_use]
pub fn command_due(entry: &Entry, now: &Moment) -> Due {
    if now.is_set() && MINUTE_MS <= entry.left_ms(now) {
        Due::At(due_at(entry, now))
    } else {
        Due::In(left(entry, now))
    }
}

/// When an alarm or a reminder rings.
#[must_use]
pub fn alarm_due(entry: &Entry, now: &Moment) -> Due {
    match &entry.when {
        When::After { .. } => Due::In(left(entry, now)),
        When::At { due, repeat, .. } if repeat.is_once() => Due::At(DayTime {
            at: *due,
            today: now.local.date(),
        }),
        When::At { due, repeat, .. } => Due::Weekly(due.time(), repeat.weekdays()),
    }
}

/// When an entry is or was due.
#[must_use]
pub fn due_at(entry: &Entry, now: &Moment) -> DayTime {
    DayTime {
        at: entry.due(now),
        today: now.local.date(),
    }
}

/// What has become of a change that was taken back, as sentences.
#[must_use]
pub fn taken_back(taken: &TakenBack, now: &Moment) -> String {
    let gone = taken.removed.iter().map(|entry| match entry.kind {
        Kind::Command => TimerRemark::WillNot(order(entry, Some(command_due(entry, now)))),
        _ => TimerRemark::Cancelled(item(entry)),
    });
    let back = taken.restored.iter().map(|entry| match entry.kind {
        Kind::Command => TimerRemark::Will(order(entry, Some(command_due(entry, now)))),
        Kind::Timer => TimerRemark::Now(vec![told(entry, now)]),
        Kind::Alarm => TimerRemark::AlarmSet(alarm_due(entry, now)),
        Kind::Reminder => TimerRemark::ReminderSet {
            of: &entry.label,
            due: alarm_due(entry, now),
        },
    });
    let all: Vec<String> = gone
        .chain(back)
        .take(MAX_TOLD)
        .map(TimerRemark::said)
        .collect();
    all.join(" ")
}

/// An entry by its name.
#[must_use]
pub fn item(entry: &Entry) -> Item<'_> {
    match (entry.kind, &entry.when) {
        (Kind::Timer, When::After { total_ms, .. }) if entry.label.is_empty() => {
            Item::TimerOf(length(*total_ms))
        }
        (Kind::Timer, _) => Item::Timer(&entry.label),
        (Kind::Alarm, When::At { due, repeat, .. }) => Item::Alarm(due.time(), repeat.weekdays()),
        (Kind::Alarm, When::After { total_ms, .. }) => Item::AlarmOf(length(*total_ms)),
        (Kind::Reminder, _) => Item::Reminder(&entry.label),
        (Kind::Command, _) => Item::Command(order(entry, None)),
    }
}

/// The name of an entry, in words.
#[must_use]
pub fn name(entry: &Entry) -> String {
    Phrase::Item(item(entry)).said()
}

/// What is said of an entry beside others: its name, or what is left where the
/// name alone would not tell them apart.
#[must_use]
pub fn choice(entry: &Entry, among: &[&Entry], now: &Moment) -> String {
    let own = name(entry);
    let same = among.iter().filter(|other| name(other) == own).count();
    let phrase = match &entry.when {
        _ if entry.kind == Kind::Command => {
            Phrase::Item(Item::Command(order(entry, Some(command_due(entry, now)))))
        }
        _ if same < 2 => Phrase::The(item(entry)),
        When::After { .. } => Phrase::OneWithLeft(left(entry, now)),
        When::At { .. } => Phrase::OneDue(alarm_due(entry, now)),
    };
    phrase.said()
}

/// What is left of an entry, in seconds as they are said.
#[must_use]
pub fn left(entry: &Entry, now: &Moment) -> u64 {
    seconds(entry.left_ms(now))
}

/// The length of an entry in whole seconds, as it was given.
#[must_use]
pub fn length(ms: u64) -> u64 {
    (ms.saturating_add(500) / 1_000).clamp(1, u32::MAX.into())
}

/// Whole seconds, and of long stretches whole minutes, as people say them.
#[must_use]
pub fn seconds(ms: u64) -> u64 {
    let unit = if ms <= EXACT_MS { 1_000 } else { 60_000 };
    let seconds = (ms.saturating_add(unit / 2) / unit) * (unit / 1_000);
    seconds.clamp(1, u32::MAX.into())
}

/// An entry and how far it has come.
#[must_use]
pub fn told<'e>(entry: &'e Entry, now: &Moment) -> Told<'e> {
    let item = match entry.kind {
        Kind::Command => Item::Command(order(entry, Some(command_due(entry, now)))),
        _ => item(entry),
    };
    Told {
        item,
        standing: standing(entry, now),
    }
}

/// An entry and how far it has come, as a clause.
#[must_use]
pub fn until(entry: &Entry, now: &Moment) -> String {
    Phrase::Told(told(entry, now)).said()
}

/// How far an entry has come, for a table that has its name beside.
#[must_use]
pub fn status(entry: &Entry, now: &Moment) -> String {
    Phrase::Standing(standing(entry, now)).said()
}

fn standing(entry: &Entry, now: &Moment) -> Standing {
    match (&entry.state, entry.kind) {
        (State::Missed { due, .. }, _) => Standing::Missed(DayTime {
            at: *due,
            today: now.local.date(),
        }),
        (State::Ringing { .. }, Kind::Command) => Standing::Begun,
        (State::Ringing { .. }, _) => Standing::Ringing,
        (State::Paused, _) => Standing::Paused(left(entry, now)),
        (State::Waiting, Kind::Timer) => Standing::Left(left(entry, now)),
        (State::Waiting, Kind::Command) => Standing::Set(command_due(entry, now)),
        (State::Waiting, Kind::Alarm | Kind::Reminder) => Standing::Set(alarm_due(entry, now)),
    }
}

impl Kind {
    /// What entries of this kind are called.
    #[must_use]
    pub const fn noun(self) -> Noun {
        match self {
            Self::Timer => Noun::Timer,
            Self::Alarm => Noun::Alarm,
            Self::Reminder => Noun::Reminder,
            Self::Command => Noun::Command,
        }
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

/// Lower-case words without punctuation and without those that tell no timer
/// from another.
fn plain(text: &str) -> String {
    let text = text.to_lowercase();
    let around = spoken().control().around_name;
    let words = text
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty() && !around.contains(word));
    words.collect::<Vec<_>>().join(" ")
}
