//! Conversations as scripts: what is understood, and what is decided.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use mynah_core::dialogue::{Decision, Dialogue, Pending};
use mynah_core::intent::values;
use mynah_core::model::{Settings, SlotSpec};
use mynah_core::turn::{Intent, Slot, SlotValue, Understanding, When};

const NOON: DateTime = jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0);

const FILE: &str = r#"
    [[intent]]
    name = "light_set"
    description = "Switch a light"
    phrases = ["(turn|switch) {state} [the] {room} light", "light {state}"]
    slots.room = { values = ["kitchen", { value = "living_room", say = ["living room", "lounge"] }] }
    slots.state = { values = ["on", "off"] }
    slots.level = { type = "number", min = 0, max = 100, default = 80 }
    action = { type = "mqtt", topic = "home/{room}/light", payload = "{state} {level}" }

    [mqtt]
    host = "localhost"

    [[intent]]
    name = "unlock"
    description = "Unlock a door."
    phrases = ["unlock [the] {door} door", "open up"]
    slots.door = { values = ["front", "back"], ask = "The front or the back door?" }
    confirm = "Are you sure you want to unlock the {door} door?"
    action = { type = "command", run = ["unlock", "{door}"] }

    [[intent]]
    name = "note"
    phrases = ["note {what}", "take a note"]
    slots.what = { type = "text", ask = "What shall I write?" }

    [[intent]]
    name = "timer"
    phrases = ["timer {length}"]
    slots.length = { type = "duration", default = 300 }
"#;

/// Each line of the script is heard: `WORDS => INTENT SLOT=VALUE ... | RIVAL`,
/// several intents apart by `+`; without `=>` nothing is understood. The first
/// line is a command, and so is each after a decision that asks nothing.
fn check(script: &[&str], expected: &[&str]) {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let read = |intent: &str, slot: &str, text: &str| {
        let spec = settings.intent(intent)?;
        read(spec.slot(slot)?, text)
    };
    let dialogue = Dialogue {
        settings: &settings,
        read: &read,
        now: NOON,
    };
    let mut pending: Option<Pending> = None;
    let mut decided = Vec::new();
    for line in script {
        let (heard, understood) = line.split_once(" => ").unwrap_or((line, ""));
        let understanding = understanding(&settings, understood);
        let decision = match pending.take() {
            Some(pending) => dialogue.answer(pending, heard, &understanding),
            None => dialogue.decide(heard, &understanding),
        };
        decided.push(match decision {
            Decision::Act(intents) => format!("act {}", shown(&intents)),
            Decision::Object(why) => format!("cannot: {why}"),
            Decision::Refuse(failure) => format!("{failure:?}"),
            Decision::Ask(asked) => pending.insert(asked).question.clone(),
        });
    }
    assert_eq!(decided, expected, "{script:?}");
}

fn read(spec: &SlotSpec, text: &str) -> Option<Slot> {
    let reading = values::read_text(&spec.kind, text, NOON).ok()?;
    Some(Slot {
        name: spec.name.clone(),
        value: reading.value,
        spoken: reading.spoken,
    })
}

fn understanding(settings: &Settings, text: &str) -> Understanding {
    let (intents, rivals) = text.split_once(" | ").unwrap_or((text, ""));
    let intents_of = |text: &str| {
        let parts = text.split(" + ").filter(|part| !part.is_empty());
        parts.map(|part| intent(settings, part)).collect()
    };
    Understanding {
        intents: intents_of(intents),
        rivals: intents_of(rivals),
        ..Understanding::default()
    }
}

fn intent(settings: &Settings, text: &str) -> Intent {
    let mut words = text.split(' ');
    let name = words.next().expect("a name");
    let spec = settings.intent(name).expect("an intent");
    let slots = words.map(|word| {
        let (slot, value) = word.split_once('=').expect("slot=value");
        let spec = spec.slot(slot).expect("a slot");
        read(spec, &value.replace('_', " ")).expect("a value")
    });
    Intent {
        name: name.into(),
        slots: slots.collect(),
        when: None,
    }
}

