//! The tokenizer: byte-pair encoding, and Whisper's special tokens.

use std::collections::HashMap;

use crate::kernels::Values;

/// A token of the vocabulary.
pub type Token = u32;

/// The special tokens, under Whisper's own names where it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Specials {
    /// `<|endoftext|>`; every smaller token is text.
    pub end: Token,
    /// `<|startoftranscript|>`
    pub start: Token,
    /// `<|en|>`, of multilingual models only; the other languages follow.
    pub english: Option<Token>,
    /// `<|transcribe|>`, of multilingual models only.
    pub transcribe: Option<Token>,
    /// `<|startofprev|>`: a prompt follows.
    pub previous: Token,
    /// `<|nospeech|>`
    pub no_speech: Token,
    /// `<|notimestamps|>`
    pub no_timestamps: Token,
}

/// Vocabulary size of the English-only models; larger ones are multilingual.
const ENGLISH: usize = 51_864;

/// The bytes of the text tokens, one after the other in the order of the tokens.
#[derive(Debug)]
pub(crate) struct Words {
    bytes: Values<u8>,
    /// The end of each word in `bytes`.
    ends: Values<u32>,
}

impl Words {
    /// `None` if a word ends before it begins, or behind the bytes.
    pub(crate) fn new(bytes: Values<u8>, ends: Values<u32>) -> Option<Self> {
        let last = ends.last().map_or(0, |end| *end as usize);
        (ends.is_sorted() && last <= bytes.len()).then_some(Self { bytes, ends })
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)? as usize;
        let begin = number.checked_sub(1).map_or(0, |n| self.ends[n] as usize);
        self.bytes.get(begin..end)
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let bounds = starts.zip(self.ends.iter());
        bounds.map(|(begin, end)| &self.bytes[begin as usize..*end as usize])
    }
}

/// The vocabulary of a model.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    words: Words,
    ranks: HashMap<Box<[u8]>, Token>,
    specials: Specials,
}

impl Vocabulary {
    /// From the bytes of the text tokens and the number of all tokens.
    pub(crate) fn new(words: Words, all: usize) -> Self {
        let count = |n: usize| Token::try_from(n).unwrap_or(Token::MAX);
        let end = count(words.len());
        // The languages are those between the start and eight others that are
        // the same in all models (`tokenizer.py` of Whisper), with 1,501 times
        // at the end.
        let times = count(all.saturating_sub(1501));
        let multilingual = ENGLISH < all;
        let specials = Specials {
            end,
            start: end + 1,
            english: multilingual.then_some(end + 2),
            transcribe: multilingual.then(|| times - 5),
            previous: times - 3,
            no_speech: times - 2,
            no_timestamps: times - 1,
        };
        let ranks = (0..)
            .zip(words.iter())
            .map(|(token, word)| (word.into(), token));
        Self {
            ranks: ranks.collect(),
            specials,
            words,
        }
    }

    pub(crate) const fn specials(&self) -> Specials {
        self.specials
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &[u8]> {
        self.words.iter()
    }

    pub(crate) fn bytes(&self, token: Token) -> &[u8] {
        self.words.get(token as usize).unwrap_or_default()
    }

    /// Byte-pair encoding (Sennrich and others, 2016): within each word, pairs
    /// are merged in the order of their tokens.
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        pieces(text)
            .into_iter()
            .flat_map(|piece| self.merge(piece.as_bytes()))
            .collect()
    }

    fn merge(&self, piece: &[u8]) -> Vec<Token> {
        let mut cuts: Vec<usize> = (0..=piece.len()).collect();
        loop {
            let rank = |cuts: &[usize]| self.ranks.get(&piece[cuts[0]..cuts[2]]);
            let pairs = cuts.windows(3).enumerate();
            let ranked = pairs.filter_map(|(at, cuts)| Some((*rank(cuts)?, at)));
            let Some((_, at)) = ranked.min() else {
                break;
            };
            cuts.remove(at + 1);
        }
        let parts = cuts.windows(2).map(|cut| &piece[cut[0]..cut[1]]);
        parts
            .filter_map(|part| self.ranks.get(part))
            .copied()
            .collect()
    }
}

/// Character classes of the pre-tokenizer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Digit,
    Space,
    Mark,
}

fn kind(letter: char) -> Kind {
    match letter {
        _ if letter.is_alphabetic() => Kind::Letter,
        _ if letter.is_numeric() => Kind::Digit,
        _ if letter.is_whitespace() => Kind::Space,
        _ => Kind::Mark,
    }
}

const CONTRACTIONS: &[&str] = &["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// Pre-tokenisation: runs of one class, each with one space before it (the
/// pattern of GPT-2's `encoder.py`).
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(first_piece(rest));
        found.push(piece);
        rest = behind;
    }
    found
}

/// The length in bytes of the first piece of a text, which is not empty.
fn first_piece(text: &str) -> usize {
    if let Some(fused) = CONTRACTIONS.iter().find(|fused| text.starts_with(**fused)) {
        return fused.len();
    }
    let spaces = text.find(|c| kind(c) != Kind::Space).unwrap_or(text.len());
    let last_space = text[..spaces].chars().next_back();
    let word = match last_space {
        None => 0,
        // Of several spaces, the last belongs to the word.
        Some(' ') if spaces < text.len() => {
            if spaces > 1 {
                return spaces - 1;
            }
            1
        }
        Some(_) => return spaces,
    };
    let Some(first) = text[word..].chars().next().map(kind) else {
        return text.len();
    };
    let end = text[word..].find(|c| kind(c) != first);
    end.map_or(text.len(), |end| word + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_into_words() {
        let check = |text: &str, expected: &[&str]| assert_eq!(pieces(text), expected);
        check("Hey, Jarvis", &["Hey", ",", " Jarvis"]);
        check(
            "it's 20%  of it",
            &["it", "'s", " 20", "%", " ", " of", " it"],
        );
        check(" ", &[" "]);
        check("a \n", &["a", " \n"]);
        check("", &[]);
    }

    #[test]
    fn pairs_are_merged_in_the_order_of_their_tokens() {
        let words = ["a", "b", "c", " ", "bc", "ab", "abc", " a"];
        let ends = words.iter().scan(0, |end, word| {
            *end += u32::try_from(word.len()).expect("short");
            Some(*end)
        });
        let ends: Vec<u32> = ends.collect();
        let words = Words::new(words.concat().into_bytes().into(), ends.into());
        let vocabulary = Vocabulary::new(words.expect("in order"), 2_000);
        let check = |text: &str, expected: &[Token]| assert_eq!(vocabulary.tokens(text), expected);
        check("abc", &[6]);
        check("ab a", &[5, 7]);
        check("bca", &[4, 0]);
        check("d", &[]);
    }
}
