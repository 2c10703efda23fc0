//! Answers to questions as they are heard: spoken by the project's own voice,
//! written down by the real recogniser, weighed by the real dialogue.

use mynah_appliance::runtime::engine::{Engine, Session};
use mynah_appliance::runtime::load;
use mynah_appliance::runtime::load::Wants;
use mynah_audio::convert::resample;
use mynah_audio::{SAMPLE_RATE, SampleTime};
use mynah_core::model::LlmBackend;
use mynah_core::turn::{Transcript, TranscriptRoute, Utterance};
use mynah_models::Store;

/// Samples of silence around an answer: 0.3 s, as the appliance keeps.
const AROUND: usize = SAMPLE_RATE as usize * 3 / 10;

fn engine() -> Engine {
    let mut settings = mynah_config::parse(mynah_config::EXAMPLE).expect("the example is good");
    settings.llm.backend = LlmBackend::None;
    let wants = Wants {
        speech: true,
        voice: true,
        dry_run: true,
        patient: false,
        ..Wants::default()
    };
    load::engine(settings, &Store::discover(), wants)
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
