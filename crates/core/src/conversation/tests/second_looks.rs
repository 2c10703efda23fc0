//! Wake words that may have been said, and what a second look makes of them.

use super::{LIMITS, check, check_by};
use crate::conversation::{Limits, SecondLook};

const ALWAYS: Limits = Limits {
    second_look: SecondLook::Always,
    ..LIMITS
};
const NEVER: Limits = Limits {
    second_look: SecondLook::Never,
    ..LIMITS
};

#[test]
fn a_candidate_that_is_confirmed_wakes() {
    check(
        "3.0 maybe-wake hey_jarvis
         3.4 said #1
         4.0-5.0 speech
         6.0 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         3.39 [hey_jarvis at a second look]
         3.39 chime Listening
         3.39 [listening]
         5.60 chime Heard
         5.60 transcribe #1 3.67-5.12",
    );
}

#[test]
fn a_candidate_that_is_rejected_was_nothing() {
    check(
        "3.0 maybe-wake hey_jarvis
         3.2-4.4 speech
         3.4 unsaid #1
         9.0 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         3.39 [not hey_jarvis: Rejected]",
    );
}

#[test]
fn who_speaks_on_loses_nothing_by_a_second_look() {
    // The same utterance as after a sure wake word at the same time.
    let spoken = "2.5-4.5 speech";
    check(
        &format!("3.0 wake hey_jarvis\n{spoken}\n6.0 until"),
        "3.01 chime Listening
         3.01 [listening]
         5.09 chime Heard
         5.09 transcribe #1 1.71-4.61 after hey_jarvis",
    );
    check(
        &format!("3.0 maybe-wake hey_jarvis\n{spoken}\n4.2 said #1\n6.0 until"),
        "3.01 confirm hey_jarvis #1 1.21-3.01
         4.19 [hey_jarvis at a second look]
         4.19 chime Listening
         4.19 [listening]
         5.09 chime Heard
         5.09 transcribe #1 1.71-4.61 after hey_jarvis",
    );
    // A command that is over before the answer comes is heard at once.
    check(
        "3.0 maybe-wake hey_jarvis
         2.5-3.8 speech
         5.0 said #1
         6.0 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         4.99 [hey_jarvis at a second look]
         4.99 [listening]
         4.99 chime Heard
         4.99 transcribe #1 1.71-3.90 after hey_jarvis",
    );
}

#[test]
fn a_candidate_that_nobody_answers_expires() {
    check(
        "3.0 maybe-wake hey_jarvis
         6.0 said #1
         7.0 maybe-wake hey_jarvis
         7.2 said #1
         7.3 said #2
         8.0 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         5.54 [not hey_jarvis: Expired]
         7.01 confirm hey_jarvis #2 5.21-7.01
         7.30 [hey_jarvis at a second look]
         7.30 chime Listening
         7.30 [listening]",
    );
}

#[test]
fn one_second_look_at_a_time_and_a_sure_word_makes_it_void() {
    check(
        "3.0 maybe-wake hey_jarvis
         3.2 maybe-wake alexa
         3.3 wake hey_jarvis
         3.4 said #1
         3.6 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         3.33 chime Listening
         3.33 [listening]",
    );
}

#[test]
fn in_the_middle_of_a_turn_only_a_sure_word_counts() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         2.0 maybe-wake hey_jarvis
         3.2 maybe-wake hey_jarvis
         3.4 heard turn on the light
         3.5 act light_on
         3.6 maybe-wake hey_jarvis
         4.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.39 understand #1 turn on the light
         3.49 act #1 light_on",
    );
}

#[test]
fn over_its_own_voice_a_confirmed_candidate_interrupts() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.0 heard tell me a story
         3.1 act story
         3.2 done Once upon a time.
         3.3 ready 60
         5.0 maybe-wake hey_jarvis
         5.3 said #1
         5.4 spoken #1
         6.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 tell me a story
         3.07 act #1 story
         3.17 speak #1 Once upon a time.
         5.02 confirm hey_jarvis #1 3.22-5.02
         5.28 overhear { turn: turnid(1), from: sampletime(77184), to: sampletime(83584) }
         5.28 [interrupted]
         5.28 abandon
         5.28 silence
         5.28 [hey_jarvis at a second look]
         5.28 chime Listening
         5.28 [listening]",
    );
}

#[test]
fn without_a_second_look_a_candidate_is_nothing() {
    check_by(NEVER, "3.0 maybe-wake hey_jarvis\n9.0 until", "");
}

#[test]
fn with_a_second_look_at_all_a_sure_word_waits_but_is_not_lost() {
    check_by(
        ALWAYS,
        "3.0 wake hey_jarvis
         3.3 unsaid #1
         6.0 wake hey_jarvis
         6.3 said #2
         6.5 wake hey_jarvis
         6.6 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         3.30 [not hey_jarvis: Rejected]
         6.02 confirm hey_jarvis #2 4.22-6.02
         6.27 [hey_jarvis at a second look]
         6.27 chime Listening
         6.27 [listening]
         6.53 [interrupted]
         6.53 abandon
         6.53 silence
         6.53 chime Listening
         6.53 [listening]",
    );
    // A machine that has no time is no reason to miss it.
    check_by(
        ALWAYS,
        "3.0 wake hey_jarvis\n6.0 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         5.54 chime Listening
         5.54 [listening]",
    );
}

#[test]
fn the_end_of_the_sound_waits_for_the_answer() {
    check(
        "3.0 maybe-wake hey_jarvis
         3.1 end
         3.3 unsaid #1
         3.4 end
         3.5 until",
        "3.01 confirm hey_jarvis #1 1.21-3.01
         3.30 [not hey_jarvis: Rejected]
         3.39 [stopped]
         3.39 stop",
    );
}
