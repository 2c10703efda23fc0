//! The loop end to end, with a scripted ear and recogniser: sound in, the
//! event log and the track of the loudspeaker out.

mod guesses;
mod second_looks;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use jiff::civil::DateTime;

use super::configured::Configured;
use super::engine::{Engine, Parts, Session};
use super::events::event_json;
use super::listen::{Clips, EventLoop, Inbox, LoopParts, Pace};
use super::load;
use super::orders::RemoteOrder;
use super::recorded::typed;
use crate::builtin::Builtins;
use crate::timers::{Keeper, StreamClock};
use mynah_actions::DryRun;
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, SampleTime, Source, WavSpeaker};
use mynah_core::conversation::{EventRecord, Verdict};
use mynah_core::grammar::Grammar;
use mynah_core::intent::phrase::PhraseParser;
use mynah_core::intent::{IntentError, IntentParser};
use mynah_core::model::Settings;
use mynah_core::timers::Moment;
use mynah_core::turn::{
    Inquiry, InquiryAnswer, SessionId, Transcript, TranscriptRoute, TurnId, Understanding,
    Utterance,
};
use mynah_speech::ear::ScriptedEar;
use mynah_speech::stt::{Expect, KeepGoing, SttError, Transcriber, WakeVerifier};
use mynah_speech::voice::{Synthesizer, VoiceError};

pub(super) const FILE: &str = r#"
    [audio]
    chimes = false

    [builtin]
    timers = true

    [[intent]]
    name = "light"
    description = "Switch the light"
    phrases = ["turn {state} the light"]
    slots.state = { values = ["on", "off"] }
    reply.ok = "The light is {state}."

    [[intent]]
    name = "unlock"
    description = "Unlock a door"
    phrases = ["unlock the {door} door"]
    slots.door = { values = ["front", "back"] }
    confirm = "Really unlock the {door} door?"
    reply.ok = "Unlocked."
"#;

/// Silence for a while.
struct Room {
    frames: u64,
    next: u64,
}

impl Source for Room {
    fn next(&mut self) -> Captured {
        if self.next == self.frames {
            return Captured::End;
        }
        let start = SampleTime(self.next * FRAME_SAMPLES as u64);
        self.next += 1;
        Captured::Frame(AudioFrame {
            start,
            samples: [0.0; FRAME_SAMPLES],
        })
    }
}

/// Writes down what the script says, utterance by utterance: `panic` does,
/// `fail` is an error, `stuck` waits until the test is over.
struct Script {
    lines: VecDeque<&'static str>,
    over: Receiver<()>,
}

impl Transcriber for Script {
    fn transcribe(
        &mut self,
        _: &Utterance,
        _: Expect<'_>,
        _: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        let text = match self.lines.pop_front().expect("a line for each utterance") {
            "panic" => panic!("the script says so"),
            "fail" => return Err(SttError::Decode("the script says so".into())),
            "stuck" => {
                let _ = self.over.recv();
                ""
            }
            text => text,
        };
        Ok(Some(Transcript {
            text: text.into(),
            logprob: -0.1,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: vec![],
        }))
    }
}

/// A language model whose process is gone.
struct Gone;

impl IntentParser for Gone {
    fn parse(&mut self, _: &Transcript, _: DateTime) -> Result<Understanding, IntentError> {
        Err(IntentError::Llm("gone".into()))
    }
}

/// 20 ms of sound for each letter.
struct Beep;

impl Synthesizer for Beep {
    fn sample_rate(&self) -> u32 {
        16_000
    }

    fn speak(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(Vec<f32>) -> bool,
    ) -> Result<(), VoiceError> {
        for word in text.split(' ') {
            if !sink(vec![0.5; 320 * word.len()]) {
                break;
            }
        }
        Ok(())
    }
}

/// Wakes and speech in seconds, and what the recogniser writes down.
struct Scene {
    seconds: u64,
    wakes: &'static [f64],
    speech: &'static [(f64, f64)],
    lines: &'static [&'static str],
}

