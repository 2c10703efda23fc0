//! What `mynah doctor` finds out about the machine: heat, power, memory, disk
//! and clock. Every file of the kernel is read by one function and judged by
//! another, which the tests ask.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Finding, Verdict};
use mynah_appliance::timers::{Clock as _, SystemClock, is_doubtful, state_dir};
use mynah_core::model::{LlmBackend, Settings};
use mynah_models::Store;

/// Below this the language model does not fit beside the rest.
const MEMORY_MB: u64 = 2_500;

/// Below this there is no room for everything else.
const LEAST_MEMORY_MB: u64 = 400;

/// The Raspberry Pi 5 slows down from 80 and more from 85 degrees on (its
/// documentation).
const WARM_C: f64 = 80.0;
const HOT_C: f64 = 85.0;

/// Timers and learned speech need little, a database that cannot grow fails.
const LITTLE_DISK_MB: u64 = 300;
const NO_DISK_MB: u64 = 30;

/// All about the machine. Without settings: what needs none.
pub(super) fn findings(settings: Option<&Settings>, store: &Store) -> Vec<Finding> {
    let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let on_cpu =
        settings.is_none_or(|s| matches!(s.llm.backend, LlmBackend::Auto | LlmBackend::Cpu));
    let folder = state_dir().unwrap_or_else(|| store.root().to_owned());
    let mut findings = vec![memory(&meminfo, on_cpu), disk(&folder, free_mb(&folder))];
    findings.push(clock(
        SystemClock::default().now().is_set(),
        Path::new("/run/systemd/timesync/synchronized").exists(),
        is_doubtful(&folder),
    ));
    findings.extend(hottest().map(heat));
    findings.extend(throttled().map(power));
    findings
}

/// Judges the text of `/proc/meminfo`.
fn memory(meminfo: &str, llm_on_cpu: bool) -> Finding {
    const CHECK: &str = "memory";
    let available = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kb| kb.parse::<u64>().ok());
    match available.map(|kb| kb / 1024) {
        None => Finding::new(CHECK, Verdict::Warn, "cannot be read", ""),
        Some(mb) if mb < LEAST_MEMORY_MB => Finding::new(
            CHECK,
            Verdict::Fail,
            format!("{mb} MB available"),
            "end what else runs on this machine",
        ),
        Some(mb) if llm_on_cpu && mb < MEMORY_MB => Finding::new(
            CHECK,
            Verdict::Warn,
            format!("{mb} MB available"),
            "the language model on the CPU needs 2,500 MB; set `llm.backend = \"none\"` to do without",
        ),
        Some(mb) => Finding::ok(CHECK, format!("{mb} MB available")),
    }
}

/// Free for this user on the file system that holds `folder`, or will.
fn free_mb(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.exists())?;
    let stat = rustix::fs::statvfs(there).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize) / 1_000_000)
}

fn disk(folder: &Path, free_mb: Option<u64>) -> Finding {
    const CHECK: &str = "disk";
    let Some(mb) = free_mb else {
        let detail = format!("`{}` cannot be looked at", folder.display());
        return Finding::new(CHECK, Verdict::Warn, detail, "");
    };
    let detail = format!("{mb} MB free for `{}`", folder.display());
    if mb >= LITTLE_DISK_MB {
        return Finding::ok(CHECK, detail);
    }
    let verdict = if mb < NO_DISK_MB {
        Verdict::Fail
    } else {
        Verdict::Warn
    };
    Finding::new(CHECK, verdict, detail, "make room, or timers get lost")
}

fn clock(set: bool, synchronized: bool, doubtful: bool) -> Finding {
    const CHECK: &str = "clock";
    match (set, synchronized) {
        (_, true) => Finding::ok(CHECK, "set by the network"),
        (true, false) if doubtful => Finding::new(
            CHECK,
            Verdict::Warn,
            "went on from the last shutdown, and nothing has set it since: it may be hours late",
            "connect this machine to the network for a moment, or give it a clock battery",
        ),
        (true, false) => Finding::ok(CHECK, "set"),
        (false, false) => Finding::new(
            CHECK,
            Verdict::Warn,
            "was never set: alarms are refused",
            "connect this machine to the network for a moment, or give it a clock battery",
        ),
    }
}

/// The hottest place that the kernel tells of, degrees Celsius.
fn hottest() -> Option<f64> {
    let zones = fs::read_dir("/sys/class/thermal").ok()?.flatten();
    let read = |file: &Path| fs::read_to_string(file).ok()?.trim().parse::<f64>().ok();
    zones
        .filter_map(|zone| read(&zone.path().join("temp")))
        .map(|thousandths| thousandths / 1000.0)
        .max_by(f64::total_cmp)
}

fn heat(celsius: f64) -> Finding {
    const CHECK: &str = "temperature";
    let detail = format!("{celsius:.0} degrees");
    if celsius < WARM_C {
        return Finding::ok(CHECK, detail);
    }
    let verdict = if celsius < HOT_C {
        Verdict::Warn
    } else {
        Verdict::Fail
    };
    let hint = "it slows down: give it the active cooler and air";
    Finding::new(CHECK, verdict, detail, hint)
}

