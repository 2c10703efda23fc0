//! `[[button]]` and `[light]`: what a hand presses, and what shines.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::check::Checker;
use super::written;
use mynah_core::model::{ButtonSpec, Chip, Contact, LightKind, LightSpec, Press};
use mynah_core::suggest;
use mynah_panel::keys;

/// Where the kernel shows its LEDs.
const LEDS: &str = "/sys/class/leds";

/// On a Raspberry Pi, the chip of the pins.
const USUAL_CHIP: &str = "gpiochip0";

/// The longest chain: a picture of it fits into one transfer.
const LONGEST_CHAIN: u32 = 300;

/// In percent: LEDs near a person's eyes are bright.
const USUAL_BRIGHTNESS: u32 = 40;

/// The longest sentence of a button.
const MAX_SENTENCE: usize = 200;

const DEEDS: [&str; 6] = ["talk", "listen", "stop", "mute", "volume_up", "volume_down"];

/// Checks `[[button]]`.
pub(crate) fn buttons(checker: &mut Checker<'_>, written: Vec<written::Button>) -> Vec<ButtonSpec> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut buttons = Vec::new();
    for (index, button) in written.into_iter().enumerate() {
        let key = format!("button[{index}]");
        let does = deed(checker, &key, &button);
        let on = contact(checker, &key, &button);
        let Some((on, does)) = on.zip(does) else {
            continue;
        };
        let place = format!("{on:?}");
        if let Some(other) = known.insert(place, index) {
            let line = checker.line(&format!("button[{other}]"));
            let message = format!("`{}` is a button already, in line {line}", button.on);
            checker.report(&format!("{key}.on"), message, "take one of them out");
        }
        let is_switch = matches!(&on, Contact::Key { name, .. } if keys::is_switch(name));
        let switch = button.switch || is_switch;
        if switch && does != Press::Mute {
            let hint = "leave `switch` out, or write `do = \"mute\"`";
            checker.report(&key, "a switch can only mute", hint);
        }
        buttons.push(ButtonSpec { on, does, switch });
    }
    buttons
}

fn deed(checker: &mut Checker<'_>, key: &str, button: &written::Button) -> Option<Press> {
    let hint = format!(
        "write `do = \"mute\"`, or another of {}; or a sentence: `say = \"turn on the light\"`",
        suggest::list(&DEEDS)
    );
    match (button.r#do.as_deref(), &button.say) {
        (None, None) => {
            checker.report(key, "this button does nothing", hint);
            None
        }
        (Some(_), Some(_)) => {
            let message = "`do` and `say` are one too many";
            checker.report(&format!("{key}.say"), message, "leave one of them out");
            None
        }
        (None, Some(text)) => {
            let key = format!("{key}.say");
            checker.not_blank(&key, text);
            if MAX_SENTENCE < text.len() {
                let message = format!("a sentence has at most {MAX_SENTENCE} bytes");
                checker.report(&key, message, "say it in fewer words");
            }
            Some(Press::Say(text.trim().to_owned()))
        }
        (Some(name), None) => match name {
            "talk" => Some(Press::Talk),
            "listen" => Some(Press::Listen),
            "stop" => Some(Press::Stop),
            "mute" => Some(Press::Mute),
            "volume_up" => Some(Press::VolumeUp),
            "volume_down" => Some(Press::VolumeDown),
            other => {
                checker.not_among(&format!("{key}.do"), "deed of a button", other, &DEEDS);
                None
            }
        },
    }
}

