//! Forms of one English word, and the sound of a word by its spelling.

use crate::language::Inflection;

/// How `long` is a form of `short`, if it is one.
pub(super) fn inflection(short: &str, long: &str) -> Option<Inflection> {
    if short.len() < 3 {
        return None;
    }
    let plural = ["s", "es"]
        .iter()
        .any(|ending| long.strip_suffix(ending) == Some(short))
        || long
            .strip_suffix("ies")
            .is_some_and(|stem| short.strip_suffix('y') == Some(stem));
    if plural {
        return Some(Inflection::Plural);
    }
    let stem_of = |ending: &str| {
        let stem = long.strip_suffix(ending)?;
        let doubled =
            stem.len() > 2 && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
        let same = stem == short
            || short.strip_suffix('e') == Some(stem)
            || doubled && stem.is_char_boundary(stem.len() - 1) && stem[..stem.len() - 1] == *short;
        same.then_some(())
    };
    if stem_of("ing").is_some() {
        Some(Inflection::Progressive)
    } else {
        stem_of("ed").map(|()| Inflection::Past)
    }
}

/// A rough phonetic spelling: one sign for each sound, vowels in three
/// classes, silent letters dropped.
pub(super) fn sound(word: &str) -> String {
    const RULES: &[(&str, &str)] = &[
        ("tch", "J"),
        ("igh", "Y"),
        ("eigh", "E"),
        ("ough", "O"),
        ("augh", "O"),
        ("tion", "XN"),
        ("sion", "XN"),
        ("ch", "J"),
        ("sh", "X"),
        ("ph", "F"),
        ("th", "T"),
        ("ck", "K"),
        ("gh", "G"),
        ("qu", "KW"),
        ("wh", "W"),
        ("ce", "SE"),
        ("ci", "SE"),
        ("cy", "SE"),
        ("dge", "J"),
        ("ge", "J"),
        ("x", "KS"),
        ("c", "K"),
        ("q", "K"),
        ("z", "S"),
        ("j", "J"),
        ("ee", "E"),
        ("ea", "E"),
        ("ie", "E"),
        ("ei", "E"),
        ("ey", "E"),
        ("ai", "A"),
        ("ay", "A"),
        ("au", "O"),
        ("aw", "O"),
        ("oa", "O"),
        ("oo", "U"),
        ("ou", "O"),
        ("ow", "O"),
        ("ew", "U"),
        ("ue", "U"),
        ("e", "E"),
        ("i", "E"),
        ("y", "E"),
        ("a", "A"),
        ("o", "O"),
        ("u", "U"),
    ];
    let mut key = String::new();
    let mut rest = match word {
        _ if word.starts_with("kn") || word.starts_with("wr") => &word[1..],
        _ => word,
    };
    // A silent final e lengthens the vowel before: lite sounds like light.
    let mut long_i = false;
    if let Some(stem) = rest.strip_suffix('e')
        && stem.len() > 2
        && !stem.ends_with(['e', 'i', 'o', 'u', 'a', 'c', 'g'])
    {
        let mut back = stem.chars().rev();
        long_i = back.next().is_some() && back.next() == Some('i');
        rest = stem;
    }
    while let Some(first) = rest.chars().next() {
        let rule = RULES.iter().find(|(letters, _)| rest.starts_with(letters));
        let (taken, sounds) = match rule {
            Some((letters, sounds)) => (letters.len(), (*sounds).to_owned()),
            None => (first.len_utf8(), first.to_uppercase().to_string()),
        };
        let before_last = rest.len() == 2;
        let sounds = if long_i && before_last && first == 'i' {
            "Y".to_owned()
        } else {
            sounds
        };
        rest = &rest[taken..];
        if !key.ends_with(&sounds) {
            key.push_str(&sounds);
        }
    }
    key
}
