//! What kind of sentence the words are, as far as its first words alone tell:
//! some kinds must never act, whatever a model thinks.

use super::prompt;
use crate::language::spoken;
use crate::model::IntentSpec;

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

/// Whether a question is of the time that the intent's own phrases ask about:
/// "what time did I get up" is not answered by what time it is.
pub(super) fn asks_of_now(words: &[String], intent: &IntentSpec) -> bool {
    let table = spoken().moods();
    let own = prompt::own_words(intent);
    let mut other = words.iter().enumerate().filter(|(at, word)| {
        let asked = words
            .get(at + 1)
            .is_some_and(|next| next == table.addressed);
        table.other_times.contains(&word.as_str()) && !asked
    });
    other.all(|(_, word)| own.contains(word))
}

/// Whether words ask how things are: they may be answered, and want nothing done.
#[must_use]
pub fn asks_something(words: &[&str]) -> bool {
    mood(words) == Mood::Question
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
    if is_unchanged(words) || is_unreal(words) {
        return Mood::Idle;
    }
    let question = begins(table.question)
        || starts(table.question_runs) && words.len() > 1 && !starts(table.no_question)
        || inquires(words);
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

/// Whether the words ask the box to find something out: "check whether the door
/// is open".
fn inquires(words: &[&str]) -> bool {
    let table = spoken().moods();
    let mut runs = table.inquiries.iter();
    runs.any(|run| {
        let behind = words.get(run.split(' ').count());
        starts_with(words, run) && behind.is_some_and(|word| table.inquired.contains(word))
    })
}

/// Whether the words want things to stay as they are.
fn is_unchanged(words: &[&str]) -> bool {
    let unchanged = spoken().moods().unchanged;
    let valued = || words.iter().any(|word| spoken().is_numeral(word));
    words.first().is_some_and(|word| unchanged.contains(word)) && !valued()
}

/// Whether the words tell what was planned, did not happen or is imagined.
fn is_unreal(words: &[&str]) -> bool {
    let (table, meaning) = (&spoken().moods().unreal, spoken().meaning());
    let article = |word: &str| {
        let small = meaning.articles.contains(&word) || meaning.function.contains(&word);
        small || spoken().is_numeral(word)
    };
    words.windows(3).any(|run| {
        let &[first, second, third] = run else {
            return false;
        };
        let planned = table.was.contains(&first)
            && table.plans.contains(&second)
            && table.plan_links.contains(&third);
        let missed = table.modals.contains(&first) && second == table.perfect && !article(third);
        let imagined = table.speakers.contains(&first)
            && second == table.conditional
            && !table.wishes.contains(&third)
            && !article(third);
        planned || missed || imagined
    })
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
        check("a light would be useful sometimes", Mood::Idle);
        check("check whether the door is open", Mood::Question);
        check("tell me how warm it is", Mood::Question);
        check("leave the light on", Mood::Idle);
        check("keep the light on", Mood::Idle);
        check("keep the room at twenty degrees", Mood::Open);
        check("should i turn on the light", Mood::Question);
        check("could i have some light", Mood::Open);
        check("i was going to turn on the light", Mood::Idle);
        check("we should have locked the door", Mood::Idle);
        check("we should have some light", Mood::Open);
        check("i would turn on the light", Mood::Idle);
        check("i would like some light", Mood::Open);
        check("and then it", Mood::Idle);
        assert_eq!(mood(&[]), Mood::Idle);
    }
}
