//! The forms of German requests, as tables.

use crate::language::{BesideWords, RequestWords};

#[rustfmt::skip]
pub(super) static REQUESTS: RequestWords = RequestWords {
    lead: &[
        "bitte", "hey", "okay", "na", "also", "so", "und", "ach", "oh", "äh", "ähm", "jetzt",
        "nun", "dann", "gut", "hallo", "hi", "aber", "nur", "auch", "schnell", "ja", "nein warte",
        "warte", "entschuldigung", "übrigens", "wenn du kannst", "wenn möglich", "wenn es geht",
        "wenn du zeit hast", "bei gelegenheit", "mal", "doch", "ich sagte",
    ],
    frames: &[
        "kannst du", "könntest du", "würdest du", "können wir", "könnten wir", "kann ich",
        "könnte ich", "darf ich", "dürfen wir", "ich will", "ich möchte", "ich brauche",
        "ich bräuchte", "ich hätte gern", "ich wünsche mir", "ich möchte dass du",
        "ich will dass du", "wir wollen", "wir möchten", "wir brauchen", "wir hätten gern",
        "lasse uns", "lasse mich", "wie wäre es mit", "warum nicht", "zeit zu", "zeit für",
        "es ist zeit", "du kannst", "du darfst", "du sollst", "du könntest", "kein", "keine",
        "nicht so", "genug", "tu mir den gefallen und", "sei so nett und", "sei so gut und",
        "sei so lieb und", "wärst du so nett und", "ich bitte dich", "magst du", "willst du",
        "weg mit", "her mit", "kann der", "kann die", "kann das", "können die", "es soll",
        "ich hätte lieber", "mir wäre lieber", "können sie", "könnten sie", "würden sie",
    ],
    behind_thing: &[
        "kann", "können", "darf", "dürfen", "soll", "sollen", "sollte", "sollten", "muss",
        "müssen", "bitte", "wäre schön", "wäre nett", "wäre gut", "wäre toll", "wäre super",
    ],
    courtesy: &[
        "bitte", "kannst du", "könntest du", "würdest du", "für mich", "danke", "vielen dank",
    ],
    verbs: &[
        "aktiviere", "deaktiviere", "schalte", "schalten", "mache", "machen", "stelle", "stellen",
        "drehe", "drehen", "fahre", "fahren", "öffne", "öffnen", "schliesse", "schliessen",
        "sperre", "sperren", "verriegele", "verriegeln", "entriegele", "entriegeln", "ziehe",
        "ziehen", "lasse", "lassen", "setze", "setzen", "lege", "legen", "nimm", "nehmen", "gib",
        "geben", "bringe", "bringen", "spiele", "spielen", "starte", "starten", "stoppe",
        "stoppen", "beende", "beenden", "lösche", "löschen", "entferne", "entfernen", "streiche",
        "pausiere", "pausieren", "halte", "verlängere", "verkürze", "erhöhe", "erhöhen", "senke",
        "senken", "reduziere", "reduzieren", "verringere", "regele", "regeln", "dimme", "dimmen",
        "heize", "heizen", "kühle", "kühlen", "wecke", "wecken", "erinnere", "erinnern", "sage",
        "sagen", "zeige", "zeigen", "nenne", "erzähle", "lies", "lesen", "rufe", "rufen",
        "schicke", "schicken", "schreibe", "schreiben", "notiere", "notieren", "füge", "fügen",
        "trage", "tragen", "verschiebe", "verschieben", "ändere", "ändern", "wiederhole", "sauge",
        "saugen", "reinige", "putze", "koche", "kochen", "hebe", "rolle", "knipse", "tu", "hole",
        "suche", "finde", "prüfe", "schaue", "bestelle", "bestellen", "melde", "sorge", "achte",
    ],
    objects: &[
        "der", "die", "das", "den", "dem", "ein", "eine", "einen", "mein", "meine", "meinen",
        "unser", "unsere", "dein", "diese", "es", "sie", "ihn", "mir", "mich", "uns", "alle",
        "alles", "beide", "jede", "etwas", "bitte", "mal", "im", "in",
    ],
    subjects: &[
        "ich", "wir", "du", "er", "sie", "man", "jemand", "niemand", "keiner", "jeder", "leute",
        "es", "das", "da",
    ],
    hedges: &[
        "vielleicht", "eventuell", "möglicherweise", "ich glaube", "ich denke", "ich schätze",
        "wir sollten", "wir könnten", "du solltest", "ich sollte", "wahrscheinlich",
        "nicht sicher", "wenn nur", "was wenn", "ich wünschte", "wohl",
    ],
    denials: &[
        "nicht nötig", "kein bedarf", "brauchst nicht", "musst nicht", "brauchst du nicht",
        "musst du nicht", "lieber nicht", "besser nicht", "nicht zu", "darf nicht", "soll nicht",
        "niemand soll", "keiner soll", "auf keinen fall", "bloss nicht", "ja nicht", "lasse die finger",
    ],
    before_denied: &["nicht", "nie", "niemals"],
    deniers: &["ich", "wir", "man", "warum", "du", "leute"],
    hearsay: &[
        "sagte", "sagt", "meinte", "meint", "dachte", "denkt", "fragte", "fragt", "behauptet",
        "behauptete", "schrieb", "schreibt", "rief", "glaubt", "glaubte", "hörte", "hat gesagt",
        "hat gemeint", "erzählte", "erzählt", "wollte dass", "will dass ich", "will dass wir",
    ],
    own_plans: &[
        "ich werde", "wir werden", "ich mache gleich", "ich wollte gerade", "ich habe vor",
        "wir haben vor", "ich bin dabei", "ich mache das",
    ],
    told: &[
        "war", "waren", "hatte", "hatten", "wurde", "wurden", "ging", "gingen", "kam", "kamen",
        "klingelte", "liess", "bekam", "wachte", "begann", "kaufte", "baute", "fiel", "fand",
        "vergass", "gab", "hielt", "wusste", "brannte", "verlor", "traf", "lief", "sah", "schlief",
        "stand", "nahm", "brachte", "schrieb", "gewesen", "geworden", "geblieben", "kostet",
        "dauert", "funktioniert", "bleibt", "blieb", "sieht", "kommt", "geht", "macht",
    ],
    states: &[
        "ist", "sind", "bin", "bist", "sein", "scheint", "wirkt", "fühlt", "klingt", "wird",
        "werden", "würde", "kann", "könnte", "darf", "soll", "sollte", "muss", "hat", "haben",
    ],
    prepositions: &["in", "im", "an", "am", "von", "vom", "für", "mit", "bei", "auf", "aus"],
    weak_links: &["und", "oder"],
    links: &["aber", "dann", "weil", "denn", "sondern"],
    beside: &BESIDE,
};

// A remark beside an order is told by the place of the verb, which German words alone
// do not show: none is taken for one.
static BESIDE: BesideWords = BesideWords {
    because: &[],
    therefore: &[],
    speakers: &[],
    subjects: &[],
    behind: &[],
    determiners: &[],
    states: &[],
    own_states: &[],
    degrees: &[],
    never: &[],
    no_end: &[],
    going_on: "",
    pronouns: &[],
    short: ("", &[]),
    infinitive: "",
};
