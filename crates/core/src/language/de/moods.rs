//! German words by which a sentence shows what it wants, as tables.

use crate::language::{MoodWords, UnrealWords};

#[rustfmt::skip]
pub(super) static MOODS: MoodWords = MoodWords {
    openers: &[
        "bitte", "hey", "okay", "na", "also", "so", "und", "ach", "äh", "ähm", "jetzt", "nun",
        "hallo", "oh", "gut",
    ],
    question: &[
        "ist", "sind", "war", "waren", "hat", "haben", "hatte", "hast", "bin", "was", "welche",
        "welcher", "welches", "welchen", "wer", "wessen", "wann", "wo", "warum", "wieso",
        "weshalb", "wozu", "läuft", "brennt", "steht", "stehen", "wird",
    ],
    question_runs: &[
        "wie", "soll ich", "sollen wir", "muss ich", "müssen wir", "darf ich", "habe ich",
        "haben wir", "gibt es",
    ],
    no_question: &["wie wäre es"],
    past: &[
        "gestern", "vorgestern", "früher", "letzte nacht", "letzte woche", "letzte jahr",
        "letzte monat", "neulich", "damals", "vorhin",
    ],
    not_now: &[
        "nicht", "niemals", "nie", "wenn", "falls", "stell dir vor", "stelle dir vor", "angenommen",
        "nein nicht", "du sollst nicht", "ich will nicht dass", "ich möchte nicht dass", "sobald",
    ],
    others: &["er", "sie"],
    others_who_want: &["man"],
    tells: &[
        "sagte", "sagt", "sagen", "meinte", "meint", "dachte", "denkt", "fragte", "fragt", "war",
        "waren", "hatte", "hat", "wollte", "würde", "nie", "immer",
    ],
    never: &["nie", "niemals", "manchmal", "oft", "selten", "meistens", "gelegentlich", "gewöhnlich"],
    unchanged: &["lasse", "behalte"],
    inquiries: &[
        "prüfe", "schaue", "schau", "sage mir", "sage uns", "weisst du", "ich frage mich",
        "ich möchte wissen", "ich will wissen", "finde heraus", "schau nach", "sieh nach",
    ],
    inquired: &["ob", "wie", "was", "welche", "welcher", "wer", "wann", "wo", "warum"],
    other_times: &["war", "waren", "hatte", "hatten", "wurde", "gewesen"],
    addressed: "du",
    unreal: UnrealWords {
        was: &["war", "wollte", "wollten"],
        plans: &["dabei", "eigentlich", "gerade"],
        plan_links: &["zu"],
        modals: &["hätte", "hätten", "hättest"],
        perfect: "haben",
        speakers: &["ich", "wir"],
        conditional: "würde",
        wishes: &["gern", "lieber", "mir", "uns", "mich", "es"],
    },
    empty: &[
        "der", "die", "das", "den", "dem", "ein", "eine", "einen", "und", "oder", "aber", "so",
        "zu", "von", "in", "im", "an", "am", "auf", "für", "mit", "ich", "du", "er", "sie", "es",
        "wir", "mich", "mir", "uns", "mein", "meine", "ist", "sind", "war", "na", "ach", "äh",
        "ähm", "wenn", "dann", "ja", "also", "halt", "eben",
    ],
    doubtful: &[
        "nicht", "kein", "keine", "keinen", "nein", "nie", "ohne", "statt", "lasse", "mehr", "ist",
        "sind", "war", "waren", "hat", "hatte", "ging", "immer", "wieder",
    ],
    asks: &[
        "sage", "lies", "prüfe", "weiss", "wissen", "was", "wie", "welche", "wer", "ob", "frage",
        "nenne", "erzähle", "melde",
    ],
    answers: &["sagt", "sage", "sagen", "nennt", "nennen", "antwortet"],
    denies: "nicht",
};