fn shown(intents: &[Intent]) -> String {
    let mut text = String::new();
    for intent in intents {
        write!(
            text,
            "{}{}",
            if text.is_empty() { "" } else { " + " },
            intent.name
        )
        .expect("a string takes everything");
        for Slot { name, value, .. } in &intent.slots {
            let value: &SlotValue = value;
            write!(text, " {name}={value}").expect("a string takes everything");
        }
        if let Some(When::After { seconds }) = intent.when {
            write!(text, " after {seconds} s").expect("a string takes everything");
        }
    }
    text
}

#[test]
fn a_complete_command_is_carried_out_with_its_defaults_in_order() {
    check(
        &["on => light_set state=on room=lounge", "timer => timer"],
        &[
            "act light_set room=living_room state=on level=80",
            "act timer length=300",
        ],
    );
    check(&["what a day"], &["NotUnderstood"]);
    check(&["never mind"], &["Cancelled"]);
}

#[test]
fn a_missing_slot_is_asked_for() {
    let light = "light on => light_set state=on";
    let acted = "act light_set room=kitchen state=on level=80";
    check(&[light, "the kitchen"], &["Which room?", acted]);
    check(
        &[light, "um", "kitchen"],
        &["Which room?", "Which room?", acted],
    );
    check(
        &[light, "um", "what"],
        &["Which room?", "Which room?", "Cancelled"],
    );
    check(
        &[light, "", "lounge"],
        &[
            "Which room?",
            "Which room?",
            "act light_set room=living_room state=on level=80",
        ],
    );
    check(&[light, "never mind"], &["Which room?", "Cancelled"]);
    check(&[light, "no"], &["Which room?", "Cancelled"]);
}

#[test]
fn an_answer_may_name_several_values() {
    let light = "light on => light_set state=on";
    let both = "act light_set room=kitchen state=on level=80 + light_set room=living_room state=on level=80";
    for said in [
        "kitchen and lounge",
        "kitchen, lounge",
        "both",
        "both of them please",
        "all of them",
    ] {
        check(&[light, said], &["Which room?", both]);
    }
    check(
        &[light, "kitchen and garage", "never mind"],
        &["Which room?", "Which room?", "Cancelled"],
    );
    check(
        &[light, "the kitchen, no, the lounge"],
        &[
            "Which room?",
            "act light_set room=living_room state=on level=80",
        ],
    );
}

#[test]
fn an_answer_may_stand_for_the_noun_or_say_when() {
    let light = "light on => light_set state=on";
    let acted = "act light_set room=kitchen state=on level=80";
    check(&[light, "the kitchen one"], &["Which room?", acted]);
    check(
        &[light, "the kitchen in ten minutes"],
        &["Which room?", &format!("{acted} after 600 s")],
    );
    for said in [
        "the one",
        "twenty one",
        "the attic one",
        "the attic in ten minutes",
        "in ten minutes",
    ] {
        check(&[light, said], &["Which room?", "Which room?"]);
    }
}

#[test]
fn free_words_may_hold_a_no() {
    let note = "take a note => note";
    check(
        &[note, "no milk today"],
        &["What shall I write?", "act note what=no milk today"],
    );
    check(&[note, "forget it"], &["What shall I write?", "Cancelled"]);
}

#[test]
fn a_new_command_takes_the_place_of_the_old() {
    check(
        &[
            "light on => light_set state=on",
            "timer ten minutes => timer length=10_minutes",
        ],
        &["Which room?", "act timer length=600"],
    );
    check(
        &[
            "unlock => unlock door=front",
            "light off => light_set room=kitchen state=off",
        ],
        &[
            "Are you sure you want to unlock the front door?",
            "act light_set room=kitchen state=off level=80",
        ],
    );
}

#[test]
fn a_missing_slot_and_a_confirmation() {
    check(
        &["open up => unlock", "the side one", "back", "yes"],
        &[
            "The front or the back door?",
            "The front or the back door?",
            "Are you sure you want to unlock the back door?",
            "act unlock door=back",
        ],
    );
    check(
        &["open up => unlock", "the back one", "yes"],
        &[
            "The front or the back door?",
            "Are you sure you want to unlock the back door?",
            "act unlock door=back",
        ],
    );
}

