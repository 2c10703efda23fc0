//! `mynah test`: runs the file's own tests, without actions.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Value, json};

use super::{Common, Exit};
use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::events::{intents_line, slots_json};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::{hear, typed};
use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, wav};
use mynah_core::model::TestSpec;
use mynah_core::turn::{Failure, Intent};
use mynah_models::Store;
use mynah_speech::ear::vad::Vad;

const EXAMPLES: &str = "\
Examples:
  mynah test                          every [[test]] as text
  mynah test --wav spoken             also spoken by the voice and heard again
  mynah test --config kiosk.toml --json

Exit status: 0 all passed, 1 some failed, 2 wrong usage or configuration.";

/// Samples of silence before and after a spoken test: 0.3 s, as the appliance
/// keeps around a command.
const AROUND: usize = SAMPLE_RATE as usize * 3 / 10;

/// Arguments of `mynah test`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TestArgs {
    /// Also synthesise each test into this folder and recognise it
    #[arg(long, value_name = "DIR")]
    wav: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub fn run(args: &TestArgs, common: &Common) -> anyhow::Result<Exit> {
    let source = mynah_config::discover(common.config.as_deref())?;
    let (name, settings) = (source.name.clone(), source.settings()?);
    let tests = settings.tests.clone();
    let wants = Wants {
        speech: args.wav.is_some(),
        voice: args.wav.is_some(),
        dry_run: true,
        patient: true,
    };
    let store = Store::discover();
    let mut engine = load::engine(settings, &store, wants)?;
    let mut spoken_into = match &args.wav {
        None => None,
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
            Some((folder, Vad::load(&store)?))
        }
    };
    let mut failed = 0;
    for (number, test) in (1_u32..).zip(&tests) {
        // Each test is a conversation of its own.
        let mut session = Session::default();
        let (answer, heard) = match &mut spoken_into {
            None => {
                let mut within = engine.in_session(&mut session);
                (within.ask(&typed(&test.say)), None)
            }
            Some((folder, vad)) => {
                let path = folder.join(format!("{number:03}.wav"));
                let (answer, heard) = spoken(&mut engine, &mut session, vad, test, &path)?;
                (answer, Some(heard))
            }
        };
        let pass = passes(test, &answer);
        failed += u32::from(!pass);
        if common.json {
            let mut line = as_json(test, pass, &answer);
            if let Some(heard) = heard {
                line["heard"] = heard.into();
            }
            println!("{line}");
        } else if !pass {
            println!("{name}:{}: \"{}\"", test.line, test.say);
            if let Some(heard) = &heard {
                println!("  heard    \"{heard}\"");
            }
            println!("  expected {}", expected_line(test));
            println!("  got      {}", intents_line(&answer.understanding.intents));
            println!("  says     \"{}\"", answer.reply);
        }
    }
    if !common.json {
        let how = if args.wav.is_some() { "spoken " } else { "" };
        let passed = tests.len() - failed as usize;
        println!("{passed} of {} {how}tests passed", tests.len());
    }
    Ok(if failed == 0 {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Speaks a test into a file and hears it: what came of it, and its words.
fn spoken(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    test: &TestSpec,
    path: &Path,
) -> anyhow::Result<(TurnAnswer, String)> {
    let mut samples = vec![0.0; AROUND];
    engine.speak(&test.say, &mut |clause, rate| {
        samples.extend(resample(&clause, rate, SAMPLE_RATE));
        true
    });
    samples.resize(samples.len() + AROUND, 0.0);
    wav::write(path, &samples, SAMPLE_RATE)?;
    let heard = hear(engine, session, vad, path).map_err(anyhow::Error::msg)?;
    Ok((heard.answer, heard.transcript.text))
}

/// Exactly one intent with exactly the slots, or none at all. A question is
/// as far as a test can go: what was understood before it counts.
pub(super) fn passes(test: &TestSpec, answer: &TurnAnswer) -> bool {
    let understanding = &answer.understanding;
    match understanding.intents.as_slice() {
        _ if test.intent == "asks" => answer.question,
        // That nothing was judged is no proof that nothing was understood.
        [] => test.intent == "none" && !answer.failure.is_some_and(Failure::is_fault),
        [intent] => {
            understanding.rivals.is_empty()
                && intent.name == test.intent
                && slots_json(intent) == test.slots
                && intent.when.map(|when| when.to_json()) == test.when
        }
        _ => false,
    }
}

fn as_json(test: &TestSpec, pass: bool, answer: &TurnAnswer) -> Value {
    let got = |intent: &Intent| {
        let mut got = json!({"intent": intent.name, "slots": slots_json(intent)});
        if let Some(when) = intent.when {
            got["when"] = when.to_json();
        }
        got
    };
    let mut expected = json!({"intent": test.intent, "slots": test.slots});
    if let Some(when) = &test.when {
        expected["when"] = when.clone();
    }
    let got = match answer.understanding.intents.as_slice() {
        [] => json!({"intent": "none", "slots": {}}),
        [intent] => got(intent),
        several => several.iter().map(got).collect(),
    };
    json!({
        "say": test.say,
        "pass": pass,
        "expected": expected,
        "got": got,
    })
}

fn expected_line(test: &TestSpec) -> String {
    let when = test.when.as_ref();
    let when = when.map_or_else(String::new, |when| format!(" when {when}"));
    let slots = test
        .slots
        .iter()
        .fold(test.intent.clone(), |line, (name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            line + &format!(" {name}={value}")
        });
    slots + &when
}
