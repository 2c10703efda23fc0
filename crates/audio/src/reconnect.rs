//! Reconnects a sound card: retries opening until it succeeds, and abandons a dead
//! stream. Both directions of sound use this.
//!
//! The system's sound library may hang in any call: libpulse deadlocks when its
//! server is killed during recording, and closing that stream never returns. So
//! cards are opened and closed by detached threads. These are counted, because each
//! that hangs costs memory, and a process with too many of them must be restarted.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::DeviceChange;
use super::line::world_time;

/// Interval between attempts to open a missing card.
const REST: Duration = Duration::from_secs(1);

/// Time-out of opening; a longer attempt never returns.
const PATIENCE: Duration = Duration::from_secs(10);

/// Time-out of closing at the end of the process.
const GOODBYE: Duration = Duration::from_secs(1);

/// Limit of threads that open or close cards, including hanging ones. A killed
/// sound server leaves two behind, with a few hundred kilobytes.
const MOST: usize = 16;

/// The number of such threads.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

type Opener<T> = Arc<dyn Fn(&str) -> Result<T, String> + Send + Sync>;

/// A card by its name: open, or being reconnected.
pub(super) struct Reconnecting<T: Send + 'static> {
    device: String,
    open: Opener<T>,
    state: State<T>,
    /// Since when it is in this state.
    since: Instant,
    /// Whether its loss has been reported.
    missing: bool,
    terms: Terms,
}

enum State<T> {
    /// The next attempt is due after a pause.
    Resting(Duration),
    /// A thread is opening it.
    Opening(Receiver<Result<T, String>>),
    Open(Box<T>),
    /// No further attempts.
    GivenUp,
}

#[derive(Clone, Copy)]
struct Terms {
    rest: Duration,
    patience: Duration,
    most: usize,
    at_work: &'static AtomicUsize,
}

/// The progress since the last call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// None.
    Same,
    /// The card is open.
    Opened,
    /// It could not be opened, for this reason; it will be retried.
    Failed(String),
    /// Too many threads hang: no further attempts.
    GaveUp,
}

