//! Combines the n-best lists of two recognisers for one utterance.

use super::agreement;
use super::listener::{DecodedText, Decodings};
use mynah_core::grammar::canonical;

/// Texts of the second recogniser within so many nats are a tie: a ratio of about
/// three to one.
const TIE: f32 = 1.1;

/// A constrained text within so many nats of the free one was nearly written by itself.
const NEARLY_SURE: f32 = 2.0;

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

/// Whether the text that is chosen has a content word that the command `needs` and that
/// nothing else supports: it is in no constrained text of the first recogniser, and like
/// no word of either free text, or that stands for another word on which both free texts
/// agree. Of "turn on the light in the cellar" one recogniser makes the bedroom, the
/// other the bathroom, because no room is a cellar. How a command begins, of many ways
/// that mean the same, is no such word.
pub(super) fn guesses(first: &Decodings, second: &Decodings, needs: &dyn Fn(&str) -> bool) -> bool {
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
    // Both wrote the same word, and the grammar lacks it: "cellar" is no "hall", and
    // "diced" is no "size" where it may be "iced".
    let written = agreement::replaced(&second.free.words, &best.words);
    let agree = |word: &String| free[0].iter().any(|heard| agreement::alike(heard, word));
    let texts = first.constrained.iter().chain(&second.constrained);
    let known: Vec<String> = texts.flat_map(|text| canonical(&text.words)).collect();
    let is_needed = |word: &&String| agreement::is_content(word) && needs(word);
    let near = |word: &str| {
        let mut known = known.iter().filter(is_needed);
        known.any(|known| agreement::close(known, word))
    };
    if written
        .iter()
        .any(|(word, held)| agree(word) && (needs(held) || near(word)))
    {
        return true;
    }
    let words = canonical(&best.words);
    let mut content = words.iter().filter(is_needed);
    !content.all(supported)
}

/// The likeliest text of the first recogniser, where the two contradict each other in a
/// content word that the command `needs`, and the first's text fits its sound better
/// than the second's does: "make it seven" and "make it, oven".
pub(super) fn contradiction<'a>(
    first: &'a Decodings,
    second: &Decodings,
    needs: &dyn Fn(&str) -> bool,
) -> Option<&'a DecodedText> {
    let chosen = second.constrained.first()?;
    let other = first.constrained.first()?;
    let gap = |heard: &Decodings, text: &DecodedText| heard.free.logprob - text.logprob;
    let texts = |heard: &Decodings| -> Vec<String> {
        let texts = heard.constrained.iter().map(|text| &text.words);
        texts.flat_map(|text| canonical(text)).collect()
    };
    let differs = |text: &DecodedText, known: &[String]| {
        let mut words = canonical(&text.words).into_iter();
        words.any(|word| agreement::is_content(&word) && needs(&word) && !known.contains(&word))
    };
    let written = [texts(first), canonical(&second.free.words)].concat();
    // What the second wrote by itself is doubted only where the first is nearly as sure.
    let (written, most) = if second.fits {
        (texts(first), NEARLY_SURE)
    } else {
        (written, gap(second, chosen))
    };
    let contradict = differs(chosen, &written) && differs(other, &texts(second));
    (contradict && gap(first, other) < most).then_some(other)
}

