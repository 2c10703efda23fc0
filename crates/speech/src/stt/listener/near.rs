//! Texts that sound like the free text: where a word of it is easily heard for another
//! one of the grammar, "sixteen" for "sixty", the text with that one is scored too.

use super::{Bias, DecodedText, Listener, Written};
use crate::stt::decode::{self, Decoding, Scorer, Token};
use crate::stt::numerals::Numerals;
use crate::stt::{SttError, agreement};
use mynah_core::grammar::canonical;
use mynah_core::intent::phrase::may_be_misheard;
use mynah_core::language::spoken;

/// A text that is so many nats less likely was not said: twenty to one.
const FAR: f32 = 3.0;

/// Texts that are scored: each costs a decoder step for each token behind the word.
const MOST: usize = 3;

/// The texts that are nearly as likely as the free text, and sound like it but for one
/// word of the grammar. They are in the grammar as a whole where the free text is; where
/// it is not, only a word is tried that differs by what is easily lost: "unlock".
pub(super) fn texts(
    listener: &Listener,
    bias: &Bias,
    scorer: &mut impl Scorer,
    written: &Written,
) -> Result<Vec<DecodedText>, SttError> {
    let free = listener.model.text(&written.free.tokens);
    let floor = written.free.logprob - FAR;
    let mut found: Vec<DecodedText> = Vec::new();
    let mut walk = bias.walk(&listener.vocabulary);
    let fits = walk.allows(&written.free.tokens);
    let nearest = |one: &str, other: &str| spoken().worst_heard(one) == spoken().worst_heard(other);
    let near: &dyn Fn(&str, &str) -> bool = if fits { &may_be_misheard } else { &nearest };
    let texts = alternatives(bias, &free, near).into_iter();
    let tokens = texts.map(|text| listener.model.tokens(&format!(" {text}")));
    let allowed = tokens.filter(|tokens| walk.allows(tokens) == fits);
    let allowed: Vec<Vec<Token>> = allowed.collect();
    for tokens in allowed.into_iter().take(MOST) {
        if let Some(logprob) = score(listener, scorer, written, &tokens, floor)? {
            let decoding = Decoding {
                tokens,
                logprob,
                ended: true,
            };
            found.push(listener.text(&decoding));
        }
    }
    Ok(found)
}

/// The log-probability of a text, unless it falls below `floor`.
fn score(
    listener: &Listener,
    scorer: &mut impl Scorer,
    written: &Written,
    tokens: &[Token],
    floor: f32,
) -> Result<Option<f32>, SttError> {
    let pairs = tokens.iter().zip(&written.free.tokens);
    let same = pairs.take_while(|(a, b)| a == b).count();
    let Some(mut step) = written.trail.step(&tokens[..same]).cloned() else {
        return Ok(None);
    };
    let known = (0..same).filter_map(|n| written.trail.logprob(&tokens[..n], tokens[n]));
    let mut logprob: f32 = known.sum();
    let end = listener.model.landmarks().end;
    for &token in tokens[same..].iter().chain([&end]) {
        logprob += step.row[usize::try_from(token).unwrap_or_default()];
        if logprob < floor {
            return Ok(None);
        }
        if token != end {
            step = decode::feed(scorer, step.place, token)?;
        }
    }
    Ok(Some(logprob))
}

/// The text with one word in the place of another that sounds like it.
fn alternatives(
    bias: &Bias,
    free: &str,
    may_be_misheard: &dyn Fn(&str, &str) -> bool,
) -> Vec<String> {
    let mut all = Vec::new();
    let written: Vec<&str> = free.split_whitespace().collect();
    for (at, word) in written.iter().enumerate() {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
        let said = canonical(plain);
        let [said] = said.as_slice() else {
            continue;
        };
        let words = bias.spellings.iter().flat_map(|spelling| spelling.words());
        // Most words of a large file are told apart by their letters already.
        let near = words.filter(|other| {
            said != other && agreement::alike(said, other) && may_be_misheard(said, other)
        });
        for other in near {
            let other = word.replacen(plain, &written_like(plain, other), 1);
            let (before, behind) = (&written[..at], &written[at + 1..]);
            all.push([before, &[other.as_str()], behind].concat().join(" "));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// A word as it is written in the place of `like`: in figures, or with a capital.
fn written_like(like: &str, word: &str) -> String {
    let in_figures = like.chars().all(|c| c.is_ascii_digit());
    let numerals = Numerals::spoken();
    if let Some(number) = numerals.by_text.get(word).filter(|_| in_figures) {
        return number.to_string();
    }
    let mut letters = word.chars();
    match letters.next() {
        Some(first) if like.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}
