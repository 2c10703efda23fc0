//! Whole conversations as text: `tests/data/conversations/*.txt` says what a
//! person says, how time goes on, and what the box says to that. The words go
//! through the real phrases, dialogue and actions; only the clock is a
//! script's.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use mynah_actions::DryRun;
use mynah_appliance::builtin::Builtins;
use mynah_appliance::runtime::engine::{Engine, InSession, Parts, Session, TurnAnswer};
use mynah_appliance::runtime::events::slots_json;
use mynah_appliance::timers::{Clock, Keeper};
use mynah_core::conversation::Verdict;
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::language::Tongue;
use mynah_core::model::Settings;
use mynah_core::timers::Moment;
use mynah_core::turn::{Outcome, Transcript, TranscriptRoute, TurnId};

fn seconds_of(number: &str, unit: &str) -> Option<i64> {
    let unit = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        _ => return None,
    };
    Some(number.parse::<i64>().ok()? * unit)
}

/// A clock that the script turns.
struct Hand(Mutex<Moment>);

impl Clock for Hand {
    fn now(&self) -> Moment {
        self.0.lock().expect("no holder panics").clone()
    }
}

impl Hand {
    fn at(local: DateTime) -> Arc<Self> {
        let since = date(1970, 1, 1).at(0, 0, 0, 0).duration_until(local);
        Arc::new(Self(Mutex::new(Moment {
            boot: "a script".into(),
            mono_ms: 0,
            wall_ms: i64::try_from(since.as_millis()).expect("near"),
            local,
        })))
    }

    fn pass(&self, seconds: i64) {
        let mut now = self.0.lock().expect("no holder panics");
        now.mono_ms += 1_000 * u64::try_from(seconds).expect("time goes on");
        now.wall_ms += 1_000 * seconds;
        now.local += SignedDuration::from_secs(seconds);
    }
}

fn engine(settings: &Settings, folder: Option<PathBuf>, clock: Arc<Hand>) -> Engine {
    let keeper = Arc::new(Keeper::new(folder, clock));
    let beyond = Box::new(DryRun::new(settings));
    let actor = Builtins::new(beyond, Arc::clone(&keeper), settings, false);
    Engine::new(Parts {
        transcriber: None,
        verifier: None,
        phrases: Box::new(PhraseParser::new(settings, &Grammar::compile(settings))),
        llm: None,
        llm_ready: None,
        actor: Box::new(actor),
        answers: mynah_appliance::runtime::answers::Answers::default(),
        voice: None,
        keeper,
        settings: settings.clone(),
    })
}

fn words(text: &str) -> Transcript {
    Transcript {
        text: text.into(),
        logprob: 0.0,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    }
}

/// One conversation, on its way.
struct Scene {
    settings: Settings,
    folder: tempfile::TempDir,
    clock: Arc<Hand>,
    engine: Engine,
    session: Session,
    turn: u32,
    asked: bool,
    /// The ear is open for more, without the wake word.
    open: bool,
    /// Whether the script tells what is done out there.
    deeds: bool,
    rings: Option<String>,
    /// The script as it really went.
    log: Vec<String>,
}

