//! `mynah test`: runs the file's own tests and dialogues, without actions.

mod dialogue;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use serde_json::{Map, Value, json};

use super::{Common, Exit};
use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::events::{intents_line, slots_json};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::{hear, typed};
use mynah_appliance::timers::{Clock, ScriptClock, SystemClock};
use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_core::model::TestSpec;
use mynah_core::turn::{Failure, Intent};
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;

const EXAMPLES: &str = "\
Examples:
  mynah test                          every [[test]] and [[dialogue]] as text
  mynah test --wav spoken             also spoken by the voice and heard again
  mynah test --config kiosk.toml --json

Exit status: 0 all passed, 1 some failed, 2 wrong usage or configuration.";

/// Samples of silence before and after a spoken test: 0.3 s, as the appliance
/// keeps around a command.
const AROUND: usize = SAMPLE_RATE as usize * 3 / 10;

/// Arguments of `mynah test`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArgs {
    /// Also synthesise each test into this folder and recognise it
    #[arg(long, value_name = "DIR")]
    wav: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &TestArgs, common: &Common) -> anyhow::Result<Exit> {
    let source = mynah_config::discover(common.config.as_deref())?;
    let (name, settings) = (source.name.clone(), source.settings()?);
    let (tests, dialogues) = (settings.tests.clone(), settings.dialogues.clone());
    let spoken = args.wav.is_some();
    let wants = Wants {
        speech: spoken,
        voice: spoken,
        dry_run: true,
        patient: true,
        ..Wants::default()
    };
    let store = Store::discover();
    let clock = Arc::new(ScriptClock::new(SystemClock::default().now()));
    let by: Arc<dyn Clock> = Arc::<ScriptClock>::clone(&clock);
    let mut bench = Bench {
        engine: load::engine_by(by, settings, &store, wants)?,
        clock,
        aloud: None,
        file: name,
        as_json: common.json,
    };
    if let Some(folder) = &args.wav {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        bench.aloud = Some((folder.clone(), Vad::load(&store)?));
    }
    let mut failed = [0, 0];
    for (number, test) in (1_u32..).zip(&tests) {
        failed[0] += u32::from(!bench.test(number, test)?);
    }
    for (number, dialogue) in (1_u32..).zip(&dialogues) {
        failed[1] += u32::from(!bench.dialogue(number, dialogue)?);
    }
    if !common.json {
        let how = if spoken { "spoken " } else { "" };
        let passed = tests.len() - failed[0] as usize;
        println!("{passed} of {} {how}tests passed", tests.len());
        if !dialogues.is_empty() {
            let passed = dialogues.len() - failed[1] as usize;
            println!("{passed} of {} {how}dialogues passed", dialogues.len());
        }
    }
    Ok(if failed == [0, 0] {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// What the tests run on.
struct Bench {
    engine: Engine,
    clock: Arc<ScriptClock>,
    /// Where sentences are spoken into, and who finds the speech in them.
    aloud: Option<(PathBuf, Vad)>,
    /// The name of the configuration.
    file: String,
    as_json: bool,
}

impl Bench {
    /// Runs one test; whether it passes.
    fn test(&mut self, number: u32, test: &TestSpec) -> anyhow::Result<bool> {
        // Each test is a conversation of its own.
        let mut session = Session::default();
        let (answer, heard) = match &mut self.aloud {
            None => {
                let mut within = self.engine.in_session(&mut session);
                (within.ask(&typed(&test.say)), None)
            }
            Some((folder, vad)) => {
                let path = folder.join(format!("{number:03}.wav"));
                speak(&mut self.engine, &test.say, &path)?;
                let heard = hear(&mut self.engine, &mut session, vad, &path);
                let heard = heard.map_err(anyhow::Error::msg)?;
                (heard.answer, Some(heard.transcript.text))
            }
        };
        let pass = passes(test, &answer);
        if self.as_json {
            let mut line = test_json(test, pass, &answer);
            if let Some(heard) = heard {
                line["heard"] = heard.into();
            }
            println!("{line}");
        } else if !pass {
            println!("{}:{}: \"{}\"", self.file, test.line, test.say);
            if let Some(heard) = &heard {
                println!("  heard    \"{heard}\"");
            }
            println!("  expected {}", expected_line(test));
            println!("  got      {}", intents_line(&answer.understanding.intents));
            println!("  says     \"{}\"", answer.reply);
        }
        Ok(pass)
    }
}

/// Speaks a sentence into a file.
fn speak(engine: &mut Engine, say: &str, path: &Path) -> anyhow::Result<()> {
    let mut samples = vec![0.0; AROUND];
    engine.speak(say, &mut |clause, rate| {
        samples.extend(resample(&clause, rate, SAMPLE_RATE));
        true
    });
    samples.resize(samples.len() + AROUND, 0.0);
    wav::write(path, &samples, SAMPLE_RATE)?;
    Ok(())
}

/// Exactly one intent with exactly the slots, or none at all. A question is
/// as far as a test can go: what was understood before it counts.
pub(crate) fn passes(test: &TestSpec, answer: &TurnAnswer) -> bool {
    meant(&test.intent, &test.slots, test.when.as_ref(), answer)
}

/// As [`passes`], for the parts of what is expected.
fn meant(
    intent: &str,
    slots: &Map<String, Value>,
    when: Option<&Value>,
    answer: &TurnAnswer,
) -> bool {
    let understanding = &answer.understanding;
    // A correction also takes the command before back.
    let takes_back = |one: &&Intent| one.undone().is_some();
    let all: Vec<&Intent> = understanding.intents.iter().collect();
    let (undone, done): (Vec<&Intent>, Vec<&Intent>) = all.into_iter().partition(takes_back);
    let meant = if done.is_empty() { undone } else { done };
    match meant.as_slice() {
        _ if intent == "asks" => answer.question,
        // That nothing was judged is no proof that nothing was understood.
        [] => intent == "none" && !answer.failure.is_some_and(Failure::is_fault),
        [one] => {
            understanding.rivals.is_empty()
                && one.name == intent
                && slots_json(one) == *slots
                && one.when.map(|when| when.to_json()).as_ref() == when
        }
        _ => false,
    }
}

/// A test's line of `--json`.
pub(crate) fn test_json(test: &TestSpec, pass: bool, answer: &TurnAnswer) -> Value {
    let mut expected = json!({"intent": test.intent, "slots": test.slots});
    if let Some(when) = &test.when {
        expected["when"] = when.clone();
    }
    json!({
        "say": test.say,
        "pass": pass,
        "expected": expected,
        "got": got_json(answer),
    })
}

/// What was understood.
fn got_json(answer: &TurnAnswer) -> Value {
    let got = |intent: &Intent| {
        let mut got = json!({"intent": intent.name, "slots": slots_json(intent)});
        if let Some(when) = intent.when {
            got["when"] = when.to_json();
        }
        got
    };
    match answer.understanding.intents.as_slice() {
        [] => json!({"intent": "none", "slots": {}}),
        [intent] => got(intent),
        several => several.iter().map(got).collect(),
    }
}

fn expected_line(test: &TestSpec) -> String {
    meaning_line(&test.intent, &test.slots, test.when.as_ref())
}

fn meaning_line(intent: &str, slots: &Map<String, Value>, when: Option<&Value>) -> String {
    let when = when.map_or_else(String::new, |when| format!(" when {when}"));
    let slots = slots.iter().fold(intent.to_owned(), |line, (name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        line + &format!(" {name}={value}")
    });
    slots + &when
}
