//! A second wake word, and parts that are slow or stuck.

use super::check;

#[test]
fn a_second_wake_word_while_listening_starts_again() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.2 speech
         2.3 wake hey_jarvis
         2.8-3.4 speech
         4.2 until",
        "1.02 chime Listening
         1.02 [listening]
         2.30 [interrupted]
         2.30 abandon
         2.30 silence
         2.30 chime Listening
         2.30 [listening]
         4.00 chime Heard
         4.00 transcribe #2 2.48-3.52",
    );
}

#[test]
fn a_second_wake_word_while_thinking_makes_the_late_answer_void() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.2 wake hey_jarvis
         3.4 heard an old order #1
         3.5 act old_order #1
         3.6 done Done. #1
         3.7-4.4 speech
         5.2 heard a new order
         5.3 act old_order #1
         5.4 act new_order",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.20 [interrupted]
         3.20 abandon
         3.20 silence
         3.20 chime Listening
         3.20 [listening]
         4.99 chime Heard
         4.99 transcribe #2 3.38-4.51
         5.18 understand #2 a new order
         5.38 act #2 new_order",
    );
}

#[test]
fn a_second_wake_word_while_speaking_stops_the_voice() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.0 heard tell me a story
         3.1 act story
         3.2 done Once upon a time.
         3.3 ready 60
         5.0 wake hey_jarvis
         5.1 spoken #1
         5.2 stop",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 tell me a story
         3.07 act #1 story
         3.17 speak #1 Once upon a time.
         5.02 [interrupted]
         5.02 abandon
         5.02 silence
         5.02 chime Listening
         5.02 [listening]
         5.18 abandon
         5.18 silence
         5.18 [stopped]
         5.18 stop",
    );
}

#[test]
fn a_stuck_worker_is_apologised_for_and_the_next_command_works() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         8.0 spoken
         9.0 heard too late #1
         10.0 wake hey_jarvis
         10.8-11.4 speech
         12.2 heard turn on the light
         19.0 act light_on #2
         19.1 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         6.98 abandon
         6.98 [TooSlow]
         6.98 apologise #1 TooSlow
         7.97 [idle]
         10.02 chime Listening
         10.02 [listening]
         12.00 chime Heard
         12.00 transcribe #2 10.48-11.52
         12.19 understand #2 turn on the light
         12.99 chime Moment
         18.21 abandon
         18.21 [TooSlow]
         18.21 apologise #2 TooSlow",
    );
}

#[test]
fn a_slow_action_and_a_dumb_voice_do_not_hold_the_turn() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.1 heard open the gate
         3.2 act gate
         20 wake hey_jarvis
         20.8-21.4 speech
         22.1 heard open the gate
         22.2 act gate
         22.3 done It is open.
         30 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.07 understand #1 open the gate
         3.17 act #1 gate
         8.19 abandon
         8.19 [TooSlow]
         8.19 apologise #1 TooSlow
         13.22 abandon
         13.22 silence
         13.22 [TooSlow]
         13.22 [idle]
         20.00 chime Listening
         20.00 [listening]
         21.98 chime Heard
         21.98 transcribe #2 20.47-21.50
         22.08 understand #2 open the gate
         22.18 act #2 gate
         22.27 speak #2 It is open.
         27.30 abandon
         27.30 silence
         27.30 [TooSlow]
         27.30 [idle]",
    );
}

#[test]
fn a_long_answer_has_the_time_that_it_takes() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.1 heard tell me a story
         3.2 act story
         3.3 done Once upon a time.
         3.5 ready 20
         20 ready 20
         43 spoken
         43.1 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.07 understand #1 tell me a story
         3.17 act #1 story
         3.30 speak #1 Once upon a time.
         42.98 [idle]",
    );
}
