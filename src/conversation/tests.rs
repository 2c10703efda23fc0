//! Conversations as scripts: what happens when, and what the mind then wants.

use std::fmt::Write as _;

use super::{Command, Event, Happening, Limits, Mind, Patience, State, Verdict};
use crate::audio::{FRAME_SAMPLES, SampleTime};
use crate::ear::{Percept, Wake};
use crate::turn::{Failure, Intent, Transcript, TranscriptRoute, TurnId, Understanding};

const LIMITS: Limits = Limits {
    command: Patience {
        start_ms: 5_000,
        endpoint_ms: 600,
        max_ms: 15_000,
    },
    answer: Patience {
        start_ms: 8_000,
        endpoint_ms: 600,
        max_ms: 15_000,
    },
    transcribe_ms: 4_000,
    understand_ms: 6_000,
    act_ms: 5_000,
    speak_ms: 5_000,
};

/// Plays a script and compares what the mind wants, line by line.
///
/// A script's line is a time in seconds and what happens then: `wake WORD`,
/// `heard WORDS`, `fail`, `act NAME`, `ask QUESTION`, `refuse`, `done REPLY`,
/// `ready SECONDS`, `spoken`, `end`, `stop`, `until` (nothing more); or a
/// range `1.4-2.6 speech`. Answers belong to the present turn unless the line
/// ends with `#TURN`.
fn check(script: &str, expected: &str) {
    let log = play(script);
    let lines = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(lines(&log), lines(expected), "\n--- the whole log:\n{log}");
}

fn play(script: &str) -> String {
    let mut mind = Mind::new(LIMITS);
    let mut speech: Vec<(u64, u64)> = Vec::new();
    let mut moments: Vec<(u64, &str)> = Vec::new();
    for line in script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let (time, what) = line.split_once(' ').expect("a time and what happens");
        match time.split_once('-') {
            Some((from, to)) => speech.push((samples(from), samples(to))),
            None => moments.push((samples(time), what)),
        }
    }
    let mut log = String::new();
    let mut time = 0;
    for (at, what) in moments {
        while time + (FRAME_SAMPLES as u64) < at {
            time += FRAME_SAMPLES as u64;
            let loud = speech.iter().any(|(from, to)| (*from..*to).contains(&time));
            let percept = percept(time, loud);
            write(&mut log, time, mind.step(Event::Percept(percept)));
        }
        let commands = match what.strip_prefix("wake ") {
            Some(word) => {
                time += FRAME_SAMPLES as u64;
                let woke = Some(Wake {
                    word: word.into(),
                    score: 0.9,
                });
                mind.step(Event::Percept(Percept {
                    woke,
                    ..percept(time, true)
                }))
            }
            None => event(what, mind.turn()).map_or_else(Vec::new, |event| mind.step(event)),
        };
        write(&mut log, time, commands);
    }
    log
}

fn samples(seconds: &str) -> u64 {
    let ms: f64 = seconds.parse::<f64>().expect("seconds") * 1000.0;
    SampleTime(0)
        .plus_ms(format!("{ms:.0}").parse().expect("milliseconds"))
        .0
}

fn percept(end: u64, loud: bool) -> Percept {
    Percept {
        end: SampleTime(end),
        woke: None,
        speech: if loud { 0.9 } else { 0.02 },
        level_db: -30.0,
    }
}

fn event(what: &str, present: TurnId) -> Option<Event> {
    let (what, turn) = match what.rsplit_once(" #") {
        Some((what, turn)) => (what, TurnId(turn.parse().expect("a turn's number"))),
        None => (what, present),
    };
    let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
    let decided = |verdict| Event::Decided {
        turn,
        understanding: Understanding::default(),
        verdict,
        ms: 0,
    };
    Some(match verb {
        "heard" => Event::Heard {
            turn,
            transcript: transcript(rest),
            ms: 0,
        },
        "fail" => Event::Failed {
            turn,
            failure: Failure::Broken,
        },
        "act" => decided(Verdict::Act(vec![Intent {
            name: rest.into(),
            slots: vec![],
        }])),
        "ask" => decided(Verdict::Ask(rest.into())),
        "refuse" => decided(Verdict::Refuse(Failure::NotUnderstood)),
        "done" => Event::Acted {
            turn,
            outcomes: vec![],
            reply: rest.into(),
            ms: 0,
        },
        "ready" => Event::SpeechReady {
            turn,
            audio_ms: samples(rest) / 16,
        },
        "spoken" => Event::Spoken { turn, ms: 0 },
        "end" => Event::EndOfStream,
        "stop" => Event::Stop,
        "until" => return None,
        other => panic!("the script says `{other}`"),
    })
}

fn transcript(text: &str) -> Transcript {
    Transcript {
        text: text.into(),
        logprob: -0.1,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: vec![],
    }
}

