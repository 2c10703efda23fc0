//! "Stop" needs no wake word while the appliance speaks: what is said briefly
//! over its voice is written down, and if it is nothing but "stop", the voice
//! falls silent. Everything else is ignored.

use super::{Command, Happening, Mind, Purpose, Stage, State, Then};
use crate::frame::SampleTime;
use crate::percept::Percept;
use crate::turn::{Transcript, TurnId};

/// Somebody speaks: the voice detector's authors' own threshold, and theirs
/// for the end.
const SPEAKS: f32 = 0.5;
const SILENT: f32 = 0.35;

/// Whoever says nothing for so long has ended.
const END_MS: u64 = 256;

/// Whoever speaks longer says more than "stop".
const LONGEST_MS: u64 = 1_500;

/// Sound before and after that is written down too: words begin and end
/// softly.
const MARGIN_MS: u64 = 200;

/// What silences the voice when it is all that is said.
pub const STOPS: [&str; 19] = [
    "stop",
    "stop it",
    "stop that",
    "stop talking",
    "stop stop",
    "stop stop stop",
    "be quiet",
    "quiet",
    "silence",
    "hush",
    "shush",
    "enough",
    "thats enough",
    "that is enough",
    "shut up",
    "cancel",
    "cancel that",
    "never mind",
    "nevermind",
];

/// Words around it that change nothing.
const AROUND: &[&str] = &[
    "please", "okay", "ok", "now", "hey", "oh", "no", "all", "right",
];

/// Finds short utterances over the appliance's voice.
#[derive(Clone, Copy, Debug)]
pub struct Barge {
    began: Option<SampleTime>,
    spoke: SampleTime,
    /// The voice itself says one of the words: nobody could tell who did.
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

    /// Over a voice that says `text`.
    pub(super) fn over(text: &str) -> Self {
        let words = words(text);
        let says = |stop: &&str| {
            words
                .windows(stop.split(' ').count())
                .any(|run| run.join(" ") == **stop)
        };
        Self {
            deaf: STOPS.iter().any(says),
            ..Self::new()
        }
    }

    /// The beginning and end of a short utterance that has just ended.
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
    /// Listens over its own voice.
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

    /// Something was said over the voice.
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
        self.report(Happening::Interrupted, out);
        out.push(Command::Abandon);
        out.push(Command::Silence);
        if then != Then::RingOn {
            return self.rest(out);
        }
        // What rings is stopped by whoever keeps it, in the word it knows.
        transcript.text = "stop".into();
        self.think(Stage::Understanding, Purpose::Ring);
        out.push(Command::Understand {
            turn,
            transcript,
            purpose: Purpose::Ring,
        });
    }
}

/// Whether that is all that was said.
#[must_use]
pub fn is_stop(heard: &str) -> bool {
    let words = words(heard);
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !AROUND.contains(word))
        .collect();
    STOPS.contains(&words.join(" ").as_str())
}

/// Lower-case words without marks.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    plain.split_whitespace().map(str::to_owned).collect()
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
