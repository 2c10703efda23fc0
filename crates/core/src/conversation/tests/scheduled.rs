//! Scheduled commands, beside what else the mind is at.

use super::check;

#[test]
fn a_command_is_carried_out_in_a_turn_of_its_own() {
    check(
        "1.0 due 3
         1.2 due 3
         1.3 done
         1.4 due
         3.0 until",
        "1.02 carry out #1 3
         1.28 [idle]",
    );
}

#[test]
fn its_failure_is_spoken_of() {
    check(
        "1.0 due 3
         1.3 done I could not reach the light.
         2.0 spoken
         2.1 due
         3.0 until",
        "1.02 carry out #1 3
         1.28 speak #1 I could not reach the light.
         1.98 [idle]",
    );
}

#[test]
fn two_are_carried_out_one_after_the_other_and_none_twice() {
    check(
        "1.0 due 3 4
         1.3 done
         1.5 due 3 4
         1.6 done
         2.0 due 3 4
         4.0 until",
        "1.02 carry out #1 3
         1.28 [idle]
         1.31 carry out #2 4
         1.57 [idle]",
    );
}

#[test]
fn a_person_goes_before_it() {
    check(
        "1.0 wake hey
         1.5 due 3
         1.8-2.4 speech
         3.0 heard hello
         3.1 answer Good morning.
         3.2 spoken
         4.0 done
         5.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 hello
         3.07 speak #1 Good morning.
         3.17 [idle]
         3.20 carry out #2 3
         3.97 [idle]",
    );
}

#[test]
fn it_goes_before_the_next_ring() {
    check(
        "1.0 bell Your tea is done.
         2.0 spoken
         2.5 due 3
         7.0 done
         8.5 until",
        "1.02 [rings]
         1.02 chime Ring
         1.02 speak #1 Your tea is done.
         1.98 [listening for an answer]
         5.98 carry out #2 3
         6.98 [idle]",
    );
}

#[test]
fn a_worker_that_does_not_answer_is_asked_again() {
    check(
        "1.0 due 3
         7.0 due 3
         20.0 due 3
         40.0 done
         41.0 until",
        "1.02 carry out #1 3
         6.05 abandon
         6.05 [idle]
         36.06 carry out #2 3
         39.97 [idle]",
    );
}

#[test]
fn a_failure_that_a_person_cut_off_is_spoken_of_afterwards() {
    check(
        "1.0 due 3
         3.2 wake hey
         3.4 done I could not reach the light. #1
         3.5 due
         3.7-4.4 speech
         5.2 heard hello
         5.3 answer Good morning.
         6.0 spoken
         7.0 spoken
         8.0 until",
        "1.02 carry out #1 3
         3.20 [interrupted]
         3.20 abandon
         3.20 silence
         3.20 chime Listening
         3.20 [listening]
         4.99 chime Heard
         4.99 transcribe #2 3.38-4.51
         5.18 understand #2 hello
         5.28 speak #2 Good morning.
         5.98 [idle]
         6.02 speak #3 I could not reach the light.
         6.98 [idle]",
    );
}
