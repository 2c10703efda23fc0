//! Answers to questions, and what is said right after a command or while
//! something rings, as they are heard: spoken by the project's own voice, written
//! down by the real recogniser, weighed by the real dialogue.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;

use mynah_appliance::runtime::engine::{Engine, Session};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_appliance::timers::Clock;
use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, SampleTime};
use mynah_core::conversation::Verdict;
use mynah_core::model::LlmBackend;
use mynah_core::timers::Moment;
use mynah_core::turn::{Transcript, TranscriptRoute, Utterance};
use mynah_models::Store;

/// Samples of silence around an answer: 0.3 s, as the appliance keeps.
const AROUND: usize = SAMPLE_RATE as usize * 3 / 10;

/// A clock that the test turns.
struct Hand(Mutex<Moment>);

impl Clock for Hand {
    fn now(&self) -> Moment {
        self.0.lock().expect("no holder panics").clone()
    }
}

impl Hand {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Moment {
            boot: "a script".into(),
            mono_ms: 0,
            wall_ms: 1_773_489_600_000,
            local: jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0),
        })))
    }

    fn pass(&self, seconds: u32) {
        let mut now = self.0.lock().expect("no holder panics");
        now.mono_ms += 1_000 * u64::from(seconds);
        now.wall_ms += 1_000 * i64::from(seconds);
        now.local += SignedDuration::from_secs(seconds.into());
    }
}

fn engine() -> Engine {
    engine_by(Hand::new())
}

fn engine_by(clock: Arc<Hand>) -> Engine {
    let mut settings = mynah_config::parse(mynah_config::EXAMPLE).expect("the example is good");
    settings.llm.backend = LlmBackend::None;
    let wants = Wants {
        speech: true,
        voice: true,
        dry_run: true,
        patient: false,
        ..Wants::default()
    };
    load::engine_by(clock, settings, &Store::discover(), wants)
        .expect("the models; fetch them with `mynah models fetch`")
}

fn spoken(engine: &mut Engine, text: &str) -> Utterance {
    let mut samples = vec![0.0; AROUND];
    engine.speak(text, &mut |clause, rate| {
        samples.extend(resample(&clause, rate, SAMPLE_RATE));
        true
    });
    samples.resize(samples.len() + AROUND, 0.0);
    Utterance {
        start: SampleTime(0),
        samples,
        wake: None,
    }
}

fn typed(text: &str) -> Transcript {
    Transcript {
        text: text.into(),
        logprob: 0.0,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    }
}

