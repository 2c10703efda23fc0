//! What the language model reads in English.

use crate::language::{PromptTexts, Samples};

pub(super) static PROMPT: PromptTexts = PromptTexts {
    system: "You are a voice assistant. You answer each sentence with the name of the command that the speaker wants from you. People ask in many ways, often indirectly: they say what they need or would like, and you find the command that helps. When people only talk with each other, tell what happened, forbid something, or want what no command does, answer none.",
    commands: "Commands:",
    nothing: "nothing of the above",
    molds: &[
        ("would you be so kind and {say}", Some(true)),
        ("what a nice morning", None),
        ("I could really use your help here, {do}", Some(true)),
        ("my sister used to {say}", None),
        ("it would be lovely if you could {say}", Some(false)),
        ("somebody has to {say}", Some(true)),
        ("write a letter to my aunt", None),
        ("how about we {do}", Some(true)),
        ("I want to {do} now", Some(true)),
    ],
    really: "Did the speaker want you to do this: {command}? yes or no",
    yes: "yes",
    no: "no",
    which_words: "Which {slot}? Repeat the speaker's words for it.",
    which_choice: "Which {slot}: {choices}?",
    or: " or ",
    small: &["the", "some", "a", "an", "my"],
    samples: Samples {
        duration: "ten minutes",
        time: "half past seven",
        date: "tomorrow",
        text: "something",
    },
    answer: "You answer a visitor's question in one short spoken sentence, with the words of the text that you are given and with nothing else. If the text does not say it, you answer: {none}",
    no_answer: "unknown",
    from_text: "Text: {text}\nQuestion: {question}",
};
