//! `[audio]`.

use super::check::Checker;
use super::{actions, written};
use mynah_core::model::{ActionSpec, Audio, Duck};

/// Checks `[audio]`.
pub(crate) fn audio(checker: &mut Checker<'_>, audio: written::Audio) -> Audio {
    let paired = audio.duck.is_some() == audio.unduck.is_some();
    if !paired {
        let key = ["audio.duck", "audio.unduck"][usize::from(audio.duck.is_none())];
        checker.report(
            key,
            "`duck` and `unduck` go together",
            "write both: what makes other players softer, and what makes them loud again",
        );
    }
    let [soften, restore] = [("audio.duck", audio.duck), ("audio.unduck", audio.unduck)]
        .map(|(key, action)| ducking(checker, key, action?));
    if let Some(percent) = audio.chime_volume {
        checker.within("audio.chime_volume", percent, 0..=100);
    }
    if let Some(sounds) = audio.sounds.as_ref().filter(|sounds| !sounds.is_absolute()) {
        let message = format!("`{}` does not begin with /", sounds.display());
        checker.report(
            "audio.sounds",
            message,
            "write the whole path of the folder",
        );
    }
    Audio {
        input: audio.input,
        output: audio.output,
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

fn ducking(checker: &mut Checker<'_>, key: &str, action: written::Action) -> Option<ActionSpec> {
    let spec = actions::check(checker, key, action, &[], actions::Role::Other)?;
    if matches!(spec, ActionSpec::Say | ActionSpec::Builtin(_)) {
        let hint = "use `command`, `http`, `mqtt`, `home_assistant` or `dbus`";
        checker.report(&format!("{key}.type"), "this makes no player softer", hint);
        return None;
    }
    Some(spec)
}
