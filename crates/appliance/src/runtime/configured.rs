//! Replaces the configuration of an engine that runs. The parts that follow from it
//! are built beside the engine's work and swapped in between two turns; models,
//! timers, sessions and observers stay.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::answers::Answers;
use super::engine::Engine;
use super::llm::MakeParser;
use mynah_actions::Actor;
use mynah_core::intent::IntentParser;
use mynah_core::model::{ActionSpec, Audio, IntentSpec, Settings, SlotKind, Voice, Wake};
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
    /// The texts that questions are answered from.
    pub answers: Answers,
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

    /// Swaps the parts in, and gives the configuration of before; `None` when that
    /// panicked: the parts of before are still in use then.
    pub(super) fn configure(&mut self, new: Configured) -> Option<Settings> {
        let Configured { llm, settings, .. } = new;
        let prepare = || (llm.map(|make| make()), foreseen_sentences(&settings));
        let (llm, foreseen) = catch_unwind(AssertUnwindSafe(prepare)).ok()?;
        let parts = &mut self.parts;
        parts.llm = llm;
        parts.transcriber = new.transcriber;
        parts.verifier = new.verifier;
        parts.phrases = new.phrases;
        parts.actor = new.actor;
        parts.answers = new.answers;
        if let Some(voice) = &mut parts.voice {
            voice.foresee(foreseen);
        }
        self.ahead = None;
        Some(std::mem::replace(&mut parts.settings, settings))
    }
}

/// Keeps in `new` the settings that cannot change while the box runs, and gives the
/// keys of those that differ: they count after a restart.
pub fn keep_fixed(old: &Settings, new: &mut Settings) -> Vec<&'static str> {
    // A setting that is added must be decided about: here, or by following it.
    let Audio {
        input: _,
        output: _,
        channel: _,
        chimes: _,
        sounds: _,
        chime_volume: _,
        duck: _,
    } = &old.audio;
    let Wake {
        words: _,
        refractory_ms: _,
        verify: _,
    } = &old.wake;
    let Voice { model: _, speed: _ } = &old.voice;
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
        "audio.channel" audio.channel;
        "audio.chimes" audio.chimes;
        "audio.sounds" audio.sounds;
        "audio.chime_volume" audio.chime_volume;
        "audio.duck" audio.duck;
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
        "button" buttons;
        "light" light;
    }
    // Models stay; how easily they fire follows.
    let names =
        |wake: &Wake| -> Vec<String> { wake.words.iter().map(|word| word.name.clone()).collect() };
    if names(&old.wake) != names(&new.wake) {
        new.wake.words.clone_from(&old.wake.words);
        kept.push("wake.words");
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

/// Whether an intent that was understood with one configuration does the same with
/// the other: its action and what takes it back, what is asked before, the fields of
/// its values, and, as far as the action uses them, secrets and Home Assistant.
pub(super) fn does_the_same(old: &Settings, new: &Settings, intent: &Intent) -> bool {
    let (Some(before), Some(after)) = (old.intent(&intent.name), new.intent(&intent.name)) else {
        return false;
    };
    let deeds = |spec: &IntentSpec| {
        let actions = (spec.action.clone(), spec.undo.clone());
        (actions, spec.confirm.clone(), spec.later)
    };
    let fields = |spec: &IntentSpec| -> Vec<Option<BTreeMap<String, String>>> {
        let slots = intent.slots.iter();
        slots
            .map(|slot| match &spec.slot(&slot.name)?.kind {
                SlotKind::Values(choices) => {
                    let value = slot.value.to_string();
                    let choice = choices.iter().find(|choice| choice.value == value)?;
                    Some(choice.fields.clone())
                }
                _ => None,
            })
            .collect()
    };
    let uses = |wanted: &dyn Fn(&ActionSpec) -> bool| {
        let mut actions = before.action.iter().chain(&before.undo);
        actions.any(|action| action.any(wanted))
    };
    let asks_the_house = |action: &ActionSpec| matches!(action, ActionSpec::HomeAssistant(_));
    let may_use_secrets =
        |action: &ActionSpec| matches!(action, ActionSpec::Http(_) | ActionSpec::Mqtt(_));
    deeds(before) == deeds(after)
        && fields(before) == fields(after)
        && (old.home_assistant == new.home_assistant || !uses(&asks_the_house))
        && (old.secrets == new.secrets || !uses(&may_use_secrets))
}

/// Whether an intent is all the same in both configurations, words included.
pub(super) fn means_the_same(old: &Settings, new: &Settings, intent: &Intent) -> bool {
    let found = old.intent(&intent.name);
    found.is_some() && found == new.intent(&intent.name) && does_the_same(old, new, intent)
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
            &file("[wake]\nwords = [\"alexa\"]"),
            &file("[wake]\nwords = [\"alexa\"]\nsensitivity = \"low\""),
            &[],
        );
        check(
            &file("[wake]\nwords = [\"alexa\"]"),
            &file("[wake]\nwords = [\"alexa\", \"hey_jarvis\"]"),
            &["wake.words"],
        );
        check(
            &file(""),
            &file("[serve]\nweb = \"127.0.0.1:8080\"\n[llm]\nbackend = \"none\""),
            &["llm.backend", "serve"],
        );
    }
}
