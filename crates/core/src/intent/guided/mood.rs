//! What kind of sentence the words are, as far as English says so by its first
//! words alone: some kinds must never act, whatever a model thinks.

use super::{LANGUAGE, prompt};
use crate::grammar::numerals::is_numeral;
use crate::language::Language as _;
use crate::model::IntentSpec;

/// Two words that make a question about how things are, not a request.
const QUESTION: [&str; 28] = [
    "is", "are", "was", "were", "did", "does", "has", "have", "had", "am", "what", "which", "who",
    "whose", "when", "where", "why", "isn't", "aren't", "wasn't", "didn't", "doesn't", "hasn't",
    "what's", "who's", "where's", "when's", "how's",
];

/// What a person puts before the sentence proper.
const OPENERS: [&str; 14] = [
    "please", "hey", "ok", "okay", "well", "so", "and", "oh", "uh", "um", "now", "right", "hello",
    "hi",
];

/// Days that are over: no wish for the present speaks of them.
const PAST: [&[&str]; 9] = [
    &["yesterday"],
    &["ago"],
    &["used", "to"],
    &["last", "night"],
    &["last", "week"],
    &["last", "year"],
    &["last", "month"],
    &["the", "other", "day"],
    &["back", "then"],
];

/// Beginnings of a sentence that wants something not to be done, or only on a
/// condition that nobody here can watch.
const NOT_NOW: [&[&str]; 16] = [
    &["do", "not"],
    &["don't"],
    &["dont"],
    &["never"],
    &["no", "don't"],
    &["no", "do", "not"],
    &["you", "should", "not"],
    &["you", "shouldn't"],
    &["i", "don't", "want", "you"],
    &["i", "do", "not", "want", "you"],
    &["if"],
    &["when"],
    &["whenever"],
    &["unless"],
    &["imagine"],
    &["suppose"],
];

/// Others, and what makes a sentence a tale about them.
const OTHERS: [&str; 1] = ["they"];
const TELLS: [&str; 14] = [
    "said", "says", "say", "told", "thought", "thinks", "asked", "was", "were", "had", "would",
    "never", "always", "did",
];

/// Begins what leaves things as they are, unless a value follows: "leave the
/// light on", but "keep it at twenty degrees".
const UNCHANGED: [&str; 2] = ["leave", "keep"];

/// Before a question that is asked of the box: "check whether the door is open".
const INQUIRIES: [&[&str]; 12] = [
    &["check"],
    &["check", "for", "me"],
    &["tell", "me"],
    &["tell", "us"],
    &["let", "me", "know"],
    &["let", "us", "know"],
    &["find", "out"],
    &["see"],
    &["do", "you", "know"],
    &["i", "wonder"],
    &["i", "want", "to", "know"],
    &["i", "would", "like", "to", "know"],
];

/// Begins such a question.
const INQUIRED: [&str; 10] = [
    "whether", "if", "how", "what", "which", "who", "when", "where", "why", "whose",
];

/// With "i" or "we" behind them they ask what is best.
const ASK_ADVICE: [&str; 3] = ["should", "shall", "must"];

/// Behind "was" or "were" they tell a plan that is over.
const PLANS: [&str; 6] = [
    "going", "about", "planning", "meaning", "supposed", "trying",
];

/// With "have" and a verb behind them they tell what did not happen.
const MODALS: [&str; 5] = ["should", "could", "would", "might", "must"];

/// Behind "i would" they are a wish; any other verb is only imagined.
const WISHES: [&str; 12] = [
    "like",
    "love",
    "prefer",
    "rather",
    "appreciate",
    "want",
    "need",
    "be",
    "have",
    "enjoy",
    "really",
    "very",
];

/// What is done again and again, or hardly ever.
const HABITS: [&str; 6] = [
    "sometimes",
    "often",
    "rarely",
    "seldom",
    "usually",
    "occasionally",
];

