//! The light of the configuration, whichever kind it is.

use std::io;

use mynah_core::model::{Chip, LightKind, LightSpec};
use spidev::Spidev;

use crate::chain;
use crate::led::Led;
use crate::pattern::{Rgb, Shown, scaled};

/// Shows states. It is opened when it is first needed, and again after an error.
pub struct Light {
    spec: LightSpec,
    open: Option<Open>,
    /// What it shows at the moment.
    last: Option<Vec<Rgb>>,
}

enum Open {
    Led(Led),
    Chain(Chip, Spidev),
}

/// What lets a user write to LEDs.
pub const LED_RIGHTS: &str = "let the user of Mynah write `brightness` of this LED: the package does for a \
                              Raspberry Pi's own LEDs, and any other needs a rule of udev and \
                              `ReadWritePaths=` in a drop-in of the service, as in appliance.md";

/// What lets a user write to SPI devices.
pub const SPI_RIGHTS: &str = "let the user of Mynah be in the group `spi`";

impl Light {
    /// A light that is not opened yet.
    #[must_use]
    pub const fn new(spec: LightSpec) -> Self {
        Self {
            spec,
            open: None,
            last: None,
        }
    }

    /// Shows what a state looks like after so many milliseconds.
    ///
    /// # Errors
    /// When the light is not there or may not be written.
    pub fn show(&mut self, shown: Shown, ms: u64) -> io::Result<()> {
        let drawn = self.draw(shown, ms);
        if drawn.is_err() {
            self.open = None;
            self.last = None;
        }
        drawn
    }

    fn draw(&mut self, shown: Shown, ms: u64) -> io::Result<()> {
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(opened(&self.spec.kind)?),
        };
        let brightness = percent(self.spec.brightness);
        match open {
            Open::Led(led) => {
                let picture = if led.has_colours() {
                    shown.chain(ms, 1)
                } else {
                    vec![[shown.level(ms); 3]]
                };
                if self.last.as_ref() != Some(&picture) {
                    led.show(picture[0], brightness)?;
                    self.last = Some(picture);
                }
            }
            Open::Chain(chip, spi) => {
                let LightKind::Chain { count, .. } = self.spec.kind else {
                    return Ok(());
                };
                let mut picture = shown.chain(ms, count.into());
                for pixel in &mut picture {
                    *pixel = scaled(*pixel, brightness);
                }
                if self.last.as_ref() != Some(&picture) {
                    chain::send(spi, &chain::encode(*chip, &picture))?;
                    self.last = Some(picture);
                }
            }
        }
        Ok(())
    }
}

fn opened(kind: &LightKind) -> io::Result<Open> {
    Ok(match kind {
        LightKind::Led(folder) => Open::Led(Led::open(folder)?),
        LightKind::Chain { chip, device, .. } => Open::Chain(*chip, chain::open(*chip, device)?),
    })
}

/// Of 255.
fn percent(percent: u8) -> u8 {
    u8::try_from(u16::from(percent.min(100)) * 255 / 100).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use mynah_core::model::{LightKind, LightSpec};

    use super::{Light, Shown};

    #[test]
    fn a_light_that_comes_later_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let led = folder.path().join("ACT");
        let mut light = Light::new(LightSpec {
            kind: LightKind::Led(led.clone()),
            brightness: 50,
        });
        assert!(light.show(Shown::Listening, 0).is_err());
        fs::create_dir(&led).expect("a folder");
        fs::write(led.join("max_brightness"), "255").expect("a file");
        light.show(Shown::Listening, 0).expect("it is there");
        let shines = || fs::read_to_string(led.join("brightness")).expect("a file");
        assert_eq!(shines(), "127");
        light.show(Shown::Idle, 0).expect("it is there");
        assert_eq!(shines(), "0");
        // Unplugged and plugged in again.
        fs::remove_dir_all(&led).expect("a folder");
        assert!(light.show(Shown::Ringing, 0).is_err());
        fs::create_dir(&led).expect("a folder");
        fs::write(led.join("max_brightness"), "1").expect("a file");
        light.show(Shown::Ringing, 400).expect("it is there");
        light.show(Shown::Ringing, 700).expect("it is there");
    }
}
