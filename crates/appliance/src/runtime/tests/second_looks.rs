//! A second look at a wake word, from the loop to the recogniser and back.

use super::{FILE, LONG, Room, engine_with, note};
use mynah_audio::{FRAME_SAMPLES, Quiet, SampleTime};

use crate::runtime::listen::{Clips, EventLoop, LoopParts, Pace};
use crate::runtime::load;
use mynah_core::turn::{Transcript, TranscriptRoute, Utterance};
use mynah_speech::ear::ScriptedEar;
use mynah_speech::stt::{Evidence, Expect, KeepGoing, SttError, Transcriber, WakeVerifier};

/// Writes the same command down for every utterance.
struct Command;

impl Transcriber for Command {
    fn transcribe(
        &mut self,
        _: &Utterance,
        _: Expect<'_>,
        _: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        Ok(Some(Transcript {
            text: "turn on the light".into(),
            logprob: -0.1,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: vec![],
        }))
    }
}

/// Finds a wake word where its script says so: `yes`, `no`, `fail`.
struct Looks(Vec<&'static str>);

impl WakeVerifier for Looks {
    fn verify(&mut self, heard: &Utterance, word: &str) -> Result<Evidence, SttError> {
        assert_eq!((heard.samples.len(), word), (28_800, "hey"), "1.8 s");
        let gap = match self.0.remove(0) {
            "yes" => 0.0,
            "no" => 20.0,
            _ => return Err(SttError::Decode("the script says so".into())),
        };
        let text = String::new();
        Ok(Evidence { text, gap })
    }
}

fn check(looks: &[&'static str], seconds: u64, expected: &str) {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let looks = Looks(looks.to_vec());
    let engine = engine_with(&settings, Box::new(Command), Some(Box::new(looks)));
    let at = |ms| SampleTime(0).plus_ms(ms);
    let ear = ScriptedEar::new()
        .maybe(at(3_000), "hey")
        .maybe(at(7_000), "hey")
        .speech(at(7_300)..at(8_300));
    let mut log = String::new();
    EventLoop::default().run(
        LoopParts {
            source: Box::new(Room {
                frames: seconds * 16_000 / FRAME_SAMPLES as u64,
                next: 0,
            }),
            ear: Box::new(ear),
            speaker: &mut Quiet,
            clips: Clips::default(),
            limits: load::limits(&settings),
            pace: Pace::File { patience: LONG },
            report: &mut |report| note(&mut log, report),
        },
        engine,
    );
    let lines = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(log.trim()), lines(expected.trim()), "\n{log}");
}

#[test]
fn a_candidate_wakes_where_the_recogniser_finds_its_word() {
    check(
        &["no", "yes"],
        10,
        r#"3.0 #0 no_wake
           7.0 #1 wake
           7.0 #1 listening false
           8.6 #1 transcript "turn on the light"
           8.6 #1 intent [{"intent":"light","slots":{"state":"on"}}]
           8.6 #1 action
           8.6 #1 reply "The light is on."
           8.6 #1 idle
           10.0 #1 stopped"#,
    );
}

#[test]
fn a_recogniser_that_fails_leaves_the_candidate_to_expire() {
    check(
        &["fail", "no"],
        10,
        "5.5 #0 no_wake
         7.0 #0 no_wake
         10.0 #0 stopped",
    );
}
