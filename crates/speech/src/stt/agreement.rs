//! Similarity of two transcripts of one utterance.

use super::numerals::Numerals;
use mynah_core::grammar::canonical;
use mynah_core::language::spoken;

/// Length in letters from which a dropped word counts as a content word.
const LEFT_OUT: usize = 4;

/// Similarity of two texts by their letters, 0..=1.
#[expect(clippy::cast_possible_truncation, reason = "a share")]
pub(super) fn likeness(a: &str, b: &str) -> f32 {
    let letters = |text: &str| once(&words(text)).concat();
    strsim::normalized_levenshtein(&letters(a), &letters(b)) as f32
}

/// Whether the constrained text `held` drops a content word of the free text `free`:
/// where "with a soda" fits no phrase, the likeliest text within the grammar ends
/// before it.
pub(super) fn leaves_out(free: &str, constrained: &str) -> bool {
    let mut run = 0;
    let mut longest = 0;
    let free = words(free);
    for (word, counterpart) in aligned(once(&free), &words(constrained)) {
        let is_left_out = counterpart.is_none();
        run = if is_left_out { run + word.len() } else { 0 };
        longest = longest.max(run);
    }
    LEFT_OUT <= longest
}

/// Content words of the free text `free`, each with the word of the constrained text
/// `held` that stands in its place and is not like it.
pub(super) fn replaced(free: &str, held: &str) -> Vec<(String, String)> {
    let (free, held) = (words(free), words(held));
    let pairs = aligned(once(&free), &held).into_iter();
    let pairs = pairs.filter_map(|(word, at)| Some((word.to_owned(), held[at?].clone())));
    pairs
        .filter(|(word, other)| is_content(word) && !alike(word, other))
        .collect()
}

/// Similarity of two words, by their letters, from which one may be heard for the other.
const ALIKE: f64 = 0.5;

/// Whether a word has enough letters to carry meaning.
pub(super) fn is_content(word: &str) -> bool {
    LEFT_OUT <= word.len()
}

/// Whether one of the words may have been heard for the other.
pub(super) fn alike(one: &str, other: &str) -> bool {
    ALIKE <= strsim::normalized_levenshtein(one, other)
}

/// Similarity from which a word is hardly another one.
const CLOSE: f64 = 0.7;

/// Whether one of the words was probably heard for the other.
pub(super) fn close(one: &str, other: &str) -> bool {
    CLOSE <= strsim::normalized_levenshtein(one, other)
}

/// The words without repetitions: Whisper tends to repeat a short utterance, and a
/// single word many times.
fn once(words: &[String]) -> &[String] {
    // Beyond the second round the last one may be cut off by the limit of tokens.
    let whole = |length: &usize| {
        let mut rounds = words.chunks(*length);
        let cut = 2 * *length <= words.len();
        let first = &words[..*length];
        rounds.all(|round| round == first || cut && first.starts_with(round))
    };
    let length = (1..words.len()).find(whole).unwrap_or(words.len());
    &words[..length]
}

/// Whether the constrained text `held` has another number than the free text `free`: one
/// that it lacks, in the place of one that it has. Where a hundred is the most, "two
/// hundred" is nearest to "one hundred". A number that only one of them has contradicts
/// nothing: the other may have written "to" for "two".
pub(super) fn changes_number(free: &str, held: &str) -> bool {
    let numerals = Numerals::spoken();
    let is_number = |word: &String| numerals.words.contains(word);
    let figures = free.split(|c: char| !c.is_ascii_digit());
    let figures = figures.filter_map(|figures| figures.parse().ok());
    let figures = figures.flat_map(|number| words(&spoken().cardinal(number)));
    let heard: Vec<String> = words(free)
        .into_iter()
        .filter(is_number)
        .chain(figures)
        .collect();
    let held: Vec<String> = words(held).into_iter().filter(is_number).collect();
    let lost = heard.iter().any(|word| !held.contains(word));
    let gained = held.iter().any(|word| !heard.contains(word));
    lost && gained
}

