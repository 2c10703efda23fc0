//! How alike two words are to an ear: what a speech recogniser confuses.

use super::words;
use crate::language::en::date::is_weekday;

/// Inflection of a noun or of a list's value: `light`, `lights`.
const INFLECTED: u16 = 4;
/// A verb in its -ing form.
const PROGRESSIVE: u16 = 8;
/// A past tense is a report more often than an order.
const PAST: u16 = 30;
/// Sounds the same.
const HOMOPHONE: u16 = 8;
/// One letter or sound off.
const NEAR: u16 = 14;
/// Two or three off, in a long word.
const FAR: u16 = 20;

/// A word with what comparing it needs.
#[derive(Clone, Debug)]
pub struct Sound {
    pub text: String,
    /// See [`key`].
    key: String,
    /// Bit for each letter that occurs.
    letters: u32,
    pub closed: bool,
    /// Occurs in a slot's values.
    pub in_value: bool,
}

impl Sound {
    pub fn new(text: &str, in_value: bool) -> Self {
        Self {
            text: text.to_owned(),
            key: key(text),
            letters: letters(text),
            closed: words::is_closed(text),
            in_value,
        }
    }
}

/// What it costs to take `heard` for `meant`; `None` if it must not be.
/// `known` is whether the grammar has the heard word: then it is itself.
pub fn cost(heard: &Sound, meant: &Sound, known: bool) -> Option<u16> {
    if heard.text == meant.text {
        return Some(0);
    }
    if let Some(cost) = inflection(&heard.text, &meant.text, meant.in_value) {
        let exact = words::is_numeral(&meant.text)
            || words::is_small(&meant.text)
            || is_weekday(&meant.text);
        return (!exact).then_some(cost);
    }
    if known || heard.closed || meant.closed {
        return None;
    }
    if (heard.letters ^ meant.letters).count_ones() > 6 {
        return None;
    }
    distance(heard, meant)
}

fn distance(heard: &Sound, meant: &Sound) -> Option<u16> {
    let length = heard.text.chars().count().max(meant.text.chars().count());
    let shortest = heard.text.chars().count().min(meant.text.chars().count());
    if length - shortest > 3 || words::are_reversed(&heard.text, &meant.text) {
        return None;
    }
    let letters = strsim::osa_distance(&heard.text, &meant.text);
    if heard.key == meant.key {
        return (length > 3 && letters <= 3 || letters <= 1 && length > 2).then_some(HOMOPHONE);
    }
    if heard.key.chars().next() != meant.key.chars().next() {
        return None;
    }
    let sounds = strsim::osa_distance(&heard.key, &meant.key);
    match length {
        0..=4 => None,
        5..=6 => (letters == 1 && sounds <= 1).then_some(NEAR),
        7..=9 if letters <= 1 && sounds <= 1 => Some(NEAR),
        7..=9 => (letters <= 2 && sounds <= 1).then_some(FAR),
        _ if letters <= 2 && sounds <= 2 => Some(NEAR),
        _ => (letters <= 3 && sounds <= 2).then_some(FAR),
    }
}

fn inflection(heard: &str, meant: &str, in_value: bool) -> Option<u16> {
    let (short, long) = if heard.len() < meant.len() {
        (heard, meant)
    } else {
        (meant, heard)
    };
    if short.len() < 3 {
        return None;
    }
    let said_longer = long == heard;
    let plural = ["s", "es"]
        .iter()
        .any(|ending| long.strip_suffix(ending) == Some(short))
        || long
            .strip_suffix("ies")
            .is_some_and(|stem| short.strip_suffix('y') == Some(stem));
    if plural {
        return Some(INFLECTED);
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
        return Some(if in_value { INFLECTED } else { PROGRESSIVE });
    }
    if stem_of("ed").is_some() {
        return Some(if in_value || !said_longer {
            INFLECTED
        } else {
            PAST
        });
    }
    None
}

fn letters(text: &str) -> u32 {
    text.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |set, b| set | 1 << (b - b'a'))
}

/// A rough phonetic spelling: one sign for each sound, vowels in three
/// classes, silent letters dropped.
fn key(word: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(heard: &str, meant: &str) -> Option<u16> {
        cost(&Sound::new(heard, false), &Sound::new(meant, false), false)
    }

    #[test]
    fn what_recognisers_confuse_is_near() {
        for (heard, meant) in [
            ("mocca", "mocha"),
            ("kitten", "kitchen"),
            ("americana", "americano"),
            ("capuccino", "cappuccino"),
            ("expresso", "espresso"),
            ("lights", "light"),
            ("brightnes", "brightness"),
            ("temprature", "temperature"),
        ] {
            assert!(
                alike(heard, meant).is_some(),
                "{heard} for {meant}: {} {}",
                key(heard),
                key(meant)
            );
        }
    }

    #[test]
    fn what_means_something_else_is_far() {
        for (heard, meant) in [
            ("bathroom", "bedroom"),
            ("off", "on"),
            ("unlock", "lock"),
            ("deactivate", "activate"),
            ("decrease", "increase"),
            ("fifteen", "fifty"),
            ("wall", "hall"),
            ("garage", "garden"),
            ("lift", "left"),
            ("sunday", "monday"),
            ("chicken", "kitchen"),
            ("mouse", "house"),
            ("downstairs", "upstairs"),
            ("oven", "open"),
            ("for", "four"),
            ("thirteen", "thirty"),
        ] {
            assert!(alike(heard, meant).is_none(), "{heard} for {meant}");
        }
    }
}
