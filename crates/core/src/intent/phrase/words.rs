//! What a word weighs: which words may be passed over, which must never be.

use crate::language::{PhraseWords, Wrap, is_sign_word, spoken};

/// Cost that stands for "never".
pub(super) const NEVER: u16 = u16::MAX;
/// A word of courtesy or a hesitation.
pub(super) const POLITE: u16 = 1;
/// A word or phrase that wraps a command without changing it.
pub(super) const FILLER: u16 = 3;
/// An article too many or too few.
pub(super) const ARTICLE: u16 = 2;
/// A small preposition too many or too few.
pub(super) const PREPOSITION: u16 = 6;
/// A content word that nothing explains, or that a phrase wants and nobody
/// said: only a long command survives one.
pub(super) const CONTENT: u16 = 60;

fn table() -> &'static PhraseWords {
    spoken().phrases()
}

/// Whether a word is a numeral, an ordinal one, or part of a number.
pub(super) fn is_numeral(word: &str) -> bool {
    spoken().is_numeral(word)
}

/// Whether a word joins two commands or values.
pub(crate) fn is_link(word: &str) -> bool {
    table().links.contains(&word)
}

/// Whether a word stands between two values of which one is meant.
pub(super) fn is_alternative(word: &str) -> bool {
    table().alternatives.contains(&word)
}

/// Whether a word joins a command to the one before it.
pub(super) fn is_leading(word: &str) -> bool {
    table().leading.contains(&word)
}

/// Whether another command begins behind a word.
pub(super) fn ends_a_command(word: &str) -> bool {
    is_leading(word) || is_alternative(word) || table().contrasts.contains(&word)
}

/// Whether a word denies what follows.
pub(super) fn is_negation(word: &str) -> bool {
    table().negations.contains(&word)
}

/// Whether a word is an article that sets a value apart from what was said
/// before: "no, the bedroom".
pub(super) fn sets_apart(word: &str) -> bool {
    extra(word) == ARTICLE && !table().counting_articles.contains(&word)
}

/// Whether a word corrects where it is set apart, and else belongs to a value.
pub(crate) fn is_no(word: &str) -> bool {
    word == table().no
}

/// Runs of words that wrap a command, wherever they stand, and, where it
/// begins with them, those that elsewhere may be the title of a song.
pub(super) fn wrapping(opening: bool) -> impl Iterator<Item = (&'static str, u16)> {
    let table = table();
    let opening = table.opening.iter().filter(move |_| opening);
    table.wrapping.iter().chain(opening).map(|(run, wrap)| {
        let cost = match wrap {
            Wrap::Polite => POLITE,
            Wrap::Filler => FILLER,
        };
        (*run, cost)
    })
}

/// Whether an assistant is called so, as people say from habit.
pub(super) fn is_name(word: &str) -> bool {
    table().names.contains(&word)
}

/// Whether a word must be heard exactly: nothing that sounds like it will do.
pub(super) fn is_closed(word: &str) -> bool {
    let table = table();
    is_numeral(word)
        || is_sign_word(word)
        || [
            table.courtesy,
            table.wrappers,
            table.articles,
            table.prepositions,
            table.turning,
            table.contraries,
        ]
        .iter()
        .any(|list| list.contains(&word))
}

/// Whether a word may be a name that somebody made up: "saw", in "the saw
/// timer".
#[must_use]
pub fn may_name(word: &str) -> bool {
    !is_closed(word) && !table().no_names.contains(&word)
}

/// Whether a value that begins with the word means the same without it.
pub(super) fn is_plain_article(word: &str) -> bool {
    table().plain_articles.contains(&word)
}

/// Whether a word makes what is said no command: a negation, a question, a
/// condition, a report. Narrower than [`TURNING`], most of which a recogniser
/// may as well have misheard.
pub(crate) fn is_no_command(word: &str) -> bool {
    table().no_command.contains(&word)
}

/// Whether a word carries no content of its own.
pub(super) fn is_small(word: &str) -> bool {
    let table = table();
    [
        table.courtesy,
        table.wrappers,
        table.articles,
        table.prepositions,
    ]
    .iter()
    .any(|list| list.contains(&word))
}

/// What it costs that nothing explains a word that was said.
pub(super) fn extra(word: &str) -> u16 {
    match () {
        () if table().courtesy.contains(&word) => POLITE,
        () if table().wrappers.contains(&word) => FILLER,
        () if table().articles.contains(&word) => ARTICLE,
        () if table().prepositions.contains(&word) => PREPOSITION,
        () if table().turning.contains(&word)
            || table().contraries.contains(&word)
            || is_numeral(word)
            || is_sign_word(word) =>
        {
            NEVER
        }
        () => CONTENT,
    }
}

/// What it costs that a word of a phrase was not said.
pub(super) fn missing(word: &str) -> u16 {
    match () {
        () if is_courtesy_or_wrapper(word) => POLITE,
        () if table().joining.contains(&word) => 2 * PREPOSITION,
        () if table().articles.contains(&word) => ARTICLE,
        () if table().prepositions.contains(&word) => PREPOSITION,
        // The slot before it knows in what it is counted.
        () if spoken().meaning().units.contains(&word) => PREPOSITION,
        () if table().turning.contains(&word)
            || table().contraries.contains(&word)
            || is_numeral(word) =>
        {
            NEVER
        }
        () => CONTENT,
    }
}

fn is_courtesy_or_wrapper(word: &str) -> bool {
    table().courtesy.contains(&word) || table().wrappers.contains(&word)
}

/// Whether one word is the other with a reversing prefix: `lock`, `unlock`.
pub(super) fn are_reversed(a: &str, b: &str) -> bool {
    let reverses = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|prefix| table().reversing.contains(&prefix))
    };
    reverses(a, b) || reverses(b, a)
}

/// Length of the words at the beginning of `words` by which people correct
/// themselves, 0 for none. `pause` tells whether the word before ended in one.
pub(crate) fn correction(words: &[&str]) -> usize {
    let mut longest = 0;
    for phrase in table().corrections {
        let count = phrase.split(' ').count();
        if count > longest
            && words.len() > count
            && phrase.split(' ').eq(words[..count].iter().copied())
        {
            longest = count;
        }
    }
    longest
}

/// Whether the words end by taking everything back.
pub(super) fn takes_back(words: &[&str]) -> bool {
    table().takes_back.iter().any(|phrase| {
        let count = phrase.split(' ').count();
        words.len() > count
            && phrase
                .split(' ')
                .eq(words[words.len() - count..].iter().copied())
    })
}
