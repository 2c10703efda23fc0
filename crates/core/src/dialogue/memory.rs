//! What was done a moment ago: for "undo that", "and in the kitchen?" and
//! "no, the bedroom".

use std::collections::VecDeque;

use crate::language::Refusal;
use crate::model::{ActionSpec, Settings};
use crate::turn::{Intent, When};

/// Commands that can be taken back, one after the other.
const MOST: usize = 8;

/// After so long nobody is sure any more what "that" was.
const UNDO_MS: u64 = 5 * 60_000;

/// A fragment continues what was said just before, or nothing.
const RECENT_MS: u64 = 60_000;

/// A reply of some seconds, and the time to answer it.
const MOMENT_MS: u64 = 15_000;

/// One intent that was carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletedIntent {
    /// Which.
    pub intent: Intent,
    /// Whether it worked.
    pub ok: bool,
    /// The changes to the book of timers that it made, by their numbers.
    pub changes: Vec<u64>,
}

impl CompletedIntent {
    /// What takes it back: the inverse of what it did out there, and what it
    /// changed in the book. `None` if it did nothing, or not all of it can be
    /// taken back.
    #[must_use]
    pub fn undoing(&self, settings: &Settings) -> Option<Vec<Intent>> {
        let spec = settings.intent(&self.intent.name).filter(|_| self.ok)?;
        let kept = matches!(self.intent.when, Some(When::After { .. } | When::At { .. }));
        let built_in = matches!(spec.action, Some(ActionSpec::Builtin(_)));
        let mut undo = Vec::new();
        if !kept && !built_in {
            spec.inverse()?;
            undo.push(self.intent.undoing());
        }
        let changes = self.changes.iter();
        undo.extend(changes.map(|change| self.intent.unchanging(*change)));
        (!undo.is_empty()).then_some(undo)
    }
}

/// The commands carried out lately. Times are milliseconds of one clock that
/// only goes forward.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What changed something, the last at the end.
    changes: VecDeque<(u64, Vec<CompletedIntent>)>,
    /// The last command of all.
    recent: Option<(u64, Vec<CompletedIntent>)>,
}

/// What "undo that" comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// Carry these out.
    Take(Vec<Intent>),
    /// Nothing can be taken back; this says why.
    Not(Refusal<'static>),
}

impl Memory {
    /// Takes note of a command that was carried out. What was taken back is
    /// forgotten.
    pub fn note(&mut self, now_ms: u64, deeds: &[CompletedIntent], settings: &Settings) {
        let (undone, done): (Vec<_>, Vec<_>) = deeds
            .iter()
            .cloned()
            .partition(|deed| deed.intent.undone().is_some());
        if !undone.is_empty() {
            self.recent = None;
            if undone.iter().all(|deed| deed.ok) {
                self.changes.pop_back();
            }
        }
        if done.is_empty() {
            return;
        }
        let changes: Vec<CompletedIntent> = done
            .iter()
            .filter(|deed| changes(settings, &deed.intent))
            .cloned()
            .collect();
        if !changes.is_empty() {
            self.changes.push_back((now_ms, changes));
            if MOST < self.changes.len() {
                self.changes.pop_front();
            }
        }
        self.recent = Some((now_ms, done));
    }

    /// Forgets commands with an intent of which `holds` is false, and those before
    /// them: "undo that" means the last one, never one before it.
    pub fn retain(&mut self, holds: &dyn Fn(&Intent) -> bool) {
        let whole = |deeds: &[CompletedIntent]| deeds.iter().all(|deed| holds(&deed.intent));
        let last = self.changes.iter().rposition(|(_, deeds)| !whole(deeds));
        self.changes.drain(..last.map_or(0, |last| last + 1));
        self.recent.take_if(|(_, deeds)| !whole(deeds));
    }

    /// The last command, if it was carried out just now.
    #[must_use]
    pub fn recent(&self, now_ms: u64) -> &[CompletedIntent] {
        match &self.recent {
            Some((at, deeds)) if now_ms.saturating_sub(*at) <= RECENT_MS => deeds,
            _ => &[],
        }
    }

    /// Whether something was changed just now.
    #[must_use]
    pub fn changed_lately(&self, now_ms: u64) -> bool {
        self.changed_within(RECENT_MS, now_ms)
    }

    /// Whether something was changed a moment ago: what a person says next is said of it.
    #[must_use]
    pub fn changed_a_moment_ago(&self, now_ms: u64) -> bool {
        self.changed_within(MOMENT_MS, now_ms)
    }

    fn changed_within(&self, ms: u64, now_ms: u64) -> bool {
        let last = self.changes.back();
        last.is_some_and(|(at, _)| now_ms.saturating_sub(*at) <= ms)
    }

    /// What takes the last change back: all of it, or nothing.
    #[must_use]
    pub fn undo(&self, now_ms: u64, settings: &Settings) -> Undo {
        let Some((_, deeds)) = self
            .changes
            .back()
            .filter(|(at, _)| now_ms.saturating_sub(*at) <= UNDO_MS)
        else {
            return Undo::Not(Refusal::NothingToUndo);
        };
        if deeds.iter().all(|deed| !deed.ok) {
            return Undo::Not(Refusal::NothingWasDone);
        }
        let done = deeds.iter().rev().filter(|deed| deed.ok);
        let undo: Option<Vec<Vec<Intent>>> = done.map(|deed| deed.undoing(settings)).collect();
        undo.map_or(Undo::Not(Refusal::CannotUndo), |undo| {
            Undo::Take(undo.concat())
        })
    }
}

fn changes(settings: &Settings, intent: &Intent) -> bool {
    let action = settings
        .intent(&intent.name)
        .and_then(|spec| spec.action.as_ref());
    action.is_some_and(|action| !action.only_asks())
}
