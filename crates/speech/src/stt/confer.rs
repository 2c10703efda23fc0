//! Combines the n-best lists of two recognisers for one utterance.

use super::agreement;
use super::listener::{DecodedText, Decodings};
use mynah_core::grammar::canonical;

/// Texts of the second recogniser within so many nats are a tie: a ratio of about
/// three to one.
const TIE: f32 = 1.1;

/// The combined n-best list of constrained texts. The second recogniser is the better
/// one and decides; where several of its texts are tied, those that the first has too
/// come first, and the others are dropped.
pub(super) fn settle(first: &Decodings, second: &Decodings) -> Vec<DecodedText> {
    let Some(best) = second.constrained.first() else {
        return Vec::new();
    };
    let is_tied = |text: &&DecodedText| best.logprob - text.logprob < TIE;
    let (tied, rest): (Vec<&DecodedText>, Vec<&DecodedText>) =
        second.constrained.iter().partition(is_tied);
    let votes: Vec<f32> = tied.iter().map(|text| vote(first, text)).collect();
    let most = votes.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let chosen = tied
        .iter()
        .zip(&votes)
        .filter(|(_, vote)| most - **vote < TIE);
    let chosen = chosen.map(|(text, _)| *text);
    chosen.chain(rest).cloned().collect()
}

/// Whether the text that is chosen has a content word that nothing else supports: it is
/// in no constrained text of the first recogniser, and like no word of either free text.
/// Of "turn on the light in the cellar" one recogniser makes the bedroom, the other the
/// bathroom, because no room is a cellar.
pub(super) fn guesses(first: &Decodings, second: &Decodings) -> bool {
    let Some(best) = second.constrained.first().filter(|_| !second.fits) else {
        return false;
    };
    let first_held = first.constrained.iter().map(|text| canonical(&text.words));
    let first_held: Vec<Vec<String>> = first_held.collect();
    let free = [&first.free, &second.free].map(|text| canonical(&text.words));
    let supported = |word: &String| {
        first_held.iter().any(|text| text.contains(word))
            || free
                .iter()
                .flatten()
                .any(|heard| agreement::alike(heard, word))
    };
    let words = canonical(&best.words);
    let mut content = words.iter().filter(|word| agreement::is_content(word));
    !content.all(supported)
}

/// The first recogniser's log-probability of a text; [`f32::MIN`] for one that it does
/// not have.
fn vote(first: &Decodings, text: &DecodedText) -> f32 {
    let words = canonical(&text.words);
    let known = first.constrained.iter();
    known
        .filter(|known| canonical(&known.words) == words)
        .map(|known| known.logprob)
        .fold(f32::MIN, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(texts: &[(&str, f32)]) -> Decodings {
        let text = |&(text, logprob): &(&str, f32)| DecodedText {
            words: text.into(),
            logprob,
            ..DecodedText::default()
        };
        Decodings {
            constrained: texts.iter().map(text).collect(),
            ..Decodings::default()
        }
    }

    #[test]
    fn a_content_word_needs_support() {
        let check = |first: (&str, &[(&str, f32)]), second: (&str, &[(&str, f32)]), guess: bool| {
            let hear = |(free, constrained): (&str, &[(&str, f32)])| {
                let mut heard = heard(constrained);
                heard.free.words = free.into();
                heard
            };
            assert_eq!(
                guesses(&hear(first), &hear(second)),
                guess,
                "{first:?} {second:?}"
            );
        };
        let bathroom: &[(&str, f32)] = &[("lights in the bathroom", -9.0)];
        let bedroom: &[(&str, f32)] = &[("lights in the bedroom", -11.0)];
        check(
            ("lights in the set, look.", bedroom),
            ("lights in the set,", bathroom),
            true,
        );
        check(
            ("lights in the set, look.", &[]),
            ("lights in the set,", bathroom),
            true,
        );
        check(
            ("lights in the set, look.", bathroom),
            ("lights in the set,", bathroom),
            false,
        );
        check(
            ("lights in the bath from", bedroom),
            ("lights in the set,", bathroom),
            false,
        );
        check(
            ("lights in the set, look.", bedroom),
            ("lights in the set,", &[]),
            false,
        );
    }

    #[test]
    fn the_first_breaks_the_ties_of_the_second() {
        let check = |first: &[(&str, f32)], second: &[(&str, f32)], expected: &[&str]| {
            let settled = settle(&heard(first), &heard(second));
            let texts: Vec<&str> = settled.iter().map(|text| text.words.as_str()).collect();
            assert_eq!(texts, expected);
        };
        let torn = [("with honey", -5.0), ("with whole milk", -5.8)];
        check(&[("with whole milk", -3.0)], &torn, &["with whole milk"]);
        check(&[("with whole milk", -3.0)], &[torn[0]], &["with honey"]);
        check(
            &[("with whole milk", -3.0), ("with honey", -3.5)],
            &torn,
            &["with honey", "with whole milk"],
        );
        check(
            &[("with almond milk", -3.0)],
            &torn,
            &["with honey", "with whole milk"],
        );
        let clear = [("with honey", -5.0), ("with whole milk", -8.0)];
        check(
            &[("with whole milk", -3.0)],
            &clear,
            &["with honey", "with whole milk"],
        );
        check(&[("with whole milk", -3.0)], &[], &[]);
    }
}
