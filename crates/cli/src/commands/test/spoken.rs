//! Runs tests and dialogues with sound: sentences are spoken, and heard by the
//! event loop of a microphone.

use std::sync::Arc;

use super::dialogue::Came;
use super::voice::Voice;
use super::{HeardIn, Judge, Tally};
use mynah_appliance::runtime::engine::{Engine, Session, TurnAnswer};
use mynah_appliance::runtime::recorded::hear_samples;
use mynah_appliance::runtime::staged::{self, Cue, Stage};
use mynah_appliance::timers::{Clock as _, ScriptClock};
use mynah_core::conversation::TurnEvent;
use mynah_core::model::{DialogueSpec, Settings, TestSpec, TurnInput};
use mynah_core::turn::{Intent, Understanding};
use mynah_models::Store;
use mynah_speech::ear::Ear;
use mynah_speech::ear::vad::Vad;

pub(super) fn run(
    judge: &Judge,
    (mut engine, clock): (Engine, Arc<ScriptClock>),
    (mut voice, store): (Voice, &Store),
    (tests, dialogues): (&[TestSpec], &[DialogueSpec]),
) -> anyhow::Result<(Tally, Tally)> {
    let mut tallies = (Tally::default(), Tally::default());
    let mut vad = Vad::load(store)?;
    for (number, test) in (1_u32..).zip(tests) {
        for pass in 1..=judge.repeat {
            let samples = voice.say(&test.say, &format!("{number:03}"), pass)?;
            let mut session = Session::default();
            let heard = hear_samples(&mut engine, &mut session, &mut vad, &samples);
            let heard = heard.map_err(anyhow::Error::msg)?;
            let text = heard.transcript.text.as_str();
            let ending = judge.test(test, &heard.answer, Some(&HeardIn { text, pass }));
            tallies.0.count(ending);
        }
    }
    let settings = engine.settings().clone();
    let stage = Stage::new(engine, Arc::clone(&clock));
    for (number, spec) in (1_u32..).zip(dialogues) {
        for pass in 1..=judge.repeat {
            let mut cues = Vec::new();
            for (at, turn) in (1_u32..).zip(&spec.turns) {
                cues.push(match &turn.input {
                    TurnInput::Wait(seconds) => Cue::Wait(*seconds),
                    TurnInput::Say(say) => {
                        Cue::Say(voice.say(say, &format!("d{number:03}-{at:02}"), pass)?)
                    }
                });
            }
            let today = clock.now().local.date();
            clock.show(spec.date.unwrap_or(today).to_datetime(spec.time));
            let came = play(&stage, store, &settings, cues)?;
            tallies.1.count(judge.dialogue(spec, pass, came));
        }
    }
    Ok(tallies)
}

fn play(
    stage: &Stage,
    store: &Store,
    settings: &Settings,
    cues: Vec<Cue>,
) -> anyhow::Result<Vec<Came>> {
    let ear = Ear::load(store, &settings.wake)?;
    let mut ringing = None;
    let came = stage.play(Box::new(ear), cues).into_iter();
    Ok(came.map(|came| summed(came, &mut ringing)).collect())
}

/// What a turn came to. `ringing` is the sentence that rings when it begins, and
/// afterwards: each repetition of it is a ring of its own.
fn summed(came: staged::Came, ringing: &mut Option<String>) -> Came {
    let mut answer = TurnAnswer::default();
    let (mut heard, mut sentences) = (Vec::new(), Vec::new());
    let mut understanding = Understanding::default();
    let mut done: Vec<Intent> = Vec::new();
    for what in came.happenings {
        match what {
            TurnEvent::Transcript { transcript, .. } => heard.push(transcript.text),
            TurnEvent::Intent {
                understanding: understood,
                ..
            } => understanding = understood,
            TurnEvent::Action { outcomes, .. } => {
                done.append(&mut understanding.intents);
                answer.outcomes.extend(outcomes);
                answer.question = false;
            }
            TurnEvent::Question(question) => {
                answer.question = true;
                sentences.push(question);
            }
            TurnEvent::Reply(reply) => {
                // An answer that grows is told again with each clause.
                if sentences
                    .last()
                    .is_some_and(|last| reply.starts_with(last.as_str()))
                {
                    sentences.pop();
                }
                sentences.push(reply);
            }
            TurnEvent::Failure(failure) => {
                answer.failure = Some(failure);
                sentences.push(failure.sentence().to_owned());
            }
            TurnEvent::Ring(ring) if ringing.as_ref() != Some(&ring.text) => {
                sentences.push(ring.text.clone());
                *ringing = Some(ring.text);
            }
            TurnEvent::Idle => *ringing = None,
            _ => {}
        }
    }
    let acted = !done.is_empty();
    answer.understanding = understanding;
    if acted {
        answer.understanding.intents = done;
        answer.understanding.rivals.clear();
    } else if !answer.question {
        // What was understood and not done was not meant for the appliance.
        answer.understanding.intents.clear();
    }
    answer.reply = sentences.join(" ");
    Came {
        reply: answer.reply.clone(),
        answer,
        heard: Some(heard.join(" / ")),
        entries: came.entries,
        now: came.now,
    }
}
