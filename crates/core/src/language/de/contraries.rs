//! German words for the two sides of a contrary.

use crate::language::Contrary;

#[rustfmt::skip]
pub(super) static CONTRARIES: [Contrary; 5] = [
    Contrary {
        heads: [
            &["ein", "an", "eingeschaltet", "aktiviere", "starte", "on"],
            &["aus", "ab", "ausgeschaltet", "deaktiviere", "stoppe", "off"],
        ],
        hints: [
            &[
                "ist dunkel", "zu dunkel", "so dunkel", "stockdunkel", "stockfinster", "finster",
                "nichts sehen", "nicht sehen", "nichts mehr", "beleuchte", "hell machen",
                "licht machen", "mehr licht", "brauche licht", "will licht", "leuchten", "starte",
                "los", "laufen",
            ],
            &[
                "lösche", "dunkel machen", "ausknipsen", "weg", "abdrehen", "zu hell",
                "blendet", "kein licht mehr", "nicht mehr gebraucht", "brauche nicht mehr",
                "niemand ist", "niemand mehr", "verschwendung", "beende", "schluss",
            ],
        ],
    },
    Contrary {
        heads: [&["auf", "öffne", "offen", "hoch", "open", "up"], &["zu", "schliesse", "geschlossen", "runter", "close", "closed", "down"]],
        hints: [
            &[
                "öffne", "hochziehen", "aufmachen", "sonne rein", "licht rein", "tageslicht",
                "frische luft", "lüften", "lasse rein", "reinlassen",
            ],
            &[
                "schliesse", "runterlassen", "zumachen", "blendet", "zu sonnig", "niemand reinschauen",
                "reinschauen", "nicht offen bleiben", "zieht", "verdunkeln",
            ],
        ],
    },
    Contrary {
        heads: [
            &["lauter", "höher", "mehr", "heller", "schneller", "hoch", "up", "louder"],
            &["leiser", "niedriger", "weniger", "dunkler", "langsamer", "runter", "down", "quieter"],
        ],
        hints: [
            &[
                "lauter", "aufdrehen", "erhöhe", "höher", "mehr", "zu leise", "kaum hören",
                "höre nichts", "verstehe nichts", "heller", "zu dunkel", "schneller", "zu langsam",
                "stärker",
            ],
            &[
                "leiser", "niedriger", "senke", "reduziere", "weniger", "nicht so laut", "zu laut",
                "so laut", "dröhnt", "ohrenbetäubend", "dunkler", "zu hell", "langsamer",
                "zu schnell", "schwächer",
            ],
        ],
    },
    Contrary {
        heads: [&["wärmer", "heisser", "warmer"], &["kühler", "kälter", "cooler"]],
        hints: [
            &["kalt", "friere", "frieren", "eiskalt", "zu kühl", "frisch hier", "fröstelt"],
            &["heiss", "schwitze", "schwitzen", "stickig", "zu warm", "hitze", "bullenhitze"],
        ],
    },
    Contrary {
        heads: [&["verriegele", "abgeschlossen", "sperre ab", "lock"], &["entriegele", "aufgeschlossen", "sperre auf", "unlock"]],
        hints: [
            &["absperren", "abschliessen", "sichern", "einbrecher", "gehe ins bett"],
            &["aufsperren", "aufschliessen", "reinlassen", "kommt rein", "lasse rein"],
        ],
    },
];
