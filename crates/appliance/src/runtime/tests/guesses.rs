//! A guess at an utterance hears the same samples as its end without one.

use std::sync::{Arc, Mutex};

use super::{FILE, LONG, engine_that_hears_by};
use mynah_audio::{AudioFrame, Captured, FRAME_SAMPLES, Quiet, SampleTime, Source};

use crate::runtime::events::{event_json, is_event};
use crate::runtime::listen::{Clips, EventLoop, LoopParts, Pace};
use crate::runtime::load;
use mynah_core::turn::{Transcript, TranscriptRoute, Utterance};
use mynah_speech::ear::ScriptedEar;
use mynah_speech::stt::{Expect, KeepGoing, SttError, Transcriber};

/// Sound of which no two stretches are alike.
struct Hiss {
    frames: u64,
    next: u64,
}

impl Source for Hiss {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred frames")]
    fn next(&mut self) -> Captured {
        if self.next == self.frames {
            return Captured::End;
        }
        let start = SampleTime(self.next * FRAME_SAMPLES as u64);
        self.next += 1;
        let samples = std::array::from_fn(|at| (self.next as f32 + at as f32 / 512.0).sin());
        Captured::Frame(AudioFrame { start, samples })
    }
}

/// Notes what it is given.
struct Notes(Arc<Mutex<Vec<Utterance>>>);

impl Transcriber for Notes {
    fn transcribe(
        &mut self,
        heard: &Utterance,
        _: Expect<'_>,
        _: KeepGoing<'_>,
    ) -> Result<Option<Transcript>, SttError> {
        self.0.lock().expect("no panic").push(heard.clone());
        Ok(Some(Transcript {
            text: format!("hum for {} samples", heard.samples.len()),
            logprob: -0.1,
            no_speech: 0.0,
            route: TranscriptRoute::Free,
            alternatives: vec![],
        }))
    }
}

/// What was given to the recogniser, and the transcript and the intent that
/// the conversation went by.
fn hear(speech: &[(u64, u64)], guessing: bool) -> (Vec<Utterance>, Vec<String>) {
    let settings = mynah_config::parse(FILE).expect("the file is good");
    let mut limits = load::limits(&settings);
    if !guessing {
        limits.command.by_words = None;
        limits.answer.by_words = None;
    }
    let heard = Arc::new(Mutex::new(Vec::new()));
    let engine = engine_that_hears_by(&settings, Box::new(Notes(Arc::clone(&heard))));
    let ear = ScriptedEar::new().wake(SampleTime(16_000), "hey");
    let ms = |ms: u64| SampleTime(0).plus_ms(ms);
    let ear = speech
        .iter()
        .fold(ear, |ear, (from, to)| ear.speech(ms(*from)..ms(*to)));
    let mut told = Vec::new();
    EventLoop::default().run(
        LoopParts {
            source: Box::new(Hiss {
                frames: 220,
                next: 0,
            }),
            ear: Box::new(ear),
            speaker: &mut Quiet,
            clips: Clips::default(),
            limits,
            pace: Pace::File { patience: LONG },
            report: &mut |report| {
                // Captions come of guesses alone.
                if !is_event(report) {
                    return;
                }
                let event = event_json(report);
                told.extend(event.get("text").map(ToString::to_string));
                told.extend(event.get("intents").map(ToString::to_string));
            },
        },
        engine,
    );
    let heard = heard.lock().expect("no panic").clone();
    (heard, told)
}

#[test]
fn the_guess_hears_what_the_end_would_have_heard() {
    for speech in [
        &[(1_500, 2_500)][..],
        &[(1_500, 2_000), (2_350, 3_100)],
        &[(500, 2_700)],
        &[(500, 1_100), (1_500, 2_500), (2_760, 3_333)],
    ] {
        let (plain, before) = hear(speech, false);
        let (guessed, after) = hear(speech, true);
        assert_eq!(plain.len(), 1, "one utterance, one transcription");
        assert_eq!(guessed.last(), plain.last(), "{speech:?}");
        assert_eq!(before, after, "{speech:?}");
    }
}
