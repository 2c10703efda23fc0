//! English words of short answers and of what steers the box itself, as
//! tables. Texts are lower case without marks ([`crate::language::plain_words`]).

use crate::language::{AnswerWords, ControlWords, CourtesyWords};

#[rustfmt::skip]
pub(super) static ANSWERS: AnswerWords = AnswerWords {
    yes: &[
        "yes", "yeah", "yep", "yup", "yea", "aye", "sure", "ok", "okay", "alright", "affirmative",
        "absolutely", "certainly", "definitely", "confirm", "confirmed", "correct", "indeed",
        "exactly", "right", "fine", "positive", "surely", "totally", "proceed", "agreed", "yess",
        "uhhuh",
    ],
    yes_phrases: &[
        "do it", "do that", "do so", "go ahead", "go on", "go for it", "of course", "please do",
        "i do", "i am", "it is", "that is it", "make it so", "by all means", "sounds good",
        "you may", "why not", "if you would", "be my guest", "i am sure", "i confirm",
        "that is right",
    ],
    no: &[
        "no", "nope", "nah", "not", "dont", "never", "negative", "wrong", "stop", "cancel",
        "neither", "none", "nevermind", "abort", "forget", "wait", "hold", "without", "isnt",
        "wont", "cant", "incorrect", "false", "rather", "noo", "nay", "nein", "naw", "later",
        "dismiss", "keep", "leave",
    ],
    neutral: &[
        "please", "um", "uh", "er", "oh", "well", "so", "i", "said", "think", "the", "a", "it",
        "that", "is", "thats", "thank", "you", "thanks", "im", "am", "just", "now", "very",
        "much", "mynah", "then", "really", "want", "to", "would", "like", "all", "and", "one",
        "my", "go",
    ],
    cancel: &[
        "never mind", "nevermind", "cancel", "stop", "forget it", "forget about it",
        "forget that", "abort", "leave it", "quit", "cancel that", "cancel it", "stop it",
        "stop that", "no never mind", "oh never mind", "no cancel", "no stop", "no forget it",
        "nothing", "no thanks", "no thank you", "go away", "scratch that", "let it be", "drop it",
        "dont bother", "do not bother",
    ],
    around_cancel: &[
        "please", "um", "uh", "oh", "well", "okay",
    ],
    numbers: &["one", "two", "three"],
    places: &[&["first", "former"], &["second"], &["third"]],
    last: &["last", "latter"],
    excepting: &["but", "except", "excluding", "besides", "minus", "without"],
    both: &["both", "both of them", "both of those", "both of these", "both ones"],
    all: &[
        "all", "all of them", "all of those", "all of these", "every one", "every one of them",
        "every single one", "everything", "everywhere", "whole lot",
    ],
    definite: "the",
    around_part: &[
        "the", "a", "one", "please", "um", "uh", "in", "my", "that",
    ],
    before_number: &["number", "option"],
};

#[rustfmt::skip]
pub(super) static CONTROL: ControlWords = ControlWords {
    stop: &[
        "stop", "stop it", "stop that", "stop talking", "stop stop", "stop stop stop", "be quiet",
        "quiet", "silence", "hush", "shush", "enough", "thats enough", "that is enough",
        "shut up", "cancel", "cancel that", "never mind", "nevermind",
    ],
    around_stop: &[
        "please", "okay", "ok", "now", "hey", "oh", "no", "all", "right",
    ],
    thanks: &[
        "thanks", "thank you", "many thanks", "cheers", "ta", "thanks a lot", "thanks very much",
        "thank you very much", "thank you so much", "thanks so much", "much appreciated",
        "thanks a million", "thank you kindly",
    ],
    around_thanks: &[
        "oh", "okay", "ok", "great", "good", "perfect", "lovely", "brilliant", "nice", "right",
        "thats", "that", "is", "alright", "well", "wonderful", "excellent", "super", "fine",
        "mynah", "dear", "love", "mate", "and",
    ],
    undo: &[
        "undo", "undo that", "undo it", "undo this", "undo last command", "undo last one",
        "undo what you did", "cancel that undo it", "cancel that undo that", "take that back",
        "take it back", "reverse that", "revert that", "revert it", "change it back",
        "change that back", "put it back", "put that back",
    ],
    wrong: &[
        "actually no", "no actually", "oh no actually", "no that was wrong", "that was wrong",
        "no that is wrong", "that is wrong", "no not that", "not that", "no not that one",
    ],
    drop_last: &[
        "never mind", "nevermind", "oh never mind", "no never mind",
        "forget it", "forget that", "forget about it", "no forget it", "scratch that", "abort",
    ],
    cancel_last: &[
        "cancel", "cancel that", "cancel it", "cancel this", "cancel that one", "cancel last one",
        "scratch that", "do not do that",
    ],
    ordinal_unit: ("second", &["timer", "timers"], "one"),
    repeat: &[
        "repeat", "repeat that", "repeat it", "say that again", "say it again",
        "what did you say", "what was that", "come again", "once more", "pardon",
        "i beg your pardon",
    ],
    heard: &[
        "what did you hear", "what have you heard", "what did i say", "what did you understand",
    ],
    around_repeat: &[
        "please", "sorry", "could", "can", "would", "you", "now", "just", "hey",
    ],
    around_name: &["the", "a", "an", "my"],
    stands_for_noun: "one",
    contracted: "s",
};

#[rustfmt::skip]
pub(super) static COURTESY: CourtesyWords = CourtesyWords {
    around: &[
        "please", "could you", "can you", "would you", "will you", "hey", "hi", "hello", "okay",
        "um", "uh", "so", "well", "just", "now", "i would like you to", "i want you to", "thanks",
        "thank you",
    ],
    fused: &[
        ("would", "'d"), ("is", "'s"), ("are", "'re"), ("will", "'ll"), ("have", "'ve"),
        ("am", "'m"), ("percent", "%"),
    ],
};
