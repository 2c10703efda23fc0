//! Whether what was said so far is a whole command.

use jiff::civil::date;

use super::phrase::{HOME, parser};
use mynah_core::intent::IntentParser as _;
use mynah_core::turn::{Completion, Hypothesis, Transcript, TranscriptRoute};

fn heard(text: &str, alternatives: Vec<Hypothesis>) -> Transcript {
    Transcript {
        text: text.into(),
        logprob: -0.1,
        no_speech: 0.0,
        route: TranscriptRoute::Constrained,
        alternatives,
    }
}

fn check(expected: Completion, texts: &[&str]) {
    let parser = parser(HOME);
    let now = date(2026, 10, 7).at(15, 0, 0, 0);
    for text in texts {
        let found = parser.completion(&heard(text, vec![]), now);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_command_that_no_phrase_continues_is_complete() {
    check(
        Completion::Complete,
        &[
            "Turn on the kitchen light.",
            "hey, could you please turn on the kitchen light",
            "turn the kitchen lights off please",
            "turn on the light in the living room",
            "lock the front door",
            "turn on the kitchen light and lock the front door",
            "turn on the light in the kitchen and the hall",
            "set a 10 minute timer",
        ],
    );
}

#[test]
fn a_command_that_a_phrase_continues_is_whole() {
    check(
        Completion::Whole,
        &[
            "set a timer for ten minutes",
            "dim the kitchen lights to 20",
            "what is the weather",
            "wake me up at seven",
            "add milk to the shopping list",
        ],
    );
    check(
        Completion::MayContinue,
        &["the weather is lovely", "never mind", ""],
    );
}

#[test]
fn a_beginning_is_open() {
    check(
        Completion::Open,
        &[
            "set a timer for",
            "please set a timer for",
            "turn on the",
            "turn on the light in the",
            "turn on the kitchen light and",
            "turn on the kitchen and",
            "turn on the kitchen light and lock the",
            "lock the",
            "add milk and honey",
            "set an alarm",
        ],
    );
}

#[test]
fn what_may_be_a_beginning_is_never_complete() {
    let parser = parser(HOME);
    let now = date(2026, 10, 7).at(15, 0, 0, 0);
    for (text, behind, expected) in [
        ("dim the kitchen lights to 20", 2.0, Completion::Whole),
        ("dim the kitchen lights to 20", 9.0, Completion::Complete),
        ("turn on the kitchen light and", 2.0, Completion::Whole),
        ("turn off the kitchen light", 2.0, Completion::Complete),
        ("dunn on the kitchen light", 0.1, Completion::Complete),
        ("dunn on the kitchen lied", 0.1, Completion::Whole),
        // Near enough for a question.
        ("turn off the kitchen light", 0.5, Completion::MayContinue),
        ("Turn on the kitchen lights!", 0.5, Completion::Complete),
    ] {
        let other = Hypothesis {
            text: text.into(),
            behind,
            route: TranscriptRoute::Constrained,
        };
        let said = heard("turn on the kitchen light", vec![other]);
        assert_eq!(parser.completion(&said, now), expected, "{text}");
    }
}