#[test]
fn only_a_plain_yes_is_a_yes() {
    let command = "unlock => unlock door=front";
    let question = "Are you sure you want to unlock the front door?";
    for yes in [
        "yes",
        "Yes.",
        "yeah",
        "yep",
        "sure",
        "okay",
        "OK!",
        "yes please",
        "go ahead",
        "do it",
        "please do",
        "of course",
        "I'm sure",
        "Yes, I'm sure.",
        "absolutely",
        "yes unlock the front door",
        "that's right",
        "um yes",
        "Yes, I do.",
    ] {
        check(&[command, yes], &[question, "act unlock door=front"]);
    }
    for no in [
        "no",
        "No.",
        "nope",
        "no thanks",
        "don't",
        "please don't",
        "not now",
        "I'm not sure",
        "cancel",
        "never mind",
        "stop",
        "yes no",
        "do not do it",
        "wait",
        "forget it",
    ] {
        check(&[command, no], &[question, "Cancelled"]);
    }
    for unclear in [
        "",
        "hm",
        "the weather",
        "are you sure you want to unlock the front door",
        "yes the back door",
        "okay what time is it",
        "you want to unlock the front door",
        "sure thing is over there",
    ] {
        check(
            &[command, unclear, "yes"],
            &[question, question, "act unlock door=front"],
        );
        check(
            &[command, unclear, unclear],
            &[question, question, "Cancelled"],
        );
    }
}

#[test]
fn each_of_several_commands_is_confirmed() {
    check(
        &[
            "both => unlock door=front + timer + unlock door=back",
            "yes",
            "no",
        ],
        &[
            "Are you sure you want to unlock the front door?",
            "Are you sure you want to unlock the back door?",
            "Cancelled",
        ],
    );
}

#[test]
fn rivals_are_put_to_the_person() {
    let rooms = "on => light_set room=kitchen state=on | light_set room=lounge state=on";
    let which = "Did you mean kitchen, or living room?";
    let kitchen = "act light_set room=kitchen state=on level=80";
    let lounge = "act light_set room=living_room state=on level=80";
    check(&[rooms, "the kitchen"], &[which, kitchen]);
    check(&[rooms, "living room please"], &[which, lounge]);
    check(&[rooms, "the first"], &[which, kitchen]);
    check(&[rooms, "the second one"], &[which, lounge]);
    check(&[rooms, "um", "the latter"], &[which, which, lounge]);
    let both = "act light_set room=kitchen state=on level=80 + light_set room=living_room state=on level=80";
    check(&[rooms, "both"], &[which, both]);
    check(&[rooms, "all of them please"], &[which, both]);
    check(&[rooms, "neither"], &[which, "Cancelled"]);
    check(&[rooms, "kitchen and living room"], &[which, both]);
    check(
        &[rooms, "kitchen and garage", "yes"],
        &[which, which, "Cancelled"],
    );
    check(
        &[
            "open => unlock door=back | timer length=1_minute",
            "both",
            "unlock",
            "yes",
        ],
        &[
            "Did you mean unlock a door, back, or timer, one minute?",
            "Did you mean unlock a door, back, or timer, one minute?",
            "Are you sure you want to unlock the back door?",
            "act unlock door=back",
        ],
    );
}

#[test]
fn a_question_can_be_answered_with_a_correction() {
    let front = "Are you sure you want to unlock the front door?";
    let back = "Are you sure you want to unlock the back door?";
    let command = "unlock => unlock door=front";
    for said in [
        "no, the back door",
        "I meant the back door",
        "not the front door, the back door",
        "the back door, not the front door",
        "the back door instead",
    ] {
        check(
            &[command, said, "yes"],
            &[front, back, "act unlock door=back"],
        );
    }
    check(&[command, "not the front door"], &[front, "Cancelled"]);
    check(&[command, "no, the garden gate"], &[front, "Cancelled"]);
    check(
        &["light on => light_set state=on", "no, off", "kitchen"],
        &[
            "Which room?",
            "Which room?",
            "act light_set room=kitchen state=off level=80",
        ],
    );
}

#[test]
fn a_part_of_a_value_that_only_one_has_answers_for_it() {
    check(
        &["light on => light_set state=on", "the living one"],
        &[
            "Which room?",
            "act light_set room=living_room state=on level=80",
        ],
    );
}
