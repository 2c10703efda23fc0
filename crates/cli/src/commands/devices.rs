//! `mynah devices`: the sound cards of this machine, and what may be a button or a light.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{Common, Exit};
use mynah_audio::devices::{Direction, SoundDevice, list};
use mynah_panel::keys::FOLDER;
use mynah_panel::listed::{self, Listed};

/// Arguments of `mynah devices`.
#[derive(Debug, Args)]
pub(crate) struct DevicesArgs {}

/// Printed when there is nothing to list.
const NONE: &str = "no sound card found
hint: plug one in and try again; on Linux your user must be in the group
`audio`, and `arecord -l` and `aplay -l` show what the system sees.
Without a sound card, `mynah run --wav IN.wav --speak OUT.wav` works on files";

/// Runs the command.
///
/// # Errors
/// Never; a machine without sound cards is a fact, not a failure.
pub(crate) fn run(_args: &DevicesArgs, common: &Common) -> anyhow::Result<Exit> {
    let devices = list();
    let panel = panel();
    if common.json {
        for device in &devices {
            println!("{}", serde_json::to_string(device)?);
        }
        for (kind, _, found) in &panel {
            for Listed { name, description } in found {
                println!(
                    "{}",
                    json!({"name": name, "description": description, "kind": kind})
                );
            }
        }
        return Ok(Exit::Done);
    }
    if devices.is_empty() {
        println!("{NONE}");
    } else {
        print_for_people(&devices);
    }
    for (_, title, found) in panel.iter().filter(|(.., found)| !found.is_empty()) {
        println!("{title}:");
        for Listed { name, description } in found {
            println!("  {name} - {description}");
        }
    }
    Ok(Exit::Done)
}

/// What may be a button or a light: its kind, a title, and all of it.
fn panel() -> [(&'static str, &'static str, Vec<Listed>); 3] {
    [
        (
            "keys",
            "keys (for `on` of a [[button]])",
            listed::keys(Path::new(FOLDER)),
        ),
        (
            "gpio",
            "GPIO chips (for `on` of a [[button]])",
            listed::chips(),
        ),
        (
            "light",
            "lights (for [light])",
            listed::lights(Path::new("/sys/class/leds"), Path::new("/dev")),
        ),
    ]
}

fn print_for_people(devices: &[SoundDevice]) {
    for (direction, title, key) in [
        (Direction::Input, "microphones", "audio.input"),
        (Direction::Output, "loudspeakers", "audio.output"),
    ] {
        println!("{title} (for `{key}`):");
        let mut any = false;
        for device in devices.iter().filter(|d| d.direction == direction) {
            any = true;
            println!("  {}", line(device));
        }
        if !any {
            println!("  none");
        }
    }
}

fn line(device: &SoundDevice) -> String {
    let name = if device.description == device.name {
        device.name.clone()
    } else {
        format!("{} - {}", device.name, device.description)
    };
    let form = match (device.rate, device.channels) {
        (Some(rate), Some(channels)) => format!("{rate} Hz, {channels} channels"),
        _ => "cannot be opened now".into(),
    };
    let mark = if device.default { " [default]" } else { "" };
    format!("{name} ({form}){mark}")
}

#[cfg(test)]
mod tests {
    use super::{Direction, SoundDevice, line};

    #[test]
    fn a_device_is_one_line() {
        let device = SoundDevice {
            name: "hw:CARD=Mic,DEV=0".into(),
            description: "USB Microphone".into(),
            direction: Direction::Input,
            default: true,
            rate: Some(48_000),
            channels: Some(2),
        };
        assert_eq!(
            line(&device),
            "hw:CARD=Mic,DEV=0 - USB Microphone (48000 Hz, 2 channels) [default]"
        );
        let closed = SoundDevice {
            description: device.name.clone(),
            default: false,
            rate: None,
            ..device
        };
        assert_eq!(line(&closed), "hw:CARD=Mic,DEV=0 (cannot be opened now)");
    }
}