/// Plays a scene and compares the events that a person would notice.
fn check(scene: &Scene, patience: Duration, expected: &str) {
    let log = play(scene, patience);
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert_eq!(
        lines(log.trim()),
        lines(expected.trim()),
        "\n--- the log:\n{log}"
    );
}

fn play(scene: &Scene, patience: Duration) -> String {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let (over, wait) = sync_channel(1);
    let engine = engine(&settings, scene.lines, wait);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "minutes"
    )]
    let time = |seconds: f64| SampleTime((seconds * 16_000.0) as u64);
    let ear = scene
        .wakes
        .iter()
        .fold(ScriptedEar::new(), |ear, at| ear.wake(time(*at), "hey"));
    let ear = scene
        .speech
        .iter()
        .fold(ear, |ear, (from, to)| ear.speech(time(*from)..time(*to)));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut speaker = WavSpeaker::new(folder.path().join("out.wav"), 16_000);
    let mut log = String::new();
    let parts = LoopParts {
        source: Box::new(Room {
            frames: scene.seconds * 16_000 / FRAME_SAMPLES as u64,
            next: 0,
        }),
        ear: Box::new(ear),
        speaker: &mut speaker,
        clips: Clips::default(),
        limits: load::limits(&settings),
        pace: Pace::File { patience },
        report: &mut |report| note(&mut log, report),
    };
    EventLoop::default().run(parts, engine);
    drop(over);
    log
}

