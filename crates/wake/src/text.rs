//! Which texts can be wake words.

use thiserror::Error;

use crate::near;

/// Letters of the longest text.
const MOST_LETTERS: usize = 40;
/// Words of the longest text.
const MOST_WORDS: usize = 4;
/// Sounds of the shortest word: "hey" is in every other sentence.
const FEWEST_SOUNDS: usize = 5;
/// Syllables of the shortest word.
const FEWEST_SYLLABLES: usize = 2;
/// Sounds below which a word is said to be short.
const SHORT_SOUNDS: usize = 7;

/// Why a text cannot be a wake word.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{why}")]
pub struct Unfit {
    /// What is wrong with it.
    pub why: String,
    /// What to do.
    pub hint: &'static str,
}

fn unfit(why: impl Into<String>, hint: &'static str) -> Unfit {
    Unfit {
        why: why.into(),
        hint,
    }
}

/// A text that can be a wake word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordText {
    /// Its words, separated by single spaces.
    pub spoken: String,
    /// Its name in the configuration: small letters of ASCII, joined by `_`.
    pub name: String,
}

impl WordText {
    /// Reads a text.
    ///
    /// # Errors
    /// When it cannot be a wake word, whatever its sounds are.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let text = text.replace('_', " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            let hint = "give the word as it is spoken: mynah wake train \"smart mirror\"";
            return Err(unfit("there is no word", hint));
        }
        let letters = words.iter().map(|word| word.chars().count()).sum::<usize>();
        if MOST_LETTERS < letters || MOST_WORDS < words.len() {
            let why = format!("{letters} letters in {} words are too many", words.len());
            return Err(unfit(
                why,
                "a wake word has one to four words, 40 letters at most",
            ));
        }
        let mut name = String::new();
        for word in &words {
            if !name.is_empty() {
                name.push('_');
            }
            for letter in word.chars() {
                name.push_str(plain(letter).ok_or_else(|| refusal(letter))?);
            }
        }
        if !name.contains(|c: char| c.is_ascii_lowercase()) {
            return Err(unfit(
                "there is no letter in it",
                "give the word as it is spoken",
            ));
        }
        Ok(Self {
            spoken: words.join(" "),
            name,
        })
    }

    /// Looks at its sounds. Gives a warning for a word that will work, but badly.
    ///
    /// # Errors
    /// When it is too short to be told from other speech.
    pub fn check_sounds(&self, phonemes: &str) -> Result<Option<String>, Unfit> {
        let (sounds, syllables) = (near::length(phonemes), near::syllables(phonemes));
        if sounds < FEWEST_SOUNDS || syllables < FEWEST_SYLLABLES {
            let why = format!(
                "`{}` is too short: it has {sounds} sounds in {syllables} syllable{}",
                self.spoken,
                if syllables == 1 { "" } else { "s" }
            );
            let hint = "other speech would wake the box again and again; take a word of three \
                        syllables or more, such as \"computer\", or two words";
            return Err(unfit(why, hint));
        }
        let is_short = sounds < SHORT_SOUNDS;
        Ok(is_short.then(|| {
            format!(
                "`{}` is short ({sounds} sounds): expect more false alarms than of a longer word",
                self.spoken
            )
        }))
    }
}

fn refusal(letter: char) -> Unfit {
    if letter.is_ascii_digit() {
        return unfit(
            "there is a figure in it",
            "write numbers as they are spoken",
        );
    }
    if letter.is_alphabetic() {
        let why = format!("`{letter}` is not of the Latin alphabet");
        return unfit(
            why,
            "the synthetic voices speak English, Spanish, French, Italian and \
                           Portuguese: write the word as one of them would",
        );
    }
    let shown = letter.escape_debug();
    unfit(
        format!("`{shown}` cannot be spoken"),
        "a word has letters, spaces, `'` and `-`",
    )
}

/// A letter as the name has it. `None`: it cannot be in a word.
fn plain(letter: char) -> Option<&'static str> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let small = letter.to_lowercase().next()?;
    if let Some(at) = LETTERS.find(small) {
        return Some(&LETTERS[at..=at]);
    }
    Some(match small {
        '\'' | '’' | '-' => "",
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'æ' => "ae",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'œ' => "oe",
        'ß' => "ss",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got = match WordText::parse(text) {
            Ok(word) => format!("{} | {}", word.name, word.spoken),
            Err(unfit) => unfit.why,
        };
        assert_eq!(got, expected, "{text:?}");
    }

    #[test]
    fn a_text_becomes_a_name_or_is_refused_with_a_reason() {
        check(" Smart   Mirror ", "smart_mirror | Smart Mirror");
        check("smart_mirror", "smart_mirror | smart mirror");
        check("Don't-panic", "dontpanic | Don't-panic");
        check("Señor Müller", "senor_muller | Señor Müller");
        check("", "there is no word");
        check(" \t\n", "there is no word");
        check("'-'", "there is no letter in it");
        check(&"a".repeat(200), "200 letters in 1 words are too many");
        check("a b c d e", "5 letters in 5 words are too many");
        check("компьютер", "`к` is not of the Latin alphabet");
        check("コンピュータ", "`コ` is not of the Latin alphabet");
        check("hal 9000", "there is a figure in it");
        check("../../etc", "`.` cannot be spoken");
        check("a\u{0}b", "`\\0` cannot be spoken");
        check("hey 🙂", "`🙂` cannot be spoken");
    }

    #[test]
    fn short_words_are_refused_or_warned_of() {
        let of = |text: &str, phonemes: &str| {
            let word = WordText::parse(text).expect("a word");
            match word.check_sounds(phonemes) {
                Ok(None) => "good".to_owned(),
                Ok(Some(warning)) => warning,
                Err(unfit) => unfit.why,
            }
        };
        assert_eq!(of("computer", "kəmpjˈuːɾɚ"), "good");
        assert!(of("alexa", "ɐlˈɛksə").contains("short (6 sounds)"));
        assert!(of("hey", "hˈA").contains("too short: it has 2 sounds in 1 syllable"));
        assert!(of("strengths", "stɹˈɛŋθs").contains("in 1 syllable"));
    }
}
