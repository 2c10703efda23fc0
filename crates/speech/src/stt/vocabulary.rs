//! The recogniser's tokens as a prefix tree of their letters, so that all tokens that
//! are allowed in a state are found in one walk.

use super::decode::Token;

/// The text tokens of a Whisper model.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Each token in the constraint's alphabet; the index is the token.
    letters: Vec<Box<[u8]>>,
    /// Node 0 is the root.
    nodes: Vec<Node>,
    /// Tokens that are only punctuation.
    marks: Vec<Token>,
}

#[derive(Debug, Default)]
struct Node {
    children: Vec<(u8, u32)>,
    tokens: Vec<Token>,
}

impl Vocabulary {
    /// Takes the bytes of every text token, from token 0 on.
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut vocabulary = Self {
            letters: Vec::new(),
            nodes: vec![Node::default()],
            marks: Vec::new(),
        };
        for (token, text) in (0..).zip(texts) {
            let letters = fold(text);
            if letters.is_empty() {
                if text.iter().all(u8::is_ascii_punctuation) && !text.is_empty() {
                    vocabulary.marks.push(token);
                }
            } else {
                vocabulary.insert(&letters, token);
            }
            vocabulary.letters.push(letters.into_boxed_slice());
        }
        vocabulary
    }

    /// The token's letters; empty for punctuation.
    #[must_use]
    pub(super) fn letters(&self, token: Token) -> &[u8] {
        usize::try_from(token)
            .ok()
            .and_then(|i| self.letters.get(i))
            .map_or(&[], |letters| letters)
    }

    /// Tokens that are only punctuation.
    #[must_use]
    pub(super) fn marks(&self) -> &[Token] {
        &self.marks
    }

    /// Collects the tokens whose letters `step` accepts from `state` on; `None` from
    /// `step` rejects.
    pub(super) fn collect<S>(
        &self,
        state: &S,
        step: &mut impl FnMut(&S, u8) -> Option<S>,
        found: &mut Vec<Token>,
    ) {
        self.descend(0, state, step, found);
    }

    fn descend<S>(
        &self,
        node: u32,
        state: &S,
        step: &mut impl FnMut(&S, u8) -> Option<S>,
        found: &mut Vec<Token>,
    ) {
        for &(letter, child) in &self.nodes[node as usize].children {
            if let Some(next) = step(state, letter) {
                found.extend_from_slice(&self.nodes[child as usize].tokens);
                self.descend(child, &next, step, found);
            }
        }
    }

    fn insert(&mut self, letters: &[u8], token: Token) {
        let mut at = 0;
        for &letter in letters {
            let known = self.nodes[at].children.iter().find(|c| c.0 == letter);
            at = if let Some(&(_, child)) = known {
                child as usize
            } else {
                let child = self.nodes.len();
                self.nodes.push(Node::default());
                let link = u32::try_from(child).expect("fewer letters than u32");
                self.nodes[at].children.push((letter, link));
                child
            };
        }
        self.nodes[at].tokens.push(token);
    }
}

/// The first byte of the letters with accents of Western languages in UTF-8.
const LATIN: u8 = 0xc3;

/// A token's text in the constraint's alphabet: lower-case letters, digits, `'`, `%`, a
/// decimal point and the space that begins a word. A hyphen separates words, and a
/// colon hours and minutes: "7:30" is "seven thirty". Other punctuation is dropped;
/// anything else makes the token unusable.
fn fold(text: &[u8]) -> Vec<u8> {
    let mut letters = Vec::with_capacity(text.len());
    for (i, &byte) in text.iter().enumerate() {
        // Letters with accents are two bytes: `ß` is "ss", capitals are small.
        if i.checked_sub(1).is_some_and(|i| text[i] == LATIN) {
            match byte {
                0x9f => {
                    letters.pop();
                    letters.extend_from_slice(b"ss");
                }
                0x80..0x9f => letters.push(byte + 0x20),
                _ => letters.push(byte),
            }
            continue;
        }
        match byte {
            // A capital begins a word; elsewhere the token is not used.
            b'A'..=b'Z' if letters.last() == Some(&b' ') => {
                letters.push(byte.to_ascii_lowercase());
            }
            LATIN | b'a'..=b'z' | b'0'..=b'9' | b'\'' | b'%' => letters.push(byte),
            b' ' | b'-' | b':' => letters.push(b' '),
            b'.' if text.get(i + 1).is_some_and(u8::is_ascii_digit) => letters.push(b'.'),
            b'.' | b',' | b'?' | b'!' | b';' | b'"' => {}
            _ => return Vec::new(),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_all_tokens_that_spell_a_prefix() {
        let texts: [&[u8]; 10] = [
            b" I",
            b" Ice",
            b" iCE",
            b",",
            b" icy",
            b"%",
            "☺".as_bytes(),
            " Küche".as_bytes(),
            " Öl".as_bytes(),
            "eiß".as_bytes(),
        ];
        let vocabulary = Vocabulary::new(texts);
        let mut found = Vec::new();
        let target = b" iced";
        vocabulary.collect(
            &0_usize,
            &mut |&at, letter| (target.get(at) == Some(&letter)).then_some(at + 1),
            &mut found,
        );
        found.sort_unstable();
        assert_eq!(found, [0, 1]);
        assert_eq!(vocabulary.marks(), [3]);
        assert_eq!(vocabulary.letters(1), b" ice");
        assert_eq!(vocabulary.letters(6), b"");
        assert_eq!(vocabulary.letters(7), " küche".as_bytes());
        assert_eq!(vocabulary.letters(8), " öl".as_bytes());
        assert_eq!(vocabulary.letters(9), b"eiss");
    }
}
