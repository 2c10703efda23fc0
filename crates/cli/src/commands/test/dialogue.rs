//! Runs `[[dialogue]]`s as text, turn by turn, by a clock that the dialogue turns;
//! and says whether a dialogue went as it is expected.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Ending, HeardIn, Judge, got_json, meaning_line, meant};
use mynah_appliance::runtime::engine::{Engine, TurnAnswer};
use mynah_appliance::runtime::events::intents_line;
use mynah_appliance::runtime::recorded::typed;
use mynah_appliance::runtime::rehearsal::{Incident, Rehearsal};
use mynah_appliance::timers::{Clock as _, ScriptClock};
use mynah_core::model::{DialogueSpec, DialogueTurn, SetFor, TurnInput};
use mynah_core::timers::{Entry, Moment, When};

/// What came of a turn.
pub(super) struct Came {
    /// Of a turn in which nobody speaks, the commands for later that were carried out.
    pub answer: TurnAnswer,
    /// All that was spoken.
    pub reply: String,
    /// What was recognised, where it was spoken.
    pub heard: Option<String>,
    /// All that is set afterwards.
    pub entries: Vec<Entry>,
    /// The time afterwards.
    pub now: Moment,
}

impl Judge {
    /// Runs a dialogue as text.
    pub(super) fn written_dialogue(
        &self,
        engine: &mut Engine,
        clock: &Arc<ScriptClock>,
        spec: &DialogueSpec,
    ) -> Ending {
        let today = clock.now().local.date();
        clock.show(spec.date.unwrap_or(today).to_datetime(spec.time));
        let mut rehearsal = Rehearsal::new(engine, Arc::clone(clock), true);
        let turns = spec.turns.iter();
        let came = turns.map(|turn| written_turn(engine, &mut rehearsal, turn));
        self.dialogue(spec, 1, came)
    }

    /// Judges a dialogue up to the first turn that fails.
    pub(super) fn dialogue(
        &self,
        spec: &DialogueSpec,
        pass: u32,
        came: impl IntoIterator<Item = Came>,
    ) -> Ending {
        for (turn, came) in spec.turns.iter().zip(came) {
            let ending = ending(turn, &came);
            if self.as_json {
                println!("{}", self.line(spec, turn, (&came, pass), ending));
            } else if ending != Ending::Right {
                self.show(spec, turn, (&came, pass));
            }
            if ending != Ending::Right {
                return ending;
            }
        }
        Ending::Right
    }

    fn show(&self, spec: &DialogueSpec, turn: &DialogueTurn, (came, pass): (&Came, u32)) {
        let name = spec.name.as_ref();
        let name = name.map_or_else(String::new, |name| format!(" (in \"{name}\")"));
        println!("{}:{}: {}{name}", self.file, turn.line, input(turn));
        self.show_heard(heard(came, pass).as_ref());
        if !turn.intents.is_empty() {
            let expected = turn.intents.iter().map(|intent| expected(turn, intent));
            println!("  expected {}", expected.collect::<Vec<_>>().join(", or "));
            let got = &came.answer.understanding.intents;
            println!("  got      {}", intents_line(got));
        }
        for reply in &turn.replies {
            println!("  expected \"{reply}\"");
        }
        println!("  says     \"{}\"", came.reply);
        if let Some(timers) = &turn.timers
            && set(came) != sorted(timers)
        {
            println!("  expected set: {}", listed(timers));
            println!("  set      {}", listed(&set(came)));
        }
    }

