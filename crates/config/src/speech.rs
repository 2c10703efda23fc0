//! Checks `[stt]` and `[voice]`, in the language of the file.

use super::check::Checker;
use super::written;
use mynah_core::language::{Tongue, tongue};
use mynah_core::model::{Stt, Voice};

/// How the names of recognisers end that hear English only.
const ENGLISH_ONLY: &str = ".en";

/// The recogniser for all languages.
const EVERY_LANGUAGE: &str = "whisper-base";

/// How the names of voices begin that speak English.
const ENGLISH_VOICES: &str = "en_";

impl Checker<'_> {
    /// Checks `[stt]`.
    pub(crate) fn stt(&mut self, mut stt: written::Stt) -> Stt {
        let english_only = stt.model.ends_with(ENGLISH_ONLY);
        if tongue() != Tongue::English && english_only {
            if self.is_written("stt.model") {
                self.report(
                    "stt.model",
                    format!("`{}` hears English only", stt.model),
                    format!("leave it out, or write \"{EVERY_LANGUAGE}\""),
                );
            }
            // The better model is the only one, so that nothing is left to ask.
            EVERY_LANGUAGE.clone_into(&mut stt.model);
            if stt.second == EVERY_LANGUAGE {
                "none".clone_into(&mut stt.second);
            }
        }
        self.not_blank("stt.model", &stt.model);
        self.within("stt.threads", stt.threads, 1..=64);
        self.within("stt.endpoint_ms", stt.endpoint_ms, 100..=5_000);
        self.within(
            "stt.endpoint_complete_ms",
            stt.endpoint_complete_ms,
            100..=5_000,
        );
        self.within("stt.endpoint_open_ms", stt.endpoint_open_ms, 100..=5_000);
        self.within("stt.max_s", stt.max_s, 1..=30);
        self.not_blank("stt.second", &stt.second);
        Stt {
            model: stt.model,
            second: Some(stt.second).filter(|name| name != "none"),
            threads: stt.threads,
            endpoint_ms: stt.endpoint_ms,
            endpoint_complete_ms: stt.endpoint_complete_ms.min(stt.endpoint_ms),
            endpoint_open_ms: stt.endpoint_open_ms.max(stt.endpoint_ms),
            max_s: stt.max_s,
        }
    }

    /// Checks `[voice]`.
    pub(crate) fn voice(&mut self, voice: written::Voice) -> Voice {
        if tongue() != Tongue::English && voice.model.starts_with(ENGLISH_VOICES) {
            let hint = "put a Piper voice of this language into the store, and name it in \
                        `voice.model`";
            self.warn(
                "device.language",
                format!(
                    "`{}` speaks English only, and says everything so",
                    voice.model
                ),
                hint,
            );
        }
        self.not_blank("voice.model", &voice.model);
        if !(0.5..=2.0).contains(&voice.speed) {
            self.report(
                "voice.speed",
                format!("the voice cannot speak at speed {}", voice.speed),
                "take a number from 0.5 to 2.0",
            );
        }
        Voice {
            model: voice.model,
            speed: voice.speed,
        }
    }
}
