//! The appliance as somebody at a screen operates it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use mynah_appliance::runtime::inbox::Inbox;
use mynah_appliance::runtime::orders;
use mynah_appliance::runtime::sessions::Sessions;
use mynah_core::model::LlmBackend;
use mynah_core::timers::name;
use mynah_serve::assistant::Unavailable;
use mynah_serve::console::{Console, NotTaken, Order, State, Timer};

use crate::reload::Reloader;

/// Suggested sentences on a page.
const SUGGESTIONS: usize = 6;

/// The appliance's desk.
pub(super) struct Desk {
    sessions: Sessions,
    inbox: Option<SyncSender<Inbox>>,
    reloader: Arc<Reloader>,
    host: Option<String>,
    muted: AtomicBool,
}

impl Desk {
    /// The desk of a running appliance. Without an `inbox` there is no
    /// microphone and no loudspeaker.
    #[must_use]
    pub(super) fn new(
        sessions: Sessions,
        inbox: Option<SyncSender<Inbox>>,
        reloader: Arc<Reloader>,
    ) -> Self {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").ok();
        Self {
            sessions,
            inbox,
            reloader,
            host: host.map(|host| host.trim().to_lowercase()),
            muted: AtomicBool::new(false),
        }
    }
}

impl Console for Desk {
    fn state(&self) -> State {
        let keeper = self.sessions.keeper();
        let settings = self.sessions.settings();
        let timers = keeper.look(|book, now| {
            let timer = |entry: &mynah_core::timers::Entry| Timer {
                id: entry.id,
                kind: entry.kind,
                text: name(entry),
                left_s: entry.left_ms(now).div_ceil(1_000),
            };
            let mut timers: Vec<Timer> = book.entries().iter().map(timer).collect();
            timers.sort_by_key(|timer| timer.left_s);
            timers
        });
        State {
            muted: self.muted.load(Ordering::Relaxed),
            volume: keeper.gain().percent(),
            timers,
            llm: (settings.llm.backend != LlmBackend::None).then(|| settings.llm.model.clone()),
            temperature_c: temperature(),
            memory_bytes: memory(),
        }
    }

    fn names(&self) -> Vec<String> {
        let host = self.host.iter();
        host.flat_map(|host| [host.clone(), format!("{host}.local")])
            .collect()
    }

    /// The first tests of the file that ask for something: its owner wrote them
    /// as examples.
    fn suggestions(&self) -> Vec<String> {
        let settings = self.sessions.settings();
        let examples = settings
            .tests
            .iter()
            .filter(|test| test.intent != "none" && test.intent != "asks");
        let mut seen = std::collections::HashSet::new();
        examples
            .filter(|test| seen.insert(test.intent.as_str()))
            .map(|test| test.say.clone())
            .take(SUGGESTIONS)
            .collect()
    }

    fn order(&self, order: Order) -> Result<(), Unavailable> {
        let order = match order {
            Order::Volume(percent) => {
                self.sessions.keeper().set_volume(percent);
                return Ok(());
            }
            Order::Mute(on) => {
                self.muted.store(on, Ordering::Relaxed);
                orders::Order::Mute(on)
            }
            Order::Say(text) => orders::Order::Say(text),
            Order::Listen => orders::Order::Listen,
            Order::Stop => orders::Order::Stop,
        };
        let inbox = self.inbox.as_ref();
        let inbox = inbox.ok_or(Unavailable::NotOffered("a microphone and a loudspeaker"))?;
        inbox
            .try_send(Inbox::Order(order))
            .map_err(|_| Unavailable::Busy)
    }

    fn cancel(&self, id: u64) -> Result<bool, Unavailable> {
        let keeper = self.sessions.keeper();
        let changed = keeper.change(|book, _| book.cancel(id).is_some());
        if changed.kept {
            Ok(changed.value)
        } else {
            tracing::error!("a cancelled entry could not be written down");
            Err(Unavailable::Broken)
        }
    }

    fn config(&self) -> Result<String, Unavailable> {
        let source = self.reloader.source();
        source.map(|source| source.text).map_err(|error| {
            tracing::error!("{error}");
            Unavailable::Broken
        })
    }

    fn replace_config(&self, text: &str) -> Result<Vec<&'static str>, NotTaken> {
        self.reloader.save(text)
    }
}

/// Of the first thermal zone, which is the processor's on a Raspberry Pi.
fn temperature() -> Option<f32> {
    let text = fs::read_to_string("/sys/class/thermal/thermal_zone0/temp").ok()?;
    let milli: f32 = text.trim().parse().ok()?;
    Some(milli / 1000.0)
}

/// Resident memory of this process.
fn memory() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
