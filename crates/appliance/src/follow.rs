//! Keeps Home Assistant's names: reads them on a thread of its own, writes them
//! where the configuration finds them, and says when they have changed. While Home
//! Assistant is away the last ones stay.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use mynah_actions::registry::{self, Trouble};
use mynah_config::house;
use mynah_core::language::carried;
use mynah_core::model::HomeAssistant;

/// The pause after a first failure; each further one takes twice as long.
const FIRST: Duration = Duration::from_secs(1);
/// And no longer than that, so that a Home Assistant that is back is noticed: trying
/// costs it nothing.
const LONGEST: Duration = Duration::from_secs(5);

/// Between two looks whether the configuration wants names, or has another token.
const UNWANTED: Duration = Duration::from_secs(5);

/// Follows one Home Assistant; dropping it ends that within a second.
pub struct Follower {
    stopped: Arc<AtomicBool>,
    /// Hangs up to end a pause.
    _pause: Sender<()>,
}

impl Follower {
    /// Begins to keep the names of the house that `house` gives at the time, if any,
    /// in the file `kept`. `changed` is called on the follower's thread whenever
    /// others stand there than before, and says whether they count; otherwise it is
    /// called again with the next reading.
    #[must_use]
    pub fn start(
        house: impl Fn() -> Option<HomeAssistant> + Send + 'static,
        kept: PathBuf,
        changed: impl FnMut() -> bool + Send + 'static,
    ) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let (pause, ended) = channel();
        let thread = Thread {
            house: Box::new(house),
            kept,
            changed: Box::new(changed),
            owed: false,
            stopped: Arc::clone(&stopped),
            ended,
        };
        let started = thread::Builder::new()
            .name("home-assistant".into())
            .spawn(carried(move || thread.run()));
        if let Err(error) = started {
            tracing::error!("no thread to follow Home Assistant: {error}");
        }
        Self {
            stopped,
            _pause: pause,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
    }
}

struct Thread {
    house: Box<dyn Fn() -> Option<HomeAssistant> + Send>,
    kept: PathBuf,
    changed: Box<dyn FnMut() -> bool + Send>,
    /// The kept names do not count yet.
    owed: bool,
    stopped: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Thread {
    fn run(mut self) {
        let mut pause = FIRST;
        let mut told = String::new();
        while !self.is_stopped() {
            let Some(house) = (self.house)() else {
                if !self.rest(UNWANTED) {
                    return;
                }
                continue;
            };
            let mut reached = false;
            let trouble = self.follow(&house, &mut reached);
            if reached {
                pause = FIRST;
                told.clear();
            }
            let Err(trouble) = trouble else {
                continue;
            };
            let why = trouble.to_string();
            if why != told {
                tracing::warn!("{why}; the last known names are used until then");
                told = why;
            }
            let went_on = match trouble {
                Trouble::Refused(_) => self.other_token(&house),
                _ => self.rest(pause),
            };
            if !went_on {
                return;
            }
            pause = (pause * 2).min(LONGEST);
        }
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// Until the connection ends; `reached` says whether there was one.
    fn follow(&mut self, house: &HomeAssistant, reached: &mut bool) -> Result<(), Trouble> {
        let Self {
            house: wanted,
            kept,
            changed,
            owed,
            stopped,
            ..
        } = self;
        let goes_on = || !stopped.load(Ordering::Acquire) && wanted().as_ref() == Some(house);
        let domains = registry::DOMAINS.map(str::to_owned);
        registry::follow(house, &goes_on, &mut |things| {
            *reached = true;
            let lists = registry::lists(&things.harmless(), &domains);
            match keep(kept, &house.url, &lists) {
                Ok(true) => {
                    tracing::info!(lists = lists.len(), "the names of Home Assistant changed");
                    *owed = true;
                }
                Ok(false) => {}
                Err(error) => tracing::error!(
                    "cannot keep the names of Home Assistant in `{}`: {error}",
                    kept.display()
                ),
            }
            if *owed && changed() {
                *owed = false;
            }
            goes_on()
        })
    }

    /// Waits; false when the follower ended meanwhile.
    fn rest(&self, pause: Duration) -> bool {
        self.ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout)
    }

    /// Waits until another token stands in its file: Home Assistant bans an address
    /// that brings a wrong one again and again.
    fn other_token(&self, house: &HomeAssistant) -> bool {
        let token = || std::fs::read(&house.token_file).unwrap_or_default();
        let refused = token();
        while token() == refused && (self.house)().as_ref() == Some(house) {
            if !self.rest(UNWANTED) {
                return false;
            }
        }
        true
    }
}

/// Whether the names are others than those that were kept.
fn keep(kept: &Path, url: &str, lists: &house::Followed) -> std::io::Result<bool> {
    // A damaged file is written anew.
    let before = house::read(kept, url).unwrap_or_default();
    let mut now = lists.clone();
    now.sort_by(|(one, _), (other, _)| one.cmp(other));
    if before == now {
        return Ok(false);
    }
    house::write(kept, url, &now)?;
    Ok(true)
}
