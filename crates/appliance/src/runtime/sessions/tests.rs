//! Several conversations with one engine: each by itself, and none before a
//! microphone.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::super::configured::Configured;
use super::super::engine_thread::EngineThread;
use super::super::events::event_json;
use super::super::listen::Inbox;
use super::super::tests::{FILE, configured, engine_that_hears_by};
use super::super::worker::{Answer, Job};
use super::{ReplaceError, SessionError, SessionHandle};
use mynah_core::conversation::Event;
use mynah_core::model::Settings;
use mynah_core::turn::{SessionKind, Transcript, TranscriptRoute, TurnId, Utterance};
use mynah_speech::stt::{Expect, KeepGoing, SttError, Transcriber};

/// Writes down what it is given, once it has it, unless that is no longer wanted.
struct Patient {
    begun: Sender<()>,
    words: Receiver<&'static str>,
}

impl Transcriber for Patient {
    fn transcribe(
        &mut self,
        _: &Utterance,
        _: Expect<'_>,
        keep_going: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        let _ = self.begun.send(());
        while keep_going() {
            if let Ok(text) = self.words.try_recv() {
                return Ok(Some(Transcript {
                    text: text.into(),
                    logprob: -0.1,
                    no_speech: 0.0,
                    route: TranscriptRoute::Free,
                    alternatives: vec![],
                }));
            }
            thread::yield_now();
        }
        Err(SttError::Unwanted)
    }
}

struct EngineFixture {
    engine: EngineThread,
    begun: Receiver<()>,
    words: Sender<&'static str>,
    told: Receiver<String>,
}

fn house() -> EngineFixture {
    house_of(FILE)
}

fn house_of(file: &str) -> EngineFixture {
    let settings = mynah_config::parse(file).expect("the file is good");
    let (starts, begun) = channel();
    let (words, spoken) = channel();
    let (tell, told) = channel();
    let recogniser = Patient {
        begun: starts,
        words: spoken,
    };
    let engine = engine_that_hears_by(&settings, Box::new(recogniser));
    let engine = EngineThread::start(engine, move |report| {
        let event = event_json(report);
        let _ = tell.send(format!(
            "{} #{} {}",
            event["session"], event["turn"], event["event"]
        ));
    });
    EngineFixture {
        engine,
        begun,
        words,
        told,
    }
}

fn text(house: &EngineFixture) -> SessionHandle {
    house.engine.sessions().open(SessionKind::Text, false)
}

fn ask(session: &mut SessionHandle, text: &str) -> String {
    let answer = session.ask(text).expect("an answer");
    format!("#{} {}", answer.turn.0, answer.reply)
}

#[test]
fn conversations_do_not_mix() {
    let house = house();
    let (mut one, mut other) = (text(&house), text(&house));
    let asked = "Really unlock the front door?";
    assert_eq!(
        ask(&mut one, "unlock the front door"),
        format!("#1 {asked}")
    );
    assert_eq!(ask(&mut other, "turn on the light"), "#1 The light is on.");
    // The other one was not asked anything.
    assert!(!ask(&mut other, "yes please").contains("Unlocked"));
    assert_eq!(ask(&mut one, "yes please"), "#1 Unlocked.");
    assert_eq!(ask(&mut one, "turn off the light"), "#2 The light is off.");
    assert_eq!(
        ask(&mut other, "what did you say"),
        "#3 Sorry, something went wrong. Please try again."
    );
    let told: Vec<String> = house.told.try_iter().take(4).collect();
    assert_eq!(
        told,
        [
            r#""text-1" #1 "transcript""#,
            r#""text-1" #1 "intent""#,
            r#""text-1" #1 "question""#,
            r#""text-2" #1 "transcript""#
        ]
    );
}

#[test]
fn a_dry_session_keeps_its_timers_to_itself() {
    let house = house();
    let mut dry = house.engine.sessions().open(SessionKind::Text, true);
    let set = "#1 Your timer is set for ten minutes.";
    assert_eq!(ask(&mut dry, "set a timer for ten minutes"), set);
    let entries = || {
        house
            .engine
            .sessions()
            .keeper()
            .look(|book, _| book.entries().len())
    };
    assert_eq!(entries(), 0);
    assert_eq!(ask(&mut text(&house), "set a timer for ten minutes"), set);
    assert_eq!(entries(), 1);
}

#[test]
fn of_many_sessions_the_oldest_is_forgotten_and_begins_anew() {
    let house = house();
    let mut first = text(&house);
    ask(&mut first, "unlock the front door");
    let mut others: Vec<SessionHandle> = (0..40).map(|_| text(&house)).collect();
    for other in &mut others {
        ask(other, "turn on the light");
    }
    // Nobody unlocks a door with the answer to a question of long ago.
    assert!(!ask(&mut first, "yes please").contains("Unlocked"));
    assert_eq!(ask(&mut first, "turn on the light"), "#3 The light is on.");
}

