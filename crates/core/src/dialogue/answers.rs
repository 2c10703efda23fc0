//! What short answers mean: yes, no, never mind, the second one.

use crate::grammar::canonical;

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

/// One of these makes an answer a yes, unless something else speaks against it.
const YES: &[&str] = &[
    "yes",
    "yeah",
    "yep",
    "yup",
    "yea",
    "aye",
    "sure",
    "ok",
    "okay",
    "alright",
    "affirmative",
    "absolutely",
    "certainly",
    "definitely",
    "confirm",
    "confirmed",
    "correct",
    "indeed",
    "exactly",
    "right",
    "fine",
    "positive",
    "surely",
    "totally",
    "proceed",
    "agreed",
    "yess",
    "uhhuh",
];

/// As [`YES`], of more than one word.
const YES_PHRASES: &[&str] = &[
    "do it",
    "do that",
    "do so",
    "go ahead",
    "go on",
    "go for it",
    "of course",
    "please do",
    "i do",
    "i am",
    "it is",
    "that is it",
    "make it so",
    "by all means",
    "sounds good",
    "you may",
    "why not",
    "if you would",
    "be my guest",
    "i am sure",
    "i confirm",
    "that is right",
];

/// One of these makes an answer a no, whatever else is in it: a door that
/// stays locked by mistake is the smaller harm.
const NO: &[&str] = &[
    "no",
    "nope",
    "nah",
    "not",
    "dont",
    "never",
    "negative",
    "wrong",
    "stop",
    "cancel",
    "neither",
    "none",
    "nevermind",
    "abort",
    "forget",
    "wait",
    "hold",
    "without",
    "isnt",
    "wont",
    "cant",
    "incorrect",
    "false",
    "rather",
    "noo",
    "nay",
    "nein",
    "naw",
    "later",
    "dismiss",
    "keep",
    "leave",
];

/// Words that change nothing.
const FILLERS: &[&str] = &[
    "please", "um", "uh", "er", "oh", "well", "so", "i", "said", "think", "the", "a", "it", "that",
    "is", "thats", "thank", "you", "thanks", "im", "am", "just", "now", "very", "much", "mynah",
    "then", "really", "want", "to", "would", "like", "all", "and", "one", "my", "go",
];

/// Whole answers that end a command.
const CANCEL: &[&str] = &[
    "never mind",
    "nevermind",
    "cancel",
    "stop",
    "forget it",
    "forget about it",
    "forget that",
    "abort",
    "leave it",
    "quit",
    "cancel that",
    "cancel it",
    "stop it",
    "stop that",
    "no never mind",
    "oh never mind",
    "no cancel",
    "no stop",
    "no forget it",
    "nothing",
    "no thanks",
    "no thank you",
    "go away",
    "scratch that",
    "let it be",
    "drop it",
    "dont bother",
    "do not bother",
];

/// Lower-case words without punctuation; an apostrophe joins.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether this is said to end a command, and nothing else.
#[must_use]
pub fn is_cancel(heard: &str) -> bool {
    let heard: Vec<String> = words(heard)
        .into_iter()
        .filter(|word| {
            !matches!(
                word.as_str(),
                "please" | "um" | "uh" | "oh" | "well" | "okay"
            )
        })
        .collect();
    CANCEL.contains(&heard.join(" ").as_str())
}

/// Yes or no to `question`. A yes may repeat the question's words ("yes,
/// unlock the front door") but bring no new ones: "yes, and the back door" is
/// no plain yes.
pub(super) fn classify(heard: &str, question: &str) -> Answer {
    let heard = words(heard);
    if heard.iter().any(|word| NO.contains(&word.as_str())) {
        return Answer::No;
    }
    let question = words(question);
    let joined = format!(" {} ", heard.join(" "));
    let phrases: Vec<&&str> = YES_PHRASES
        .iter()
        .filter(|phrase| joined.contains(&format!(" {phrase} ")))
        .collect();
    let assents = |word: &str| YES.contains(&word);
    let harmless = |word: &str| {
        assents(word)
            || FILLERS.contains(&word)
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
    // Numbers as words: "the 10 minute one" is the ten minute timer.
    let heard = canonical(heard);
    let has = |word: &str| heard.iter().any(|said| said == word);
    let labels: Vec<Vec<String>> = labels.map(|label| canonical(label)).collect();
    let own = |word: &String| 1 == labels.iter().filter(|label| label.contains(word)).count();
    let mut named =
        (0..labels.len()).filter(|index| labels[*index].iter().any(|word| has(word) && own(word)));
    match (named.next(), named.next()) {
        (Some(label), None) => return Some(label),
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    // "The first one" is a place, "one" alone a number.
    let number = heard.strip_prefix(&["number".to_owned()][..]);
    let number = number.or_else(|| heard.strip_prefix(&["option".to_owned()][..]));
    if let [only] = number.unwrap_or(&heard)
        && let Some(place) = ["one", "two", "three"].iter().position(|n| n == only)
    {
        return (place < labels.len()).then_some(place);
    }
    let places = [
        (&["first", "former"][..], 0),
        (&["second"], 1),
        (&["third"], 2),
        (&["last", "latter"], labels.len().saturating_sub(1)),
    ];
    let mut named = places
        .iter()
        .filter(|(names, place)| *place < labels.len() && names.iter().any(|name| has(name)))
        .map(|(_, place)| *place);
    let place = named.next()?;
    named.all(|other| other == place).then_some(place)
}

/// The words of an answer that may be a part of a value: "the desk one".
pub(super) fn said_of(heard: &str) -> Vec<String> {
    const AROUND: [&str; 9] = ["the", "a", "one", "please", "um", "uh", "in", "my", "that"];
    let words = canonical(heard).into_iter();
    words
        .filter(|word| !AROUND.contains(&word.as_str()))
        .collect()
}
