//! What short answers mean: yes, no, never mind, the second one.

mod inquiry;

use crate::grammar::canonical;
use crate::language::{plain_words as words, spoken};

/// What an answer to a question amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A plain yes.
    Yes,
    /// A no, or anything with a no in it.
    No,
    /// Neither.
    Other,
}

/// Whether this is said to end a command, and nothing else.
#[must_use]
pub fn is_cancel(heard: &str) -> bool {
    let answers = spoken().answers();
    let mut heard = words(heard);
    heard.retain(|word| !answers.around_cancel.contains(&word.as_str()));
    answers.cancel.contains(&heard.join(" ").as_str())
}

/// Yes or no to `question`. A yes may repeat the question's words ("yes,
/// unlock the front door") but bring no new ones: "yes, and the back door" is
/// no plain yes.
pub(super) fn classify(heard: &str, question: &str) -> Answer {
    let answers = spoken().answers();
    let heard = words(heard);
    if heard.iter().any(|word| answers.no.contains(&word.as_str())) {
        return Answer::No;
    }
    let question = words(question);
    let joined = format!(" {} ", heard.join(" "));
    let phrases: Vec<&&str> = answers
        .yes_phrases
        .iter()
        .filter(|phrase| joined.contains(&format!(" {phrase} ")))
        .collect();
    let assents = |word: &str| answers.yes.contains(&word);
    let harmless = |word: &str| {
        assents(word)
            || answers.neutral.contains(&word)
            || phrases
                .iter()
                .any(|phrase| phrase.split(' ').any(|part| part == word))
            || question.iter().any(|asked| asked == word)
    };
    // A microphone may hear Mynah ask "Are you sure?": that is no answer.
    let echo = 1 < heard.len() && heard.iter().all(|word| question.contains(word));
    let agrees = !phrases.is_empty() || heard.iter().any(|word| assents(word));
    if agrees && !echo && heard.iter().all(|word| harmless(word)) {
        Answer::Yes
    } else {
        Answer::Other
    }
}

/// Which of the labels was meant: by place, or by the words that only one has.
pub(super) fn chosen<'a>(heard: &str, labels: impl Iterator<Item = &'a String>) -> Option<usize> {
    let answers = spoken().answers();
    // Numbers as words: "the 10 minute one" is the ten minute timer.
    let heard = canonical(heard);
    let has = |word: &str| heard.iter().any(|said| said == word);
    let labels: Vec<Vec<String>> = labels.map(|label| canonical(label)).collect();
    let own = |word: &String| 1 == labels.iter().filter(|label| label.contains(word)).count();
    // In "the first one", the number says nothing of "one o'clock".
    let mut ordinals = answers.places.iter().copied().chain([answers.last]);
    let by_place = ordinals.any(|names| names.iter().any(|name| has(name)));
    let says = |word: &String| {
        let filler = by_place && answers.numbers.first().is_some_and(|one| one == word);
        has(word) && own(word) && !filler
    };
    let mut named = (0..labels.len()).filter(|index| labels[*index].iter().any(says));
    match (named.next(), named.next()) {
        (Some(label), None) => return Some(label),
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    // "The first one" is a place, "one" alone a number.
    let number = match heard.as_slice() {
        [first, rest @ ..] if answers.before_number.contains(&first.as_str()) => rest,
        all => all,
    };
    if let [only] = number
        && let Some(place) = answers.numbers.iter().position(|n| n == only)
    {
        return (place < labels.len()).then_some(place);
    }
    let last = (answers.last, labels.len().saturating_sub(1));
    let places = answers.places.iter().copied().zip(0..).chain([last]);
    let mut named = places
        .filter(|(names, place)| *place < labels.len() && names.iter().any(|name| has(name)))
        .map(|(_, place)| place);
    let place = named.next()?;
    named.all(|other| other == place).then_some(place)
}

/// The words of an answer that may be a part of a value: "the desk one".
pub(super) fn said_of(heard: &str) -> Vec<String> {
    let around = spoken().answers().around_part;
    let words = canonical(heard).into_iter();
    words
        .filter(|word| !around.contains(&word.as_str()))
        .collect()
}
