//! One timer, alarm, reminder or scheduled command.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::days::Days;
use super::moment::{Anchor, Moment};
use crate::turn::Intent;

/// So late, a thing still rings. Later, it is told once: nobody wants to be
/// woken at noon for seven o'clock.
const LATE_MS: u64 = 10 * 60_000;

/// So late, a command is still carried out: a lamp that comes on an hour after
/// it was meant to surprises more than one that stays off.
const COMMAND_LATE_MS: u64 = 2 * 60_000;

/// What is to ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A stretch of time, perhaps with a name.
    Timer,
    /// Wakes.
    Alarm,
    /// Says something.
    Reminder,
    /// An intent that is carried out then; it rings nothing.
    Command,
}

impl Kind {
    /// How long it rings when nobody stops it, in milliseconds.
    #[must_use]
    pub const fn rings_ms(self) -> u64 {
        match self {
            Self::Timer => 5 * 60_000,
            Self::Alarm => 10 * 60_000,
            Self::Reminder => 60_000,
            // It is begun, and waits until the engine has carried it out.
            Self::Command => u64::MAX,
        }
    }

    /// How late it may be and still ring, or be carried out, in milliseconds.
    #[must_use]
    pub(super) const fn late_ms(self) -> u64 {
        match self {
            Self::Timer | Self::Alarm | Self::Reminder => LATE_MS,
            Self::Command => COMMAND_LATE_MS,
        }
    }
}

/// When it is to ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// After a stretch of time, whatever the wall clock does.
    After {
        /// The whole stretch, for its name.
        total_ms: u64,
        /// What was left of it at `from`.
        left_ms: u64,
        /// Since when it runs.
        from: Anchor,
    },
    /// When the clock on the wall shows this.
    At {
        /// Day and time, in whatever zone the machine is in by then.
        due: DateTime,
        /// The day was not said: it is the next time that the clock shows it.
        undated: bool,
        /// Comes again on these days.
        repeat: Days,
        /// When it was set.
        set: Anchor,
    },
}

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// For its time.
    Waiting,
    /// Until somebody resumes it.
    Paused,
    /// It rings, or did when the power went. Of a command: it is begun.
    Ringing {
        /// By whom: after a restart it is another.
        session: u64,
        /// Since when.
        since: Anchor,
    },
    /// It was due and nobody took notice of it, or nobody could.
    Missed {
        /// What the clock on the wall showed when it was due.
        due: DateTime,
        /// It had begun when the power went: of a command nobody knows whether
        /// it was carried out.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        begun: bool,
    },
}

/// One timer, alarm, reminder or scheduled command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Never used twice in one store.
    pub id: u64,
    /// What it is.
    pub kind: Kind,
    /// The timer's name, what the reminder says, or the command as a person
    /// says it; may be empty.
    pub label: String,
    /// Its time.
    pub when: When,
    /// How far it has come.
    pub state: State,
    /// What is carried out; only a command has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<Intent>,
    /// The file has changed what the command does since it was given: it is not
    /// carried out any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outdated: bool,
}

impl Entry {
    /// Milliseconds until it is due; 0 when it is. Of a paused one, what will
    /// be left.
    #[must_use]
    pub fn left_ms(&self, now: &Moment) -> u64 {
        match &self.when {
            When::After { left_ms, .. } if self.state == State::Paused => *left_ms,
            When::After { left_ms, from, .. } => left_ms.saturating_sub(from.elapsed_ms(now)),
            When::At { due, .. } => {
                let left = now.local.duration_until(*due).as_millis();
                u64::try_from(left).unwrap_or(0)
            }
        }
    }

    /// How late it is, in milliseconds, once it is due.
    #[must_use]
    pub fn late_ms(&self, now: &Moment) -> Option<u64> {
        match &self.when {
            When::After { left_ms, from, .. } => from.elapsed_ms(now).checked_sub(*left_ms),
            When::At { due, .. } => {
                let late = due.duration_until(now.local).as_millis();
                u64::try_from(late).ok()
            }
        }
    }

