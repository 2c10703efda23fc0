//! Keys and switches of input devices: keyboards, remote controls, speakerphones.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::os::unix::fs::DirEntryExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use evdev::{Device, EventSummary, KeyCode, SwitchCode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::source::{ButtonSource, ButtonState, Change, SourceError, WAIT};

/// Where the kernel shows input devices.
pub const FOLDER: &str = "/dev/input";

/// What lets a user read input devices.
pub const RIGHTS: &str = "let the user of Mynah be in the group `input`; the installed service gets it where \
                          a key is a button: `systemctl start mynah-network`, then `systemctl restart \
                          mynah`";

/// The number of a key (`KEY_MUTE`, `BTN_0`) or of a switch (`SW_MUTE_DEVICE`) in the
/// kernel's interface; `None` where there is none of that name.
#[must_use]
pub fn code(name: &str) -> Option<u16> {
    if is_switch(name) {
        let code = SwitchCode::from_str(name).ok()?;
        return Some(code.0);
    }
    KeyCode::from_str(name).ok().map(|key| key.0)
}

/// Whether a name is one of a switch, which stays where it is put.
#[must_use]
pub fn is_switch(name: &str) -> bool {
    name.starts_with("SW_")
}

/// The names of all keys, for suggestions.
#[must_use]
pub fn names() -> Vec<String> {
    /// The kernel's own limit.
    const KEYS: u16 = 0x300;
    let named = |key| format!("{:?}", KeyCode(key));
    (0..KEYS)
        .map(named)
        .filter(|name| code(name).is_some())
        .collect()
}

/// A key or switch that is a button.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The button's place in the configuration.
    pub button: usize,
    /// Its name.
    pub name: String,
    /// Its number.
    pub code: u16,
    /// A part of the device's name.
    pub device: Option<String>,
}

/// Where a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// On the device of this name.
    Here(String),
    /// On none of those that may be read, and some may not.
    Denied,
    /// On none.
    Nowhere,
}

/// Looks for a key among the input devices in `folder`.
#[must_use]
pub fn find(folder: &Path, wanted: &Wanted) -> Found {
    let mut found = Found::Nowhere;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_name().as_encoded_bytes().starts_with(b"event") {
            continue;
        }
        match Device::open(entry.path()) {
            Ok(device) => {
                let name = device.name().unwrap_or_default().to_owned();
                let one = std::slice::from_ref(wanted);
                if !offered(one, &name, |wanted| has(&device, wanted)).is_empty() {
                    return Found::Here(name);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                found = Found::Denied;
            }
            Err(_) => {}
        }
    }
    found
}

/// All input devices that have a wanted key, plugged in when they may be.
pub struct Keys {
    folder: PathBuf,
    wanted: Vec<Wanted>,
    open: Vec<Open>,
    /// Devices that were looked at: path and inode, because a path is used again.
    seen: HashSet<(PathBuf, u64)>,
}

struct Open {
    device: Device,
    buttons: Vec<Wanted>,
    /// Buttons that are pressed.
    down: HashSet<usize>,
}

impl Keys {
    /// The keys `wanted` of the devices in `folder`.
    #[must_use]
    pub fn new(folder: &Path, wanted: Vec<Wanted>) -> Self {
        Self {
            folder: folder.to_owned(),
            wanted,
            open: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Opens devices that are new.
    fn scan(&mut self, changes: &mut Vec<Change>) -> Result<(), SourceError> {
        let mut there = HashSet::new();
        let mut denied = None;
        // Without any input device there is not even the folder.
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if !entry.file_name().as_encoded_bytes().starts_with(b"event") {
                continue;
            }
            let path = entry.path();
            let id = (path.clone(), entry.ino());
            there.insert(id.clone());
            if self.seen.contains(&id) {
                continue;
            }
            match Device::open(&path) {
                Ok(device) => {
                    self.seen.insert(id);
                    self.add(device, changes);
                }
                // Its rights may be set a moment after it appeared.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    denied = Some((path, error));
                }
                // It is just coming or going.
                Err(error) => tracing::debug!("`{}`: {error}", path.display()),
            }
        }
        self.seen.retain(|id| there.contains(id));
        match denied {
            Some((path, why)) if self.open.is_empty() => Err(SourceError {
                what: format!("`{}`", path.display()),
                why,
                hint: RIGHTS,
            }),
            _ => Ok(()),
        }
    }

    /// Takes a device that has a wanted key; tells how its switches are put.
    fn add(&mut self, device: Device, changes: &mut Vec<Change>) {
        let name = device.name().unwrap_or_default().to_owned();
        let buttons = offered(&self.wanted, &name, |wanted| has(&device, wanted));
        if buttons.is_empty() {
            return;
        }
        if let Err(error) = device.set_nonblocking(true) {
            return tracing::warn!("`{name}`: {error}");
        }
        let on = device.get_switch_state().ok();
        let closed = |wanted: &&Wanted| {
            let code = SwitchCode(wanted.code);
            is_switch(&wanted.name) && on.as_ref().is_some_and(|on| on.contains(code))
        };
        let down: HashSet<usize> = buttons
            .iter()
            .filter(closed)
            .map(|wanted| wanted.button)
            .collect();
        changes.extend(down.iter().map(|button| change(*button, ButtonState::Down)));
        tracing::info!("buttons of `{name}`");
        self.open.push(Open {
            device,
            buttons,
            down,
        });
    }

