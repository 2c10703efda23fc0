//! Replaces the configuration of an engine that runs. The parts that follow from it
//! are built beside the engine's work and swapped in between two turns; models,
//! timers, sessions and observers stay.

use std::sync::Arc;

use super::engine::Engine;
use super::llm::MakeParser;
use mynah_actions::Actor;
use mynah_core::intent::IntentParser;
use mynah_core::model::{IntentSpec, Settings};
use mynah_core::reply::foreseen_sentences;
use mynah_core::turn::Intent;
use mynah_speech::stt::{Transcriber, WakeVerifier};

/// The parts of an engine that follow from its configuration.
pub struct Configured {
    /// The configuration.
    pub settings: Settings,
    /// The recogniser with its bias; `None` where only text comes in.
    pub transcriber: Option<Box<dyn Transcriber>>,
    /// Verifies wake words; `None` where that cannot be done.
    pub verifier: Option<Box<dyn WakeVerifier>>,
    /// The phrases.
    pub phrases: Box<dyn IntentParser>,
    /// Makes the parser with the language model, which it primes.
    pub llm: Option<MakeParser>,
    /// Carries out.
    pub actor: Box<dyn Actor>,
}

/// Builds the parts for a configuration, on any thread.
pub type Rebuild = Arc<dyn Fn(Settings) -> Configured + Send + Sync>;

impl Engine {
    /// Lets [`super::sessions::Sessions::replace`] replace the configuration.
    #[must_use]
    pub fn rebuilt_by(self, rebuild: Rebuild) -> Self {
        Self {
            rebuild: Some(rebuild),
            ..self
        }
    }

    /// Swaps the parts in, and gives the configuration of before.
    pub(super) fn configure(&mut self, new: Configured) -> Settings {
        let parts = &mut self.parts;
        parts.transcriber = new.transcriber;
        parts.verifier = new.verifier;
        parts.phrases = new.phrases;
        parts.actor = new.actor;
        // The parser of before goes first: two prompts would take turns.
        parts.llm = None;
        parts.llm = new.llm.map(|make| make());
        if let Some(voice) = &mut parts.voice {
            voice.foresee(foreseen_sentences(&new.settings));
        }
        self.ahead = None;
        std::mem::replace(&mut parts.settings, new.settings)
    }
}

/// Keeps in `new` the settings that cannot change while the box runs, and gives the
/// keys of those that differ: they count after a restart.
pub fn keep_fixed(old: &Settings, new: &mut Settings) -> Vec<&'static str> {
    let mut kept = Vec::new();
    macro_rules! fixed {
        ($($key:literal $($field:ident).+;)*) => {
            $(keep($key, &old.$($field).+, &mut new.$($field).+, &mut kept);)*
        };
    }
    fixed! {
        "device.language" device.language;
        "audio.input" audio.input;
        "audio.output" audio.output;
        "audio.chimes" audio.chimes;
        "audio.duck" audio.duck;
        "wake.words" wake.words;
        "wake.refractory_ms" wake.refractory_ms;
        "wake.verify" wake.verify;
        "stt.model" stt.model;
        "stt.second" stt.second;
        "stt.threads" stt.threads;
        "llm.backend" llm.backend;
        "llm.model" llm.model;
        "llm.hef" llm.hef;
        "llm.url" llm.url;
        "llm.api" llm.api;
        "llm.threads" llm.threads;
        "voice.model" voice.model;
        "voice.speed" voice.speed;
        "mqtt" mqtt;
        "events" events;
        "serve" serve;
    }
    kept
}

fn keep<T: Clone + PartialEq>(
    key: &'static str,
    old: &T,
    new: &mut T,
    kept: &mut Vec<&'static str>,
) {
    if old != new {
        new.clone_from(old);
        kept.push(key);
    }
}

/// Whether an intent means the same in both configurations.
pub(super) fn means_the_same(old: &Settings, new: &Settings, intent: &Intent) -> bool {
    let found = spec(old, intent);
    found.is_some() && found == spec(new, intent)
}

fn spec<'a>(settings: &'a Settings, intent: &Intent) -> Option<&'a IntentSpec> {
    let mut intents = settings.intents.iter();
    intents.find(|spec| spec.name == intent.name)
}

#[cfg(test)]
mod tests {
    use super::keep_fixed;

    #[test]
    fn what_cannot_change_is_kept_and_named() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            let parse = |text: &str| mynah_config::parse(text).expect("the file is good");
            let (old, mut new) = (parse(old), parse(new));
            let wanted = new.device.name.clone();
            assert_eq!(keep_fixed(&old, &mut new), expected);
            assert_eq!(new.audio, old.audio);
            assert_eq!(new.llm.model, old.llm.model);
            assert_eq!(new.device.name, wanted);
        };
        let file =
            |head: &str| format!("{head}\n[[intent]]\nname = \"hello\"\nphrases = [\"hello\"]\n");
        check(&file(""), &file("[device]\nname = \"Hall\""), &[]);
        check(
            &file("[audio]\ninput = \"Desk\""),
            &file("[audio]\ninput = \"Wall\"\n[stt]\nendpoint_ms = 900"),
            &["audio.input"],
        );
        check(
            &file(""),
            &file("[serve]\nweb = \"127.0.0.1:8080\"\n[llm]\nbackend = \"none\""),
            &["llm.backend", "serve"],
        );
    }
}
