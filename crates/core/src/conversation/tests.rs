//! Conversations as scripts: what happens when, and what the mind then wants.

mod endings;
mod follow_ups;
mod guesses;
mod hands;
mod inquiries;
mod interruptions;
mod rings;
mod scheduled;
mod second_looks;

use std::fmt::Write as _;

use super::{
    CandidateId, Command, ConfirmedBy, Event, Limits, Mind, Patience, SecondLook, TurnEvent,
    Verdict,
};
use crate::frame::{FRAME_SAMPLES, SampleTime};
use crate::percept::{Percept, Wake};
use crate::turn::{
    Completion, Due, Failure, Inquiry, InquiryOutcome, Intent, Ring, Transcript, TranscriptRoute,
    TurnId, Understanding,
};

const LIMITS: Limits = Limits {
    command: Patience {
        start_ms: 5_000,
        endpoint_ms: 600,
        by_words: None,
        max_ms: 15_000,
    },
    answer: Patience {
        start_ms: 8_000,
        endpoint_ms: 600,
        by_words: None,
        max_ms: 15_000,
    },
    ring: Patience {
        start_ms: 4_000,
        endpoint_ms: 600,
        by_words: None,
        max_ms: 6_000,
    },
    follow_up: Patience {
        start_ms: 0,
        endpoint_ms: 600,
        by_words: None,
        max_ms: 15_000,
    },
    transcribe_ms: 4_000,
    understand_ms: 6_000,
    act_ms: 5_000,
    speak_ms: 5_000,
    second_look: SecondLook::Doubtful,
};

/// Plays a script and compares what the mind wants, line by line.
///
/// A script's line is a time in seconds and what happens then: `wake WORD`,
/// `maybe-wake WORD`, `said`, `unsaid` (what the last second look gave, or the
/// one before with `#NUMBER`), `heard WORDS`, `fail`, `act NAME`, `ask QUESTION`, `refuse`, `done REPLY`
/// (which invites more if it ends in `...`),
/// `ready SECONDS`, `spoken`, `bell TEXT`, `missed TEXT`, `quiet`, `due NUMBERS`, `ignore`,
/// `inquire QUESTION`, `answered NAME`, `answer TEXT`, `press`, `hold`, `release`, `given WORDS`, `halt`, `end`, `stop`, `until` (nothing more), `complete WORDS`,
/// `whole WORDS`, `maybe WORDS`, `open WORDS` (what the last guess gave); or a range `1.4-2.6 speech`. Answers belong to the present turn unless the line
/// ends with `#TURN`.
fn check(script: &str, expected: &str) {
    check_by(LIMITS, script, expected);
}

fn check_by(limits: Limits, script: &str, expected: &str) {
    let log = play(limits, script);
    let lines = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(lines(&log), lines(expected), "\n--- the whole log:\n{log}");
}

