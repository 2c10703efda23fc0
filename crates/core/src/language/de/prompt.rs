//! What the language model reads for German sentences.

use crate::language::{PromptTexts, Samples};

pub(super) static PROMPT: PromptTexts = PromptTexts {
    system: "Du bist ein Sprachassistent. Du antwortest auf jeden Satz mit dem Namen des Befehls, den der Sprecher von dir will. Menschen fragen auf viele Arten, oft indirekt: Sie sagen, was sie brauchen oder gern hätten, und du findest den Befehl, der hilft. Wenn Menschen nur miteinander reden, erzählen, was war, etwas verbieten oder etwas wollen, was kein Befehl tut, antworte none.",
    commands: "Befehle:",
    nothing: "nichts davon",
    molds: &[
        ("wärst du so nett: {say}", Some(true)),
        ("was für ein schöner Morgen", None),
        (
            "ich könnte hier wirklich deine Hilfe brauchen, {do}",
            Some(true),
        ),
        ("meine Schwester sagte früher immer: {say}", None),
        ("es wäre schön, wenn du das tätest: {say}", Some(false)),
        ("jemand müsste mal: {say}", Some(true)),
        ("schreib einen Brief an meine Tante", None),
        ("wie wäre es damit: {do}", Some(true)),
        ("ich will jetzt: {do}", Some(true)),
    ],
    really: "Wollte der Sprecher, dass du das tust: {command}? ja oder nein",
    yes: "ja",
    no: "nein",
    which_words: "Welches {slot}? Wiederhole die Worte des Sprechers dafür.",
    which_choice: "Welches {slot}: {choices}?",
    or: " oder ",
    small: &[
        "der", "die", "das", "den", "ein", "eine", "einen", "mein", "meine",
    ],
    samples: Samples {
        duration: "zehn Minuten",
        time: "halb acht",
        date: "morgen",
        text: "etwas",
    },
    answer: "Du beantwortest die Frage eines Besuchers in einem kurzen gesprochenen Satz, mit den Worten des Textes, den du bekommst, und mit nichts anderem. Steht die Antwort nicht im Text, so antwortest du: {none}",
    no_answer: "unbekannt",
    from_text: "Text: {text}\nFrage: {question}",
};
