//! Lists the sound cards of this machine and finds one by name.

use cpal::traits::{DeviceTrait, HostTrait};
pub use mynah_core::news::Direction;
use serde::Serialize;

/// One sound card in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SoundDevice {
    /// What `audio.input` and `audio.output` take.
    pub name: String,
    /// The description for people.
    pub description: String,
    /// Input or output.
    pub direction: Direction,
    /// Whether it is the system's default.
    pub default: bool,
    /// Its native rate in hertz; `None` while it cannot be opened.
    pub rate: Option<u32>,
    /// Its native channel count; `None` while it cannot be opened.
    pub channels: Option<u16>,
}

/// All sound cards, microphones first. What is neither a card nor can be opened
/// is a part of the sound system, and left out.
#[must_use]
pub fn list() -> Vec<SoundDevice> {
    let host = cpal::default_host();
    let mut found = Vec::new();
    for direction in [Direction::Input, Direction::Output] {
        let default = default_device(&host, direction).and_then(|d| name_of(&d));
        for device in devices(&host, direction) {
            let Some(name) = name_of(&device) else {
                continue;
            };
            let config = match direction {
                Direction::Input => device.default_input_config(),
                Direction::Output => device.default_output_config(),
            }
            .ok();
            if config.is_none() && !is_card(&name) {
                continue;
            }
            found.push(SoundDevice {
                description: device
                    .description()
                    .map_or_else(|_| name.clone(), |d| d.name().to_owned()),
                default: default.as_ref() == Some(&name),
                direction,
                rate: config
                    .as_ref()
                    .map(cpal::SupportedStreamConfig::sample_rate),
                channels: config.as_ref().map(cpal::SupportedStreamConfig::channels),
                name,
            });
        }
    }
    found
}

/// Whether ALSA's name of a device names a card. What names none is a plugin
/// such as `lavrate`, which is there on a machine without sound too, or a
/// server, which can be opened when it runs.
fn is_card(name: &str) -> bool {
    name.contains("CARD=")
}

/// The device called `name` (its name or its description), or the system's
/// choice for `default`; else why not, for people.
pub(super) fn find(name: &str, direction: Direction) -> Result<cpal::Device, String> {
    let host = cpal::default_host();
    let what = match direction {
        Direction::Input => "microphone",
        Direction::Output => "loudspeaker",
    };
    if name == "default" {
        return default_device(&host, direction).ok_or_else(|| {
            format!("there is no {what}\nhint: plug one in; `mynah devices` lists what is seen")
        });
    }
    devices(&host, direction)
        .into_iter()
        .find(|device| {
            name_of(device).is_some_and(|n| n == name)
                || device.description().is_ok_and(|d| d.name() == name)
        })
        .ok_or_else(|| {
            format!("there is no {what} `{name}`\nhint: `mynah devices` lists what is seen")
        })
}

fn devices(host: &cpal::Host, direction: Direction) -> Vec<cpal::Device> {
    match direction {
        Direction::Input => host.input_devices().map(Iterator::collect),
        Direction::Output => host.output_devices().map(Iterator::collect),
    }
    .unwrap_or_default()
}

fn default_device(host: &cpal::Host, direction: Direction) -> Option<cpal::Device> {
    match direction {
        Direction::Input => host.default_input_device(),
        Direction::Output => host.default_output_device(),
    }
}

/// The device's name; `None` for ALSA's `null`, which is silent.
fn name_of(device: &cpal::Device) -> Option<String> {
    let name = device.id().ok()?.id().to_owned();
    (name != "null").then_some(name)
}
