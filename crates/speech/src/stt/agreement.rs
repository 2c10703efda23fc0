//! Similarity of two transcripts of one utterance.

use mynah_core::grammar::canonical;

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
    for (word, is_left_out) in aligned(once(&free), &words(constrained)) {
        run = if is_left_out { run + word.len() } else { 0 };
        longest = longest.max(run);
    }
    LEFT_OUT <= longest
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

/// The words without repetitions: Whisper tends to repeat a short utterance, and a
/// single word many times.
fn once(words: &[String]) -> &[String] {
    let whole = |length: &usize| {
        let mut rounds = words.chunks(*length);
        rounds.all(|round| round == &words[..*length])
    };
    let length = (1..words.len()).find(whole).unwrap_or(words.len());
    &words[..length]
}

/// The word of a text that has only one, perhaps several times.
pub(super) fn only_word(text: &str) -> Option<String> {
    match once(&words(text)) {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Lower-case words without punctuation, figures in words: "8" and "eight" are alike.
fn words(text: &str) -> Vec<String> {
    let plain = |word: &String| -> String {
        let letters = word.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let words = canonical(text);
    let words = words.iter().map(plain);
    words.filter(|word| !word.is_empty()).collect()
}

/// The words of `free`, each with whether it has no counterpart in `held`, by the
/// alignment with the fewest changed letters.
fn aligned<'a>(free: &'a [String], constrained: &[String]) -> Vec<(&'a str, bool)> {
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
            found.push((free[i].as_str(), false));
        } else if cost == costs[(i - 1) * across + j] + free[i - 1].len() {
            i -= 1;
            found.push((free[i].as_str(), true));
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
        check("", "a latte", false);
        check("latte", "", true);
    }

    #[test]
    fn figures_are_like_their_words() {
        assert!(likeness("move it to 8.", "move it to eight") > 0.99);
        assert!(likeness("move it tight.", "move it to 8.") > 0.8);
    }

    #[test]
    fn letters_tell_likeness() {
        assert!(likeness("A latte!", "a latte") > 0.99);
        assert!(likeness("What is the time", "a large latte") < 0.4);
    }
}
