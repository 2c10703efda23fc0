//! Words in canonical form: the one spelling in which the owner's phrases, the
//! values of slots and transcripts meet.

use super::spoken;

/// One canonical word, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Lower case, without accents or punctuation, numbers spelled out.
    pub text: String,
    /// First byte of the written token that it came from.
    pub start: usize,
    /// First byte after that token. Words of one token share the range.
    pub end: usize,
    /// Whether a comma, a full stop or the like follows.
    pub pause: bool,
}

/// The canonical words of `text`, in order, with their places in it
/// ([`super::Language::normalize`]).
#[must_use]
pub fn normalize(text: &str) -> Vec<Word> {
    spoken().normalize(text)
}

/// [`normalize`] without the places.
#[must_use]
pub fn canonical(text: &str) -> Vec<String> {
    normalize(text).into_iter().map(|word| word.text).collect()
}
