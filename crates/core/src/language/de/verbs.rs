//! Verbs of orders in their forms, and particles that are written together with
//! an infinitive: "schalte ... ein", "einschalten", "einzuschalten".

/// Imperative, infinitive, and other imperatives.
pub(super) type Verb = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
pub(super) const VERBS: [Verb; 83] = [
    ("schalte", "schalten", &["schalt"]), ("mache", "machen", &["mach"]),
    ("stelle", "stellen", &["stell"]), ("drehe", "drehen", &["dreh"]),
    ("fahre", "fahren", &["fahr"]), ("schliesse", "schliessen", &["schliess"]),
    ("öffne", "öffnen", &[]), ("sperre", "sperren", &["sperr"]),
    ("verriegele", "verriegeln", &["verriegle", "verriegel"]),
    ("entriegele", "entriegeln", &["entriegle", "entriegel"]),
    ("ziehe", "ziehen", &["zieh"]), ("lasse", "lassen", &["lass"]),
    ("setze", "setzen", &["setz"]), ("lege", "legen", &["leg"]),
    ("nimm", "nehmen", &[]), ("gib", "geben", &[]), ("bringe", "bringen", &["bring"]),
    ("spiele", "spielen", &[]), ("starte", "starten", &[]), ("stoppe", "stoppen", &["stopp"]),
    ("beende", "beenden", &[]), ("brich", "brechen", &["breche", "brech"]), ("lösche", "löschen", &["lösch"]),
    ("entferne", "entfernen", &["entfern"]), ("streiche", "streichen", &["streich"]),
    ("aktiviere", "aktivieren", &["aktivier"]),
    ("deaktiviere", "deaktivieren", &["deaktivier"]),
    ("pausiere", "pausieren", &["pausier"]), ("halte", "halten", &["halt"]),
    ("verlängere", "verlängern", &["verlänger"]), ("verkürze", "verkürzen", &["verkürz"]),
    ("erhöhe", "erhöhen", &["erhöh"]), ("senke", "senken", &["senk"]),
    ("reduziere", "reduzieren", &["reduzier"]), ("verringere", "verringern", &[]),
    ("regele", "regeln", &["regle"]), ("dimme", "dimmen", &["dimm"]),
    ("heize", "heizen", &["heiz"]), ("kühle", "kühlen", &[]), ("wecke", "wecken", &["weck"]),
    ("erinnere", "erinnern", &["erinner"]), ("sage", "sagen", &["sag"]),
    ("zeige", "zeigen", &["zeig"]), ("nenne", "nennen", &["nenn"]),
    ("erzähle", "erzählen", &["erzähl"]), ("lies", "lesen", &[]), ("rufe", "rufen", &[]),
    ("sende", "senden", &[]), ("schicke", "schicken", &["schick"]),
    ("schreibe", "schreiben", &["schreib"]), ("notiere", "notieren", &["notier"]),
    ("füge", "fügen", &["füg"]), ("trage", "tragen", &["trag"]),
    ("verschiebe", "verschieben", &["verschieb"]), ("ändere", "ändern", &["änder"]),
    ("wiederhole", "wiederholen", &["wiederhol"]), ("sauge", "saugen", &["saug"]),
    ("reinige", "reinigen", &[]), ("putze", "putzen", &["putz"]), ("koche", "kochen", &["koch"]),
    ("hebe", "heben", &["heb"]), ("rolle", "rollen", &[]), ("kurble", "kurbeln", &["kurbel"]),
    ("knipse", "knipsen", &["knips"]), ("tu", "tun", &["tue"]), ("hole", "holen", &["hol"]),
    ("suche", "suchen", &["such"]), ("finde", "finden", &[]), ("lade", "laden", &[]),
    ("bewege", "bewegen", &[]), ("wechsele", "wechseln", &["wechsle", "wechsel"]),
    ("überspringe", "überspringen", &["überspring"]), ("vergiss", "vergessen", &[]),
    ("prüfe", "prüfen", &["prüf"]), ("räume", "räumen", &["räum"]),
    ("zähle", "zählen", &["zähl"]), ("bestelle", "bestellen", &["bestell"]),
    ("höre", "hören", &["hör"]), ("unterbrich", "unterbrechen", &["unterbreche"]),
    ("storniere", "stornieren", &["stornier"]), ("erstelle", "erstellen", &["erstell"]),
    ("benenne", "benennen", &[]), ("färbe", "färben", &["färb"]),
];

