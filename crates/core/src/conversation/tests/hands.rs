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
