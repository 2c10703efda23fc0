//! Commands from files and lines instead of a microphone: one recording or one
//! text, one answer.

use std::path::Path;

use mynah_audio::wav;
use mynah_core::conversation::{Endpoint, Patience, Progress};
use mynah_core::frame::{AudioFrame, FRAME_SAMPLES, SAMPLE_RATE, SampleTime};
use mynah_core::percept::Percept;
use mynah_core::turn::{Failure, Transcript, TranscriptRoute, TurnId};
use mynah_speech::ear::vad::Vad;

use super::engine::{Engine, InSession, Session, TurnAnswer};
use super::history::History;
use super::load;

/// The recogniser's own window.
pub const LONGEST_S: u32 = 30;

/// Beyond the longest silence that ends an utterance: frames have a length.
const SILENCE_MARGIN_MS: u64 = 1_000;

/// What came of one clip.
pub struct ClipOutcome {
    /// Length of the clip in seconds.
    pub audio_s: f64,
    /// What was written down.
    pub transcript: Transcript,
    /// Milliseconds that the recogniser took.
    pub stt_ms: u32,
    /// What came of it.
    pub answer: TurnAnswer,
}

/// Hears one clip and answers it.
///
/// # Errors
/// When it cannot be read or the recogniser fails, for people.
pub fn hear(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    file: &Path,
) -> Result<ClipOutcome, String> {
    let sound = wav::read(file, LONGEST_S).map_err(|error| error.to_string())?;
    hear_samples(engine, session, vad, &sound.samples)
}

/// Hears a command, or the answer to the open question, and answers it: 16 kHz
/// mono samples. Where it ends is found as in a microphone's stream.
///
/// # Errors
/// When the recogniser fails, for people.
pub fn hear_samples(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    samples: &[f32],
) -> Result<ClipOutcome, String> {
    let (transcript, stt_ms) = write_down(engine, session, vad, samples)?;
    let mut within = engine.in_session(session);
    let turn = within.begin();
    let answer = answered(&mut within, turn, &transcript);
    Ok(ClipOutcome {
        audio_s: SampleTime(samples.len() as u64).seconds(),
        transcript,
        stt_ms,
        answer,
    })
}

/// Transcribes what a clip would be heard as next in a session, and does nothing
/// about it.
///
/// # Errors
/// As [`hear`].
pub fn recognise(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    file: &Path,
) -> Result<Transcript, String> {
    let sound = wav::read(file, LONGEST_S).map_err(|error| error.to_string())?;
    Ok(write_down(engine, session, vad, &sound.samples)?.0)
}

fn write_down(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    samples: &[f32],
) -> Result<Written, String> {
    let limits = load::limits(engine.settings());
    let mut within = engine.in_session(session);
    let turn = within.next();
    let mut patience = if within.is_asked(turn) {
        limits.answer
    } else {
        limits.command
    };
    // Nobody knows what came before a recording: how long its speaker waits is no sign
    // of having given up.
    let whole_ms = samples.len() as u64 * 1_000 / u64::from(SAMPLE_RATE);
    patience.start_ms = patience.start_ms.max(whole_ms);
    listen(&mut within, turn, vad, samples, patience)
        .map_err(|_| "speech recognition failed; the log says why".into())
}

/// A transcript and the milliseconds that it took.
type Written = (Transcript, u32);

/// Transcribes the first utterance. The silence behind it ends it; how much is
/// needed depends on the words so far. An empty text: nobody spoke in time.
fn listen(
    within: &mut InSession<'_>,
    turn: TurnId,
    vad: &mut Vad,
    samples: &[f32],
    patience: Patience,
) -> Result<Written, Failure> {
    let silence = patience.endpoint_ms + SILENCE_MARGIN_MS;
    let silence = usize::try_from(SampleTime(0).plus_ms(silence).0).unwrap_or(0);
    let samples = [samples, &vec![0.0; silence]].concat();
    let mut endpoint = Endpoint::new(SampleTime(0), false, patience);
    let mut history = History::new(u64::from(LONGEST_S) * 1000);
    let mut guess: Option<((SampleTime, SampleTime), Written)> = None;
    vad.reset();
    for (chunk, number) in samples.as_chunks::<FRAME_SAMPLES>().0.iter().zip(0..) {
        let frame = AudioFrame {
            start: SampleTime(number * FRAME_SAMPLES as u64),
            samples: *chunk,
        };
        history.push(&frame);
        let mut progress = endpoint.hear(&Percept {
            end: frame.end(),
            speech: vad.hear(&frame),
            ..Percept::default()
        });
        if progress == Progress::Waiting
            && let Some(span) = endpoint.pause()
            && guess.as_ref().is_none_or(|(known, _)| *known != span)
        {
            endpoint.guess();
            let heard = within.guess(turn, &history.cut(span.0, span.1), &|| true);
            let (transcript, completion) = heard.value?.ok_or(Failure::Broken)?;
            guess = Some((span, (transcript, heard.ms)));
            progress = endpoint.settle(completion);
        }
        match progress {
            Progress::Waiting => {}
            Progress::GaveUp => break,
            Progress::Ended { from, to } => {
                if let Some((_, written)) = guess.filter(|(span, _)| *span == (from, to)) {
                    return Ok(written);
                }
                let heard = within.hear_in(turn, &history.cut(from, to), &|| true);
                return Ok((heard.value?.ok_or(Failure::Broken)?, heard.ms));
            }
        }
    }
    Ok((typed(""), 0))
}

/// Answers what was heard. An answer to a question that has no words makes the
/// dialogue repeat its question.
pub(super) fn answered(
    within: &mut InSession<'_>,
    turn: TurnId,
    transcript: &Transcript,
) -> TurnAnswer {
    if transcript.text.trim().is_empty() && !within.is_asked(turn) {
        return TurnAnswer {
            turn,
            reply: Failure::NotHeard.sentence().into(),
            failure: Some(Failure::NotHeard),
            ..TurnAnswer::default()
        };
    }
    within.turn(turn, transcript)
}

/// Written words as a transcript that nobody doubts.
#[must_use]
pub fn typed(text: &str) -> Transcript {
    Transcript {
        text: text.to_owned(),
        logprob: 0.0,
        no_speech: 0.0,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
    }
}
