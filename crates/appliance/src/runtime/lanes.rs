//! The queue of the engine's thread: two lanes, each with a bound. Work of a
//! live microphone goes before everything else.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Who asks for a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// A live microphone.
    Live,
    /// Everybody else.
    Other,
}

/// Why a piece of work was not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused<T> {
    /// Its lane is full.
    Full(T),
    /// Nobody works any more.
    Closed,
}

/// What came of waiting.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<T> {
    Work(T),
    Nothing,
    Closed,
}

/// The two lanes.
pub(super) struct Lanes<T> {
    inner: Mutex<Inner<T>>,
    changed: Condvar,
    /// How much may wait in the lane of microphones, and in the other.
    bounds: (usize, usize),
}

struct Inner<T> {
    live: VecDeque<T>,
    other: VecDeque<T>,
    closed: bool,
}

impl<T> Lanes<T> {
    pub(super) fn new(bounds: (usize, usize)) -> Self {
        Self {
            inner: Mutex::new(Inner {
                live: VecDeque::new(),
                other: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
            bounds,
        }
    }

    /// Takes work in without waiting.
    pub(super) fn push(&self, lane: Lane, work: T) -> Result<(), Refused<T>> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(Refused::Closed);
        }
        let (queue, bound) = match lane {
            Lane::Live => (&mut inner.live, self.bounds.0),
            Lane::Other => (&mut inner.other, self.bounds.1),
        };
        if bound <= queue.len() {
            return Err(Refused::Full(work));
        }
        queue.push_back(work);
        drop(inner);
        self.changed.notify_one();
        Ok(())
    }

    /// Puts back what gave way to a microphone: it is the next of its lane.
    pub(super) fn put_back(&self, work: T) {
        let mut inner = self.lock();
        if !inner.closed {
            inner.other.push_front(work);
        }
    }

    /// Puts back what has more to do and lets other work of a microphone go before.
    pub(super) fn put_behind(&self, work: T) {
        let mut inner = self.lock();
        if !inner.closed {
            inner.live.push_back(work);
        }
    }

    /// The next piece of work; waits for it no longer than `patience`.
    pub(super) fn next(&self, patience: Option<Duration>) -> Next<T> {
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return Next::Closed;
            }
            let Inner { live, other, .. } = &mut *inner;
            if let Some(work) = live.pop_front().or_else(|| other.pop_front()) {
                return Next::Work(work);
            }
            inner = match patience {
                None => {
                    let woken = self.changed.wait(inner);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
                Some(patience) => {
                    let woken = self.changed.wait_timeout(inner, patience);
                    let (inner, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() && inner.is_empty() {
                        return Next::Nothing;
                    }
                    inner
                }
            };
        }
    }

    /// Whether a microphone waits, or nobody may go on.
    pub(super) fn live_waits(&self) -> bool {
        let inner = self.lock();
        inner.closed || !inner.live.is_empty()
    }

    /// Whether anybody waits.
    pub(super) fn waits(&self) -> bool {
        let inner = self.lock();
        !inner.live.is_empty() || !inner.other.is_empty()
    }

    /// Ends the waiting. What still waits is dropped.
    pub(super) fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.live.clear();
        inner.other.clear();
        drop(inner);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Inner<T> {
    fn is_empty(&self) -> bool {
        !self.closed && self.live.is_empty() && self.other.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Lane, Lanes, Next, Refused};

    #[test]
    fn a_microphone_goes_before_all_others() {
        let lanes = Lanes::new((2, 2));
        for (lane, work) in [
            (Lane::Other, "a"),
            (Lane::Live, "b"),
            (Lane::Other, "c"),
            (Lane::Live, "d"),
        ] {
            assert_eq!(lanes.push(lane, work), Ok(()));
        }
        assert_eq!(lanes.push(Lane::Live, "e"), Err(Refused::Full("e")));
        assert_eq!(lanes.push(Lane::Other, "f"), Err(Refused::Full("f")));
        let next = || lanes.next(Some(Duration::ZERO));
        assert!(lanes.live_waits());
        assert_eq!([next(), next()], [Next::Work("b"), Next::Work("d")]);
        assert!(!lanes.live_waits());
        assert_eq!(next(), Next::Work("a"));
        lanes.put_back("a");
        assert_eq!([next(), next()], [Next::Work("a"), Next::Work("c")]);
        assert_eq!(next(), Next::Nothing);
    }

    #[test]
    fn nothing_waits_behind_a_closed_door() {
        let lanes = Lanes::new((2, 2));
        assert_eq!(lanes.push(Lane::Other, "a"), Ok(()));
        lanes.close();
        assert_eq!(lanes.push(Lane::Live, "b"), Err(Refused::Closed));
        assert_eq!(lanes.next(None), Next::Closed);
    }
}