fn contact(checker: &mut Checker<'_>, key: &str, button: &written::Button) -> Option<Contact> {
    let on = format!("{key}.on");
    let (kind, name) = button.on.split_once(':').unwrap_or((&button.on, ""));
    if kind != "key" && button.device.is_some() {
        let message = "only a key belongs to a device";
        checker.report(&format!("{key}.device"), message, "leave it out");
    }
    if kind != "gpio" && button.active.is_some() {
        let message = "only a line of GPIO is active low or high";
        checker.report(&format!("{key}.active"), message, "leave it out");
    }
    match kind {
        "key" => {
            let Some(code) = keys::code(name) else {
                let names = keys::names();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let hint = match suggest::closest(&name.to_uppercase(), &names) {
                    Some(meant) => format!("did you mean `key:{meant}`?"),
                    None => {
                        "`mynah devices` lists the keys that there are; one is `KEY_MUTE`".into()
                    }
                };
                checker.report(&on, format!("there is no key `{name}`"), hint);
                return None;
            };
            Some(Contact::Key {
                name: name.to_owned(),
                code,
                device: button.device.clone(),
            })
        }
        "gpio" => gpio(checker, key, button, name),
        "pipe" => {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if name.is_empty() || !name.chars().all(plain) {
                let hint = "write one word: `pipe:doorbell`";
                checker.report(&on, format!("`{name}` is no word for a pipe"), hint);
                return None;
            }
            Some(Contact::Pipe(name.to_owned()))
        }
        other => {
            let message = format!("there are no buttons of the kind `{other}`");
            let hint = "write `key:KEY_MUTE`, `gpio:17` or `pipe:WORD`";
            checker.report(&on, message, hint);
            None
        }
    }
}

fn gpio(
    checker: &mut Checker<'_>,
    key: &str,
    button: &written::Button,
    name: &str,
) -> Option<Contact> {
    let active_low = match button.active.as_deref() {
        None | Some("low") => true,
        Some("high") => false,
        Some(other) => {
            let key = format!("{key}.active");
            checker.not_among(&key, "level", other, &["low", "high"]);
            return None;
        }
    };
    let (chip, line) = name.split_once('/').unwrap_or((USUAL_CHIP, name));
    let number = chip.strip_prefix("gpiochip");
    let is_chip = number.is_some_and(|number| number.parse::<u16>().is_ok());
    let Some(line) = line.parse().ok().filter(|_| is_chip) else {
        let message = format!("`{name}` is no line of GPIO");
        let hint = "write the number of the line, with its chip where it is not the first: \
                    `gpio:17`, `gpio:gpiochip4/17`; `mynah devices` lists the chips";
        checker.report(&format!("{key}.on"), message, hint);
        return None;
    };
    Some(Contact::Gpio {
        chip: chip.to_owned(),
        line,
        active_low,
    })
}

/// Checks `[light]`.
pub(crate) fn light(checker: &mut Checker<'_>, light: written::Light) -> Option<LightSpec> {
    let count = light.count.unwrap_or(1);
    let brightness = light.brightness.unwrap_or(USUAL_BRIGHTNESS);
    checker.within("light.count", count, 1..=LONGEST_CHAIN);
    checker.within("light.brightness", brightness, 1..=100);
    let chain = |chip, device: PathBuf| LightKind::Chain {
        chip,
        device,
        count: u16::try_from(count).unwrap_or(u16::MAX),
    };
    if light.led.is_some() && light.count.is_some() {
        checker.report("light.count", "a LED is one", "leave it out");
    }
    for (name, device) in [("apa102", &light.apa102), ("ws2812", &light.ws2812)] {
        if let Some(device) = device.as_ref().filter(|device| !device.starts_with("/dev")) {
            let message = format!("`{}` is no device", device.display());
            let hint = "write it like `/dev/spidev0.0`; `mynah devices` lists them";
            checker.report(&format!("light.{name}"), message, hint);
        }
    }
    let kind = match (light.led, light.apa102, light.ws2812) {
        (Some(name), None, None) => LightKind::Led(led(checker, &name)?),
        (None, Some(device), None) => chain(Chip::Apa102, device),
        (None, None, Some(device)) => chain(Chip::Ws2812, device),
        _ => {
            let hint = "write one of `led = \"ACT\"`, `apa102 = \"/dev/spidev0.0\"` and \
                        `ws2812 = \"/dev/spidev0.0\"`";
            checker.report("light", "it must be clear which light is meant", hint);
            return None;
        }
    };
    Some(LightSpec {
        kind,
        brightness: u8::try_from(brightness).unwrap_or(100),
    })
}

/// The folder of a LED, by its name or its path.
fn led(checker: &mut Checker<'_>, name: &str) -> Option<PathBuf> {
    let is_name = !name.is_empty() && !name.contains('/') && name != "." && name != "..";
    if is_name {
        return Some(Path::new(LEDS).join(name));
    }
    if name.starts_with('/') {
        return Some(PathBuf::from(name));
    }
    let message = format!("`{name}` is no LED");
    let hint = "write its name below /sys/class/leds, such as `ACT`; `mynah devices` lists them";
    checker.report("light.led", message, hint);
    None
}
