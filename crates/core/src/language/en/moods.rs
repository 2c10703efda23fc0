//! English words by which a sentence shows what it wants, as tables.

use crate::language::{MoodWords, UnrealWords};

#[rustfmt::skip]
pub(super) static MOODS: MoodWords = MoodWords {
    openers: &[
        "please", "hey", "ok", "okay", "well", "so", "and", "oh", "uh", "um", "now",
        "right", "hello", "hi",
    ],
    question: &[
        "is", "are", "was", "were", "did", "does", "has", "have", "had", "am", "what",
        "which", "who", "whose", "when", "where", "why", "isn't", "aren't", "wasn't",
        "didn't", "doesn't", "hasn't", "what's", "who's", "where's", "when's", "how's",
    ],
    question_runs: &[
        "how", "do i", "do we", "do you", "do they", "should i", "should we", "shall i",
        "shall we", "must i", "must we",
    ],
    no_question: &["how about"],
    past: &[
        "yesterday", "ago", "used to", "last night", "last week", "last year",
        "last month", "the other day", "back then",
    ],
    not_now: &[
        "do not", "don't", "dont", "never", "no don't", "no do not", "you should not",
        "you shouldn't", "i don't want you", "i do not want you", "if", "when",
        "whenever", "unless", "imagine", "suppose",
    ],
    others: &["he", "she"],
    others_who_want: &["they"],
    tells: &[
        "said", "says", "say", "told", "thought", "thinks", "asked", "was", "were", "had",
        "would", "never", "always", "did",
    ],
    never: &["never", "sometimes", "often", "rarely", "seldom", "usually", "occasionally"],
    unchanged: &["leave", "keep"],
    inquiries: &[
        "check", "check for me", "tell me", "tell us", "let me know", "let us know",
        "find out", "see", "do you know", "i wonder", "i want to know",
        "i would like to know",
    ],
    inquired: &[
        "whether", "if", "how", "what", "which", "who", "when", "where", "why", "whose",
    ],
    other_times: &["did", "was", "were", "had", "been", "will"],
    addressed: "you",
    unreal: UnrealWords {
        was: &["was", "were"],
        plans: &["going", "about", "planning", "meaning", "supposed", "trying"],
        plan_links: &["to", "on", "of"],
        modals: &["should", "could", "would", "might", "must"],
        perfect: "have",
        speakers: &["i", "we"],
        conditional: "would",
        wishes: &[
            "like", "love", "prefer", "rather", "appreciate", "want", "need", "be", "have",
            "enjoy", "really", "very",
        ],
    },
    empty: &[
        "a", "an", "the", "and", "or", "but", "so", "to", "of", "in", "on", "at", "for",
        "with", "i", "you", "he", "she", "it", "we", "they", "me", "him", "her", "us",
        "them", "my", "your", "is", "are", "was", "be", "well", "oh", "uh", "um", "when",
        "then", "that", "this",
    ],
    doubtful: &[
        "not", "no", "never", "without", "stop", "instead", "leave", "anymore", "is",
        "are", "was", "were", "has", "had", "went", "always", "again",
    ],
    asks: &[
        "tell", "say", "read", "check", "know", "what", "what's", "how", "how's", "which",
        "who", "whether", "wonder", "wondering", "curious", "report",
    ],
    answers: &["say", "says", "tell", "tells", "answer", "answers"],
    denies: "not",
};
