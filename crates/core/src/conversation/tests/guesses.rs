//! Guesses at what was said so far: used when nothing more is said, forgotten
//! when something is, and never acted on before the end.

use super::{LIMITS, check_by};
use crate::conversation::{ByWords, Limits, Patience};

const BY_WORDS: Patience = Patience {
    by_words: Some(ByWords {
        complete_ms: 250,
        open_ms: 1_500,
    }),
    ..LIMITS.command
};

fn check(script: &str, expected: &str) {
    let limits = Limits {
        command: BY_WORDS,
        answer: BY_WORDS,
        ring: BY_WORDS,
        ..LIMITS
    };
    let opened = "1.02 chime Listening\n1.02 [listening]\n";
    check_by(limits, script, &format!("{opened}{expected}"));
}

#[test]
fn a_complete_command_ends_when_it_is_known_to_be_one() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 complete turn on the light
         3.4 act light_on
         3.5 done The light is on.
         4.9 spoken
         6.0 until",
        "3.10 guess #1 1.49-3.10
         3.30 understand #1 turn on the light
         3.39 act #1 light_on
         3.49 speak #1 The light is on.
         4.90 [idle]",
    );
}

#[test]
fn a_complete_command_ends_no_sooner_than_a_silence() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.21 complete turn on the light
         3.4 until",
        "3.10 guess #1 1.49-3.10
         3.23 understand #1 turn on the light",
    );
}

#[test]
fn a_command_that_may_continue_ends_as_ever_but_is_known_by_then() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 maybe turn on the light
         4.0 until",
        "3.10 guess #1 1.49-3.10
         3.58 understand #1 turn on the light",
    );
}

#[test]
fn a_beginning_is_waited_for() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 open set a timer for
         4.1-4.6 speech
         5.0 maybe set a timer for ten minutes
         5.5 until",
        "3.10 guess #1 1.49-3.10
         4.70 guess #1 1.49-4.70
         5.18 understand #1 set a timer for ten minutes",
    );
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 open set a timer for
         5.0 until",
        "3.10 guess #1 1.49-3.10
         4.48 understand #1 set a timer for",
    );
}

#[test]
fn a_guess_that_is_late_is_waited_for() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         4.1 complete turn on the light
         4.5 until",
        "3.10 guess #1 1.49-3.10
         4.10 understand #1 turn on the light",
    );
}

#[test]
fn a_guess_that_was_spoken_over_counts_for_nothing() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3-4.0 speech
         3.4 complete turn on the light
         5.0 until",
        "3.10 guess #1 1.49-3.10
         3.33 abandon
         4.10 guess #1 1.49-4.10",
    );
}

#[test]
fn a_worker_that_is_behind_is_not_held_up_by_what_was_spoken_over() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3-4.0 speech
         4.2 complete turn on the light and sing
         4.9 until",
        "3.10 guess #1 1.49-3.10
         3.33 abandon
         4.10 guess #1 1.49-4.10
         4.22 understand #1 turn on the light and sing",
    );
}

#[test]
fn a_guess_that_fails_fails_the_turn_at_its_end_only() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 fail
         3.4-4.0 speech
         4.3 fail
         6.0 until",
        "3.10 guess #1 1.49-3.10
         4.10 guess #1 1.49-4.10
         4.58 [Broken]
         4.58 apologise #1 Broken",
    );
}

#[test]
fn an_answer_ends_as_ever() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 complete unlock the door
         3.4 ask Really?
         3.5 spoken
         4.0-4.5 speech
         4.8 complete turn on the light
         5.5 until",
        "3.10 guess #1 1.49-3.10
         3.30 understand #1 unlock the door
         3.39 speak #1 Really?
         3.49 chime Listening
         3.49 [listening for an answer]
         4.61 guess #1 3.67-4.61
         5.09 understand #1 turn on the light",
    );
}

#[test]
fn thinking_that_takes_long_is_told_of() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         3.3 maybe make it cosy
         5.0 act light_on
         5.1 until",
        "3.10 guess #1 1.49-3.10
         3.58 understand #1 make it cosy
         4.38 chime Moment
         4.99 act #1 light_on",
    );
}

#[test]
fn a_command_in_one_breath_with_its_wake_word_is_heard_with_it() {
    check(
        "0.5-2.0 speech
         1.0 wake hey_jarvis
         2.3 complete turn on the light
         2.5 until",
        "2.11 guess #1 0.00-2.11 after hey_jarvis
         2.27 understand #1 turn on the light",
    );
}

#[test]
fn a_short_command_in_one_breath_is_one_if_it_is_whole() {
    check(
        "0.5-1.2 speech
         1.0 wake hey_jarvis
         1.5 whole good night
         2.0 until",
        "1.31 guess #1 0.00-1.31 after hey_jarvis
         1.79 understand #1 good night",
    );
    check(
        "0.5-1.2 speech
         1.0 wake hey_jarvis
         1.5 maybe hmm
         2.5-3.5 speech
         3.8 complete turn on the light
         4.0 until",
        "1.31 guess #1 0.00-1.31 after hey_jarvis
         3.62 guess #1 2.20-3.62
         3.78 understand #1 turn on the light",
    );
}

#[test]
fn the_tail_of_a_wake_word_is_no_command() {
    check(
        "0.5-1.06 speech
         1.0 wake hey_jarvis
         3.0 until",
        "",
    );
}
