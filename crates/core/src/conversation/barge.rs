//! Barge-in without a wake word: short utterances over the appliance's own voice
//! are transcribed, and "stop" alone ends playback. Anything else is ignored.

use super::{Command, Mind, Purpose, Stage, State, Then, TurnEvent};
use crate::frame::SampleTime;
use crate::language::{plain_words as words, spoken};
use crate::percept::Percept;
use crate::turn::{Transcript, TurnId};

/// Speech begins at the first probability and ends below the second: the
/// thresholds that the detector's authors recommend.
const SPEAKS: f32 = 0.5;
const SILENT: f32 = 0.35;

/// Silence that ends an utterance.
const END_MS: u64 = 256;

/// Longer utterances say more than "stop".
const LONGEST_MS: u64 = 1_500;

/// Sound before and after the detected speech that is transcribed with it: words
/// begin and end softly.
const MARGIN_MS: u64 = 200;

/// Finds short utterances over the appliance's voice.
#[derive(Clone, Copy, Debug)]
pub struct Barge {
    began: Option<SampleTime>,
    spoke: SampleTime,
    /// The voice itself says one of the words, so they cannot be attributed to a
    /// person.
    deaf: bool,
}

impl Default for Barge {
    fn default() -> Self {
        Self::new()
    }
}

impl Barge {
    pub(super) const fn new() -> Self {
        Self {
            began: None,
            spoke: SampleTime(0),
            deaf: false,
        }
    }

    /// For playback of `text`.
    pub(super) fn over(text: &str) -> Self {
        let words = words(text);
        let says = |stop: &&str| {
            words
                .windows(stop.split(' ').count())
                .any(|run| run.join(" ") == **stop)
        };
        Self {
            deaf: spoken().control().stop.iter().any(says),
            ..Self::new()
        }
    }

    /// Takes the next frame. Gives the beginning and end of a short utterance that
    /// has just ended.
    pub fn hear(&mut self, percept: &Percept) -> Option<(SampleTime, SampleTime)> {
        let threshold = if self.began.is_some() { SILENT } else { SPEAKS };
        if threshold < percept.speech {
            self.began.get_or_insert(percept.end);
            self.spoke = percept.end;
            return None;
        }
        let began = self.began?;
        if percept.end < self.spoke.plus_ms(END_MS) {
            return None;
        }
        self.began = None;
        let short = self.spoke <= began.plus_ms(LONGEST_MS);
        let margin = SampleTime(0).plus_ms(MARGIN_MS).0;
        let from = SampleTime(began.0.saturating_sub(margin));
        short.then(|| (from, self.spoke.plus_ms(MARGIN_MS)))
    }
}

impl Mind {
    /// Takes the next frame during playback.
    pub(super) fn listen_over(&mut self, percept: &Percept, out: &mut Vec<Command>) {
        if let Some((from, to)) = self.barge.hear(percept)
            && !self.barge.deaf
        {
            out.push(Command::Overhear {
                turn: self.turn,
                from,
                to,
            });
        }
    }

    /// More of the answer is said than was known when it began.
    pub(super) fn said_more(&mut self, said: TurnId, text: String, out: &mut Vec<Command>) {
        let fresh = self.now.plus_ms(self.limits.speak_ms);
        let State::Speaking { turn, deadline, .. } = &mut self.state else {
            return;
        };
        if *turn == said {
            // It was waited for, which is no sign of a voice that is stuck.
            *deadline = fresh.max(*deadline);
            self.barge.deaf |= Barge::over(&text).deaf;
            self.report(TurnEvent::Reply(text), out);
        }
    }

    /// Handles the transcript of an utterance over the voice.
    pub(super) fn overheard(
        &mut self,
        turn: TurnId,
        mut transcript: Transcript,
        out: &mut Vec<Command>,
    ) {
        let State::Speaking {
            turn: present,
            then,
            ..
        } = self.state
        else {
            return;
        };
        if present != turn || !is_stop(&transcript.text) {
            return;
        }
        self.report(TurnEvent::Interrupted, out);
        out.push(Command::Abandon);
        out.push(Command::Silence);
        if then != Then::RingOn {
            return self.rest(out);
        }
        // A ring is stopped by its own intent, which knows the first of the words.
        let word = spoken().control().stop.first();
        transcript.text = word.copied().unwrap_or_default().into();
        self.think(Stage::Understanding, Purpose::Ring);
        out.push(Command::Understand {
            turn,
            transcript,
            purpose: Purpose::Ring,
        });
    }
}

/// Whether a text is "stop" or one of its synonyms, and nothing else.
#[must_use]
pub fn is_stop(heard: &str) -> bool {
    let control = spoken().control();
    let mut words = words(heard);
    words.retain(|word| !control.around_stop.contains(&word.as_str()));
    control.stop.contains(&words.join(" ").as_str())
}

#[cfg(test)]
mod tests {
    use super::{Barge, is_stop};
    use crate::frame::SampleTime;
    use crate::percept::Percept;

    #[test]
    fn only_a_bare_stop_is_one() {
        for text in [
            "Stop.",
            "stop!",
            "Okay, stop it please.",
            "That's enough",
            "Be quiet!",
        ] {
            assert!(is_stop(text), "{text}");
        }
        for text in [
            "",
            "the bus stop",
            "stop the timer",
            "don't stop",
            "no",
            "okay",
        ] {
            assert!(!is_stop(text), "{text}");
        }
    }

    #[test]
    fn over_a_voice_that_says_such_words_nobody_is_heard() {
        assert!(Barge::over("The bus will stop at nine.").deaf);
        assert!(Barge::over("Enough!").deaf);
        assert!(!Barge::over("The kitchen light is on.").deaf);
        assert!(!Barge::over("The shops are stopping soon.").deaf);
    }

    /// Percepts of 100 ms, `+` for speech; the cuts in milliseconds.
    fn check(script: &str, expected: &[(u64, u64)]) {
        let mut barge = Barge::new();
        let cuts: Vec<(u64, u64)> = (1..)
            .zip(script.chars())
            .filter_map(|(number, c)| {
                barge.hear(&Percept {
                    end: SampleTime(number * 1_600),
                    speech: if c == '+' { 0.9 } else { 0.0 },
                    ..Percept::default()
                })
            })
            .map(|(from, to)| (from.0 / 16, to.0 / 16))
            .collect();
        assert_eq!(cuts, expected, "{script}");
    }

    #[test]
    fn short_utterances_are_cut_out_and_long_ones_are_not() {
        check("---++++---", &[(200, 900)]);
        check("---+-++---", &[(200, 900)]);
        check("---++---++---", &[(200, 700), (700, 1200)]);
        check("++++++++++++++++++++----", &[]);
        check("---++", &[]);
    }
}
