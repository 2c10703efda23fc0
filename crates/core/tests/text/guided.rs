//! Scripts in, understandings out: the model is a function.

use std::sync::{Arc, Mutex};

use jiff::civil::date;
use mynah_core::llm::{LlmError, ScriptedModel};

use mynah_core::intent::guided::GuidedParser;
use mynah_core::intent::{IntentError, IntentParser as _};

use mynah_core::turn::{Transcript, TranscriptRoute, Understanding};

const FILE: &str = concat!(
    include_str!("../../../../tests/data/guided.toml"),
    r#"
[[intent]]
name = "shopping_add"
description = "Put something on the shopping list"
phrases = ["add {text} to the shopping list"]
slots.text = { type = "text" }

[[intent]]
name = "pump"
description = "Switch the pump on or off"
phrases = ["turn {state} [the] pump"]
slots.state = { values = ["on", "off"] }
action = { type = "command", run = ["true"] }
"#
);

/// Runs one sentence past a model that gives these answers in turn; and how
/// many questions were asked.
fn understood(said: &str, answers: &[&str]) -> (Result<Understanding, IntentError>, usize) {
    let settings = mynah_config::parse(FILE).unwrap_or_else(|problems| panic!("{problems:?}"));
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let answers: Vec<String> = answers.iter().map(ToString::to_string).collect();
    let model = ScriptedModel::new(move |ask| {
        let mut asked = count.lock().expect("no test panics while it holds this");
        *asked += 1;
        let answer = answers.get(*asked - 1).cloned();
        answer.ok_or_else(|| LlmError::Refused(format!("an unexpected question: {}", ask.user)))
    });
    let mut parser = GuidedParser::new(Box::new(model), &settings);
    let transcript = Transcript {
        text: said.to_owned(),
        logprob: 0.0,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    };
    let found = parser.parse(&transcript, date(2026, 6, 1).at(12, 0, 0, 0));
    let asked = *asked.lock().expect("no test panics while it holds this");
    (found, asked)
}

/// What came of it, as `intent slot=value ...`, or `none`; with a question
/// mark if the person is asked first.
fn understand(said: &str, answers: &[&str]) -> (String, usize) {
    let (found, asked) = understood(said, answers);
    let text = match found {
        Err(error) => error.to_string(),
        Ok(found) => found.intents.first().map_or_else(
            || "none".to_owned(),
            |intent| {
                let slots = intent
                    .slots
                    .iter()
                    .map(|s| format!(" {}={}", s.name, s.value));
                let doubt = if found.doubt.is_some() { "?" } else { "" };
                format!("{}{}{doubt}", intent.name, slots.collect::<String>())
            },
        ),
    };
    (text, asked)
}

fn check(said: &str, answers: &[&str], want: &str) {
    let (got, asked) = understand(said, answers);
    assert_eq!(got, want, "{said}");
    assert_eq!(asked, answers.len(), "{said}: questions asked");
}

#[test]
fn what_was_said_is_not_asked_for() {
    check(
        "the lounge wants its light on",
        &["light_switch"],
        "light_switch room=living_room state=on",
    );
    check(
        "twenty one in the bathrom please",
        &["heating_set"],
        "heating_set room=bathroom degrees=21",
    );
}

#[test]
fn a_value_may_be_said_twice_but_not_two() {
    check(
        "the hall light half as bright please, fifty percent",
        &["dim"],
        "dim room=hall percent=50",
    );
    check("the hall light at fifty, sixty percent", &["dim"], "none");
}

#[test]
fn a_pronoun_alone_names_nothing() {
    check(
        "make it twenty one",
        &["heating_set"],
        "heating_set degrees=21?",
    );
    check(
        "make it twenty one in the hall",
        &["heating_set"],
        "heating_set room=hall degrees=21",
    );
}

#[test]
fn a_time_that_may_be_now_is_asked_about() {
    let (found, _) = understood(
        "could we have nineteen degrees in the hall tonight",
        &["heating_set"],
    );
    let doubt = found.expect("an answer").doubt;
    let wanted = "Shall I do it now: set the hall to nineteen degrees?";
    assert_eq!(doubt.as_deref(), Some(wanted));
    check(
        "nineteen degrees in the hall later",
        &["heating_set"],
        "none",
    );
}

