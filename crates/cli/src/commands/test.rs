//! `mynah test`: runs the file's own tests and dialogues, without actions.

mod dialogue;
mod spoken;
mod voice;

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Map, Value, json};

use super::{Common, Exit};
use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::events::{intents_line, slots_json};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::runtime::recorded::typed;
use mynah_appliance::timers::{Clock, ScriptClock, SystemClock};
use mynah_core::language;
use mynah_core::model::{DialogueSpec, TestSpec};
use mynah_core::turn::{Failure, Intent, SessionId, SessionKind, TurnId};
use mynah_models::Store;
use voice::Voice;

const EXAMPLES: &str = "\
Examples:
  mynah test                          every [[test]] and [[dialogue]] as text
  mynah test --with more.toml         also those of another file
  mynah test --wav spoken             spoken by the voice and heard, in place of text
  mynah test --wav spoken --repeat 3  three times, each at another pace
  mynah test --wav spoken --voice-command 'espeak-ng -v en-us -w {wav} {text}'
  mynah test --wav spoken --recorded  the files that are in the folder already
  mynah test --config kiosk.toml --json

Exit status: 0 all passed, 1 some failed, 2 wrong usage or configuration.";

/// Arguments of `mynah test`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TestArgs {
    /// Synthesise each sentence into this folder and recognise it
    #[arg(long, value_name = "DIR")]
    wav: Option<PathBuf>,
    /// Also run the tests and dialogues of this file, as if they were at the end of
    /// the configuration
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    /// Speak by another program: words between blanks, {text} the sentence, {wav} the
    /// file to write, {pass} the number of the repetition
    #[arg(long, value_name = "COMMAND", requires = "wav")]
    voice_command: Option<String>,
    /// Hear the files that are in the folder already
    #[arg(long, requires = "wav", conflicts_with = "voice_command")]
    recorded: bool,
    /// Speak each test and dialogue so many times
    #[arg(long, value_name = "N", default_value_t = 1, requires = "wav",
          value_parser = clap::value_parser!(u32).range(1..=100))]
    repeat: u32,
}