/// Particles that are written together with an infinitive; longer ones first.
#[rustfmt::skip]
pub(super) const PARTICLES: [&str; 29] = [
    "herunter", "hinunter", "herauf", "hinauf", "heraus", "hinaus", "herein", "hinein", "zurück",
    "weiter", "runter", "hinzu", "rauf", "raus", "rein", "fort", "hoch", "nach", "vor", "weg",
    "los", "auf", "aus", "ein", "an", "ab", "zu", "um", "her",
];

/// The imperative of a word that is one of its other forms: "schalt" is
/// `schalte`.
pub(super) fn imperative(word: &str) -> Option<&'static str> {
    VERBS
        .iter()
        .find(|(_, _, others)| others.contains(&word))
        .map(|(imperative, ..)| *imperative)
}

/// The imperative of an infinitive.
pub(super) fn imperative_of(infinitive: &str) -> Option<&'static str> {
    VERBS
        .iter()
        .find(|(_, known, _)| *known == infinitive)
        .map(|(imperative, ..)| *imperative)
}

/// The infinitive of an imperative in its canonical form.
pub(super) fn infinitive(imperative: &str) -> Option<&'static str> {
    VERBS
        .iter()
        .find(|(known, ..)| *known == imperative)
        .map(|(_, infinitive, _)| *infinitive)
}

/// The infinitive of a form for "du": "schaltest" is `schalten`.
pub(super) fn infinitive_of_du(word: &str) -> Option<&'static str> {
    let stem = word.strip_suffix("st")?;
    let stem = stem.strip_suffix('e').unwrap_or(stem);
    VERBS
        .iter()
        .map(|(_, infinitive, _)| *infinitive)
        .find(|infinitive| {
            let own = infinitive
                .strip_suffix("en")
                .or_else(|| infinitive.strip_suffix('n'));
            own == Some(stem) && stem.chars().count() > 2
        })
}

/// The particle and the verb of what is written together: "einschalten" and
/// "einzuschalten" are `ein schalten`, "eingeschaltet" `ein geschaltet`,
/// "einschaltest" `ein schalten`.
pub(super) fn apart(word: &str) -> Option<(&'static str, String)> {
    let particle = PARTICLES.iter().find(|particle| {
        let rest = word.strip_prefix(**particle);
        rest.is_some_and(|rest| verb(rest).is_some())
    })?;
    let rest = word.strip_prefix(particle)?;
    Some((particle, verb(rest)?))
}

fn verb(rest: &str) -> Option<String> {
    let infinitive = rest.strip_prefix("zu").filter(|rest| 4 < rest.len());
    let infinitive = [Some(rest), infinitive]
        .into_iter()
        .flatten()
        .find(|rest| VERBS.iter().any(|(_, infinitive, _)| infinitive == rest));
    if let Some(infinitive) = infinitive {
        return Some(infinitive.to_owned());
    }
    if let Some(infinitive) = infinitive_of_du(rest) {
        return Some(infinitive.to_owned());
    }
    let stem = rest.strip_prefix("ge")?;
    let participle = VERBS.iter().any(|(_, infinitive, _)| {
        let own = infinitive.strip_suffix("en").unwrap_or(infinitive);
        stem.strip_suffix("et").or_else(|| stem.strip_suffix('t')) == Some(own)
            || stem == *infinitive
    });
    participle.then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_particle_stands_apart() {
        for (written, words) in [
            ("einschalten", "ein schalten"),
            ("einzuschalten", "ein schalten"),
            ("eingeschaltet", "ein geschaltet"),
            ("ausmachst", "aus machen"),
            ("herunterfahren", "herunter fahren"),
            ("zumachen", "zu machen"),
            ("vorlesen", "vor lesen"),
        ] {
            let (particle, verb) = apart(written).expect(written);
            assert_eq!(format!("{particle} {verb}"), words);
        }
        for word in [
            "abfahrt", "einfahrt", "aufgabe", "anlage", "zuhause", "ausser", "umzug",
        ] {
            assert_eq!(apart(word), None, "{word}");
        }
        for (imperative, infinitive, _) in VERBS {
            assert_eq!(imperative_of(infinitive), Some(imperative));
        }
    }
}
