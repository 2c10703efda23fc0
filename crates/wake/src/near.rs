//! Speech that sounds nearly like a word, as phonemes: its parts, its rhymes, and words
//! with some of its sounds.

use std::collections::BTreeSet;

use crate::Rng;

/// Vowels, with the diphthongs that Kokoro writes as one letter.
const VOWELS: &str = "aɑɐɒæɔəɚɛeɜɝiɪɨoɵøœuʊʉʌyAIOQWY";

/// Vowels and consonants that take the place of others; every voice can say them.
const OTHER_VOWELS: [&str; 8] = ["æ", "ɛ", "ɪ", "iː", "ʌ", "uː", "A", "O"];
const OTHER_CONSONANTS: [&str; 14] = [
    "p", "t", "k", "b", "d", "ɡ", "f", "s", "ʃ", "m", "n", "l", "w", "v",
];

/// A part of the sounds that must differ: "smart mirror" said badly is still that word.
const DIFFERENT: f32 = 0.34;

/// Tries for each that is wanted.
const TRIES: usize = 20;

/// One sound: a letter of the phonetic alphabet with what belongs to it, such as stress
/// before and length after it. A space is a sound of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sound(String);

impl Sound {
    fn is_vowel(&self) -> bool {
        self.0.contains(|c| VOWELS.contains(c))
    }

    fn is_space(&self) -> bool {
        self.0 == " "
    }
}

/// The sounds of phonemes as espeak writes them.
fn sounds(phonemes: &str) -> Vec<Sound> {
    let mut all: Vec<Sound> = Vec::new();
    let mut stress = String::new();
    for letter in phonemes.chars() {
        match letter {
            'ˈ' | 'ˌ' => stress.push(letter),
            'ː' | '\u{303}' | 'ʲ' | 'ʰ' | '\u{329}' => {
                if let Some(last) = all.last_mut() {
                    last.0.push(letter);
                }
            }
            _ => {
                let mut sound = std::mem::take(&mut stress);
                sound.push(letter);
                all.push(Sound(sound));
            }
        }
    }
    all
}

/// Vowels in phonemes, which is about the number of syllables.
#[must_use]
pub fn syllables(phonemes: &str) -> usize {
    sounds(phonemes)
        .iter()
        .filter(|sound| sound.is_vowel())
        .count()
}

/// Sounds in phonemes, without spaces.
#[must_use]
pub fn length(phonemes: &str) -> usize {
    sounds(phonemes)
        .iter()
        .filter(|sound| !sound.is_space())
        .count()
}

/// Up to `count` different near misses of a word, as phonemes.
#[must_use]
pub fn near_misses(phonemes: &str, count: usize, rng: &mut Rng) -> Vec<String> {
    let word = sounds(phonemes);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for attempt in 0..count * TRIES {
        if found.len() == count {
            break;
        }
        let other = variant(&word, attempt % 6, rng);
        if is_far(&word, &other) {
            let text: String = other.into_iter().map(|sound| sound.0).collect();
            let text = text.trim().to_owned();
            if seen.insert(text.clone()) {
                found.push(text);
            }
        }
    }
    found
}

fn variant(word: &[Sound], kind: usize, rng: &mut Rng) -> Vec<Sound> {
    let place = rng.between(0.3, 0.7);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "tens of sounds"
    )]
    let (first, last) = word.split_at((word.len() as f32 * place) as usize);
    let changed = |part: &[Sound], share: f32, rng: &mut Rng| -> Vec<Sound> {
        let change = |sound: &Sound, rng: &mut Rng| {
            if sound.is_space() || !rng.chance(share) {
                return sound.clone();
            }
            other(sound, rng)
        };
        part.iter().map(|sound| change(sound, rng)).collect()
    };
    match kind {
        0 => first.to_vec(),
        1 => last.to_vec(),
        // A word with the same beginning, one with the same end, one like it all over.
        2 => [first.to_vec(), changed(last, 0.9, rng)].concat(),
        3 => [changed(first, 0.9, rng), last.to_vec()].concat(),
        4 => changed(word, 0.5, rng),
        // Its parts in the wrong order.
        _ => [last.to_vec(), vec![Sound(" ".into())], first.to_vec()].concat(),
    }
}

fn other(sound: &Sound, rng: &mut Rng) -> Sound {
    let stress: String = sound.0.chars().filter(|c| "ˈˌ".contains(*c)).collect();
    let new = if sound.is_vowel() {
        rng.pick(&OTHER_VOWELS)
    } else {
        rng.pick(&OTHER_CONSONANTS)
    };
    Sound(format!("{stress}{new}"))
}

/// Whether so many sounds differ that it is another word.
fn is_far(word: &[Sound], other: &[Sound]) -> bool {
    let bare = |sounds: &[Sound]| -> Vec<String> {
        let bare = |sound: &Sound| sound.0.trim_matches(['ˈ', 'ˌ', 'ː', ' ']).to_owned();
        let all = sounds.iter().filter(|sound| !sound.is_space()).map(bare);
        all.collect()
    };
    let (word, other) = (bare(word), bare(other));
    #[expect(clippy::cast_precision_loss, reason = "tens of sounds")]
    let needed = (DIFFERENT * word.len() as f32).max(2.0);
    #[expect(clippy::cast_precision_loss, reason = "tens of sounds")]
    let apart = distance(&word, &other) as f32;
    2 <= other.len() && needed <= apart
}

/// Insertions, deletions and replacements from one to the other.
fn distance(a: &[String], b: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, sound) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = before + usize::from(sound != other);
            before = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(before + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMART_MIRROR: &str = "smˈɑːɹt mˈɪɹɚ";

    #[test]
    fn near_misses_are_other_words_with_its_sounds() {
        let found = near_misses(SMART_MIRROR, 40, &mut Rng::new(1));
        assert_eq!(found.len(), 40);
        assert_eq!(found, near_misses(SMART_MIRROR, 40, &mut Rng::new(1)));
        let word = sounds(SMART_MIRROR);
        for near in &found {
            assert!(is_far(&word, &sounds(near)), "{near}");
        }
        // Some keep its end, some its beginning.
        assert!(found.iter().any(|near| near.ends_with("ɹɚ")));
        assert!(found.iter().any(|near| near.starts_with("sm")));
    }

    #[test]
    fn sounds_are_counted_with_what_belongs_to_them() {
        assert_eq!((length(SMART_MIRROR), syllables(SMART_MIRROR)), (9, 3));
        assert_eq!((length("ɐlˈɛksə"), syllables("ɐlˈɛksə")), (6, 3));
        assert_eq!((length(""), syllables("")), (0, 0));
    }

    #[test]
    fn a_word_of_two_sounds_has_few_and_nothing_has_none() {
        assert!(near_misses("", 5, &mut Rng::new(1)).is_empty());
        for near in near_misses("hˈI", 5, &mut Rng::new(1)) {
            assert!(is_far(&sounds("hˈI"), &sounds(&near)), "{near}");
        }
    }
}
