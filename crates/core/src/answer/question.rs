//! What a question asks for, by its words.

use super::find::Why;
use crate::intent::guided::asks_something;
use crate::language::{AskingWords, canonical, spoken};

/// What an answer must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A time or a day.
    Moment,
    /// A number.
    Amount,
    /// An amount of money.
    Price,
    /// A place.
    Place,
    /// Nothing that its words would show.
    Any,
}

/// Whether a sentence asks to be told something, so that a text may answer it: a
/// question, or words such as "tell me about". An order is none.
#[must_use]
pub fn is_question(text: &str) -> bool {
    let words = canonical(text);
    let table = spoken().asking();
    let said: Vec<&str> = opened(&words);
    let begins = |runs: &[&str]| runs.iter().any(|run| starts(&said, run));
    let asks = |runs: &[&str]| {
        let mut runs = runs.iter().filter(|run| starts(&said, run));
        runs.any(|run| {
            let behind = said.get(run.split(' ').count());
            behind.is_some_and(|word| table.auxiliary.contains(word))
        })
    };
    let measured = asks(table.moment) || asks(table.amount);
    if begins(table.about) || begins(table.whether) || measured || asks_something(&said) {
        return true;
    }
    // "On which days", "in what year", "for how long".
    let function = spoken().meaning().function;
    let question = spoken().meaning().question;
    matches!(said.as_slice(), [first, second, ..]
        if function.contains(first) && !question.contains(first) && question.contains(second))
}

/// The words behind hello and please.
fn opened(words: &[String]) -> Vec<&str> {
    let lead = spoken().requests().lead;
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    while let Some(run) = lead.iter().find(|run| starts(&words, run)) {
        words.drain(..run.split(' ').count());
    }
    words
}

fn starts(words: &[&str], run: &str) -> bool {
    let mut rest = words.iter();
    run.split(' ').all(|word| rest.next() == Some(&word))
}

/// What a question wants.
pub(super) fn wanted(words: &[String]) -> Wanted {
    let table = spoken().asking();
    let has = |runs: &[&str]| runs.iter().any(|run| holds(words, run));
    if has(table.price) {
        Wanted::Price
    } else if has(table.moment) {
        Wanted::Moment
    } else if has(table.amount) {
        Wanted::Amount
    } else if has(table.place) {
        Wanted::Place
    } else {
        Wanted::Any
    }
}

fn holds(words: &[String], run: &str) -> bool {
    let run: Vec<&str> = run.split(' ').collect();
    words
        .windows(run.len())
        .any(|part| part.iter().zip(&run).all(|(a, b)| a == b))
}

impl Wanted {
    /// Whether a sentence has it.
    pub(super) fn is_in(self, words: &[String]) -> bool {
        let table: &AskingWords = spoken().asking();
        let numeral = |word: &String| spoken().is_numeral(word);
        let day = |word: &String| spoken().is_weekday(word) || table.times.contains(&word.as_str());
        let without = |word: &String| table.no_number.contains(&word.as_str());
        if self == Self::Place {
            return tells_a_place(words, |word| numeral(word) || day(word) || without(word));
        }
        let mut words = words.iter();
        match self {
            Self::Any | Self::Place => true,
            Self::Moment => words.any(|word| numeral(word) || day(word)),
            Self::Amount => words.any(|word| numeral(word) || without(word)),
            Self::Price => words.any(|word| table.money.contains(&word.as_str())),
        }
    }

    /// Why a sentence without it is no answer.
    pub(super) const fn missing(self) -> Why {
        match self {
            Self::Amount | Self::Price => Why::NoNumber,
            Self::Place => Why::NoPlace,
            Self::Moment | Self::Any => Why::NoTime,
        }
    }
}

/// Whether words tell a place: a word for one, or a preposition of places before what is
/// no time.
fn tells_a_place(words: &[String], is_time: impl Fn(&String) -> bool) -> bool {
    let table = spoken().asking();
    let function = spoken().meaning().function;
    let small = |word: &&String| function.contains(&word.as_str()) && !is_time(word);
    let behind = |run: &&str| {
        let length = run.split(' ').count();
        let mut places = words.windows(length).enumerate();
        places.any(|(at, part)| {
            let named = part.iter().map(String::as_str).eq(run.split(' '));
            let thing = words[at + length..].iter().find(|word| !small(word));
            named && thing.is_some_and(|thing| !is_time(thing))
        })
    };
    let spot = |word: &String| table.spots.contains(&word.as_str());
    words.iter().any(spot) || table.within.iter().any(behind)
}

/// The stems of the words that say what a question is about, each once: without those
/// that only say what kind of answer it wants.
pub(super) fn subject(words: &[String]) -> Vec<String> {
    let table = spoken().asking();
    let bare = |run: &&&str| {
        let last = run.rsplit(' ').next().unwrap_or_default();
        table.unmeasured.contains(&last)
    };
    let amounts = table.amount.iter().filter(bare);
    let mut runs: Vec<&str> = table.moment.iter().chain(amounts).copied().collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
    let mut text = format!(" {} ", words.join(" "));
    for run in runs {
        text = text.replace(&format!(" {run} "), " ");
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let mut stems = content(&words);
    stems.sort();
    stems.dedup();
    stems
}

/// The stems of the words that say what a text is about.
pub(super) fn content(words: &[String]) -> Vec<String> {
    let function = spoken().meaning().function;
    let empty = spoken().asking().empty;
    let question = spoken().meaning().question;
    let mut stems: Vec<String> = Vec::new();
    for word in words {
        let small = function.contains(&word.as_str()) || question.contains(&word.as_str());
        if !small && !empty.contains(&word.as_str()) {
            stems.push(spoken().stem(word));
        }
    }
    stems
}