#[test]
fn a_microphone_goes_before_what_has_begun() {
    let house = house();
    let (inbox, answers) = std::sync::mpsc::sync_channel(16);
    let mut microphone = house.engine.microphone(inbox);
    let mut remote = house.engine.sessions().open(SessionKind::Remote, false);
    let listener = thread::spawn(move || remote.hear(Utterance::default()));
    house.begun.recv().expect("the remote utterance");
    microphone.ask(TurnId(1), Job::Transcribe(Utterance::default()));
    house.begun.recv().expect("the live utterance");
    house.words.send("turn on the light").expect("it listens");
    let answer = answers.recv_timeout(LONG).expect("an answer");
    let Inbox::Worker(Answer::Event(Event::Heard { transcript, .. })) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(transcript.text, "turn on the light");
    // Only then the remote one is heard again.
    house.begun.recv().expect("the remote utterance, again");
    house.words.send("turn off the light").expect("it listens");
    let heard = listener.join().expect("no panic").expect("an answer");
    assert_eq!(heard.answer.reply, "The light is off.");
    assert_eq!(heard.answer.turn, TurnId(1));
}

#[test]
fn requests_have_a_bound_and_an_end() {
    let house = house();
    let sessions = house.engine.sessions();
    let open = || sessions.open(SessionKind::Remote, false);
    let (answered, answers) = channel();
    let listeners: Vec<_> = (0..24)
        .map(|_| {
            let (mut session, answered) = (open(), answered.clone());
            thread::spawn(move || answered.send(session.hear(Utterance::default()).err()))
        })
        .collect();
    // One is under way, and some wait; the others are refused at once.
    let refused = answers.recv_timeout(LONG).expect("a refusal");
    assert_eq!(refused, Some(SessionError::Busy));
    let mut late = open();
    let long = "x".repeat(2_000);
    assert_eq!(late.ask(&long).err(), Some(SessionError::TooLong));
    drop(house);
    assert_eq!(late.ask("yes").err(), Some(SessionError::Ended));
    for listener in listeners {
        listener
            .join()
            .expect("no panic")
            .expect("the test listens");
    }
    assert!(answers.try_iter().all(|error| error.is_some()));
}

/// Long enough for any machine; nothing here waits for it to run out.
const LONG: Duration = Duration::from_mins(1);

/// The file with a part of it in other words.
/// The ends of many sessions, while the engine is busy, leave room for a request.
#[test]
fn ends_of_sessions_crowd_nobody_out() {
    let house = house();
    let (inbox, answers) = sync_channel(16);
    let mut microphone = house.engine.microphone(inbox);
    microphone.ask(TurnId(1), Job::Transcribe(Utterance::default()));
    house.begun.recv().expect("the microphone is heard");
    drop((0..100).map(|_| text(&house)).collect::<Vec<_>>());
    thread::scope(|scope| {
        let mut session = text(&house);
        let answered = scope.spawn(move || ask(&mut session, "turn on the light"));
        house.words.send("turn on the light").expect("it listens");
        assert_eq!(answered.join().expect("room"), "#1 The light is on.");
    });
    drop((microphone, answers));
}

fn changed(from: &str, to: &str) -> Settings {
    assert!(FILE.contains(from), "{from}");
    mynah_config::parse(&FILE.replace(from, to)).expect("the file is good")
}

#[test]
fn a_new_configuration_counts_from_the_next_sentence_on() {
    let house = house();
    let sessions = house.engine.sessions();
    let mut session = text(&house);
    let set = "#1 Your timer is set for ten minutes.";
    assert_eq!(ask(&mut session, "set a timer for ten minutes"), set);
    assert_eq!(
        ask(&mut session, "turn on the light"),
        "#2 The light is on."
    );
    let new = changed("The light is {state}.", "It is {state} now.");
    assert_eq!(sessions.replace(new), Ok(vec![]));
    assert_eq!(ask(&mut session, "turn on the light"), "#3 It is on now.");
    assert_eq!(sessions.settings().intents[0].reply.ok.len(), 1);
    let timers = sessions.keeper().look(|book, _| book.entries().len());
    assert_eq!(timers, 1);
    let louder = changed("chimes = false", "chimes = true");
    assert_eq!(sessions.replace(louder), Ok(vec!["audio.chimes"]));
    assert!(!sessions.settings().audio.chimes);
}

#[test]
fn an_open_question_stays_if_what_it_is_about_does() {
    let check = |from: &str, to: &str, expected: &str| {
        let house = house();
        let mut session = text(&house);
        let asked = "#1 Really unlock the front door?";
        assert_eq!(ask(&mut session, "unlock the front door"), asked);
        let sessions = house.engine.sessions();
        assert_eq!(sessions.replace(changed(from, to)), Ok(vec![]));
        assert_eq!(ask(&mut session, "yes please"), expected, "{to}");
    };
    check("The light is", "Now it is", "#1 Unlocked.");
    let nothing = "#2 Sorry, I did not understand that.";
    check("\"Unlocked.\"", "\"Open.\"", nothing);
    check("name = \"unlock\"", "name = \"open\"", nothing);
}

