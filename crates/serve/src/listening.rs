//! Finds the end of an utterance in a stream by its meaning, as the appliance
//! does with its own microphone: in each silence the words so far are
//! transcribed, and how complete they are decides how long the silence may last.
//!
//! Time is the stream's, so a client that sends a recording faster than real
//! time gets the same answer.

use mynah_core::conversation::{Endpoint, Patience, Progress as Found};
use mynah_core::frame::{AudioFrame, SampleTime};
use mynah_core::percept::Percept;
use mynah_core::turn::{Completion, Utterance};

use crate::assistant::{Listener, Pause, Progress, Unavailable};

/// The shortest and the longest silence, in milliseconds, that a client's wish
/// leads to.
const SILENCE_MS: std::ops::RangeInclusive<u64> = 150..=3_000;

/// Voice activity detection: a model, or a script.
pub trait VoiceActivity {
    /// The probability of speech in the next frame, 0..1.
    fn speech(&mut self, frame: &AudioFrame) -> f32;
}

/// A recogniser that also weighs whether the words can be all: a session of the
/// engine, or a script.
pub trait Recogniser {
    /// Takes the recogniser for the next transcription, which may turn out not to
    /// be needed. False, and nothing is taken, while anybody else waits for it or
    /// has it: transcripts that are due go first.
    fn reserve(&mut self) -> bool;

    /// Transcribes. Silence gives an empty text.
    ///
    /// # Errors
    /// When the recogniser failed.
    fn transcribe(&mut self, utterance: &Utterance) -> Result<(String, Completion), Unavailable>;
}

/// A listener of a voice activity detector and a recogniser.
pub struct ByMeaning<V, R> {
    vad: V,
    recogniser: R,
    endpoint: Endpoint,
    samples: Vec<f32>,
    /// The last speculative transcript, with its span.
    guess: Option<(Span, String)>,
    /// Whether there was speech at all.
    spoken: bool,
}

type Span = (SampleTime, SampleTime);

/// Speech has this probability, as for the endpoint.
const SPEECH: f32 = 0.5;

impl<V: VoiceActivity, R: Recogniser> ByMeaning<V, R> {
    /// Listens from now on. A satellite sends sound from its wake word on, so
    /// the end of one may still be heard.
    #[must_use]
    pub fn new(vad: V, recogniser: R, patience: Patience) -> Self {
        Self {
            vad,
            recogniser,
            endpoint: Endpoint::new(SampleTime(0), true, patience),
            samples: Vec::new(),
            guess: None,
            spoken: false,
        }
    }

    fn guess(&mut self) -> Result<Found, Unavailable> {
        let Some(span) = self.endpoint.pause() else {
            return Ok(Found::Waiting);
        };
        if self.knows(span) || !self.recogniser.reserve() {
            return Ok(Found::Waiting);
        }
        self.weigh(span)
    }

    fn knows(&self, span: Span) -> bool {
        self.guess.as_ref().is_some_and(|(known, _)| *known == span)
    }

    /// Transcribes a span that may be all, and decides by its words.
    fn weigh(&mut self, span: Span) -> Result<Found, Unavailable> {
        self.endpoint.guess();
        let (text, completion) = self.transcribe(span)?;
        self.guess = Some((span, text));
        Ok(self.endpoint.settle(completion))
    }

    fn transcribe(&mut self, (from, to): Span) -> Result<(String, Completion), Unavailable> {
        let at = |time: SampleTime| {
            let sample = usize::try_from(time.0).unwrap_or(usize::MAX);
            sample.min(self.samples.len())
        };
        self.recogniser.transcribe(&Utterance {
            start: from,
            samples: self.samples[at(from)..at(to)].to_vec(),
            wake: None,
        })
    }

    fn ended(&mut self, found: Found) -> Result<Progress, Unavailable> {
        let found = match found {
            // Others had the recogniser in this silence. The words may still call
            // for more.
            Found::Ended { from, to }
                if self.endpoint.pause() == Some((from, to)) && !self.knows((from, to)) =>
            {
                self.weigh((from, to))?
            }
            found => found,
        };
        Ok(match found {
            Found::Waiting => Progress::Waiting,
            Found::GaveUp => Progress::Ended(String::new()),
            Found::Ended { from, to } => Progress::Ended(self.text((from, to))?),
        })
    }