    /// Waits until a device has something to say.
    fn poll(&self) -> io::Result<()> {
        let mut fds: Vec<PollFd<'_>> = self
            .open
            .iter()
            .map(|open| PollFd::new(&open.device, PollFlags::IN))
            .collect();
        let wait = Timespec::try_from(WAIT).ok();
        match poll(&mut fds, wait.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl ButtonSource for Keys {
    fn name(&self) -> String {
        "keys".into()
    }

    fn wait(&mut self) -> Result<Vec<Change>, SourceError> {
        let mut changes = Vec::new();
        self.scan(&mut changes)?;
        if !changes.is_empty() {
            return Ok(changes);
        }
        self.poll().map_err(|why| SourceError {
            what: self.folder.display().to_string(),
            why,
            hint: "the system is out of something",
        })?;
        self.open.retain_mut(|open| match open.read(&mut changes) {
            Ok(()) => true,
            Err(error) => {
                let name = open.device.name().unwrap_or_default();
                tracing::info!("`{name}` is gone: {error}");
                changes.extend(
                    open.down
                        .iter()
                        .map(|button| change(*button, ButtonState::Lost)),
                );
                false
            }
        });
        Ok(changes)
    }
}

impl Open {
    fn read(&mut self, changes: &mut Vec<Change>) -> io::Result<()> {
        let events = match self.device.fetch_events() {
            Ok(events) => events,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        for event in events {
            let (code, switch, value) = match event.destructure() {
                EventSummary::Key(_, key, value) => (key.0, false, value),
                EventSummary::Switch(_, switch, value) => (switch.0, true, value),
                _ => continue,
            };
            // 2 is a key that repeats itself while it is held.
            let down = match value {
                0 => false,
                1 => true,
                _ => continue,
            };
            let of = |wanted: &&Wanted| wanted.code == code && is_switch(&wanted.name) == switch;
            for wanted in self.buttons.iter().filter(of) {
                if down {
                    self.down.insert(wanted.button);
                } else {
                    self.down.remove(&wanted.button);
                }
                changes.push(change(wanted.button, ButtonState::pressed(down)));
            }
        }
        Ok(())
    }
}

const fn change(button: usize, to: ButtonState) -> Change {
    Change { button, to }
}

/// The buttons that a device named `name` offers.
fn offered(wanted: &[Wanted], name: &str, has: impl Fn(&Wanted) -> bool) -> Vec<Wanted> {
    let name = name.to_lowercase();
    let meant = |wanted: &&Wanted| {
        let part = wanted.device.as_deref().map(str::to_lowercase);
        part.is_none_or(|part| name.contains(&part)) && has(wanted)
    };
    wanted.iter().filter(meant).cloned().collect()
}

/// Whether a device has this key or switch.
fn has(device: &Device, wanted: &Wanted) -> bool {
    if is_switch(&wanted.name) {
        let switches = device.supported_switches();
        return switches.is_some_and(|all| all.contains(SwitchCode(wanted.code)));
    }
    let keys = device.supported_keys();
    keys.is_some_and(|all| all.contains(KeyCode(wanted.code)))
}

#[cfg(test)]
mod tests {
    use super::{Keys, Wanted, code, names, offered};
    use crate::source::ButtonSource as _;

    #[test]
    fn keys_have_the_kernel_s_names() {
        assert_eq!(code("KEY_MUTE"), Some(113));
        assert_eq!(code("KEY_MICMUTE"), Some(248));
        assert_eq!(code("BTN_0"), Some(0x100));
        assert_eq!(code("SW_MUTE_DEVICE"), Some(0x0e));
        assert_eq!(code("KEY_LOUD"), None);
        assert_eq!(code("mute"), None);
        let names = names();
        assert!(names.contains(&"KEY_VOLUMEUP".to_owned()) && 300 < names.len());
    }

    #[test]
    fn a_device_is_chosen_by_a_part_of_its_name() {
        let wanted = |button, device: Option<&str>| Wanted {
            button,
            name: "KEY_MUTE".into(),
            code: 113,
            device: device.map(Into::into),
        };
        let all = [
            wanted(0, None),
            wanted(1, Some("jabra")),
            wanted(2, Some("desk")),
        ];
        let check = |name: &str, expected: &[usize]| {
            let found = offered(&all, name, |_| true);
            let found: Vec<usize> = found.iter().map(|wanted| wanted.button).collect();
            assert_eq!(found, expected);
            assert!(offered(&all, name, |_| false).is_empty());
        };
        check("Jabra SPEAK 510 USB", &[0, 1]);
        check("Some keyboard", &[0]);
    }

    /// No device, and one that is none: neither is an error.
    #[test]
    fn a_machine_without_input_devices_is_waited_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let wanted = vec![Wanted {
            button: 0,
            name: "KEY_MUTE".into(),
            code: 113,
            device: None,
        }];
        let mut keys = Keys::new(&folder.path().join("none"), wanted.clone());
        assert_eq!(keys.wait().expect("it waits"), []);
        std::fs::write(folder.path().join("event0"), "").expect("a file");
        let mut keys = Keys::new(folder.path(), wanted);
        assert_eq!(keys.wait().expect("it waits"), []);
    }
}
