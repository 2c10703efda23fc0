//! Words that a microphone can hardly tell apart: "lock" and "unlock", "den"
//! and "ten". Letters only, no phonemes: it warns, it decides nothing.

/// Letters, and what they are heard as where a room is not quiet. Longer ones
/// come first.
const HEARD: [(&str, &str); 17] = [
    ("ph", "f"),
    ("ck", "k"),
    ("th", "f"),
    ("wh", "w"),
    ("kn", "n"),
    ("wr", "r"),
    ("qu", "kw"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
    ("v", "f"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("m", "n"),
    ("y", "i"),
];

/// Prefixes without weight, which are lost first.
const WEAK: [&str; 2] = ["un", "en"];

/// The shortest rest of a word that a prefix may be lost before.
const LEAST_STEM: usize = 4;

/// The shortest word whose last `e` is silent.
const LEAST_SILENT: usize = 3;

/// What a text is heard as at worst. Texts that differ and are equal in this
/// may be taken for each other.
#[must_use]
pub(super) fn worst_heard(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    words.join(" ")
}

fn word(written: &str) -> String {
    let lower = written.to_lowercase();
    let stem = WEAK
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix))
        .filter(|stem| LEAST_STEM <= stem.chars().count())
        .unwrap_or(&lower);
    let mut heard = String::new();
    let mut rest = stem;
    while let Some(c) = rest.chars().next() {
        let sound = HEARD
            .iter()
            .find(|(letters, _)| rest.starts_with(letters))
            .map(|(letters, sound)| (letters.len(), *sound));
        if let Some((length, sound)) = sound {
            if !heard.ends_with(sound) {
                heard.push_str(sound);
            }
            rest = &rest[length..];
        } else {
            if !heard.ends_with(c) && c != '\'' {
                heard.push(c);
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    match heard.strip_suffix('e') {
        Some(stem) if LEAST_SILENT <= stem.len() => stem.to_owned(),
        _ => heard,
    }
}

#[cfg(test)]
mod tests {
    use super::worst_heard;

    #[test]
    fn near_sounds_are_one() {
        for (one, other, near) in [
            ("lock the door", "unlock the door", true),
            ("den", "ten", true),
            ("fan", "van", true),
            ("back", "bag", true),
            ("three", "free", true),
            ("on", "off", false),
            ("up", "down", false),
            ("kitchen", "chicken", false),
            ("open", "close", false),
            ("hall", "hell", false),
            ("red", "bed", false),
            ("under", "der", false),
        ] {
            let same = worst_heard(one) == worst_heard(other);
            assert_eq!(
                same,
                near,
                "{one}: {}, {other}: {}",
                worst_heard(one),
                worst_heard(other)
            );
        }
    }
}