impl<T: Send + 'static> Reconnecting<T> {
    /// Opening begins with the first [`Reconnecting::look`].
    pub(super) fn new(
        device: String,
        open: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
    ) -> Self {
        let terms = Terms {
            rest: REST,
            patience: PATIENCE,
            most: MOST,
            at_work: &AT_WORK,
        };
        Self::on_terms(device, open, terms)
    }

    fn on_terms(
        device: String,
        open: impl Fn(&str) -> Result<T, String> + Send + Sync + 'static,
        terms: Terms,
    ) -> Self {
        Self {
            device,
            open: Arc::new(open),
            state: State::Resting(Duration::ZERO),
            since: world_time(),
            missing: false,
            terms,
        }
    }

    /// Its name in the configuration.
    pub(super) fn device(&self) -> &str {
        &self.device
    }

    /// The card, if it is open.
    pub(super) const fn card(&self) -> Option<&T> {
        match &self.state {
            State::Open(card) => Some(card),
            _ => None,
        }
    }

    /// The same, mutable.
    pub(super) const fn card_mut(&mut self) -> Option<&mut T> {
        match &mut self.state {
            State::Open(card) => Some(card),
            _ => None,
        }
    }

    /// Since when it is open, or closed.
    pub(super) const fn since(&self) -> Instant {
        self.since
    }

    /// Whether its loss has been reported, but not its return.
    pub(super) const fn missing(&self) -> bool {
        self.missing
    }

    /// Continues reconnecting. Never waits.
    pub(super) fn look(&mut self) -> Search {
        let now = world_time();
        let waited = now - self.since;
        match &self.state {
            State::Resting(rest) if *rest <= waited => self.begin(),
            State::Opening(opened) => match opened.try_recv() {
                Ok(opened) => self.tried(opened),
                Err(TryRecvError::Empty) if waited < self.terms.patience => Search::Same,
                // If it opens later, the thread that opens it closes it.
                Err(TryRecvError::Empty) => self.tried(Err(self.hangs())),
                Err(TryRecvError::Disconnected) => self.tried(Err(self.broke())),
            },
            State::Resting(_) | State::Open(_) | State::GivenUp => Search::Same,
        }
    }

    /// Waits for the end of the first attempt.
    ///
    /// # Errors
    /// Why it failed, for people.
    pub(super) fn wait(&mut self) -> Result<(), String> {
        let mut search = self.look();
        if let State::Opening(opened) = &self.state {
            let opened = match opened.recv_timeout(self.terms.patience) {
                Ok(opened) => opened,
                Err(RecvTimeoutError::Timeout) => Err(self.hangs()),
                Err(RecvTimeoutError::Disconnected) => Err(self.broke()),
            };
            search = self.tried(opened);
        }
        match search {
            Search::Failed(why) => Err(why),
            _ => Ok(()),
        }
    }

    /// Abandons the card, if it is open, and reconnects.
    pub(super) fn leave(&mut self) {
        let rest = State::Resting(self.terms.rest);
        if let State::Open(card) = self.set_state(rest) {
            close(card, self.terms.at_work);
        }
    }

    /// The card has failed: an event, unless that was already reported.
    pub(super) fn lost(&mut self, why: String) -> Option<DeviceChange> {
        let known = std::mem::replace(&mut self.missing, true);
        (!known).then_some(DeviceChange::Lost(why))
    }

    /// The card works: an event, if its loss was reported.
    pub(super) fn works(&mut self) -> Option<DeviceChange> {
        std::mem::take(&mut self.missing).then_some(DeviceChange::Found)
    }

    fn begin(&mut self) -> Search {
        if self.terms.most <= self.terms.at_work.load(Ordering::Acquire) {
            self.set_state(State::GivenUp);
            return Search::GaveUp;
        }
        let (sender, opened) = sync_channel(1);
        let (open, device) = (Arc::clone(&self.open), self.device.clone());
        let job = move || {
            // Too late: the receiver is gone, so the card is closed here.
            let _ = sender.send(open(&device));
        };
        if spawn("sound card", self.terms.at_work, job) {
            self.set_state(State::Opening(opened));
            Search::Same
        } else {
            self.tried(Err("the system cannot start another thread".into()))
        }
    }

    fn tried(&mut self, opened: Result<T, String>) -> Search {
        match opened {
            Ok(card) => {
                self.set_state(State::Open(Box::new(card)));
                Search::Opened
            }
            Err(why) => {
                self.set_state(State::Resting(self.terms.rest));
                Search::Failed(why)
            }
        }
    }

    fn set_state(&mut self, state: State<T>) -> State<T> {
        self.since = world_time();
        std::mem::replace(&mut self.state, state)
    }

    fn hangs(&self) -> String {
        format!(
            "opening the sound card `{}` takes too long\nhint: check whether the sound server hangs",
            self.device
        )
    }

    fn broke(&self) -> String {
        format!("the thread that opens `{}` has ended", self.device)
    }
}

impl<T: Send + 'static> Drop for Reconnecting<T> {
    fn drop(&mut self) {
        if let State::Open(card) = self.set_state(State::GivenUp) {
            let _ = close(card, self.terms.at_work).recv_timeout(GOODBYE);
        }
    }
}

/// Closes a card in a thread of its own; the receiver is disconnected when that is
/// done.
fn close<T: Send + 'static>(card: Box<T>, at_work: &'static AtomicUsize) -> Receiver<()> {
    let (done, closed) = sync_channel::<()>(1);
    // Without a thread it stays open: closing could hang here.
    let card = ManuallyDrop::new(card);
    let job = move || {
        drop(ManuallyDrop::into_inner(card));
        drop(done);
    };
    spawn("sound card end", at_work, job);
    closed
}