    fn line(
        &self,
        spec: &DialogueSpec,
        turn: &DialogueTurn,
        (came, pass): (&Came, u32),
        ending: Ending,
    ) -> Value {
        let mut expected = json!({});
        match turn.intents.as_slice() {
            [] => {}
            [intent] => expected = json!({"intent": intent, "slots": turn.slots}),
            several => expected = json!({"intent": several, "slots": turn.slots}),
        }
        if let Some(when) = &turn.when {
            expected["when"] = when.clone();
        }
        if !turn.replies.is_empty() {
            expected["reply"] = json!(turn.replies);
        }
        let mut got = match (&turn.input, got_json(&came.answer)) {
            (TurnInput::Wait(_), _) => json!({}),
            (_, several @ Value::Array(_)) => json!({"intents": several}),
            (_, one) => one,
        };
        got["reply"] = came.reply.as_str().into();
        if came.answer.question {
            got["question"] = true.into();
        }
        if let Some(timers) = &turn.timers {
            expected["timers"] = listed(timers).into();
            got["timers"] = listed(&set(came)).into();
        }
        let name = spec.name.clone();
        let mut line = json!({"dialogue": name.unwrap_or_else(|| format!("line {}", spec.line))});
        match &turn.input {
            TurnInput::Say(say) => line["say"] = say.as_str().into(),
            TurnInput::Wait(seconds) => line["wait_s"] = (*seconds).into(),
        }
        line["pass"] = (ending == Ending::Right).into();
        if ending == Ending::Wrong {
            line["wrong_action"] = true.into();
        }
        line["expected"] = expected;
        line["got"] = got;
        self.add_heard(&mut line, heard(came, pass).as_ref());
        line
    }
}

fn heard(came: &Came, pass: u32) -> Option<HeardIn<'_>> {
    let text = came.heard.as_deref()?;
    Some(HeardIn { text, pass })
}

fn written_turn(engine: &mut Engine, rehearsal: &mut Rehearsal, turn: &DialogueTurn) -> Came {
    let (answer, incidents) = match &turn.input {
        TurnInput::Wait(seconds) => {
            let incidents = rehearsal.pass(engine, *seconds);
            (TurnAnswer::default(), incidents)
        }
        TurnInput::Say(say) => rehearsal.say(engine, &typed(say)),
    };
    let keeper = rehearsal.keeper(engine);
    let (entries, now) = keeper.look(|book, now| (book.entries().to_vec(), now.clone()));
    Came {
        reply: sentences(&answer.reply, &incidents),
        answer,
        heard: None,
        entries,
        now,
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

fn ending(turn: &DialogueTurn, came: &Came) -> Ending {
    let own = |intent: &str| !["none", "asks", "undo"].contains(&intent);
    let is_meant = |intent: &String| {
        let (slots, when) = if own(intent) {
            (turn.slots.clone(), turn.when.as_ref())
        } else {
            (serde_json::Map::new(), None)
        };
        meant(intent, &slots, when, &came.answer)
    };
    let intent = turn.intents.is_empty() || turn.intents.iter().any(is_meant);
    let timers = turn.timers.as_ref();
    let timers = timers.is_none_or(|timers| set(came) == sorted(timers));
    let replies = turn.replies.is_empty() || turn.replies.contains(&came.reply);
    if intent && timers && replies {
        Ending::Right
    } else if came.answer.outcomes.is_empty() || intent && timers {
        Ending::Harmless
    } else {
        Ending::Wrong
    }
}

/// When what is set will ring or be carried out, sorted.
fn set(came: &Came) -> Vec<SetFor> {
    let all = came.entries.iter().map(|entry| match entry.when {
        When::After { .. } => {
            let seconds = entry.left_ms(&came.now).div_ceil(1_000);
            SetFor::After(u32::try_from(seconds).unwrap_or(u32::MAX))
        }
        When::At { .. } => SetFor::At(entry.due(&came.now).time()),
    });
    sorted(&all.collect::<Vec<_>>())
}

fn sorted(timers: &[SetFor]) -> Vec<SetFor> {
    let mut timers = timers.to_vec();
    timers.sort_unstable();
    timers
}

fn listed(timers: &[SetFor]) -> String {
    let one = |timer: &SetFor| match timer {
        SetFor::After(seconds) => format!("in {seconds} s"),
        SetFor::At(time) => format!("at {time}"),
    };
    match timers {
        [] => "nothing".to_owned(),
        timers => timers.iter().map(one).collect::<Vec<_>>().join(", "),
    }
}

fn expected(turn: &DialogueTurn, intent: &str) -> String {
    meaning_line(intent, &turn.slots, turn.when.as_ref())
}

fn input(turn: &DialogueTurn) -> String {
    match &turn.input {
        TurnInput::Say(say) => format!("\"{say}\""),
        TurnInput::Wait(seconds) => format!("after {seconds} seconds"),
    }
}
