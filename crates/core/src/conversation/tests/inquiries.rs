//! Questions of somebody outside.

use super::check;

#[test]
fn a_question_is_asked_and_its_answer_told() {
    check(
        "1.0 inquire Shall I close the blinds?
         2.0 spoken
         3.0-4.0 speech
         5.0 heard perhaps
         5.1 ask Shall I close the blinds?
         6.0 spoken
         7.0-8.0 speech
         9.0 heard yes
         9.1 answered yes
         10.0 until",
        "0.99 inquire #1 7
         0.99 speak #1 Shall I close the blinds?
         1.98 chime Listening
         1.98 [listening for an answer]
         4.58 chime Heard
         4.58 transcribe #1 2.68-4.10
         4.99 understand #1 perhaps
         5.09 speak #1 Shall I close the blinds?
         5.98 chime Listening
         5.98 [listening for an answer]
         8.58 chime Heard
         8.58 transcribe #1 6.68-8.10
         8.99 understand #1 yes
         9.09 [7 answered: yes]
         9.09 [idle]",
    );
}

#[test]
fn a_question_that_nobody_answers_is_told_of_once() {
    check(
        "1.0 inquire Shall I close the blinds?
         2.0 spoken
         11.0 spoken
         20.0 until",
        "0.99 inquire #1 7
         0.99 speak #1 Shall I close the blinds?
         1.98 chime Listening
         1.98 [listening for an answer]
         9.98 [Cancelled]
         9.98 apologise #1 Cancelled
         10.98 [7 answered: not]
         10.98 [idle]",
    );
}

#[test]
fn a_wake_word_or_a_hand_ends_a_question() {
    check(
        "1.0 inquire Shall I close the blinds?
         2.0 spoken
         3.0 wake hey_jarvis
         4.0-5.0 speech
         6.0 heard turn on the light
         6.1 act light_on
         6.2 done
         8.0 inquire And now?
         9.0 spoken
         9.5 halt
         10.0 until",
        "0.99 inquire #1 7
         0.99 speak #1 Shall I close the blinds?
         1.98 chime Listening
         1.98 [listening for an answer]
         3.01 [interrupted]
         3.01 abandon
         3.01 silence
         3.01 [7 answered: not]
         3.01 chime Listening
         3.01 [listening]
         5.60 chime Heard
         5.60 transcribe #2 3.67-5.12
         5.98 understand #2 turn on the light
         6.08 act #2 light_on
         6.18 [idle]
         7.97 inquire #3 7
         7.97 speak #3 And now?
         8.99 chime Listening
         8.99 [listening for an answer]
         9.47 [interrupted]
         9.47 abandon
         9.47 [7 answered: not]
         9.47 [idle]",
    );
}

#[test]
fn a_person_who_speaks_goes_first() {
    check(
        "1.0 wake hey_jarvis
         1.2 inquire Shall I close the blinds?
         1.8-3.0 speech
         4.0 heard turn on the light
         4.1 act light_on
         4.3 done
         5.0 until",
        "1.02 chime Listening
         1.02 [listening]
         1.18 [7 answered: not]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.10
         3.97 understand #1 turn on the light
         4.10 act #1 light_on
         4.29 [idle]",
    );
}
