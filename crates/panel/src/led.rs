//! A light of the kernel's LED class: one brightness, or several colours.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::pattern::{Rgb, scaled};

/// The folder of a LED, such as `/sys/class/leds/ACT`.
#[derive(Debug)]
pub(crate) struct Led {
    folder: PathBuf,
    most: u32,
    /// Which part of a colour each channel is: the kernel's order.
    channels: Option<Vec<Option<usize>>>,
    /// What made it shine before, and will again.
    trigger: Option<String>,
}

impl Led {
    /// Takes the LED over from its trigger.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let read = |name: &str| fs::read_to_string(folder.join(name));
        let most = read("max_brightness")?;
        let most = most.trim().parse().map_err(io::Error::other)?;
        let channels = read("multi_index").ok().map(|names| {
            // White, amber and others stay dark.
            let part = |name: &str| ["red", "green", "blue"].iter().position(|c| *c == name);
            names.split_whitespace().map(part).collect()
        });
        let trigger = read("trigger").ok().and_then(|text| chosen(&text));
        if trigger.as_deref().is_some_and(|trigger| trigger != "none") {
            fs::write(folder.join("trigger"), "none")?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            most,
            channels,
            trigger,
        })
    }

    /// Whether it has colours.
    pub(crate) const fn has_colours(&self) -> bool {
        self.channels.is_some()
    }

    /// Shines in a colour; a LED of one colour as bright as its brightest part.
    pub(crate) fn show(&self, colour: Rgb, brightness: u8) -> io::Result<()> {
        let colour = scaled(colour, brightness);
        let level = |part: u8| u64::from(part) * u64::from(self.most) / 255;
        let write = |name: &str, text: String| fs::write(self.folder.join(name), text);
        if let Some(channels) = &self.channels {
            let levels: Vec<String> = channels
                .iter()
                .map(|part| part.map_or(0, |part| level(colour[part])).to_string())
                .collect();
            write("multi_intensity", levels.join(" "))?;
            return write("brightness", self.most.to_string());
        }
        let brightest = colour.into_iter().max().unwrap_or(0);
        write("brightness", level(brightest).to_string())
    }
}

impl Drop for Led {
    fn drop(&mut self) {
        // It may be gone.
        let _ = self.show([0; 3], 0);
        if let Some(trigger) = &self.trigger {
            let _ = fs::write(self.folder.join("trigger"), trigger);
        }
    }
}

/// The trigger in brackets: `none [mmc0] timer`.
fn chosen(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('[')?;
    rest.split_once(']').map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Led;

    #[test]
    fn a_led_is_taken_over_and_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        let read = |name: &str| fs::read_to_string(file(name)).expect("a file");
        fs::write(file("max_brightness"), "100\n").expect("a file");
        fs::write(file("trigger"), "none [mmc0] timer\n").expect("a file");
        let led = Led::open(folder.path()).expect("a LED");
        assert_eq!(read("trigger"), "none");
        assert!(!led.has_colours());
        led.show([255, 10, 0], 255).expect("it is written");
        assert_eq!(read("brightness"), "100");
        led.show([255, 10, 0], 128).expect("it is written");
        assert_eq!(read("brightness"), "50");
        drop(led);
        assert_eq!(read("brightness"), "0");
        assert_eq!(read("trigger"), "mmc0");
    }

    #[test]
    fn colours_come_in_the_kernel_s_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        fs::write(file("max_brightness"), "255").expect("a file");
        fs::write(file("multi_index"), "green red blue\n").expect("a file");
        let led = Led::open(folder.path()).expect("a LED");
        led.show([1, 2, 3], 255).expect("it is written");
        assert_eq!(
            fs::read_to_string(file("multi_intensity")).expect("a file"),
            "2 1 3"
        );
        assert!(Led::open(&file("none")).is_err());
    }
}
