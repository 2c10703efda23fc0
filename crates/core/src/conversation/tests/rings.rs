//! What rings, and who goes before whom.

use super::check;

#[test]
fn it_rings_listens_and_rings_again_until_somebody_says_stop() {
    check(
        "1.0 bell Your tea is done.
         1.5 ready 1.0
         3.0 spoken
         7.5 ready 1.0
         9.0 spoken
         9.5-10.0 speech
         11.0 heard stop
         11.1 act ring_stop
         11.2 quiet
         11.3 done Okay.
         11.9 spoken
         14.0 until",
        "1.02 [rings]
         1.02 chime Ring
         1.02 speak #1 Your tea is done.
         2.98 [listening for an answer]
         6.98 [rings]
         6.98 chime Ring
         6.98 speak #2 Your tea is done.
         8.99 [listening for an answer]
         10.59 transcribe #2 9.17-10.11
         10.98 understand #2 stop
         11.07 act #2 ring_stop
         11.30 speak #2 Okay.
         11.87 [idle]",
    );
}

#[test]
fn talk_that_is_not_meant_for_it_stops_nothing() {
    check(
        "1.0 bell Your tea is done.
         2.0 spoken
         2.5-3.0 speech
         4.0 heard what a lovely day
         4.1 ignore
         5.0 spoken
         5.5-6.0 speech
         7.0 heard
         8.0 quiet
         9.0 until",
        "1.02 [rings]
         1.02 chime Ring
         1.02 speak #1 Your tea is done.
         1.98 [listening for an answer]
         3.58 transcribe #1 2.20-3.10
         3.97 understand #1 what a lovely day
         4.10 [rings]
         4.10 chime Ring
         4.10 speak #2 Your tea is done.
         4.99 [listening for an answer]
         6.59 transcribe #2 5.17-6.11
         6.98 [rings]
         6.98 chime Ring
         6.98 speak #3 Your tea is done.
         7.97 abandon
         7.97 silence
         7.97 [idle]",
    );
}

#[test]
fn a_person_goes_before_and_it_rings_on_afterwards() {
    check(
        "1.0 wake hey_jarvis
         1.2 bell Your tea is done.
         1.8-2.4 speech
         3.2 heard turn on the light
         3.3 act light
         3.4 done It is on.
         4.0 spoken
         6.4 wake hey_jarvis
         7.0-7.5 speech
         8.5 heard turn off the light
         8.6 act light
         8.7 done
         11.0 quiet
         12.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.17 understand #1 turn on the light
         3.30 act #1 light
         3.39 speak #1 It is on.
         3.97 [idle]
         5.98 [rings]
         5.98 chime Ring
         5.98 speak #2 Your tea is done.
         6.40 [interrupted]
         6.40 abandon
         6.40 silence
         6.40 chime Listening
         6.40 [listening]
         8.10 chime Heard
         8.10 transcribe #3 6.68-7.62
         8.48 understand #3 turn off the light
         8.58 act #3 light
         8.67 [idle]
         10.69 [rings]
         10.69 chime Ring
         10.69 speak #4 Your tea is done.
         10.98 abandon
         10.98 silence
         10.98 [idle]",
    );
}

#[test]
fn what_was_missed_is_told_once() {
    check(
        "1.0 missed Your tea was done.
         3.0 spoken
         9.0 until",
        "1.02 [rings]
         1.02 chime Ring
         1.02 speak #1 Your tea was done.
         2.98 told([7])
         2.98 [idle]",
    );
}

#[test]
fn an_answer_without_a_deed_is_said() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.2 heard what did you say
         3.3 answer It is on.
         4.0 spoken
         5.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.17 understand #1 what did you say
         3.30 speak #1 It is on.
         3.97 [idle]",
    );
}