fn write(log: &mut String, time: u64, commands: Vec<Command>) {
    for command in commands {
        let seconds = SampleTime(time).seconds();
        let line = match command {
            Command::Chime(chime) => format!("chime {chime:?}"),
            Command::Transcribe { turn, from, to } => {
                format!(
                    "transcribe #{} {:.2}-{:.2}",
                    turn.0,
                    from.seconds(),
                    to.seconds()
                )
            }
            Command::Understand { turn, transcript } => {
                format!("understand #{} {}", turn.0, transcript.text)
            }
            Command::Act { turn, intents } => format!("act #{} {}", turn.0, intents[0].name),
            Command::Speak { turn, text } => format!("speak #{} {text}", turn.0),
            Command::Apologise { turn, failure } => format!("apologise #{} {failure:?}", turn.0),
            Command::Report(report) => match report.what {
                Happening::Listening { for_answer: true } => "[listening for an answer]".into(),
                Happening::Listening { .. } => "[listening]".into(),
                Happening::Interrupted => "[interrupted]".into(),
                Happening::Failure(failure) => format!("[{failure:?}]"),
                Happening::Idle => "[idle]".into(),
                Happening::Stopped => "[stopped]".into(),
                _ => continue,
            },
            other => format!("{other:?}").to_lowercase(),
        };
        writeln!(log, "{seconds:.2} {line}").expect("a string takes everything");
    }
}

#[test]
fn a_command_after_a_pause_begins_at_its_own_onset() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         4.0 heard turn on the light
         4.1 act light_on
         4.3 done The light is on.
         4.4 ready 1.2
         5.7 spoken
         6.0 until",
        "1.02 chime Listening
         1.02 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.28
         3.97 understand #1 turn on the light
         4.10 act #1 light_on
         4.29 speak #1 The light is on.
         5.70 [idle]",
    );
}

#[test]
fn a_fast_speaker_loses_no_syllable() {
    check(
        "1.0 wake hey_jarvis
         0.5-2.5 speech
         3.5 until",
        "1.02 chime Listening
         1.02 [listening]
         3.10 chime Heard
         3.10 transcribe #1 0.52-2.80",
    );
}

#[test]
fn the_tail_of_the_wake_word_is_no_command() {
    check(
        "1.0 wake hey_jarvis
         0.5-1.25 speech
         1.6-2.4 speech
         3.5 until",
        "1.02 chime Listening
         1.02 [listening]
         2.98 chime Heard
         2.98 transcribe #1 1.27-2.67",
    );
}

#[test]
fn a_cough_is_no_command_and_silence_is_apologised_for() {
    check(
        "1.0 wake hey_jarvis
         2.0-2.1 speech
         3.0-3.1 speech
         7.0 spoken
         9.0 until",
        "1.02 chime Listening
         1.02 [listening]
         6.05 [NotHeard]
         6.05 apologise #1 NotHeard
         6.98 [idle]",
    );
}

#[test]
fn words_that_come_out_empty_were_not_heard() {
    check(
        "1.0 wake hey_jarvis
         1.8-3.0 speech
         4.0 heard
         4.1 spoken",
        "1.02 chime Listening
         1.02 [listening]
         3.58 chime Heard
         3.58 transcribe #1 1.49-3.28
         3.97 [NotHeard]
         3.97 apologise #1 NotHeard
         4.10 [idle]",
    );
}

#[test]
fn an_hour_of_noise_wakes_nobody() {
    check("0-3600 speech\n3600 until", "");
}

#[test]
fn a_command_in_endless_noise_ends_at_its_limit() {
    check(
        "1.0 wake hey_jarvis
         0.5-60 speech
         17 heard hiss
         17.1 refuse
         17.2 spoken
         60 until",
        "1.02 chime Listening
         1.02 [listening]
         15.55 chime Heard
         15.55 transcribe #1 0.52-15.55
         16.99 understand #1 hiss
         17.09 [NotUnderstood]
         17.09 apologise #1 NotUnderstood
         17.18 [idle]",
    );
}

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
         4.00 transcribe #2 2.48-3.69",
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
         2.98 transcribe #1 1.49-2.67
         3.20 [interrupted]
         3.20 abandon
         3.20 silence
         3.20 chime Listening
         3.20 [listening]
         4.99 chime Heard
         4.99 transcribe #2 3.38-4.68
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
         2.98 transcribe #1 1.49-2.67
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
         2.98 transcribe #1 1.49-2.67
         6.98 abandon
         6.98 [TooSlow]
         6.98 apologise #1 TooSlow
         7.97 [idle]
         10.02 chime Listening
         10.02 [listening]
         12.00 chime Heard
         12.00 transcribe #2 10.48-11.69
         12.19 understand #2 turn on the light
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
         2.98 transcribe #1 1.49-2.67
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
         21.98 transcribe #2 20.47-21.68
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
         2.98 transcribe #1 1.49-2.67
         3.07 understand #1 tell me a story
         3.17 act #1 story
         3.30 speak #1 Once upon a time.
         42.98 [idle]",
    );
}

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
         2.98 transcribe #1 1.49-2.67
         2.98 understand #1 unlock the front door
         3.07 speak #1 Really unlock the front door?
         4.77 chime Listening
         4.77 [listening for an answer]
         6.40 chime Heard
         6.40 transcribe #1 5.17-6.09
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
         2.98 transcribe #1 1.49-2.67
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
         2.98 transcribe #1 1.49-2.67
         2.98 understand #1 switch on the light
         3.07 speak #1 Which room?
         3.97 chime Listening
         3.97 [listening for an answer]
         5.60 chime Heard
         5.60 transcribe #1 4.18-5.29
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
         2.98 transcribe #1 1.49-2.67
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
         2.98 transcribe #1 1.49-2.67
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
        let log = play(&script);
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
