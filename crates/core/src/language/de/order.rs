//! German verbs that only carry a command, and what may stand in their place.
//! The particle stands at the end: "schalte das Licht ein".

use crate::language::{OrderWords, SameVerbs};

#[rustfmt::skip]
pub(super) static ORDER: OrderWords = OrderWords {
    risky: &[
        "entriegele", "entriegeln", "entsperre", "entsperren", "schliesse auf", "aufschliessen",
        "entschärfe", "entschärfen", "kaufe", "kaufen", "bezahle", "bezahlen", "zahle",
    ],
    waking: &["weck", "wecke", "wecken", "aufwecken", "aufstehen", "aufwachen"],
    ways_in: &["garage", "tor", "tür", "tuer", "door", "gate"],
    really: "Wirklich: {}?",
    opening: &[
        "bitte", "kannst du", "könntest du", "würdest du", "kannst du bitte", "könntest du bitte",
        "würdest du bitte", "kannst du mal", "könntest du mal", "ich möchte", "ich will",
        "ich hätte gern", "ich brauche", "wir brauchen", "wir möchten", "wir hätten gern",
        "ich möchte dass du", "ich will dass du", "lasse uns", "okay", "jetzt", "hey", "und",
        "dann", "so", "mal", "du sollst", "du kannst", "sei so nett und", "sei so gut und",
    ],
    switching: &["schalte", "mache"],
    switching_too: &[
        "stelle", "drehe", "knipse", "tu", "schmeisse", "werfe", "setze", "bringe", "kriege",
        "schalten", "machen", "stellen", "drehen", "knipsen",
    ],
    particles: &["ein", "an", "aus", "ab"],
    setting: &["stelle", "setze", "mache", "dimme", "drehe", "regele", "schalte"],
    setting_too: &[
        "bringe", "fahre", "heize", "kühle", "erhöhe", "senke", "reduziere", "verringere",
        "ändere", "hebe", "nimm", "lasse", "halte", "stellen", "setzen", "dimmen", "drehen",
        "regeln", "schalten", "heizen", "bringen", "fahren", "machen", "erhöhen", "senken",
    ],
    one_at_a_time: &["spiele", "spielen"],
    set_to: "auf",
    before_value: &["auf", "bis auf", "runter auf", "hoch auf", "herunter auf", "wieder auf"],
    redundant: &[
        ("wieder ein", "ein"), ("wieder an", "an"), ("wieder aus", "aus"), ("wieder auf", "auf"),
        ("wieder zu", "zu"), ("wieder hoch", "hoch"), ("wieder runter", "runter"),
        ("herunter runter", "runter"), ("ganz auf", "auf"), ("ganz zu", "zu"),
    ],
    implying: &[
        ("lösche", "aus"), ("deaktiviere", "aus"), ("aktiviere", "ein"), ("starte", "ein"),
        ("stoppe", "aus"), ("beende", "aus"),
    ],
    sayings: &[
        ("licht aus machen", "licht aus"), ("habe ich", "ist"), ("haben wir", "ist"),
        ("auf die hälfte", "auf fünfzig prozent"), ("auf halbe", "auf fünfzig prozent"),
    ],
    ensuring: &["sorge dafür dass", "achte darauf dass", "stelle sicher dass", "ich möchte dass", "ich will dass"],
    being: &["ist", "sind", "wird"],
    split: &[("mache", "los", "ein"), ("fahre", "hoch", "ein"), ("fahre", "runter", "aus")],
    moving: &[
        ("auf", &["öffne"]), ("zu", &["schliesse"]), ("hoch", &["öffne", "hebe"]),
        ("rauf", &["öffne", "hebe"]), ("runter", &["schliesse", "senke"]),
        ("herunter", &["schliesse", "senke"]), ("herauf", &["öffne", "hebe"]),
    ],
    moving_too: &["mache", "ziehe", "fahre", "lasse", "rolle", "kurble", "drehe", "bringe"],
    becoming: &["kann", "darf", "soll", "können", "dürfen", "sollen"],
    lighting: &[("beleuchte", "licht")],
    everywhere: &[
        "im haus", "im ganze haus", "in der wohnung", "in der ganze wohnung", "zu hause",
        "überall", "in alle räumen", "in alle zimmern", "in jede raum", "in jede zimmer",
    ],
    small_amount: &["ein", "bisschen", "etwas", "wenig", "bitte", "mal", "tick", "kleines"],
    making: &["mache es", "stelle es"],
    inside: "in",
    share: "prozent",
    both: "beide",
    of_all: &[],
    fronted: &[],
    of_thing: &[],
    same: &[
        SameVerbs {
            verbs: &["entferne", "lösche", "streiche", "nimm"],
            too: &["entferne", "lösche", "streiche", "nimm", "tu"],
            with: &["von", "vom", "aus"],
        },
        SameVerbs {
            verbs: &["setze", "schreibe", "füge", "packe"],
            too: &["setze", "schreibe", "füge", "packe", "tu", "notiere", "trage", "nimm"],
            with: &["auf", "hinzu", "ein"],
        },
        SameVerbs { verbs: &["starte", "aktiviere"], too: &["starte", "aktiviere", "beginne"], with: &[] },
        SameVerbs { verbs: &["stoppe", "beende"], too: &["stoppe", "beende"], with: &[] },
        SameVerbs { verbs: &["erhöhe", "steigere"], too: &["erhöhe", "steigere"], with: &[] },
        SameVerbs {
            verbs: &["senke", "verringere", "reduziere"],
            too: &["senke", "verringere", "reduziere", "vermindere"],
            with: &[],
        },
        SameVerbs {
            verbs: &["verriegele"],
            too: &["verriegele", "verriegeln"],
            with: &[],
        },
        SameVerbs {
            verbs: &["schliesse"],
            too: &["schliesse", "schliessen"],
            with: &[],
        },
        SameVerbs { verbs: &["öffne"], too: &["öffne", "öffnen"], with: &[] },
    ],
};