    /// What the clock on the wall shows, or showed, when it is due.
    #[must_use]
    pub fn due(&self, now: &Moment) -> DateTime {
        match (&self.when, &self.state) {
            (_, State::Missed { due, .. }) | (When::At { due, .. }, _) => *due,
            (When::After { .. }, _) => match self.late_ms(now) {
                Some(late) => now.local.saturating_sub(span(late)),
                None => now.local.saturating_add(span(self.left_ms(now))),
            },
        }
    }

    /// Whether it comes again after it rang.
    #[must_use]
    pub fn repeats(&self) -> bool {
        matches!(&self.when, When::At { repeat, .. } if !repeat.is_once())
    }

    /// The wall clock jumped. A stretch of time is measured anew from here, so
    /// that a later power cut finds the right wall clock beside it. Of an
    /// alarm that was set by the wrong clock without its day, the day is found
    /// again.
    pub(super) fn clock_jumped(&mut self, now: &Moment) {
        let left = self.left_ms(now);
        match &mut self.when {
            When::After { left_ms, from, .. }
                if from.of(now) && self.state == State::Waiting && 0 < left =>
            {
                *left_ms = left;
                *from = Anchor::at(now);
            }
            When::At {
                due,
                undated: true,
                repeat,
                set,
            } if set.of(now) && self.state == State::Waiting => {
                let long_past = due.saturating_add(span(self.kind.late_ms())) < now.local;
                let too_far = now.local.saturating_add(1.day()) < *due;
                if long_past || too_far && repeat.is_once() {
                    *due = next(due.time(), *repeat, now.local);
                }
            }
            _ => {}
        }
    }

    /// Whether it comes again on that day of the week.
    #[must_use]
    pub fn repeats_on(&self, day: Weekday) -> bool {
        matches!(&self.when, When::At { repeat, .. } if repeat.has(day))
    }

    /// The whole stretch of time after which it rings; `None` for what goes by
    /// the clock on the wall.
    #[must_use]
    pub fn total_ms(&self) -> Option<u64> {
        match &self.when {
            When::After { total_ms, .. } => Some(*total_ms),
            When::At { .. } => None,
        }
    }

    /// Whether another entry rings the same way at the same times.
    #[must_use]
    pub fn is_twin(&self, other: &Self) -> bool {
        let at = |entry: &Self| match &entry.when {
            When::At { due, repeat, .. } if entry.state == State::Waiting => Some((*due, *repeat)),
            _ => None,
        };
        self.id != other.id
            && self.kind == other.kind
            && self.label == other.label
            && at(self).is_some()
            && at(self) == at(other)
    }

    /// Whether a program could have made it: a command has something to carry
    /// out, and nothing else has.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (self.kind == Kind::Command) == self.command.is_some()
    }

    /// After it rang or was told: true when it comes again, and waits for that.
    pub(super) fn again(&mut self, now: &Moment) -> bool {
        match &mut self.when {
            When::At { due, repeat, .. } if !repeat.is_once() => {
                // Not the same occurrence once more when the clock went back.
                *due = next(due.time(), *repeat, now.local.max(*due));
                self.state = State::Waiting;
                true
            }
            _ => false,
        }
    }
}

/// The first instant after `after` at which the clock shows `time` on one of
/// the days, or on any.
#[must_use]
pub(super) fn next(time: Time, days: Days, after: DateTime) -> DateTime {
    let first = after.date();
    let mut days_on = (0..=7).filter_map(|ahead| first.checked_add(ahead.days()).ok());
    let fits = |date: &Date| {
        (days.is_once() || days.has(date.weekday())) && after < date.to_datetime(time)
    };
    days_on.find(fits).unwrap_or(first).to_datetime(time)
}

fn span(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
}
