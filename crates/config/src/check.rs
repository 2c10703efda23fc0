//! From the file as written to the settings: collects everything that is
//! wrong, each with its place.

use std::ops::RangeInclusive;

use super::house::Followed;
use super::names::Names;
use super::place::{Places, inside_text, line_and_column};
use super::shape;
use super::{
    Problem, ambiguity, builtin, choices, dialogues, follow_up, house, intents, outside, panel,
    serve, trials, written,
};
use mynah_core::language::{Tongue, speak};
use mynah_core::model::ActionSpec;
use mynah_core::model::{
    Device, Duck, Events, IntentSpec, Secrets, Sensitivity, Settings, Verify, Wake, WakeWord,
};
use mynah_core::suggest;

/// Reads and checks a configuration.
///
/// # Errors
/// Everything that is wrong in it, in the file's order. When it is not TOML,
/// or not of the file's shape, that alone.
pub fn parse(text: &str) -> Result<Settings, Vec<Problem>> {
    parse_with(text, None)
}

/// As [`parse`], by who knows which models there are.
///
/// # Errors
/// As there; a model that there is not is wrong as well.
pub fn parse_with(text: &str, names: Option<&Names>) -> Result<Settings, Vec<Problem>> {
    parse_followed(text, names, &Followed::new())
}

/// As [`parse_with`], where Home Assistant's names are known; they count only in
/// a file with `follow = true`.
///
/// # Errors
/// As there.
pub fn parse_followed(
    text: &str,
    names: Option<&Names>,
    followed: &Followed,
) -> Result<Settings, Vec<Problem>> {
    let places = Places::read(text);
    let file: written::File =
        toml::from_str(text).map_err(|error| vec![shape::problem(text, &places, &error)])?;
    let _speaking = Tongue::of_code(&file.device.language).map(speak);
    let mut checker = Checker {
        text,
        places,
        problems: Vec::new(),
        warnings: Vec::new(),
        names,
        secrets: Secrets::new(),
        knows_home_assistant: file.home_assistant.is_some(),
        follows: file
            .home_assistant
            .as_ref()
            .is_some_and(|house| house.follow),
        area: file.device.area.clone(),
    };
    let mut settings = checker.settings(file, followed);
    if checker.follows {
        // What a test expects may be gone from the house, or not be known yet.
        let (of_tests, others) = std::mem::take(&mut checker.problems)
            .into_iter()
            .partition(|problem: &Problem| is_expectation(&problem.key));
        checker.problems = others;
        settings.warnings.extend::<Vec<_>>(of_tests);
    }
    settings
        .warnings
        .sort_by_key(|warning| (warning.line, warning.column));
    let mut problems = checker.problems;
    if problems.is_empty() {
        return Ok(settings);
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems.dedup();
    Err(problems)
}

/// Whether a key is in a slot that a test or a dialogue expects.
fn is_expectation(key: &str) -> bool {
    let of_test = key.starts_with("test[") || key.starts_with("dialogue[");
    of_test && key.contains(".slots.")
}

/// The text, where its keys stand, and what was found wrong so far.
pub(crate) struct Checker<'a> {
    pub text: &'a str,
    /// Which models there are, if that is known.
    pub names: Option<&'a Names>,
    /// What `{secret:NAME}` may name.
    pub secrets: Secrets,
    /// Whether there is a `[home_assistant]`.
    pub knows_home_assistant: bool,
    /// Whether its names are lists.
    pub follows: bool,
    /// `device.area`
    pub area: Option<String>,
    places: Places,
    problems: Vec<Problem>,
    /// What is allowed, and hardly meant.
    warnings: Vec<Problem>,
}