/// The word of a text that has only one, perhaps several times.
pub(super) fn only_word(text: &str) -> Option<String> {
    match once(&words(text)) {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Lower-case words without punctuation, figures in words: "8" and "eight" are alike.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = |word: &String| -> String {
        let letters = word.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let words = canonical(text);
    let words = words.iter().map(plain);
    words.filter(|word| !word.is_empty()).collect()
}

/// The words of `free`, each with the index of its counterpart in `constrained`, if it
/// has one, by the alignment with the fewest changed letters.
fn aligned<'a>(free: &'a [String], constrained: &[String]) -> Vec<(&'a str, Option<usize>)> {
    let across = constrained.len() + 1;
    let mut costs = vec![0; (free.len() + 1) * across];
    for (j, word) in constrained.iter().enumerate() {
        costs[j + 1] = costs[j] + word.len();
    }
    let change = |i: usize, j: usize| strsim::levenshtein(&free[i], &constrained[j]);
    for i in 0..free.len() {
        costs[(i + 1) * across] = costs[i * across] + free[i].len();
        for j in 0..constrained.len() {
            let changed = costs[i * across + j] + change(i, j);
            let left_out = costs[i * across + j + 1] + free[i].len();
            let put_in = costs[(i + 1) * across + j] + constrained[j].len();
            costs[(i + 1) * across + j + 1] = changed.min(left_out).min(put_in);
        }
    }
    let (mut i, mut j) = (free.len(), constrained.len());
    let mut found = Vec::with_capacity(free.len());
    while i > 0 {
        let cost = costs[i * across + j];
        if j > 0 && cost == costs[(i - 1) * across + j - 1] + change(i - 1, j - 1) {
            (i, j) = (i - 1, j - 1);
            found.push((free[i].as_str(), Some(j)));
        } else if cost == costs[(i - 1) * across + j] + free[i - 1].len() {
            i -= 1;
            found.push((free[i].as_str(), None));
        } else {
            j -= 1;
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_over_is_noticed() {
        let check = |free: &str, constrained: &str, lost: bool| {
            assert_eq!(
                leaves_out(free, constrained),
                lost,
                "{free} | {constrained}"
            );
        };
        check("a large latte and a soda.", "a large latte", true);
        check("a million roast coffee with", "a medium roast coffee", true);
        check("two lots of lots of milk", "two lots of milk", true);
        check("turn on the light in the hall", "turn on the light", true);
        check("a large latte", "a large latte", false);
        check(
            "A 16-ounce ice coffee!",
            "a sixteen ounce iced coffee",
            false,
        );
        check("um a large uh latte", "a large latte", false);
        check(
            "turn of the kitten light",
            "turn off the kitchen light",
            false,
        );
        check("They have a latte", "may I have a latte", false);
        check("a small latte, a small latte.", "a small latte", false);
        check("bedroom, bedroom, bedroom,", "bedroom", false);
        check("Repeat that, repeat that, repeat", "repeat that", false);
        check("the second, the", "the second", false);
        check("", "a latte", false);
        check("latte", "", true);
    }

    #[test]
    fn another_number_is_noticed() {
        let check = |free: &str, held: &str, changed: bool| {
            assert_eq!(changes_number(free, held), changed, "{free} | {held}");
        };
        check("Set the volume to 200%.", "set the volume to 100%", true);
        check("dim it to forty", "dim it to fourteen", true);
        check("Saturn alarm 4 7 30.", "set an alarm for 7 30", false);
        check(
            "Set on alarm for 7.30.",
            "set an alarm for seven thirty",
            false,
        );
        check(
            "A 16-ounce ice coffee!",
            "a sixteen ounce iced coffee",
            false,
        );
        check("move it tight", "move it to eight", false);
        check("to sugars and milk", "two sugars and milk", false);
        check(
            "eight ounces with to sugars",
            "eight ounces with two sugars",
            false,
        );
    }

    #[test]
    fn figures_are_like_their_words() {
        assert!(likeness("move it to 8.", "move it to eight") > 0.99);
        assert!(likeness("move it tight.", "move it to 8.") > 0.8);
    }

    #[test]
    fn letters_tell_likeness() {
        assert!(likeness("A latte!", "a latte") > 0.99);
        assert!(likeness("Repeat that, repeat that, repeat", "repeat that") > 0.99);
        assert!(likeness("What is the time", "a large latte") < 0.4);
    }
}
