//! What a word weighs: which words may be passed over, which must never be.

/// Cost that stands for "never".
pub const NEVER: u16 = u16::MAX;
/// A word of courtesy or a hesitation.
pub const POLITE: u16 = 1;
/// A word or phrase that wraps a command without changing it.
pub const FILLER: u16 = 3;
/// An article too many or too few.
pub const ARTICLE: u16 = 2;
/// A small preposition too many or too few.
pub const PREPOSITION: u16 = 6;
/// A content word that nothing explains, or that a phrase wants and nobody
/// said: only a long command survives one.
pub const CONTENT: u16 = 60;

const COURTESY: &[&str] = &[
    "please", "thanks", "kindly", "uh", "um", "er", "erm", "hmm", "ah", "oh", "mm", "huh",
];

#[rustfmt::skip]
const WRAPPERS: &[&str] = &[
    "just", "now", "actually", "okay", "hey", "hi", "hello", "well", "so", "alright", "also",
    "too", "again", "yeah", "yes", "quickly", "immediately", "simply", "me", "us",
];

const ARTICLES: &[&str] = &[
    "the", "a", "an", "my", "our", "your", "this", "that", "some", "these", "those", "any",
];

const PREPOSITIONS: &[&str] = &[
    "in", "at", "of", "for", "to", "with", "into", "onto", "inside", "there", "here", "and", "it",
    "as",
];

/// Turn a command into something else: negations, questions, reports,
/// conditions, quantities, exceptions, times, and a change of mind.
#[rustfmt::skip]
const TURNING: &[&str] = &[
    "not", "never", "no", "nor", "neither", "none", "nothing", "without", "except", "but",
    "instead", "unless", "if", "whether", "or", "because", "while", "until", "before", "after",
    "since", "when", "whenever", "once", "by", "from", "than", "what", "which", "who", "whose",
    "why", "how", "where", "is", "are", "am", "was", "were", "be", "been", "being", "do",
    "does", "did", "done", "has", "have", "had", "should", "shall", "may", "might", "must",
    "would", "could", "can", "will", "i", "he", "she", "they", "we", "you", "him", "her",
    "them", "said", "says", "say", "told", "asked", "thinks", "think", "thought", "remember",
    "forget", "forgot", "cancel", "stop", "scratch", "mind", "wait", "sorry", "wish", "suppose",
    "imagine", "pretend", "almost", "already", "still", "yet", "all", "every", "everything",
    "everywhere", "each", "both", "only", "other", "another", "else", "everyone", "next",
    "previous", "last", "half", "quarter", "double", "twice", "more", "less", "most", "least",
    "much", "many", "few", "too", "yesterday", "today", "tomorrow", "tonight", "later", "soon",
    "morning", "afternoon", "evening", "night", "noon", "midnight", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "week", "weeks", "day",
    "days", "month", "months", "year", "years", "hour", "hours", "minute", "minutes", "seconds",
    "celsius", "fahrenheit", "oclock", "am", "pm", "ago", "daily", "weekly", "always", "minus",
    "negative", "point", "hundred", "thousand", "million",
];

/// Words of which one is the other's contrary: none of them ever stands for a
/// word that merely sounds like it.
#[rustfmt::skip]
const CONTRARIES: &[&str] = &[
    "on", "off", "up", "down", "lock", "unlock", "open", "close", "shut", "start", "stop",
    "increase", "decrease", "raise", "lower", "left", "right", "before", "after", "in", "out",
    "over", "under", "above", "below", "play", "pause", "mute", "unmute", "arm", "disarm",
    "enable", "disable", "activate", "deactivate", "add", "remove", "with", "without", "yes",
    "no", "hot", "cold", "warm", "cool", "warmer", "cooler", "hotter", "colder", "louder",
    "quieter", "brighter", "darker", "dimmer", "softer", "faster", "slower", "more", "less",
    "upstairs", "downstairs", "front", "back", "inside", "outside", "first", "last", "next",
    "previous", "forward", "backward", "begin", "end", "accept", "decline", "connect",
    "disconnect", "am", "pm", "to", "from",
];

/// Prefixes that make a word its own contrary.
const REVERSING: &[&str] = &["un", "de", "dis", "in", "im", "non", "re", "mis"];

/// Runs of words that wrap a command, wherever they stand.
pub const WRAPPING: &[(&str, u16)] = &[
    ("thank you", POLITE),
    ("thank you very much", POLITE),
    ("thanks a lot", POLITE),
    ("if you please", POLITE),
    ("excuse me", POLITE),
    ("could you", POLITE),
    ("can you", POLITE),
    ("would you", POLITE),
    ("will you", POLITE),
    ("could you please", POLITE),
    ("if you do not mind", POLITE),
    ("if you can", POLITE),
    ("if you could", POLITE),
    ("if you would", POLITE),
    ("for me", POLITE),
    ("for us", POLITE),
    ("right now", FILLER),
    ("right away", FILLER),
    ("at once", FILLER),
    ("as well", FILLER),
];

