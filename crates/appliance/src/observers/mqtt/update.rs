//! Whether an update of the system image is on the disk and waits for a restart.
//! Nothing looks for updates anywhere else: the box is told of them by whoever
//! writes one to its other slot.

use std::path::Path;

use jiff::Timestamp;
use mynah_system::files::small_text;
use serde_json::{Value, json};

/// Name and version of the image; not there on other systems.
const IMAGE: &str = "/etc/mynah-image";
/// What the updater notes about both slots, as `statusfile` of `image/system.conf`.
const SLOTS: &str = "/data/rauc.status";
/// The boot loader says here which slot was started.
const STARTED: &str = "/proc/cmdline";
/// Has the time of the start, as `btime`.
const CLOCK: &str = "/proc/stat";

/// More than any of them has.
const MAX_BYTES: u64 = 1 << 20;

/// The slots by the boot loader's names.
const NAMES: [(&str, &str); 2] = [("A", "slot.rootfs.0"), ("B", "slot.rootfs.1")];

/// Whether this is a system image, which can be updated.
pub(super) fn is_image() -> bool {
    Path::new(IMAGE).exists()
}

/// The versions that run and that would run after a restart, for Home Assistant;
/// `None` where this is no image.
pub(super) fn shown() -> Option<Value> {
    let installed = installed(&read(IMAGE)?)?;
    let waiting = waiting(
        &read(SLOTS).unwrap_or_default(),
        &read(STARTED)?,
        &read(CLOCK)?,
    );
    let latest = waiting.as_deref().unwrap_or(&installed);
    Some(json!({"installed_version": installed, "latest_version": latest}))
}

fn read(path: &str) -> Option<String> {
    small_text(Path::new(path), MAX_BYTES).ok()
}

/// `mynah-pc 0.2.0` has the version behind the name.
fn installed(image: &str) -> Option<String> {
    image.split_whitespace().nth(1).map(str::to_owned)
}

/// The version in the slot that was not started, if it was written since the start:
/// one that was there before, and is not started, was given up.
fn waiting(slots: &str, started: &str, clock: &str) -> Option<String> {
    let mut words = started.split_whitespace().rev();
    let slot = words.find_map(|word| word.strip_prefix("rauc.slot="))?;
    let (_, other) = NAMES.iter().find(|(name, _)| *name != slot)?;
    let mut lines = clock.lines();
    let began: i64 = lines
        .find_map(|line| line.strip_prefix("btime "))?
        .trim()
        .parse()
        .ok()?;
    let value = |key| in_group(slots, other, key);
    let written: Timestamp = value("installed.timestamp")?.parse().ok()?;
    let whole = value("status") == Some("ok") && began < written.as_second();
    value("bundle.version").filter(|_| whole).map(str::to_owned)
}

/// The value of a key in a file of groups: `[group]`, then `key=value`.
fn in_group<'a>(text: &'a str, group: &str, key: &str) -> Option<&'a str> {
    let head = format!("[{group}]");
    let lines = text.lines().map(str::trim).skip_while(|line| *line != head);
    let mut own = lines.skip(1).take_while(|line| !line.starts_with('['));
    own.find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::{installed, waiting};

    const SLOTS: &str = "\
[slot.rootfs.0]
bundle.version=0.1.0
status=ok
installed.timestamp=2026-03-01T10:00:00Z

[slot.rootfs.1]
bundle.compatible=mynah-pc
bundle.version=0.2.0
status=ok
installed.timestamp=2026-03-03T10:00:00Z
installed.count=4
";

    /// A start on the given day of March 2026, from a slot.
    fn check(day: i64, slot: &str, slots: &str, expected: Option<&str>) {
        let began = 1_772_323_200 + (day - 1) * 86_400;
        let clock = format!("cpu  1 2 3\nbtime {began}\nprocesses 9\n");
        let started = format!("BOOT_IMAGE=/vmlinuz rauc.slot={slot} ro quiet\n");
        assert_eq!(waiting(slots, &started, &clock).as_deref(), expected);
    }

    #[test]
    fn an_update_waits_from_when_it_is_written_until_the_next_start() {
        check(2, "A", SLOTS, Some("0.2.0"));
        // It runs.
        check(4, "B", SLOTS, None);
        // It was started and given up.
        check(4, "A", SLOTS, None);
        // It is being written, or broke off.
        check(
            2,
            "A",
            &SLOTS.replace(
                "status=ok\ninstalled.timestamp=2026-03-03",
                "status=pending\ninstalled.timestamp=2026-03-03",
            ),
            None,
        );
        check(2, "A", "", None);
        check(2, "C", "[slot.rootfs.0", None);
        assert_eq!(installed("mynah-pc 0.2.0\n").as_deref(), Some("0.2.0"));
        assert_eq!(installed("\n"), None);
    }
}
