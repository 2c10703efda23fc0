//! What kind of sentence the words are, as far as its first words alone tell:
//! some kinds must never act, whatever a model thinks.

use crate::language::spoken;

/// What kind of sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    /// May ask for something to be done.
    Open,
    /// Asks how things are: may be answered, must not switch anything.
    Question,
    /// Must not act: forbids, reports what is over, or says nothing yet.
    Idle,
}

/// Whether the words deny something or tell how it is: then the contrary may
/// be meant, or nothing at all.
pub(super) fn is_doubtful(words: &[String]) -> bool {
    let doubtful = spoken().moods().doubtful;
    words.iter().any(|word| doubtful.contains(&word.as_str()))
}

/// Whether the words ask to be told something, in the form of a request.
pub(super) fn asks(words: &[String]) -> bool {
    let asks = spoken().moods().asks;
    words.iter().any(|word| asks.contains(&word.as_str()))
}

/// Judges lower-case words.
pub(super) fn mood(words: &[&str]) -> Mood {
    let table = spoken().moods();
    let opening = words
        .iter()
        .take_while(|word| table.openers.contains(word))
        .count();
    let words = &words[opening..];
    let starts = |runs: &[&str]| runs.iter().any(|run| starts_with(words, run));
    let begins = |list: &[&str]| words.first().is_some_and(|word| list.contains(word));
    let says_nothing = words.iter().all(|word| table.empty.contains(word));
    let question = begins(table.question)
        || starts(table.question_runs) && words.len() > 1 && !starts(table.no_question);
    // Those who may want something: "they need light in the hall".
    let reported = words.get(1).is_some_and(|word| table.tells.contains(word));
    let story =
        words.len() > 1 && begins(table.others) || begins(table.others_who_want) && reported;
    // Nobody orders with it, save "never mind", which is no command either.
    let never = words.iter().any(|word| table.never.contains(word));
    if says_nothing || story || never || starts(table.not_now) {
        Mood::Idle
    } else if question {
        Mood::Question
    } else if (0..words.len()).any(|at| table.past.iter().any(|run| starts_with(&words[at..], run)))
    {
        Mood::Idle
    } else {
        Mood::Open
    }
}

fn starts_with(words: &[&str], run: &str) -> bool {
    let mut rest = words.iter();
    run.split(' ').all(|word| rest.next() == Some(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_words_tell_the_mood() {
        let check = |text: &str, want| {
            assert_eq!(mood(&text.split(' ').collect::<Vec<_>>()), want, "{text}");
        };
        check("turn on the light", Mood::Open);
        check("could you turn on the light", Mood::Open);
        check("do something about the light", Mood::Open);
        check("how about some light", Mood::Open);
        check("i do not like this song skip it", Mood::Open);
        check("is the light on", Mood::Question);
        check("hey did i lock up", Mood::Question);
        check("how warm is it", Mood::Question);
        check("please do not turn on the light", Mood::Idle);
        check("they said it would be dark", Mood::Idle);
        check("she plays the music too loud", Mood::Idle);
        check("never open that door", Mood::Idle);
        check("the timer on my old oven never worked", Mood::Idle);
        check("if it rains close the window", Mood::Idle);
        check("she turned off the light two hours ago", Mood::Idle);
        check("did anyone lock the door last night", Mood::Question);
        check("and then it", Mood::Idle);
        assert_eq!(mood(&[]), Mood::Idle);
    }
}