/// Runs the command.
///
/// # Errors
/// The cause, for people.
pub(crate) fn run(args: &TestArgs, common: &Common) -> anyhow::Result<Exit> {
    let mut source = mynah_config::discover(common.config.as_deref())?;
    for path in &args.with {
        let more = mynah_config::discover(Some(path))?;
        source.text = joined(&source.text, &more.text);
    }
    let (name, settings) = (source.name.clone(), source.settings()?);
    let _speaking = language::speak(settings.device.language);
    let (tests, dialogues) = (settings.tests.clone(), settings.dialogues.clone());
    let spoken = args.wav.is_some();
    let wants = Wants {
        speech: spoken,
        voice: false,
        dry_run: true,
        patient: true,
        ..Wants::default()
    };
    let store = Store::discover();
    let voice = match &args.wav {
        Some(folder) => Some(Voice::new(args, folder, &settings, &store)?),
        None => None,
    };
    let clock = Arc::new(ScriptClock::new(SystemClock::default().now()));
    let by: Arc<dyn Clock> = Arc::<ScriptClock>::clone(&clock);
    let engine = load::engine_by(by, settings, &store, wants)?;
    let judge = Judge {
        file: name,
        as_json: common.json,
        repeat: args.repeat,
    };
    let (of_tests, of_dialogues) = if let Some(voice) = voice {
        spoken::run(
            &judge,
            (engine, clock),
            (voice, &store),
            (&tests, &dialogues),
        )?
    } else {
        written(&judge, engine, &clock, (&tests, &dialogues))
    };
    if !common.json {
        let how = if spoken { "spoken " } else { "" };
        println!("{}", of_tests.line(&format!("{how}tests")));
        if !dialogues.is_empty() {
            println!("{}", of_dialogues.line(&format!("{how}dialogues")));
        }
    }
    Ok(if of_tests.all_right() && of_dialogues.all_right() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// A configuration with the tests and dialogues of another file behind it. TOML
/// allows no `[dialogue]` beside `[[dialogue]]`, so that becomes one of them.
fn joined(configuration: &str, more: &str) -> String {
    let line = |line: &str| {
        let is_table = line.trim_start().starts_with("[dialogue]");
        let line = if is_table {
            line.replacen("[dialogue]", "[[dialogue]]", 1)
        } else {
            line.to_owned()
        };
        line + "\n"
    };
    let lines: String = configuration.lines().map(line).collect();
    lines + more
}

/// How a test or a dialogue ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// As it is expected.
    Right,
    /// Not as expected, but nothing was done that is not expected.
    Harmless,
    /// Something was done that is not expected.
    Wrong,
}

/// How often each ending came.
#[derive(Default)]
struct Tally {
    right: usize,
    harmless: usize,
    wrong: usize,
}

impl Tally {
    const fn count(&mut self, ending: Ending) {
        match ending {
            Ending::Right => self.right += 1,
            Ending::Harmless => self.harmless += 1,
            Ending::Wrong => self.wrong += 1,
        }
    }

    const fn all_right(&self) -> bool {
        self.harmless + self.wrong == 0
    }

    fn line(&self, of: &str) -> String {
        let all = self.right + self.harmless + self.wrong;
        let passed = format!("{} of {all} {of} passed", self.right);
        match self.wrong {
            0 => passed,
            wrong => format!("{passed}; {wrong} did something else than expected"),
        }
    }
}

/// Says how a test or a dialogue ended.
struct Judge {
    /// The name of the configuration.
    file: String,
    as_json: bool,
    /// How often each is spoken.
    repeat: u32,
}

/// Runs everything as text.
fn written(
    judge: &Judge,
    mut engine: Engine,
    clock: &Arc<ScriptClock>,
    (tests, dialogues): (&[TestSpec], &[DialogueSpec]),
) -> (Tally, Tally) {
    let mut tallies = (Tally::default(), Tally::default());
    for test in tests {
        // Each test is a conversation of its own, with timers of its own.
        let id = SessionId {
            kind: SessionKind::Text,
            number: 1,
        };
        let mut session = Session::dry(id, TurnId(0), &engine);
        let answer = engine.in_session(&mut session).ask(&typed(&test.say));
        tallies.0.count(judge.test(test, &answer, None));
    }
    for spec in dialogues {
        let ending = judge.written_dialogue(&mut engine, clock, spec);
        tallies.1.count(ending);
    }
    tallies
}

/// What was heard in place of a sentence, and in which pass.
struct HeardIn<'a> {
    text: &'a str,
    pass: u32,
}

impl Judge {
    fn test(&self, test: &TestSpec, answer: &TurnAnswer, heard: Option<&HeardIn<'_>>) -> Ending {
        let ending = if passes(test, answer) {
            Ending::Right
        } else if answer.outcomes.is_empty() {
            Ending::Harmless
        } else {
            Ending::Wrong
        };
        let pass = ending == Ending::Right;
        if self.as_json {
            let mut line = test_json(test, pass, answer);
            self.add_heard(&mut line, heard);
            println!("{line}");
        } else if !pass {
            println!("{}:{}: \"{}\"", self.file, test.line, test.say);
            self.show_heard(heard);
            println!("  expected {}", expected_line(test));
            println!("  got      {}", intents_line(&answer.understanding.intents));
            println!("  says     \"{}\"", answer.reply);
        }
        ending
    }

    fn add_heard(&self, line: &mut Value, heard: Option<&HeardIn<'_>>) {
        if let Some(heard) = heard {
            line["heard"] = heard.text.into();
            if 1 < self.repeat {
                line["pass_number"] = heard.pass.into();
            }
        }
    }

    fn show_heard(&self, heard: Option<&HeardIn<'_>>) {
        if let Some(HeardIn { text, pass }) = heard {
            if 1 < self.repeat {
                println!("  heard    \"{text}\" (pass {pass} of {})", self.repeat);
            } else {
                println!("  heard    \"{text}\"");
            }
        }
    }
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
        [one] if intent == "undo" => one.undone().is_some(),
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
