//! The appliance as somebody at a screen operates it.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use mynah_appliance::runtime::inbox::Inbox;
use mynah_appliance::runtime::orders;
use mynah_appliance::runtime::sessions::Sessions;
use mynah_core::model::LlmBackend;
use mynah_core::timers::name;
use mynah_serve::assistant::Unavailable;
use mynah_serve::console::{Console, ConsoleOrder, NewIntent, NotTaken, Picture, State, Timer};
use mynah_system::files::{small_file, small_text};

use super::owner;
use crate::reload::Reloader;
use serde_json::Value;

/// The largest picture, and the largest style sheet.
const PICTURE_BYTES: u64 = 8 << 20;
const STYLE_BYTES: u64 = 256 << 10;

/// Suggested sentences on a page.
const SUGGESTIONS: usize = 6;

/// The appliance's desk.
pub(super) struct ApplianceConsole {
    sessions: Sessions,
    inbox: Option<SyncSender<Inbox>>,
    reloader: Arc<Reloader>,
    host: Option<String>,
}

impl ApplianceConsole {
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
        }
    }
}

impl ApplianceConsole {
    fn send(&self, order: orders::RemoteOrder) -> Result<(), Unavailable> {
        let inbox = self.inbox.as_ref();
        let inbox = inbox.ok_or(Unavailable::NotOffered("a microphone and a loudspeaker"))?;
        inbox
            .try_send(Inbox::Order(order))
            .map_err(|_| Unavailable::Busy)
    }
}

impl Console for ApplianceConsole {
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
            microphone: self.inbox.is_some(),
            muted: keeper.muted(),
            sensitivity: owner::sensitivity(&settings),
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

    fn picture(&self, intent: &str) -> Option<Picture> {
        let settings = self.sessions.settings();
        let spec = settings.intents.iter().find(|spec| spec.name == intent)?;
        let (file, _) = spec.show.as_ref()?.image.as_ref()?;
        let bytes = small_file(file, PICTURE_BYTES)
            .inspect_err(|error| tracing::error!("the picture `{}`: {error}", file.display()))
            .ok()?;
        let kind = match file.extension()?.to_str()?.to_lowercase().as_str() {
            "png" => "image/png",
            "webp" => "image/webp",
            "gif" => "image/gif",
            _ => "image/jpeg",
        };
        Some(Picture { kind, bytes })
    }

    fn style(&self) -> Option<String> {
        let settings = self.sessions.settings();
        let file = settings.serve.style.as_ref()?;
        small_text(file, STYLE_BYTES)
            .inspect_err(|error| tracing::error!("the style `{}`: {error}", file.display()))
            .ok()
    }

    fn order(&self, order: ConsoleOrder) -> Result<(), Unavailable> {
        let order = match order {
            ConsoleOrder::Volume(percent) => {
                self.sessions.keeper().set_volume(percent);
                return Ok(());
            }
            ConsoleOrder::Mute(on) => {
                self.send(orders::RemoteOrder::Mute(on))?;
                // The next look at the state is not to be too early.
                self.sessions.keeper().set_muted(on);
                return Ok(());
            }
            ConsoleOrder::Say(text) => orders::RemoteOrder::Say(text),
            ConsoleOrder::Listen => orders::RemoteOrder::Listen,
            ConsoleOrder::Stop => orders::RemoteOrder::Stop,
        };
        self.send(order)
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

    fn explain(&self, text: &str) -> Result<Value, Unavailable> {
        owner::explain(&self.sessions, text)
    }

    fn test(&self) -> Result<Value, Unavailable> {
        owner::test(&self.sessions)
    }

    fn doctor(&self) -> Result<Value, Unavailable> {
        owner::doctor(self.reloader.file())
    }

    fn add_intent(&self, intent: &NewIntent) -> Result<Vec<&'static str>, NotTaken> {
        self.reloader
            .after(|config| owner::add_intent(intent, config))
    }

    fn set_sensitivity(&self, name: &str) -> Result<Vec<&'static str>, NotTaken> {
        let source = self.reloader.source().map_err(|error| NotTaken::Refused {
            why: error.to_string(),
            hint: "put the file right first",
        })?;
        self.reloader
            .save(&owner::with_sensitivity(&source.text, name)?)
    }

    fn backup(&self) -> Result<Vec<u8>, NotTaken> {
        owner::backup(self.reloader.file())
    }

    fn restore(&self, zip: &[u8]) -> Result<Vec<&'static str>, NotTaken> {
        self.reloader
            .after(|config| owner::restore(zip, Some(config)))
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