/// Starts a thread that is counted while it runs. Gives whether that was possible.
fn spawn(name: &str, at_work: &'static AtomicUsize, job: impl FnOnce() + Send + 'static) -> bool {
    struct Counted(&'static AtomicUsize);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::AcqRel);
        }
    }
    at_work.fetch_add(1, Ordering::AcqRel);
    let counted = Counted(at_work);
    let thread = thread::Builder::new().name(name.into());
    let spawned = thread.spawn(move || {
        let _counted = counted;
        job();
    });
    spawned.is_ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    use super::{Reconnecting, Search, Terms};
    use crate::DeviceChange;

    /// A card whose drop waits for permission and reports that it has ended.
    struct Card {
        leave: Receiver<()>,
        ended: Sender<()>,
    }

    impl Drop for Card {
        fn drop(&mut self) {
            let _ = self.leave.recv();
            let _ = self.ended.send(());
        }
    }

    fn terms(patience: Duration, most: usize) -> Terms {
        Terms {
            rest: Duration::ZERO,
            patience,
            most,
            at_work: Box::leak(Box::new(AtomicUsize::new(0))),
        }
    }

    /// Opens the cards that are handed in; without any, opening hangs.
    fn search<T: Send + 'static>(terms: Terms) -> (Sender<Result<T, String>>, Reconnecting<T>) {
        let (hand, handed) = channel::<Result<T, String>>();
        let handed = Mutex::new(handed);
        let open = move |_: &str| {
            let handed = handed.lock().unwrap_or_else(PoisonError::into_inner);
            handed.recv().unwrap_or_else(|_| Err("it is over".into()))
        };
        (hand, Reconnecting::on_terms("card".into(), open, terms))
    }

    /// The next progress other than none.
    fn next<T: Send>(sought: &mut Reconnecting<T>) -> Search {
        loop {
            match sought.look() {
                Search::Same => std::thread::yield_now(),
                search => return search,
            }
        }
    }

    #[test]
    fn a_card_is_looked_for_until_it_is_there_and_told_once() {
        let (hand, mut sought) = search(terms(Duration::MAX, 4));
        hand.send(Err("none".into())).expect("it is looked for");
        hand.send(Err("still none".into())).expect("as before");
        assert_eq!(next(&mut sought), Search::Failed("none".into()));
        let lost = DeviceChange::Lost("none".into());
        assert_eq!(sought.lost("none".into()), Some(lost));
        assert_eq!(next(&mut sought), Search::Failed("still none".into()));
        assert_eq!(sought.lost("still none".into()), None);
        assert!(sought.missing() && sought.card().is_none());
        hand.send(Ok(7)).expect("as before");
        assert_eq!(next(&mut sought), Search::Opened);
        assert_eq!(sought.card(), Some(&7));
        assert_eq!(sought.works(), Some(DeviceChange::Found));
        assert_eq!(sought.works(), None);
    }

    #[test]
    fn a_card_whose_end_hangs_holds_up_nobody() {
        let (hand, mut sought) = search(terms(Duration::MAX, 4));
        let (ended, ends) = channel();
        let (let_go, leave) = channel();
        let first = Card {
            leave,
            ended: ended.clone(),
        };
        hand.send(Ok(first))
            .map_err(drop)
            .expect("it is looked for");
        assert_eq!(next(&mut sought), Search::Opened);
        sought.leave();
        let (_, leave) = channel();
        let second = Card { leave, ended };
        hand.send(Ok(second)).map_err(drop).expect("as before");
        assert_eq!(next(&mut sought), Search::Opened);
        assert!(ends.try_recv().is_err(), "the first one still hangs");
        let_go.send(()).expect("it does");
        ends.recv().expect("its end");
        drop(sought);
        ends.recv().expect("the end of the second");
    }

    #[test]
    fn an_opening_that_hangs_is_left_behind_but_not_for_ever() {
        let terms = terms(Duration::ZERO, 2);
        let (hand, mut sought) = search::<i32>(terms);
        for _ in 0..2 {
            let Search::Failed(why) = next(&mut sought) else {
                panic!("it hangs");
            };
            assert!(why.contains("takes too long"), "{why}");
        }
        assert_eq!(next(&mut sought), Search::GaveUp);
        assert_eq!(sought.look(), Search::Same);
        drop(hand);
    }

    #[test]
    fn whoever_waits_is_told_why() {
        let (hand, mut sought) = search::<i32>(terms(Duration::MAX, 2));
        hand.send(Err("none".into())).expect("it is looked for");
        assert_eq!(sought.wait(), Err("none".into()));
        hand.send(Ok(1)).expect("as before");
        assert_eq!(sought.wait(), Ok(()));
    }
}