fn engine(settings: &Settings, lines: &[&'static str], over: Receiver<()>) -> Engine {
    let script = Script {
        lines: lines.iter().copied().collect(),
        over,
    };
    engine_that_hears_by(settings, Box::new(script))
}

pub(super) fn engine_that_hears_by(
    settings: &Settings,
    transcriber: Box<dyn Transcriber>,
) -> Engine {
    engine_with(settings, transcriber, None)
}

fn engine_with(
    settings: &Settings,
    transcriber: Box<dyn Transcriber>,
    verifier: Option<Box<dyn WakeVerifier>>,
) -> Engine {
    let keeper = Arc::new(Keeper::new(None, Arc::new(StreamClock::new(noon()))));
    let lasting = Arc::clone(&keeper);
    let new = configured(settings.clone(), &keeper);
    Engine::new(Parts {
        transcriber: Some(transcriber),
        verifier,
        phrases: new.phrases,
        llm: Some(Box::new(Gone)),
        llm_ready: None,
        actor: new.actor,
        answers: new.answers,
        voice: Some(Box::new(Beep)),
        keeper,
        settings: new.settings,
    })
    .rebuilt_by(Arc::new(move |settings| configured(settings, &lasting)))
}

/// The parts of an engine that has no microphone.
pub(super) fn configured(settings: Settings, keeper: &Arc<Keeper>) -> Configured {
    let beyond = Box::new(DryRun::new(&settings));
    Configured {
        transcriber: None,
        verifier: None,
        phrases: Box::new(PhraseParser::new(&settings, &Grammar::compile(&settings))),
        llm: None,
        actor: Box::new(Builtins::new(beyond, Arc::clone(keeper), &settings, false)),
        answers: super::answers::Answers::default(),
        settings,
    }
}

fn noon() -> Moment {
    Moment {
        boot: "a script".into(),
        mono_ms: 0,
        wall_ms: 1_773_489_600_000,
        local: jiff::civil::date(2026, 3, 14).at(12, 0, 0, 0),
    }
}

/// The event's name and its most telling field.
fn note(log: &mut String, report: &EventRecord) {
    let event = event_json(report);
    let field = |name: &str| event.get(name).map(|value| format!(" {value}"));
    let telling = ["text", "intents", "reply", "failure", "for_answer"];
    let telling: String = telling.iter().filter_map(|name| field(name)).collect();
    let name = event["event"].as_str().expect("a name");
    if !matches!(name, "endpoint" | "spoken" | "partial") {
        let at = report.at.seconds();
        writeln!(log, "{at:.1} #{} {name}{telling}", report.turn.0).expect("a string takes it");
    }
}

/// Long enough for any machine; nothing here waits for it to run out.
const LONG: Duration = Duration::from_mins(1);

#[test]
fn a_command_is_heard_done_and_answered() {
    check(
        &Scene {
            seconds: 6,
            wakes: &[1.0],
            speech: &[(1.5, 2.5)],
            lines: &["turn on the light"],
        },
        LONG,
        r#"1.0 #1 wake
           1.0 #1 listening false
           2.8 #1 transcript "turn on the light"
           2.8 #1 intent [{"intent":"light","slots":{"state":"on"}}]
           2.8 #1 action
           2.8 #1 reply "The light is on."
           3.1 #1 idle
           6.0 #1 stopped"#,
    );
}

#[test]
fn a_question_is_asked_and_answered() {
    check(
        &Scene {
            seconds: 7,
            wakes: &[1.0],
            speech: &[(1.5, 2.5), (4.5, 5.0)],
            lines: &["unlock the front door", "yes please"],
        },
        LONG,
        r#"1.0 #1 wake
           1.0 #1 listening false
           2.8 #1 transcript "unlock the front door"
           2.8 #1 intent [{"intent":"unlock","slots":{"door":"front"}}]
           2.8 #1 question "Really unlock the front door?"
           3.3 #1 listening true
           5.6 #1 transcript "yes please"
           5.6 #1 intent [{"intent":"unlock","slots":{"door":"front"}}]
           5.6 #1 action
           5.6 #1 reply "Unlocked."
           5.8 #1 idle
           7.0 #1 stopped"#,
    );
}

#[test]
fn a_question_of_an_older_turn_is_forgotten() {
    check(
        &Scene {
            seconds: 8,
            wakes: &[1.0, 4.5],
            speech: &[(1.5, 2.5), (5.0, 5.5)],
            lines: &["unlock the front door", "yes please"],
        },
        LONG,
        r#"1.0 #1 wake
           1.0 #1 listening false
           2.8 #1 transcript "unlock the front door"
           2.8 #1 intent [{"intent":"unlock","slots":{"door":"front"}}]
           2.8 #1 question "Really unlock the front door?"
           3.3 #1 listening true
           4.5 #1 interrupted
           4.5 #2 wake
           4.5 #2 listening false
           6.1 #2 transcript "yes please"
           6.1 #2 intent []
           6.1 #2 failure "Sorry, something went wrong. Please try again." "broken"
           6.9 #2 idle
           8.0 #2 stopped"#,
    );
}

#[test]
fn what_breaks_spoils_one_turn_only() {
    check(
        &Scene {
            seconds: 16,
            wakes: &[1.0, 6.0, 11.0],
            speech: &[(1.5, 2.5), (6.5, 7.5), (11.5, 12.5)],
            lines: &["panic", "fail", "turn off the light"],
        },
        LONG,
        r#"1.0 #1 wake
           1.0 #1 listening false
           3.1 #1 failure "Sorry, something went wrong. Please try again." "broken"
           3.9 #1 idle
           6.0 #2 wake
           6.0 #2 listening false
           8.1 #2 failure "Sorry, something went wrong. Please try again." "broken"
           8.9 #2 idle
           11.0 #3 wake
           11.0 #3 listening false
           12.8 #3 transcript "turn off the light"
           12.8 #3 intent [{"intent":"light","slots":{"state":"off"}}]
           12.8 #3 action
           12.8 #3 reply "The light is off."
           13.1 #3 idle
           16.0 #3 stopped"#,
    );
}

/// Time goes on without a stuck worker: the deadline apologises, and so many
/// further commands that the queue of jobs is full are apologised for as well.
#[test]
fn a_stuck_worker_and_its_full_queue_stop_nobody() {
    const WAKES: &[f64] = &[1.0, 41.0, 81.0, 121.0, 161.0, 201.0, 241.0];
    const SPEECH: &[(f64, f64)] = &[
        (1.5, 2.5),
        (41.5, 42.5),
        (81.5, 82.5),
        (121.5, 122.5),
        (161.5, 162.5),
        (201.5, 202.5),
        (241.5, 242.5),
    ];
    let scene = Scene {
        seconds: 300,
        wakes: WAKES,
        speech: SPEECH,
        lines: &["stuck"],
    };
    let log = play(&scene, Duration::from_millis(1));
    let apologies = log.matches("\"too_slow\"").count();
    assert!(WAKES.len() <= apologies, "{log}");
    assert!(log.trim_end().ends_with("stopped"), "{log}");
}

#[test]
fn a_live_loop_stops_when_it_is_told_to() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let (_over, wait) = sync_channel(1);
    let engine = engine(&settings, &[], wait);
    let door = EventLoop::default();
    let stop = door.sender();
    let mut log = String::new();
    let mut speaker = mynah_audio::Quiet;
    let parts = LoopParts {
        source: Box::new(Silent {
            door: stop,
            heard: 0,
        }),
        ear: Box::new(ScriptedEar::new()),
        speaker: &mut speaker,
        clips: Clips::default(),
        limits: load::limits(&settings),
        pace: Pace::Live,
        report: &mut |report| note(&mut log, report),
    };
    door.run(parts, engine);
    assert_eq!(log.trim().split(' ').next_back(), Some("stopped"), "{log}");
}

