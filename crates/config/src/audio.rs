//! `[audio]`: the sound cards, the microphone's channels, and what makes other players
//! softer.

use super::actions;
use super::check::Checker;
use super::written;
use mynah_core::model::{ActionSpec, Audio, Channel, Duck};

impl Checker<'_> {
    pub(crate) fn audio(&mut self, audio: written::Audio) -> Audio {
        let paired = audio.duck.is_some() == audio.unduck.is_some();
        if !paired {
            let key = ["audio.duck", "audio.unduck"][usize::from(audio.duck.is_none())];
            self.report(
                key,
                "`duck` and `unduck` go together",
                "write both: what makes other players softer, and what makes them loud again",
            );
        }
        let [soften, restore] = [("audio.duck", audio.duck), ("audio.unduck", audio.unduck)]
            .map(|(key, action)| self.ducking(key, action?));
        if let Some(percent) = audio.chime_volume {
            self.within("audio.chime_volume", percent, 0..=100);
        }
        if let Some(sounds) = audio.sounds.as_ref().filter(|sounds| !sounds.is_absolute()) {
            let message = format!("`{}` does not begin with /", sounds.display());
            self.report(
                "audio.sounds",
                message,
                "write the whole path of the folder",
            );
        }
        Audio {
            input: audio.input,
            output: audio.output,
            channel: self.channel(audio.channel),
            chimes: audio.chimes,
            sounds: audio.sounds,
            chime_volume: audio
                .chime_volume
                .and_then(|percent| u8::try_from(percent).ok()),
            duck: soften
                .zip(restore)
                .map(|(soften, restore)| Duck { soften, restore }),
        }
    }

    fn channel(&mut self, channels: Option<written::Channels>) -> Channel {
        let numbers = match channels {
            None => return Channel::All,
            Some(written::Channels::Name(name)) => match name.as_str() {
                "left" => vec![0],
                "right" => vec![1],
                "loudest" => return Channel::Loudest,
                _ => Vec::new(),
            },
            Some(written::Channels::Number(number)) => vec![number],
            Some(written::Channels::List(numbers)) => numbers,
        };
        // No microphone has more.
        let numbers: Option<Vec<u8>> = numbers
            .iter()
            .map(|number| u8::try_from(*number).ok().filter(|number| *number < 64))
            .collect();
        let several = numbers.filter(|numbers| !numbers.is_empty());
        several.map_or_else(
            || {
                self.report(
                    "audio.channel",
                    "this is no channel of a microphone",
                    "write a number from 0 to 63, \"left\", \"right\", \"loudest\", or a list of numbers to mix; `mynah doctor --microphone` shows what is on each",
                );
                Channel::All
            },
            Channel::These,
        )
    }

    fn ducking(&mut self, key: &str, action: written::Action) -> Option<ActionSpec> {
        let spec = actions::check(self, key, action, &[], actions::Role::Other)?;
        if matches!(spec, ActionSpec::Say | ActionSpec::Builtin(_)) {
            let hint = "use `command`, `http`, `mqtt`, `home_assistant` or `dbus`";
            self.report(&format!("{key}.type"), "this makes no player softer", hint);
            return None;
        }
        Some(spec)
    }
}
