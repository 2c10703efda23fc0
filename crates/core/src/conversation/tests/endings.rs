//! Questions, failures, and how a conversation ends.

use super::super::{Event, Mind, State};
use super::{LIMITS, check, play};
use crate::turn::TurnId;

#[test]
fn a_question_opens_the_ear_without_a_wake_word() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.0 heard unlock the front door
         3.1 ask Really unlock the front door?
         3.2 ready 1.5
         4.8 spoken
         5.5-5.8 speech
         6.5 heard yes
         6.6 act unlock
         6.7 done Unlocked.
         7.5 spoken",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 unlock the front door
         3.07 speak #1 Really unlock the front door?
         4.77 chime Listening
         4.77 [listening for an answer]
         6.40 chime Heard
         6.40 transcribe #1 5.17-5.92
         6.50 understand #1 yes
         6.59 act #1 unlock
         6.69 speak #1 Unlocked.
         7.49 [idle]",
    );
}

#[test]
fn a_confirmation_that_nobody_gives_means_no() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.0 heard unlock the front door
         3.1 ask Really unlock the front door?
         4.8 spoken
         14 spoken
         15 act unlock",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 unlock the front door
         3.07 speak #1 Really unlock the front door?
         4.77 chime Listening
         4.77 [listening for an answer]
         12.77 [Cancelled]
         12.77 apologise #1 Cancelled
         13.98 [idle]",
    );
}

#[test]
fn a_mumbled_answer_goes_to_the_dialogue() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.0 heard switch on the light
         3.1 ask Which room?
         4.0 spoken
         4.5-5.0 speech
         5.8 heard
         5.9 ask Which room?",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 switch on the light
         3.07 speak #1 Which room?
         3.97 chime Listening
         3.97 [listening for an answer]
         5.60 chime Heard
         5.60 transcribe #1 4.18-5.12
         5.79 understand #1 
         5.89 speak #1 Which room?",
    );
}

#[test]
fn what_breaks_is_apologised_for() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.1 fail
         3.9 spoken",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.07 [Broken]
         3.07 apologise #1 Broken
         3.87 [idle]",
    );
}

#[test]
fn the_end_of_the_stream_waits_for_the_turn() {
    check("1.0 end", "0.99 [stopped]\n0.99 stop");
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         2.4 end
         3.0 heard what a day
         3.1 refuse
         4.0 spoken
         4.1 wake hey_jarvis",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         2.98 understand #1 what a day
         3.07 [NotUnderstood]
         3.07 apologise #1 NotUnderstood
         3.97 [idle]
         3.97 [stopped]
         3.97 stop",
    );
}

/// Whatever the mind is doing, `stop` is the last thing that it does.
#[test]
fn stop_ends_every_state() {
    let whole = [
        "1.0 wake hey_jarvis",
        "1.8-2.4 speech",
        "3.0 heard unlock the front door",
        "3.1 ask Really?",
        "4.0 spoken",
        "4.5-5.0 speech",
        "5.8 heard yes",
        "5.9 act unlock",
        "6.0 done Unlocked.",
        "7.0 spoken",
    ];
    for (lines, at) in [
        (0, "0.5"),
        (1, "1.1"),
        (2, "2.2"),
        (2, "2.99"),
        (3, "3.05"),
        (4, "3.5"),
        (5, "4.2"),
    ]
    .into_iter()
    .chain([
        (6, "5.7"),
        (7, "5.85"),
        (8, "5.95"),
        (9, "6.5"),
        (10, "7.5"),
    ]) {
        let script = format!(
            "{}\n{at} stop\n9 wake hey_jarvis",
            whole[..lines].join("\n")
        );
        let log = play(super::LIMITS, &script);
        let last: Vec<&str> = log.lines().rev().take(2).map(|line| &line[5..]).collect();
        assert_eq!(last, ["stop", "[stopped]"], "{script}\n--- the log:\n{log}");
    }
}

#[test]
fn every_turn_ends_where_it_began() {
    let mut mind = Mind::new(LIMITS);
    assert_eq!(mind.state(), &State::Idle);
    mind.step(Event::Spoken {
        turn: TurnId(0),
        ms: 0,
    });
    assert_eq!(
        mind.state(),
        &State::Idle,
        "an answer that nobody waits for"
    );
}

#[test]
fn an_answer_that_grows_is_waited_for() {
    check(
        "1.0 press
         1.8-3.0 speech
         4.0 heard when was it built
         4.1 act about
         4.3 done It was built in 1794,
         8.0 more It was built in 1794, by Johan Brandt.
         12.0 spoken
         13.0 until",
        "0.99 chime Listening
         0.99 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.10
         3.97 understand #1 when was it built
         4.10 act #1 about
         4.29 speak #1 It was built in 1794,
         11.97 [idle]",
    );
}
