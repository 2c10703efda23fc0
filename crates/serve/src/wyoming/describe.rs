//! What this server offers, as Home Assistant wants to know it. A `satellite`
//! is never among it: Home Assistant would use nothing else then.

use mynah_core::model::Handle;
use serde_json::{Value, json};

use super::frame::Event;
use crate::assistant::{Attribution, Info, Model};

/// Who made the programs.
const MYNAH: &str = "Mynah";

/// The answer to `describe`.
pub(super) fn info(info: &Info, handle: Handle) -> Event {
    let languages = &info.languages;
    let ears = info.ears.iter().map(|ears| {
        let mut program = program(info, "speech to text that ends commands by their meaning");
        program["models"] = json!([model(info, ears, languages)]);
        program["supports_transcript_streaming"] = false.into();
        // The end of a command is decided here.
        program["requires_external_vad"] = false.into();
        program["prefers_auto_gain_enabled"] = false.into();
        program["prefers_noise_reduction_enabled"] = false.into();
        program
    });
    let voice = info.voice.iter().map(|voice| {
        let mut program = program(info, "text to speech");
        program["voices"] = json!([model(info, voice, languages)]);
        program["supports_synthesize_streaming"] = true.into();
        program
    });
    let wake = (!info.wake_words.is_empty()).then(|| {
        let words = info.wake_words.iter().map(|word| {
            let mut shown = model(info, word, languages);
            shown["phrase"] = word.description.clone().into();
            shown
        });
        let mut program = program(info, "wake words");
        program["models"] = words.collect();
        program
    });
    let commands = || {
        let mut program = program(info, "the commands of this box");
        let own = Model {
            name: info.device.clone(),
            description: "the intents of its configuration".into(),
            by: by_us(),
        };
        program["models"] = json!([model(info, &own, languages)]);
        program
    };
    let handles = (handle == Handle::Act).then(|| {
        let mut program = commands();
        program["supports_handled_streaming"] = false.into();
        program["supports_home_control"] = true.into();
        program
    });
    let intents = (handle == Handle::Intent).then(commands);
    Event::new(
        "info",
        json!({
            "asr": ears.collect::<Vec<_>>(),
            "tts": voice.collect::<Vec<_>>(),
            "handle": Vec::from_iter(handles),
            "intent": Vec::from_iter(intents),
            "wake": Vec::from_iter(wake),
            "mic": [],
            "snd": [],
        }),
    )
}

fn by_us() -> Attribution {
    Attribution {
        name: MYNAH.into(),
        url: String::new(),
    }
}

/// All roles have the name of the box, under which Home Assistant lists it.
fn program(info: &Info, description: &str) -> Value {
    json!({
        "name": info.device,
        "attribution": {"name": MYNAH, "url": ""},
        "installed": true,
        "description": description,
        "version": info.version,
    })
}

fn model(info: &Info, model: &Model, languages: &[String]) -> Value {
    json!({
        "name": model.name,
        "attribution": {"name": model.by.name, "url": model.by.url},
        "installed": true,
        "description": model.description,
        "version": info.version,
        "languages": languages,
    })
}
