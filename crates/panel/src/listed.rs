//! What buttons and lights this machine has, for `mynah devices` and `mynah doctor`.

use std::fs;
use std::path::{Path, PathBuf};

use evdev::{Device, SwitchCode};

/// Something that may be a button or a light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// For the configuration: a device's name, a chip, a path.
    pub name: String,
    /// What it is, for people.
    pub description: String,
}

/// Input devices with the keys that speakerphones and remote controls have, or how
/// many keys there are.
#[must_use]
pub fn keys(folder: &Path) -> Vec<Listed> {
    const SHOWN: usize = 8;
    let mut found = Vec::new();
    for path in sorted(folder, "event") {
        let Ok(device) = Device::open(&path) else {
            let description = format!(
                "{} may not be read: {}",
                path.display(),
                crate::keys::RIGHTS
            );
            found.push(Listed {
                name: "?".into(),
                description,
            });
            continue;
        };
        let keys = device.supported_keys();
        let mut names: Vec<String> = keys
            .iter()
            .flat_map(|keys| keys.iter())
            .map(|key| format!("{key:?}"))
            .collect();
        let switches = device.supported_switches();
        let mutes = switches.is_some_and(|all| all.contains(SwitchCode::SW_MUTE_DEVICE));
        if mutes {
            names.push("SW_MUTE_DEVICE".into());
        }
        if names.is_empty() {
            continue;
        }
        let more = names.len().saturating_sub(SHOWN);
        let mut description = names[..names.len().min(SHOWN)].join(", ");
        if 0 < more {
            description = format!("{description} and {more} more");
        }
        found.push(Listed {
            name: device.name().unwrap_or("?").to_owned(),
            description,
        });
    }
    found
}

/// GPIO chips.
#[must_use]
pub fn chips() -> Vec<Listed> {
    let chips = gpiocdev::chip::chips().unwrap_or_default();
    let line = |path: PathBuf| {
        let info = gpiocdev::chip::Chip::from_path(&path).and_then(|chip| chip.info());
        let description = info.map_or_else(
            |_| format!("may not be opened: {}", crate::lines::RIGHTS),
            |info| format!("{}, {} lines", info.label, info.num_lines),
        );
        Listed {
            name: path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into()),
            description,
        }
    };
    chips.into_iter().map(line).collect()
}

/// Lights of the kernel's LED class, and SPI devices, which may have a chain of LEDs.
#[must_use]
pub fn lights(leds: &Path, devices: &Path) -> Vec<Listed> {
    let kernel = sorted(leds, "").into_iter().map(|path| {
        let colours = path.join("multi_index").exists();
        Listed {
            name: path.display().to_string(),
            description: if colours { "LED with colours" } else { "LED" }.into(),
        }
    });
    let chains = sorted(devices, "spidev").into_iter().map(|path| Listed {
        name: path.display().to_string(),
        description: "SPI, for a chain of LEDs".into(),
    });
    kernel.chain(chains).collect()
}

/// The entries of a folder whose names begin so.
fn sorted(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let own = entries.filter(|entry| {
        let name = entry.file_name();
        name.as_encoded_bytes().starts_with(prefix.as_bytes())
    });
    let mut paths: Vec<PathBuf> = own.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::lights;

    #[test]
    fn lights_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["leds/ACT", "leds/ring", "dev"] {
            fs::create_dir_all(folder.path().join(name)).expect("a folder");
        }
        for name in ["leds/ring/multi_index", "dev/spidev0.0", "dev/null"] {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        let found = lights(&folder.path().join("leds"), &folder.path().join("dev"));
        let found: Vec<&str> = found.iter().map(|one| one.description.as_str()).collect();
        assert_eq!(
            found,
            ["LED", "LED with colours", "SPI, for a chain of LEDs"]
        );
    }
}