    /// The transcript of a span: the guess, if it was made of the same sound.
    fn text(&mut self, span: Span) -> Result<String, Unavailable> {
        match self.guess.take_if(|(known, _)| *known == span) {
            Some((_, text)) => Ok(text),
            None => self.transcribe(span).map(|(text, _)| text),
        }
    }
}

impl<V: VoiceActivity, R: Recogniser> Listener for ByMeaning<V, R> {
    fn hear(&mut self, frame: &AudioFrame) -> Result<Progress, Unavailable> {
        self.samples.extend_from_slice(&frame.samples);
        let speech = self.vad.speech(frame);
        self.spoken |= SPEECH <= speech;
        let found = self.endpoint.hear(&Percept {
            end: frame.end(),
            speech,
            ..Percept::default()
        });
        let found = match found {
            Found::Waiting => self.guess()?,
            found => found,
        };
        self.ended(found)
    }

    fn finish(&mut self) -> Result<String, Unavailable> {
        if !self.spoken {
            return Ok(String::new());
        }
        // What the endpoint takes to be the utterance; of a sound that it did
        // not take for speech yet, all of it.
        let all = (SampleTime(0), SampleTime(self.samples.len() as u64));
        let span = self.endpoint.pause().unwrap_or(all);
        self.text(span)
    }
}

