//! The ear opens after a reply that invites more, and nothing that is not meant
//! for it is spoken to.

use super::{LIMITS, check, play};

const DONE: &str = "1.0 wake hey_jarvis
     1.8-2.4 speech
     3.2 heard turn on the light
     3.3 act light
     3.4 done It is on...
     4.0 spoken
     ";

/// What is wanted from the end of the reply on.
fn after(script: &str) -> Vec<String> {
    let log = play(LIMITS, &format!("{DONE}{script}"));
    let lines = log.lines().map(|line| line.trim().to_owned());
    lines
        .skip_while(|line| !line.contains("speak #1"))
        .skip(1)
        .collect()
}

#[test]
fn silence_after_a_reply_is_left_in_peace() {
    let log = after("9.5 until");
    assert_eq!(
        log.first().map(String::as_str),
        Some("3.97 [listening for an answer]"),
        "{log:?}"
    );
    assert_eq!(log.len(), 2, "{log:?}");
    assert!(log[1].ends_with("[idle]"), "{log:?}");
}

#[test]
fn what_goes_on_is_done_in_a_turn_of_its_own() {
    let log = after(
        "4.5-5.0 speech
         5.8 heard and the bedroom
         5.9 act light
         6.0 done It is on.
         6.5 spoken
         7.0 until",
    );
    let has = |what: &str| log.iter().any(|line| line.ends_with(what));
    assert!(has("understand #2 and the bedroom"), "{log:?}");
    assert!(has("speak #2 It is on."), "{log:?}");
    assert!(has("[idle]") && !has("chime Heard"), "{log:?}");
}

#[test]
fn what_is_not_for_the_box_has_no_answer() {
    for heard in ["5.8 heard what a day\n5.9 ignore", "5.8 heard", "5.8 fail"] {
        let log = after(&format!("4.5-5.0 speech\n{heard}\n7.0 until"));
        assert!(
            log.iter().all(|line| !line.contains("speak")),
            "{heard}: {log:?}"
        );
        assert!(
            log.last().is_some_and(|line| line.ends_with("[idle]")),
            "{heard}: {log:?}"
        );
    }
}

#[test]
fn without_an_invitation_it_rests() {
    check(
        "1.0 wake hey_jarvis
         1.8-2.4 speech
         3.2 heard turn on the light
         3.3 act light
         3.4 done
         4.0 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.49-2.50
         3.17 understand #1 turn on the light
         3.30 act #1 light
         3.39 [idle]",
    );
}