impl Checker<'_> {
    /// Notes a problem with the value, or table, at a dotted path.
    pub(crate) fn report(
        &mut self,
        key: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let offset = self.places.find(key).map(|span| span.start);
        self.note(key, offset, message.into(), hint.into());
    }

    /// Notes what works at a dotted path, and hardly as it was meant.
    pub(crate) fn warn(&mut self, key: &str, message: impl Into<String>, hint: impl Into<String>) {
        // What is built in is not the owner's to put right.
        let owned = match key.split_once('.') {
            Some(("lists", rest)) => {
                let name = rest.split(['.', '[']).next().unwrap_or_default();
                format!("lists.{name}")
            }
            Some((head, _)) => head.to_owned(),
            None => String::new(),
        };
        if !owned.is_empty() && self.places.exactly(&owned).is_none() {
            return;
        }
        self.report(key, message, hint);
        self.warnings.extend(self.problems.pop());
    }

    /// Notes a problem at byte `at` inside the text at a dotted path.
    pub(crate) fn report_inside(
        &mut self,
        key: &str,
        text: &str,
        at: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let offset = self
            .places
            .find(key)
            .map(|span| inside_text(self.text, &span, text, at));
        self.note(key, offset, message.into(), hint.into());
    }

    /// The line of a dotted path, from 1; 0 when it is nowhere.
    pub(crate) fn line(&self, key: &str) -> usize {
        self.places
            .find(key)
            .map_or(0, |span| line_and_column(self.text, span.start).0)
    }

    /// Whether the file has the key.
    pub(crate) fn is_written(&self, key: &str) -> bool {
        self.places.exactly(key).is_some()
    }

    fn note(&mut self, key: &str, offset: Option<usize>, message: String, hint: String) {
        let (line, column) = offset.map_or((0, 0), |at| line_and_column(self.text, at));
        self.problems.push(Problem {
            line,
            column,
            key: key.to_owned(),
            message,
            hint,
        });
    }

    fn settings(&mut self, file: written::File, followed: &Followed) -> Settings {
        self.names(&file);
        let device = self.device(file.device);
        let wake = self.wake(file.wake);
        let stt = self.stt(file.stt);
        let llm = self.llm(file.llm);
        let voice = self.voice(file.voice);
        let mqtt = file
            .mqtt
            .map(|mqtt| outside::mqtt(self, mqtt, &device.name));
        let home_assistant = file
            .home_assistant
            .map(|house| outside::home_assistant(self, house));
        let events = file.events.map(|events| outside::events(self, events));
        let serve = serve::serve(self, file.serve);
        let buttons = panel::buttons(self, file.button);
        let light = file.light.and_then(|light| panel::light(self, light));
        self.secrets = outside::secrets(self, file.secrets);
        let audio = self.audio(file.audio);
        let lists = builtin::lists(file.lists.0, &file.builtin);
        let mut lists = choices::lists(self, lists);
        if self.follows {
            house::add(&mut lists, followed);
        }
        let rules = intents::rules(self, &file.rules.0);
        let owned = file.intent.len();
        let written = builtin::add(file.intent, &file.builtin);
        let follow_ups: Vec<_> = written.iter().map(|intent| intent.follow_up).collect();
        let mut intents = intents::check(self, written, &lists, &rules);
        let (usual, key) = dialogues::usual_follow_up(self, &file.dialogue);
        follow_up::check(self, (usual, &key), &follow_ups, &mut intents);
        // A broken phrase is left out, which would shift the others' places.
        let broken = |problem: &Problem| problem.key.contains(".phrases[");
        if !self.problems.iter().any(broken) {
            ambiguity::check(self, &intents, owned);
        }
        let tests = trials::check(self, file.test, &intents);
        let dialogues = dialogues::check(self, file.dialogue, &intents);
        if intents.is_empty() {
            let hint = "write an [[intent]], or switch something on: `all = true` under [builtin]";
            self.warn("", "nothing will be understood: there are no intents", hint);
        }
        let mqtt = mqtt.or_else(|| {
            needs_broker(&intents, audio.duck.as_ref(), events.as_ref())
                .then(|| outside::mqtt(self, written::Mqtt::default(), &device.name))
        });
        Settings {
            device,
            audio,
            wake,
            stt,
            llm,
            voice,
            mqtt,
            home_assistant,
            events,
            serve,
            buttons,
            light,
            secrets: std::mem::take(&mut self.secrets),
            intents,
            tests,
            dialogues,
            warnings: std::mem::take(&mut self.warnings),
        }
    }

    fn device(&mut self, device: written::Device) -> Device {
        self.not_blank("device.name", &device.name);
        let language = Tongue::of_code(&device.language);
        if language.is_none() {
            let message = format!("the language `{}` is not there yet", device.language);
            let codes = Tongue::ALL.map(|known| format!("\"{}\"", known.code()));
            let hint = format!("write {}", codes.join(" or "));
            self.report("device.language", message, hint);
        }
        if let Some(area) = &device.area {
            self.not_blank("device.area", area);
        }
        Device {
            name: device.name,
            language: language.unwrap_or_default(),
            area: device.area,
        }
    }

    fn wake(&mut self, wake: written::Wake) -> Wake {
        self.within("wake.refractory_ms", wake.refractory_ms, 0..=60_000);
        let usual = self.sensitivity("wake.sensitivity", &wake.sensitivity);
        if wake.words.is_empty() {
            self.report(
                "wake.words",
                "no word would wake the box",
                "name at least one, such as \"hey_jarvis\"",
            );
        }
        let mut words: Vec<WakeWord> = Vec::new();
        for (index, word) in wake.words.into_iter().enumerate() {
            let key = format!("wake.words[{index}]");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if word.name.is_empty() || !word.name.chars().all(plain) {
                self.report(
                    &key,
                    format!("`{}` cannot be the name of a wake word", word.name),
                    "names have small letters, digits and `_`, such as \"hey_jarvis\"",
                );
            }
            if words.iter().any(|other| other.name == word.name) {
                self.report(
                    &key,
                    format!("the wake word `{}` is there twice", word.name),
                    "take one of them out",
                );
            }
            let sensitivity = word.sensitivity.map_or(usual, |own| {
                self.sensitivity(&format!("{key}.sensitivity"), &own)
            });
            words.push(WakeWord {
                name: word.name,
                sensitivity,
            });
        }
        Wake {
            words,
            refractory_ms: wake.refractory_ms,
            verify: self.verify(&wake.verify),
        }
    }

    fn verify(&mut self, name: &str) -> Verify {
        match name {
            "never" => Verify::Never,
            "doubtful" => Verify::Doubtful,
            "always" => Verify::Always,
            other => {
                let choices = ["never", "doubtful", "always"];
                self.not_among("wake.verify", "verify", other, &choices);
                Verify::Doubtful
            }
        }
    }

    fn sensitivity(&mut self, key: &str, name: &str) -> Sensitivity {
        match name {
            "low" => Sensitivity::Low,
            "normal" => Sensitivity::Normal,
            "high" => Sensitivity::High,
            other => {
                let choices = ["low", "normal", "high"];
                self.not_among(key, "sensitivity", other, &choices);
                Sensitivity::Normal
            }
        }
    }

    /// Reports a text that has nothing in it.
    pub(crate) fn not_blank(&mut self, key: &str, text: &str) {
        if text.trim().is_empty() {
            self.report(
                key,
                "this text is empty",
                "write something, or leave the key out",
            );
        }
    }

    /// Reports a word that is not one of the `choices`.
    pub(crate) fn not_among(&mut self, key: &str, what: &str, word: &str, choices: &[&str]) {
        let hint = match suggest::closest(word, choices) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("take one of {}", suggest::list(choices)),
        };
        self.report(key, format!("there is no {what} `{word}`"), hint);
    }

    /// Reports a number outside its range.
    pub(crate) fn within(&mut self, key: &str, number: u32, range: RangeInclusive<u32>) {
        if !range.contains(&number) {
            self.report(
                key,
                format!("{number} is out of range"),
                format!("take a number from {} to {}", range.start(), range.end()),
            );
        }
    }
}

/// Whether messages are to be published though no broker is named.
fn needs_broker(intents: &[IntentSpec], duck: Option<&Duck>, events: Option<&Events>) -> bool {
    let publishes = |action: &ActionSpec| matches!(action, ActionSpec::Mqtt(_));
    let mut actions = intents
        .iter()
        .flat_map(|intent| intent.action.iter().chain(&intent.undo))
        .chain(duck.iter().flat_map(|duck| [&duck.soften, &duck.restore]));
    events.is_some_and(|events| events.mqtt || events.discovery.is_some())
        || actions.any(|action| action.any(&publishes))
}
