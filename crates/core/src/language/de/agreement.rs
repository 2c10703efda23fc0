//! Articles in the gender and case of their noun, in orders that are put together
//! from a phrase and its values: "schalte der Licht in Bad aus" is said as "schalte
//! das Licht im Bad aus".

/// The gender of a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gender {
    Masculine,
    Feminine,
    Neuter,
}

use Gender::{Feminine, Masculine, Neuter};

/// Genders by the ends of nouns, which the last part of a compound decides. The
/// longest end counts.
#[rustfmt::skip]
const ENDS: &[(&str, Gender)] = &[
    ("licht", Neuter), ("zimmer", Neuter), ("bad", Neuter), ("büro", Neuter), ("haus", Neuter),
    ("radio", Neuter), ("fenster", Neuter), ("tor", Neuter), ("rollo", Neuter), ("studio", Neuter),
    ("klo", Neuter), ("wc", Neuter), ("gerät", Neuter), ("telefon", Neuter), ("display", Neuter),
    ("chen", Neuter), ("lein", Neuter), ("um", Neuter), ("ment", Neuter), ("programm", Neuter),
    ("bett", Neuter), ("schloss", Neuter), ("foyer", Neuter), ("lager", Neuter),
    ("auge", Neuter), ("ende", Neuter), ("wasser", Neuter),
    ("ung", Feminine), ("heit", Feminine), ("keit", Feminine), ("tür", Feminine), ("e", Feminine),
    ("musik", Feminine), ("tät", Feminine), ("ion", Feminine), ("schaft", Feminine),
    ("werkstatt", Feminine), ("kammer", Feminine), ("temperatur", Feminine), ("bibliothek", Feminine),
    ("sauna", Feminine), ("veranda", Feminine), ("kamera", Feminine), ("uhr", Feminine),
    ("party", Feminine), ("jalousie", Feminine),
    ("flur", Masculine), ("keller", Masculine), ("garten", Masculine), ("balkon", Masculine),
    ("er", Masculine), ("ventilator", Masculine), ("laden", Masculine), ("ofen", Masculine),
    ("herd", Masculine), ("raum", Masculine), ("gang", Masculine), ("boden", Masculine),
    ("hof", Masculine), ("pool", Masculine), ("schuppen", Masculine), ("tisch", Masculine),
    ("computer", Masculine), ("vorhang", Masculine), ("schrank", Masculine), ("abend", Masculine),
    ("speicher", Masculine), ("eingang", Masculine), ("stall", Masculine), ("alarm", Masculine),
    ("motor", Masculine), ("generator", Masculine), ("sensor", Masculine), ("countdown", Masculine),
];

fn gender(noun: &str) -> Option<Gender> {
    if !noun.starts_with(char::is_uppercase) {
        return None;
    }
    let noun = noun.to_lowercase();
    let ends = ENDS.iter().filter(|(end, _)| noun.ends_with(end));
    ends.max_by_key(|(end, _)| end.len())
        .map(|(_, gender)| *gender)
}

/// The article of what something is done to.
const fn accusative(gender: Gender) -> &'static str {
    match gender {
        Masculine => "den",
        Feminine => "die",
        Neuter => "das",
    }
}

/// "in" with the article of a place.
const fn inside(gender: Gender) -> &'static str {
    match gender {
        Masculine | Neuter => "im",
        Feminine => "in der",
    }
}

/// The order with its articles. Before a noun of unknown gender "der", which stands
/// for any article, is left out, and "in" stays.
pub(super) fn agreed(order: &str) -> String {
    let words: Vec<&str> = order.split_whitespace().collect();
    let next = |at: usize| words.get(at + 1).copied().unwrap_or_default();
    let said = words.iter().enumerate().filter_map(|(at, word)| {
        let noun = next(at);
        match (*word, gender(noun)) {
            ("der", Some(gender)) => Some(accusative(gender)),
            ("der", None) if noun.starts_with(char::is_uppercase) => None,
            ("in", Some(gender)) => Some(inside(gender)),
            _ => Some(*word),
        }
    });
    said.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::agreed;

    #[test]
    fn articles_agree_with_their_nouns() {
        for (made, said) in [
            (
                "schalte der Licht in Bad aus",
                "schalte das Licht im Bad aus",
            ),
            (
                "schalte der Lampe in Küche ein",
                "schalte die Lampe in der Küche ein",
            ),
            ("mache der Fernseher aus", "mache den Fernseher aus"),
            (
                "schließe der Rollladen in Arbeitszimmer",
                "schließe den Rollladen im Arbeitszimmer",
            ),
            ("sperre der Haustür ab", "sperre die Haustür ab"),
            ("lösche der Echo Show", "lösche Echo Show"),
            (
                "stelle Heizung in Flur auf 20 Grad",
                "stelle Heizung im Flur auf 20 Grad",
            ),
        ] {
            assert_eq!(agreed(made), said);
        }
    }
}