fn play(limits: Limits, script: &str) -> String {
    let mut mind = Mind::new(limits);
    let mut guess = (SampleTime(0), SampleTime(0));
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
            let commands = mind.step(Event::Percept(percept(time, loud)));
            guess = guess_in(&commands).unwrap_or(guess);
            write(&mut log, time, commands);
        }
        let sure = what.strip_prefix("wake ").map(|word| (word, true));
        let woken = sure.or_else(|| Some((what.strip_prefix("maybe-wake ")?, false)));
        let commands = match woken {
            Some((word, sure)) => {
                time += FRAME_SAMPLES as u64;
                let woke = Some(Wake {
                    word: word.into(),
                    score: 0.9,
                    sure,
                });
                mind.step(Event::Percept(Percept {
                    woke,
                    ..percept(time, true)
                }))
            }
            None => event(what, mind.turn(), guess).map_or_else(Vec::new, |event| mind.step(event)),
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

fn guess_in(commands: &[Command]) -> Option<(SampleTime, SampleTime)> {
    commands.iter().find_map(|command| match command {
        Command::Guess { from, to, .. } => Some((*from, *to)),
        _ => None,
    })
}

fn event(what: &str, present: TurnId, (from, to): (SampleTime, SampleTime)) -> Option<Event> {
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
    let guessed = |completion| Event::Guessed {
        turn,
        from,
        to,
        transcript: transcript(rest),
        completion,
        ms: 0,
    };
    let looked = |said| Event::Confirmed {
        candidate: CandidateId(turn.0),
        said,
        ms: 300,
    };
    Some(match verb {
        "press" => Event::Pressed,
        "hold" => Event::Held,
        "release" => Event::Released,
        "given" => Event::Given(rest.into()),
        "halt" => Event::Halted,
        "inquire" => Event::Inquire(Inquiry {
            id: "7".into(),
            question: rest.into(),
            answers: Vec::new(),
        }),
        "answered" => decided(Verdict::Answered(InquiryOutcome {
            id: "7".into(),
            answer: Some(rest.into()),
            text: rest.into(),
        })),
        "said" => looked(true),
        "unsaid" => looked(false),
        "complete" => guessed(Completion::Complete),
        "whole" => guessed(Completion::Whole),
        "maybe" => guessed(Completion::MayContinue),
        "open" => guessed(Completion::Open),
        "heard" => Event::Heard {
            turn,
            transcript: transcript(rest),
            ms: 0,
        },
        "fail" => Event::Failed {
            turn,
            failure: Failure::Broken,
        },
        "act" => decided(Verdict::Act(vec![Intent::new(rest)])),
        "ask" => decided(Verdict::Ask(rest.into())),
        "refuse" => decided(Verdict::Refuse(Failure::NotUnderstood)),
        "done" => Event::Acted {
            turn,
            outcomes: vec![],
            reply: rest.trim_end_matches("...").into(),
            // A reply that ends in "..." invites more.
            follow_up_ms: if rest.ends_with("...") { 4_000 } else { 0 },
            ms: 0,
        },
        "more" => Event::Said {
            turn,
            text: rest.into(),
        },
        "ready" => Event::SpeechReady {
            turn,
            audio_ms: samples(rest) / 16,
        },
        "bell" => Event::Bell(Some(Ring {
            ids: vec![7],
            text: rest.into(),
            once: false,
        })),
        "missed" => Event::Bell(Some(Ring {
            ids: vec![7],
            text: rest.into(),
            once: true,
        })),
        "due" => Event::Due(
            rest.split_whitespace()
                .map(|id| Due {
                    id: id.parse().expect("a number"),
                    intent: Intent::new("light"),
                })
                .collect(),
        ),
        "quiet" => Event::Bell(None),
        "ignore" => decided(Verdict::Ignore),
        "answer" => decided(Verdict::Answer(rest.into())),
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

/// What is to be written down, and the wake word in it.
fn span(
    what: &str,
    turn: TurnId,
    (from, to): (SampleTime, SampleTime),
    wake: Option<String>,
) -> String {
    let (turn, from, to) = (turn.0, from.seconds(), to.seconds());
    let wake = wake.map_or_else(String::new, |wake| format!(" after {wake}"));
    format!("{what} #{turn} {from:.2}-{to:.2}{wake}")
}

fn write(log: &mut String, time: u64, commands: Vec<Command>) {
    for command in commands {
        let seconds = SampleTime(time).seconds();
        let line = match command {
            Command::Chime(chime) => format!("chime {chime:?}"),
            Command::Transcribe {
                turn,
                from,
                to,
                wake,
            } => span("transcribe", turn, (from, to), wake),
            Command::Guess {
                turn,
                from,
                to,
                wake,
            } => span("guess", turn, (from, to), wake),
            Command::Understand {
                turn, transcript, ..
            } => {
                format!("understand #{} {}", turn.0, transcript.text)
            }
            Command::Inquire { turn, inquiry } => format!("inquire #{} {}", turn.0, inquiry.id),
            Command::Act { turn, intents } => format!("act #{} {}", turn.0, intents[0].name),
            Command::CarryOut { turn, id } => format!("carry out #{} {id}", turn.0),
            Command::Speak { turn, text } => format!("speak #{} {text}", turn.0),
            Command::Apologise { turn, failure } => format!("apologise #{} {failure:?}", turn.0),
            Command::Confirm {
                candidate,
                word,
                from,
                to,
            } => {
                let (from, to) = (from.seconds(), to.seconds());
                format!("confirm {word} #{} {from:.2}-{to:.2}", candidate.0)
            }
            Command::EventRecord(report) => match report.what {
                TurnEvent::Wake(wake, ConfirmedBy::SecondLook(_)) => {
                    format!("[{} at a second look]", wake.word)
                }
                TurnEvent::Dismissed(wake, why) => format!("[not {}: {why:?}]", wake.word),
                TurnEvent::Listening { for_answer: true } => "[listening for an answer]".into(),
                TurnEvent::Listening { .. } => "[listening]".into(),
                TurnEvent::Ring(_) => "[rings]".into(),
                TurnEvent::Answered(answered) => {
                    let answer = answered.answer.as_deref().unwrap_or("not");
                    format!("[{} answered: {answer}]", answered.id)
                }
                TurnEvent::Interrupted => "[interrupted]".into(),
                TurnEvent::Failure(failure) => format!("[{failure:?}]"),
                TurnEvent::Idle => "[idle]".into(),
                TurnEvent::Stopped => "[stopped]".into(),
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
         3.58 transcribe #1 1.49-3.10
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
         3.10 transcribe #1 0.00-2.62 after hey_jarvis",
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
         2.98 transcribe #1 1.27-2.50",
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
         3.58 transcribe #1 1.49-3.10
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
         16.03 chime Heard
         16.03 transcribe #1 0.00-16.03 after hey_jarvis
         16.99 understand #1 hiss
         17.09 [NotUnderstood]
         17.09 apologise #1 NotUnderstood
         17.18 [idle]",
    );
}
