//! Buttons in place of the wake word and of "stop".

use super::check;

#[test]
fn a_button_opens_the_microphone_like_a_wake_word() {
    check(
        "1.0 press
         1.8-3.0 speech
         4.0 heard turn on the light
         4.1 act light_on
         4.3 done The light is on.
         4.4 ready 1.2
         5.7 spoken
         6.0 until",
        "0.99 chime Listening
         0.99 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.10
         3.97 understand #1 turn on the light
         4.10 act #1 light_on
         4.29 speak #1 The light is on.
         5.70 [idle]",
    );
}

#[test]
fn a_button_ends_whatever_goes_on() {
    check(
        "1.0 halt
         2.0 press
         3.0 halt
         4.0 press
         4.6-5.6 speech
         7.0 halt
         8.0 until",
        "1.98 chime Listening
         1.98 [listening]
         2.98 [interrupted]
         2.98 abandon
         2.98 [idle]
         3.97 chime Listening
         3.97 [listening]
         6.18 chime Heard
         6.18 transcribe #2 4.28-5.70
         6.98 [interrupted]
         6.98 abandon
         6.98 [idle]",
    );
}

#[test]
fn a_button_ends_a_reply() {
    check(
        "1.0 press
         1.8-3.0 speech
         4.0 heard turn on the light
         4.1 act light_on
         4.3 done The light is on.
         4.4 ready 1.2
         5.0 halt
         6.0 until",
        "0.99 chime Listening
         0.99 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.10
         3.97 understand #1 turn on the light
         4.10 act #1 light_on
         4.29 speak #1 The light is on.
         4.99 [interrupted]
         4.99 abandon
         4.99 silence
         4.99 [idle]",
    );
}

#[test]
fn a_held_button_listens_until_it_is_released() {
    // Pauses end nothing, and the word that is being said is heard out.
    check(
        "1.0 hold
         1.2-2.0 speech
         4.0-5.1 speech
         5.0 release
         6.0 until",
        "0.99 chime Listening
         0.99 [listening]
         5.22 chime Heard
         5.22 transcribe #1 0.99-5.22",
    );
}

#[test]
fn a_tapped_button_opens_the_microphone() {
    check(
        "1.0 hold
         1.1 release
         1.8-3.0 speech
         4.0 until",
        "0.99 chime Listening
         0.99 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.10",
    );
}

#[test]
fn a_button_that_is_never_released_ends_with_the_longest_command() {
    check(
        "1.0 hold
         2.0-60.0 speech
         20.0 until",
        "0.99 chime Listening
         0.99 [listening]
         16.70 chime Heard
         16.70 transcribe #1 1.68-16.70",
    );
}

#[test]
fn a_sentence_is_a_command_without_sound() {
    check(
        "1.0 given turn on the light
         1.1 ask Which light?
         1.2 ready 1.0
         2.3 spoken
         3.0 until",
        "0.99 understand #1 turn on the light
         1.09 speak #1 Which light?
         2.27 chime Listening
         2.27 [listening for an answer]",
    );
}
