//! Actions against real programs, a real broker, a real bus and small web
//! servers.

mod command;
mod dbus;
mod escape;
mod home_assistant;
mod house;
mod http;
mod mqtt;
pub(crate) mod registry;
mod sequence;
mod server;

use std::path::{Path, PathBuf};

use super::{Actor, World};
use mynah_config::{EXAMPLE, parse};
use mynah_core::model::{ActionSpec, Mqtt, Settings};
use mynah_core::turn::{Intent, Outcome, Slot, SlotValue};

/// Texts that would break out of a careless quoting.
const NASTY: [&str; 12] = [
    "'; reboot #",
    "\" && reboot && \"",
    "$(reboot) `reboot` ${HOME}",
    "two words\nand a line\r\n",
    "../../etc/passwd",
    "a/b/+/#",
    "-rf *",
    "{room} {result.stdout} %s %2F",
    "\\\",\"admin\":true,\"x\":\"",
    "Zoë 日本語 🦜",
    "",
    " ",
];

fn settings(mqtt: Option<Mqtt>) -> Settings {
    let mut settings = parse(EXAMPLE).expect("the built-in example is right");
    settings.mqtt = mqtt;
    settings
}

/// An intent whose slot `x` was filled with `text`.
fn intent(text: &str) -> Intent {
    Intent {
        name: "test".into(),
        slots: vec![slot("x", SlotValue::Text(text.into()), text)],
        when: None,
    }
}

fn slot(name: &str, value: SlotValue, spoken: &str) -> Slot {
    Slot {
        name: name.into(),
        value,
        spoken: spoken.into(),
    }
}

/// A file beside the tests.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/data")
        .join(name)
}

fn act(spec: &ActionSpec, text: &str) -> Outcome {
    World::new(&settings(None)).act(spec, &intent(text))
}
