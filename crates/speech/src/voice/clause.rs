//! Splits a text into clauses, so that the first sound comes before the last word is
//! synthesised.

/// Letters and digits after which the first clause may end at a comma: "Okay," is enough.
const FIRST_LETTERS: usize = 4;

/// The same for later clauses, for which nobody waits: longer clauses have a better
/// melody.
const LATER_LETTERS: usize = 40;

/// Letters that must follow a comma for a split: one or two words alone sound detached.
const REST_LETTERS: usize = 8;

/// A clause without punctuation is split at a blank before this length.
const MOST_CHARS: usize = 240;

/// Pauses after a clause, in milliseconds.
const SENTENCE_PAUSE_MS: u32 = 280;
const COMMA_PAUSE_MS: u32 = 120;
const BREATH_PAUSE_MS: u32 = 40;

/// A piece of text that is synthesised as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// With its punctuation, which decides the melody.
    pub text: String,
    /// Silence before the next clause.
    pub pause_ms: u32,
}

/// Splits `text` into clauses. None is empty; a text of symbols has none.
pub(super) fn split(text: &str) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for sentence in text.lines().flat_map(sentences) {
        let mut rest = sentence.trim();
        while let Some((clause, pause_ms, after)) = next_clause(rest, clauses.is_empty()) {
            if letters(clause) > 0 {
                clauses.push(Clause {
                    text: clause.trim().to_owned(),
                    pause_ms,
                });
            }
            rest = after.trim_start();
        }
    }
    clauses
}

/// Splits after `.`, `!` or `?` and closing punctuation, before a blank.
fn sentences(line: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut from = 0;
    for (at, _) in line.char_indices().filter(|(_, c)| c.is_whitespace()) {
        let before = line[from..at].trim_end_matches(['"', '\'', ')', '”', '’']);
        if before.ends_with(['.', '!', '?']) && !is_initial(before) {
            sentences.push(&line[from..at]);
            from = at;
        }
    }
    sentences.push(&line[from..]);
    sentences
}

/// Whether it is an initial: "J." in "J. Smith" does not end a sentence.
fn is_initial(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let mut chars = word.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.as_str() == "."
}

/// The next clause of a sentence, the pause after it, and what is left.
fn next_clause(sentence: &str, first: bool) -> Option<(&str, u32, &str)> {
    if sentence.is_empty() {
        return None;
    }
    let enough = if first { FIRST_LETTERS } else { LATER_LETTERS };
    let mut last_blank = None;
    let mut previous = ' ';
    for (count, (at, c)) in sentence.char_indices().enumerate() {
        if c.is_whitespace() {
            let (before, after) = sentence.split_at(at);
            if matches!(previous, ',' | ';' | ':')
                && letters(before) >= enough
                && letters(after) >= REST_LETTERS
            {
                return Some((before, COMMA_PAUSE_MS, after));
            }
            last_blank = Some(at);
        }
        if count >= MOST_CHARS {
            let (before, after) = sentence.split_at(last_blank.unwrap_or(at));
            return Some((before, BREATH_PAUSE_MS, after));
        }
        previous = c;
    }
    Some((sentence, SENTENCE_PAUSE_MS, ""))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::{MOST_CHARS, split};

    fn check(text: &str, expected: &[&str]) {
        let clauses: Vec<String> = split(text).into_iter().map(|clause| clause.text).collect();
        assert_eq!(clauses, expected, "{text}");
    }

    #[test]
    fn clauses_end_where_a_speaker_breathes() {
        check("", &[]);
        check("... !? --- \n\n ,", &[]);
        check("Okay.", &["Okay."]);
        check(
            "Okay, the kitchen light is on.",
            &["Okay,", "the kitchen light is on."],
        );
        check("Yes, done.", &["Yes, done."]);
        check("It is 3.5 today.", &["It is 3.5 today."]);
        check(
            "One. Two! \"Three?\" Four",
            &["One.", "Two!", "\"Three?\"", "Four"],
        );
        check("Ask J. Smith.", &["Ask J. Smith."]);
        check("First line\nsecond line", &["First line", "second line"]);
        check(
            "The museum, which opens at nine, closes again at six in the evening, except on Monday.",
            &[
                "The museum,",
                "which opens at nine, closes again at six in the evening,",
                "except on Monday.",
            ],
        );
    }

    #[test]
    fn a_text_without_punctuation_is_cut_all_the_same() {
        let words = "word ".repeat(400);
        let blankless = "x".repeat(2000);
        for text in [&words, &blankless] {
            let clauses = split(text);
            assert!(clauses.len() > 7);
            assert!(clauses.iter().all(|c| c.text.chars().count() <= MOST_CHARS));
            let letters: usize = clauses.iter().map(|c| super::letters(&c.text)).sum();
            assert_eq!(letters, super::letters(text));
        }
    }
}
