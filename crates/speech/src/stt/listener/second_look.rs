//! Verification of a wake word by the recogniser, for detections near the cut-off.
//!
//! The free text alone is not enough: what is clearly "Alexa" to a person may be
//! transcribed as "Alex, uh". So the likeliest text that contains the word is compared
//! with the likeliest text of all. That costs a few decoder steps, because the free
//! decoding has already given the probability of the word's first token at each
//! position.

use super::Listener;
use crate::stt::decode;
use crate::stt::decode::{Scorer, Start, Token, Trail};
use crate::stt::{SttError, agreement};

/// Likelihood gap in nats, between the free text and a text with the word, up to which
/// the word is confirmed. Of 62 people's "alexa", clean and in a noisy kitchen (10 dB),
/// three of 126 verifications rejected it. Of the detections in two hours of other
/// speech none of 45 was confirmed; of sentences made to sound like wake words, 6 of 90
/// ("Hey Jarvin").
const BELIEVED: f32 = 4.0;

/// A text that falls so many nats behind is abandoned.
const HOPELESS: f32 = 12.0;

/// Limit of tokens: nobody says more in two seconds.
const CAP: usize = 24;

/// Number of positions in the free text at which each spelling is tried.
const PLACES: usize = 2;

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The free text.
    pub text: String,
    /// Likelihood gap to the best text with the word, in nats; at most about 12, where
    /// the search ends.
    pub gap: f32,
}

impl Evidence {
    /// Whether the word was said.
    #[must_use]
    pub fn believes(&self) -> bool {
        self.gap < BELIEVED
    }
}

/// A spelling of the word at a position of the free text.
struct Try {
    place: usize,
    word: Vec<Token>,
    /// Log-probability of its first token at that position.
    first: f32,
}

impl Listener {
    /// Verifies `word`, a wake word by its name, in 16 kHz samples.
    ///
    /// # Errors
    /// When the model fails.
    pub(crate) fn look(&self, samples: &[f32], word: &str) -> Result<Evidence, SttError> {
        let mut encoded = self.model.encode(samples, &|| true)?;
        let start = Start {
            step: encoded.open(&[], &[])?.step,
            cap: CAP,
        };
        let landmarks = self.model.landmarks();
        let (free, trail) = decode::free(&mut encoded, landmarks, &start)?;
        let mut found = Evidence {
            text: self.model.text(&free.tokens),
            gap: HOPELESS,
        };
        if says(&found.text, word) {
            found.gap = 0.0;
            return Ok(found);
        }
        let floor = free.logprob - HOPELESS;
        for attempt in self.tries(&free.tokens, &trail, word) {
            let logprob = self.force(&mut encoded, &free.tokens, &trail, &attempt, floor)?;
            found.gap = found.gap.min(free.logprob - logprob);
            if found.believes() {
                break;
            }
        }
        Ok(found)
    }

    /// The likeliest positions and spellings.
    fn tries(&self, free: &[Token], trail: &Trail, word: &str) -> Vec<Try> {
        let mut tries = Vec::new();
        for spelling in spellings(word) {
            let word = self.model.tokens(&format!(" {spelling}"));
            let Some(&first) = word.first() else {
                continue;
            };
            let mut places: Vec<(usize, f32)> = (0..=free.len())
                .filter_map(|place| Some((place, trail.logprob(&free[..place], first)?)))
                .collect();
            places.sort_by(|a, b| b.1.total_cmp(&a.1));
            tries.extend(places.into_iter().take(PLACES).map(|(place, first)| Try {
                place,
                word: word.clone(),
                first,
            }));
        }
        tries.sort_by(|a, b| b.first.total_cmp(&a.first));
        tries.truncate(2 * PLACES);
        tries
    }

    /// Log-probability of the free text up to a position, the word, and the likeliest
    /// continuation; of a part of it, once it has fallen below `floor`.
    fn force(
        &self,
        scorer: &mut impl Scorer,
        free: &[Token],
        trail: &Trail,
        attempt: &Try,
        floor: f32,
    ) -> Result<f32, SttError> {
        let Some(mut step) = trail.step(&free[..attempt.place]).cloned() else {
            return Ok(f32::NEG_INFINITY);
        };
        let before = (0..attempt.place).filter_map(|n| trail.logprob(&free[..n], free[n]));
        let mut logprob = before.sum::<f32>() + attempt.first;
        let end = self.model.landmarks().end;
        let mut token = attempt.word[0];
        let mut word = attempt.word[1..].iter();
        for _ in attempt.place + 1..CAP {
            if logprob <= floor || token == end {
                break;
            }
            step = decode::feed(scorer, step.place, token)?;
            let next = word.next().copied();
            token = next.unwrap_or_else(|| decode::argmax(&step.row, None));
            logprob += step.row[usize::try_from(token).unwrap_or_default()];
        }
        Ok(logprob)
    }
}

/// The spelling with which the decoder is primed when the wake word is known to have
/// been said.
pub(super) fn lead(word: &str) -> String {
    let written = spellings(word).into_iter().next();
    written.map_or_else(String::new, |word| format!(" {word},"))
}

/// The spellings of a wake word in Whisper's transcripts, the usual one first.
fn spellings(word: &str) -> Vec<String> {
    let words: Vec<&str> = word.split(['_', ' ']).filter(|w| !w.is_empty()).collect();
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    let upper: Vec<String> = words.iter().map(|word| capital(word)).collect();
    let mut found = vec![upper.join(" ")];
    if let Some((name, [first, ..])) = upper.split_last() {
        found.push(format!("{}, {name}", upper[..upper.len() - 1].join(" ")));
        found.push(format!("{} {name}", first.to_lowercase()));
    } else {
        found.push(words.join(" "));
    }
    found
}

/// Whether a text contains a word, whatever its spaces and punctuation.
fn says(text: &str, word: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let word = word.replace('_', " ");
    let most = word.split(' ').count() + 1;
    (1..=most)
        .flat_map(|length| words.windows(length))
        .any(|part| agreement::likeness(&part.join(" "), &word) > 0.99)
}

#[cfg(test)]
mod tests {
    use super::{says, spellings};

    #[test]
    fn a_word_is_spelt_as_it_is_spoken() {
        assert_eq!(spellings("alexa"), ["Alexa", "alexa"]);
        assert_eq!(
            spellings("hey_jarvis"),
            ["Hey Jarvis", "Hey, Jarvis", "hey Jarvis"]
        );
    }

    #[test]
    fn a_word_is_found_however_it_is_parted() {
        let check = |text: &str, word: &str, expected: bool| {
            assert_eq!(says(text, word), expected, "{text} | {word}");
        };
        check("and so, Alexa, turn it on", "alexa", true);
        check("A Lexa turn on", "alexa", true);
        check("hey, jarvis.", "hey_jarvis", true);
        check("Alexander was here", "alexa", false);
        check("Hey Travis", "hey_jarvis", false);
        check("", "alexa", false);
    }
}
