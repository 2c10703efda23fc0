//! Forms of one German word, and the sound of a word by its spelling.

use crate::language::Inflection;

/// How `long` is a form of `short`, if it is one: endings of nouns and adjectives,
/// and "gemacht" of "mach".
pub(super) fn inflection(short: &str, long: &str) -> Option<Inflection> {
    if short.chars().count() < 4 {
        return None;
    }
    let plural = ["n", "en", "e", "s", "er", "es", "em", "nen", "se"]
        .iter()
        .any(|ending| long.strip_suffix(ending) == Some(short))
        || ["en", "er", "es", "em", "n"].iter().any(|ending| {
            let stem = long.strip_suffix(ending);
            stem.is_some() && stem == short.strip_suffix('e')
        })
        || without_umlaut(long).is_some_and(|plain| {
            plain == short || plain.strip_suffix('e') == Some(short) || {
                plain.strip_suffix("er") == Some(short) || plain.strip_suffix("en") == Some(short)
            }
        });
    if plural {
        return Some(Inflection::Plural);
    }
    let participle = long
        .strip_prefix("ge")
        .and_then(|rest| rest.strip_suffix("et").or_else(|| rest.strip_suffix('t')));
    let stem = short.strip_suffix("en").or_else(|| short.strip_suffix('e'));
    participle
        .filter(|participle| Some(*participle) == stem || *participle == short)
        .map(|_| Inflection::Past)
}

/// "Lampen" has none; "Räume" is "Raume".
fn without_umlaut(word: &str) -> Option<String> {
    if !word.contains(['ä', 'ö', 'ü']) {
        return None;
    }
    let plain = word.chars().map(|c| match c {
        'ä' => 'a',
        'ö' => 'o',
        'ü' => 'u',
        c => c,
    });
    Some(plain.collect())
}

/// A rough phonetic spelling: one sign for each sound.
pub(super) fn sound(word: &str) -> String {
    const RULES: &[(&str, &str)] = &[
        ("tsch", "J"),
        ("sch", "X"),
        ("chs", "KS"),
        ("ch", "C"),
        ("ck", "K"),
        ("ph", "F"),
        ("pf", "F"),
        ("th", "T"),
        ("dt", "T"),
        ("tz", "Z"),
        ("qu", "KV"),
        ("ah", "A"),
        ("eh", "E"),
        ("ih", "I"),
        ("oh", "O"),
        ("uh", "U"),
        ("äh", "E"),
        ("öh", "Ö"),
        ("üh", "Ü"),
        ("aa", "A"),
        ("ee", "E"),
        ("oo", "O"),
        ("ie", "I"),
        ("ei", "Y"),
        ("ai", "Y"),
        ("ey", "Y"),
        ("ay", "Y"),
        ("eu", "W"),
        ("äu", "W"),
        ("au", "Q"),
        ("v", "F"),
        ("w", "V"),
        ("z", "Z"),
        ("c", "K"),
        ("x", "KS"),
        ("y", "Ü"),
        ("ä", "E"),
        ("j", "I"),
    ];
    let mut key = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let rule = RULES.iter().find(|(letters, _)| rest.starts_with(letters));
        let (taken, sounds) = match rule {
            Some((letters, sounds)) => (letters.len(), (*sounds).to_owned()),
            None => (first.len_utf8(), first.to_uppercase().to_string()),
        };
        rest = &rest[taken..];
        if !key.ends_with(&sounds) {
            key.push_str(&sounds);
        }
    }
    // At the end of a word, soft consonants are hard: "und" sounds like "unt".
    let hard = match key.chars().last() {
        Some('B') => 'P',
        Some('D') => 'T',
        Some('G') => 'K',
        _ => return key,
    };
    key.pop();
    key.push(hard);
    key
}

/// What a text is heard as at worst: soft and hard consonants are one, and so are
/// "m" and "n".
#[must_use]
pub(super) fn worst_heard(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let key = sound(&word.to_lowercase().replace('ß', "ss"));
        let mut heard = String::new();
        for c in key.chars() {
            let c = match c {
                'B' => 'P',
                'D' => 'T',
                'G' => 'K',
                'V' => 'F',
                'M' => 'N',
                'Ö' => 'E',
                'Ü' => 'I',
                c => c,
            };
            if !heard.ends_with(c) {
                heard.push(c);
            }
        }
        heard
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_no_other_words() {
        for (short, long, is) in [
            ("lampe", "lampen", Some(Inflection::Plural)),
            ("licht", "lichter", Some(Inflection::Plural)),
            ("raum", "räume", Some(Inflection::Plural)),
            ("schalten", "geschaltet", Some(Inflection::Past)),
            ("heiz", "heizung", None),
            ("öffne", "offen", None),
        ] {
            assert_eq!(inflection(short, long), is, "{short} {long}");
        }
    }

    #[test]
    fn near_sounds_are_one() {
        for (one, other, near) in [
            ("rad", "rat", true),
            ("bad", "pad", true),
            ("fön", "fen", true),
            ("wand", "fand", true),
            ("an", "aus", false),
            ("küche", "kirche", false),
            ("auf", "zu", false),
        ] {
            assert_eq!(
                worst_heard(one) == worst_heard(other),
                near,
                "{one} {other}"
            );
        }
        assert_eq!(sound("und"), sound("unt"));
        assert_eq!(sound("fahr"), sound("vahr"));
    }
}