/// The texts near the first recogniser's that the second does not settle: where it wrote
/// the same as the first, those that are a tie to it too; where it wrote one of them,
/// that one.
pub(super) fn still_near(first: &Decodings, second: &Decodings) -> Vec<DecodedText> {
    let written = canonical(&second.free.words);
    let near = first.near.iter();
    if written != canonical(&first.free.words) {
        let other: Vec<&DecodedText> = near
            .clone()
            .filter(|near| canonical(&near.words) == written)
            .collect();
        return if other.is_empty() {
            first.near.clone()
        } else {
            other.into_iter().cloned().collect()
        };
    }
    let is_tied = |near: &&DecodedText| {
        let words = canonical(&near.words);
        let mut others = second.near.iter();
        others.any(|other| {
            canonical(&other.words) == words && second.free.logprob - other.logprob < TIE
        })
    };
    near.filter(is_tied).cloned().collect()
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
            let needs = |word: &str| ["bathroom", "bedroom"].contains(&word);
            let guessed = guesses(&hear(first), &hear(second), &needs);
            assert_eq!(guessed, guess, "{first:?} {second:?}");
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
        let switched: &[(&str, f32)] = &[("switch lights in the bathroom", -9.0)];
        check(
            ("slits in the bath from", bedroom),
            ("lights in the bath,", switched),
            false,
        );
    }

    #[test]
    fn a_word_that_both_wrote_is_no_other() {
        let hear = |free: &str, text: (&str, f32)| {
            let mut heard = heard(&[text]);
            heard.free.words = free.into();
            heard
        };
        let needs = |word: &str| ["hall", "bathroom"].contains(&word);
        let hall = ("turn on the lights in the hall", -9.0);
        let check = |first: &str, second: &str, guess: bool| {
            let first = hear(first, hall);
            let second = hear(second, hall);
            assert_eq!(
                guesses(&first, &second, &needs),
                guess,
                "{first:?} {second:?}"
            );
        };
        check(
            "turn on the lights in the cellar",
            "turn on the light in the cellar",
            true,
        );
        check(
            "turn on the lights in the hull",
            "turn on the light in the cellar",
            false,
        );
        let check_size = |texts: &[(&str, f32)], guess: bool| {
            let needs = |word: &str| word == "iced";
            let mut both = heard(texts);
            both.free.words = "a large diced mocha".into();
            assert_eq!(guesses(&both, &both, &needs), guess, "{texts:?}");
        };
        let size = ("a large size mocha", -9.0);
        check_size(&[size, ("a large iced mocha", -9.5)], true);
        check_size(&[size], false);
        check(
            "through on the lights in the hall",
            "through on the lights in the hall",
            false,
        );
    }

    #[test]
    fn the_better_fit_of_the_first_is_a_contradiction() {
        let hear = |free: (&str, f32), texts: &[(&str, f32)]| {
            let mut heard = heard(texts);
            heard.free.words = free.0.into();
            heard.free.logprob = free.1;
            heard
        };
        let needs = |word: &str| ["seven", "oven"].contains(&word);
        let first = |seven: f32| hear(("make it happen", -2.1), &[("make it seven", seven)]);
        let second = hear(("make it heaven", -2.1), &[("make it oven", -6.2)]);
        let other = |first: &Decodings, second: &Decodings| {
            contradiction(first, second, &needs).map(|text| text.words.clone())
        };
        assert_eq!(
            other(&first(-3.2), &second).as_deref(),
            Some("make it seven")
        );
        assert_eq!(other(&first(-8.0), &second), None);
        let mut sure = hear(("make it oven", -2.1), &[("make it oven", -2.2)]);
        sure.fits = true;
        assert!(other(&first(-3.2), &sure).is_some());
        assert_eq!(other(&first(-4.2), &sure), None);
    }

    #[test]
    fn the_second_settles_what_sounds_alike() {
        let hear = |free: &str, near: &[(&str, f32)]| {
            let near = heard(near).constrained;
            let mut heard = heard(&[]);
            heard.free.words = free.into();
            heard.near = near;
            heard
        };
        let first = hear("No, 16.", &[("No, 60.", -0.5)]);
        let check = |second: Decodings, near: usize| {
            assert_eq!(still_near(&first, &second).len(), near, "{second:?}");
        };
        check(hear("no, sixteen", &[]), 0);
        check(hear("no, sixteen", &[("no, 60", -2.0)]), 0);
        check(hear("no, sixteen", &[("no, 60", -0.8)]), 1);
        check(hear("no, sixty", &[]), 1);
        check(hear("no, six teas", &[]), 1);
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
