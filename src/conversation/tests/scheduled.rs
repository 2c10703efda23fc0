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
         1.30 [idle]",
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
         1.30 speak #1 I could not reach the light.
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
         1.30 [idle]
         1.31 carry out #2 4
         1.60 [idle]",
    );
}

#[test]
fn a_person_goes_before_it() {
    check(
        "1.0 wake hey
         1.5 due 3
         1.6-2.0 speech
         3.0 heard hello
         3.1 answer Good morning.
         4.0 spoken
         4.1 due 3
         5.0 done
         6.0 until",
        "0.99 chime Listening
         0.99 [listening]
         2.59 transcribe #1 1.28-2.11
         2.98 understand #1 hello
         3.10 speak #1 Good morning.
         3.97 [idle]
         4.00 carry out #2 3
         4.99 [idle]",
    );
}

#[test]
fn it_goes_before_the_next_ring() {
    check(
        "1.0 bell Your tea is done.
         2.0 spoken
         2.5 due 3
         7.0 done
         9.5 quiet
         10.0 until",
        "",
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
        "",
    );
}

#[test]
fn a_failure_that_a_person_cut_off_is_spoken_of_afterwards() {
    check(
        "1.0 due 3
         1.5 wake hey
         2.0 done I could not reach the light. #1
         2.1 due
         2.2-2.6 speech
         4.0 heard hello
         4.1 answer Good morning.
         5.0 spoken
         6.0 spoken
         7.0 until",
        "",
    );
}
