//! Runs `[[dialogue]]`s: turn by turn, by a clock that the dialogue turns.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Bench, got_json, meaning_line, meant, speak};
use mynah_appliance::runtime::engine::TurnAnswer;
use mynah_appliance::runtime::events::intents_line;
use mynah_appliance::runtime::recorded::{recognise, typed};
use mynah_appliance::runtime::rehearsal::{Incident, Rehearsal};
use mynah_appliance::timers::Clock as _;
use mynah_core::model::{DialogueSpec, DialogueTurn, TurnInput};

/// What came of a turn.
struct Came {
    answer: Option<TurnAnswer>,
    /// All that was spoken.
    reply: String,
    heard: Option<String>,
}

impl Bench {
    /// Runs a dialogue up to the first turn that fails; whether none did.
    pub(super) fn dialogue(&mut self, number: u32, spec: &DialogueSpec) -> anyhow::Result<bool> {
        let today = self.clock.now().local.date();
        let begin = spec.date.unwrap_or(today).to_datetime(spec.time);
        self.clock.show(begin);
        let mut rehearsal = Rehearsal::new(&self.engine, Arc::clone(&self.clock), true);
        for (at, turn) in (1_u32..).zip(&spec.turns) {
            let came = self.turn(&mut rehearsal, (number, at), turn)?;
            let pass = passes(turn, &came);
            if self.as_json {
                println!("{}", line(spec, turn, &came, pass));
            } else if !pass {
                self.show(spec, turn, &came);
            }
            if !pass {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn turn(
        &mut self,
        rehearsal: &mut Rehearsal,
        (number, at): (u32, u32),
        turn: &DialogueTurn,
    ) -> anyhow::Result<Came> {
        let engine = &mut self.engine;
        let (said, heard) = match (&turn.input, &mut self.aloud) {
            (TurnInput::Wait(seconds), _) => {
                let incidents = rehearsal.pass(engine, *seconds);
                return Ok(Came {
                    answer: None,
                    reply: sentences("", &incidents),
                    heard: None,
                });
            }
            (TurnInput::Say(say), None) => (typed(say), None),
            (TurnInput::Say(say), Some((folder, vad))) => {
                let path = folder.join(format!("d{number:02}-{at:02}.wav"));
                speak(engine, say, &path)?;
                let heard = recognise(engine, rehearsal.session(), vad, &path);
                let heard = heard.map_err(anyhow::Error::msg)?;
                let text = heard.text.clone();
                (heard, Some(text))
            }
        };
        let (answer, incidents) = rehearsal.say(engine, &said);
        Ok(Came {
            reply: sentences(&answer.reply, &incidents),
            answer: Some(answer),
            heard,
        })
    }

    fn show(&self, spec: &DialogueSpec, turn: &DialogueTurn, came: &Came) {
        let name = spec.name.as_ref();
        let name = name.map_or_else(String::new, |name| format!(" (in \"{name}\")"));
        println!("{}:{}: {}{name}", self.file, turn.line, input(turn));
        if let Some(heard) = &came.heard {
            println!("  heard    \"{heard}\"");
        }
        if let (Some(intent), Some(answer)) = (&turn.intent, &came.answer) {
            let expected = meaning_line(intent, &turn.slots, turn.when.as_ref());
            println!("  expected {expected}");
            println!("  got      {}", intents_line(&answer.understanding.intents));
        }
        for reply in &turn.replies {
            println!("  expected \"{reply}\"");
        }
        println!("  says     \"{}\"", came.reply);
    }
}

/// All sentences, in order. What is said and then rings is two of them.
fn sentences(reply: &str, incidents: &[Incident]) -> String {
    let all = incidents.iter().map(Incident::sentence);
    let all: Vec<&str> = std::iter::once(reply)
        .chain(all)
        .filter(|sentence| !sentence.is_empty())
        .collect();
    all.join(" ")
}

fn passes(turn: &DialogueTurn, came: &Came) -> bool {
    let replies = turn.replies.is_empty() || turn.replies.contains(&came.reply);
    let intent = match (&turn.intent, &came.answer) {
        (Some(intent), Some(answer)) => meant(intent, &turn.slots, turn.when.as_ref(), answer),
        (Some(_), None) => false,
        (None, _) => true,
    };
    replies && intent
}

fn input(turn: &DialogueTurn) -> String {
    match &turn.input {
        TurnInput::Say(say) => format!("\"{say}\""),
        TurnInput::Wait(seconds) => format!("after {seconds} seconds"),
    }
}

fn line(spec: &DialogueSpec, turn: &DialogueTurn, came: &Came, pass: bool) -> Value {
    let mut expected = json!({});
    if let Some(intent) = &turn.intent {
        expected = json!({"intent": intent, "slots": turn.slots});
    }
    if let Some(when) = &turn.when {
        expected["when"] = when.clone();
    }
    if !turn.replies.is_empty() {
        expected["reply"] = json!(turn.replies);
    }
    let mut got = match &came.answer {
        Some(answer) => match got_json(answer) {
            several @ Value::Array(_) => json!({"intents": several}),
            one => one,
        },
        None => json!({}),
    };
    got["reply"] = came.reply.as_str().into();
    if came.answer.as_ref().is_some_and(|answer| answer.question) {
        got["question"] = true.into();
    }
    let name = spec.name.clone();
    let mut line = json!({"dialogue": name.unwrap_or_else(|| format!("line {}", spec.line))});
    match &turn.input {
        TurnInput::Say(say) => line["say"] = say.as_str().into(),
        TurnInput::Wait(seconds) => line["wait_s"] = (*seconds).into(),
    }
    line["pass"] = pass.into();
    line["expected"] = expected;
    line["got"] = got;
    if let Some(heard) = &came.heard {
        line["heard"] = heard.as_str().into();
    }
    line
}
