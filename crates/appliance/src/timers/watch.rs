//! Whether the machine's clock may be believed: asks the system now and then, and
//! writes down how late it is, so that the next start can tell a clock that went on from
//! one that stood still.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mynah_core::timers::{Evidence, Moment, Seen};
use mynah_system::files::small_text;
use serde::{Deserialize, Serialize};

use super::store::replace;

/// Two questions to the system are so far apart.
const ASKED_MS: u64 = 60_000;

/// The clock is written down so often, and with each change.
const WRITTEN_MS: u64 = 10 * 60_000;

/// In the folder of the state.
const FILE: &str = "clock.v1.json";

/// The version of the form. A later form has another file name.
const VERSION: u32 = 1;

const MAX_BYTES: u64 = 10_000;

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(flatten)]
    seen: Seen,
}

/// Watches the clock.
#[derive(Debug, Default)]
pub(super) struct ClockWatch {
    /// `None`: nothing is written down.
    file: Option<PathBuf>,
    seen: Option<Seen>,
    written_ms: Option<u64>,
}

impl ClockWatch {
    /// Remembers in this folder.
    pub(super) fn kept(folder: &Path) -> Self {
        let file = folder.join(FILE);
        // Without it nothing is known, as at the very first start.
        let text = small_text(&file, MAX_BYTES).ok();
        let written: Option<Written> = text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            file: Some(file),
            seen: written.map(|written| written.seen),
            written_ms: None,
        }
    }

    pub(super) fn is_doubtful(&self) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.doubtful)
    }

    /// Looks at the clock, if it is time for that.
    pub(super) fn look(&mut self, now: &Moment, evidence: impl FnOnce() -> Evidence) {
        let asked = self.seen.as_ref().filter(|seen| seen.boot == now.boot);
        let since = asked.map(|seen| now.mono_ms.saturating_sub(seen.mono_ms));
        if self.written_ms.is_some() && since.is_some_and(|since| since < ASKED_MS) {
            return;
        }
        let seen = Seen::now(self.seen.as_ref(), evidence(), now);
        let changed = seen.doubtful != self.is_doubtful();
        if changed && seen.doubtful {
            tracing::warn!(
                "the clock may be wrong: it shows the time of the last shutdown, and nothing has set it\n\
                 hint: connect this machine to the network for a moment, or give it a clock battery"
            );
        } else if changed {
            tracing::info!("the clock was set, and is believed again");
        }
        self.seen = Some(seen);
        let due = self
            .written_ms
            .is_none_or(|written| WRITTEN_MS <= now.mono_ms.saturating_sub(written));
        if due || changed {
            self.write(now);
        }
    }

    fn write(&mut self, now: &Moment) {
        self.written_ms = Some(now.mono_ms);
        let (Some(file), Some(seen)) = (&self.file, &self.seen) else {
            return;
        };
        let written = Written {
            version: VERSION,
            seen: seen.clone(),
        };
        let text = serde_json::to_string(&written).expect("plain data becomes JSON");
        let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
            return;
        };
        if let Err(error) = replace(folder, &name.to_string_lossy(), &text) {
            tracing::debug!("the clock is not written down: {error}");
        }
    }
}

/// Whether the clock could not be believed when the appliance with this folder last
/// looked.
#[must_use]
pub fn is_doubtful(folder: &Path) -> bool {
    ClockWatch::kept(folder).is_doubtful()
}

/// What this system, below `root`, knows about its clock.
pub(super) fn evidence(root: &Path) -> Evidence {
    let battery = small_text(&root.join("sys/class/rtc/rtc0/since_epoch"), 100).ok();
    let battery = battery.and_then(|text| text.trim().parse::<i64>().ok());
    Evidence {
        // The time service makes it once it has set the clock.
        synchronised: root.join("run/systemd/timesync/synchronized").exists(),
        battery_ms: battery
            .filter(|seconds| Timestamp::from_second(*seconds).is_ok())
            .map(|seconds| seconds * 1000),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use jiff::civil::date;
    use mynah_core::timers::{Days, Kind};

    use super::super::{Clock, Keeper};
    use super::*;

    fn at(boot: &str, up_minutes: u64, wall_minutes: i64) -> Moment {
        Moment {
            boot: boot.into(),
            mono_ms: up_minutes * 60_000,
            wall_ms: wall_minutes * 60_000,
            local: date(2026, 3, 14).at(12, 0, 0, 0),
        }
    }

    #[test]
    fn a_start_after_a_power_cut_without_network_is_told_from_others() {
        let folder = tempfile::tempdir().unwrap();
        let doubtful = |moments: &[Moment], synchronised: bool| {
            let mut watch = ClockWatch::kept(folder.path());
            for now in moments {
                watch.look(now, || Evidence {
                    synchronised,
                    battery_ms: None,
                });
            }
            watch.is_doubtful()
        };
        assert!(!doubtful(&[at("a", 1, 1_000), at("a", 30, 1_029)], false));
        assert!(doubtful(&[at("b", 1, 1_031)], false));
        // The same run of the machine, another process.
        assert!(doubtful(&[at("b", 5, 1_035)], false));
        assert!(!doubtful(&[at("b", 7, 1_037)], true));
        assert!(doubtful(&[at("c", 1, 1_040)], false));
        // A damaged file is as none.
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(!doubtful(&[at("d", 1, 1_041)], false));
    }

    /// Goes on from where it stood still, and nothing has set it.
    struct Stale;

    impl Clock for Stale {
        fn now(&self) -> Moment {
            Moment {
                boot: "later".into(),
                mono_ms: 60_000,
                wall_ms: 1_795_000_060_000,
                local: date(2026, 11, 18).at(7, 0, 1, 0),
            }
        }

        fn evidence(&self) -> Evidence {
            Evidence::default()
        }
    }

    #[test]
    fn an_alarm_by_a_doubted_clock_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let seen = "{\"version\":1,\"boot\":\"a\",\"mono_ms\":5,\"wall_ms\":1795000000000,\"doubtful\":false}";
        fs::write(folder.path().join(FILE), seen).unwrap();
        let keeper = Keeper::new(Some(folder.path().to_owned()), Arc::new(Stale));
        keeper.change(|book, now| {
            let before = Moment {
                local: date(2026, 11, 18).at(6, 0, 0, 0),
                ..now.clone()
            };
            let time = jiff::civil::time(7, 0, 0, 0);
            book.set_at(Kind::Alarm, "", (time, None, Days::default()), &before)
                .unwrap()
        });
        let ring = keeper.tick(true).unwrap();
        assert!(
            ring.text.ends_with("My clock may be wrong."),
            "{}",
            ring.text
        );
        assert!(is_doubtful(folder.path()));
    }

    #[test]
    fn the_system_is_asked() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(evidence(root.path()), Evidence::default());
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("sys/class/rtc/rtc0/since_epoch", "1795000000\n");
        write("run/systemd/timesync/synchronized", "");
        let found = evidence(root.path());
        assert!(found.synchronised);
        assert_eq!(found.battery_ms, Some(1_795_000_000_000));
        write("sys/class/rtc/rtc0/since_epoch", "9999999999999999\n");
        assert_eq!(evidence(root.path()).battery_ms, None);
    }
}
