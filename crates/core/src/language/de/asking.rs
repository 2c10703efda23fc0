//! German words of questions to a text, as tables, and the stems of words.

use crate::language::AskingWords;

#[rustfmt::skip]
pub(super) static ASKING: AskingWords = AskingWords {
    about: &[
        "erzähle mir von", "erzähle uns von", "erzähle mir etwas über", "erzähle uns etwas über",
        "was weisst du über", "kannst du mir etwas über", "kannst du uns etwas über", "erkläre",
        "erkläre mir", "beschreibe", "was ist mit",
    ],
    whether: &[
        "kann ich", "kann man", "können wir", "darf ich", "darf man", "dürfen wir", "dürfen hunde",
        "dürfen kinder", "gibt es", "habt ihr", "haben sie", "muss ich", "muss man", "müssen wir",
    ],
    auxiliary: &[
        "ist", "sind", "war", "waren", "wird", "werden", "wurde", "wurden", "hat", "haben",
        "hatte", "kann", "können", "muss", "müssen", "darf", "dürfen", "gibt", "macht", "machen",
        "öffnet", "öffnen", "schliesst", "schliessen", "beginnt", "endet", "fährt",
    ],
    moment: &[
        "wann", "wie spät", "um wie viel uhr", "um wieviel uhr", "ab wann", "bis wann",
        "seit wann", "wie lange", "an welchem tag", "an welchen tagen", "in welchem jahr",
        "in welchem monat", "in welchem jahrhundert", "wie oft",
    ],
    amount: &[
        "wie viele", "wieviele", "wie viel", "wieviel", "wie hoch", "wie gross", "wie lang",
        "wie weit", "wie schwer", "wie tief", "wie breit", "wie alt", "wie schnell", "wie dick",
        "wie kalt", "wie warm", "wie heiss", "was kostet", "was kosten",
    ],
    times: &[
        "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
        "oktober", "november", "dezember", "frühling", "frühjahr", "sommer", "herbst", "winter",
        "mittag", "mitternacht", "morgen", "vormittag", "nachmittag", "abend", "nacht", "täglich",
        "wöchentlich", "monatlich", "jährlich", "stündlich", "jeden", "immer", "werktags",
        "wochenende", "jahrhundert", "jahr", "heute", "nie", "weihnachten", "ostern", "feiertag",
        "feiertagen", "tag", "tage", "uhr",
    ],
    place: &[
        "wo", "woher", "wohin", "in welchem stock", "in welchem stockwerk", "auf welcher etage",
        "in welchem raum", "in welcher stadt", "in welchem land", "welcher raum",
    ],
    within: &[
        "in", "im", "ins", "an", "am", "auf", "bei", "beim", "hinter", "neben", "unter", "unterm",
        "über", "überm", "zwischen", "gegenüber", "aus", "von", "vom", "nach", "zu", "zum", "zur",
        "vor", "vorm", "durch", "entlang", "innerhalb", "ausserhalb", "nahe",
    ],
    spots: &[
        "oben", "unten", "links", "rechts", "draussen", "drinnen", "drüben", "überall",
        "nirgends", "stockwerk", "etage", "erdgeschoss", "obergeschoss", "untergeschoss", "ecke",
        "eingang", "ausgang",
    ],
    no_number: &["frei", "kostenlos", "gratis", "umsonst", "nichts", "keine", "kein", "halb"],
    unmeasured: &["viele", "viel", "lang", "lange", "alt", "gross", "weit"],
    price: &[
        "was kostet", "was kosten", "wie teuer", "kostet", "kosten", "preis", "preise", "zahlen",
        "bezahlen", "gebühr", "eintritt",
    ],
    money: &[
        "euro", "cent", "franken", "rappen", "dollar", "pfund", "frei", "kostenlos", "gratis",
        "umsonst", "nichts",
    ],
    empty: &[
        "erzähle", "erkläre", "beschreibe", "weisst", "wissen", "genau", "eigentlich", "sage",
        "frage", "bitte", "etwas", "jemand", "man", "denn", "art", "heisst", "genannt", "name",
        "ding", "sache", "gibt", "finde", "finden", "erlaubt", "möglich", "machen", "gemacht",
        "brauche", "brauchen", "muss", "müssen", "noch", "überhaupt", "hier", "da",
    ],
    leaning: &[
        "er", "sie", "es", "ihn", "ihm", "ihr", "ihre", "ihren", "sein", "seine", "seinen", "dies",
        "diese", "dieser", "dieses", "das", "beide", "dort", "dann", "so", "auch", "aber", "und",
        "dabei", "davon", "damit", "dazu",
    ],
    limits: &[
        "nicht", "kein", "keine", "keinen", "keiner", "nie", "niemand", "nichts", "weder", "noch",
        "nur", "ausser", "ohne", "verboten", "untersagt",
    ],
    bounds: &[
        "unter", "über", "vor", "nach", "ab", "bis", "mindestens", "höchstens", "als", "fast",
        "beinahe", "knapp", "ausser",
    ],
    added: &["ja", "liegt", "befindet", "heisst", "genannt", "folgende", "antwort", "dauert"],
    abbreviations: &[
        "dr", "prof", "hr", "fr", "st", "ca", "bzw", "usw", "z.b", "d.h", "u.a", "nr", "str",
        "jh", "geb", "gest", "inkl", "min", "std", "tel", "jan", "feb", "apr", "aug", "sept",
        "okt", "nov", "dez",
    ],
};

/// Endings of inflected forms, longer ones first.
const ENDINGS: [&str; 8] = ["ern", "em", "en", "er", "es", "e", "s", "n"];

/// What the forms of one word have in common; a rough one: umlauts of plurals and one
/// ending are taken away.
pub(super) fn stem(word: &str) -> String {
    let plain: String = word
        .chars()
        .map(|letter| match letter {
            'ä' => 'a',
            'ö' => 'o',
            'ü' => 'u',
            other => other,
        })
        .collect();
    let ending = ENDINGS
        .iter()
        .find(|ending| plain.ends_with(**ending) && plain.len() > ending.len() + 3);
    let kept = plain.len() - ending.map_or(0, |ending| ending.len());
    plain[..kept].to_owned()
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_of_a_word_have_one_stem() {
        let check = |words: &[&str]| {
            let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
            assert!(
                stems.iter().all(|other| *other == stems[0]),
                "{words:?} {stems:?}"
            );
        };
        check(&["turm", "türme", "türmen", "turmes"]);
        check(&["haus", "häuser", "häusern"]);
        check(&["kind", "kinder", "kindern"]);
        assert_ne!(stem("uhr"), stem("u"));
        assert_ne!(stem("brot"), stem("boot"));
    }
}
