//! German words of short answers and of what steers the box itself, as tables.
//! Texts are lower case without marks ([`crate::language::plain_words`]).

use crate::language::{AnswerWords, ControlWords, CourtesyWords};

#[rustfmt::skip]
pub(super) static ANSWERS: AnswerWords = AnswerWords {
    yes: &[
        "ja", "jawohl", "jo", "jep", "jap", "jup", "klar", "sicher", "okay", "ok", "gern", "gerne",
        "genau", "richtig", "stimmt", "korrekt", "natürlich", "unbedingt", "absolut", "bestätigt",
        "bestätige", "freilich", "selbstverständlich", "einverstanden", "los", "passt", "mach",
        "bitte", "positiv", "logo", "gut", "jaja", "doch",
    ],
    yes_phrases: &[
        "mach das", "tu das", "mach es", "tu es", "nur zu", "leg los", "auf jeden fall",
        "na klar", "aber ja", "aber sicher", "mach mal", "das ist richtig", "ganz genau",
        "warum nicht", "von mir aus", "ich bin sicher", "ja bitte", "gern doch", "so ist es",
    ],
    no: &[
        "nein", "nee", "ne", "nö", "nicht", "nie", "niemals", "falsch", "stopp", "stop", "halt",
        "abbrechen", "abbruch", "keine", "keins", "keinen", "kein", "keinesfalls", "warte",
        "vergiss", "ohne", "lieber", "später", "lass", "negativ", "weder", "egal", "bloss",
        "bloß", "doch nicht",
    ],
    neutral: &[
        "äh", "ähm", "ach", "na", "also", "so", "ich", "habe", "gesagt", "glaube", "der", "die",
        "das", "den", "dem", "es", "ist", "ein", "eine", "danke", "schön", "bin", "mir", "nur",
        "jetzt", "sehr", "mynah", "dann", "wirklich", "will", "möchte", "alle", "alles", "und",
        "mein", "meine", "mal", "eben", "bitte", "tu", "du", "schon",
    ],
    cancel: &[
        "abbrechen", "abbruch", "stopp", "stop", "vergiss es", "vergiss das", "schon gut", "egal",
        "lass es", "lass es sein", "lass gut sein", "nichts", "nein danke", "doch nicht",
        "nein doch nicht", "brich ab", "halt", "nein abbrechen", "nein vergiss es", "ist egal",
        "hat sich erledigt", "ach egal", "ach nichts", "nicht nötig", "nein stopp",
    ],
    around_cancel: &["bitte", "äh", "ähm", "ach", "na", "okay", "also"],
    numbers: &["eins", "zwei", "drei"],
    places: &[
        &["erste", "ersten", "erster", "erstes", "ersteres", "erstere"],
        &["zweite", "zweiten", "zweiter", "zweites"],
        &["dritte", "dritten", "dritter", "drittes"],
    ],
    last: &["letzte", "letzten", "letzter", "letztes", "letzteres", "letztere"],
    excepting: &["ausser", "außer", "ohne", "nicht"],
    both: &["beide", "beides", "alle beide", "beiden", "die beiden"],
    all: &["alle", "alles", "alle davon", "jeder", "jede", "sämtliche", "überall", "allesamt"],
    definite: "der",
    around_part: &[
        "der", "die", "das", "den", "dem", "ein", "eine", "einen", "bitte", "äh", "ähm", "in",
        "im", "mein", "meine", "meinen",
    ],
    before_number: &["nummer", "option"],
};

#[rustfmt::skip]
pub(super) static CONTROL: ControlWords = ControlWords {
    stop: &[
        "stopp", "stop", "halt", "hör auf", "aufhören", "ruhe", "sei still", "sei ruhig", "still",
        "stille", "leise", "genug", "das reicht", "es reicht", "schluss", "klappe", "halt den mund",
        "halt die klappe", "abbrechen", "schon gut", "stopp stopp", "stopp stopp stopp", "psst",
        "schweig", "aus",
    ],
    around_stop: &["bitte", "okay", "ok", "jetzt", "hey", "oh", "nein", "ja", "mal", "doch", "ach"],
    undo: &[
        "rückgängig", "mach das rückgängig", "mach es rückgängig", "mache das rückgängig",
        "mache es rückgängig", "das rückgängig machen", "rückgängig machen",
        "letzten befehl rückgängig machen", "mach den letzten befehl rückgängig",
        "mach das wieder rückgängig", "nimm das zurück", "nimm es zurück", "das zurücknehmen",
        "stell das wieder zurück", "stell es zurück", "zurücknehmen",
    ],
    wrong: &[
        "das war falsch", "nein das war falsch", "das ist falsch", "nein das ist falsch",
        "falsch", "nein falsch", "das nicht", "nein das nicht", "nicht das", "nein nicht das",
        "nicht die", "nicht der", "so nicht", "nein so nicht",
    ],
    drop_last: &["vergiss es", "vergiss das", "nein vergiss es", "doch nicht", "nein doch nicht"],
    thanks: &[
        "danke", "danke schön", "dankeschön", "vielen dank", "danke dir", "besten dank",
        "herzlichen dank", "danke sehr", "tausend dank",
    ],
    around_thanks: &[
        "oh", "okay", "ok", "super", "gut", "toll", "perfekt", "prima", "schön", "alles", "klar",
        "na", "ja", "das", "ist",
    ],
    cancel_last: &["abbrechen", "das abbrechen", "brich das ab", "brich ab", "vergiss das", "doch nicht"],
    ordinal_unit: ("", &[], ""),
    repeat: &[
        "wiederhole", "wiederhole das", "wiederhol das", "wiederholen", "noch mal", "nochmal",
        "noch einmal", "sag das noch mal", "sag das nochmal", "sag das noch einmal",
        "sag es noch mal", "sage das noch einmal", "sage das noch mal", "sage das nochmal",
        "was hast du gesagt", "was hast du gerade gesagt", "wie bitte", "was war das", "wie war das",
    ],
    heard: &[
        "was hast du gehört", "was hast du verstanden", "was habe ich gesagt",
        "was hab ich gesagt", "was hast du denn verstanden",
    ],
    around_repeat: &["bitte", "entschuldigung", "kannst", "könntest", "du", "jetzt", "mal", "hey", "äh"],
    around_name: &[
        "der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer", "mein",
        "meine", "meinen",
    ],
    stands_for_noun: "",
    contracted: "s",
};

#[rustfmt::skip]
pub(super) static COURTESY: CourtesyWords = CourtesyWords {
    around: &[
        "bitte", "kannst du", "könntest du", "würdest du", "mal", "hey", "hallo", "okay", "äh",
        "ähm", "so", "also", "jetzt", "doch", "ich möchte", "ich will", "danke", "dann", "mir",
        "bitte mal", "doch mal",
    ],
    fused: &[("prozent", "%"), ("prozent", " %"), ("grad", "°"), ("grad", " °")],
};