impl Scene {
    fn new(settings: &Settings, deeds: bool) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
        let folder = folder.expect("a temporary folder");
        let clock = Hand::at(date(2026, 3, 14).at(12, 0, 0, 0));
        let state = Some(folder.path().to_owned());
        Self {
            engine: engine(settings, state, Arc::clone(&clock)),
            settings: settings.clone(),
            folder,
            clock,
            session: Session::default(),
            turn: 0,
            asked: false,
            open: false,
            deeds,
            rings: None,
            log: Vec::new(),
        }
    }

    fn obey(&mut self, line: &str) {
        self.log.push(line.to_owned());
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "at" => {
                let local = rest.replace(' ', "T").parse().expect("a date and a time");
                self.clock = Hand::at(local);
                self.restart();
            }
            "after" => {
                for _ in 0..seconds(rest) {
                    self.clock.pass(1);
                    self.look(false);
                }
            }
            "you:" => {
                if !self.asked {
                    self.turn += 1;
                }
                let turn = TurnId(self.turn);
                let answer = self.within().turn(turn, &words(rest));
                self.told(&answer);
            }
            // Said after a reply, without the wake word.
            "you+" if !self.open => self.log.push("(the ear is closed)".into()),
            "you+" => {
                self.turn += 1;
                let turn = TurnId(self.turn);
                let answer = self.within().follow_up(turn, &words(rest));
                self.told(&answer);
            }
            // To a question; the appliance takes that for a no.
            "(nobody" => self.asked = false,
            // Said while it rings, without the wake word.
            "you!" => {
                let understood = self.within().understand_ringing(&words(rest)).value;
                match understood.verdict {
                    Verdict::Act(intents) => {
                        let reply = self.within().act(&intents).value.reply;
                        self.log.push(format!("box: {reply}"));
                    }
                    _ => self.log.push("(it rings on)".into()),
                }
                self.look(false);
            }
            // The power goes, and comes back after a while.
            "power" => {
                let off = rest.strip_prefix("off for ").expect("for how long");
                self.clock.pass(seconds(off));
                let mut now = self.clock.0.lock().expect("no holder panics");
                now.boot.push('+');
                now.mono_ms = 0;
                drop(now);
                self.restart();
                self.rings = None;
                self.look(true);
            }
            // The file is changed, and read by the next start.
            "without" => {
                self.settings.intents.retain(|spec| spec.name != rest);
            }
            "box:" | "does:" | "says:" | "ring:" | "quiet" | "(it" | "(not" | "(the" => {
                drop(self.log.pop());
            }
            other => panic!("no such line: {other}"),
        }
    }

    fn within(&mut self) -> InSession<'_> {
        self.engine.in_session(&mut self.session)
    }

    fn told(&mut self, answer: &TurnAnswer) {
        self.asked = answer.question;
        self.open = 0 < answer.follow_up_ms;
        self.done(&answer.outcomes);
        self.log.push(if answer.reply.is_empty() {
            "(not for the box)".into()
        } else {
            format!("box: {}", answer.reply)
        });
        self.look(false);
    }

    fn done(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes.iter().filter(|_| self.deeds) {
            if outcome.kind != "schedule" {
                let deed = outcome.detail.trim_start_matches("dry run: ");
                self.log.push(format!("does: {deed}"));
            }
        }
    }

    fn restart(&mut self) {
        let state = Some(self.folder.path().to_owned());
        self.engine = engine(&self.settings, state, Arc::clone(&self.clock));
        self.session = Session::default();
    }

    fn look(&mut self, attended: bool) {
        let ring = self.engine.keeper().tick(attended);
        for due in self.engine.keeper().due() {
            let acted = self.within().act_due(due.id).value;
            self.done(&acted.outcomes);
            if !acted.reply.is_empty() {
                self.log.push(format!("says: {}", acted.reply));
            }
        }
        let text = ring.as_ref().map(|ring| ring.text.clone());
        if text != self.rings {
            let line = text.as_ref().map(|text| format!("ring: {text}"));
            self.log.push(line.unwrap_or_else(|| "quiet".into()));
        }
        self.rings = text;
        if let Some(ring) = ring.filter(|ring| ring.once) {
            self.engine.keeper().heard(&ring.ids);
            self.rings = None;
        }
    }
}

fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_once(' ').expect("a number and a unit");
    seconds_of(number, unit).expect("a stretch of time")
}

