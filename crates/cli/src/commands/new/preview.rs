//! What a new intent will match, and what it takes from the others.

use std::fmt::Write as _;

use crate::commands::collisions;
use crate::commands::samples::samples;
use crate::commands::test::passes;
use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::events::{intents_line, slots_json};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::typed;
use mynah_core::model::{LlmBackend, Settings, SlotKind, SlotSpec};
use mynah_models::Store;

use super::draft::Test;

/// Sentences that are shown.
const SAMPLES: usize = 5;

/// The new file, tried out without acting on anything. Only phrases
/// understand here.
pub(super) struct Preview {
    name: String,
    slots: Vec<String>,
    pub samples: Vec<String>,
    /// Samples that may mean something else too.
    pub unclear: Vec<String>,
    /// Tests of the file that fail now and did not before.
    pub broken: Vec<String>,
    engine: Engine,
}

impl Preview {
    /// `before` and `after` are texts of the file, the latter a good one.
    pub(super) fn new(before: &str, after: &str, name: &str) -> anyhow::Result<Self> {
        let settings = settings(after)?;
        let spec = settings.intent(name).cloned();
        let tests = settings.tests.clone();
        let taken = taken(before, &settings, name)?;
        let mut new = Self {
            name: name.to_owned(),
            slots: Vec::new(),
            samples: spec
                .as_ref()
                .map(|spec| samples(spec, &spec.phrases, SAMPLES))
                .unwrap_or_default(),
            unclear: Vec::new(),
            broken: Vec::new(),
            engine: engine(settings)?,
        };
        let slots = spec.iter().flat_map(|spec| &spec.slots);
        new.slots = slots.map(described).collect();
        for sample in new.samples.clone() {
            let test = new.test(&sample);
            if !test.pass {
                new.unclear
                    .push(format!("\"{sample}\" is understood as {}", test.got));
            }
        }
        new.unclear.extend(taken);
        if !tests.is_empty() {
            let mut old = engine(self::settings(before)?)?;
            for test in &tests {
                let failed = !passes(test, &answer(&mut new.engine, &test.say));
                if failed && passes(test, &answer(&mut old, &test.say)) {
                    new.broken
                        .push(format!("line {}: \"{}\"", test.line, test.say));
                }
            }
        }
        Ok(new)
    }

    /// What each sentence is understood as.
    pub(super) fn tests(&mut self, sentences: &[String]) -> Vec<Test> {
        sentences.iter().map(|say| self.test(say)).collect()
    }

    pub(super) fn test(&mut self, say: &str) -> Test {
        let TurnAnswer { understanding, .. } = answer(&mut self.engine, say);
        let [intent] = understanding.intents.as_slice() else {
            return Test {
                say: say.to_owned(),
                slots: serde_json::Map::new(),
                pass: false,
                got: intents_line(&understanding.intents),
            };
        };
        let rivals = &understanding.rivals;
        let or = if rivals.is_empty() {
            String::new()
        } else {
            format!(", or {}", intents_line(rivals))
        };
        Test {
            say: say.to_owned(),
            slots: slots_json(intent),
            pass: intent.name == self.name && rivals.is_empty(),
            got: intents_line(&understanding.intents) + &or,
        }
    }

    /// For a person.
    pub(super) fn shown(&self) -> String {
        let mut shown = String::from("It will understand, for instance:\n");
        for sample in &self.samples {
            let _ = writeln!(shown, "  {sample}");
        }
        if !self.slots.is_empty() {
            let _ = writeln!(shown, "Its slots: {}", self.slots.join("; "));
        }
        for unclear in &self.unclear {
            let _ = writeln!(shown, "UNCLEAR: {unclear}");
        }
        for broken in &self.broken {
            let _ = writeln!(shown, "BREAKS the test in {broken}");
        }
        shown
    }
}

/// Sentences of other intents that are no longer clear beside the new one.
fn taken(before: &str, after: &Settings, name: &str) -> anyhow::Result<Vec<String>> {
    let before: Vec<String> = collisions::find(&settings(before)?)
        .into_iter()
        .map(|collision| collision.sentence)
        .collect();
    let of_others = |collision: &collisions::Collision| {
        collision.intent != name && !before.contains(&collision.sentence)
    };
    Ok(collisions::find(after)
        .into_iter()
        .filter(of_others)
        .map(|collision| {
            format!(
                "\"{}\", of the intent `{}`, is understood as {}",
                collision.sentence, collision.intent, collision.got
            )
        })
        .collect())
}

fn settings(text: &str) -> anyhow::Result<Settings> {
    let parsed = mynah_config::parse(text);
    let mut settings = parsed.map_err(|_| anyhow::anyhow!("the file is wrong"))?;
    settings.llm.backend = LlmBackend::None;
    Ok(settings)
}

fn engine(settings: Settings) -> anyhow::Result<Engine> {
    let wants = Wants {
        speech: false,
        voice: false,
        dry_run: true,
        patient: false,
        ..Wants::default()
    };
    load::engine(settings, &Store::discover(), wants)
}

/// What comes of a sentence that begins a conversation.
fn answer(engine: &mut Engine, say: &str) -> TurnAnswer {
    let mut session = Session::default();
    engine.in_session(&mut session).ask(&typed(say))
}

fn described(slot: &SlotSpec) -> String {
    let what = match &slot.kind {
        SlotKind::Values(choices) => {
            let says = choices.iter().map(|choice| choice.say[0].as_str());
            says.take(SAMPLES).collect::<Vec<_>>().join(", ")
        }
        SlotKind::Number { .. } => "a number".into(),
        SlotKind::Duration => "a duration".into(),
        SlotKind::Time => "a time".into(),
        SlotKind::Date => "a date".into(),
        SlotKind::Text => "any words".into(),
    };
    format!("{} ({what})", slot.name)
}
