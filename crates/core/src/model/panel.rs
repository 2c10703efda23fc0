//! `[[button]]` and `[light]`: what a hand presses, and what shines.

use std::path::PathBuf;

/// One `[[button]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonSpec {
    /// What is pressed.
    pub on: Contact,
    /// What that does.
    pub does: Press,
    /// It stays where it is put: it mutes while it is closed.
    pub switch: bool,
}

/// What is pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A key of a keyboard, a remote control or a speakerphone.
    Key {
        /// As the kernel calls it: `KEY_MUTE`.
        name: String,
        /// Its number in the kernel's interface.
        code: u16,
        /// A part of the device's name; `None`: any device that has the key.
        device: Option<String>,
    },
    /// A line of a GPIO chip.
    Gpio {
        /// The chip's name below `/dev`: `gpiochip0`.
        chip: String,
        /// The number of the line.
        line: u32,
        /// Whether the line is low while the button is pressed.
        active_low: bool,
    },
    /// A word in the named pipe `buttons` of the runtime folder, for other programs.
    Pipe(String),
}

impl Contact {
    /// As in the file.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Key { name, .. } => format!("key:{name}"),
            Self::Gpio { chip, line, .. } => format!("gpio:{chip}/{line}"),
            Self::Pipe(word) => format!("pipe:{word}"),
        }
    }
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// Listens while it is held.
    Talk,
    /// Listens, as after a wake word.
    Listen,
    /// Ends what goes on.
    Stop,
    /// Hears nothing, or hears again.
    Mute,
    /// Louder.
    VolumeUp,
    /// Softer.
    VolumeDown,
    /// Takes this sentence as a command.
    Say(String),
}

/// `[light]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightSpec {
    /// Which light.
    pub kind: LightKind,
    /// In percent of the most.
    pub brightness: u8,
}

/// Which light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LightKind {
    /// A folder of the kernel's LED class, such as `/sys/class/leds/ACT`.
    Led(PathBuf),
    /// A chain of LEDs behind an SPI device.
    Chain {
        /// Its protocol.
        chip: Chip,
        /// Such as `/dev/spidev0.0`.
        device: PathBuf,
        /// How many LEDs there are.
        count: u16,
    },
}

/// The protocol of a chain of LEDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// Clock and data: APA102, SK9822.
    Apa102,
    /// Data alone: WS2812, SK6812.
    Ws2812,
}
