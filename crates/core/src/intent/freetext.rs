//! Free words that fill a slot of text: they may be any words, so a correction,
//! an exception or a whole command among them must be found here.

use crate::grammar::{Word, normalize};
use crate::intent::phrase::{correction, is_link, is_no};
use crate::language::{MeaningWords, Objection, spoken};

/// What the words of a free text amount to.
#[derive(Clone, Debug, PartialEq)]
pub enum FreeText {
    /// They may be meant as they are.
    Plain,
    /// They name nothing: "it", "nothing".
    Nothing,
    /// Somebody corrected himself; this is what follows.
    Corrected(String),
    /// They cannot be meant as they are.
    Objection(Objection),
}

impl FreeText {
    /// Weighs a text as it was written or transcribed.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let table = spoken().meaning();
        let words = normalize(text);
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let content: Vec<&str> = texts
            .iter()
            .copied()
            .filter(|word| !table.articles.contains(word) || table.nameless.contains(word))
            .collect();
        if content.iter().all(|word| table.nameless.contains(word)) {
            return Self::Nothing;
        }
        if let Some(objection) = all_of_something(&content, table) {
            return Self::Objection(objection);
        }
        // Figures that are no time of the clock are no part of what it is for.
        if let Some(figures) = texts.last().filter(|word| word.contains(':')) {
            return Self::Objection(Objection::Words((*figures).to_owned()));
        }
        match corrected(&words) {
            Some(at) => Self::Corrected(text[words[at].start..].trim().to_owned()),
            None => Self::Plain,
        }
    }
}

/// The text behind each "and" in a text: it may be a command of its own.
#[must_use]
pub fn behind_links(text: &str) -> Vec<&str> {
    let words = normalize(text);
    let ends = |at: &usize| is_link(&words[*at].text) && !is_link(&words[at + 1].text);
    let links = (0..words.len().saturating_sub(1)).filter(ends);
    links.map(|at| &text[words[at + 1].start..]).collect()
}

/// What stands behind each correction in a text that is no free text, so that a
/// "no" always corrects; the last one first.
#[must_use]
pub fn behind_corrections(text: &str) -> Vec<&str> {
    let words = normalize(text);
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let behind = |at: usize| {
        let count = correction(&texts[at..]).max(usize::from(is_no(texts[at])));
        (0 < count && at + count < texts.len()).then_some(at + count)
    };
    let places = (1..words.len()).rev();
    let starts = places.filter_map(behind);
    starts.map(|at| &text[words[at].start..]).collect()
}

/// All of a kind are no name of one, and least of all "everything but milk".
fn all_of_something(content: &[&str], table: &MeaningWords) -> Option<Objection> {
    let is_quantity = |word: &&str| table.quantity.contains(word);
    let first = content.first().filter(|word| is_quantity(word))?;
    let said = content.join(" ");
    let mut exceptions = table.exception.iter();
    if exceptions.any(|run| format!(" {said} ").contains(&format!(" {run} "))) {
        return Some(Objection::Exception);
    }
    let only = |word: &&str| is_quantity(word) || table.function.contains(word);
    content
        .iter()
        .all(only)
        .then(|| Objection::Words((*first).to_owned()))
}

/// Index of the first word behind the last correction.
fn corrected(words: &[Word]) -> Option<usize> {
    let mut places = (1..words.len()).rev();
    places.find_map(|at| after_correction(words, at))
}

/// Index behind the correction that begins at `at`. One word, which may belong to
/// the text, corrects only where it is set apart.
fn after_correction(words: &[Word], at: usize) -> Option<usize> {
    let texts: Vec<&str> = words[at..].iter().map(|word| word.text.as_str()).collect();
    let count = correction(&texts);
    let plain = 1 < count && texts[..count].iter().any(|word| is_no(word));
    if 0 < count && (plain || words[at - 1].pause) {
        return Some(at + count);
    }
    (1 < texts.len() && is_no(texts[0]) && words[at].pause).then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::{FreeText, behind_links};
    use crate::language::Objection;

    fn check(text: &str, expected: &FreeText) {
        assert_eq!(&FreeText::read(text), expected, "{text}");
    }

    #[test]
    fn what_names_nothing_is_no_text() {
        for text in ["it", "nothing", "that", "something", "the one", "anything"] {
            check(text, &FreeText::Nothing);
        }
    }

    #[test]
    fn a_correction_that_is_set_apart_leaves_its_second_half() {
        let corrected = |text: &str| FreeText::Corrected(text.into());
        check("milk, no, eggs", &corrected("eggs"));
        check("milk, sorry, oat milk", &corrected("oat milk"));
        check("milk no wait eggs", &corrected("eggs"));
        check("call mum, I mean, call dad", &corrected("call dad"));
    }

    #[test]
    fn all_of_a_kind_is_no_name() {
        let words = |text: &str| FreeText::Objection(Objection::Words(text.into()));
        check("everything", &words("everything"));
        check("all of it", &words("all"));
        check("call mum at 25:00", &words("25:00"));
        let exception = FreeText::Objection(Objection::Exception);
        check("everything except milk", &exception);
        check("all but the eggs", &exception);
    }

    #[test]
    fn other_words_are_as_they_are() {
        for text in [
            "milk",
            "all purpose flour",
            "say sorry to mum",
            "call mum",
            "buy everything but the milk",
            "tell dad no",
            "a sign that says no parking",
            "make it work",
            "milk and eggs",
            "coffee, no sugar",
        ] {
            check(text, &FreeText::Plain);
        }
    }

    #[test]
    fn a_command_may_stand_behind_each_link() {
        let behind = behind_links("milk and eggs and turn on the light");
        assert_eq!(behind, ["eggs and turn on the light", "turn on the light"]);
        assert!(behind_links("milk and").is_empty());
    }
}