/// A microphone that somebody pulls the plug of after ten frames.
struct Silent {
    door: SyncSender<Inbox>,
    heard: u64,
}

impl Source for Silent {
    fn next(&mut self) -> Captured {
        self.heard += 1;
        if self.heard == 10 {
            self.door.send(Inbox::Stop).expect("the loop runs");
        }
        if 10 < self.heard {
            thread::yield_now();
        }
        Captured::Frame(AudioFrame {
            start: SampleTime((self.heard - 1) * FRAME_SAMPLES as u64),
            samples: [0.0; FRAME_SAMPLES],
        })
    }
}

/// The file's seconds bring the timer about; between two rings the ear is
/// open without a wake word, and only what answers the ring is heeded.
#[test]
fn a_timer_rings_until_somebody_says_stop() {
    check(
        &Scene {
            seconds: 30,
            wakes: &[1.0],
            speech: &[(1.5, 2.5), (16.2, 17.0), (22.4, 23.0)],
            lines: &["set a timer for ten seconds", "turn on the light", "stop"],
        },
        LONG,
        r#"1.0 #1 wake
           1.0 #1 listening false
           3.1 #1 transcript "set a timer for ten seconds"
           3.1 #1 intent [{"intent":"timer_set","slots":{"duration":10}}]
           3.1 #1 action
           3.1 #1 reply "Your timer is set for ten seconds."
           3.7 #1 idle
           13.4 #2 ring "Your ten second timer is done."
           13.9 #2 listening true
           17.3 #2 transcript "turn on the light"
           17.3 #2 intent []
           17.3 #3 ring "Your ten second timer is done."
           17.8 #3 listening true
           21.8 #4 ring "Your ten second timer is done."
           22.3 #4 listening true
           23.6 #4 transcript "stop"
           23.6 #4 intent [{"intent":"ring_stop","slots":{}}]
           23.6 #4 action
           23.6 #4 reply "Okay."
           23.7 #4 idle
           30.0 #4 stopped"#,
    );
}

/// What is to be said is said while nobody speaks, and gives way to a person.
#[test]
fn a_saying_is_spoken_between_turns() {
    for (wakes, heard) in [(&[][..], true), (&[0.1], false)] {
        let settings = mynah_config::parse(FILE).expect("the file is good");
        let (over, wait) = sync_channel(1);
        let say = RemoteOrder::Say("Dinner is ready.".into());
        let track = obeyed(vec![say], wakes, engine(&settings, &[], wait));
        drop(over);
        // Of 0.28 s, from the first frame on, what follows the wake word.
        let mut after = track.iter().skip(16_000 / 4).take(16_000 / 4);
        let sounds = after.any(|sample| 0.01 < sample.abs());
        assert_eq!(sounds, heard, "{wakes:?}");
    }
}

