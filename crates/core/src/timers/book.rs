//! Every timer, alarm, reminder and scheduled command, and what becomes of
//! them. Pure: time is an argument.

use jiff::civil::{Date, Time};

use super::days::Days;
use super::entry::{Entry, Kind, State, When, next};
use super::moment::{Anchor, Moment};
use crate::turn::{Due, Intent};

/// More than this nobody set on purpose.
pub const MAX_ENTRIES: usize = 200;

/// A jump of the wall clock worth the name, in milliseconds. Less is the
/// clock being steered.
const JUMP_MS: u64 = 2_000;

/// The longest that anything is kept waiting: a year.
const MAX_LEFT_MS: u64 = 366 * 86_400_000;

/// All entries, and the volume.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    pub(super) entries: Vec<Entry>,
    /// The id that the next entry gets.
    pub(super) next_id: u64,
    /// 0..=100, once somebody has said one.
    pub(super) volume: Option<u8>,
}

impl Book {
    /// A book as it was kept: its entries, the id of the next one, and the
    /// volume in percent if somebody has set it.
    #[must_use]
    pub fn kept(entries: Vec<Entry>, next_id: u64, volume: Option<u8>) -> Self {
        Self {
            entries,
            next_id,
            volume,
        }
    }

    /// The id that the next entry gets.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// All entries, in the order they were set.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of that id.
    #[must_use]
    pub fn entry(&self, id: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The volume of the appliance's voice in percent.
    #[must_use]
    pub fn volume(&self) -> Option<u8> {
        self.volume
    }

    /// Sets the volume.
    pub fn set_volume(&mut self, percent: u8) {
        self.volume = Some(percent.min(100));
    }

    /// Something that rings `ms` from now. `None` when there are too many.
    pub fn set_after(&mut self, kind: Kind, label: &str, ms: u64, now: &Moment) -> Option<u64> {
        let ms = ms.clamp(1, MAX_LEFT_MS);
        let when = When::After {
            total_ms: ms,
            left_ms: ms,
            from: Anchor::at(now),
        };
        self.add(kind, label, when)
    }

    /// Something that rings when the clock shows `time`: on `date`, else on
    /// the next of `repeat`, else the next time that it does. `None` when
    /// there are too many, or that day and time are over.
    pub fn set_at(
        &mut self,
        kind: Kind,
        label: &str,
        (time, date, repeat): (Time, Option<Date>, Days),
        now: &Moment,
    ) -> Option<u64> {
        let due = date.map_or_else(
            || next(time, repeat, now.local),
            |day| day.to_datetime(time),
        );
        if due <= now.local {
            return None;
        }
        let when = When::At {
            due,
            undated: date.is_none(),
            repeat,
            set: Anchor::at(now),
        };
        self.add(kind, label, when)
    }

    /// Makes an entry a command: `intent` is carried out when it is due, and
    /// `says` is how a person says it.
    pub fn carry(&mut self, id: u64, intent: Intent, says: &str) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) {
            entry.kind = Kind::Command;
            says.clone_into(&mut entry.label);
            entry.command = Some(Intent {
                when: None,
                ..intent
            });
        }
    }

    fn add(&mut self, kind: Kind, label: &str, when: When) -> Option<u64> {
        if MAX_ENTRIES <= self.entries.len() {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        self.entries.push(Entry {
            id,
            kind,
            label: label.trim().to_lowercase(),
            when,
            state: State::Waiting,
            command: None,
            outdated: false,
        });
        Some(id)
    }

    /// Marks the commands for later that `changed` names, and gives what they are
    /// called.
    pub fn outdate(&mut self, changed: &dyn Fn(&Intent) -> bool) -> Vec<String> {
        let is_changed = |entry: &&mut Entry| entry.command.as_ref().is_some_and(changed);
        let outdated = self.entries.iter_mut().filter(is_changed);
        outdated
            .map(|entry| {
                entry.outdated = true;
                entry.label.clone()
            })
            .collect()
    }

    /// Takes an entry out, ringing or not, for good.
    pub fn cancel(&mut self, id: u64) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.id == id)?;
        Some(self.entries.remove(at))
    }

    /// Holds a running timer. False when it does not run.
    pub fn pause(&mut self, id: u64, now: &Moment) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let left = entry.left_ms(now);
        let When::After { left_ms, .. } = &mut entry.when else {
            return false;
        };
        let runs = entry.state == State::Waiting;
        if runs {
            *left_ms = left;
            entry.state = State::Paused;
        }
        runs
    }

    /// Lets a held timer run on. False when it was not held.
    pub fn resume(&mut self, id: u64, now: &Moment) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let When::After { from, .. } = &mut entry.when else {
            return false;
        };
        let held = entry.state == State::Paused;
        if held {
            *from = Anchor::at(now);
            entry.state = State::Waiting;
        }
        held
    }

    /// Gives a timer more time, or takes some; one that rings runs again.
    /// False when it has no stretch of time, or none would be left.
    pub fn extend(&mut self, id: u64, by_ms: i64, now: &Moment) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let left = entry.left_ms(now).saturating_add_signed(by_ms);
        let When::After {
            total_ms,
            left_ms,
            from,
        } = &mut entry.when
        else {
            return false;
        };
        if left == 0 || MAX_LEFT_MS < left {
            return false;
        }
        *total_ms = total_ms.saturating_add_signed(by_ms).max(left);
        *left_ms = left;
        *from = Anchor::at(now);
        if entry.state != State::Paused {
            entry.state = State::Waiting;
        }
        true
    }

    /// Lets a timer run from the beginning. False when it has no stretch of
    /// time.
    pub fn restart(&mut self, id: u64, now: &Moment) -> bool {
        let total = self.entry(id).and_then(Entry::total_ms);
        total.is_some_and(|total| self.set_left(id, total, now))
    }

    /// Gives a timer a new stretch of time, from now on. False when it has
    /// none.
    pub fn set_left(&mut self, id: u64, ms: u64, now: &Moment) -> bool {
        let ms = ms.clamp(1, MAX_LEFT_MS);
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let stretch = matches!(entry.when, When::After { .. });
        if stretch {
            entry.when = When::After {
                total_ms: ms,
                left_ms: ms,
                from: Anchor::at(now),
            };
            entry.state = State::Waiting;
        }
        stretch
    }

    /// Moves what goes by the clock on the wall to another time, and perhaps
    /// day: without one it stays on its day, or on the days of its repetition.
    /// False when that would be over.
    pub fn move_to(&mut self, id: u64, (time, date): (Time, Option<Date>), now: &Moment) -> bool {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.id == id) else {
            return false;
        };
        let When::At {
            due,
            undated,
            repeat,
            set,
        } = &mut entry.when
        else {
            return false;
        };
        let day = date.unwrap_or_else(|| due.date());
        let mut to = day.to_datetime(time);
        if date.is_none() && (!repeat.is_once() || *undated && to <= now.local) {
            to = next(time, *repeat, now.local);
        }
        let ahead = now.local < to;
        if ahead {
            *due = to;
            *undated &= date.is_none();
            *set = Anchor::at(now);
            entry.state = State::Waiting;
        }
        ahead
    }

    /// Leaves the next occurrence of a repeated entry out. False when it comes
    /// only once.
    pub fn skip(&mut self, id: u64, now: &Moment) -> bool {
        let mut entries = self.entries.iter_mut();
        let entry = entries.find(|entry| entry.id == id);
        entry.is_some_and(|entry| entry.again(now))
    }

    /// What rings.
    #[must_use]
    pub fn ringing(&self) -> Vec<&Entry> {
        let rings = |entry: &&Entry| {
            entry.kind != Kind::Command && matches!(entry.state, State::Ringing { .. })
        };
        self.entries.iter().filter(rings).collect()
    }

    /// The commands that are due and not yet carried out, in the order set.
    #[must_use]
    pub fn due(&self) -> Vec<Due> {
        let begun = |entry: &&Entry| matches!(entry.state, State::Ringing { .. });
        let due = |entry: &Entry| {
            let intent = entry.command.clone()?;
            Some(Due {
                id: entry.id,
                intent,
            })
        };
        self.entries.iter().filter(begun).filter_map(due).collect()
    }

    /// What was missed and is still to be told.
    #[must_use]
    pub fn missed(&self) -> Vec<&Entry> {
        let missed = |entry: &&Entry| matches!(entry.state, State::Missed { .. });
        self.entries.iter().filter(missed).collect()
    }

    /// These rang to somebody's satisfaction, or were told: they are over.
    pub fn done(&mut self, ids: &[u64], now: &Moment) {
        self.entries.retain_mut(|entry| {
            let over = matches!(entry.state, State::Ringing { .. } | State::Missed { .. });
            !(over && ids.contains(&entry.id)) || entry.again(now)
        });
    }

    /// Everything that rings is to ring again `ms` from now. Gives what that
    /// was.
    pub fn snooze(&mut self, ms: u64, now: &Moment) -> Vec<Entry> {
        let rang: Vec<Entry> = self.ringing().into_iter().cloned().collect();
        for entry in &rang {
            self.done(&[entry.id], now);
            self.set_after(entry.kind, &entry.label, ms, now);
        }
        rang
    }

    /// What time has brought: what is due rings in this `session`, or is begun
    /// if it is a command; what is due for too long, has rung for too long, or
    /// rang in another session is missed. What was not due `watched_ms` ago is no later than that, even
    /// when summer time has left out an hour since. True when something
    /// changed.
    pub fn tick(&mut self, session: u64, watched_ms: Option<u64>, now: &Moment) -> bool {
        let watched = watched_ms.unwrap_or(u64::MAX);
        let mut changed = false;
        for entry in &mut self.entries {
            let due = entry.due(now);
            let next = match &entry.state {
                State::Waiting => entry.late_ms(now).map(|late| {
                    if late.min(watched) <= entry.kind.late_ms() {
                        State::Ringing {
                            session,
                            since: Anchor::at(now),
                        }
                    } else {
                        State::Missed { due, begun: false }
                    }
                }),
                State::Ringing { session: by, since } => {
                    let over = entry.kind.rings_ms() <= since.elapsed_ms(now);
                    (over || *by != session).then_some(State::Missed { due, begun: true })
                }
                State::Paused | State::Missed { .. } => None,
            };
            if let Some(state) = next {
                entry.state = state;
                changed = true;
            }
        }
        changed
    }

    /// Nobody has looked after it for a while: what rang then, or is due for
    /// too long, is missed. What is late by less is left for the next tick.
    pub fn after_absence(&mut self, now: &Moment) {
        for entry in &mut self.entries {
            let begun = matches!(entry.state, State::Ringing { .. });
            let late = entry.kind.late_ms();
            let missed = match &entry.state {
                State::Waiting => entry.late_ms(now).is_some_and(|by| late < by),
                State::Ringing { .. } => true,
                State::Paused | State::Missed { .. } => false,
            };
            if missed {
                entry.state = State::Missed {
                    due: entry.due(now),
                    begun,
                };
            }
        }
    }

    /// Whether [`Book::tick`] would change anything.
    #[must_use]
    pub fn is_due(&self, session: u64, now: &Moment) -> bool {
        self.entries.iter().any(|entry| match &entry.state {
            State::Waiting => entry.late_ms(now).is_some(),
            State::Ringing { session: by, since } => {
                *by != session || entry.kind.rings_ms() <= since.elapsed_ms(now)
            }
            State::Paused | State::Missed { .. } => false,
        })
    }

    /// Compares two readings of the clocks: when the wall clock jumped between
    /// them, what was set by it is set right. True when it jumped.
    pub fn notice_jump(&mut self, before: &Moment, now: &Moment) -> bool {
        if !jumped(before, now) {
            return false;
        }
        for entry in &mut self.entries {
            entry.clock_jumped(now);
        }
        true
    }
}

/// Milliseconds between two looks at the clocks, if the wall clock did not
/// jump between them.
#[must_use]
pub fn watched_ms(before: &Moment, now: &Moment) -> Option<u64> {
    let same = before.boot == now.boot && !jumped(before, now);
    same.then(|| now.mono_ms.saturating_sub(before.mono_ms))
}

/// Whether the wall clock went another way than time did.
#[must_use]
pub fn jumped(before: &Moment, now: &Moment) -> bool {
    let by_wall = now.wall_ms.saturating_sub(before.wall_ms);
    let went = now.mono_ms.saturating_sub(before.mono_ms);
    let went = i64::try_from(went).unwrap_or(i64::MAX);
    before.boot == now.boot && JUMP_MS < by_wall.abs_diff(went)
}