#[test]
fn the_conversations_go_as_they_are_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = root.join("tests/data/conversations");
    let mut conversations = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of conversations") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
        let mut parts = text.split("\n== ");
        let head = parts.next().expect("a file");
        let used = head.trim().strip_prefix("use ");
        let settings = match used {
            Some(path) => std::fs::read_to_string(root.join(path)).expect("an example"),
            None => head.to_owned(),
        };
        let settings = mynah_config::parse(&settings).expect("a good file");
        for part in parts {
            let lines: Vec<&str> = part.lines().map(str::trim).collect();
            let (title, lines) = lines.split_first().expect("a title");
            let script: Vec<&str> = lines
                .iter()
                .copied()
                .filter(|line| !line.is_empty())
                .collect();
            let mut scene = Scene::new(&settings, used.is_some());
            for line in &script {
                scene.obey(line);
            }
            conversations += 1;
            if scene.log != script {
                wrong.push(format!("== {title}\n{}\n", scene.log.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(20 <= conversations, "only {conversations}");
}

#[test]
fn the_built_in_intents_pass_their_own_tests_beside_each_other() {
    built_in(Tongue::English, "");
}

#[test]
fn so_do_those_of_german() {
    built_in(Tongue::German, "de");
}

/// The files of a language are in a folder of `assets/builtin`, or in that itself.
fn built_in(tongue: Tongue, folder: &str) {
    let device = format!("[device]\nlanguage = \"{}\"\n", tongue.code());
    let all = mynah_config::parse(&format!("{device}[builtin]\nall = true\n"));
    let all = all.expect("a good file");
    let clock = Hand::at(date(2026, 3, 14).at(12, 0, 0, 0));
    let mut engine = engine(&all, None, clock);
    let mut session = Session::default();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/builtin");
    let mut wrong = Vec::new();
    let mut tests = 0;
    for entry in std::fs::read_dir(root.join(folder)).expect("the built-in files") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).expect("text");
        let file = mynah_config::parse(&format!("{device}{text}")).expect("a good file");
        assert!(!file.tests.is_empty());
        for test in &file.tests {
            tests += 1;
            let mut within = engine.in_session(&mut session);
            let answer = within.understand(TurnId(tests), &words(&test.say)).value;
            let got = answer.understanding;
            let right = match got.intents.as_slice() {
                [] => test.intent == "none",
                [intent] => {
                    intent.name == test.intent
                        && slots_json(intent) == test.slots
                        && got.rivals.is_empty()
                }
                _ => false,
            };
            if !right {
                wrong.push(format!("{}: {:?} {:?}", test.say, got.intents, got.rivals));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing that people say to each other acts, with the wake word or without,
/// right after a command that it could lean on.
#[test]
fn chatter_after_a_command_does_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let settings = mynah_config::parse(&read("assets/examples/home.toml")).expect("a good file");
    let chatter = read("tests/data/chatter.jsonl");
    let mut engine = engine(&settings, None, Hand::at(date(2026, 3, 14).at(12, 0, 0, 0)));
    let mut session = Session::default();
    let mut turn = 0;
    let mut acted = Vec::new();
    for command in [
        "turn on the kitchen light",
        "set the heating in the bathroom to 22 degrees",
        "set the volume to thirty",
        "lock the front door",
        "how warm is it in the kitchen",
    ] {
        turn += 1;
        let mut within = engine.in_session(&mut session);
        let first = within.turn(TurnId(turn), &words(command));
        assert_eq!(first.outcomes.len(), 1, "{command}: {first:?}");
        for line in chatter.lines() {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let said = line["text"].as_str().expect("a text");
            for lead in ["", "and ", "no, "] {
                let said = words(&format!("{lead}{said}"));
                for open in [false, true] {
                    turn += 1;
                    let mut within = engine.in_session(&mut session);
                    let answer = if open {
                        within.follow_up(TurnId(turn), &said)
                    } else {
                        within.turn(TurnId(turn), &said)
                    };
                    if !answer.outcomes.is_empty() || open && !answer.reply.is_empty() {
                        acted.push(format!("{command} / {}: {}", said.text, answer.reply));
                    }
                }
            }
        }
    }
    assert!(acted.is_empty(), "{}", acted.join("\n"));
}