/// The Raspberry Pi's word on its power and speed, as its firmware gives it.
fn throttled() -> Option<u32> {
    let devices = fs::read_dir("/sys/devices/platform").ok()?.flatten();
    let told = devices
        .filter_map(|entry| fs::read_dir(entry.path()).ok())
        .flatten()
        .flatten()
        .find_map(|entry| fs::read_to_string(entry.path().join("get_throttled")).ok());
    let text = told.or_else(|| {
        let output = Command::new("vcgencmd")
            .arg("get_throttled")
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()
    })?;
    bits(&text)
}

/// Reads `50005` (the kernel) and `throttled=0x50005` (`vcgencmd`).
fn bits(text: &str) -> Option<u32> {
    let text = text.trim().trim_start_matches("throttled=");
    u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
}

/// Bits 0 to 3 are now, 16 to 19 the same since the start: under-voltage,
/// capped frequency, throttled, warm (the Raspberry Pi's documentation).
fn power(bits: u32) -> Finding {
    const CHECK: &str = "power";
    const SUPPLY: &str = "take the 27 W supply and its own cable";
    const COOLER: &str = "give it the active cooler and air";
    if bits & 0x1 != 0 {
        return Finding::new(CHECK, Verdict::Fail, "the voltage is too low", SUPPLY);
    }
    if bits & 0xe != 0 {
        return Finding::new(CHECK, Verdict::Warn, "it is slowed down now", COOLER);
    }
    if bits & 0x1_0000 != 0 {
        let detail = "the voltage was too low since the start";
        return Finding::new(CHECK, Verdict::Warn, detail, SUPPLY);
    }
    if bits & 0xe_0000 != 0 {
        let detail = "it was slowed down since the start";
        return Finding::new(CHECK, Verdict::Warn, detail, COOLER);
    }
    Finding::ok(CHECK, "enough, and never slowed down")
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn little_memory_is_a_warning_for_who_needs_it() {
        let all = [
            memory("MemTotal: 8 kB\nMemAvailable:    4096000 kB\n", true),
            memory("MemAvailable: 1024000 kB", true),
            memory("MemAvailable: 1024000 kB", false),
            memory("MemAvailable: 102400 kB", false),
            memory("", true),
        ];
        insta::assert_snapshot!(shown(&all), @r#"
        ok    memory         4000 MB available
        warn  memory         1000 MB available
                             hint: the language model on the CPU needs 2,500 MB; set `llm.backend = "none"` to do without
        ok    memory         1000 MB available
        FAIL  memory         100 MB available
                             hint: end what else runs on this machine
        warn  memory         cannot be read
        "#);
    }

    #[test]
    fn disk_clock_and_heat_are_judged() {
        let folder = Path::new("/data");
        let all = [
            disk(folder, Some(9_000)),
            disk(folder, Some(100)),
            disk(folder, Some(3)),
            disk(folder, None),
            clock(true, true, false),
            clock(true, false, false),
            clock(true, false, true),
            clock(false, false, false),
            heat(51.2),
            heat(82.0),
            heat(90.0),
        ];
        insta::assert_snapshot!(shown(&all), @r"
        ok    disk           9000 MB free for `/data`
        warn  disk           100 MB free for `/data`
                             hint: make room, or timers get lost
        FAIL  disk           3 MB free for `/data`
                             hint: make room, or timers get lost
        warn  disk           `/data` cannot be looked at
        ok    clock          set by the network
        ok    clock          set
        warn  clock          went on from the last shutdown, and nothing has set it since: it may be hours late
                             hint: connect this machine to the network for a moment, or give it a clock battery
        warn  clock          was never set: alarms are refused
                             hint: connect this machine to the network for a moment, or give it a clock battery
        ok    temperature    51 degrees
        warn  temperature    82 degrees
                             hint: it slows down: give it the active cooler and air
        FAIL  temperature    90 degrees
                             hint: it slows down: give it the active cooler and air
        ");
    }

    #[test]
    fn the_firmware_s_word_is_read() {
        let told: Vec<Finding> = ["0", "throttled=0x50005\n", "4", "10000", "e0000"]
            .iter()
            .filter_map(|text| bits(text).map(power))
            .collect();
        insta::assert_snapshot!(shown(&told), @r"
        ok    power          enough, and never slowed down
        FAIL  power          the voltage is too low
                             hint: take the 27 W supply and its own cable
        warn  power          it is slowed down now
                             hint: give it the active cooler and air
        warn  power          the voltage was too low since the start
                             hint: take the 27 W supply and its own cable
        warn  power          it was slowed down since the start
                             hint: give it the active cooler and air
        ");
        assert_eq!(bits("error=1 error_msg=\"no\""), None);
    }

    #[test]
    fn the_room_on_a_disk_can_be_asked_of_a_folder_that_is_not_there_yet() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        assert!(free_mb(&folder.path().join("not/yet")).is_some());
    }
}