/// Runs of words that wrap a command when it begins with them; elsewhere they
/// may be the title of a song.
pub const OPENING: &[(&str, u16)] = &[
    ("can we", FILLER),
    ("could we", FILLER),
    ("would you mind", POLITE),
    ("do you mind", POLITE),
    ("be so kind as to", POLITE),
    ("be so kind and", POLITE),
    ("go ahead and", FILLER),
    ("i would like you to", POLITE),
    ("i would like to", POLITE),
    ("i would like", POLITE),
    ("i want you to", POLITE),
    ("i want to", POLITE),
    ("i want", FILLER),
    ("i need you to", POLITE),
    ("i need to", FILLER),
    ("i need", FILLER),
    ("i would love", FILLER),
    ("i will have", FILLER),
    ("i will take", FILLER),
    ("i am going to have", FILLER),
    ("can i have", FILLER),
    ("could i have", FILLER),
    ("may i have", FILLER),
    ("can i get", FILLER),
    ("could i get", FILLER),
    ("may i get", FILLER),
    ("can i please have", FILLER),
    ("can i please get", FILLER),
    ("let me have", FILLER),
    ("let me get", FILLER),
    ("let us", FILLER),
    ("tell me", FILLER),
    ("you know", FILLER),
];

/// Assistants' names that people say from habit.
pub const NAMES: &[&str] = &["alexa", "siri", "google", "jarvis"];

/// Whether the word is a numeral, or an ordinal one.
pub fn is_numeral(word: &str) -> bool {
    use crate::grammar::numerals::{ORDINALS, SMALL, TENS};
    SMALL.contains(&word)
        || TENS.contains(&word)
        || ORDINALS.contains(&word)
        || matches!(
            word,
            "hundred"
                | "thousand"
                | "million"
                | "oh"
                | "half"
                | "quarter"
                | "quarters"
                | "dozen"
                | "point"
        )
        || word.ends_with("ieth")
}

/// Whether a word must be heard exactly: nothing that sounds like it will do.
pub fn is_closed(word: &str) -> bool {
    is_numeral(word)
        || [
            COURTESY,
            WRAPPERS,
            ARTICLES,
            PREPOSITIONS,
            TURNING,
            CONTRARIES,
        ]
        .iter()
        .any(|list| list.contains(&word))
}

/// Whether a value that begins with the word means the same without it.
pub fn is_plain_article(word: &str) -> bool {
    matches!(word, "the" | "a" | "an" | "my" | "our")
}

/// Whether a word makes what is said no command: a negation, a question, a
/// condition, a report. Narrower than [`TURNING`], most of which a recogniser
/// may as well have misheard.
pub fn is_no_command(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "not", "never", "nor", "neither", "unless", "if", "whether", "because", "why", "what",
        "where", "who", "how", "when", "did", "does", "was", "were", "he", "she", "they", "said",
    ];
    WORDS.contains(&word)
}

/// Whether a word carries no content of its own.
pub fn is_small(word: &str) -> bool {
    [COURTESY, WRAPPERS, ARTICLES, PREPOSITIONS]
        .iter()
        .any(|list| list.contains(&word))
}

/// What it costs that nothing explains a word that was said.
pub fn extra(word: &str) -> u16 {
    match () {
        () if COURTESY.contains(&word) => POLITE,
        () if WRAPPERS.contains(&word) => FILLER,
        () if ARTICLES.contains(&word) => ARTICLE,
        () if PREPOSITIONS.contains(&word) => PREPOSITION,
        () if TURNING.contains(&word) || CONTRARIES.contains(&word) || is_numeral(word) => NEVER,
        () => CONTENT,
    }
}

/// What it costs that a word of a phrase was not said.
pub fn missing(word: &str) -> u16 {
    match () {
        () if is_courtesy_or_wrapper(word) => POLITE,
        () if ARTICLES.contains(&word) => ARTICLE,
        () if matches!(word, "to" | "with") => 2 * PREPOSITION,
        () if PREPOSITIONS.contains(&word) => PREPOSITION,
        () if TURNING.contains(&word) || CONTRARIES.contains(&word) || is_numeral(word) => NEVER,
        () => CONTENT,
    }
}

fn is_courtesy_or_wrapper(word: &str) -> bool {
    COURTESY.contains(&word) || WRAPPERS.contains(&word)
}

/// Whether one word is the other with a reversing prefix: `lock`, `unlock`.
pub fn are_reversed(a: &str, b: &str) -> bool {
    let reverses = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|prefix| REVERSING.contains(&prefix))
    };
    reverses(a, b) || reverses(b, a)
}

/// Length of the words at the beginning of `words` by which people correct
/// themselves, 0 for none. `pause` tells whether the word before ended in one.
pub fn correction(words: &[&str]) -> usize {
    const PHRASES: &[&str] = &[
        "no wait sorry",
        "no sorry i mean",
        "sorry i mean",
        "sorry i meant",
        "no i mean",
        "no i meant",
        "i mean",
        "i meant",
        "no make that",
        "no make it",
        "make that",
        "make it",
        "no wait",
        "wait no",
        "oh no",
        "no sorry",
        "sorry no",
        "wait",
        "sorry",
        "or rather",
        "rather",
        "actually no",
        "no actually",
        "actually make that",
        "correction",
        "scratch that",
        "no not that",
        "actually",
    ];
    let mut longest = 0;
    for phrase in PHRASES {
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
pub fn takes_back(words: &[&str]) -> bool {
    const PHRASES: &[&str] = &[
        "never mind",
        "nevermind",
        "forget it",
        "forget that",
        "forget about it",
        "cancel that",
        "scratch that",
        "do not bother",
        "do not do that",
        "leave it",
        "no do not",
    ];
    PHRASES.iter().any(|phrase| {
        let count = phrase.split(' ').count();
        words.len() > count
            && phrase
                .split(' ')
                .eq(words[words.len() - count..].iter().copied())
    })
}
