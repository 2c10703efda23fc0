//! Which of the ways to hear an utterance counts.

use jiff::civil::DateTime;

use super::{PhraseParser, canonical, differ, words};
use crate::grammar::Word;
use crate::language::{Question, spoken};
use crate::turn::{Hypothesis, Transcript, TranscriptRoute, Understanding};

/// How much likelier, in nats, the transcript must be than another way to
/// hear it that means something else: about three to one. Nearer, the person
/// is asked.
const MARGIN: f32 = 1.1;

/// A word that makes what was said no command outweighs the constrained text
/// when that is less likely than the free one by more than this, in nats: a
/// recogniser that heard "don't" gives it up dearly, one that wrote "they"
/// for "may I" does not.
const TURNED: f32 = 4.0;

/// The same, where both sound alike but for one word: about twenty to one.
const NEAR_MARGIN: f32 = 3.0;

/// Sounds in which two words may differ that are taken for each other, and those of two
/// numerals with the same first sound: "sixteen" and "sixty".
const NEAR_SOUNDS: usize = 1;
const NEAR_NUMERALS: usize = 2;

/// Whether one word may be heard for the other, which is no form of it.
#[must_use]
pub fn may_be_misheard(one: &str, other: &str) -> bool {
    let language = spoken();
    let inflected = |a: &str, b: &str| language.inflection(a, b).is_some();
    if one == other || inflected(one, other) || inflected(other, one) {
        return false;
    }
    if language.worst_heard(one) == language.worst_heard(other) {
        return true;
    }
    let (a, b) = (language.sound(one), language.sound(other));
    let numerals = words::is_numeral(one) && words::is_numeral(other);
    let most = if numerals && a.chars().next() == b.chars().next() {
        NEAR_NUMERALS
    } else {
        NEAR_SOUNDS
    };
    2 * most < a.chars().count().min(b.chars().count()) && strsim::levenshtein(&a, &b) <= most
}

/// Whether two texts are the same but for one word that may be heard for the other.
#[must_use]
pub(super) fn sound_near(one: &str, other: &str) -> bool {
    let (one, other) = (canonical(one), canonical(other));
    let mut pairs = one.iter().zip(&other).filter(|(a, b)| a != b);
    one.len() == other.len()
        && pairs.next().is_some_and(|(a, b)| may_be_misheard(a, b))
        && pairs.next().is_none()
}

/// Whether another way to hear a transcript is too near to leave it out.
#[must_use]
pub fn is_tied(transcript: &Transcript, other: &Hypothesis) -> bool {
    let behind = other.behind.abs();
    behind < MARGIN || behind < NEAR_MARGIN && sound_near(&transcript.text, &other.text)
}

/// Understands a transcript with its alternatives.
pub(super) fn weigh(
    parser: &PhraseParser,
    transcript: &Transcript,
    now: DateTime,
) -> Understanding {
    let mut best = parser.understand(&transcript.text, now);
    let held = |other: &&Hypothesis| other.route == TranscriptRoute::Constrained;
    let others = transcript.alternatives.iter().filter(held);
    if best.intents.is_empty() {
        // Something in the grammar was nearly heard: that is worth a question.
        if transcript.route == TranscriptRoute::Free
            && let Some(other) = others.clone().next()
        {
            let guess = parser.understand(&other.text, now);
            if guess.rivals.is_empty() && !guess.intents.is_empty() {
                return Understanding {
                    doubt: Some(read_back(&other.text)),
                    ..guess
                };
            }
        }
        return best;
    }
    for other in others.filter(|other| is_tied(transcript, other)) {
        let is_torn = other.behind.abs() < MARGIN;
        let mut rival = parser.understand(&other.text, now);
        // Of free words, which any sound-alike may be, only a real tie is asked about.
        if let ([intent], [other]) = (best.intents.as_slice(), rival.intents.as_slice())
            && intent != other
            && (is_torn || differ(intent, other, &parser.settings))
            && !best.rivals.contains(other)
        {
            best.rivals.append(&mut rival.intents);
        }
    }
    best
}

/// The words without their repetition: nobody gives a command twice in one
/// breath, but a recogniser may write it twice.
pub(super) fn once(words: &[Word]) -> &[Word] {
    let (first, second) = words.split_at(words.len() / 2);
    let texts = |words: &[Word]| -> Vec<String> { words.iter().map(|w| w.text.clone()).collect() };
    if texts(first) == texts(second) {
        first
    } else {
        words
    }
}

/// The question whether `words` were said.
fn read_back(words: &str) -> String {
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    Question::SaidWords(words).said()
}

/// The transcript to go by. A recogniser that is held to the phrases cannot
/// write "don't open the blinds"; when its free text has such a word and the
/// constrained one has not, the free one counts.
#[must_use]
pub fn prefer_free_text_if_negated(transcript: Transcript) -> Transcript {
    if transcript.route == TranscriptRoute::Free {
        return transcript;
    }
    let kept = canonical(&transcript.text);
    let is_lost = |word: &String| words::is_no_command(word) && !kept.contains(word);
    let turned = transcript.alternatives.iter().position(|other| {
        other.route == TranscriptRoute::Free
            && other.behind < -TURNED
            && canonical(&other.text).iter().any(is_lost)
    });
    let Some(turned) = turned else {
        return transcript;
    };
    let mut alternatives = transcript.alternatives;
    let free = alternatives.remove(turned);
    Transcript {
        text: free.text,
        route: TranscriptRoute::Free,
        alternatives: Vec::new(),
        ..transcript
    }
}

#[cfg(test)]
mod tests {
    use super::{may_be_misheard, sound_near};

    #[test]
    fn words_that_are_taken_for_each_other() {
        let check = |one: &str, other: &str, near: bool| {
            assert_eq!(may_be_misheard(one, other), near, "{one} {other}");
            assert_eq!(may_be_misheard(other, one), near, "{other} {one}");
        };
        check("sixteen", "sixty", true);
        check("fifteen", "fifty", true);
        check("unlock", "lock", true);
        check("seven", "heaven", true);
        check("light", "lights", false);
        check("lock", "locked", false);
        check("kitchen", "hall", false);
        check("seven", "eleven", false);
        check("twenty", "ten", false);
        check("on", "off", false);
    }

    #[test]
    fn texts_differ_in_one_such_word() {
        assert!(sound_near("No, 16.", "no, sixty"));
        assert!(sound_near("Lock the front door.", "unlock the front door"));
        assert!(!sound_near("no, sixty", "no, sixty"));
        assert!(!sound_near(
            "turn on the light",
            "turn on the light in the hall"
        ));
        assert!(!sound_near("lock door 16", "unlock door 60"));
    }
}