#[test]
fn a_state_may_be_hinted_at_but_a_name_must_be_said() {
    check(
        "no more light in the hall",
        &["light_switch", "yes"],
        "light_switch room=hall state=off",
    );
    check("no more light in the hall", &["light_switch", "no"], "none");
    // Neither said nor hinted at: the dialogue asks for it.
    check(
        "the hall once more",
        &["light_switch"],
        "light_switch room=hall",
    );
    check(
        "some light on here",
        &["light_switch"],
        "light_switch state=on",
    );
    check("twenty one degrees here", &["none"], "none");
}

#[test]
fn two_values_of_a_list_are_told_apart_by_the_model() {
    check(
        "go to the hall now that you are done in the kitchen",
        &["move", "kitchen", "hall", "yes"],
        "move from=kitchen to=hall",
    );
}

#[test]
fn free_words_are_only_quoted() {
    check(
        "jot down buy milk",
        &["note_add", "buy milk"],
        "note_add text=buy milk",
    );
    check("jot down buy milk", &["note_add", "call the bank"], "none");
    // All of the words are no text, and a thing is named in full.
    check(
        "jot down buy milk",
        &["note_add", "jot down buy milk"],
        "none",
    );
    check(
        "oh and put milk on the to-do list",
        &["shopping_add", "milk"],
        "shopping_add text=milk?",
    );
}

#[test]
fn what_nobody_wants_is_not_done() {
    check("what a lovely day", &["none"], "none");
    check(
        "the hall light is on again",
        &["light_switch", "no"],
        "none",
    );
    check("do not turn the hall light on", &[], "none");
    check("they said the light in the hall was on", &[], "none");
    check("and then", &[], "none");
    check("", &[], "none");
    check("is the light in the hall on", &[], "none");
    check("is the light on", &["light_switch"], "none");
    check("an answer that is no name", &["tea"], "none");
}

#[test]
fn for_an_intent_that_lacks_its_slot_the_nearest_is_put_to_the_person() {
    let asks = |said: &str, answers: &[&str]| {
        let (found, _) = understood(said, answers);
        found.expect("an answer for each question").doubt
    };
    let doubt = asks("light up the hall", &["dim"]);
    assert_eq!(
        doubt.as_deref(),
        Some("Did you mean: turn on the hall light?")
    );
    assert_eq!(asks("light on in the hall", &["light_switch"]), None);
    check("everything on at last", &["heating_set"], "none");
}

#[test]
fn a_failing_model_is_an_error() {
    let (got, _) = understand("some light on in the hall", &[]);
    assert!(got.starts_with("the language model failed"), "{got}");
}

#[test]
fn only_a_request_is_carried_out() {
    // The model's choice is no reason to act on a report, hearsay or a plan.
    for said in [
        "the hall light went off at ten",
        "the hall light goes off at ten",
        "the kitchen was at eighteen degrees",
        "Nora turned the hall light off",
        "uncle says hall light off at ten",
        "somebody has left the hall light on",
        "I will switch the hall light off myself",
        "you need not turn off the hall light",
        "there is no need to turn the hall light on",
        "let us not have the hall light on",
        "whatever you do do not turn on the hall light",
        "switched the hall light off at nine",
        "the hall light comes on at six every day",
        "grandma switches the hall light off at nine",
    ] {
        check(said, &[], "none");
    }
}

#[test]
fn what_may_be_a_wish_is_asked_about() {
    check(
        "perhaps we should set the hall to twenty",
        &["heating_set", "yes"],
        "heating_set room=hall degrees=20?",
    );
    check(
        "we might turn on the hall light",
        &["light_switch", "yes"],
        "light_switch room=hall state=on?",
    );
}

#[test]
fn a_time_is_asked_about_with_the_command() {
    let (found, _) = understood("maybe switch the pump off at nine", &["pump", "yes"]);
    assert_eq!(
        found.expect("an answer").doubt.as_deref(),
        Some("Did you mean: turn off the pump at nine?")
    );
}

#[test]
fn requests_in_many_forms_are_carried_out() {
    for said in [
        "would you mind having the hall light off",
        "hall light off thanks",
        "the hall light can go off now",
        "the hall light should be off",
        "it got bright in the hall, switch its light off",
        "Mia fell asleep so get the hall light off",
    ] {
        check(said, &["light_switch"], "light_switch room=hall state=off");
    }
}