#[test]
fn spoken_answers_are_heard_for_what_they_are() {
    const DOOR: &str = "unlock the front door";
    const LIGHT: &str = "turn on the light";
    const FAN: &str = "turn on the fan";
    // The voice keeps what it has said, and says anew what is written otherwise.
    const AGAIN: [&str; 3] = ["", " ", "  "];
    const NEVER_MIND: &str = "Okay, never mind.";
    const UNLOCKED: &str = "The front door is unlocked.";
    let mut engine = engine();
    let mut wrong = Vec::new();
    for (command, answer, reply) in [
        (DOOR, "Yes.", UNLOCKED),
        (DOOR, "Yes, please.", UNLOCKED),
        (DOOR, "Go ahead.", UNLOCKED),
        (DOOR, "No.", NEVER_MIND),
        (DOOR, "Nope.", NEVER_MIND),
        (DOOR, "Never mind.", NEVER_MIND),
        (DOOR, "No, the back door.", "Really unlock the back door?"),
        // Talk in the room is no yes.
        (
            DOOR,
            "The weather is nice today.",
            "Really unlock the front door?",
        ),
        (
            DOOR,
            "She left an hour ago.",
            "Really unlock the front door?",
        ),
        (LIGHT, "The lounge.", "The living room light is on."),
        (LIGHT, "Bedroom.", "The bedroom light is on."),
        (LIGHT, "In the kitchen, please.", "The kitchen light is on."),
        (LIGHT, "Hall.", "The hall light is on."),
        (LIGHT, "Never mind.", NEVER_MIND),
        (
            LIGHT,
            "Turn the office light off.",
            "The office light is off.",
        ),
        (FAN, "The ceiling fan.", "The ceiling fan is on."),
        (FAN, "The second one.", "The ceiling fan is on."),
    ] {
        // The voice speaks a word differently each time, and a single one now
        // and then so badly that nobody would know it: whoever is misheard may
        // say it again, as a person would. But no door opens by mistake.
        let mut misheard = Vec::new();
        for again in AGAIN {
            let mut session = Session::default();
            let asked = engine.in_session(&mut session).ask(&typed(command));
            assert!(asked.question, "{command}: {asked:?}");
            let utterance = spoken(&mut engine, &format!("{answer}{again}"));
            let mut within = engine.in_session(&mut session);
            let turn = within.begin();
            let heard = within.hear_in(turn, &utterance, &|| true).value;
            let heard = heard.expect("the recogniser works").expect("it is wanted");
            let answered = within.turn(turn, &heard);
            if answered.reply == reply {
                misheard.clear();
                break;
            }
            let what = format!(
                "{command} / {answer}: heard \"{}\" ({:?}), said \"{}\"",
                heard.text, heard.route, answered.reply
            );
            assert_ne!(answered.reply, UNLOCKED, "{what}");
            misheard.push(what);
        }
        wrong.extend(misheard);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is said after a command, and what the reply to it must have.
const AFTER: [(&str, &str, &str); 9] = [
    ("turn on the kitchen light", "Undo that.", "undone"),
    (
        "turn on the kitchen light",
        "Repeat that.",
        "The kitchen light is on.",
    ),
    (
        "turn on the kitchen light",
        "And in the bedroom.",
        "The bedroom light is on.",
    ),
    (
        "turn on the kitchen light",
        "Turn it off again.",
        "The kitchen light is off.",
    ),
    ("turn on the kitchen light", "What did you hear?", "I heard"),
    ("set a timer for ten minutes", "Cancel that.", "ten minute"),
    (
        "set a timer for ten minutes",
        "No, fifteen minutes.",
        "fifteen minutes",
    ),
    (
        "what time is it",
        "Turn off the kitchen light in ten minutes.",
        "at twelve ten",
    ),
    (
        "what time is it",
        "In ten minutes, turn off the kitchen light.",
        "at twelve ten",
    ),
];

/// How many of the sentences must be understood as they were said: the voice
/// speaks a word differently each time, and now and then badly.
const HEARD: usize = AFTER.len() + RINGS.len() - 1;

/// What is said while something rings.
const RINGS: [(&str, &str); 3] = [
    ("Snooze.", "ring_snooze"),
    ("Five more minutes.", "ring_snooze"),
    ("Stop.", "ring_stop"),
];

#[test]
fn what_may_be_said_in_a_state_is_heard_in_it() {
    let clock = Hand::new();
    let mut engine = engine_by(Arc::clone(&clock));
    let mut wrong = Vec::new();
    let listen = |engine: &mut Engine, session: &mut Session, said: &str| {
        let utterance = spoken(engine, said);
        let mut within = engine.in_session(session);
        let turn = within.begin();
        let heard = within.hear_in(turn, &utterance, &|| true).value;
        let heard = heard.expect("the recogniser works").expect("it is wanted");
        (turn, heard)
    };
    for (command, said, reply) in AFTER {
        let mut session = Session::default();
        let done = engine.in_session(&mut session).ask(&typed(command));
        assert!(!done.outcomes.is_empty(), "{command}: {done:?}");
        let (turn, heard) = listen(&mut engine, &mut session, said);
        let answered = engine.in_session(&mut session).turn(turn, &heard).reply;
        if !answered.contains(reply) {
            wrong.push(format!(
                "{said} heard \"{}\", said \"{answered}\"",
                heard.text
            ));
        }
    }
    for (said, intent) in RINGS {
        let mut session = Session::default();
        let ten_seconds = typed("set a timer for ten seconds");
        engine.in_session(&mut session).ask(&ten_seconds);
        clock.pass(11);
        engine.keeper().tick(true).expect("a ring");
        let (_, heard) = listen(&mut engine, &mut session, said);
        let understood = engine.in_session(&mut session).understand_ringing(&heard);
        match understood.value.verdict {
            Verdict::Act(intents) if intents[0].name == intent => {}
            other => wrong.push(format!("{said} heard \"{}\": {other:?}", heard.text)),
        }
        let ring = engine.keeper().tick(true).expect("it rings on");
        engine.keeper().heard(&ring.ids);
    }
    let heard = AFTER.len() + RINGS.len() - wrong.len();
    assert!(HEARD <= heard, "{}", wrong.join("\n"));
}
