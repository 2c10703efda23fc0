//! What `mynah doctor` finds out about buttons, the light and the owner's sounds.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::{Finding, Verdict};
use mynah_core::model::{ButtonSpec, Contact, LightKind, LightSpec, Settings};
use mynah_panel::keys::{self, Found, Wanted};
use mynah_panel::light::{LED_RIGHTS, SPI_RIGHTS};
use mynah_panel::lines;

/// The chimes that an owner may replace.
const SOUNDS: [&str; 4] = ["listening.wav", "heard.wav", "moment.wav", "ring.wav"];

/// All about what is on and around the box, as far as it is used.
pub(super) fn findings(settings: &Settings) -> Vec<Finding> {
    let buttons = settings.buttons.iter().filter_map(button);
    let mut findings: Vec<Finding> = buttons.collect();
    findings.extend(settings.light.as_ref().map(light));
    findings.extend(settings.audio.sounds.as_deref().map(sounds));
    findings
}

fn button(spec: &ButtonSpec) -> Option<Finding> {
    let written = spec.on.written();
    match &spec.on {
        Contact::Key { name, code, device } => {
            let wanted = Wanted {
                button: 0,
                name: name.clone(),
                code: *code,
                device: device.clone(),
            };
            Some(match keys::find(Path::new(keys::FOLDER), &wanted) {
                Found::Here(device) => Finding::ok("button", format!("`{written}` of `{device}`")),
                Found::Denied => fail(
                    "button",
                    format!("`{written}`: input devices may not be read"),
                    keys::RIGHTS,
                ),
                Found::Nowhere => Finding::new(
                    "button",
                    Verdict::Warn,
                    format!("no device with `{written}` is plugged in"),
                    "plug it in; `mynah devices` lists the keys that there are",
                ),
            })
        }
        Contact::Gpio { chip, .. } => {
            let path = Path::new("/dev").join(chip);
            Some(match File::open(&path) {
                Ok(_) => Finding::ok("button", format!("`{written}`")),
                Err(error) => device("button", &path, &error, lines::RIGHTS),
            })
        }
        // The appliance makes the pipe.
        Contact::Pipe(_) => None,
    }
}

fn light(spec: &LightSpec) -> Finding {
    let (path, rights) = match &spec.kind {
        LightKind::Led(folder) => (folder.join("brightness"), LED_RIGHTS),
        LightKind::Chain { device, .. } => (device.clone(), SPI_RIGHTS),
    };
    match OpenOptions::new().write(true).open(&path) {
        Ok(_) => Finding::ok("light", path.display().to_string()),
        Err(error) => device("light", &path, &error, rights),
    }
}

fn device(check: &str, path: &Path, error: &io::Error, rights: &str) -> Finding {
    let shown = path.display();
    if error.kind() == io::ErrorKind::NotFound {
        let hint = "`mynah devices` lists what there is; on a Raspberry Pi, SPI is switched on by \
                    `dtparam=spi=on` in config.txt";
        return fail(check, format!("`{shown}` is not there"), hint);
    }
    fail(check, format!("`{shown}`: {error}"), rights)
}

fn fail(check: &str, detail: String, hint: &str) -> Finding {
    Finding::new(check, Verdict::Fail, detail, hint)
}

fn sounds(folder: &Path) -> Finding {
    let shown = folder.display();
    let there = SOUNDS.into_iter().filter(|name| folder.join(name).exists());
    let (good, bad): (Vec<&str>, Vec<&str>) =
        there.partition(|name| mynah_audio::wav::read(&folder.join(name), 10).is_ok());
    if let Some(name) = bad.first() {
        let detail = format!("`{shown}/{name}` cannot be played");
        let hint = "make it a WAV or FLAC file of at most ten seconds that Mynah may read";
        return Finding::new("sounds", Verdict::Warn, detail, hint);
    }
    if good.is_empty() {
        let detail = format!("there is no sound in `{shown}`");
        let hint = "name one or more of them listening.wav, heard.wav, moment.wav, ring.wav";
        return Finding::new("sounds", Verdict::Warn, detail, hint);
    }
    Finding::ok("sounds", good.join(", "))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::shown;
    use super::findings;

    #[test]
    fn what_is_missing_is_told_with_its_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path().display().to_string();
        fs::create_dir(folder.path().join("led")).expect("a folder");
        fs::write(folder.path().join("led/brightness"), "0").expect("a file");
        let check = |file: &str, expected: &str| {
            let settings = mynah_config::parse(&file.replace("DIR", &dir)).expect("a good file");
            let text = shown(&findings(&settings)).replace(&dir, "DIR");
            assert!(text.contains(expected), "{text}");
        };
        check(
            "[light]\nled = \"DIR/led\"\n",
            "ok    light          DIR/led/brightness",
        );
        check("[light]\nled = \"DIR/none\"\n", "FAIL  light");
        check(
            "[light]\nws2812 = \"/dev/spidev99.0\"\ncount = 3\n",
            "dtparam=spi=on",
        );
        let gpio = "[[button]]\non = \"gpio:gpiochip999/4\"\ndo = \"talk\"\n";
        check(gpio, "`/dev/gpiochip999` is not there");
        check("[audio]\nsounds = \"DIR\"\n", "there is no sound in `DIR`");
        fs::write(folder.path().join("ring.wav"), "no sound").expect("a file");
        check(
            "[audio]\nsounds = \"DIR\"\n",
            "`DIR/ring.wav` cannot be played",
        );
        let wav = folder.path().join("ring.wav");
        mynah_audio::wav::write(&wav, &[0.0; 160], 16_000).expect("a sound");
        check(
            "[audio]\nsounds = \"DIR\"\n",
            "ok    sounds         ring.wav",
        );
    }
}
