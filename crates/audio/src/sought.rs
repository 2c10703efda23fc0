//! A sound card that is looked for until it is there, and left behind when it
//! is dead. Both directions of sound hold their card through this.
//!
//! The system's sound library may hang in any call: libpulse dead-locks with
//! itself when its server is killed while it records, and whoever closes that
//! stream waits for ever. So cards are opened and closed by threads that
//! nobody waits for. They are counted, because each that hangs costs memory,
//! and a process with too many of them must begin anew.

use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::DeviceChange;
use super::line::world_time;

/// A missing sound card is looked for this often.
const REST: Duration = Duration::from_secs(1);

/// Opening a card takes less, or does not end.
const PATIENCE: Duration = Duration::from_secs(10);

/// At the end of the process a card has so long to be closed.
const GOODBYE: Duration = Duration::from_secs(1);

/// Threads that may be at work on sound cards at once, those that hang
/// included. A killed sound server leaves two behind, with a few hundred
/// kilobytes.
const MOST: usize = 16;

/// How many are.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

type Opener<T> = Arc<dyn Fn(&str) -> Result<T, String> + Send + Sync>;

/// A card by its name, open or sought.
pub(super) struct Sought<T: Send + 'static> {
    device: String,
    open: Opener<T>,
    state: State<T>,
    /// Since when it is in this state.
    since: Instant,
    /// Whether its loss has been told.
    missing: bool,
    terms: Terms,
}

enum State<T> {
    /// It will be looked for when the rest is over.
    Resting(Duration),
    /// A thread opens it.
    Opening(Receiver<Result<T, String>>),
    Open(Box<T>),
    /// Nobody looks for it any more.
    GivenUp,
}

#[derive(Clone, Copy)]
struct Terms {
    rest: Duration,
    patience: Duration,
    most: usize,
    at_work: &'static AtomicUsize,
}

/// What has become of the search since it was asked last.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Nothing.
    Same,
    /// The card is open.
    Opened,
    /// It could not be opened, for this reason; it will be tried again.
    Failed(String),
    /// Too many threads hang: it is not looked for any more.
    GaveUp,
}

impl<T: Send + 'static> Sought<T> {
    /// A card that is looked for from the first [`Sought::look`] on.
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

    /// The same, to work with.
    pub(super) const fn card_mut(&mut self) -> Option<&mut T> {
        match &mut self.state {
            State::Open(card) => Some(card),
            _ => None,
        }
    }

    /// Since when it is open, or is not.
    pub(super) const fn since(&self) -> Instant {
        self.since
    }

    /// Whether its loss has been told, and not its return.
    pub(super) const fn missing(&self) -> bool {
        self.missing
    }

    /// Goes on with the search. Never waits.
    pub(super) fn look(&mut self) -> Search {
        let now = world_time();
        let waited = now - self.since;
        match &self.state {
            State::Resting(rest) if *rest <= waited => self.begin(),
            State::Opening(opened) => match opened.try_recv() {
                Ok(opened) => self.tried(opened),
                Err(TryRecvError::Empty) if waited < self.terms.patience => Search::Same,
                // What it opens yet is closed by the thread that opens it.
                Err(TryRecvError::Empty) => self.tried(Err(self.hangs())),
                Err(TryRecvError::Disconnected) => self.tried(Err(self.broke())),
            },
            State::Resting(_) | State::Open(_) | State::GivenUp => Search::Same,
        }
    }

    /// Waits for the end of the first try.
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

    /// Leaves the card behind, if it is open, and looks for it anew.
    pub(super) fn leave(&mut self) {
        let rest = State::Resting(self.terms.rest);
        if let State::Open(card) = self.become_(rest) {
            close(card, self.terms.at_work);
        }
    }

    /// It does not work: news, if that was not told yet.
    pub(super) fn lost(&mut self, why: String) -> Option<DeviceChange> {
        let known = std::mem::replace(&mut self.missing, true);
        (!known).then_some(DeviceChange::Lost(why))
    }

    /// It works: news, if its loss was told.
    pub(super) fn works(&mut self) -> Option<DeviceChange> {
        std::mem::take(&mut self.missing).then_some(DeviceChange::Found)
    }

    fn begin(&mut self) -> Search {
        if self.terms.most <= self.terms.at_work.load(Ordering::Acquire) {
            self.become_(State::GivenUp);
            return Search::GaveUp;
        }
        let (sender, opened) = sync_channel(1);
        let (open, device) = (Arc::clone(&self.open), self.device.clone());
        let job = move || {
            // A card that nobody waits for any more is closed here.
            let _ = sender.send(open(&device));
        };
        if spawn("sound card", self.terms.at_work, job) {
            self.become_(State::Opening(opened));
            Search::Same
        } else {
            self.tried(Err("the system has no room for a thread".into()))
        }
    }

    fn tried(&mut self, opened: Result<T, String>) -> Search {
        match opened {
            Ok(card) => {
                self.become_(State::Open(Box::new(card)));
                Search::Opened
            }
            Err(why) => {
                self.become_(State::Resting(self.terms.rest));
                Search::Failed(why)
            }
        }
    }

    fn become_(&mut self, state: State<T>) -> State<T> {
        self.since = world_time();
        std::mem::replace(&mut self.state, state)
    }

    fn hangs(&self) -> String {
        format!(
            "opening the sound card `{}` takes too long\nhint: does the sound server hang?",
            self.device
        )
    }

    fn broke(&self) -> String {
        format!("the thread that opens `{}` has ended", self.device)
    }
}

impl<T: Send + 'static> Drop for Sought<T> {
    fn drop(&mut self) {
        if let State::Open(card) = self.become_(State::GivenUp) {
            let _ = close(card, self.terms.at_work).recv_timeout(GOODBYE);
        }
    }
}

/// Closes a card in a thread of its own; the receiver falls silent when that
/// is done.
fn close<T: Send + 'static>(card: Box<T>, at_work: &'static AtomicUsize) -> Receiver<()> {
    let (done, closed) = sync_channel::<()>(1);
    // Without room for a thread it stays open: closing could hang right here.
    let card = ManuallyDrop::new(card);
    let job = move || {
        drop(ManuallyDrop::into_inner(card));
        drop(done);
    };
    spawn("sound card end", at_work, job);
    closed
}

/// Starts a thread that is counted as long as it runs; whether that was
/// possible.
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

    use super::{Search, Sought, Terms};
    use crate::DeviceChange;

    /// A card whose end waits for leave, and says that it has come.
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

    /// A search among what is handed in; without anything, opening hangs.
    fn search<T: Send + 'static>(terms: Terms) -> (Sender<Result<T, String>>, Sought<T>) {
        let (hand, handed) = channel::<Result<T, String>>();
        let handed = Mutex::new(handed);
        let open = move |_: &str| {
            let handed = handed.lock().unwrap_or_else(PoisonError::into_inner);
            handed.recv().unwrap_or_else(|_| Err("it is over".into()))
        };
        (hand, Sought::on_terms("card".into(), open, terms))
    }

    /// What comes of the search, whenever it comes.
    fn next<T: Send>(sought: &mut Sought<T>) -> Search {
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
