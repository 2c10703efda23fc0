//! Which of the ways to hear an utterance counts.

use jiff::civil::DateTime;

use super::{PhraseParser, canonical, words};
use crate::grammar::Word;
use crate::language::Question;
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
    for other in others.filter(|other| other.behind.abs() < MARGIN) {
        let mut rival = parser.understand(&other.text, now);
        if let ([_], [_]) = (best.intents.as_slice(), rival.intents.as_slice())
            && rival.intents != best.intents
            && !best.rivals.contains(&rival.intents[0])
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