#[test]
fn a_new_configuration_waits_for_the_end_of_a_turn() {
    let house = house();
    let (inbox, _answers) = sync_channel(64);
    // It is in a turn until it says that it rests.
    let mut microphone = house.engine.microphone(inbox);
    let sessions = house.engine.sessions();
    let new = changed("The light is {state}.", "It is {state} now.");
    let replaced = thread::spawn(move || sessions.replace(new));
    assert_eq!(
        ask(&mut text(&house), "turn on the light"),
        "#1 The light is on."
    );
    microphone.rest(true);
    assert_eq!(replaced.join().expect("no panic"), Ok(vec![]));
    assert_eq!(
        ask(&mut text(&house), "turn on the light"),
        "#1 It is on now."
    );
}

const GATE: &str = r#"
    [home_assistant]
    url = "http://house:8123"
    token_file = "/etc/token"

    [lists]
    way = [{ value = "in", pin = "1" }, { value = "out", pin = "2" }]

    [[intent]]
    name = "light"
    phrases = ["turn {state} the light"]
    slots.state = { values = ["on", "off"] }
    action = { type = "command", run = ["/bin/light", "{state}"] }
    undo = { type = "command", run = ["/bin/light", "back"] }

    [[intent]]
    name = "gate"
    phrases = ["open the gate {way}"]
    action = { type = "command", run = ["/bin/gate", "{way.pin}"] }
    undo = { type = "command", run = ["/bin/gate", "shut"] }
    reply = "It opens."

    [[intent]]
    name = "heating"
    phrases = ["warm the house"]
    action = { type = "home_assistant", service = "climate.turn_on", entity = "climate.house" }
    undo = { type = "home_assistant", service = "climate.turn_off", entity = "climate.house" }
"#;

/// What may be done after the file has changed in one place: whether "undo that"
/// takes something back, and whether a command for later is still carried out.
#[test]
fn nothing_is_taken_back_or_carried_out_by_another_file() {
    let check = |said: &str, from: &str, to: &str, stays: bool| {
        assert!(GATE.contains(from), "{from}");
        let house = house_of(GATE);
        let sessions = house.engine.sessions();
        let mut session = text(&house);
        ask(&mut session, "turn on the light");
        ask(&mut session, said);
        ask(&mut text(&house), &format!("{said} in an hour"));
        let new = mynah_config::parse(&GATE.replace(from, to)).expect("the file is good");
        assert_eq!(sessions.replace(new), Ok(vec![]));
        let undone = ask(&mut session, "undo that");
        let nothing = "#3 There is nothing to undo.";
        assert_eq!(undone != nothing, stays, "{to}: {undone}");
        let outdated = |entry: &mynah_core::timers::Entry| entry.outdated;
        let outdated: Vec<bool> = sessions
            .keeper()
            .look(|book, _| book.entries().iter().map(outdated).collect());
        assert_eq!(outdated, [!stays], "{to}");
    };
    let gate = "open the gate in";
    check(gate, "\"It opens.\"", "\"Open.\"", true);
    check(
        gate,
        "open the gate {way}",
        "open [up] the gate {way}",
        true,
    );
    check(
        gate,
        "/bin/light\", \"{state}",
        "/bin/lamp\", \"{state}",
        true,
    );
    check(
        gate,
        "/bin/gate\", \"{way.pin}",
        "/bin/door\", \"{way.pin}",
        false,
    );
    check(gate, "\"shut\"", "\"lock\"", false);
    check(gate, "pin = \"1\"", "pin = \"3\"", false);
    check(gate, "pin = \"2\"", "pin = \"3\"", true);
    check(
        gate,
        "reply = \"It",
        "confirm = \"Sure?\"\nreply = \"It",
        false,
    );
    check(gate, "http://house", "http://other", true);
    let heating = "warm the house";
    check(heating, "http://house", "http://other", false);
    check(heating, "/etc/token", "/etc/other", false);
    check(heating, "\"shut\"", "\"lock\"", true);
}

#[test]
fn a_configuration_that_panics_changes_nothing() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let (_words, spoken) = channel();
    let (begun, _) = channel();
    let words = spoken;
    let engine = engine_that_hears_by(&settings, Box::new(Patient { begun, words }));
    let keeper = engine.keeper();
    let engine = engine.rebuilt_by(Arc::new(move |settings| Configured {
        llm: Some(Box::new(|| panic!("the test says so"))),
        ..configured(settings, &keeper)
    }));
    let engine = EngineThread::start(engine, |_| {});
    let mut session = engine.sessions().open(SessionKind::Text, false);
    let new = changed("The light is {state}.", "It is {state} now.");
    assert_eq!(engine.sessions().replace(new), Err(ReplaceError::Broken));
    assert_eq!(
        ask(&mut session, "turn on the light"),
        "#1 The light is on."
    );
}
