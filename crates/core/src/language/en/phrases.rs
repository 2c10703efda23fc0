//! English words by what they weigh in a command, as tables in canonical form.

use crate::language::{PhraseWords, Wrap};

#[rustfmt::skip]
pub(super) static PHRASES: PhraseWords = PhraseWords {
    courtesy: &[
        "please", "thanks", "kindly", "uh", "um", "er", "erm", "hmm", "ah", "oh", "mm", "huh",
        "ow", "wow", "ooh", "whoa", "ugh", "aha", "phew", "ding", "bing", "bong", "hm",
        "dear", "darling", "mate",
    ],
    wrappers: &[
        "just", "now", "actually", "okay", "hey", "hi", "hello", "well", "so", "alright", "also",
        "too", "again", "yeah", "yes", "quickly", "immediately", "simply", "me", "us",
    ],
    articles: &[
        "the", "a", "an", "my", "our", "your", "this", "that", "some", "these", "those", "any",
    ],
    joining: &["to", "with", "that"],
    prepositions: &[
        "in", "at", "of", "for", "to", "with", "into", "onto", "inside", "there", "here", "and",
        "it", "as",
    ],
    turning: &[
        "not", "never", "no", "nor", "neither", "none", "nothing", "without", "except", "but",
        "instead", "unless", "if", "whether", "or", "because", "while", "until", "before",
        "after", "since", "when", "whenever", "once", "by", "from", "than", "what", "which",
        "who", "whose", "why", "how", "where", "is", "are", "am", "was", "were", "be", "been",
        "being", "do", "does", "did", "done", "has", "have", "had", "should", "shall", "may",
        "might", "must", "would", "could", "can", "will", "i", "he", "she", "they", "we", "you",
        "him", "her", "them", "said", "says", "say", "told", "asked", "thinks", "think",
        "thought", "remember", "forget", "forgot", "cancel", "stop", "scratch", "mind", "wait",
        "sorry", "wish", "suppose", "imagine", "pretend", "almost", "already", "still", "yet",
        "all", "every", "everything", "everywhere", "each", "both", "only", "other", "another",
        "else", "everyone", "next", "previous", "last", "half", "quarter", "double", "twice",
        "more", "less", "most", "least", "much", "many", "few", "too", "yesterday", "today",
        "tomorrow", "tonight", "later", "soon", "morning", "afternoon", "evening", "night",
        "noon", "midnight", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday", "weekend", "week", "weeks", "day", "days", "month", "months", "year", "years",
        "hour", "hours", "minute", "minutes", "seconds", "celsius", "fahrenheit", "oclock", "am",
        "pm", "ago", "daily", "weekly", "always", "minus", "negative", "point", "hundred",
        "thousand", "million", "billion",
    ],
    contraries: &[
        "on", "off", "up", "down", "lock", "unlock", "open", "close", "shut", "start", "stop",
        "increase", "decrease", "raise", "lower", "left", "right", "before", "after", "in", "out",
        "over", "under", "above", "below", "play", "pause", "mute", "unmute", "arm", "disarm",
        "enable", "disable", "activate", "deactivate", "add", "remove", "with", "without", "yes",
        "no", "hot", "cold", "warm", "cool", "warmer", "cooler", "hotter", "colder", "louder",
        "quieter", "brighter", "darker", "dimmer", "softer", "faster", "slower", "more", "less",
        "upstairs", "downstairs", "front", "back", "inside", "outside", "first", "last", "next",
        "previous", "forward", "backward", "begin", "end", "accept", "decline", "connect",
        "disconnect", "am", "pm", "to", "from",
    ],
    reversing: &[
        "un", "de", "dis", "in", "im", "non", "re", "mis",
    ],
    wrapping: &[
        ("thank you", Wrap::Polite), ("thank you very much", Wrap::Polite),
        ("thanks a lot", Wrap::Polite), ("if you please", Wrap::Polite),
        ("excuse me", Wrap::Polite), ("could you", Wrap::Polite), ("can you", Wrap::Polite),
        ("would you", Wrap::Polite), ("will you", Wrap::Polite),
        ("could you please", Wrap::Polite), ("if you do not mind", Wrap::Polite),
        ("if you can", Wrap::Polite), ("if you could", Wrap::Polite),
        ("if you would", Wrap::Polite), ("for me", Wrap::Polite), ("for us", Wrap::Polite),
        ("right now", Wrap::Filler), ("right away", Wrap::Filler), ("at once", Wrap::Filler),
        ("as well", Wrap::Filler),
    ],
    opening: &[
        ("can we", Wrap::Filler), ("could we", Wrap::Filler), ("would you mind", Wrap::Polite),
        ("do you mind", Wrap::Polite), ("be so kind as to", Wrap::Polite),
        ("be so kind and", Wrap::Polite), ("go ahead and", Wrap::Filler),
        ("i would like you to", Wrap::Polite), ("i would like to", Wrap::Polite),
        ("i would like", Wrap::Polite), ("i want you to", Wrap::Polite),
        ("i want to", Wrap::Polite), ("i want", Wrap::Filler), ("i need you to", Wrap::Polite),
        ("i need to", Wrap::Filler), ("i need", Wrap::Filler), ("i would love", Wrap::Filler),
        ("i will have", Wrap::Filler), ("i will take", Wrap::Filler),
        ("i am going to have", Wrap::Filler), ("can i have", Wrap::Filler),
        ("could i have", Wrap::Filler), ("may i have", Wrap::Filler), ("can i get", Wrap::Filler),
        ("could i get", Wrap::Filler), ("may i get", Wrap::Filler),
        ("can i please have", Wrap::Filler), ("can i please get", Wrap::Filler),
        ("let me have", Wrap::Filler), ("let me get", Wrap::Filler), ("let us", Wrap::Filler),
        ("tell me", Wrap::Filler), ("you know", Wrap::Filler),
    ],
    names: &[
        "alexa", "siri", "google", "jarvis",
    ],
    corrections: &[
        "no wait sorry", "no sorry i mean", "sorry i mean", "sorry i meant", "no i mean",
        "no i meant", "i mean", "i meant", "no make that", "no make it", "make that", "make it",
        "no wait", "wait no", "oh no", "no sorry", "sorry no", "wait", "sorry", "or rather",
        "rather", "actually no", "no actually", "actually make that", "correction",
        "scratch that", "no not that", "actually",
    ],
    takes_back: &[
        "never mind", "nevermind", "forget it", "forget that", "forget about it", "cancel that",
        "scratch that", "do not bother", "do not do that", "leave it", "no do not",
    ],
    no_command: &[
        "not", "never", "nor", "neither", "unless", "if", "whether", "because", "why", "what",
        "where", "who", "how", "when", "did", "does", "was", "were", "he", "she", "they", "said",
    ],
};