/// The patience of the configuration, changed by a client's wish.
#[must_use]
pub fn patience(usual: Patience, pause: Pause) -> Patience {
    let scale = |ms: u64| {
        let ms = match pause {
            Pause::Usual => return ms,
            Pause::Relaxed => ms * 2,
            Pause::Aggressive => ms / 2,
        };
        ms.clamp(*SILENCE_MS.start(), *SILENCE_MS.end())
    };
    Patience {
        endpoint_ms: scale(usual.endpoint_ms),
        by_words: usual.by_words.map(|mut by_words| {
            by_words.complete_ms = scale(by_words.complete_ms);
            by_words.open_ms = scale(by_words.open_ms);
            by_words
        }),
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use mynah_core::conversation::{ByWords, Patience};
    use mynah_core::frame::{AudioFrame, FRAME_SAMPLES, SampleTime};
    use mynah_core::turn::{Completion, Utterance};

    use super::{ByMeaning, Recogniser, VoiceActivity, patience};
    use crate::assistant::{Listener, Pause, Progress, Unavailable};

    const USUAL: Patience = Patience {
        start_ms: 3_000,
        endpoint_ms: 600,
        by_words: Some(ByWords {
            complete_ms: 250,
            open_ms: 1_500,
        }),
        max_ms: 8_000,
    };

    /// Speech is where a sample is not silence.
    struct Loud;

    impl VoiceActivity for Loud {
        fn speech(&mut self, frame: &AudioFrame) -> f32 {
            frame.samples[0].abs()
        }
    }

    /// Writes down how long the speech was, in tenths of a second. Others have
    /// the recogniser for the given number of times that it is asked for.
    struct Length(Completion, usize, usize);

    impl Recogniser for Length {
        fn reserve(&mut self) -> bool {
            let free = self.2 == 0;
            self.2 = self.2.saturating_sub(1);
            free
        }

        fn transcribe(
            &mut self,
            utterance: &Utterance,
        ) -> Result<(String, Completion), Unavailable> {
            self.1 += 1;
            let loud = utterance.samples.iter().filter(|s| 0.0 < **s).count();
            Ok((format!("{} tenths", loud / 1600), self.0))
        }
    }

    /// `1.0 silence, 2.0 speech, ...`: when the listener ends, with which text
    /// and how many transcriptions.
    fn check(script: &str, completion: Completion, expected: &str) {
        check_busy(script, completion, 0, expected);
    }

    /// As [`check`], while others have the recogniser for so many frames of silence.
    fn check_busy(script: &str, completion: Completion, busy: usize, expected: &str) {
        let mut listener = ByMeaning::new(Loud, Length(completion, 0, busy), USUAL);
        let mut now = 0;
        for part in script.split(", ") {
            let (seconds, what) = part.split_once(' ').expect("seconds and what");
            let level = if what == "speech" { 0.9 } else { 0.0 };
            let tenths: u64 = seconds.replace('.', "").parse().expect("a decimal");
            // Whole frames of 32 ms.
            for _ in 0..(tenths * 3_125 + 500) / 1_000 {
                let frame = AudioFrame {
                    start: SampleTime(now),
                    samples: [level; FRAME_SAMPLES],
                };
                now = frame.end().0;
                if let Progress::Ended(text) = listener.hear(&frame).expect("a script") {
                    let at = SampleTime(now).seconds();
                    let looks = listener.recogniser.1;
                    assert_eq!(
                        format!("{at:.1} s: \"{text}\", {looks}"),
                        expected,
                        "{script}"
                    );
                    return;
                }
            }
        }
        let text = listener.finish().expect("a script");
        let looks = listener.recogniser.1;
        assert_eq!(format!("end: \"{text}\", {looks}"), expected, "{script}");
    }

    #[test]
    fn the_words_decide_how_long_the_silence_may_last() {
        let script = "0.5 silence, 2.0 speech, 5.0 silence";
        check(script, Completion::Complete, "2.8 s: \"20 tenths\", 1");
        check(script, Completion::MayContinue, "3.1 s: \"20 tenths\", 1");
        check(script, Completion::Open, "4.0 s: \"20 tenths\", 1");
    }

    #[test]
    fn while_others_have_the_recogniser_silence_decides_first() {
        let script = "0.5 silence, 2.0 speech, 5.0 silence";
        for (completion, busy, expected) in [
            // It is free again before the silence is long enough.
            (Completion::Complete, 6, "2.8 s: \"20 tenths\", 1"),
            (Completion::Complete, 10, "3.0 s: \"20 tenths\", 1"),
            (Completion::Complete, 1_000, "3.1 s: \"20 tenths\", 1"),
            (Completion::MayContinue, 1_000, "3.1 s: \"20 tenths\", 1"),
            // The words call for more, so it is listened on.
            (Completion::Open, 1_000, "4.0 s: \"20 tenths\", 1"),
        ] {
            check_busy(script, completion, busy, expected);
        }
        // No transcript of a pause that was no end.
        let script = "0.5 silence, 1.0 speech, 0.4 silence, 1.0 speech, 5.0 silence";
        check_busy(
            script,
            Completion::MayContinue,
            1_000,
            "3.5 s: \"19 tenths\", 1",
        );
    }

    #[test]
    fn speech_after_a_pause_belongs_to_the_command() {
        let script = "0.5 silence, 1.0 speech, 0.4 silence, 1.0 speech, 5.0 silence";
        check(script, Completion::Open, "4.4 s: \"19 tenths\", 2");
    }

    #[test]
    fn the_end_of_a_wake_word_is_no_command() {
        let script = "0.2 speech, 1.0 silence, 1.0 speech, 3.0 silence";
        check(script, Completion::MayContinue, "2.8 s: \"9 tenths\", 2");
    }

    #[test]
    fn a_client_may_end_the_utterance_itself() {
        check(
            "0.5 silence, 1.0 speech",
            Completion::Open,
            "end: \"9 tenths\", 1",
        );
        let script = "0.5 silence, 1.0 speech, 0.2 silence";
        check(script, Completion::MayContinue, "end: \"9 tenths\", 1");
        check(
            "0.3 speech",
            Completion::MayContinue,
            "end: \"2 tenths\", 1",
        );
    }

    #[test]
    fn nothing_said_is_an_empty_text() {
        check("9.0 silence", Completion::MayContinue, "3.0 s: \"\", 0");
        check("1.0 silence", Completion::MayContinue, "end: \"\", 0");
    }

    #[test]
    fn who_never_stops_is_cut() {
        check(
            "0.5 silence, 20.0 speech",
            Completion::MayContinue,
            "8.2 s: \"77 tenths\", 1",
        );
    }

    #[test]
    fn a_client_may_wish_for_more_or_less_patience() {
        let check = |pause, expected: [u64; 3]| {
            let patience = patience(USUAL, pause);
            let by_words = patience.by_words.expect("as given");
            let found = [patience.endpoint_ms, by_words.complete_ms, by_words.open_ms];
            assert_eq!(found, expected);
        };
        check(Pause::Usual, [600, 250, 1_500]);
        check(Pause::Relaxed, [1_200, 500, 3_000]);
        check(Pause::Aggressive, [300, 150, 750]);
    }
}