/// Somebody outside asks; whoever does not answer is asked again, once.
#[test]
fn a_question_of_somebody_outside_is_answered_or_dropped() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let (over, wait) = sync_channel(1);
    let mut engine = engine(&settings, &[], wait);
    drop(over);
    let mut session = Session::new(SessionId::OWN, TurnId(0));
    let mut told = |answers: &[&str], heard: &[&str]| {
        let answer = |say: &&str| InquiryAnswer {
            id: (*say).into(),
            say: vec![(*say).into()],
        };
        let inquiry = Inquiry {
            id: "7".into(),
            question: "Shall I close the blinds?".into(),
            answers: answers.iter().map(answer).collect(),
        };
        let mut within = engine.in_session(&mut session);
        within.inquire(TurnId(1), inquiry);
        let verdicts = heard.iter().map(|heard| {
            let weighed = within.answer_inquiry(TurnId(1), &typed(heard))?;
            Some(match weighed.value.verdict {
                Verdict::Answered(found) => found.answer.unwrap_or(found.text),
                Verdict::Ask(_) => "?".into(),
                other => format!("{other:?}"),
            })
        });
        verdicts
            .map(|verdict| verdict.unwrap_or_else(|| "-".into()))
            .collect::<Vec<_>>()
    };
    let cancelled = "Refuse(Cancelled)";
    let choice = ["yes", "no"];
    assert_eq!(told(&choice, &["perhaps", "Yes, please."]), ["?", "yes"]);
    assert_eq!(told(&choice, &["perhaps", "perhaps"]), ["?", cancelled]);
    assert_eq!(told(&choice, &["never mind"]), [cancelled]);
    // A command takes its place, and is none of its answers.
    assert_eq!(told(&choice, &["turn on the light", "yes"]), ["-", "-"]);
    assert_eq!(told(&[], &["", "milk and eggs"]), ["?", "milk and eggs"]);
}

/// There is one volume, by hand or by voice, and it is kept.
#[test]
fn a_volume_set_by_hand_is_the_one_that_a_voice_would_set() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let (over, wait) = sync_channel(1);
    let engine = engine(&settings, &[], wait);
    let keeper = engine.keeper();
    let orders = vec![
        RemoteOrder::Volume(50),
        RemoteOrder::Say("Dinner is ready.".into()),
    ];
    let track = obeyed(orders, &[], engine);
    drop(over);
    let loudest = track.iter().fold(0.0_f32, |most, at| most.max(at.abs()));
    assert!((loudest - 0.125).abs() < 0.01, "{loudest}");
    assert_eq!(keeper.look(|book, _| book.volume()), Some(50));
    assert_eq!(keeper.gain().percent(), 50);
}

/// What a button may do beyond the wake word.
#[test]
fn a_button_runs_a_sentence_and_tells_that_the_box_is_muted() {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let sounds = |orders: Vec<RemoteOrder>| {
        let (over, wait) = sync_channel(1);
        let track = obeyed(orders, &[], engine(&settings, &[], wait));
        drop(over);
        track.iter().any(|sample| 0.01 < sample.abs())
    };
    assert!(sounds(vec![RemoteOrder::Run("turn on the light".into())]));
    assert!(sounds(vec![
        RemoteOrder::Mute(true),
        RemoteOrder::Hold(true)
    ]));
}

/// The loudspeaker's track of a second in which orders were given.
fn obeyed(orders: Vec<RemoteOrder>, wakes: &[f64], engine: Engine) -> Vec<f32> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("out.wav");
    let mut speaker = WavSpeaker::new(&path, 16_000);
    let ear = wakes.iter().fold(ScriptedEar::new(), |ear, at| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a part of a second"
        )]
        let at = SampleTime((at * 16_000.0) as u64);
        ear.wake(at, "hey")
    });
    let parts = LoopParts {
        source: Box::new(Room {
            frames: 16_000 / FRAME_SAMPLES as u64,
            next: 0,
        }),
        ear: Box::new(ear),
        speaker: &mut speaker,
        clips: Clips::default(),
        limits: load::limits(engine.settings()),
        pace: Pace::File { patience: LONG },
        report: &mut |_| {},
    };
    let door = EventLoop::default();
    for order in orders {
        let order = Inbox::Order(order);
        door.sender().try_send(order).expect("room in the inbox");
    }
    door.run(parts, engine);
    speaker.finish().expect("a track");
    let track = mynah_audio::wav::read(&path, 60).expect("a WAV file");
    track.samples
}
