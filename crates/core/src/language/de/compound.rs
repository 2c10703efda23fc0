//! Compound nouns: a word before another, often with a joint between them.

/// Fewer letters make no word of a compound.
const SHORTEST: usize = 3;

/// Joints between the parts, and what stands at the end of the first part alone:
/// "Küche-n-licht", "Wohnung-s-tür", "Schul-tür".
const JOINTS: [(&str, &str); 6] = [
    ("", ""),
    ("s", ""),
    ("es", ""),
    ("n", ""),
    ("en", ""),
    ("", "e"),
];

/// The ways to take a word for two: the first by itself, and the second.
pub(super) fn compounds(word: &str) -> Vec<(String, String)> {
    let count = word.chars().count();
    let places = word.char_indices().map(|(at, _)| at).enumerate();
    let places =
        places.filter(|(before, _)| (SHORTEST..=count.saturating_sub(SHORTEST)).contains(before));
    let mut pairs = Vec::new();
    for (_, at) in places {
        let (first, second) = word.split_at(at);
        for (joint, ending) in JOINTS {
            if let Some(stem) = first.strip_suffix(joint) {
                pairs.push((format!("{stem}{ending}"), second.to_owned()));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::compounds;

    #[test]
    fn a_compound_has_two_words() {
        for (word, first, second) in [
            ("küchenlicht", "küche", "licht"),
            ("wohnzimmerlampe", "wohnzimmer", "lampe"),
            ("wohnungstür", "wohnung", "tür"),
            ("badlicht", "bad", "licht"),
            ("stubenheizung", "stube", "heizung"),
            ("schultür", "schule", "tür"),
        ] {
            let pair = (first.to_owned(), second.to_owned());
            assert!(compounds(word).contains(&pair), "{word}");
        }
        assert_eq!(compounds("licht"), Vec::new());
    }
}
