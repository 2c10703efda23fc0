//! Commands from files and lines instead of a microphone: one recording or one
//! text, one answer.

use std::path::Path;

use mynah_audio::wav::{self, Sound};
use mynah_core::frame::SampleTime;
use mynah_core::turn::{Failure, Transcript, TranscriptRoute, TurnId, Utterance};
use mynah_speech::ear::vad::Vad;

use super::engine::{Engine, InSession, Session, Timed, TurnAnswer};

/// The recogniser's own window.
pub const LONGEST_S: u32 = 30;

/// What came of one clip.
pub struct Heard {
    /// Length of the clip in seconds.
    pub audio_s: f64,
    /// What was written down.
    pub transcript: Transcript,
    /// Milliseconds that the recogniser took.
    pub stt_ms: u32,
    /// What came of it.
    pub answer: TurnAnswer,
}

/// Hears one clip, which is a command, and answers it.
///
/// # Errors
/// When it cannot be read or the recogniser fails, for people.
pub fn hear(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    file: &Path,
) -> Result<Heard, String> {
    let sound = wav::read(file, LONGEST_S).map_err(|error| error.to_string())?;
    hear_sound(engine, session, vad, &sound)
}

/// Hears one command and answers it.
///
/// # Errors
/// When the recogniser fails, for people.
pub fn hear_sound(
    engine: &mut Engine,
    session: &mut Session,
    vad: &mut Vad,
    sound: &Sound,
) -> Result<Heard, String> {
    let audio_s = sound.seconds();
    // What the appliance's endpointing does in the stream: silence is not
    // worth the recogniser's time, and tempts it to invent.
    let speech = vad.speech(&sound.samples).unwrap_or_default();
    let utterance = Utterance {
        start: SampleTime(speech.start as u64),
        samples: sound.samples[speech].to_vec(),
        wake: None,
    };
    session.drop_question();
    let Timed { value, ms: stt_ms } = engine.hear(&utterance);
    let transcript = value.map_err(|_| "speech recognition failed; the log says why")?;
    let mut within = engine.in_session(session);
    let turn = within.begin();
    let answer = answered(&mut within, turn, &transcript);
    Ok(Heard {
        audio_s,
        transcript,
        stt_ms,
        answer,
    })
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