/// Words that say nothing alone.
const EMPTY: [&str; 40] = [
    "a", "an", "the", "and", "or", "but", "so", "to", "of", "in", "on", "at", "for", "with", "i",
    "you", "he", "she", "it", "we", "they", "me", "him", "her", "us", "them", "my", "your", "is",
    "are", "was", "be", "well", "oh", "uh", "um", "when", "then", "that", "this",
];

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
    const WORDS: [&str; 17] = [
        "not", "no", "never", "without", "stop", "instead", "leave", "anymore", "is", "are", "was",
        "were", "has", "had", "went", "always", "again",
    ];
    words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether the words ask to be told something, in the form of a request.
pub(super) fn asks(words: &[String]) -> bool {
    const WORDS: [&str; 16] = [
        "tell",
        "say",
        "read",
        "check",
        "know",
        "what",
        "what's",
        "how",
        "how's",
        "which",
        "who",
        "whether",
        "wonder",
        "wondering",
        "curious",
        "report",
    ];
    words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a question is of the time that the intent's own phrases ask about:
/// "what time did I get up" is not answered by what time it is.
pub(super) fn asks_of_now(words: &[String], intent: &IntentSpec) -> bool {
    const OTHER_TIMES: [&str; 6] = ["did", "was", "were", "had", "been", "will"];
    let own = prompt::own_words(intent);
    let mut other = words.iter().enumerate().filter(|(at, word)| {
        let asked = words.get(at + 1).is_some_and(|next| next == "you");
        OTHER_TIMES.contains(&word.as_str()) && !asked
    });
    other.all(|(_, word)| own.contains(word))
}

/// Judges lower-case words.
pub(super) fn mood(words: &[&str]) -> Mood {
    let opening = words
        .iter()
        .take_while(|word| OPENERS.contains(word))
        .count();
    let words = &words[opening..];
    let says_nothing = words.iter().all(|word| EMPTY.contains(word));
    if is_unchanged(words) || is_unreal(words) {
        return Mood::Idle;
    }
    let advice = matches!(words, [modal, "i" | "we", ..] if ASK_ADVICE.contains(modal));
    let inquires = INQUIRIES.iter().any(|run| {
        let behind = words.strip_prefix(*run).and_then(<[&str]>::first);
        behind.is_some_and(|word| INQUIRED.contains(word))
    });
    let question = advice
        || inquires
        || words.first().is_some_and(|word| QUESTION.contains(word))
        || matches!(words, ["how", next, ..] if *next != "about")
        || matches!(words, ["do", "i" | "we" | "you" | "they", ..]);
    // "They" may want something: "they need light in the hall".
    let tale = matches!(words, ["he" | "she", _, ..])
        || matches!(words, [who, does, ..] if OTHERS.contains(who) && TELLS.contains(does));
    // Nobody orders with them, save "never mind", which is no command either.
    let never = words.contains(&"never") || words.iter().any(|word| HABITS.contains(word));
    if says_nothing || tale || never || NOT_NOW.iter().any(|start| words.starts_with(start)) {
        Mood::Idle
    } else if question {
        Mood::Question
    } else if PAST
        .iter()
        .any(|over| words.windows(over.len()).any(|at| at == *over))
    {
        Mood::Idle
    } else {
        Mood::Open
    }
}

/// Whether the words want things to stay as they are.
fn is_unchanged(words: &[&str]) -> bool {
    let valued = || words.iter().any(|word| is_numeral(word));
    words.first().is_some_and(|word| UNCHANGED.contains(word)) && !valued()
}

/// Whether the words tell what was planned, did not happen or is imagined.
fn is_unreal(words: &[&str]) -> bool {
    let article = |word: &str| {
        let table = LANGUAGE.meaning();
        table.articles.contains(&word) || table.function.contains(&word) || is_numeral(word)
    };
    words.windows(3).any(|run| match run {
        ["was" | "were", plan, "to" | "on" | "of"] => PLANS.contains(plan),
        [modal, "have", verb] => MODALS.contains(modal) && !article(verb),
        ["i" | "we", "would", verb] => !WISHES.contains(verb) && !article(verb),
        _ => false,
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
